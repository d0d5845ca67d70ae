"""Who runs next, decided without a model."""

import subprocess
import sys
from collections import deque

import pytest

from engine.errors import QueueFull
from engine.scheduler import SeatMove
from tests.engine.without_model import compute, scheduler
from tests.engine.without_model import request_for as make


def test_it_needs_no_torch():
    """Catches a scheduler that can only be tested, or reasoned about, with a model at hand."""
    code = "import engine.scheduler, sys; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_first_come_first_served_while_rows_last():
    """Catches a row too many, and a later request overtaking."""
    line = scheduler(max_rows=2)
    first, second, third = make(), make(), make()
    for sequence in (first, second, third):
        line.add([sequence])
    line.schedule()
    assert line.running == [first, second]
    assert line.num_waiting == 1
    line.finish(first)
    line.schedule()
    assert line.running == [second, third]


def test_nobody_is_admitted_beyond_the_kv_tokens():
    """Catches a cache promised twice: reserves count in full, not as far as they are filled."""
    line = scheduler(kv_tokens=30)
    big, small = make(None, 10, 10), make(None, 4, 8)
    line.add([big])
    line.add([small])
    line.schedule()
    assert line.running == [big]
    line.finish(big)
    line.schedule()
    assert line.running == [small]


def test_a_full_line_says_so_and_when_to_come_back():
    """Catches a queue that grows without bound, or counts only what the thread has taken in."""
    line = scheduler(max_rows=1, max_waiting=3)
    line.add([make()])
    line.schedule()
    line.add([make()])
    line.check_room(2)
    with pytest.raises(QueueFull, match="3 requests may wait and only 1 more") as caught:
        line.check_room(2, num_arriving=1)
    assert caught.value.retry_after_s > 0


def test_a_group_starts_together_or_waits_together():
    """Catches half of a pair being admitted."""
    line = scheduler(max_rows=2)
    single, pair = make(), [make(), make()]
    line.add([single])
    line.add(pair)
    line.schedule()
    assert line.running == [single]
    line.finish(single)
    line.schedule()
    assert line.running == pair


def test_a_group_larger_than_the_rows_is_served_one_by_one():
    """Catches a group that could never start and blocks the line for ever."""
    line = scheduler(max_rows=2)
    group = [make() for _ in range(5)]
    line.add(group)
    line.schedule()
    assert line.running == group[:2]
    assert line.num_waiting == 3


def test_a_prompt_is_read_in_chunks_within_the_budget():
    """Catches a step that reads more than its budget, and a chunk read twice or left out."""
    line = scheduler(prefill_tokens=10)
    long, short = make(prompt_tokens=13), make(prompt_tokens=4)
    line.add([long])
    line.add([short])
    sizes = []
    for _ in range(2):
        batch = line.schedule()
        sizes.append([(chunk.sequence, chunk.num_tokens) for chunk in batch.prefill])
        compute(batch)
    assert sizes == [[(long, 10)], [(long, 3), (short, 4)]]
    assert line.schedule().decode == (long, short)


def test_decoding_rows_run_in_every_step():
    """Catches an answer that stalls while prompts are read."""
    line = scheduler(prefill_tokens=2)
    line.add([make(prompt_tokens=1)])
    compute(line.schedule())
    line.add([make(prompt_tokens=9)])
    for _ in range(4):
        batch = line.schedule()
        assert len(batch.decode) == 1
        assert batch.num_rows == 2
        compute(batch)


def test_seats_stay_without_gaps():
    """Catches a move that forgets or overwrites a cache row."""
    line = scheduler()
    rows = [make() for _ in range(4)]
    for row in rows:
        line.add([row])
    compute(line.schedule())
    assert [row.seat for row in rows] == [0, 1, 2, 3]
    assert line.finish(rows[1]) == SeatMove(source=3, target=1, num_tokens=4)
    assert line.finish(rows[2]) is None
    assert line.running == [rows[0], rows[3]]
    assert [row.seat for row in line.running] == [0, 1]


def test_cancelled_requests_leave_the_line():
    """Catches a cancelled request that still blocks those behind it."""
    line = scheduler(max_rows=1)
    running, cancelled, patient = make(), make(), make()
    line.add([running])
    line.schedule()
    line.add([cancelled])
    line.add([patient])
    cancelled.cancelled = True
    assert line.drop_waiting(lambda sequence: sequence.cancelled) == [cancelled]
    assert line.num_waiting == 1
    assert line.drop_waiting(lambda sequence: True) == [patient]
    assert line.num_waiting == 0


def test_others_may_ask_how_many_wait_while_the_line_changes():
    """Catches a count that walks through the line: another thread may change it at every step."""

    class ChangingLine(deque):
        def __iter__(self):
            raise RuntimeError("deque mutated during iteration")

    line = scheduler(max_rows=1)
    line._waiting = ChangingLine()
    line.add([make()])
    line.add([make()])
    line.schedule()
    assert line.num_waiting == 1
    line.check_room(1)
