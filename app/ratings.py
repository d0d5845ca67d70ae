"""The commands of those who take the human feedback out: export, stats, backup, erase.

Part of the command line: imports its packages inside its functions.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.commands import Adapters, AsJson, Database, say
from app.feedback.records import Filter, Format, Mode

ratings = typer.Typer(no_args_is_help=True, help="What people thought of the answers.")


@ratings.command(epilog="Example: lora-land ratings export --format csv --output r.csv")
def export(
    kind: Annotated[
        Format,
        typer.Option(
            "--format",
            help="jsonl: whole records; csv: the same as a table; arena: battles as chat arenas "
            "publish them; dpo: prompt, chosen and rejected for preference training.",
        ),
    ] = "jsonl",
    task: Annotated[str | None, typer.Option(help="Only this task.")] = None,
    mode: Annotated[
        Mode | None, typer.Option(help="Only votes with the names shown, or without.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="File to write, with a manifest beside it; else standard output."),
    ] = None,
    database: Database = None,
    adapters: Adapters = None,
) -> None:
    """Write every rating with the two answers as they were shown; the server may go on."""
    from app.feedback.export import export_ratings
    from app.local_catalog import open_catalog
    from app.output_file import opened_output
    from app.settings import load_settings

    settings = load_settings(database=database, adapters=adapters)
    path = settings.database_path
    has_prompts = kind in ("arena", "dpo")  # for the others no base is looked at
    entries = open_catalog(settings).entries if has_prompts else {}
    cards = {name: entry.card for name, entry in entries.items()}
    with opened_output(output) as out:
        manifest = export_ratings(path, kind, out, cards, Filter(task, mode))
    if output is not None:
        with opened_output(output.with_name(f"{output.name}.manifest.json")) as out:
            out.write(json.dumps(asdict(manifest), indent=2) + "\n")
    left_out = "".join(f"; left out, {why}: {n}" for why, n in manifest.left_out.items())
    say(f"Ratings from {path}: {manifest.num_rows}{left_out}.")


@ratings.command(epilog="Example: lora-land ratings stats --json")
def stats(database: Database = None, as_json: AsJson = False) -> None:
    """Count who was preferred, by task and pair, as the page Leaderboard does."""
    from app.rating_stats import for_people, rating_stats
    from app.settings import load_settings
    from app.table import as_table

    rows = rating_stats(load_settings(database=database).database_path)
    typer.echo(json.dumps({"pairs": rows}, indent=2) if as_json else as_table(for_people(rows)))


@ratings.command(epilog="Example: lora-land ratings backup ratings-copy.db")
def backup(
    destination: Annotated[Path, typer.Argument(help="The file to make.")],
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace a file that is there already.")
    ] = False,
    database: Database = None,
) -> None:
    """Copy the ratings of one moment into a new file and check it; the server may go on."""
    from app.feedback.backup import back_up
    from app.settings import load_settings

    path = load_settings(database=database).database_path
    num_comparisons = back_up(path, destination, overwrite)
    say(f"{destination} is a whole copy of {path}: {num_comparisons} comparisons.")


@ratings.command(epilog="Example: lora-land ratings erase 7c3f1d0e9b8a4c5d6e7f8091a2b3c4d5")
def erase(
    visitor: Annotated[
        str,
        typer.Argument(
            metavar="SESSION",
            help="The id that the visitor reads on the page About, under “What is kept”; exports "
            "call it session_sha256. The value of the cookie lora_land_session will do as well.",
        ),
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    database: Database = None,
) -> None:
    """Erase a visitor's texts on request, for good: what was typed, all answers, all comments.

    The session gets another name and its votes still count; the server may go on.

    Backups and exports made before hold the texts still: delete those files yourself.
    """
    from app.feedback.erasure import erase as erase_session
    from app.feedback.erasure import find_session
    from app.settings import load_settings

    path = load_settings(database=database).database_path
    if not yes:
        found = find_session(path, visitor)
        question = (
            f"Erase the texts of {found.num_comparisons} comparisons, {found.num_rated} rated?"
        )
        typer.confirm(question, abort=True, err=True)
    erased = erase_session(path, visitor)
    say(
        f"Erased the texts of {erased.num_comparisons} comparisons in {path}; "
        f"{erased.num_rated} votes still count. Older backups and exports hold them still."
    )
