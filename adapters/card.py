"""The card of a task: the one source of its words, template, fields, metric and examples.

A card is a TOML file adapters/cards/<profile>/<task>.toml. This module turns it into frozen nouns
and fills its template; it does not know which weights answer the prompt.

`fits` says what a task can do with one text that is put to all tasks (adapters/free_text.py):

any-text    the text goes into the main field; other fields that must be filled get their `filler`
two-texts   its first sentence and the rest go into the two fields, in their order
table       nothing: the question would be about a table
none        nothing: the task wants text of a form of its own
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from adapters.errors import BadCard, BadFields
from adapters.record import Record

CATEGORIES = ("extract", "classify", "generate", "reason")
FITS = ("any-text", "two-texts", "table", "none")
METRICS_OF_KIND: Mapping[str, tuple[str, ...]] = {
    "label": ("accuracy",),
    "number": ("exact_number", "closeness"),
    "entities": ("entity_f1",),
    "sql": ("exact_sql",),
    "span": ("exact_span",),
    "code": ("tests_passed",),
    "prose": ("slot_share", "rouge_l"),
}
"""The ways in which a kind of answer can be judged; adapters/metrics.py does it."""
KINDS_WITH_LABELS = ("label", "entities")

CARD_NAME = "card.toml"
"""An adapter's own card, beside its weights: of a task that no profile knows."""
NOTHING_GIVEN = "-"
"""What stands in the prompt for an optional field that was left empty."""

_VARIABLE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Field:
    """One variable of the template, as a visitor meets it: a label over a box of some lines.

    `filler` stands in it when a text that nobody wrote for this task takes the main field.
    """

    name: str
    label: str
    lines: int
    optional: bool = False
    filler: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.lines <= 20:
            raise BadCard(f"The field {self.name!r} wants {self.lines} lines; give it 1 to 20.")


@dataclass(frozen=True)
class Example:
    """An input with its right answer, from a card or from held-out data.

    `also` holds other right answers, where there is more than one way to say it; `tests` are the
    assert statements that a right piece of code passes.
    """

    example_id: str
    fields: Mapping[str, str]
    answer: str
    also: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "fields", MappingProxyType(dict(self.fields)))


@dataclass(frozen=True)
class Card:
    """Everything about a task that is not weights."""

    task: str
    title: str
    category: str
    description: str
    template: str
    fields: tuple[Field, ...]
    main_field: str
    metric: str
    kind: str
    labels: tuple[str, ...]
    max_tokens: int
    stop: tuple[str, ...]
    fits: str
    data: str
    examples: tuple[Example, ...]

    def __post_init__(self) -> None:
        for problem in _problems(self):
            raise BadCard(f"The card {self.task!r} {problem}.")

    @property
    def plain_title(self) -> str:
        """The title where space is short, or where everything is a miniature and says so once."""
        return self.title.removesuffix(" (mini)")

    def prompt(self, fields: Mapping[str, str]) -> str:
        """The template with every variable filled.

        Runs of white space inside a field become one space: the adapters have read no other.
        Raises BadFields for an unknown field and for a required one that is missing or blank.
        """
        return "".join(text for text, _ in self.segments(fields))

    def segments(self, fields: Mapping[str, str]) -> tuple[tuple[str, bool], ...]:
        """The prompt in pieces (text, whether these are the user's own words)."""
        values = self._checked(fields)
        pieces: list[tuple[str, bool]] = []
        # split() with one group alternates: template text, variable, template text, ...
        for place, piece in enumerate(_VARIABLE.split(self.template)):
            if place % 2 == 0:
                pieces.append((piece, False))
            else:
                pieces.append((values[piece] or NOTHING_GIVEN, bool(values[piece])))
        return tuple(piece for piece in pieces if piece[0])

    def _checked(self, fields: Mapping[str, str]) -> dict[str, str]:
        names = [field.name for field in self.fields]
        for name in fields:
            if name not in names:
                raise BadFields(
                    f"The task {self.task} has no field {name!r}; it has {', '.join(names)}."
                )
        values = {name: " ".join(fields.get(name, "").split()) for name in names}
        for field in self.fields:
            if not values[field.name] and not field.optional:
                raise BadFields(f"The field “{field.label}” is empty; please fill it in.")
        return values


def _problems(card: Card) -> Iterator[str]:
    """What contradicts itself in the card, as ends of a sentence; the first one is reported."""
    yield from _wrong_words(card)
    yield from _wrong_template(card)
    yield from _wrong_fit(card)
    yield from _wrong_examples(card)


