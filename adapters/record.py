"""Reads the keys of one parsed file entry. Owns the refusals; knows no card, score or example.

What people write by hand goes wrong in three ways: a key is missing, has another type, or is
misspelt and therefore silently ignored. `Record` answers each with a sentence.
"""

from collections.abc import Mapping
from typing import TypeVar

from adapters.errors import LoraLandError

T = TypeVar("T")


class Record:
    """The keys of one table or JSON object, each taken once; `end` refuses what is left over."""

    def __init__(self, raw: object, where: str, error: type[LoraLandError]) -> None:
        self._where, self._error = where, error
        if not isinstance(raw, Mapping):
            raise error(f"{where} holds a {type(raw).__name__} where keys and values belong.")
        self._rest = dict(raw)

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        """Value of `key`, exactly of type `kind`; without a default a missing key is an error."""
        if key not in self._rest:
            if default is None:
                raise self._error(f"{self._where} lacks the key {key!r}.")
            return default
        return self._typed(key, self._rest.pop(key), kind)

    def take_all(
        self, key: str, kind: type[T], default: tuple[T, ...] | None = None
    ) -> tuple[T, ...]:
        """Values of the list `key`, each exactly of type `kind`."""
        found: list[object] = self.take(key, list, None if default is None else list(default))
        return tuple(self._typed(key, value, kind) for value in found)

    def take_or_none(self, key: str, kind: type[T]) -> T | None:
        """Value of `key`, or None where it is missing or null."""
        value = self._rest.pop(key, None)
        return None if value is None else self._typed(key, value, kind)

    def take_strings(self, key: str) -> dict[str, str]:
        """The table `key`, whose values must all be strings."""
        found: dict[str, object] = self.take(key, dict)
        return {name: self._typed(f"{key}.{name}", value, str) for name, value in found.items()}

    def end(self) -> None:
        if self._rest:
            raise self._error(f"{self._where} has the unknown key {min(self._rest)!r}.")

    def _typed(self, key: str, value: object, kind: type[T]) -> T:
        # `type is`, not isinstance: a bool would pass for an int.
        if type(value) is not kind:
            raise self._error(f"{self._where} wants {kind.__name__} for {key!r}, not {value!r}.")
        return value
