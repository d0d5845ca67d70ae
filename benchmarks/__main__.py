"""The command line: `python -m benchmarks ladder`, `large`, `gpu`, and `plot`.

The table goes to standard output, every outcome into a file of JSON lines, progress to standard
error. Exit code 1: a rung failed, and the file and the table say why.
"""

import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import torch
import typer
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn
from transformers.utils.logging import disable_progress_bar

from benchmarks import targets
from benchmarks.bases import Base, BornBase, FolderBase, write_checkpoint
from benchmarks.chart import chart
from benchmarks.ladder import ALL, BIG, Rung
from benchmarks.limits import Machine
from benchmarks.results import Result, read_lines
from benchmarks.run import run
from benchmarks.settings import Settings, gpu, large, mini, num_cores, quick
from benchmarks.setup import ROOT
from benchmarks.shapes import LARGE, MISTRAL_7B, TINY
from benchmarks.table import show
from benchmarks.targets import Target, reached

RESULTS = ROOT / "benchmarks" / "results"
MINI_BASE = ROOT / "adapters" / "mini" / "base"
PIPED_WIDTH = 170
NO_CUDA = "This ladder needs an NVIDIA GPU with CUDA, and torch finds none here."

Rungs = Annotated[
    list[Rung] | None, typer.Option("--rung", help="Only this rung; repeat it for more.")
]
IsQuick = Annotated[
    bool, typer.Option("--quick", help="Tiny sizes: shows that it runs, measures nothing.")
]
Out = Annotated[
    Path | None,
    typer.Option(help="File of JSON lines; a new one in benchmarks/results if not given."),
]

app = typer.Typer(
    help="Speed as a ladder: arithmetic, layer, decode step, serving; beside rivals and limits.",
    epilog="Example: python -m benchmarks ladder --rung serving --quick",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def prepare() -> None:
    disable_progress_bar()  # transformers', which would draw over ours


@app.command(epilog="Example: python -m benchmarks ladder --rung decode")
def ladder(rung: Rungs = None, is_quick: IsQuick = False, out: Out = None) -> None:
    """The embedded base on this machine's processors, all rungs if none is named."""
    settings = quick(mini()) if is_quick else mini()
    with tempfile.TemporaryDirectory() as folder:
        base = FolderBase(MINI_BASE, "cpu", "mini")
        goals = () if is_quick else targets.MINI
        _measure("ladder", settings, base, rung or ALL, goals, out, Path(folder))


@app.command("large", epilog="Example: python -m benchmarks large --rung serving")
def large_base(rung: Rungs = None, is_quick: IsQuick = False, out: Out = None) -> None:
    """A random base of 300 million parameters on processors, made on the spot."""
    settings, shape = (quick(large()), TINY) if is_quick else (large(), LARGE)
    typer.echo(f"Making a base: {shape.name} ...", err=True)
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = write_checkpoint(shape, Path(folder) / "base")
        base = FolderBase(checkpoint, "cpu", shape.name)
        goals = () if is_quick else targets.LARGE
        _measure("large", settings, base, rung or BIG, goals, out, Path(folder))


@app.command("gpu", epilog="Example: python -m benchmarks gpu --quick")
def on_gpu(rung: Rungs = None, is_quick: IsQuick = False, out: Out = None) -> None:
    """A random base of Mistral-7B's shape, made on the GPU itself."""
    if not torch.cuda.is_available():
        typer.echo(NO_CUDA, err=True)
        raise typer.Exit(1)
    settings, shape = (quick(gpu()), TINY) if is_quick else (gpu(), MISTRAL_7B)
    with tempfile.TemporaryDirectory() as folder:
        base = BornBase(shape, settings.device, settings.seed)
        goals = () if is_quick else targets.GPU
        _measure("gpu", settings, base, rung or BIG, goals, out, Path(folder))


@app.command(epilog="Example: python -m benchmarks plot RESULTS --out docs/images/bench.svg")
def plot(
    results: Annotated[Path, typer.Argument(help="File of JSON lines.")],
    out: Annotated[Path, typer.Option(help="The SVG to write.")],
) -> None:
    """Draw tokens per second of the contestants in serving."""
    try:
        out.write_text(chart(read_lines(results)), encoding="utf-8")
    except (OSError, ValueError) as error:
        typer.echo(f"The chart cannot be drawn: {error}", err=True)
        raise typer.Exit(1) from error


def _measure(
    ladder_name: str,
    settings: Settings,
    base: Base,
    rungs: Sequence[Rung],
    goals: Sequence[Target],
    out: Path | None,
    folder: Path,
) -> None:
    """Run, show the table, and end with 1 if anything failed."""
    path = out or RESULTS / f"{ladder_name}-{datetime.now(UTC):%Y%m%d-%H%M%S}.jsonl"
    # Drawn when there is something to say: a spinner's thread took a sixth of the engine's speed.
    with Progress(
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
        console=Console(stderr=True),
        transient=True,
        auto_refresh=False,
    ) as progress:
        task = progress.add_task("beginning")
        lines = run(
            settings,
            base,
            Machine(torch.device(settings.device), num_cores()),
            rungs,
            path,
            folder,
            lambda sentence: progress.update(task, description=sentence, refresh=True),
        )
    outcomes = [line.outcome for line in lines]
    results = [outcome for outcome in outcomes if isinstance(outcome, Result)]
    console = Console() if sys.stdout.isatty() else Console(width=PIPED_WIDTH)
    show(console, lines[0].setup, outcomes, reached(goals, results))
    typer.echo(f"Written to {path}", err=True)
    if len(results) < len(outcomes):
        raise typer.Exit(1)


if __name__ == "__main__":
    app(prog_name="python -m benchmarks")
