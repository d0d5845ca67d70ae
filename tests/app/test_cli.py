"""The command line: help, exit codes, and one sentence for everything that can go wrong."""

import json
import logging
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from adapters.catalog import Catalog
from app.cli import app
from app.settings import Settings
from tests.conftest import TinyAdapter

COMMANDS = (
    ["serve"],
    ["adapters"],
    ["generate"],
    ["evaluate"],
    ["tune"],
    ["merge"],
    ["pretrain"],
    ["ratings", "export"],
    ["ratings", "stats"],
    ["ratings", "backup"],
    ["ratings", "erase"],
)
FIELDS = ["--field", "title=Tea", "--field", "content=A small shop in the town."]


@pytest.fixture(autouse=True)
def _a_home_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LORA_LAND_{name.upper()}", raising=False)
    monkeypatch.setenv("LORA_LAND_HOME", str(tmp_path / "home"))
    yield
    logging.getLogger("app").setLevel(logging.NOTSET)  # `serve` lets it tell more


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def roots(tiny_adapter: TinyAdapter, tmp_path: Path) -> Path:
    """A folder of adapters: one that works, one whose weights are cut off."""
    good, damaged = tmp_path / "adapters" / "dbpedia", tmp_path / "adapters" / "covid"
    shutil.copytree(tiny_adapter(seed=1), good)
    shutil.copytree(good, damaged)
    weights = damaged / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:500])
    return tmp_path / "adapters"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), prog_name="lora-land")


def assert_one_sentence(result: Result, *parts: str) -> None:
    """Exit code 1, nothing on standard output, one line that holds all parts."""
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    line = result.stderr.splitlines()[-1]
    assert line.startswith("lora-land: ")
    assert all(part in line for part in parts), line
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_shows_an_example_of_the_command(command: list[str]) -> None:
    """Catches a command whose help does not say how it is used."""
    result = run(*command, "--help")
    assert result.exit_code == 0
    assert f"Example: lora-land {' '.join(command)} " in result.stdout


def test_help_loads_no_heavy_library() -> None:
    """Catches an import at the top of the command line that makes --help take seconds."""
    script = (
        "import sys\n"
        "from app.cli import app\n"
        "app(['--help'], standalone_mode=False)\n"
        "heavy = {'torch', 'gradio', 'transformers', 'fastapi', 'peft'} & set(sys.modules)\n"
        "sys.exit(f'{heavy}' if heavy else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["serve", "--prot", "1"],
        ["serve", "--port", "70000"],
        ["serve", "--bits", "8"],
        ["nothing"],
        ["evaluate"],
        ["evaluate", "covid", "--all"],
        ["evaluate", "covid", "--limit", "3", "--write"],
        ["generate"],
        ["generate", "a prompt", "--field", "title=x"],
        ["generate", "--field", "title=x"],
        ["generate", "--adapter", "covid", "--field", "title"],
        ["ratings", "export", "--format", "xml"],
        ["ratings", "export", "--mode", "both"],
        ["ratings", "backup"],
        ["ratings", "erase"],
        ["tune"],
        ["merge", "covid"],
        ["merge", "--out", "merged"],
        ["merge", "covid", "--adapter", "covid", "--out", "merged"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_a_2(words: list[str]) -> None:
    """Catches a script that cannot tell its own mistake from a failure."""
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr


def test_a_port_in_use(busy_port: int) -> None:
    """Catches a traceback, or minutes of loading, before the port is tried."""
    result = run("serve", "--port", str(busy_port))
    assert_one_sentence(result, f"Port {busy_port}", "in use", "--port")


def test_an_unknown_host() -> None:
    """Catches a traceback from the resolver."""
    assert_one_sentence(run("serve", "--host", "no.such.host.invalid"), "no.such.host.invalid")


def test_a_database_that_cannot_be_written(tmp_path: Path) -> None:
    """Catches a server that starts and loses every rating."""
    (tmp_path / "file").write_text("")
    path = tmp_path / "file" / "ratings.db"
    assert_one_sentence(run("serve", "--port", "0", "--database", str(path)), str(path))


def test_a_missing_base(tmp_path: Path) -> None:
    """Catches a traceback from the library that reads models."""
    base = str(tmp_path / "nothing")
    assert_one_sentence(run("serve", "--port", "0", "--base", base), base)


def test_a_missing_folder_of_adapters(tmp_path: Path) -> None:
    """Catches a mistyped folder that quietly means no adapters of one's own."""
    folder = str(tmp_path / "nothing")
    assert_one_sentence(run("serve", "--port", "0", "--adapters", folder), folder)


def test_an_unknown_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a mistyped setting that is silently ignored."""
    monkeypatch.setenv("LORA_LAND_BIST", "4")
    assert_one_sentence(run("adapters"), "LORA_LAND_BIST")


def test_an_export_without_a_database(tmp_path: Path) -> None:
    """Catches an export that makes an empty database, or an empty file, and calls it done."""
    missing, out = tmp_path / "none.db", tmp_path / "out.jsonl"
    result = run("ratings", "export", "--database", str(missing), "--output", str(out))
    assert_one_sentence(result, str(missing))
    assert not missing.exists()
    assert not out.exists()


def test_an_export_that_cannot_be_written(tmp_path: Path) -> None:
    """Catches a traceback for a folder that is not there."""
    out = tmp_path / "nothing" / "out.jsonl"
    assert_one_sentence(run("ratings", "export", "--output", str(out)), str(out))


def test_adapters_are_listed_for_people_and_programs(roots: Path) -> None:
    """Catches a listing that a program cannot read, or that overlooks a named folder."""
    table = run("adapters", "--adapters", str(roots))
    listed = json.loads(run("adapters", "--json", "--adapters", str(roots)).stdout)["adapters"]
    assert table.stdout.startswith("task")
    assert {"covid", "dbpedia", "wikisql", "e2e_nlg"} <= {row["task"] for row in listed}
    folders = {row["task"]: row["folder"] for row in listed}
    assert folders["dbpedia"] == str(roots / "dbpedia")


def _tiny(base: Path, roots: Path) -> list[str]:
    return ["--base", str(base), "--adapters", str(roots), "--bits", "32"]


def test_generate_answers_as_text_and_as_json(tiny_base: Path, roots: Path) -> None:
    """Catches fields that do not reach the template, and words of ours among the answer's."""
    words = ["generate", "--adapter", "dbpedia", *FIELDS, "--max-tokens", "5"]
    told = run(*words, *_tiny(tiny_base, roots))
    answer = json.loads(run(*words, "--json", *_tiny(tiny_base, roots)).stdout)
    assert told.exit_code == 0, told.output
    assert told.stdout == answer["text"] + "\n"
    assert answer["num_tokens"] == 5 or answer["finish_reason"] == "stop"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--adapter", "nope", "prompt"], "nope"),
        (["--adapter", "dbpedia", "--field", "title=Tea"], "Text"),
        (["--adapter", "covid", "prompt"], "damaged"),
        (["word " * 2000], "tokens"),
    ],
    ids=["unknown adapter", "empty field", "damaged adapter", "too long"],
)
def test_generate_refuses_in_one_sentence(
    tiny_base: Path, roots: Path, words: list[str], part: str
) -> None:
    """Catches a traceback for each thing that a person can get wrong."""
    assert_one_sentence(run("generate", *words, *_tiny(tiny_base, roots)), part)


