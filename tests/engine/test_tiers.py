"""Adapters on disk, in RAM and in slots: exact in turns, loaded beside decoding, gone when gone."""

import gc
import shutil
import threading
import weakref
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path

import pytest
import torch

from adapters.files import WEIGHTS_NAME, read_bytes
from engine.errors import UnknownAdapter
from engine.lora import tiers
from engine.lora.host import HostTier
from engine.lora.weights import AdapterWeights, GroupWeights
from engine.request import AdapterShare, FinishReason, GenerationRequest, SamplingParams, TokenEvent
from engine.status import Tier
from engine.worker import EngineWorker

PROMPT = "### Tweet: tea"


def weights(name: str, num_floats: int) -> AdapterWeights:
    return AdapterWeights(
        name, 1, (), {"x": GroupWeights(torch.zeros(num_floats, 1), (None,), (1,))}
    )


def held_copies(engine) -> list[weakref.ref]:
    """Every copy of adapters' weights that the engine reaches, in any tier."""
    held = [*engine.tiers.host.contents(), *engine.tiers.on_device.values()]
    return [weakref.ref(group.a) for each in held for group in each.groups.values()]


class Disk:
    """Stands for `read_bytes`: folders named here are read when the test says so."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *slow: Path) -> None:
        self._slow = slow
        self._go_on = threading.Event()
        self.num_waiting = threading.Semaphore(0)
        monkeypatch.setattr(tiers, "read_bytes", self._read)

    def _read(self, folder: Path):
        if folder in self._slow:
            self.num_waiting.release()
            self._go_on.wait()
        return read_bytes(folder)

    def go_on(self) -> None:
        self._go_on.set()


def test_the_host_keeps_what_was_used_last_within_its_bytes():
    """Catches a cache that grows without bound, forgets the busiest, or counts bytes twice."""
    host = HostTier(max_bytes=3 * 40)
    for name in ("a", "b", "c", "a"):
        host.put(weights(name, 10))
    assert host.get("b") is not None
    host.put(weights("d", 10))
    assert [name for name in "abcd" if name in host] == ["a", "b", "d"]
    assert host.get("c") is None
    host.put(weights("large", 25))
    assert ([w.digest for w in host.contents()], host.num_bytes) == (["large"], 100)
    host.put(weights("too large", 31))
    host.drop("nobody")
    assert (host.contents(), host.num_bytes) == ((), 0)


@pytest.mark.parametrize("host_bytes", [0, None])
def test_more_adapters_than_slots_answer_as_if_alone(
    make_engine, tiny_adapter, drive, greedy, host_bytes
):
    """Catches rows that run with whoever has their slot now, and copies of who had it before."""
    names = {f"{n}": tiny_adapter(rank=(4, 8, 16)[n % 3], seed=n) for n in range(6)}
    requests = [greedy(f"{PROMPT} {n}", name) for name in names for n in range(2)]
    answers = []
    for max_adapters in (32, 2):
        engine = make_engine(max_adapters=max_adapters, host_bytes=host_bytes)
        for name, folder in names.items():
            engine.adapters.load(name, folder)
        driver = drive(engine)
        rows = [driver.add([request])[0] for request in requests]
        while engine.has_work:
            driver.step()
            assert engine.adapters.faults() == []
            assert len(engine.tiers.on_device) <= max_adapters
        answers.append([driver.tokens(row) for row in rows])
    assert answers[0] == answers[1]


def test_requests_for_the_same_mix_share_a_slot(make_engine, tiny_adapter, drive):
    """Catches a copy of the mixed weights for each request."""
    engine = make_engine()
    for seed, name in enumerate(("one", "two")):
        engine.adapters.load(name, tiny_adapter(seed=seed))
    mix = (AdapterShare("one", 0.5), AdapterShare("two", 0.25))
    driver = drive(engine)
    driver.add([GenerationRequest(f"{n}", mix=mix) for n in range(3)])
    driver.step()
    driver.step()
    assert len(engine.scheduler.running) == 3
    assert len(engine.tiers.on_device) == 1
    driver.finish()


def test_unloading_frees_every_copy_with_the_last_answer(make_engine, tiny_adapter, drive, greedy):
    """Catches an unload that only forgets the name, or cuts off those who are under way."""
    engine = make_engine()
    engine.adapters.load("gone", tiny_adapter(rank=16, seed=1))
    engine.adapters.load("stays", tiny_adapter(rank=8, seed=2))
    driver = drive(engine)
    (expected,) = driver.run([greedy(PROMPT, "gone")])
    half = (AdapterShare("gone", 0.5), AdapterShare("stays", 0.5))
    mixed = GenerationRequest(PROMPT, sampling=SamplingParams(max_tokens=20), mix=half)
    others = [greedy(PROMPT, "stays", 30) for _ in range(2)]
    alone, in_mix, *others_running = driver.add([greedy(PROMPT, "gone"), mixed, *others])
    driver.step()
    told = []
    engine.adapters.unload("gone", lambda: told.append(engine.num_steps))
    with pytest.raises(UnknownAdapter):
        engine.prepare(greedy(PROMPT, "gone"))
    while set(engine.scheduler.running) != set(others_running):
        assert not told
        driver.step()
    assert driver.tokens(alone) == driver.tokens(expected)
    assert told == [driver.result(in_mix).step]
    kept = engine.adapters.known["stays"]
    assert {w.digest for w in engine.tiers.host.contents()} == {kept.digest}
    assert engine.tiers.on_device.keys() == {kept.digest}
    driver.step()
    assert engine._order.num_bytes == 2 * kept.num_bytes  # the stack of rank 16 has gone
    driver.finish()


@pytest.mark.parametrize("num_rows", [3, 10])
def test_unloading_when_idle_leaves_no_tensor_behind(
    make_engine, tiny_adapter, drive, greedy, num_rows
):
    """Catches copies that wait for the next step, plan or load to be forgotten."""
    engine = make_engine()
    driver = drive(engine)
    engine.adapters.load("one", tiny_adapter(seed=1))
    driver.run([greedy(PROMPT, "one") for _ in range(num_rows)])
    copies = held_copies(engine)
    assert (engine._order.num_bytes > 0) is (num_rows == 3)  # many rows share a product, uncopied
    engine.adapters.unload("one", lambda: None)
    gc.collect()
    assert copies
    assert all(copy() is None for copy in copies)
    assert engine._order.num_bytes == 0
    assert engine.adapters.faults() == []


def test_the_same_content_under_two_names_is_freed_with_the_second(make_engine, tiny_adapter):
    """Catches an unload that takes away what another name still serves."""
    engine = make_engine()
    folder = tiny_adapter(seed=1)
    for name in ("one", "two"):
        engine.adapters.load(name, folder)
    engine.adapters.unload("one", lambda: None)
    assert len(engine.tiers.host.contents()) == 1
    engine.adapters.unload("two", lambda: None)
    assert engine.tiers.host.contents() == ()


def test_a_replaced_adapter_is_freed_with_its_last_answer(make_engine, tiny_adapter, drive, greedy):
    """Catches old weights under a name that has new ones, in RAM for ever."""
    engine = make_engine(max_rows=1)
    old = engine.adapters.load("name", tiny_adapter(seed=1))
    driver = drive(engine)
    (running,), (waiting,) = (driver.add([greedy(PROMPT, "name")]) for _ in range(2))
    driver.step()
    new = engine.adapters.load("name", tiny_adapter(seed=2))
    (fresh,) = driver.add([greedy(PROMPT, "name")])
    driver.finish()
    digests = [driver.result(row).adapter_digest for row in (running, waiting, fresh)]
    assert digests == [old.digest, old.digest, new.digest]
    assert {w.digest for w in engine.tiers.host.contents()} == {new.digest}
    assert engine.adapters.faults() == []


def test_files_that_changed_under_a_name_are_not_served_for_it(
    make_engine, tiny_adapter, drive, greedy
):
    """Catches new bytes served under the digest of the old, once the RAM had no room for them."""
    engine = make_engine(host_bytes=0)
    folder = tiny_adapter(seed=1)
    engine.adapters.load("name", folder)
    shutil.copy(tiny_adapter(seed=2) / WEIGHTS_NAME, folder / WEIGHTS_NAME)
    driver = drive(engine)
    changed, beside = driver.run([greedy(PROMPT, "name"), greedy(PROMPT)])
    assert driver.result(changed).reason is FinishReason.ERROR
    assert "have changed since it was loaded" in driver.result(changed).error
    assert driver.result(beside).reason is FinishReason.LENGTH
    engine.adapters.load("name", folder)
    (again,) = driver.run([greedy(PROMPT, "name")])
    assert driver.result(again).reason is FinishReason.LENGTH
    assert engine.adapters.faults() == []


def test_a_slow_load_holds_up_its_own_requests_only(make_engine, tiny_adapter, greedy, monkeypatch):
    """Catches a step that waits for a disk, and a cancel that waits for it too."""
    slow, quick = tiny_adapter(seed=1), tiny_adapter(seed=2)
    with EngineWorker(make_engine(host_bytes=0)) as worker:
        worker.load_adapter("slow", slow)
        worker.load_adapter("quick", quick)
        disk = Disk(monkeypatch, slow)
        waiting, given_up = (
            worker.submit(greedy(PROMPT, "slow")),
            worker.submit(greedy("a", "slow")),
        )
        disk.num_waiting.acquire()
        assert worker.submit(greedy(PROMPT, "quick")).result().reason is FinishReason.LENGTH
        assert worker.submit(greedy(PROMPT)).result().reason is FinishReason.LENGTH
        given_up.cancel()
        assert given_up.result().reason is FinishReason.CANCELLED
        assert [info.num_requests for info in worker.adapters] == [1, 0]
        disk.go_on()
        assert waiting.result().reason is FinishReason.LENGTH


def test_several_adapters_load_at_once(make_engine, tiny_adapter, greedy, monkeypatch):
    """Catches loads that stand in line behind a slow one."""
    folders = [tiny_adapter(seed=seed) for seed in range(3)]
    with EngineWorker(make_engine(host_bytes=0)) as worker:
        for name, folder in zip("abc", folders, strict=True):
            worker.load_adapter(name, folder)
        disk = Disk(monkeypatch, *folders)
        streams = [worker.submit(greedy(PROMPT, name)) for name in "abc"]
        for _ in folders:
            assert disk.num_waiting.acquire(timeout=60)
        disk.go_on()
        assert {stream.result().reason for stream in streams} == {FinishReason.LENGTH}


def test_a_failing_load_ends_its_own_requests_and_says_why(make_engine, tiny_adapter, greedy):
    """Catches an engine that dies of a missing file, and a slot that is lost to it."""
    gone, kept = tiny_adapter(seed=1), tiny_adapter(seed=2)
    with EngineWorker(make_engine(host_bytes=0, max_adapters=1)) as worker:
        worker.load_adapter("gone", gone)
        worker.load_adapter("kept", kept)
        shutil.rmtree(gone)
        pair = worker.submit_many([greedy(PROMPT, "gone"), greedy(PROMPT)])
        assert pair[0].result().reason is FinishReason.ERROR
        assert "There is no adapter folder" in pair[0].result().error
        assert pair[1].result().reason is FinishReason.LENGTH
        assert worker.submit(greedy(PROMPT, "kept")).result().reason is FinishReason.LENGTH


def test_the_list_says_where_each_adapter_is(make_engine, tiny_adapter, greedy):
    """Catches a tier that nobody can tell from another."""
    size = 4 * 2 * 8 * (64 + 64 + 64 + 32)
    with EngineWorker(make_engine(host_bytes=size, max_adapters=1)) as worker:
        infos = [
            worker.load_adapter(name, tiny_adapter(8, ("q_proj", "v_proj"), seed))
            for seed, name in enumerate("ab")
        ]
        assert [info.tier for info in infos] == [Tier.HOST, Tier.HOST]
        assert [info.tier for info in worker.adapters] == [Tier.DISK, Tier.HOST]
        worker.submit(greedy(PROMPT, "a")).result()
        assert [info.tier for info in worker.adapters] == [Tier.DEVICE, Tier.DISK]


def test_unloading_says_when_the_memory_is_free(make_engine, tiny_adapter, greedy):
    """Catches a promise that is kept too early, or never."""
    with EngineWorker(make_engine()) as worker:
        worker.load_adapter("one", tiny_adapter(seed=1))
        copies = held_copies(worker._engine)
        stream = worker.submit(greedy(PROMPT, "one", 400))
        assert isinstance(next(iter(stream)), TokenEvent)
        freed = worker.unload_adapter("one")
        with pytest.raises(NotYet):
            freed.result(timeout=0)
        stream.cancel()
        freed.result()
        gc.collect()
        assert all(copy() is None for copy in copies)
        assert stream.result().reason is FinishReason.CANCELLED


def test_nobody_waits_for_memory_of_an_engine_that_has_ended(
    make_engine, tiny_adapter, greedy, monkeypatch
):
    """Catches a caller of unload who hangs when the engine is closed during a load."""
    folder = tiny_adapter(seed=1)
    worker = EngineWorker(make_engine(host_bytes=0))
    worker.start()
    worker.load_adapter("one", folder)
    disk = Disk(monkeypatch, folder)
    stream = worker.submit(greedy(PROMPT, "one"))
    disk.num_waiting.acquire()
    freed = worker.unload_adapter("one")
    worker.close()
    disk.go_on()
    assert freed.done()
    assert stream.result().reason is FinishReason.ERROR
