"""The command line `lora-land`: one function per command, exit codes 0 done, 1 failed, 2 misused.

Owns options, help and what goes to which stream: results to standard output, all else to standard
error. Each command imports its own package when it runs, so that --help stays quick.
"""

import json
import logging
import time
from typing import Annotated

import typer

from app import serve_options as options
from app.commands import (
    Adapters,
    AsJson,
    Base,
    BitsOption,
    Database,
    OneSentence,
    say,
)
from app.environment import API_KEY_VARIABLE
from app.logs import set_up_logs, tell_requests
from app.making import making
from app.ratings import ratings

app = typer.Typer(
    cls=OneSentence,
    help="Many LoRA adapters on one 4-bit base model, in one batch, side by side with the base.",
    epilog="Example: lora-land serve --port 7860",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(ratings, name="ratings", epilog="Example: lora-land ratings export --format csv")


def main() -> None:
    app(prog_name="lora-land")


@app.callback()
def prepare() -> None:
    set_up_logs()


@app.command(epilog="Example: lora-land serve --port 8080 --database ratings.db")
def serve(
    host: Annotated[str | None, typer.Option(help="Address; 127.0.0.1 by default.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port; 7860 by default, 0 for a free one.")
    ] = None,
    database: Database = None,
    base: Base = None,
    adapters: Adapters = None,
    bits: BitsOption = None,
    max_rows: options.MaxRows = None,
    max_waiting: options.MaxWaiting = None,
    max_adapters: options.MaxAdapters = None,
    adapter_mib: options.AdapterMib = None,
    max_context: options.MaxContext = None,
    kv_tokens: options.KvTokens = None,
    max_tokens: options.MaxTokens = None,
    request_timeout_s: options.RequestTimeout = None,
    requests_per_minute: options.RequestsPerMinute = None,
    api_keys_file: options.ApiKeysFile = None,
    log_format: options.LogFormatOption = None,
    open_browser: Annotated[
        bool, typer.Option("--open-browser", help="Open the page when it is ready.")
    ] = False,
) -> None:
    """Serve the page and the API until Ctrl-C. Settings also come from LORA_LAND_* variables."""
    given = {**locals()}  # every option but one is a setting of the same name
    del given["open_browser"]
    started_s = time.monotonic()
    from app.feedback.store import FeedbackStore
    from app.keys import Keys
    from app.listening import bound_socket, page_address
    from app.settings import load_settings
    from app.stop_signals import signals_interrupt

    settings = load_settings(**given)
    Keys.of(settings)  # refuses what is wrong with them before anything slow is loaded
    tell_requests(settings.log_format)
    tell = say if settings.log_format == "text" else logging.getLogger("app.cli").info
    with (
        signals_interrupt(),
        bound_socket(settings.host, settings.port) as listener,
        FeedbackStore.open(settings.database_path) as feedback,
    ):
        tell("Loading the base and its adapters ...")
        from app.serving import serve as serve_until_stopped

        address = page_address(settings.host, listener.getsockname()[1])

        def on_ready() -> None:
            tell(f"Ready after {time.monotonic() - started_s:.1f} s: open {address} in a browser.")
            if open_browser:
                typer.launch(address)

        serve_until_stopped(settings, listener, feedback, tell, on_ready)


@app.command("adapters", epilog="Example: lora-land adapters --json")
def list_adapters(adapters: Adapters = None, as_json: AsJson = False) -> None:
    """List the tasks, their adapters and what they scored against the base."""
    from app.listing import listing
    from app.settings import load_settings
    from app.table import as_table

    found = listing(load_settings(adapters=adapters))
    typer.echo(json.dumps({"adapters": found}, indent=2) if as_json else as_table(found))


@app.command(epilog='Example: lora-land generate --adapter dbpedia -f title=Oslo -f content="..."')
def generate(
    prompt: Annotated[str | None, typer.Argument(help="The prompt as the model reads it.")] = None,
    adapter: Annotated[str | None, typer.Option(help="Task; the base if not given.")] = None,
    field: Annotated[
        list[str] | None,
        typer.Option("--field", "-f", help="NAME=TEXT for the task's template; repeat it."),
    ] = None,
    max_tokens: Annotated[int | None, typer.Option(min=1, help="Length limit.")] = None,
    temperature: Annotated[float, typer.Option(min=0, max=5, help="0 is greedy.")] = 0.0,
    seed: Annotated[int | None, typer.Option(min=0, help="For a repeatable draw.")] = None,
    server: Annotated[
        str | None, typer.Option(help="Ask the server at this address, not this machine.")
    ] = None,
    api_key: Annotated[
        str | None, typer.Option(envvar=API_KEY_VARIABLE, help="Of --server, if it wants one.")
    ] = None,
    base: Base = None,
    adapters: Adapters = None,
    bits: BitsOption = None,
    as_json: AsJson = False,
) -> None:
    """Answer one prompt, on this machine or by a server; the text streams as it is made."""
    if (prompt is None) == (not field):
        raise typer.BadParameter("Give either PROMPT or --field (with --adapter).")
    if field and adapter is None:
        raise typer.BadParameter("--field needs --adapter: the task's template has the fields.")
    fields = _fields(field)
    if server is not None and any(option is not None for option in (base, adapters, bits)):
        raise typer.BadParameter("A server has its own base and adapters; leave those out.")
    from app.question import Question

    question = Question(prompt, adapter, fields, max_tokens, temperature, seed)

    def show(text: str) -> None:
        if not as_json:
            typer.echo(text, nl=False)

    if server is not None:
        from app.remote_answer import remote_answer

        figures = remote_answer(server, api_key, question, show)
        typer.echo(json.dumps(figures) if as_json else "")
        return
    from app.local_catalog import open_catalog
    from app.local_request import request_for
    from app.settings import load_settings

    settings = load_settings(base=base, adapters=adapters, bits=bits)
    catalog = open_catalog(settings)
    request, folder = request_for(settings, catalog, question)
    from app.one_answer import answer  # after what can be refused without loading torch

    figures = answer(settings, catalog, request, folder, show)
    typer.echo(json.dumps(figures) if as_json else "")


def _fields(pairs: list[str] | None) -> dict[str, str]:
    fields = {}
    for pair in pairs or ():
        name, equals, text = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"--field is NAME=TEXT, not {pair!r}.")
        fields[name] = text
    return fields


app.registered_commands += making.registered_commands
