"""The engine's figures about itself, against what is known to have happened."""

import pytest

from engine.errors import QueueFull
from engine.status import KVUse, TierUse
from engine.worker import EngineWorker
from tests.engine.without_model import SlowShelf, compute, recipe, request_for, scheduler


def test_the_cache_is_held_and_promised_token_by_token():
    """Catches a cache that looks full when it is only promised, or empty when it is not."""
    line = scheduler(kv_tokens=100)
    line.add([request_for(None, prompt_tokens=4, max_tokens=8)])
    assert line.kv_use == KVUse(0, 0, 100)
    compute(line.schedule())
    assert line.kv_use == KVUse(4, 12, 100)
    compute(line.schedule())
    assert line.kv_use == KVUse(5, 12, 100)
    line.finish(line.running[0])
    assert line.kv_use == KVUse(0, 0, 100)


def test_slots_count_who_has_come_and_who_made_room():
    """Catches a load counted before its copy is there, and an eviction for every leaving."""
    shelf = SlowShelf(load_steps=1)
    line = scheduler(shelf=shelf, max_adapters=1)
    for number, name in enumerate("ab"):
        line.add([request_for(recipe(name), max_tokens=1)])
        line.schedule()
        assert line.slots.use == TierUse(1, 1, num_loads=number, num_evictions=number)
        for adapter in shelf.pass_step():
            line.slots.arrived(adapter)
        (row,) = compute(line.schedule())
        line.finish(row)
        assert line.slots.use == TierUse(1, 1, num_loads=number + 1, num_evictions=number)
    line.slots.give_up(recipe("b"))
    assert line.slots.use == TierUse(0, 1, num_loads=2, num_evictions=1)


def test_ram_counts_what_was_read_into_it_and_what_had_to_leave(make_engine, tiny_adapter, greedy):
    """Catches an operator who cannot see that adapters are read from disk over and over."""
    size = 4 * 2 * 8 * (64 + 64 + 64 + 32)
    with EngineWorker(make_engine(host_bytes=size, max_adapters=1)) as worker:
        for seed, name in enumerate("ab"):
            worker.load_adapter(name, tiny_adapter(8, ("q_proj", "v_proj"), seed))
        assert worker.status().host == TierUse(size, size, num_loads=2, num_evictions=1)
        worker.submit(greedy("x", "a")).result()
        assert worker.status().host == TierUse(size, size, num_loads=3, num_evictions=2)
        worker.unload_adapter("a").result()
        assert worker.status().host == TierUse(0, size, num_loads=3, num_evictions=2)
        assert worker.status().slots == TierUse(0, 1, num_loads=1, num_evictions=0)


def test_limits_and_sizes_are_those_that_were_asked_for(make_engine, greedy):
    """Catches a page that sets what runs beside the limits of another engine."""
    engine = make_engine(max_rows=2, max_waiting=3)
    with EngineWorker(engine, num_threads=1) as worker:
        with pytest.raises(QueueFull):
            worker.submit_many([greedy("a") for _ in range(4)])
        status = worker.status()
    assert (status.max_rows, status.max_waiting, status.num_threads) == (2, 3, 1)
    assert status.num_refused == 4
    assert status.kv.num_total == 2 * 512
    assert status.cache_bytes == 2 * 2 * 512 * 32 * 2 * 4  # layers, rows, tokens, head, k and v


def test_last_use_is_when_a_request_ended_and_is_forgotten_with_the_adapter(
    make_engine, tiny_adapter, greedy
):
    """Catches a busy adapter that looks idle, and times kept for those long gone."""
    with EngineWorker(make_engine()) as worker:
        for seed, name in enumerate("ab"):
            worker.load_adapter(name, tiny_adapter(seed=seed))
        worker.submit(greedy("x", "a")).result()
        once, never = worker.adapters
        worker.submit(greedy("x", "a")).result()
        again, _ = worker.adapters
        assert never.last_used_s is None
        assert once.last_used_s < again.last_used_s
        worker.unload_adapter("a").result()
        assert worker.load_adapter("a", tiny_adapter(seed=0)).last_used_s is None


def test_totals_add_up_the_steps_of_the_log(make_engine, tiny_adapter, greedy):
    """Catches a tax that forgets the steps which the log no longer remembers, or counts twice."""
    with EngineWorker(make_engine()) as worker:
        worker.load_adapter("one", tiny_adapter(seed=1))
        for name in ("one", None):
            worker.submit_many([greedy("tea", name, 4), greedy("bread", name, 2)])[0].result()
        totals, records = worker.status().totals, worker.steps_since(0)
    assert totals.num_rows == sum(len(record.rows) for record in records)
    assert totals.total_s == pytest.approx(sum(record.total_s for record in records))
    assert totals.lora_s == pytest.approx(sum(record.lora_s for record in records))
    assert 0 < totals.lora_s < totals.total_s
