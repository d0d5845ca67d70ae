"""What a request adds to the base, by name and content. Knows no tensor: the scheduler reads it."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Adapter:
    """One adapter as it was registered: its content by digest, and the folder that holds it."""

    adapter_id: str
    digest: str
    rank: int
    target_modules: tuple[str, ...]
    num_bytes: int
    folder: Path


@dataclass(frozen=True)
class Recipe:
    """Adapters at strengths other than 0, as one adapter.

    A slot holds the weights of one recipe: a mix takes one slot however many adapters are in it,
    and requests for the same mix share it. One adapter at strength 1 has that adapter's digest.
    """

    parts: tuple[tuple[Adapter, float], ...]

    @property
    def is_plain(self) -> bool:
        """Whether it is one adapter just as it was trained."""
        return len(self.parts) == 1 and self.parts[0][1] == 1.0

    @cached_property
    def digest(self) -> str:
        if self.is_plain:
            return self.parts[0][0].digest
        content = "\n".join(f"{scale!r} {adapter.digest}" for adapter, scale in self.parts)
        return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"

    @cached_property
    def adapter_id(self) -> str:
        """The adapter's id, or the mix in words."""
        if self.is_plain:
            return self.parts[0][0].adapter_id
        return " + ".join(f"{scale:g} {adapter.adapter_id}" for adapter, scale in self.parts)

    @property
    def adapters(self) -> tuple[Adapter, ...]:
        return tuple(adapter for adapter, _ in self.parts)

    def uses(self, digest: str) -> bool:
        """Whether the adapter with this content is in it."""
        return any(adapter.digest == digest for adapter, _ in self.parts)
