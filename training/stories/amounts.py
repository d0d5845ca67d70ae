"""An amount that changes: somebody has, gets, gives away; people get on and off."""

import json
import random
from dataclasses import dataclass
from functools import cache

from training.lexicon import CORPUS
from training.stories.plan import Frame, Plan

_THEN = (
    "", "", "", "then ", "then ", "later ", "after that, ", "in the afternoon ", "the next day ",
    "on {weekday} ", "a little later ",
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """Where an amount changes. `@` is one of the `kinds`; {x} is a number; of a change to `each`
    there are {x} times {y}. Changes begin with a verb where `who` does them."""

    start: list[str]
    ask: list[str]
    more: list[str]
    less: list[str]
    who: str = ""
    more_each: tuple[str, ...] = ()
    less_each: tuple[str, ...] = ()
    half: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ("",)
    low: int = 10
    high: int = 60


@cache
def _scenes() -> tuple[Scene, ...]:
    lines = (CORPUS / "parts" / "amounts.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(Scene(**json.loads(line)) for line in lines)


def changing(rng: random.Random) -> Frame:
    """A start, one to three changes, and what there is in the end."""
    plan, scene = Plan(rng), rng.choice(_scenes())
    kind = rng.choice(scene.kinds)
    amount = plan.number(scene.low, scene.high)
    start = plan.worded(rng.choice(scene.start).replace("@", kind), x=amount)
    changes: list[str] = []
    used: set[str] = set()
    for _ in range(rng.choice((1, 2, 2, 2, 3))):
        if len(plan.steps) > 2:
            break
        text, amount = _change(scene, amount, plan, used)
        changes.append(text)
    ask = plan.worded(rng.choice(scene.ask).replace("@", kind))
    who = f"{scene.who} ".lstrip()
    if not plan.is_past and rng.random() < 0.2:
        told = f"if {start} and {' and then '.join((f'{who}{changes[0]}', *changes[1:]))}"
        plan.say(f"{told}, {ask}")
        return plan.frame()
    plan.say(start)
    if len(changes) > 1 and rng.random() < 0.5:
        changes[:2] = [f"{changes[0]} and {rng.choice(('', 'then '))}{changes[1]}"]
    for text in changes:
        plan.say(f"{rng.choice(_THEN)}{who}{text}")
    plan.say(ask)
    return plan.frame()


def _change(scene: Scene, amount: str, plan: Plan, used: set[str]) -> tuple[str, str]:
    """One change in words, none that was `used`, and the amount after it."""
    rng = plan.rng
    if scene.half and not used & set(scene.half) and rng.random() < 0.12:
        text = rng.choice(scene.half)
        used.update(scene.half)
        return plan.worded(text), plan.step(amount, "/", "2")
    kinds = {"+": scene.more, "-": scene.less, "+*": scene.more_each, "-*": scene.less_each}
    sign, text = rng.choice(
        [
            (sign, text)
            for sign in rng.sample(list(kinds), 2)
            for text in kinds[sign]
            if text not in used
        ]
        or [("+", rng.choice(scene.more))]
    )
    used.add(text)
    if len(sign) == 1:
        name = plan.number(2, max(6, scene.low))
        return plan.worded(text, x=name), plan.step(amount, sign, name)
    times, each = plan.number(2, 6), plan.number(2, 9)
    product = plan.step(times, "*", each)
    return plan.worded(text, x=times, y=each), plan.step(amount, sign[0], product)
