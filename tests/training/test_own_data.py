"""Own data: what is wrong is said by line, what is right becomes a task that can be shown."""

import json
from pathlib import Path

import pytest

from adapters.card import load_card
from adapters.catalog import MINI_BASE, PROFILES, Catalog
from training.own_data import OwnData, own_lesson, read_own_data
from training.qlora import load_tokenizer
from training.tune_options import TuneRefused

TEMPLATE = "### Message: {text}\\n### Mood:"


def rows(number: int) -> list[dict[str, str]]:
    return [
        {
            "text": f"Message {n} is {'good' if n % 3 else 'bad'}",
            "answer": "glad" if n % 3 else "sad",
        }
        for n in range(number)
    ]


def read(path: Path, content: list[dict[str, str]], **more: str) -> OwnData:
    path.write_text("\n".join(map(json.dumps, content)), encoding="utf-8")
    return read_own_data("my-task", path, TEMPLATE, load_tokenizer(MINI_BASE), **more)


def test_few_short_answers_are_labels_and_the_card_is_whole(tmp_path: Path) -> None:
    """Catches a card that cannot be read back, or shows one answer only."""
    data = read(tmp_path / "my.jsonl", rows(200))
    assert (data.card.kind, set(data.card.labels)) == ("label", {"glad", "sad"})
    assert {example.answer for example in data.card.examples} == {"glad", "sad"}
    assert data.card.template == "### Message: {text}\n### Mood:"
    folder = tmp_path / "my-task"
    folder.mkdir()
    for name, text in data.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    assert load_card(folder / "card.toml") == data.card


def test_rows_are_split_for_good(tmp_path: Path) -> None:
    """Catches a row that is trained on and measured, and one that nobody reads."""
    data = read(tmp_path / "my.jsonl", rows(300))
    tokenizer = load_tokenizer(MINI_BASE)
    train, validation = (
        data.columns(split, 1, 10, tokenizer, 512).rows  # type: ignore[arg-type]
        for split in ("train", "validation")
    )
    held_out = [data.card.prompt(example.fields) for example in data.held_out]
    prompts = [row["prompt"] for row in (*train, *validation)] + held_out
    assert len(set(prompts)) == len(prompts) == 300
    assert 10 < len(held_out) < 60


def test_csv_is_read_as_well(tmp_path: Path) -> None:
    """Catches a quoted comma or a byte order mark that shifts the columns."""
    path = tmp_path / "my.csv"
    lines = ["text,answer", *(f'"Item {n}, blue",{"yes" if n % 2 else "no"}' for n in range(60))]
    path.write_text("\n".join(lines), encoding="utf-8-sig")
    data = read_own_data("my-task", path, "{text}:", load_tokenizer(MINI_BASE))
    assert data.examples[0].fields == {"text": "Item 0, blue"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({3: {"text": "x"}}, "line 4 lacks answer"),
        (
            {3: {"text": " ", "answer": "sad"}, 9: {}},
            "line 4 lacks text; line 10 lacks text, answer",
        ),
        (
            {9: {"text": "Message 1 is good", "answer": "sad"}},
            "line 10 gives another answer to the input of line 2",
        ),
    ],
)
def test_what_is_wrong_is_said_by_line(
    tmp_path: Path, change: dict[int, dict[str, str]], said: str
) -> None:
    """Catches a bad row that is dropped in silence, or found after an hour of training."""
    content = rows(100)
    for place, row in change.items():
        content[place] = row
    with pytest.raises(TuneRefused, match=said):
        read(tmp_path / "my.jsonl", content)


def test_files_that_cannot_teach_are_refused(tmp_path: Path) -> None:
    """Catches a traceback for each thing that a new user gets wrong."""
    path, tokenizer = tmp_path / "my.jsonl", load_tokenizer(MINI_BASE)
    with pytest.raises(TuneRefused, match="10 different rows; at least 50"):
        read(path, rows(10))
    with pytest.raises(TuneRefused, match="kind 'code'"):
        read(path, rows(100), kind="code")
    with pytest.raises(TuneRefused, match="names no field"):
        read_own_data("my-task", path, "Mood:", tokenizer)
    path.write_text("{]")
    with pytest.raises(TuneRefused, match="line 1 is not JSON"):
        read_own_data("my-task", path, TEMPLATE, tokenizer)
    with pytest.raises(TuneRefused, match="cannot be read"):
        read_own_data("my-task", tmp_path / "none.jsonl", TEMPLATE, tokenizer)
    for name in ("covid", "generalist", "My Task", "../x"):
        with pytest.raises(TuneRefused, match="cannot name a task"):
            own_lesson(name, MINI_BASE, path, TEMPLATE, None)


def test_a_task_with_its_own_card_is_in_the_catalogue(tmp_path: Path) -> None:
    """Catches an adapter made from own data that no page would ever show."""
    data = read(tmp_path / "my.jsonl", rows(200))
    folder = tmp_path / "home" / "adapters" / "my-task"
    folder.mkdir(parents=True)
    for name, text in data.files.items():
        (folder / name).write_text(text, encoding="utf-8")
    catalog = Catalog.open(PROFILES["mini"], home=tmp_path / "home")
    entry = catalog.entries["my-task"]
    assert entry.card == data.card
    assert entry.heldout() == data.held_out
