"""Texts about eating places: the fillers suit the sentence, and a second text is right as well."""

import re

from adapters.facts import facts_stated, read_facts
from training.tasks.e2e_nlg import make
from training.tasks.task import Task

EXAMPLES = list(Task("e2e_nlg", make).examples("train", 0, 1500))


def test_a_second_text_states_the_same_facts() -> None:
    """Catches a second right text with other names, or for other facts."""
    seconds = [
        (one.fields["meaning_representation"], text) for one in EXAMPLES for text in one.also
    ]
    assert len(seconds) > 1000
    assert [pair for pair in seconds if facts_stated(*pair) < 1] == []
    assert all(one.answer not in one.also for one in EXAMPLES)


def test_a_dish_is_not_called_a_kind_of_food() -> None:
    """Catches `chocolate cake food`, `Fast food food` and `a rating of low`."""
    texts = " | ".join(text for one in EXAMPLES for text in (one.answer, *one.also))
    dishes = {
        value
        for one in EXAMPLES
        for key, value in read_facts(one.fields["meaning_representation"])
        if key == "food" and value[0].islower()
    }
    assert dishes
    assert not [dish for dish in dishes if re.search(rf"{re.escape(dish)} (?:food|meals)", texts)]
    assert "food food" not in texts
    assert not re.search(r"rating of (?:low|high|average|good|poor)\b", texts)


def test_a_value_that_begins_a_sentence_has_a_capital() -> None:
    """Catches `cheap prices await at ...`."""
    assert [
        one.answer for one in EXAMPLES if re.match(r"(?:cheap|low|less than|good)", one.answer)
    ] == []
