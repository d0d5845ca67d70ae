"""A profile to evaluate: the mini cards, tiny random adapters, the cards' examples held out."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.catalog import PROFILES, Catalog, Profile

TASKS = ("covid", "dbpedia", "e2e_nlg", "wikisql")


@pytest.fixture
def profile(
    tmp_path: Path,
    tiny_base: Path,
    tiny_adapter: Callable[..., Path],
    put_heldout: Callable[[Profile, str, list[str]], None],
) -> Profile:
    """Four tasks on the tiny base; the right answers are those of the cards."""
    cards = tmp_path / "cards"
    cards.mkdir()
    for task in TASKS:
        shutil.copy(PROFILES["mini"].cards / f"{task}.toml", cards)
    profile = replace(PROFILES["mini"], base=tiny_base, cards=cards, packaged=tmp_path / "lora")
    for seed, (task, entry) in enumerate(Catalog.open(profile).entries.items()):
        folder = profile.packaged / task
        folder.mkdir(parents=True)
        for path in tiny_adapter(rank=4, seed=seed).iterdir():
            (folder / path.name).write_bytes(path.read_bytes())
        put_heldout(profile, task, [example.answer for example in entry.card.examples])
    return profile


@pytest.fixture
def put_heldout() -> Callable[[Profile, str, list[str]], None]:
    """Freezes a card's examples, with the answers given, as the task's held-out data."""

    def put(profile: Profile, task: str, golds: list[str]) -> None:
        examples = Catalog.open(profile).entries[task].card.examples
        lines = [
            json.dumps({"id": e.example_id, "fields": dict(e.fields), "answer": gold})
            for e, gold in zip(examples, golds, strict=True)
        ]
        path = profile.packaged / task / "heldout.jsonl"
        path.write_text("\n".join(lines), encoding="utf-8")

    return put
