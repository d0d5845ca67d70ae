"""What an answer is held to, as a caller says it. Knows no tokens and no library of grammars."""

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from engine.errors import BadConstraint

MOST_CHOICES = 1000
MOST_CHARACTERS = 65_536
"""Of all texts together: what is longer costs seconds and is no description any more."""

Form = Literal["choice", "regex", "json_schema"]
_NAMES = {"choice": "choices", "regex": "regex", "json_schema": "JSON schema"}


class Lead(StrEnum):
    """What joins an answer to its prompt, before what the constraint describes."""

    NOTHING = "nothing"
    SPACE = "a space"
    MAYBE_SPACE = "a space or nothing"


@dataclass(frozen=True)
class Constraint:
    """The answer is one of the texts (choice), or what the one regex or JSON schema describes.

    A regex describes the whole answer, in the syntax of Rust's regex crate: no looking around, no
    going back, and anchors at its two ends alone, where they say nothing new. A JSON schema is a
    JSON object; the answer to it is JSON on one line, its keys in the order of the schema. `lead`
    comes before and is no part of it: the prompts of adapters end where a word begins. Raises
    BadConstraint for texts of the wrong number or size; what they say is read when the engine is
    asked.
    """

    form: Form
    texts: tuple[str, ...]
    lead: Lead = Lead.NOTHING

    def __post_init__(self) -> None:
        if self.form == "choice":
            self._check_choices()
        elif len(self.texts) != 1:
            raise BadConstraint(f"One {self.name} holds an answer, not {len(self.texts)}.")
        if (size := sum(map(len, self.texts))) > MOST_CHARACTERS:
            raise BadConstraint(
                f"The {self.name} may have {MOST_CHARACTERS} characters in all, not {size}."
            )
        for text in self.texts:
            if not _is_unicode(text):
                raise BadConstraint(f"The {self.name} may not hold half a surrogate pair.")
        if self.form == "json_schema":
            _check_object(self.texts[0])

    def _check_choices(self) -> None:
        if not 1 <= len(self.texts) <= MOST_CHOICES:
            raise BadConstraint(
                f"There must be 1 to {MOST_CHOICES} choices, not {len(self.texts)}."
            )
        if "" in self.texts:
            raise BadConstraint("The choices may not hold an empty text: it would be no answer.")

    @property
    def name(self) -> str:
        """What a person calls it."""
        return _NAMES[self.form]


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _check_object(schema: str) -> None:
    try:
        found = json.loads(schema)
    except (ValueError, RecursionError) as error:
        raise BadConstraint(f"The JSON schema is no JSON: {error}.") from error
    if not isinstance(found, dict):
        raise BadConstraint("The JSON schema must be a JSON object.")
