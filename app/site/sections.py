"""The places of the demo, in the order of the banner. Knows no route."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Section:
    """One link of the banner. `path` has no slash before it: a proxy may serve us under a prefix.

    `name` is what visitors read; `path` is also how a page says that it is this one.
    """

    path: str
    name: str


SECTIONS = (
    Section("", "Compare"),
    Section("all", "All at once"),
    Section("arena", "Arena"),
    Section("leaderboard", "Leaderboard"),
    Section("engine", "Engine"),
    Section("paper", "The paper"),
    Section("about", "About"),
)
