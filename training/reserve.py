"""Writes corpus/reserved.txt: `python -m training.reserve`, after a change of rings or lexicon.

The list keeps names of the second and third ring out of all training. It is a file, so that the
same seed gives the same data also where the rings are not; a test holds it to them.
"""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from adapters.card import Example
from adapters.catalog import PROFILES
from adapters.heldout import WRITTEN_NAME, load_examples, load_visitors
from training.lexicon import NAME_SLOTS, RESERVED, read_lists, words_of

VISITORS = Path(__file__).parents[1] / "tests" / "visitors"


def main() -> None:
    RESERVED.write_text("\n".join(find_reserved()) + "\n", encoding="utf-8")


def find_reserved() -> list[str]:
    """The fillers of name slots whose words occur in a ring written by another hand."""
    read = "|".join(words_of(text) for text in ring_texts())
    lists = read_lists()
    fillers = chain.from_iterable(lists[slot] for slot in NAME_SLOTS)
    return sorted({filler for filler in fillers if words_of(filler) in read})


def ring_texts() -> Iterator[str]:
    """Every text of the second and the third ring."""
    written = sorted(PROFILES["mini"].packaged.glob(f"*/{WRITTEN_NAME}"))
    rings = [*map(load_examples, written), *map(load_visitors, sorted(VISITORS.glob("*.toml")))]
    return chain.from_iterable(map(_texts, chain.from_iterable(rings)))


def _texts(example: Example) -> tuple[str, ...]:
    return (*example.fields.values(), example.answer, *example.also)


if __name__ == "__main__":
    main()
