"""The catalogue: which adapter wins, whose scores are shown, and that what we ship agrees."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from statistics import fmean

import pytest

from adapters.catalog import (
    GENERALIST,
    MINI_BASE,
    PROFILES,
    Catalog,
    Entry,
    Profile,
    digest_base,
)
from adapters.errors import BadCard
from adapters.files import digest
from adapters.provenance import trained_base
from adapters.scores import RING_NAMES, Scores, load_scores, save_scores

SHIPPED = {
    task: entry for task, entry in Catalog.open("mini").entries.items() if entry.folder is not None
}
MEASURED = Scores("covid", "accuracy", 0.1, 0.9, 2, "2026-08-01", 0, "sha256:", "sha256:")
FIELDS = {"OriginalTweet": "hello"}


@pytest.fixture
def profile(tmp_path: Path) -> Profile:
    """The mini cards over an empty packaged root and a base of two small files."""
    base = tmp_path / "base"
    put_base(base, b"a")
    return replace(PROFILES["mini"], base=base, packaged=tmp_path / "packaged")


@pytest.fixture
def put(tiny_adapter: Callable[..., Path]) -> Callable[..., Path]:
    """Writes an adapter of the seed's weights for covid below a root; returns its folder."""

    def build(root: Path, seed: int) -> Path:
        source, folder = tiny_adapter(rank=1, seed=seed), root / "covid"
        folder.mkdir(parents=True)
        for path in source.iterdir():
            (folder / path.name).write_bytes(path.read_bytes())
        return folder

    return build


def put_base(folder: Path, weights: bytes) -> None:
    folder.mkdir()
    (folder / "config.json").write_text("{}")
    (folder / "model.safetensors").write_bytes(weights)


