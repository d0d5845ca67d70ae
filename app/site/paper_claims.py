"""What the paper says in words, recomputed from the figures in its own tables. Knows no page."""

from dataclasses import dataclass
from decimal import Decimal
from statistics import mean

from adapters.paper import Paper, PaperTask


@dataclass(frozen=True)
class Claims:
    """`best` is the best of the ten fine-tuned models, task by task."""

    mistral_wins: int
    mistral_ties: int
    mistral_lead: Decimal
    best_lead: Decimal
    mean_lift: Decimal


def recomputed(paper: Paper) -> Claims:
    def mistral(task: PaperTask) -> Decimal:
        return task.scores["mistral-7b"].final

    def best(task: PaperTask) -> Decimal:
        return max(task.scores[base].final for base in paper.bases)

    def lift(base: str) -> Decimal:
        return paper.mean(lambda task: task.scores[base].final - task.scores[base].base)

    return Claims(
        mistral_wins=sum(mistral(task) > task.gpt_4 for task in paper.tasks),
        mistral_ties=sum(mistral(task) == task.gpt_4 for task in paper.tasks),
        mistral_lead=paper.mean(lambda task: mistral(task) - task.gpt_4),
        best_lead=paper.mean(lambda task: best(task) - task.gpt_4),
        mean_lift=mean(lift(base) for base in paper.bases),
    )
