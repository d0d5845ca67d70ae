"""What the texts of one example speak of: the same names and numbers in all, or in all but one.

A frame is settled first: alternatives chosen, numbers drawn. What is left are `{keys}`, and the
same keys can be filled again in a world in which one of them means something else.
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from training.frames import Draw, fill

_ALTERNATIVES = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")
_NUMBER = re.compile(r"\{(?:([^{}=]+)=)?int:(\d+)-(\d+)\}")
_KEY = re.compile(r"\{([^{}]+)\}")
_TRIES = 30

Range = tuple[int, int]
Pair = tuple[str, str]
Rated = tuple[str, str, float]


@dataclass
class World:
    """Fillers by key; `ranges` says between what a number was drawn."""

    draw: Draw
    ranges: dict[str, Range] = field(default_factory=dict)

    @property
    def rng(self) -> random.Random:
        """The example's source of chance."""
        return self.draw.rng

    def settle(self, frame: str, ranges: Mapping[str, Range] | None = None) -> str:
        """The frame with nothing but keys left to fill.

        Args:
            ranges: of numbers that the frame uses but does not define.
        """
        while match := _ALTERNATIVES.search(frame):
            chosen = self.rng.choice(match[1].split("|"))
            frame = f"{frame[: match.start()]}{chosen}{frame[match.end() :]}"
        frame = _NUMBER.sub(self._named, frame)
        for key in keys_of(frame):
            if key not in self.draw.memory and ranges and key in ranges:
                self._number(key, *ranges[key])
            self.draw.slot(key)
        return frame

    def text(self, settled: str) -> str:
        """The settled frame, filled; a capital stands where a filler begins it in small letters."""
        text = fill(settled, self.draw)
        return text[:1].upper() + text[1:] if settled.startswith("{") else text

    def part(self, settled: str) -> str:
        """The settled frame, filled, as it looks inside a sentence."""
        return fill(f". {settled}", self.draw)[2:]

    def say(self, frame: str) -> str:
        """A frame settled and filled."""
        return self.text(self.settle(frame))

    def changed(self, key: str) -> "World | None":
        """The same world with another filler for one key; None where there is no other."""
        memory = dict(self.draw.memory)
        old = memory.pop(key)
        other = World(
            Draw(self.rng, self.draw.split, memory, self.draw.entities), dict(self.ranges)
        )
        for _ in range(_TRIES):
            new = str(self.rng.randint(*self.ranges[key])) if key in self.ranges else None
            memory[key] = new or other.draw.slot(key)
            if memory[key] != old and memory[key] not in self.draw.memory.values():
                return other
            del memory[key]
        return None

    def beside(self) -> "World":
        """A world of other names, for what stands beside the pair without touching it."""
        taken = {
            f"{key.partition(':')[0]}:{place}": value
            for place, (key, value) in enumerate(self.draw.memory.items(), 1000)
            if key not in self.ranges
        }
        return World(Draw(self.rng, self.draw.split, taken, self.draw.entities))

    def keeping(self, key: str) -> "World":
        """A world that shares one filler with this one and nothing else."""
        other = self.beside()
        other.draw.memory[key] = self.draw.slot(key)
        return other

    def _named(self, match: re.Match[str]) -> str:
        key = match[1] or f"#{len(self.ranges)}"
        self._number(key, int(match[2]), int(match[3]))
        return f"{{{key}}}"

    def _number(self, key: str, low: int, high: int) -> None:
        self.ranges[key] = (low, high)
        self.draw.number(key, low, high)


def make_pair(draw: Draw, attempt: Callable[[World], Pair | None]) -> Pair:
    """The first pair that an attempt in a fresh world gives; a held-out one has to name somebody
    that training does not know."""
    while True:
        world = World(Draw(draw.rng, draw.split))
        pair = attempt(world)
        if pair is None:
            continue
        read = " ".join(pair).lower()
        names = {name for name in world.draw.entities if name.lower() in read}
        if names or draw.split == "train":
            draw.entities |= names
            return pair


def keys_of(settled: str) -> tuple[str, ...]:
    """The keys that a settled frame fills, each once, in order."""
    return tuple(dict.fromkeys(_KEY.findall(settled)))
