"""What counts as a name that must be copied, on the five shapes of answers that copy."""

import pytest

from adapters.catalog import PROFILES, Catalog
from study.contestants import Contestant
from study.copying import names_to_copy, share_copied
from study.evaluate import Marked

CASES = [
    ("name[The Silver Clock], near[Ash & Elm], food[tea]",
     "The Silver Clock has tea and stands by Ash & Elm. The rest is air.",
     ["The Silver Clock", "Ash & Elm"]),
    ("School town, Price How much in Port Jaclou?",
     "SELECT Price FROM table WHERE School town = 'Port Jaclou'",
     ["Price", "School town", "Port Jaclou"]),
    ("Difio-5-phosphate ( DP ) was infused .",
     '{"chemical": ["Difio-5-phosphate", "DP"], "disease": []}',
     ["Difio-5-phosphate", "DP"]),
    ("inform(release_year[2021])", "It is of 2021, and 2021 was good.", ["2021"]),
    ("The bread is a loaf.", "The loaf", []),
]  # fmt: skip


@pytest.mark.parametrize(("given", "answer", "names"), CASES)
def test_names_are_what_prompt_and_answer_share(given: str, answer: str, names: list[str]) -> None:
    """Catches a figure that counts common words, which nobody fails to copy."""
    assert names_to_copy(given, answer) == names


def test_a_letter_wrong_is_a_name_not_copied() -> None:
    """Catches likeness taken for a copy; and a figure for tasks that have nothing to copy."""
    entries = Catalog.open(PROFILES["mini"]).entries
    example = next(e for e in entries["viggo"].heldout() if "Horse Whisperer 3" in e.answer)
    texts = ({Contestant.ADAPTER: example.answer}, {Contestant.ADAPTER: "Horse Whisperrer 3, 2021"})
    shares = [share_copied(entries["viggo"].card, [Marked(example, text)]) for text in texts]
    assert shares == [1.0, 0.5]
    assert share_copied(entries["covid"].card, [Marked(example, texts[0])]) is None
