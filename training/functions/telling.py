"""A composed function as people ask for it."""

import random
import re
from collections.abc import Mapping
from typing import Any

OPENERS = (
    "Write a function", "Write a function", "Write a function", "Write a Python function",
    "Implement a function", "Create a function", "Define a function", "Make a function",
    "I need a function", "I need a Python function", "Please write a function", "Code a function",
    "Can you write a function", "Could you code a function", "I want a function",
    "Give me a function", "Build a function", "Help me write a function",
    "We need a small function", "Write code for a function",
)  # fmt: skip
TAILS = (
    "{s}", "{s}", "Name: {s}.", "Call it {n}.", "The function is called {n}.", "Write {s}.",
    "Name the function {n}.", "Use {s}.", "Signature: {s}.", "def {s}", "({n})", "Implement {s}.",
    "The name should be {n}.", "Function name: {n}.", "Call the function {n}.", "-> {s}",
)  # fmt: skip
_WITH_A_LOOP = (" Use a loop.", " Please use a for loop.", " Do it with a loop.")


def told(
    operation: Mapping[str, Any], marks: Mapping[str, str], name: str, parameters: str | None,
    loop: bool, rng: random.Random,
) -> str:  # fmt: skip
    """The task in words, with the parameters or, where they are None, the name alone."""
    signature = name if parameters is None else f"{name}({parameters})"
    says = str(rng.choice(operation["say"])).format(**marks)
    mark = "{n}" if parameters is None else "{s}"
    tails = [tail for tail in TAILS if mark in tail]
    tail = rng.choice(tails).replace("{s}", signature).replace("{n}", name)
    roll = rng.random()
    if "ask" in operation and roll < 0.15:
        text = f"{rng.choice(operation['ask']).format(**marks)} {tail}"
    elif roll < 0.5:
        opener = rng.choice(OPENERS)
        that = rng.choice(("that", "that", "that", "which"))
        called = rng.choice((signature, signature, f"called {signature}", f"named {signature}"))
        text = _ended(f"{opener} {called} {that} {says}", opener)
    elif roll < 0.62:
        opener = rng.choice(OPENERS)
        text = f"{_ended(f'{opener} that {says}', opener)} {tail}"
    elif roll < 0.72:
        text = rng.choice((f"{signature} {says}.", f"The function {signature} {says}."))
    elif roll < 0.8:
        text = f"{signature}: {imperative(says)}."
    else:
        asked = imperative(says)
        text = f"{asked[:1].upper()}{asked[1:]}. {tail}"
    return text + (rng.choice(_WITH_A_LOOP) if loop else "")


def _ended(text: str, opener: str) -> str:
    return f"{text}?" if opener.startswith(("Can", "Could")) else f"{text}."


def imperative(says: str) -> str:
    """`counts the vowels` as `count the vowels`; a second verb after `and` likewise."""
    first, _, rest = says.partition(" ")
    rest = re.sub(
        r"\band (returns|leaves|adds|subtracts|rounds)\b", lambda m: f"and {m[1][:-1]}", rest
    )
    return f"{_base_form(first)} {rest}"


def _base_form(verb: str) -> str:
    if verb.endswith("ies"):
        return f"{verb[:-3]}y"
    return verb[:-2] if verb.endswith(("ches", "shes", "xes")) else verb[:-1]
