"""Encyclopaedia entries: a name's kind and what is told of it go together."""

import pytest

from training.tasks.dbpedia import make
from training.tasks.task import Task
from training.tasks.thing_kinds import agree


@pytest.mark.parametrize(
    ("name", "text", "fits"),
    [
        ("Lake Arden", "{natural_place} is the highest peak of the range.", False),
        ("Lake Arden", "{natural_place} is a lake below a peak.", True),
        ("Lake Arden", "Hikers come to {natural_place}.", True),
        ("MV Stella Maris", "{vehicle} is a motorcycle built by {company}.", False),
        ("Hagfell", "{natural_place} is a cave.", True),
    ],
)
def test_a_name_that_tells_its_kind_is_believed(name: str, text: str, fits: bool) -> None:
    """Catches a river that is said to be a beach, and a name without a kind that fits nothing."""
    assert agree(name, text) is fits


def test_every_title_begins_with_a_capital() -> None:
    """Catches invented plants in small letters: no article is titled so."""
    for example in Task("dbpedia", make).examples("train", 0, 300):
        assert not example.fields["title"][0].islower()
