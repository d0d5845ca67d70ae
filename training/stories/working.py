"""So many a day for so many days: work, reading, saving, and goals that are reached."""

import random
from dataclasses import dataclass

from training.stories.plan import Frame, Plan


@dataclass(frozen=True)
class Work:
    """What is done again and again: verb and its base form, what is counted, how often."""

    verb: str
    base: str
    noun: str
    each: str
    low: int = 3
    high: int = 20


_WORKS = (
    Work("<reads|read>", "read", "pages", "day", 8, 30),
    Work("<saves|saved>", "save", "dollars", "week"),
    Work("<saves|saved>", "save", "pounds", "month", 10, 60),
    Work("<earns|earned>", "earn", "euros", "hour", 8, 25),
    Work("<walks|walked>", "walk", "miles", "day"),
    Work("<cycles|cycled>", "cycle", "kilometres", "day", 10, 50),
    Work("<bakes|baked>", "bake", "loaves", "hour"),
    Work("<makes|made>", "make", "{things}", "hour"),
    Work("<makes|made>", "make", "{things}", "day"),
    Work("<sells|sold>", "sell", "{things}", "day"),
    Work("<writes|wrote>", "write", "lines", "day"),
    Work("<plants|planted>", "plant", "trees", "day"),
    Work("<drinks|drank>", "drink", "glasses of water", "day", 3, 9),
    Work("<paints|painted>", "paint", "fence posts", "hour"),
    Work("<learns|learned>", "learn", "words", "day"),
    Work("<picks|picked>", "pick", "apples", "minute"),
    Work("<types|typed>", "type", "words", "minute", 20, 60),
    Work("<swims|swam>", "swim", "lengths", "lesson"),
)


def rates(rng: random.Random) -> Frame:
    """So many a day for so many days, somewhat more or less, and perhaps a goal."""
    plan, work = Plan(rng), rng.choice(_WORKS)
    each, times = plan.number(work.low, work.high), plan.number(2, 9)
    article = "an" if work.each == "hour" else "a"
    at = "on" if work.each == "day" else "in"
    often = rng.choice((f"{article} {work.each}", f"every {work.each}", f"each {work.each}"))
    plan.say(
        f"{{first_name}} {work.verb} {{x}} {work.noun} {often} for {{y}} {work.each}s",
        x=each, y=times,
    )  # fmt: skip
    amount = plan.step(each, "*", times)
    end = rng.choice(("sum", "more", "other", "less", "goal", "money"))
    how_many = f"how many {work.noun} <does|did> {{first_name}} {work.base}"
    if end == "more":
        other = plan.number(2, 30)
        plan.step(amount, "+", other)
        plan.say(f"[then|after that|later] {{first_name}} {work.verb} {{x}} more", x=other)
    elif end == "other":
        other = plan.number(work.low, work.high)
        plan.step(amount, "+", plan.step(other, "*", times))
        plan.say(f"{{first_name:2}} {work.verb} {{x}} {often} for just as long", x=other)
        plan.say(f"how many {work.noun} is that [together|for the two of them|altogether]?")
        return plan.frame()
    elif end == "less":
        other = plan.number(2, 9)
        plan.step(amount, "-", other)
        when = rng.choice((f"only {at} the last {work.each}", "the last time"))
        plan.say(f"{when} it <is|was> {{x}} fewer", x=other)
    elif end == "goal":
        goal = plan.number(50, 300)
        plan.step(goal, "-", amount)
        plan.say(f"the [goal|plan] <is|was> {{x}} {work.noun}", x=goal)
        plan.say(f"how many {work.noun} <are|were> [missing|still to come|left to do]?")
        return plan.frame()
    plan.say(f"{how_many}[| in all| altogether| in total]?")
    return plan.frame()


def goals(rng: random.Random) -> Frame:
    """How long it takes to get from what there is to what is wanted."""
    plan, work = Plan(rng), rng.choice(_WORKS)
    plan.is_past = False
    each = plan.number(max(2, work.low // 2), work.high)
    goal = plan.number(20, 240)
    often = rng.choice(("every", "each"))
    wants = rng.choice(("wants to", "has to", "would like to", "must"))
    if rng.random() < 0.5:
        have = plan.number(3, 60)
        rest = plan.step(goal, "-", have)
        plan.say(f"{{first_name}} {wants} {work.base} {{x}} {work.noun}", x=goal)
        plan.say("[{x} are done already|so far it is {x}|there are {x} already]", x=have)
        plan.say(f"{{first_name}} {work.verb} {{x}} {often} {work.each}", x=each)
    else:
        rest = goal
        plan.say(f"{{first_name}} {work.verb} {{x}} {work.noun} {often} {work.each}", x=each)
        plan.say(f"{{first_name}} {wants} {work.base} {{x}}[| {work.noun}| in all]", x=goal)
    plan.step(rest, "/", each)
    plan.say(f"how many {work.each}s [does that take|will that take|are needed|does it take]?")
    return plan.frame()
