"""Who is asked what, and what is said of the others."""

from pathlib import Path

import pytest

from adapters.catalog import GENERALIST
from app.contenders import BASE
from app.rush.questions import NOT_LOADED, RunRefused, one_text, own_examples
from app.services import Stock
from engine.worker import EngineWorker
from tests.app.rush.conftest import TASKS
from tests.conftest import TinyAdapter

TWO_SENTENCES = "The mayor opened the harbour. Everybody was glad."


def test_every_adapter_gets_an_example_of_its_own_task(stock: Stock, worker: EngineWorker) -> None:
    """Catches an adapter that is asked, or marked by, another task's example."""
    questions = own_examples(stock, worker, seed=1)
    assert tuple(q.asked for q in questions.asked) == (*TASKS, BASE)
    for question in questions.asked[:-1]:
        assert question.adapter_id == question.card.task == question.asked
        assert question.example in stock.tasks[question.asked].heldout
    assert questions.left_out.keys() == stock.tasks.keys() - set(TASKS)
    assert questions.left_out["viggo"] == "The file is cut off."
    assert questions.left_out["legal"] == NOT_LOADED


def test_a_seed_names_its_examples(stock: Stock, worker: EngineWorker) -> None:
    """Catches two orders that answer different questions, and a die that always falls alike."""

    def prompts(seed: int) -> list[str]:
        return [question.prompt for question in own_examples(stock, worker, seed).asked]

    assert prompts(3) == prompts(3)
    assert len({tuple(prompts(seed)) for seed in range(8)}) > 1


def test_base_and_generalist_answer_what_a_specialist_is_asked(
    stock: Stock, worker: EngineWorker, tiny_adapter: TinyAdapter
) -> None:
    """Catches a generalist that is shown where none is served, and rivals of different prompts."""
    assert [q.asked for q in own_examples(stock, worker, 1).asked].count(GENERALIST) == 0
    folder: Path = tiny_adapter(seed=9)
    worker.load_adapter(GENERALIST, folder)
    *specialists, base, generalist = own_examples(stock, worker, 1).asked
    assert (base.adapter_id, generalist.adapter_id) == (None, GENERALIST)
    assert base.prompt == generalist.prompt
    assert base.prompt in [question.prompt for question in specialists]


def test_one_text_goes_where_it_fits(stock: Stock, worker: EngineWorker) -> None:
    """Catches a table's task that is asked about no table, and a cell that is grey without a
    reason."""
    questions = one_text(stock, worker, 1, TWO_SENTENCES)
    assert [q.asked for q in questions.asked] == ["covid", "dbpedia", BASE]
    assert all("opened the harbour" in question.prompt for question in questions.asked)
    assert all(question.example is None for question in questions.asked)
    assert questions.left_out["wikisql"] == "This task needs a table."


@pytest.mark.parametrize(("text", "said"), [(" \n", "write the text"), ("a " * 600, "too long")])
def test_a_text_that_nobody_can_read_is_refused(
    stock: Stock, worker: EngineWorker, text: str, said: str
) -> None:
    """Catches a run of empty prompts, and one that fails row by row."""
    with pytest.raises(RunRefused, match=said):
        one_text(stock, worker, 1, text)


def test_a_run_of_nobody_is_refused(stock: Stock, worker: EngineWorker) -> None:
    """Catches a base that is asked a task's example while no task can be asked."""
    for task in TASKS:
        worker.unload_adapter(task)
    with pytest.raises(RunRefused, match="No task"):
        own_examples(stock, worker, 1)
