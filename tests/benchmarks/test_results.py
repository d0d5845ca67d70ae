"""The file of results: every line whole, written as it comes."""

import json

import pytest

from benchmarks import ladder
from benchmarks.cold_loads import p99
from benchmarks.ladder import Rung, climb
from benchmarks.limits import Limit
from benchmarks.results import Failure, Line, Result, append_line, ratios, read_lines
from benchmarks.run import run
from benchmarks.setup import PACKAGES, take_setup

RESULT = Result(
    rung="serving",
    case="25 streams",
    contestant="ours",
    num_rows=25,
    num_tokens=100,
    seconds=(2.0, 1.0, 4.0),
    baseline="theirs",
    ratios=(2.0, 3.0, 1.0),
    limit=Limit(0.5, "bytes", 10, 20),
    num_threads=2,
    prompts="0123",
    figures={"first_ms": 3.5},
)


def test_medians_and_spread_are_those_of_the_repetitions():
    """Catches a mean, which one disturbed round decides, and a spread upside down."""
    assert RESULT.tokens_per_s == 50
    assert RESULT.spread == (25, 100)
    assert RESULT.ratio == 2.0
    assert RESULT.limit_tokens_per_s == 200
    assert ratios((1.0, 2.0), (3.0, 2.0)) == (3.0, 1.0)


def test_the_99th_percentile_is_one_of_the_values():
    """Catches a tail that is the maximum, or interpolated beyond what was ever measured."""
    assert p99([float(n) for n in range(1, 101)]) == 99.0
    assert p99([float(n) for n in range(1, 201)]) == 198.0
    assert p99([7.0]) == 7.0


def test_what_is_written_can_be_read_back(bench, machine, tmp_path):
    """Catches a field that is written and lost in reading: tuples, limits, failures."""
    setup = take_setup(bench.settings, bench.loaded, machine)
    lines = [Line(setup, RESULT), Line(setup, Failure("slots", "ValueError: no"))]
    for line in lines:
        append_line(tmp_path / "deep" / "results.jsonl", line)
    assert list(read_lines(tmp_path / "deep" / "results.jsonl")) == lines


def test_every_line_holds_the_whole_setup(bench, machine, settings, tmp_path):
    """Catches a line that, cut out, no longer says where its figure comes from."""
    out = tmp_path / "results.jsonl"
    run(settings, bench.base, machine, [Rung.LAYER], out, tmp_path, lambda _: None)
    for text in out.read_text("utf-8").splitlines():
        setup = json.loads(text)["setup"]
        assert set(setup["versions"]) == set(PACKAGES)
        assert setup["cpu"]
        assert setup["kernel"].startswith("nf4")
        assert len(setup["commit"]) >= 7
        assert setup["started"].startswith("20")
        assert setup["settings"]["seed"] == settings.seed
        assert setup["settings"]["batches"] == list(settings.batches)
        assert min(setup["num_threads"], setup["num_cores"], setup["flops_per_s"]) > 0


def test_a_rung_that_fails_costs_only_itself(bench, machine, settings, tmp_path, monkeypatch):
    """Catches a run of ten minutes whose results are lost to the last rung's error."""

    def breaks(_):
        yield RESULT
        raise ValueError("half way")

    others = dict(ladder._MEASURES) | {Rung.LAYER: breaks}
    monkeypatch.setattr(ladder, "_MEASURES", others)
    out = tmp_path / "results.jsonl"
    rungs = [Rung.LAYER, Rung.STEP_LOG]
    run(settings, bench.base, machine, rungs, out, tmp_path, lambda _: None)
    first, failure, *after = [line.outcome for line in read_lines(out)]
    assert first == RESULT
    assert failure == Failure("layer", "ValueError: half way")
    assert [result.rung for result in after] == ["step log"]


def test_an_interruption_is_no_failure_of_a_rung(bench, monkeypatch):
    """Catches Ctrl-C that only skips to the next rung."""

    def interrupted(_):
        raise KeyboardInterrupt
        yield

    monkeypatch.setattr(ladder, "_MEASURES", {Rung.LAYER: interrupted})
    with pytest.raises(KeyboardInterrupt):
        list(climb(bench, [Rung.LAYER]))
