"""Results and targets for people: rich tables."""

from collections.abc import Sequence

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from benchmarks.results import Failure, Result
from benchmarks.setup import Setup
from benchmarks.targets import Reached, Target


def show(
    console: Console,
    setup: Setup,
    outcomes: Sequence[Result | Failure],
    targets: Sequence[Reached | Target],
) -> None:
    """The setup in a line, one table per rung, failures, and the targets."""
    console.print(
        f"{setup.cpu}, {setup.device}, {setup.num_cores} cores, load {setup.load_average:.1f} · "
        f"{setup.base}, {setup.kernel} · torch {setup.versions['torch']} · "
        f"commit {setup.commit[:10]}{'' if setup.is_clean else ' with changes'} · {setup.started}\n"
        f"memory {setup.bandwidth_bytes_per_s / 1e9:.1f} GB/s, products "
        f"{setup.flops_per_s / 1e9:.0f} GFLOP/s"
    )
    results = [outcome for outcome in outcomes if isinstance(outcome, Result)]
    for rung in dict.fromkeys(result.rung for result in results):
        console.print(rung_table(rung, [result for result in results if result.rung == rung]))
    for outcome in outcomes:
        if isinstance(outcome, Failure):
            console.print(f"[red]{outcome.rung} failed:[/] {outcome.error}", highlight=False)
    if targets:
        console.print(target_table(targets))


def rung_table(rung: str, results: Sequence[Result]) -> Table:
    """A line for each case, below it its contestants."""
    table = Table(title=rung, title_justify="left", box=SIMPLE)
    table.add_column("case, contestants", no_wrap=True)
    for name in ("tokens/s", "spread", "n", "threads", "ratio"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("to")
    table.add_column("limit, tokens/s", justify="right", no_wrap=True)
    table.add_column("reached", justify="right")
    table.add_column("also", overflow="fold")
    case = None
    for result in results:
        if result.case != case:
            table.add_row(f"[bold]{result.case}[/]")
            case = result.case
        table.add_row(*_cells(result))
    return table


def target_table(targets: Sequence[Reached | Target]) -> Table:
    table = Table(title="targets", title_justify="left", box=SIMPLE)
    for name in ("target", "case", "reached", ""):
        table.add_column(name)
    for entry in targets:
        if isinstance(entry, Reached):
            verdict = "[green]met[/]" if entry.is_met else "[red]missed[/]"
            table.add_row(entry.target.sentence, entry.case, f"{entry.value:.3g}", verdict)
        else:
            table.add_row(entry.sentence, "", "", "not measured")
    return table


def _cells(result: Result) -> list[str]:
    slowest, fastest = result.spread
    limit = result.limit_tokens_per_s
    return [
        f"  {result.contestant}",
        number(result.tokens_per_s),
        f"{number(slowest)} - {number(fastest)}",
        str(len(result.seconds)),
        str(result.num_threads),
        "" if result.ratio is None else f"{result.ratio:.2f}",
        result.baseline or "",
        "" if result.limit is None or limit is None else f"{number(limit)}, {result.limit.by}",
        "" if limit is None else f"{result.tokens_per_s / limit:.1%}",
        ", ".join(f"{name} {value:.3g}" for name, value in result.figures.items()),
    ]


def number(value: float) -> str:
    """Three digits at least: 1,234 and 1.23."""
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