def put_heldout(folder: Path, example_id: str, fields: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    line = json.dumps({"id": example_id, "fields": fields, "answer": "Neutral"})
    (folder / "heldout.jsonl").write_text(line + "\n", encoding="utf-8")


def _measured(folder: Path, profile: Profile) -> Scores:
    """Scores of just the weights in the folder on just the profile's base."""
    return replace(
        MEASURED, weights_digest=digest(folder), base_digest=digest_base(Path(profile.base))
    )


def test_a_task_without_adapter_is_still_in_the_catalogue(profile: Profile) -> None:
    """Catches a demo that cannot start, or hides a task, before its adapter was made."""
    entries = Catalog.open(profile).entries
    assert list(entries) == sorted(path.stem for path in PROFILES["mini"].cards.iterdir())
    for task, entry in entries.items():
        assert entry == Entry(entry.card, None, None, entry.roots)
        assert entry.card.task == task
        assert entry.heldout() == ()


def test_the_users_adapter_wins_and_a_named_folder_over_both(
    profile: Profile, tmp_path: Path, put: Callable[..., Path]
) -> None:
    """Catches a freshly tuned adapter that is never served, and --adapters without effect."""
    packaged, own = put(profile.packaged, 1), put(tmp_path / "home" / "adapters", 2)
    assert Catalog.open(profile).entries["covid"].folder == packaged
    assert Catalog.open(profile, tmp_path).entries["covid"].folder == packaged
    assert Catalog.open(profile, tmp_path / "home").entries["covid"].folder == own
    named = put(tmp_path / "named", 3)
    found = Catalog.open(profile, tmp_path / "home", tmp_path / "named").entries["covid"]
    assert found.folder == named


def test_heldout_falls_back_to_the_packaged_examples(
    profile: Profile, tmp_path: Path, put: Callable[..., Path]
) -> None:
    """Catches a user's adapter that cannot be evaluated for want of examples beside it."""
    own = put(tmp_path / "adapters", 2)
    put_heldout(profile.packaged / "covid", "packaged", FIELDS)
    assert [e.example_id for e in Catalog.open(profile, tmp_path).entries["covid"].heldout()] == [
        "packaged"
    ]
    put_heldout(own, "own", FIELDS)
    assert [e.example_id for e in Catalog.open(profile, tmp_path).entries["covid"].heldout()] == [
        "own"
    ]


def test_examples_alone_are_no_adapter(profile: Profile) -> None:
    """Catches a folder that only awaits its weights being offered for serving."""
    put_heldout(profile.packaged / "covid", "a", FIELDS)
    entry = Catalog.open(profile).entries["covid"]
    assert entry.folder is None
    assert len(entry.heldout()) == 1


@pytest.mark.parametrize("lost", ["adapter_config.json", "adapter_model.safetensors"])
def test_a_damaged_adapter_is_not_passed_over(
    profile: Profile, tmp_path: Path, put: Callable[..., Path], lost: str
) -> None:
    """Catches other weights served under the name of the user's damaged adapter."""
    put(profile.packaged, 1)
    own = put(tmp_path / "adapters", 2)
    save_scores(own, _measured(own, profile))
    (own / lost).unlink()
    entry = Catalog.open(profile, tmp_path).entries["covid"]
    assert entry.folder == own
    assert entry.scores is None


def test_scores_are_shown_for_the_measured_weights_only(
    profile: Profile, put: Callable[..., Path]
) -> None:
    """Catches yesterday's figure beside weights that were trained anew today."""
    folder = put(profile.packaged, 1)
    assert Catalog.open(profile).entries["covid"].scores is None
    scores = _measured(folder, profile)
    save_scores(folder, scores)
    assert Catalog.open(profile).entries["covid"].scores == scores
    save_scores(folder, replace(scores, weights_digest="sha256:other"))
    assert Catalog.open(profile).entries["covid"].scores is None


def test_scores_are_shown_beside_the_measured_base_only(
    profile: Profile, tmp_path: Path, put: Callable[..., Path]
) -> None:
    """Catches the figures of our own base beside answers of the one that --base names."""
    folder = put(profile.packaged, 1)
    save_scores(folder, _measured(folder, profile))
    put_base(tmp_path / "other", b"b")
    for base in (tmp_path / "other", "somebody/a-base-not-here"):
        assert Catalog.open(profile, base=base).entries["covid"].scores is None
    same = Catalog.open(profile, base=profile.base)
    assert same.entries["covid"].scores is not None
    assert same.base_digest == digest_base(Path(profile.base))


def test_heldout_that_does_not_fit_the_card_is_refused(profile: Profile) -> None:
    """Catches examples of another task, or of an older card, under this task's name."""
    put_heldout(profile.packaged / "covid", "a", {"Tweet": "hello"})
    with pytest.raises(BadCard, match="example 'a' of covid cannot be used"):
        Catalog.open(profile).entries["covid"].heldout()


def test_an_unknown_profile_is_refused_with_the_known_ones() -> None:
    """Catches a bare KeyError in the terminal."""
    with pytest.raises(BadCard, match="no profile 'midi'; there is mini"):
        Catalog.open("midi")


def test_the_digest_of_a_base_minds_weights_and_not_its_description(tmp_path: Path) -> None:
    """Catches scores that survive other weights, or that a better README makes invalid."""
    base = tmp_path / "base"
    put_base(base, b"a")
    before = digest_base(base)
    (base / "README.md").write_text("a base")
    assert digest_base(base) == before
    (base / "model.safetensors").write_bytes(b"b")
    assert digest_base(base) != before


def test_every_packaged_folder_belongs_to_a_card() -> None:
    """Catches weights or held-out data that no page would ever show."""
    folders = {path.name for path in PROFILES["mini"].packaged.iterdir() if path.is_dir()}
    assert folders == {*Catalog.open("mini").entries, GENERALIST}


def test_the_generalist_is_shipped_for_this_base_and_measured_on_every_task() -> None:
    """Catches a rival that a new base has left behind, or that is missing where it would win."""
    catalog = Catalog.open("mini")
    folder = catalog.folder_of(GENERALIST)
    assert folder is not None
    assert trained_base(folder) == catalog.base_digest
    scores = [entry.scores for entry in catalog.entries.values()]
    assert all(one is not None and one.generalist is not None for one in scores)


@pytest.mark.parametrize("task", SHIPPED)
def test_the_shipped_figures_belong_to_the_shipped_weights(task: str) -> None:
    """Catches weights or a base committed without measuring them again."""
    entry = SHIPPED[task]
    assert entry.folder is not None
    raw = json.loads((entry.folder / "scores.json").read_text(encoding="utf-8"))
    assert raw["weights_digest"] == digest(entry.folder)
    assert raw["base_digest"] == digest_base(MINI_BASE)
    assert entry.scores is not None
    assert entry.scores == load_scores(entry.folder)
    assert json.loads(json.dumps(asdict(entry.scores))) == raw
    kinds = {ring.name: ring.num_examples for ring in entry.scores.rings}
    assert list(kinds) == list(RING_NAMES.values())
    assert kinds["known sentences"] + kinds["new sentences"] == entry.scores.num_examples
    assert None not in (entry.scores.ring2, entry.scores.ring3, entry.scores.bag_of_words)
    assert (entry.folder / "wrong.jsonl").is_file()
    assert (entry.scores.task, entry.scores.metric) == (task, entry.card.metric)


@pytest.mark.spawns
@pytest.mark.parametrize("task", SHIPPED)
def test_the_shipped_examples_can_be_answered(task: str) -> None:
    """Catches held-out answers that are no answers, repeated questions, and too few of them."""
    from adapters.answers import parse
    from adapters.metrics import mark

    entry = SHIPPED[task]
    examples = entry.heldout()
    assert len(examples) >= 200
    assert entry.scores is not None
    assert entry.scores.num_examples == len(examples)
    assert len({entry.card.prompt(example.fields) for example in examples}) == len(examples)
    for example in examples:
        assert parse(entry.card, example.answer, example.fields).valid, example
        assert mark(entry.card, example, example.answer).score == 1.0, example


@pytest.mark.parametrize("task", SHIPPED)
def test_the_shipped_adapters_are_small_and_worth_it(task: str) -> None:
    """Catches an adapter that is no better than its base, and one that swells the repository."""
    entry = SHIPPED[task]
    assert entry.folder is not None
    assert (entry.folder / "adapter_model.safetensors").stat().st_size <= 1_000_000
    assert entry.scores is not None
    assert entry.scores.low is not None
    assert entry.scores.low > 0


@pytest.mark.parametrize("task", ["covid", "dbpedia", "e2e_nlg", "wikisql"])
def test_the_first_four_are_far_above_their_base(task: str) -> None:
    """Catches weights that lose what was aimed at when these tasks were begun."""
    scores = SHIPPED[task].scores
    assert scores is not None
    assert scores.adapter >= scores.base + 0.30


def test_all_together_reach_the_aims_of_the_set() -> None:
    """Catches a set of adapters that lifts less than was aimed at, or remembers sentences only."""
    found = [entry.scores for entry in SHIPPED.values() if entry.scores is not None]
    assert fmean(scores.adapter - scores.base for scores in found) >= 0.46
    ratio = fmean(scores.ring2 or 0.0 for scores in found) / fmean(s.adapter for s in found)
    assert ratio >= 0.75


def test_the_shipped_base_is_small() -> None:
    """Catches a base, tokenizer and all, that makes every clone of the repository slow."""
    assert sum(path.stat().st_size for path in MINI_BASE.iterdir()) <= 20_000_000
