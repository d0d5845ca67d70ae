"""What one request may take: tokens, time, context; and limits that no engine could keep."""

import pytest

from engine.engine import Engine
from engine.errors import BadRequest, ModelRefused
from engine.options import EngineOptions
from engine.request import FinishReason
from engine.worker import EngineWorker
from tests.engine.test_tiers import Disk

PROMPT = "### Tweet: tea"


def test_no_answer_grows_beyond_the_limit(make_engine, drive, greedy):
    """Catches a caller who keeps a row for as long as the context lasts."""
    driver = drive(make_engine(max_tokens=5))
    long, short = driver.run([greedy(PROMPT, max_tokens=400), greedy(PROMPT, max_tokens=3)])
    assert [driver.result(row).num_tokens for row in (long, short)] == [5, 3]
    assert driver.result(long).reason is FinishReason.LENGTH


def test_an_overdue_request_ends_with_a_word_and_frees_its_row(make_engine, drive, greedy):
    """Catches a row that runs on for a caller whose time is over, and one that is cut silently."""
    engine = make_engine(timeout_s=60.0)
    driver = drive(engine)
    late, kept = driver.add([greedy(PROMPT, max_tokens=40), greedy(PROMPT, max_tokens=40)])
    for _ in range(3):
        driver.step()
    late.submitted_s -= 61.0
    driver.step()
    end = driver.result(late)
    assert (end.reason, end.is_overdue) == (FinishReason.ERROR, True)
    assert "60 seconds" in end.error
    assert end.num_tokens == 3
    assert engine.scheduler.running == [kept]
    driver.finish()
    assert (driver.result(kept).reason, driver.result(kept).is_overdue) == (
        FinishReason.LENGTH,
        False,
    )
    assert engine.adapters.faults() == []


def test_waiting_counts_as_time(make_engine, drive, greedy):
    """Catches a limit that begins only when a row is free, which a full line puts off for ever."""
    driver = drive(make_engine(timeout_s=60.0, max_rows=1))
    first, second = driver.add([greedy(PROMPT)]) + driver.add([greedy(PROMPT)])
    driver.step()
    second.submitted_s -= 61.0
    driver.finish()
    assert driver.result(first).reason is FinishReason.LENGTH
    assert (driver.result(second).is_overdue, driver.result(second).num_tokens) == (True, 0)


def test_an_idle_engine_wakes_for_who_waits_too_long(
    make_engine, tiny_adapter, greedy, monkeypatch
):
    """Catches a request that hangs with the disk that its adapter is read from."""
    folder = tiny_adapter(seed=1)
    with EngineWorker(make_engine(host_bytes=0, timeout_s=0.05)) as worker:
        worker.load_adapter("slow", folder)
        disk = Disk(monkeypatch, folder)
        end = worker.submit(greedy(PROMPT, "slow")).result()
        assert (end.reason, end.is_overdue) == (FinishReason.ERROR, True)
        disk.go_on()


@pytest.mark.parametrize(
    "limits",
    [
        {"max_rows": 0},
        {"max_adapters": 0},
        {"max_context": 0},
        {"kv_tokens": 0},
        {"max_tokens": 0},
        {"timeout_s": 0.0},
    ],
)
def test_limits_that_allow_nothing_are_refused(limits: dict[str, float]):
    """Catches an engine that starts and can answer nobody."""
    with pytest.raises(BadRequest, match=next(iter(limits))):
        EngineOptions(**limits)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        ({"max_context": 513}, "reads 512 tokens at most"),
        ({"host_bytes": 2**60}, "all the RAM of this machine"),
        ({"max_rows": 2, "max_context": 64, "kv_tokens": 129}, "hold 128 KV tokens"),
    ],
)
def test_limits_beyond_the_base_are_refused(make_engine, limits: dict[str, int], sentence: str):
    """Catches a setting that is taken, and has no effect."""
    with pytest.raises(ModelRefused, match=sentence):
        make_engine(**limits)


def test_fewer_kv_tokens_let_fewer_run(make_engine, drive, greedy):
    """Catches a limit of the cache that nobody keeps."""
    engine: Engine = make_engine(max_rows=4, kv_tokens=80)
    driver = drive(engine)
    for _ in range(3):
        driver.add([greedy(PROMPT, max_tokens=30)])
    driver.step()
    assert len(engine.scheduler.running) < 3
    driver.finish()
