"""Questions on the corpus's own passages and entries; sentences that answer them or do not."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from training.lexicon import Split, load_task_frames
from training.pairs.documents import SENTENCE_END, Document, documents, ranges_of
from training.pairs.world import Range, keys_of

_KEY = re.compile(r"\{[^{}]+\}")
_PLACE = r"\{(?:city|country|region|village|street|building|landmark|natural|loc|area)"
_PERSON = r"\{(?:person|first_name|last_name|per\b|company|organization|band|nationality)"
_NUMBER = (
    r"\{(?:#|[a-z]\})|\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen"
    r"|hundred|thousand|first|second|third|once|twice|half|both|all|every|many|few|most|several)\b"
)
_TIME = rf"{_NUMBER}|\{{(?:weekday|month)|\b(?:century|winter|summer|spring|autumn|war|day|night)"
_ANSWERS: Sequence[tuple[re.Pattern[str], re.Pattern[str]]] = (
    (re.compile("Where|What is the birthplace|(?:In|To|From|On|At) (?:which|what) (?:city|country"
                "|region|village|place)"),
     re.compile(rf"{_PLACE}|\b(?:in|at|near|on|under|behind|above|from|to) (?:the|an?) ")),
    (re.compile("When|Since when|(?:In|On|From) (?:which|what) (?:year|day|month)|What year"),
     re.compile(_TIME)),
    (re.compile("Who|Whom|Whose|By whom|To whom|What is the name of"), re.compile(_PERSON)),
    (re.compile("Why|For what reason|What caused|What causes"),
     re.compile(r"\b(?:because|since|so|for|due|owing|as|after|to|when|by|thanks)\b")),
    (re.compile("How (?:many|much|long|old|tall|high|far|big|deep|heavy|wide|fast|often)"),
     re.compile(_NUMBER)),
)  # fmt: skip
_TOLD: Sequence[tuple[str, str, Sequence[str]]] = (
    ("", r"founded (?:by \{person\} )?in \{int", ("When was {t} founded?", "When did {t} start?")),
    ("film_title", r"directed by \{person", ("Who directed {t}?", "Who is the director of {t}?")),
    ("", r"(?:is|was) [^,]*designed by \{person", ("Who designed {t}?",)),
    ("book_title", r"written by \{person", ("Who wrote {t}?", "By whom was {t} written?")),
    ("company", r"started by the designer \{person", ("Who started {t}?", "Who founded {t}?")),
    ("", r"produced by \{(?:person|company)", ("Who produced {t}?", "By whom was {t} produced?")),
    ("", r"[Dd]escribed by (?:the botanist )?\{person", ("Who was the first to describe {t}?",)),
    ("person", r"[Bb]orn in \{", ("Where was {t} born?", "What is the birthplace of {t}?")),
    ("person", r"grew up in \{", ("Where did {t} grow up?", "In what place did {t} grow up?")),
    ("company", r"based in \{city|eadquartered in \{city", ("Where is {t} based?",)),
    ("natural_place", r"\} (?:metres|m) high", ("How high is {t}?",)),
    ("village", r"\} (?:residents|inhabitants|people)", ("How many people live in {t}?",)),
    ("company", r"employs (?:about )?\{int", ("How many people does {t} employ?",)),
    ("film_title", r"shot in \{(?:city|country)", ("Where was {t} filmed?", "Where was {t} shot?")),
    ("", r"set in \{(?:city|country)", ("Where does {t} take place?", "Where is {t} set?")),
    ("film_title", r"star(?:s|ring) \{person", ("Who stars in {t}?", "Who can be seen in {t}?")),
    ("book_title", r"published by \{", ("Who publishes {t}?", "By whom is {t} published?")),
)  # fmt: skip
_SMALL = re.compile(
    r"about|after|also|before|called|does|from|have|into|last|lost|many|more|most|much|name|number"
    r"|other|than|that|their|them|then|there|they|this|took|were|what|when|where|which|whose|with"
    r"|years?"
)
_SHORTEST = 4


@dataclass(frozen=True)
class Asked:
    """A question and a sentence, as frames with the ranges of their numbers."""

    question: str
    sentence: str
    ranges: Mapping[str, Range]


def cannot_answer(question: str, sentence: str) -> bool:
    """Whether a frame lacks any word of the kind that the question asks for."""
    known = set(_KEY.findall(question))
    rest = _KEY.sub(lambda key: "" if key[0] in known else key[0], sentence)
    kinds = [answer for asks, answer in _ANSWERS if asks.match(question)]
    return bool(kinds) and not any(kind.search(rest) for kind in kinds)


@cache
def answered_entries(frames: Split) -> tuple[Asked, ...]:
    """Entries' sentences that tell what a question asks about their subject."""
    return tuple(
        Asked(question.replace("{t}", document.about), sentence, document.ranges)
        for document, sentence in _entries(frames)
        for about, pattern, questions in _TOLD
        if about in ("", document.about.strip("{}")) and re.search(pattern, sentence)
        for question in questions
    )


@cache
def other_entries(frames: Split) -> tuple[Asked, ...]:
    """The same questions beside sentences that say other things about the same subject."""
    asks: dict[str, set[str]] = {}
    for asked in answered_entries(frames):
        asks.setdefault(keys_of(asked.question)[0], set()).add(asked.question)
    return tuple(
        Asked(ask, sentence, document.ranges)
        for document, sentence in _entries(frames)
        for ask in sorted(asks.get(document.about.strip("{}"), ()))
        if cannot_answer(ask, sentence)
    )


def _entries(frames: Split) -> Iterator[tuple[Document, str]]:
    for document in documents(frames):
        if document.kind == "dbpedia" and re.fullmatch(r"\{\w+\}", document.about):
            for sentence in document.plain:
                if document.about in sentence:
                    yield document, sentence


@cache
def passages(frames: Split, is_answered: bool) -> tuple[Asked, ...]:
    """Questions on passages beside the one sentence that names the answer, or beside another."""
    found = []
    for frame in load_task_frames("drop", frames):
        sentences = SENTENCE_END.split(frame["passage"])
        for pair in frame["qa"]:
            answer, question = str(pair["answer"]), pair["question"]
            holding = [text for text in sentences if answer in text]
            if not _KEY.fullmatch(answer) or len(holding) != 1:
                continue
            told = holding[0]
            others = [text for text in sentences if text != told and len(text) > 30]
            if not _is_told(question, told):
                continue
            chosen = [told] if is_answered else others
            ranges = ranges_of(frame["ranges"])
            found += [Asked(question, sentence, ranges) for sentence in chosen]
    return tuple(found)


def _is_told(question: str, sentence: str) -> bool:
    """Whether the sentence says in nearly the question's words what is asked."""
    asked, told = stems(question), stems(sentence)
    return bool(asked) and len(asked & told) >= len(asked) / 2


def stems(text: str) -> set[str]:
    """The beginnings of the words that say what a frame is about."""
    words = re.findall(r"[a-z]+", _KEY.sub(" ", text.lower()))
    return {
        word[:_SHORTEST] for word in words if word[_SHORTEST - 1 :] and not _SMALL.fullmatch(word)
    }
