"""Writes what the second and the third ring keep out of training: `python -m training.reserve`.

To be run after a change of rings or lexicon. corpus/reserved.txt holds their names,
corpus/reserved_runs.txt their phrases. They are files, so that the same seed gives the same data
also where the rings are not; a test holds them to the rings.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from adapters.card import Card, Example, load_cards
from adapters.catalog import PROFILES
from adapters.heldout import WRITTEN_NAME, load_examples, load_visitors
from training.lexicon import NAME_SLOTS, RESERVED, read_lists
from training.reserved_runs import NOTATION, RESERVED_RUNS, keys_of
from training.tasks.task import NAMES
from training.words import words_of

VISITORS = Path(__file__).parents[1] / "tests" / "visitors"


def main() -> None:
    RESERVED.write_text("\n".join(find_reserved()) + "\n", encoding="utf-8")
    RESERVED_RUNS.write_text("\n".join(find_reserved_runs()) + "\n", encoding="utf-8")


def find_reserved() -> list[str]:
    """The fillers of name slots whose words occur in a ring written by another hand."""
    read = "|".join(words_of(text) for text in ring_texts())
    lists = read_lists()
    fillers = chain.from_iterable(lists[slot] for slot in NAME_SLOTS)
    return sorted({filler for filler in fillers if words_of(filler) in read})


def find_reserved_runs() -> list[str]:
    """The keys of every run of words in those rings."""
    cards = load_cards(PROFILES["mini"].cards)
    return sorted(
        {
            key
            for task, card in cards.items()
            for example in ring_examples(task)
            for text in own_texts(card, example)
            for key in keys_of(text)
        }
    )


def ring_texts() -> Iterator[str]:
    """Every text of the second and the third ring."""
    for task in NAMES:
        for example in ring_examples(task):
            yield from (*example.fields.values(), example.answer, *example.also)


def ring_examples(task: str) -> tuple[Example, ...]:
    """A task's examples of the second and the third ring."""
    written = load_examples(PROFILES["mini"].packaged / task / WRITTEN_NAME)
    return (*written, *load_visitors(VISITORS / f"{task}.toml"))


def own_texts(card: Card, example: Example) -> Iterator[str]:
    """What an example says in words of its own: fields, and answers where they are prose. Labels,
    code and the like are shared by all."""
    yield from (text for name, text in example.fields.items() if name not in NOTATION)
    if card.kind == "prose":
        yield from (example.answer, *example.also)


if __name__ == "__main__":
    main()