def _with_heldout(folder: Path) -> None:
    """Three held-out examples beside an adapter, as its tuning would have left them."""
    examples = Catalog.open().entries[folder.name].card.examples[:3]
    lines = [
        json.dumps({"id": e.example_id, "fields": dict(e.fields), "answer": e.answer})
        for e in examples
    ]
    (folder / "heldout.jsonl").write_text("\n".join(lines))
    (folder / "training.json").write_text('{"options": {"seed": 11}}')


@pytest.mark.spawns
def test_evaluate_writes_json_alone_and_the_scores(tiny_base: Path, roots: Path) -> None:
    """Catches progress among the JSON, and scores that do not say which training they are of."""
    _with_heldout(roots / "dbpedia")
    words = ["evaluate", "dbpedia", "--json", "--write", *_tiny(tiny_base, roots)]
    result = run(*words)
    (figures,) = json.loads(result.stdout)["tasks"]
    named = "task metric base base_three_shot generalist adapter low high ring2 ring3 majority"
    assert {*named.split(), "copy_input", "bag_of_words", "num_examples"} <= set(figures)
    assert (figures["task"], figures["num_examples"]) == ("dbpedia", 3)
    scores = json.loads((roots / "dbpedia" / "scores.json").read_text())
    assert (scores["seed"], scores["num_examples"]) == (11, 3)


@pytest.mark.spawns
def test_evaluate_writes_no_scores_unless_it_can_write_all(tiny_base: Path, roots: Path) -> None:
    """Catches the figures of one task renewed and those of the next left old, without its seed."""
    shutil.rmtree(roots / "covid")
    shutil.copytree(roots / "dbpedia", roots / "wikisql")
    for task in ("dbpedia", "wikisql"):
        _with_heldout(roots / task)
    (roots / "wikisql" / "training.json").unlink()
    words = ["evaluate", "dbpedia", "wikisql", "--write", *_tiny(tiny_base, roots)]
    assert_one_sentence(run(*words), "seed", "wikisql")
    assert not list(roots.rglob("scores.json"))


def test_evaluate_refuses_an_unknown_task(tiny_base: Path, roots: Path) -> None:
    """Catches a traceback for a mistyped task."""
    assert_one_sentence(run("evaluate", "dbpedai", *_tiny(tiny_base, roots)), "dbpedai")


def test_python_m_app_is_the_same_command() -> None:
    """Catches a package that cannot be run where the script is not installed."""
    done = subprocess.run(
        [sys.executable, "-m", "app", "serve", "--port", "x"],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"COLUMNS": "80"},
    )
    assert done.returncode == 2
    assert "Usage: lora-land serve" in done.stderr
