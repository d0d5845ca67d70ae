"""What is asked of contestants: prompts of one length, adapters by popularity, in turn."""

from collections import Counter

import pytest

from benchmarks.bases import BornBase
from benchmarks.popularity import POPULARITIES, draw, everybody_once_then_zipf
from benchmarks.shapes import TINY
from benchmarks.timing import in_turn


def test_prompts_are_of_one_length_and_differ(bench, born_bench):
    """Catches a rival that has to pad, and a prefix cache that finds every prompt known."""
    for one in (bench, born_bench):
        work = one.work([None] * 6)
        assert {len(ids) for ids in work.prompt_ids} == {one.settings.num_prompt_tokens}
        assert len(set(work.prompt_ids)) == 6
        assert work.digest == one.work([0] * 6).digest != one.work([None] * 5).digest


def test_popularities_are_what_they_are_called():
    """Catches a skew that is none, and a draw that another run does not repeat."""
    drawn = {name: Counter(draw(name, 300, 10, seed=1)) for name in POPULARITIES}
    assert drawn["same"] == {0: 300}
    assert set(drawn["distinct"].values()) == {30}
    assert max(drawn["uniform"].values()) < 60
    assert drawn["zipf"][0] > 2 * drawn["zipf"][3] > 0
    assert draw("zipf", 50, 10, seed=1) == draw("zipf", 50, 10, seed=1)


def test_every_adapter_in_use_is_asked_for():
    """Catches "200 in use" of which a hundred are never drawn."""
    drawn = everybody_once_then_zipf(400, 200, seed=0)
    assert len(drawn) == 400
    assert set(drawn) == set(range(200))


def test_contestants_take_turns_there_and_back():
    """Catches all repetitions of one contestant in a row, where a slow minute decides."""
    order = []

    def lap(name):
        order.append(name)
        return float(len(order))

    taken = in_turn({name: lambda name=name: lap(name) for name in "ABC"}, 3)
    assert "".join(order) == "ABCCBAABC"
    assert taken == {"A": (1.0, 6.0, 7.0), "B": (2.0, 5.0, 8.0), "C": (3.0, 4.0, 9.0)}


@pytest.mark.parametrize("bits", [4, 32])
def test_a_born_base_is_the_same_each_time(bits):
    """Catches rivals with other random weights than the engine's."""
    one, other = (BornBase(TINY, "cpu").plain(bits).state_dict() for _ in range(2))
    assert one.keys() == other.keys()
    assert all((one[name] == other[name]).all() for name in one)