def _wrong_words(card: Card) -> Iterator[str]:
    if card.category not in CATEGORIES:
        yield f"has the category {card.category!r}; choose one of {', '.join(CATEGORIES)}"
    if card.metric not in METRICS_OF_KIND.get(card.kind, ()):
        pairs = ", ".join(f"{kind} by {' or '.join(by)}" for kind, by in METRICS_OF_KIND.items())
        yield f"judges {card.kind!r} answers by {card.metric!r}; possible are {pairs}"
    has_labels = card.kind in KINDS_WITH_LABELS
    if bool(card.labels) != has_labels or len(set(card.labels)) != len(card.labels):
        yield "must list its labels, each once, if (and only if) its answers are made of labels"
    if not 1 <= card.max_tokens <= 1024:
        yield f"allows {card.max_tokens} tokens for an answer; allow 1 to 1024"
    if "" in card.stop:
        yield "has an empty stop string"


def _wrong_template(card: Card) -> Iterator[str]:
    names = [field.name for field in card.fields]
    if sorted(_VARIABLE.findall(card.template)) != sorted(names):
        yield f"must name each of its fields ({', '.join(names)}) once in its template"
    if card.template != card.template.rstrip():
        yield "has a template that ends in white space; the answer itself begins with a space"
    if card.main_field not in names:
        yield f"names {card.main_field!r} as main field, which is not among {', '.join(names)}"


def _wrong_fit(card: Card) -> Iterator[str]:
    if card.fits not in FITS:
        yield f"says that it fits {card.fits!r}; choose one of {', '.join(FITS)}"
    if card.fits == "two-texts" and len(card.fields) != 2:
        yield f"fits two texts and has {len(card.fields)} fields"
    others = [item for item in card.fields if item.name != card.main_field and not item.optional]
    wanted = {item.name for item in others} if card.fits == "any-text" else set()
    given = {item.name for item in card.fields if item.filler}
    for name in sorted(wanted ^ given):
        yield (
            f"needs a filler for {name!r}"
            if name in wanted
            else f"has no use for the filler of {name!r}"
        )


def _wrong_examples(card: Card) -> Iterator[str]:
    if len({example.example_id for example in card.examples}) != len(card.examples):
        yield "has two examples with the same id"
    for example in card.examples:
        if card.kind == "label" and example.answer not in card.labels:
            yield f"has the example {example.example_id!r} whose answer is not one of its labels"
        if bool(example.tests) != (card.kind == "code"):
            yield f"has the example {example.example_id!r} with tests and no code, or without tests"
        try:
            card.prompt(example.fields)
        except BadFields as error:
            yield f"has the unusable example {example.example_id!r}: {str(error).rstrip('.')}"


def load_card(path: Path) -> Card:
    """Reads one card; its task is the name of the file, or of the folder of an adapter's own card.

    Raises BadCard.
    """
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadCard(f"The card {path} cannot be read: {error}.") from error
    record = Record(raw, f"The card {path.name}", BadCard)
    card = Card(
        task=path.parent.name if path.name == CARD_NAME else path.stem,
        title=record.take("title", str),
        category=record.take("category", str),
        description=" ".join(record.take("description", str).split()),
        template=record.take("template", str),
        fields=tuple(_read_field(raw, path) for raw in record.take_all("fields", dict)),
        main_field=record.take("main_field", str),
        metric=record.take("metric", str),
        kind=record.take("kind", str),
        labels=record.take_all("labels", str, ()),
        max_tokens=record.take("max_tokens", int),
        stop=record.take_all("stop", str, ()),
        fits=record.take("fits", str),
        data=record.take("data", str),
        examples=tuple(
            read_example(raw, f"An example of {path.name}", BadCard)
            for raw in record.take_all("examples", dict)
        ),
    )
    record.end()
    return card


def load_cards(folder: Path) -> dict[str, Card]:
    """All cards of a folder by task, in alphabetical order. Raises BadCard, also for no card."""
    cards = {path.stem: load_card(path) for path in sorted(folder.glob("*.toml"))}
    if not cards:
        raise BadCard(f"There is no card (*.toml) in {folder}.")
    return cards


def read_example(raw: object, where: str, error: type[BadCard]) -> Example:
    """An example from its parsed form {"id", "fields", "answer"}, perhaps "also" and "tests"."""
    record = Record(raw, where, error)
    example = Example(
        example_id=record.take("id", str),
        fields=record.take_strings("fields"),
        answer=record.take("answer", str).strip(),
        also=record.take_all("also", str, ()),
        tests=record.take_all("tests", str, ()),
    )
    record.end()
    return example


def _read_field(raw: object, path: Path) -> Field:
    record = Record(raw, f"A field of {path.name}", BadCard)
    field = Field(
        name=record.take("name", str),
        label=record.take("label", str),
        lines=record.take("lines", int),
        optional=record.take("optional", bool, False),
        filler=record.take("filler", str, ""),
    )
    record.end()
    return field
