"""The base's text and its training, on a model small enough for a test."""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from adapters.card import load_cards
from adapters.catalog import PROFILES
from training.pretrain import pretrain
from training.pretrain_options import CannotPretrain, Pace, PretrainOptions
from training.pretrain_run import Progress
from training.text.mixture import documents
from training.tokenizer import train_tokenizer
from training.tokens import encode

SMALL = PretrainOptions(
    num_tokens=12 * 2048,
    vocabulary_size=512,
    hidden_size=64,
    feed_forward_size=64,
    num_layers=1,
    num_heads=2,
    num_kv_heads=1,
    step_tokens=2048,
    micro_tokens=1024,
    num_validation_tokens=2048,
    warmup_steps=2,
)


def _nothing(_: object) -> None:
    pass


def test_a_document_depends_on_its_number_alone() -> None:
    """Catches state between documents: a resumed run would read other text."""
    assert list(islice(documents(0, 20), 5)) == list(islice(documents(0), 20, 25))
    assert next(documents(0)) != next(documents(1))


def test_the_text_holds_no_prompt_of_a_task() -> None:
    """Catches a leak of templates into the base's text: the base would know the tasks."""
    heads = [card.template.split("{")[0] for card in load_cards(PROFILES["mini"].cards).values()]
    tails = [
        card.template.rsplit("\n", 1)[-1] for card in load_cards(PROFILES["mini"].cards).values()
    ]
    for text in islice(documents(5), 3000):
        for head, tail in zip(heads, tails, strict=True):
            assert not (head in text and f"\n{tail}" in text), text


def test_the_tokenizer_writes_any_text_and_splits_digits() -> None:
    """Catches a byte that cannot be written, and numbers learnt as words."""
    tokenizer = train_tokenizer(islice(documents(0), 300), 512)
    for text in ("plain", "naïve 日本 🙂\n\ttab", "£20-25"):
        assert tokenizer.decode(tokenizer(text)["input_ids"], skip_special_tokens=True) == text
    assert tokenizer.tokenize("1234") == ["1", "2", "3", "4"]
    assert tokenizer("x")["input_ids"][0] == tokenizer.bos_token_id


@pytest.mark.trains
def test_training_learns_publishes_and_resumes_where_it_stopped(tmp_path: Path) -> None:
    """Catches a resume that loses the optimizer, the position or the order of the text."""

    class Stop(Exception):
        pass

    def stop_at_seven(progress: Progress) -> None:
        if progress.step == 7:
            raise Stop

    pace = Pace(validate_every=6, checkpoint_every=5)
    with pytest.raises(Stop):
        pretrain(SMALL, tmp_path / "cut", tmp_path / "a", pace, _nothing, stop_at_seven)
    seen: list[Progress] = []
    pretrain(SMALL, tmp_path / "cut", tmp_path / "a", pace, _nothing, seen.append)
    assert [progress.step for progress in seen] == list(range(6, 13))
    pretrain(SMALL, tmp_path / "whole", tmp_path / "b", pace, _nothing, _nothing)
    cut, whole = (
        AutoModelForCausalLM.from_pretrained(tmp_path / name, dtype=torch.float32).state_dict()
        for name in ("a", "b")
    )
    for name, weights in whole.items():
        torch.testing.assert_close(cut[name], weights, rtol=0, atol=1e-2)
    record = json.loads((tmp_path / "a" / "training.json").read_text(encoding="utf-8"))
    losses = [entry["validation_loss"] for entry in record["history"]]
    assert losses[-1] < losses[0]
    assert AutoTokenizer.from_pretrained(tmp_path / "a").eos_token == "</s>"


@pytest.mark.trains
def test_a_folder_of_a_run_with_other_options_is_refused(tmp_path: Path) -> None:
    """Catches a silent mixture of two runs: the tokenizer of one and the text of the other."""

    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pretrain(SMALL, tmp_path / "work", tmp_path / "out", Pace(), _nothing, stop)
    other = replace(SMALL, seed=1)
    with pytest.raises(CannotPretrain, match="other options"):
        pretrain(other, tmp_path / "work", tmp_path / "out", Pace(), _nothing, stop)


@pytest.mark.parametrize("field", ["num_tokens", "step_tokens", "micro_tokens"])
def test_impossible_sizes_are_refused(field: str) -> None:
    """Catches a crash in the middle of a run instead of a sentence before it."""
    with pytest.raises(CannotPretrain, match=f"{field} is 1000"):
        replace(SMALL, **{field: 1000})


def test_encoding_marks_both_ends_of_a_document() -> None:
    """Catches documents that run into each other: the model would never learn to stop."""
    tokenizer = train_tokenizer(islice(documents(0), 200), 512)
    ids: Sequence[int] = encode(documents(0), tokenizer, 2000).tolist()
    for place, token in enumerate(ids[:-1]):
        assert (token == tokenizer.eos_token_id) == (ids[place + 1] == tokenizer.bos_token_id)
