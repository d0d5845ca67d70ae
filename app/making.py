"""The commands of those who make and measure adapters: evaluate, tune, merge, pretrain.

Part of the command line: may import every package, inside its functions.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from app.commands import Adapters, AsJson, Base, BitsOption, say

making = typer.Typer()
OtherBase = Annotated[Path | None, typer.Option(help="Folder of another base.")]
TrainingBits = Annotated[
    int | None, typer.Option(help="Hold the base in NF4 (4), LLM.int8 (8), bf16 (16) or float32.")
]
Track = Annotated[
    Literal["mlflow"] | None, typer.Option(help="Record settings and losses in the home.")
]


@making.command(epilog="Example: lora-land evaluate covid wikisql --json")
def evaluate(
    tasks: Annotated[list[str] | None, typer.Argument(help="Tasks to evaluate.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All tasks with an adapter.")] = False,
    ring: Annotated[
        list[int] | None,
        typer.Option(min=1, max=3, help="1 generated, 2 by other hands, 3 visitors; all."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="Only the first N examples of each ring.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Write scores.json beside the weights.")
    ] = False,
    base: Base = None,
    adapters: Adapters = None,
    bits: BitsOption = None,
    as_json: AsJson = False,
) -> None:
    """Ask adapters, base and generalist all held-out examples, in mixed batches, and score them."""
    if bool(tasks) == every:
        raise typer.BadParameter("Name the tasks, or give --all.")
    if write and (limit is not None or ring):
        raise typer.BadParameter("--write needs all examples: leave --limit and --ring out.")
    from app.local_catalog import base_folder
    from app.local_engine import opened
    from app.progress import Progress
    from app.settings import load_settings
    from app.table import as_table, for_people
    from study.baselines import baselines_of
    from study.evaluate import measure
    from study.report import report, write_scores
    from training.tasks import training_examples

    settings = load_settings(base=base, adapters=adapters, bits=bits)
    with opened(settings) as (worker, catalog), Progress("answers") as progress:
        results = measure(worker, catalog, tasks or (), ring or (1, 2, 3), limit, progress)
    baselines = baselines_of(results, training_examples)
    if write:
        served = base_folder(settings, catalog)
        for folder in write_scores(results, catalog, served, baselines):
            say(f"Wrote {folder / 'scores.json'}.")
    found = report(results, baselines)
    typer.echo(json.dumps(found, indent=2) if as_json else as_table(for_people(found["tasks"])))


@making.command(epilog="Example: lora-land tune covid --rank 8 --set patience=3")
def tune(
    task: Annotated[
        str | None, typer.Argument(help='The task, or "generalist": all of them mixed.')
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All tasks without an adapter.")] = False,
    data: Annotated[
        Path | None, typer.Option(help="Own examples, JSONL or CSV: the fields and “answer”.")
    ] = None,
    template: Annotated[
        str | None, typer.Option(help="The prompt around --data's fields, as in “{text}\\nLabel:”.")
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="Of --data's answers: label, number, sql, code, prose ...")
    ] = None,
    recipe: Annotated[
        Path | None, typer.Option(help="TOML of settings; the task's own if not given.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder; adapters/TASK in the home.")] = None,
    base: OtherBase = None,
    rank: Annotated[int | None, typer.Option(min=1, max=256)] = None,
    learning_rate: Annotated[float | None, typer.Option()] = None,
    loraplus_ratio: Annotated[float | None, typer.Option(help="How much faster B learns.")] = None,
    loraplus_lr_embedding: Annotated[float | None, typer.Option()] = None,
    num_examples: Annotated[int | None, typer.Option(min=1)] = None,
    seed: Annotated[int | None, typer.Option(min=1)] = None,
    bits: TrainingBits = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", help="NAME=VALUE, any other setting as in a recipe; repeat it."),
    ] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Forget an unfinished run.")] = False,
    track: Track = None,
    as_json: AsJson = False,
) -> None:
    """Train an adapter with QLoRA; an unfinished run with the same settings is gone on with."""
    if (task is None) != every or (every and (out or data)):
        raise typer.BadParameter("Name one task, or give --all (without --out and --data).")
    if (data is None) != (template is None) or (data and out):
        raise typer.BadParameter("--data and --template belong together, without --out.")
    flags = {
        "rank": rank,
        "learning_rate": learning_rate,
        "loraplus_ratio": loraplus_ratio,
        "loraplus_lr_embedding": loraplus_lr_embedding,
        "num_examples": num_examples,
        "seed": seed,
        "bits": bits,
    }
    given = {name: value for name, value in flags.items() if value is not None}
    settings = tuple(setting or ())
    order = Order(task, base, out, recipe, given, settings, data, template, kind, fresh, track)
    for result, is_served in _tuned(order):
        say(f"The adapter is in {result.folder}; validation loss {result.validation_loss:.3f}.")
        if as_json:
            typer.echo(json.dumps(asdict(result), default=str))
        if data is not None and is_served:
            assert task is not None, "--all goes without --data"
            say(f"The demo lists {task}: reload its page, or lora-land serve. Its score is next.")
            evaluate([task], base=None if base is None else str(base), as_json=as_json, write=True)


@dataclass(frozen=True)
class Order:
    """What `tune` was asked for."""

    task: str | None
    base: Path | None
    out: Path | None
    recipe: Path | None
    given: Mapping[str, Any]
    settings: tuple[str, ...]
    data: Path | None
    template: str | None
    kind: str | None
    fresh: bool
    track: str | None


def _tuned(order: Order) -> Iterator[tuple[Any, bool]]:
    """The TuneResults, as the adapters are made, and whether the engine serves each."""
    from adapters.catalog import MINI_BASE
    from app.settings import load_settings
    from training.quiet import quiet_libraries
    from training.recipe import options_for, parse_settings

    with quiet_libraries():  # bitsandbytes and trl talk while they are imported
        from training.own_data import own_lesson
        from training.tune import tune as train
        from training.tune import unmade
        from training.tune_checkpoints import TuneBusy

    home, base = load_settings().home, order.base or MINI_BASE
    store = None if order.track is None else home / "mlflow.db"
    given = {**order.given, **parse_settings(order.settings)}
    lesson = None
    if order.task is not None and order.data is not None and order.template is not None:
        lesson = own_lesson(order.task, base, order.data, order.template, order.kind)
        given = lesson.settings | given
    for name in [order.task] if order.task is not None else unmade(home / "adapters", base):
        options = options_for(name, order.recipe, given)
        is_served = not options.unserved
        if not is_served:
            asked = " and ".join(options.unserved)
            say(f"This adapter is for use elsewhere: the demo's engine does not serve {asked}.")
        out = order.out or home / ("adapters" if is_served else "elsewhere") / name
        try:
            result = train(name, base, out, options, fresh=order.fresh, lesson=lesson, track=store)
            yield result, is_served
        except TuneBusy:
            if order.task is not None:
                raise
            say(f"Another process is at {name}; going on with the next one.")


@making.command(epilog="Example: lora-land merge covid --out covid-merged")
def merge(
    out: Annotated[Path, typer.Option(help="New folder for the merged model.")],
    task: Annotated[str | None, typer.Argument(help="The task whose adapter is merged.")] = None,
    adapter: Annotated[Path | None, typer.Option(help="Folder of an adapter instead.")] = None,
    base: Base = None,
    scale: Annotated[float, typer.Option(help="How much of the adapter is added.")] = 1.0,
) -> None:
    """Write base plus adapter as one 16-bit model; some answers differ from those on NF4."""
    if (task is None) == (adapter is None):
        raise typer.BadParameter("Name the task, or give --adapter.")
    from app.local_catalog import adapter_folder, base_folder, open_catalog
    from app.settings import load_settings
    from training.quiet import quiet_libraries

    settings = load_settings(base=base)
    catalog = open_catalog(settings)
    folder = adapter_folder(catalog, task) if task is not None else adapter
    assert folder is not None, "one of the two was given"
    with quiet_libraries():  # bitsandbytes talks while it is imported
        from training.merge import merge as write_merged

    write_merged(base_folder(settings, catalog), folder, out, scale)
    say(f"The merged model is in {out}.")


@making.command(epilog="Example: lora-land pretrain --out my-base --seed 0")
def pretrain(
    out: Annotated[Path | None, typer.Option(help="Folder of the base; base in the home.")] = None,
    work: Annotated[Path | None, typer.Option(help="Folder of text and checkpoints.")] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    num_tokens: Annotated[int | None, typer.Option(min=1024, help="Tokens to read.")] = None,
    threads: Annotated[int | None, typer.Option(min=1)] = None,
) -> None:
    """Make the embedded base from scratch; an interrupted run is gone on with."""
    from app.progress import Progress
    from app.settings import load_settings
    from training import pretrain as maker
    from training.pretrain_options import Pace, PretrainOptions

    home = load_settings().home
    options = PretrainOptions(seed=seed)
    if num_tokens is not None:
        options = replace(options, num_tokens=num_tokens)
    folder, work = out or home / "base", work or home / "pretrain"
    with Progress("steps") as bar:
        maker.pretrain(
            options,
            work,
            folder,
            Pace(num_threads=threads),
            on_stage=say,
            on_progress=lambda now: bar(now.step, now.num_steps, f"loss {now.loss:.3f}"),
        )
    say(f"The base is in {folder}.")
