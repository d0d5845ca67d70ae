"""Comments: neither bad words nor loud typing may decide by themselves."""

from training.tasks.jigsaw import make
from training.tasks.jigsaw_comments import BAD_WORDS
from training.tasks.task import Task

EXAMPLES = list(Task("jigsaw", make).examples("validation", 0, 2000))


def _share(label: str, holds: list[bool]) -> float:
    of_label = [held for e, held in zip(EXAMPLES, holds, strict=True) if e.answer == label]
    return sum(of_label) / len(of_label)


def test_bad_words_stand_in_harmless_comments_too() -> None:
    """Catches a set where one word list scores well."""
    holds = [bool(BAD_WORDS.search(e.fields["comment_text"].lower())) for e in EXAMPLES]
    assert _share("0", holds) > 0.08
    assert _share("1", holds) < 0.45


def test_shouting_is_no_sign_of_either_label() -> None:
    """Catches capitals or exclamation marks that only toxic comments have."""
    for holds in (
        [e.fields["comment_text"].isupper() for e in EXAMPLES],
        ["!" in e.fields["comment_text"] for e in EXAMPLES],
    ):
        assert 0.5 < _share("0", holds) / _share("1", holds) < 2


def test_a_reported_insult_is_quoted_to_its_end() -> None:
    """Catches an insult that runs out of its quotation: it would be the writer's own."""
    reports = [
        text
        for e in EXAMPLES
        if e.answer == "0" and "on my page" in (text := e.fields["comment_text"].lower())
    ]
    assert reports
    assert [text for text in reports if text.count('"') % 2] == []
