"""The shipped adapters' held-out examples against everything that was read in training."""

import json
from itertools import islice
from pathlib import Path

import pytest

from adapters.catalog import GENERALIST, PROFILES
from training.freeze import BASE_DOCUMENTS
from training.heldout import NAMES_FILE, known_words
from training.recipe import options_for
from training.tasks import load
from training.text.mixture import documents
from training.words import words_of

PACKAGED = PROFILES["mini"].packaged
SHIPPED = sorted(path.parent.name for path in PACKAGED.glob("*/adapter_model.safetensors"))
SPECIALISTS = [name for name in SHIPPED if name != GENERALIST]


def _names(task: str) -> list[str]:
    return (PACKAGED / task / NAMES_FILE).read_text(encoding="utf-8").splitlines()


def _read_again(task: str) -> str:
    """Every word that the task's shipped adapter was trained on."""
    record = json.loads((PACKAGED / task / "training.json").read_text(encoding="utf-8"))
    options = record["options"]
    examples = load(task).examples("train", options["seed"], options["num_examples"])
    return known_words(" ".join((*e.fields.values(), e.answer)) for e in examples)


@pytest.mark.parametrize("task", SHIPPED)
def test_the_recipe_is_that_of_the_shipped_adapter(task: str) -> None:
    """Catches a recipe, or a default, changed since: `tune` would make another adapter."""
    record = json.loads((PACKAGED / task / "training.json").read_text(encoding="utf-8"))
    decisive = options_for(task).decisive()
    assert {name: record["options"][name] for name in decisive} == decisive


@pytest.mark.trains
@pytest.mark.parametrize("task", SPECIALISTS)
def test_no_held_out_name_was_in_the_adapters_examples(task: str) -> None:
    """Catches a leak between the splits: the scores would measure memory."""
    read = _read_again(task)
    assert [name for name in _names(task) if words_of(name) in read] == []


@pytest.mark.breeds
@pytest.mark.parametrize("task", SPECIALISTS)
def test_the_generalist_reads_what_the_specialist_read_first(task: str) -> None:
    """Catches examples that the tests above did not look at, were a short helping another one."""
    own, rival = options_for(task), options_for(GENERALIST)
    shares = (own.num_examples, rival.num_examples // len(SPECIALISTS))
    mine, theirs = (
        list(islice(load(task).examples("train", own.seed, share), 20)) for share in shares
    )
    assert mine == theirs
    assert shares[0] >= shares[1]
    assert own.seed == rival.seed


@pytest.mark.slow
def test_no_held_out_name_was_in_the_bases_text() -> None:
    """Catches the same leak through the base, in all of its text."""
    record = json.loads((_base() / "training.json").read_text(encoding="utf-8"))
    options = record["options"]
    texts = list(islice(documents(options["seed"]), BASE_DOCUMENTS))
    # Three characters a token is what this tokenizer makes of this text.
    assert sum(map(len, texts)) > 3 * options["num_tokens"]
    read = known_words(texts)
    found = {task: [n for n in _names(task) if words_of(n) in read] for task in SPECIALISTS}
    assert found == {task: [] for task in SPECIALISTS}


@pytest.mark.breeds
def test_a_sample_of_the_bases_text_holds_no_held_out_name() -> None:
    """The quick form of the test above."""
    read = known_words(islice(documents(0), 4_000))
    assert [name for task in SPECIALISTS for name in _names(task) if words_of(name) in read] == []


def _base() -> Path:
    base = PROFILES["mini"].base
    assert isinstance(base, Path)
    return base
