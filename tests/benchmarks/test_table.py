"""What people see: tables, targets, the picture, the command line."""

import io
from xml.etree import ElementTree

import pytest
import torch
from rich.console import Console
from typer.testing import CliRunner

from benchmarks import targets
from benchmarks.__main__ import NO_CUDA, app
from benchmarks.chart import chart
from benchmarks.results import Failure, Line, Result, append_line
from benchmarks.serving import OURS, OURS_ALL, PEFT_ALL, RUNG
from benchmarks.setup import take_setup
from benchmarks.table import show
from benchmarks.targets import Reached, Target, reached

CASE = "25 streams"


def result(contestant: str, seconds: tuple[float, ...], **more) -> Result:
    return Result(RUNG, CASE, contestant, 25, 100, seconds, **more)


RESULTS = [
    result(OURS, (1.0, 2.0, 1.0)),
    result(OURS_ALL, (1.25, 2.5, 1.25), baseline=OURS, ratios=(0.8, 0.8, 0.8)),
    result(PEFT_ALL, (5.0, 10.0, 5.0)),
]


@pytest.fixture(scope="module")
def setup(bench, machine):
    return take_setup(bench.settings, bench.loaded, machine)


def test_targets_stand_beside_what_was_reached():
    """Catches a miss that is printed as met, and a target that silently drops out."""
    by_sentence = {}
    for entry in reached(targets.MINI, RESULTS):
        name = entry.target.sentence if isinstance(entry, Reached) else entry.sentence
        by_sentence[name] = entry
    peft = by_sentence["8 x PEFT's mixed batch, all-linear"]
    assert (peft.value, peft.is_met) == (4.0, False)
    base = by_sentence["0.75 of our base alone, all-linear"]
    assert (base.value, base.is_met) == (0.8, True)
    assert isinstance(by_sentence["many registered: 0.97"], Target)
    assert len(by_sentence) == len(targets.MINI)


def test_a_ceiling_is_met_from_below():
    """Catches a bound read the wrong way round: a p99 of three times the quiet one, "met"."""
    ceiling = Target("", "", "", 1.5, is_ceiling=True)
    assert ceiling.is_met(1.2)
    assert not ceiling.is_met(1.6)


def test_the_table_has_everything_in_one_row(setup):
    """Catches figures without their ratio, their limit or the number of repetitions."""
    text = io.StringIO()
    entries = reached(targets.MINI, RESULTS)
    failure = Failure("slots", "ValueError: no")
    show(Console(file=text, width=200), setup, [*RESULTS, failure], entries)
    row = next(line for line in text.getvalue().splitlines() if f"  {OURS_ALL} " in line)
    assert "0.80" in row
    assert " 3 " in row
    assert OURS in row
    assert "slots failed: ValueError: no" in text.getvalue()
    assert "not measured" in text.getvalue()


def test_the_chart_shows_every_contestant(setup, tmp_path):
    """Catches a picture that is no picture, or leaves out who was slow."""
    file, picture = tmp_path / "results.jsonl", tmp_path / "bench.svg"
    for one in RESULTS:
        append_line(file, Line(setup, one))
    done = CliRunner().invoke(app, ["plot", str(file), "--out", str(picture)])
    assert done.exit_code == 0, done.output
    root = ElementTree.fromstring(picture.read_text("utf-8"))
    words = {text.text for text in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {OURS, OURS_ALL, PEFT_ALL} <= words
    assert len(list(root.iter("{http://www.w3.org/2000/svg}rect"))) == 3


def test_a_file_without_serving_cannot_be_drawn():
    """Catches an empty picture in the documentation."""
    with pytest.raises(ValueError, match="no result of serving"):
        chart([])


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_without_a_gpu_one_sentence_says_so():
    """Catches a traceback, or a 7B base that begins to grow in a laptop's memory."""
    done = CliRunner().invoke(app, ["gpu"])
    assert done.exit_code == 1
    assert done.output.strip() == NO_CUDA


def test_a_smoke_run_ends_with_a_table_and_a_file(tmp_path, machine, monkeypatch):
    """Catches a command line that no longer fits; targets judged by a toy's figures."""
    monkeypatch.setattr("benchmarks.__main__.Machine", lambda *_: machine)
    out = tmp_path / "quick.jsonl"
    done = CliRunner().invoke(
        app, ["large", "--quick", "--rung", "layer", "--out", str(out)], env={"COLUMNS": "200"}
    )
    assert done.exit_code == 0, done.output
    assert "distinct adapters" in done.output
    assert "targets" not in done.output
    assert len(out.read_text("utf-8").splitlines()) == 18
