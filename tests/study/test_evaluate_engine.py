"""Evaluation through the real engine on a tiny random base: mixed batches change no figure."""

from collections.abc import Callable
from statistics import fmean

import pytest

from adapters.catalog import Catalog, Profile
from engine.opening import open_worker
from engine.request import GenerationRequest, SamplingParams
from study.contestants import Contestant
from study.evaluate import evaluate


def plain(text: str) -> str:
    """SQL as exact_sql compares it, written down a second time on purpose."""
    return " ".join(text.lower().split())


def test_figures_equal_a_recomputation_from_answers_asked_one_by_one(
    profile: Profile, put_heldout: Callable[[Profile, str, list[str]], None]
) -> None:
    """Catches rows of a mixed batch that get another's adapter or text, and figures of others.

    A random model answers nothing rightly, so what it says becomes the right answer: of the
    wikisql adapter for three examples, of the base for one.
    """
    examples = Catalog.open(profile).entries["wikisql"].card.examples
    with open_worker(profile.base, bits=32, max_rows=8) as worker:
        catalog = Catalog.open(profile)
        card = catalog.entries["wikisql"].card
        sampling = SamplingParams(max_tokens=card.max_tokens, stop=card.stop)
        info = worker.load_adapter("wikisql", profile.packaged / "wikisql")

        def alone(adapter: str | None) -> list[str]:
            prompts = [card.prompt(example.fields) for example in examples]
            asked = (GenerationRequest(prompt, adapter, sampling) for prompt in prompts)
            return [worker.submit(request).result().text for request in asked]

        of_adapter, of_base = alone("wikisql"), alone(None)
        golds = [*of_adapter[:3], of_base[3], "SELECT"]
        put_heldout(profile, "wikisql", golds)
        results = {result.task: result for result in evaluate(worker, catalog)}

    assert all(of_adapter)
    assert set(of_adapter).isdisjoint(of_base)
    result = results["wikisql"]
    assert [one.texts[Contestant.ADAPTER] for one in result.marked] == of_adapter
    assert [one.texts[Contestant.BASE] for one in result.marked] == of_base
    right = [plain(text) == plain(gold) for text, gold in zip(of_adapter, golds, strict=True)]
    assert result.mean(Contestant.ADAPTER) == pytest.approx(fmean(right)) == pytest.approx(0.6)
    assert result.mean(Contestant.BASE) == pytest.approx(0.2)
    assert result.weights_digest == info.digest
    assert {task: len(other.marked) for task, other in results.items()} == dict.fromkeys(results, 5)
