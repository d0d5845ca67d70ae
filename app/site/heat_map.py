"""The paper's figures as a heat map: rows in an order, figures in shades.

Pure: knows no request and no HTML. A shade is the name of a class in paper.css, one for each tenth,
because our pages may carry no style of their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from statistics import mean
from types import MappingProxyType

from adapters.paper import GPT_4, PRINTED_MEANS, Paper, PaperTask
from app.site.paper_views import AGAINST_GPT_4, FINE_TUNED, View, shown

METRICS: Mapping[str, str] = MappingProxyType(
    {"accuracy": "accuracy", "humaneval": "HumanEval", "mae": "closeness", "rouge": "ROUGE-L"}
)
"""The paper's names of metrics, as people read them."""
BY_KIND, BY_NAME, BY_MEAN = "kind", "task", "mean"


@dataclass(frozen=True)
class Cell:
    """A figure. `is_best`: none of the ten bases has a higher one in this row."""

    text: str
    shade: str = ""
    is_best: bool = False


@dataclass(frozen=True)
class Row:
    """The mean of the ten bases, then a cell for every model."""

    name: str
    metric: str
    mean: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class HeatMap:
    """Rows in groups, each under the kind of its tasks ("" in an order that mixes kinds)."""

    summary: tuple[Row, ...]
    groups: tuple[tuple[str, tuple[Row, ...]], ...]
    scale: tuple[Cell, ...]


def orders(paper: Paper) -> tuple[str, ...]:
    """By what the tasks can be sorted; by a model means: where it is highest first."""
    return (BY_KIND, BY_NAME, BY_MEAN, *paper.models)


def heat_map(paper: Paper, view: View, order: str) -> HeatMap:
    """`order` is one of `orders(paper)`."""
    tasks = _sorted(paper, view, order)
    kinds = groupby(tasks, key=lambda task: task.kind if order == BY_KIND else "")
    return HeatMap(
        summary=_summary(paper, view),
        groups=tuple(
            (kind, tuple(_row(paper, view, task) for task in members)) for kind, members in kinds
        ),
        scale=_scale(view),
    )


def _sorted(paper: Paper, view: View, order: str) -> tuple[PaperTask, ...]:
    if order == BY_KIND:
        return paper.tasks
    if order == BY_NAME:
        return tuple(sorted(paper.tasks, key=lambda task: task.name))

    def height(task: PaperTask) -> Decimal:
        if order == BY_MEAN:
            return _mean_of_bases(paper, view, task)
        return shown(view, task, order)

    return tuple(sorted(paper.tasks, key=height, reverse=True))


def _row(paper: Paper, view: View, task: PaperTask) -> Row:
    values = [shown(view, task, base) for base in paper.bases]
    best = max(values)
    return Row(
        task.name,
        METRICS[task.metric],
        _cell(view, mean(values)),
        (
            *(_cell(view, value, is_best=value == best) for value in values),
            *(_reference(view, task.scores[model].base) for model in paper.references),
        ),
    )


def _summary(paper: Paper, view: View) -> tuple[Row, ...]:
    """The means, and what else the paper is quoted for where this view shows it."""
    rows = [_means(paper, view)]
    if view.key == FINE_TUNED:
        printed = tuple(Cell(figure(PRINTED_MEANS[model])) for model in paper.models)
        rows.append(Row("As the paper prints it", "", Cell(""), printed))
    if view.key in {FINE_TUNED, AGAINST_GPT_4}:
        above = ("" if model == GPT_4 else _num_above(paper, model) for model in paper.models)
        rows.append(Row("Tasks above GPT-4", "", Cell(""), tuple(map(Cell, above))))
    return tuple(rows)


def _means(paper: Paper, view: View) -> Row:
    def over_tasks(model: str) -> Decimal:
        return paper.mean(lambda task: shown(view, task, model))

    return Row(
        f"Mean of {len(paper.tasks)} tasks",
        "",
        _cell(view, mean(over_tasks(base) for base in paper.bases)),
        (
            *(_cell(view, over_tasks(base)) for base in paper.bases),
            *(_reference(view, over_tasks(model)) for model in paper.references),
        ),
    )


def _num_above(paper: Paper, model: str) -> str:
    return str(sum(task.scores[model].final > task.gpt_4 for task in paper.tasks))


def _mean_of_bases(paper: Paper, view: View, task: PaperTask) -> Decimal:
    return mean(shown(view, task, base) for base in paper.bases)


def _cell(view: View, value: Decimal, is_best: bool = False) -> Cell:
    return Cell(figure(value, view.is_difference), _shade(value), is_best)


def _reference(view: View, value: Decimal) -> Cell:
    """A plain score; among differences it has no shade, which would say something else there."""
    return Cell(figure(value), "" if view.is_difference else _shade(value))


def figure(value: Decimal, is_difference: bool = False) -> str:
    """Three decimals, as the paper prints them: "0.972"; a difference has a sign: "+0.795"."""
    rounded = value.quantize(Decimal("0.001"), ROUND_HALF_UP)
    sign = "−" if rounded < 0 else "+" if is_difference and rounded > 0 else ""
    return f"{sign}{abs(rounded)}"


def _shade(value: Decimal) -> str:
    """ "rise-0" to "rise-9" by tenths; below zero "fall-0" to "fall-9"."""
    return f"{'fall' if value < 0 else 'rise'}-{min(int(abs(value) * 10), 9)}"


def _scale(view: View) -> tuple[Cell, ...]:
    """The shades in order, each with the figure of its paler edge."""
    rises = [Cell(f"{tenth / 10:.1f}", f"rise-{tenth}") for tenth in range(10)]
    if not view.is_difference:
        return tuple(rises)
    falls = [Cell(f"−{tenth / 10:.1f}", f"fall-{tenth}") for tenth in range(9, -1, -1)]
    return (*falls, *rises)
