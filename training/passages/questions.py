"""Other ways to ask the same question about a passage."""

import random
import re

_PAST = (
    r"(?:(?:was|were) (?!the |\{)|\w+ed |(?:lost|sent|built|spent|left|kept|brought|bought|caught|"
    r"won|led|wrote|drew|made|came|took|fell|gave|ran|threw|began|became|sold|found) )"
)
_PRESENT = r"(?:(?:is|are) (?!the (?!\w+est)|\{)|(?:has|will|sings|plays|owns|teaches|leads) )"
_FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        rf"Who ({_PAST}.+)\?",
        ("Name the person who {0}.", "Who was it that {0}?", "Which person {0}?"),
    ),
    (rf"Who ({_PRESENT}.+)\?", ("Name the person who {0}.", "Which person {0}?")),
    (
        rf"(?:Which|What) (\w+) ({_PAST}.+)\?",
        ("Name the {0} that {1}.", "Which {0} was it that {1}?"),
    ),
    (rf"(?:Which|What) (\w+) ({_PRESENT}.+)\?", ("Name the {0} that {1}.",)),
    (r"In which year (.+)\?", ("In what year {0}?", "When {0}?")),
    (
        r"Where (was|is|were|are|did|does|do|will|had) (.+)\?",
        ("In what place {0} {1}?", "In which place {0} {1}?"),
    ),
    (
        r"How many (\w+s|people|men) (were|are) (?!there|the |they |\{|more )(.+)\?",
        ("What number of {0} {1} {2}?", "Give the number of {0} that {1} {2}."),
    ),
    (
        r"By how many ([\w ]+?) (did) ((?:the )?[\w{}:]+ (?:\w+ )?(?:rise|fall|win|grow))\?",
        ("How many {0} {1} {2} by?",),
    ),
)
_SAME = (
    (r"\bin all\b", "in total"), (r"\bin total\b", "in all"), (r"\btogether\b", "in total"),
    (r"\baltogether\b", "in total"), (r"\bWhich\b", "What"),
    (r"\bHow many years went by\b", "How many years were there"),
)  # fmt: skip
_LEADS = (
    "According to the passage, {}", "According to the text, {}", "In the passage, {}",
    "Can you tell me {}", "Please tell me: {}", "From the text: {}", "Question: {}", "So {}",
)  # fmt: skip


def reworded(question: str, about_a_person: bool, rng: random.Random) -> str:
    """The same question, about half of the time in other words."""
    roll = rng.random()
    if roll < 0.25:
        question = _turned(question, about_a_person, rng)
    elif roll < 0.35:
        pattern, words = rng.choice(_SAME)
        question = re.sub(pattern, words, question)
    elif roll < 0.45 and question.endswith("?"):
        question = rng.choice(_LEADS).format(question[:1].lower() + question[1:])
    elif roll < 0.5 and question.endswith("?"):
        question = f"{question[:-1]}{rng.choice((', according to the passage?', ' in this text?'))}"
    return question


def _turned(question: str, about_a_person: bool, rng: random.Random) -> str:
    for pattern, forms in _FORMS:
        match = re.fullmatch(pattern, question)
        if match:
            known = forms if about_a_person else [form for form in forms if "person" not in form]
            return rng.choice(known or ["Who {0}?"]).format(*match.groups())
    return question
