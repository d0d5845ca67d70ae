"""So many of so many each: things bought, boxes filled, and what is then shared or left."""

import random

from training.stories.plan import Frame, Plan

_BOXES = ("boxes", "bags", "baskets", "crates", "jars", "packs", "trays", "sacks", "cartons")
_BOARDS = ("shelves", "tables", "carts", "plates")
_SHARERS = ("friends", "children", "neighbours", "families", "classes", "teams", "guests")


def shopping(rng: random.Random) -> Frame:
    """One to three things at a price; the sum, the change, or each one's part."""
    plan = Plan(rng)
    costs, bought, prices = [], [], []
    for place in range(rng.choice((1, 2, 2, 3))):
        thing = "{things}" if place == 0 else f"{{things:{place + 1}}}"
        price = plan.number(2, 9)
        if place and rng.random() < 0.3:
            costs.append(price)
            bought.append(f"[a|one] {{thing}} for ${{{price}}}")
            break
        count = plan.number(2, 9)
        costs.append(plan.step(count, "*", price))
        at, each = rng.choice(
            (("at", "each"), ("for", "each"), ("at", "apiece"), ("at", "a piece"))
        )
        bought.append(f"{{{count}}} {thing} {at} ${{{price}}} {each}")
        prices.append((thing, count, price))
    listed = " and ".join((", ".join(bought[:-1]), bought[-1])) if bought[1:] else bought[0]
    if len(prices) == len(bought) == 1 and rng.random() < 0.5:
        thing, count, price = prices[0]
        plan.say(f"{thing} cost ${{x}} each", x=price)
        plan.say(f"{{first_name}} <buys|bought> {{x}}[| of them| {thing}]", x=count)
    else:
        plan.say(f"{{first_name}} <buys|bought> {listed}")
    total = plan.total(costs)
    _settle(plan, total)
    return plan.frame()


def _settle(plan: Plan, total: str) -> None:
    """What happens to the bill, and the question."""
    ends = ["sum", "change", "off", "more"] if len(plan.steps) < 4 else ["sum"]
    end = plan.rng.choice([*ends, "sum"])
    if end == "change":
        paid = plan.number(20, 100)
        plan.step(paid, "-", total)
        if plan.rng.random() < 0.5:
            plan.say("{first_name} <has|had> ${x}[| to begin with| in all]", x=paid)
            plan.say("how much [money |]<is|was> left[| after that]?")
        else:
            plan.say("{first_name} <pays|paid> with ${x}", x=paid)
            plan.say("[how much change <does|did> {first_name} get|how much <is|was> the change]?")
        return
    if end == "off":
        less = plan.number(2, 10)
        plan.step(total, "-", less)
        plan.say("[the shop|a voucher] <takes|took> ${x} off the [bill|price]", x=less)
    elif end == "more":
        more = plan.number(2, 9)
        plan.step(total, "+", more)
        plan.say("[delivery|the bus home|wrapping] <costs|cost> another ${x}", x=more)
    plan.say(
        "[how much <does|did> {first_name} pay|how much <does|did> {first_name} spend"
        "|what <is|was> the total cost|how much <does|did> it cost][| in all| altogether]?"
    )


def containers(rng: random.Random) -> Frame:
    """So many boxes of so many; some more or fewer; then counted, shared, packed or sold."""
    plan = Plan(rng)
    count, each = plan.number(2, 12), plan.number(3, 15)
    at, box = rng.choice((("in", rng.choice(_BOXES)),) * 4 + (("on", rng.choice(_BOARDS)),))
    starts = (
        f"{{first_name}} <has|had> {{x}} {box} with {{y}} {{things}} [each|{at} each]",
        f"{{first_name}} <fills|filled> {{x}} {box} with {{y}} {{things}} each",
        f"there <are|were> {{x}} {box} with {{y}} {{things}} {at} each of them",
        f"there <are|were> {{y}} {{things}} {at} each of {{x}} {box}",
        f"{{x}} {box} <hold|held> {{y}} {{things}} each",
    )
    plan.say(rng.choice(starts), x=count, y=each)
    amount = plan.step(count, "*", each)
    if rng.random() < 0.5:
        other = plan.number(2, 20)
        sign, texts = rng.choice(
            (
                ("+", ("{x} more <lie|lay> on the floor", "{first_name} <adds|added> {x} more")),
                ("-", ("{x} of them <are|were> broken", "{first_name} <gives|gave> {x} away")),
            )
        )
        plan.say(rng.choice(texts), x=other)
        amount = plan.step(amount, sign, other)
    _shared_out(plan, amount)
    return plan.frame()


def _shared_out(plan: Plan, amount: str) -> None:
    """The end of a problem of boxes: a count, a share, packs, or money."""
    rng = plan.rng
    good = "good " if "broken" in plan.sentences[-1] else ""
    end = rng.choice(("count", "count", "share", "pack", "sell"))
    them = f"the {good}ones" if good else "them"
    if end == "share":
        sharers, name = rng.choice(_SHARERS), plan.number(2, 9)
        plan.step(amount, "/", name)
        plan.say(f"{{x}} {sharers} <share|shared> {them} equally", x=name)
        plan.say("how many <does|did> each [of them|one] get?")
    elif end == "pack":
        box, name = rng.choice(_BOXES), plan.number(2, 9)
        plan.step(amount, "/", name)
        plan.say(f"{{first_name:2}} <puts|put> {them} into {box} of {{x}}", x=name)
        plan.say(f"how many {box} of {{x}} <are|were> filled?", x=name)
    elif end == "sell":
        price = plan.number(2, 9)
        plan.step(amount, "*", price)
        plan.say(f"{{first_name:2}} <sells|sold> {them} for ${{x}} each", x=price)
        plan.say("how much money [is that|<does|did> {first_name:2} get][| in all]?")
    else:
        fewer = len(plan.steps) > 1 and "-" in plan.steps[-1]
        when = "[now|then]" if fewer else "[in all|altogether|in total|now]"
        plan.say(f"how many {good}{{things}} are there {when}?")
