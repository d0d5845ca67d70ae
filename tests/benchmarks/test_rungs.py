"""Every rung at a tiny size: that it runs, and that its contestants did the same work."""

from itertools import groupby

import pytest

from benchmarks import serving
from benchmarks.ladder import BIG, Rung, climb
from benchmarks.results import Result


def results_of(bench, *rungs: Rung) -> list[Result]:
    outcomes = list(climb(bench, rungs))
    assert all(isinstance(outcome, Result) for outcome in outcomes), outcomes
    return outcomes


def assert_sound(results: list[Result], num_rounds: int) -> None:
    """A figure in every row, from every repetition, and baselines that are there."""
    for _, group in groupby(results, key=lambda result: (result.rung, result.case)):
        rows = list(group)
        names = [row.contestant for row in rows]
        assert len(set(names)) == len(names)
        for row in rows:
            assert row.num_tokens > 0
            assert all(seconds > 0 for seconds in row.seconds)
            assert len(row.seconds) in {num_rounds, 2 * num_rounds}
            assert row.baseline is None or row.baseline in names
            assert len(row.ratios) == (len(row.seconds) if row.baseline else 0)
            assert row.limit is None or row.limit.seconds > 0


@pytest.mark.parametrize("rung", [rung for rung in Rung if rung is not Rung.SERVING])
def test_every_rung_runs_at_a_tiny_size(bench, rung):
    """Catches a rung that fails where the others have already run for minutes."""
    results = results_of(bench, rung)
    assert results
    assert_sound(results, bench.settings.num_rounds)
    no_limit = {result.rung for result in results if result.limit is None}
    assert no_limit <= {"step log"}  # notes have no physical limit


def test_all_contestants_serve_the_same_prompts_to_the_same_length(bench):
    """Catches a rival that is given less, or stops early, and looks fast."""
    results = results_of(bench, Rung.SERVING)
    assert_sound(results, bench.settings.num_rounds)
    for case, group in groupby(results, key=lambda result: result.case):
        rows = list(group)
        assert len(rows) == 8, case
        assert len({row.prompts for row in rows}) == 1
        assert len({row.num_tokens for row in rows}) == 1
        assert rows[0].num_tokens == rows[0].num_rows * bench.settings.num_new_tokens
        assert all(row.figures["first_ms"] > 0 for row in rows)


def test_what_runs_on_a_gpu_runs_here_with_another_shape_and_device(born_bench):
    """Catches a GPU ladder that nobody has ever run: only shape and device differ."""
    results = results_of(born_bench, *BIG)
    assert_sound(results, born_bench.settings.num_rounds)
    names = {row.contestant for row in results if row.rung == serving.RUNG}
    assert names == {
        serving.OURS, serving.OURS_ALL, serving.OURS_QV, serving.PEFT_ALL, serving.PEFT_QV,
    }  # fmt: skip


def test_popularities_read_the_same_prompts(bench):
    """Catches a popularity that is compared on other texts than the base alone."""
    results = results_of(bench, Rung.POPULARITY)
    for _, group in groupby(results, key=lambda result: result.case):
        assert len({row.prompts for row in group}) == 1
