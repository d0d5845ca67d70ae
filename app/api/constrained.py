"""How a caller says what an answer is held to: OpenAI's response_format, and vLLM's fields.

Owns which of them are honoured; the engine knows whether a regex or a schema can be kept to.
"""

import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.api.errors import ApiError, not_served
from app.api.fields import Text
from engine.constraint import MOST_CHOICES, Constraint, Form, Lead

JSON_OBJECT: dict[str, Any] = {"type": "object"}
Choices = Annotated[list[Text], Field(min_length=1, max_length=MOST_CHOICES)]
Schema = dict[str, Any] | Text
"""A JSON schema, or the text of one."""


class NamedSchema(BaseModel):
    """OpenAI's wrapping of a schema; every answer is held to it, `strict` or not."""

    model_config = ConfigDict(extra="allow")

    schema_: Schema = Field(alias="schema")


class ResponseFormat(BaseModel):
    """OpenAI's: any text, any JSON object, or what the schema describes."""

    model_config = ConfigDict(extra="allow")

    type: Literal["text", "json_object", "json_schema"]
    json_schema: NamedSchema | None = None

    def schema_asked(self) -> Schema | None:
        """None where any text will do. Raises ApiError for a schema that is missing."""
        if self.type == "text":
            return None
        if self.type == "json_object":
            return JSON_OBJECT
        if self.json_schema is None:
            message = "response_format of type json_schema needs a json_schema."
            raise ApiError(400, message, param="response_format")
        return self.json_schema.schema_


class StructuredOutputs(BaseModel):
    """vLLM's, of which one is to be given."""

    model_config = ConfigDict(extra="allow", protected_namespaces=())

    json_: Schema | None = Field(default=None, alias="json")
    regex: Text | None = None
    choice: Choices | None = None
    json_object: bool | None = None
    grammar: str | None = None
    structural_tag: Any = None


class Constrained(BaseModel):
    """The fields of a request that hold its answers; at most one may say something."""

    response_format: ResponseFormat | None = None
    structured_outputs: StructuredOutputs | None = None
    guided_json: Schema | None = None
    guided_regex: Text | None = None
    guided_choice: Choices | None = None
    guided_grammar: str | None = None

    def constraint(self, lead: Lead) -> Constraint | None:
        """What the answers are held to; `lead` joins them to their prompt.

        Raises ApiError for several constraints and for those that are not served, BadConstraint.
        """
        named = list(self._named())
        if len(named) > 1:
            names = ", ".join(name for name, _, _ in named)
            message = f"An answer can be held to one thing, not to all of {names}."
            raise ApiError(400, message, param=named[0][0])
        return constraint_of(named[0][1], named[0][2], lead) if named else None

    def _named(self) -> Iterator[tuple[str, Form, Any]]:
        """Field, form and content of each constraint that is asked for."""
        asked = self.structured_outputs or StructuredOutputs()
        refused = {
            "guided_grammar": self.guided_grammar,
            "structured_outputs.grammar": asked.grammar,
            "structured_outputs.structural_tag": asked.structural_tag,
        }
        for name, value in refused.items():
            if value is not None:
                raise not_served(name, "answers are held to choices, a regex or a JSON schema")
        schema = None if self.response_format is None else self.response_format.schema_asked()
        any_object = JSON_OBJECT if asked.json_object else None
        found: list[tuple[str, Form, Any]] = [
            ("response_format", "json_schema", schema),
            ("guided_json", "json_schema", self.guided_json),
            ("guided_regex", "regex", self.guided_regex),
            ("guided_choice", "choice", self.guided_choice),
            ("structured_outputs.json", "json_schema", asked.json_),
            ("structured_outputs.regex", "regex", asked.regex),
            ("structured_outputs.choice", "choice", asked.choice),
            ("structured_outputs.json_object", "json_schema", any_object),
        ]
        yield from (item for item in found if item[2] is not None)


def constraint_of(form: Form, content: Schema | list[str], lead: Lead) -> Constraint:
    """What `lead` joins to its prompt. Raises BadConstraint.

    JSON may begin with a space where nothing is to come before: it stays the same JSON, and models
    have learnt to begin so.
    """
    if form == "json_schema" and lead is Lead.NOTHING:
        lead = Lead.MAYBE_SPACE
    if isinstance(content, list):
        return Constraint(form, tuple(content), lead)
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return Constraint(form, (text,), lead)
