"""The picture of the last steps against the step log that it is drawn from."""

import pytest

from app.site.step_picture import NUM_STEPS, picture
from engine.step_log import RowRecord, StepRecord
from tests.app.site.outlines import heights


def step(number: int, num_decoding: int, num_reading: int, total_s: float, lora_s: float | None):
    rows = [RowRecord("r", "covid", 1, True)] * num_decoding
    rows += [RowRecord("r", None, 9, False)] * num_reading
    return StepRecord(number, 0.0, total_s, lora_s, tuple(rows))


def test_every_step_stands_as_high_as_the_log_says():
    """Catches prompts drawn as answers, seconds as milliseconds, or a tax beside its step."""
    log = [step(n, n % 4, 2, 0.004 + n / 100_000, 0.001 * (n % 3)) for n in range(1, 301)]
    drawn = picture(log)
    last = log[-NUM_STEPS:]
    assert drawn.num_steps == NUM_STEPS
    rows, ms = drawn.rows, drawn.milliseconds
    assert heights(rows.whole, rows.ceiling) == [n.step % 4 + 2 for n in last]
    assert heights(rows.part, rows.ceiling) == [n.step % 4 for n in last]
    assert heights(ms.whole, ms.ceiling) == pytest.approx(
        [1000 * n.total_s for n in last], abs=0.01
    )
    assert heights(ms.part, ms.ceiling) == [1000 * n.lora_s for n in last]
    assert (rows.ceiling, ms.ceiling) == (5, 10)


def test_a_young_engine_fills_the_picture_from_the_right():
    """Catches a picture without steps that fails, and few steps drawn as if they were old."""
    assert picture([]).rows.whole == f"M{NUM_STEPS} 1V1Z"
    assert picture([step(1, 1, 0, 0.002, None)]).rows.whole == f"M{NUM_STEPS - 1} 1V0h1V1Z"


def test_one_slow_step_does_not_flatten_the_others():
    """Catches a scale set by the one step that waited for the machine; nor may it leave the box."""
    log = [step(n, 1, 0, 0.5 if n == 70 else 0.004, 0.001) for n in range(100)]
    ms = picture(log).milliseconds
    assert ms.ceiling == 5
    assert heights(ms.whole, ms.ceiling) == [5 if n == 70 else 4 for n in range(100)]
