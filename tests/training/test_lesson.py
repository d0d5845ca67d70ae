"""Lessons: one task's examples, or all tasks' in turn; and recipes, which say how many."""

import json
from pathlib import Path

import pytest

from adapters.card import load_cards
from adapters.catalog import GENERALIST, MINI_BASE, PROFILES, digest_base
from training.lesson import AllTasks, OneTask
from training.qlora import load_tokenizer
from training.recipe import RECIPES, options_for, parse_settings
from training.tasks import load
from training.tasks.task import NAMES
from training.tune import unmade
from training.tune_options import TuneRefused

CARDS = load_cards(PROFILES["mini"].cards)


def test_the_generalist_reads_every_task_in_turn() -> None:
    """Catches a generalist that sees one task after the other, or one more than others."""
    names = ("covid", "e2e_nlg", "wikisql")
    tokenizer = load_tokenizer(MINI_BASE)
    lesson = AllTasks({name: CARDS[name] for name in names})
    rows = lesson.columns("train", 1, 30, tokenizer, 512).rows
    heads = [CARDS[name].template.split("{")[0] for name in names]
    told = [
        next(n for n, head in enumerate(heads) if row["prompt"].startswith(head)) for row in rows
    ]
    assert told == [0, 1, 2] * 10
    alone = OneTask(load("covid"), CARDS["covid"]).columns("train", 1, 10, tokenizer, 512)
    assert rows[::3] == alone.rows


def test_a_recipe_overrides_and_is_overridden(tmp_path: Path) -> None:
    """Catches a recipe that wins over what was typed, or is not read at all."""
    recipe = tmp_path / "mine.toml"
    recipe.write_text('rank = 4\nseed = 3\ntarget = ["q_proj", "v_proj"]\n')
    options = options_for("covid", recipe, {"seed": 9})
    assert (options.rank, options.seed, options.target) == (4, 9, ("q_proj", "v_proj"))
    assert options_for("dbpedia").num_examples == 28_000


@pytest.mark.parametrize(
    ("text", "said"),
    [("ranks = 4", "'ranks'"), ("rank = 0", "rank must be"), ("rank =", "cannot be read")],
)
def test_a_recipe_that_cannot_work_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """Catches a misspelt setting that is passed over in silence."""
    (tmp_path / "r.toml").write_text(text)
    with pytest.raises(TuneRefused, match=said):
        options_for("covid", tmp_path / "r.toml")


def test_settings_are_typed_as_in_a_recipe() -> None:
    """Catches a number that arrives as a text, and a misspelt name that is passed over."""
    given = parse_settings(["rslora=true", "dropout=0.1", "target=attention", "patience=3"])
    assert given == {"rslora": True, "dropout": 0.1, "target": ("attention",), "patience": 3}
    assert options_for("covid", given=given).patience == 3
    for pair in ("patient=3", "patience"):
        with pytest.raises(TuneRefused, match="setting"):
            parse_settings([pair])


def test_our_recipes_can_be_cooked_and_have_a_task() -> None:
    """Catches a recipe with a setting renamed since, and one that nobody reads."""
    for path in RECIPES.glob("*.toml"):
        assert path.stem in (*NAMES, GENERALIST)
        options_for(path.stem)


def test_the_generalist_reads_of_each_task_what_the_smallest_recipe_does() -> None:
    """Catches a generalist of another rank, or one that a new task leaves with smaller helpings."""
    ours = [options_for(name) for name in NAMES]
    rival = options_for(GENERALIST)
    assert rival.num_examples == len(ours) * min(one.num_examples for one in ours)
    assert {one.rank for one in ours} == {rival.rank}
    assert rival.num_epochs == 1


def test_only_what_is_missing_is_made(tmp_path: Path) -> None:
    """Catches --all beginning anew after a kill, and adapters of another base taken for made."""
    _make(tmp_path / "covid", digest_base(MINI_BASE))
    _make(tmp_path / "dbpedia", "sha256:other")
    assert list(unmade(tmp_path, MINI_BASE)) == [
        name for name in (*NAMES, GENERALIST) if name != "covid"
    ]


def test_what_another_process_made_meanwhile_is_not_made_again(tmp_path: Path) -> None:
    """Catches two runs of --all that share the work and repeat each other's."""
    wanted = unmade(tmp_path, MINI_BASE)
    assert next(wanted) == NAMES[0]
    _make(tmp_path / NAMES[1], digest_base(MINI_BASE))
    assert next(wanted) == NAMES[2]


def _make(folder: Path, base_digest: str) -> None:
    """All that is looked at of a finished adapter."""
    folder.mkdir()
    record = json.dumps({"base": {"digest": base_digest}})
    (folder / "training.json").write_text(record)
