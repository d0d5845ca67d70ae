"""More adapters than slots: everybody's turn comes, and the rows stay full. Without a model."""

import itertools
import random
from dataclasses import dataclass, field

import pytest

from engine import waiting
from tests.engine.without_model import SlowShelf, compute, recipe, request_for, scheduler

NUM_ADAPTERS, NUM_SLOTS, NUM_ROWS, NUM_CLIENTS = 200, 8, 64, 128
SHORTEST, LONGEST, LOAD_STEPS, NUM_STEPS = 4, 24, 2, 2000
# Half of the slots serve the line in turn; a turn is a load, an answer of the longest, and at most
# another such answer of whoever is to leave.
BOUND_STEPS = NUM_ADAPTERS // (NUM_SLOTS // 2) * (LOAD_STEPS + LONGEST + 1) + LONGEST


@dataclass
class Traffic:
    """What came of a simulation; waits are in steps, from asking to the first row."""

    waits: list[int] = field(default_factory=list)
    still_waiting: list[int] = field(default_factory=list)
    served: set[str] = field(default_factory=set)
    num_rows: int = 0
    num_loads: int = 0

    @property
    def longest_wait(self) -> int:
        return max(*self.waits, *self.still_waiting)

    @property
    def rows_per_step(self) -> float:
        return self.num_rows / NUM_STEPS


def clients_of(num_clients: int) -> list[str]:
    """Which adapter each client asks for: the k-th most popular has 1/k of the first's, or one."""
    weights = [1 / k for k in range(1, NUM_ADAPTERS + 1)]
    shares = [max(1, round(num_clients * weight / sum(weights))) for weight in weights]
    return [f"{n}" for n, share in enumerate(shares) for _ in range(share)]


def simulate(num_slots: int = NUM_SLOTS, seed: int = 0) -> Traffic:
    """Clients who ask again as soon as they are answered, each for an adapter of its own."""
    drawn = random.Random(seed)
    shelf = SlowShelf(LOAD_STEPS)
    line = scheduler(10**9, shelf, max_rows=NUM_ROWS, max_waiting=10**9, max_adapters=num_slots)
    adapters = [recipe(f"{n}") for n in range(NUM_ADAPTERS)]
    asked_at, traffic = {}, Traffic()

    def ask(name: str, step: int) -> None:
        sequence = request_for(adapters[int(name)], 4, drawn.randint(SHORTEST, LONGEST))
        asked_at[sequence] = step
        line.add([sequence])

    clients = clients_of(NUM_CLIENTS)
    drawn.shuffle(clients)
    for name in clients:
        ask(name, 0)
    for step in range(NUM_STEPS):
        num_before = len(line.running)
        batch = line.schedule()
        for row in line.running[num_before:]:
            traffic.waits.append(step - asked_at.pop(row))
            traffic.served.add(row.adapter.adapter_id)
        traffic.num_rows += len(line.running)
        for row in compute(batch):
            line.finish(row)
            ask(row.adapter.adapter_id, step + 1)
        for adapter in shelf.pass_step():
            line.slots.arrived(adapter)
        if step % 50 == 0:
            assert line.faults() == []
    traffic.still_waiting = [NUM_STEPS - step for step in asked_at.values()]
    traffic.num_loads = shelf.num_loads
    return traffic


@pytest.fixture(scope="module")
def fair() -> Traffic:
    return simulate()


@pytest.fixture(scope="module")
def naive() -> Traffic:
    """Resident adapters always overtake: no slot ever changes hands while somebody wants it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(waiting, "PATIENCE_STEPS", 10**9)
        return simulate()


def test_everybody_is_served_within_the_bound(fair):
    """Catches popular adapters that keep their slots for ever, and a turn that is skipped."""
    assert len(fair.served) == NUM_ADAPTERS
    assert fair.longest_wait <= BOUND_STEPS


def test_letting_residents_always_overtake_would_starve_most(naive):
    """Catches a simulation too mild to show starvation: then the test above proves nothing."""
    assert len(naive.served) < 0.6 * NUM_ADAPTERS
    assert naive.longest_wait == NUM_STEPS


def test_fairness_costs_little_throughput(fair, naive):
    """Catches slots that change hands so often, or stand empty so long, that rows run empty."""
    assert fair.rows_per_step >= 0.85 * naive.rows_per_step
    assert fair.rows_per_step >= 0.7 * simulate(num_slots=NUM_ADAPTERS).rows_per_step


def test_one_slot_serves_everybody_in_turn():
    """Catches half of one slot rounded down to none."""
    line = scheduler(max_rows=4, max_adapters=1)
    names = [recipe(name) for name in ("a", "b", "c")]
    requests = [request_for(adapter, max_tokens=6) for adapter in names]
    for popular in itertools.chain(requests, [request_for(names[0]) for _ in range(3)]):
        line.add([popular])
    started = []
    for _ in range(200):
        num_before = len(line.running)
        batch = line.schedule()
        started += line.running[num_before:]
        for row in compute(batch):
            line.finish(row)
            if row.adapter is names[0]:
                line.add([request_for(names[0])])
        assert line.faults() == []
    assert set(requests) <= set(started)


def test_a_slot_closed_for_others_does_not_hold_up_who_came_before_them():
    """Catches a slot kept empty for those who wait behind the one who wants it: nobody moves."""
    shelf = SlowShelf(load_steps=1)
    line = scheduler(60, shelf, max_rows=4, max_adapters=3)
    named = {name: recipe(name) for name in "abcde"}
    for names, max_tokens in (("c", 28), ("bebc", 6), ("eba", 15), ("cd", 13)):
        line.add([request_for(named[name], max_tokens=max_tokens) for name in names])
    for _ in range(200):
        for row in compute(line.schedule()):
            line.finish(row)
        for adapter in shelf.pass_step():
            line.slots.arrived(adapter)
    assert not line.has_work
