"""More than, fewer than, twice as many: two or three people, ages, and the parts of a whole."""

import random

from training.stories.plan import Frame, Plan

_NAMES = ("{first_name}", "{first_name:2}", "{first_name:3}")
_DEEDS = (
    ("<has|had>", "have", "{things}"),
    ("<collects|collected>", "collect", "{things}"),
    ("<finds|found>", "find", "{things}"),
    ("<sells|sold>", "sell", "{things}"),
    ("<makes|made>", "make", "{things}"),
    ("<picks|picked>", "pick", "baskets of fruit"),
    ("<reads|read>", "read", "pages"),
    ("<scores|scored>", "score", "points"),
    ("<wins|won>", "win", "games"),
    ("<earns|earned>", "earn", "coins"),
    ("<plants|planted>", "plant", "trees"),
    ("<bakes|baked>", "bake", "loaves"),
    ("<writes|wrote>", "write", "letters"),
    ("<runs|ran>", "run", "laps"),
    ("<swims|swam>", "swim", "lengths"),
    ("<catches|caught>", "catch", "fish"),
)
_TIMES = {"2": "twice", "3": "three times", "4": "four times"}
_GROUPS = (
    ("{things}", ("{color}", "{color:2}", "{color:3}"), "are"),
    ("animals on a farm", ("hens", "sheep", "goats"), "are"),
    ("people in a hall", ("children", "women", "men"), "are"),
    ("books on a shelf", ("novels", "comics", "cookbooks"), "are"),
    ("trees in a park", ("oaks", "pines", "birches"), "are"),
    ("pupils in a school", ("on foot", "by bus", "by bicycle"), "come"),
    ("guests at a party", ("tea", "juice", "water"), "drink"),
)


def two_or_three(rng: random.Random) -> Frame:
    """One amount given, one or two told by comparison; asked for one, the sum or the difference."""
    plan = Plan(rng)
    verb, base, noun = rng.choice(_DEEDS)
    amounts = [plan.number(8, 40)]
    plan.say(f"{_NAMES[0]} {verb} {{x}} {noun}", x=amounts[0])
    for place in range(1, rng.choice((2, 2, 3))):
        amounts.append(_compared(plan, place, amounts[-1], verb, noun))
    last = len(amounts) - 1
    asked = rng.choice(("one", "sum", "sum"))
    if asked == "one":
        plan.say(f"how many {noun} <does|did> {_NAMES[last]} {base}?")
    else:
        plan.total(amounts)
        everybody = ("they", "the two" if last == 1 else "the three", " and ".join(_NAMES[:2]))
        who = rng.choice(everybody[: 3 if last == 1 else 2])
        end = rng.choice((" together", " in all", " altogether", " in total"))
        plan.say(f"how many {noun} <do|did> {who} {base}{end}?")
    return plan.frame()


def _compared(plan: Plan, place: int, before: str, verb: str, noun: str) -> str:
    """A sentence that compares the next person with the one before; the amount of the next."""
    rng, this, that = plan.rng, _NAMES[place], _NAMES[place - 1]
    kind = rng.choice(("more", "fewer", "times", "half", "that is more", "that is fewer"))
    if kind == "half":
        plan.say(f"{this} {verb} half as many[| as {that}| {noun}]")
        return plan.step(before, "/", "2")
    if kind == "times":
        times = rng.choice(tuple(_TIMES))
        plan.say(f"{this} {verb} {_TIMES[times]} as many[| as {that}| {noun}]")
        return plan.step(before, "*", times)
    other = plan.number(2, 20)
    if kind in ("more", "fewer"):
        plan.say(f"{this} {verb} {{x}} {kind}[| than {that}| {noun} than {that}]", x=other)
        return plan.step(before, "+" if kind == "more" else "-", other)
    word = kind.removeprefix("that is ")
    told = f"that <is|was> {{x}} {word} than {this} {verb}"
    if place > 1 or rng.random() < 0.4:
        told = f"{that} {verb} {{x}} {word}[| {noun}] than {this}"
    plan.say(told, x=other)
    return plan.step(before, "-" if word == "more" else "+", other)


def ages(rng: random.Random) -> Frame:
    """Somebody's age, somebody else's by comparison, and perhaps some years later."""
    plan = Plan(rng)
    plan.is_past = False
    first = plan.number(6, 40)
    plan.say("{first_name} is {x}[| years old]", x=first)
    kind = rng.choice(("older", "younger", "times", "half"))
    if kind == "half":
        plan.say("{first_name:2} is half as old[| as {first_name}]")
        second = plan.step(first, "/", "2")
    elif kind == "times":
        times = rng.choice(tuple(_TIMES))
        plan.say(f"{{first_name:2}} is {_TIMES[times]} as old[| as {{first_name}}]")
        second = plan.step(first, "*", times)
    else:
        other = plan.number(2, 15)
        plan.say(f"{{first_name:2}} is {{x}} years {kind}[| than {{first_name}}]", x=other)
        second = plan.step(first, "+" if kind == "older" else "-", other)
    asked = rng.choice(("now", "later", "sum"))
    if asked == "later":
        later = plan.number(2, 12)
        plan.step(second, "+", later)
        plan.say("how old will {first_name:2} be in {x} years?", x=later)
    elif asked == "sum":
        plan.step(first, "+", second)
        plan.say(
            "[what is the sum of their ages|how old are they together|what age have both in all]?"
        )
    else:
        plan.say("[how old is {first_name:2}|what is the age of {first_name:2}]?")
    return plan.frame()


def parts_of_a_whole(rng: random.Random) -> Frame:
    """A whole, one or two of its parts, and the rest or what becomes of it."""
    plan = Plan(rng)
    plan.is_past = False
    whole, known, verb = rng.choice(_GROUPS)
    kinds = rng.sample(known, 3)
    count = plan.number(30, 99)
    parts = [plan.number(4, 20) for _ in range(rng.choice((1, 2, 2)))]
    told = [f"{{{part}}} {verb} {kind}" for part, kind in zip(parts, kinds, strict=False)]
    rest = f"the [rest|others] {verb} {kinds[len(parts)]}"
    form = rng.choice(("of {x} {w}, {t}, and {r}", "there are {x} {w}. {T}, and {r}"))
    listed = ", ".join(told)
    text = form.replace("{w}", whole).replace("{t}", listed).replace("{T}", listed)
    plan.say(text.replace("{r}", rest), x=count)
    if len(parts) == 2 and rng.random() < 0.6:
        left = plan.step(count, "-", plan.total(parts))
    else:
        left = count
        for part in parts:
            left = plan.step(left, "-", part)
    if rng.random() < 0.2:
        more = plan.number(2, 9)
        plan.step(left, "-", more)
        plan.say("{x} of [these|the last ones] go away", x=more)
        plan.say(f"how many that {verb} {kinds[len(parts)]} are left?")
    else:
        plan.say(f"how many {verb} {kinds[len(parts)]}?")
    return plan.frame()
