"""The corpus's own sentences, those of one document together: news, entries, passages, reports."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from training.lexicon import Split, load_task_frames
from training.pairs.world import Range

SENTENCE_END = re.compile(r"(?<!St\.)(?<!Mr\.)(?<!Dr\.)(?<!No\.)(?<=[.!?]) (?=[A-Z{])")
_NEEDS_THE_LAST_ONE = re.compile(
    r"(?:[Hh]e|[Ss]he|[Ii]ts?|[Tt]hey|[Hh]is|[Hh]er|[Tt]heir|[Tt]h(?:is|ese|ose|ere|en|at)|Both"
    r"|Another|Other|One|Others|Some|But|And|So|Or|Here|Such|Instead|Later|Only|None|Neither|The"
    r" (?:latter|former|other|others|rest|first|second|third|group|firm|company|post|work|test)"
    r"|Most|Half|All|Each|Now|Today|Also|However|Two|Three|Four|Five|Six)\b|\{[a-z]\} of\b"
)
_PLAIN = re.compile(r"[A-Z{][^\"“”;:()?!–]*\.")
_DEFINED = re.compile(r"\{(\w+)=int:(\d+)-(\d+)\}")
_SHORTEST, _LONGEST = 25, 170


@dataclass(frozen=True)
class Document:
    """Sentences, as frames, that speak of one thing; `about` is the title's frame, if any."""

    kind: str
    sentences: tuple[str, ...]
    about: str = ""
    ranges: Mapping[str, Range] = field(default_factory=dict)

    @property
    def plain(self) -> tuple[str, ...]:
        """The sentences that stand alone: whole statements without speech or brackets."""
        return tuple(filter(stands_alone, self.sentences))


@cache
def documents(split: Split) -> tuple[Document, ...]:
    """Every document of the corpus with a sentence that stands alone."""
    return tuple(document for document in _all(split) if document.plain)


def stands_alone(sentence: str) -> bool:
    """Whether a frame is a statement that needs no sentence before it."""
    return (
        _SHORTEST <= len(re.sub(r"\{[^}]*\}", "12345", sentence)) <= _LONGEST
        and _PLAIN.fullmatch(sentence.replace("int:", "")) is not None
        and not _NEEDS_THE_LAST_ONE.match(sentence)
        and " ." not in sentence
    )


def _all(split: Split) -> Iterator[Document]:
    for frame in load_task_frames("news", split):
        yield _document("news", frame["body"])
    for frame in load_task_frames("dbpedia", split):
        yield _document("dbpedia", _sentences(frame["text"]), frame["title"])
    for frame in load_task_frames("drop", split):
        sentences = _sentences(frame["passage"])
        yield Document("drop", tuple(sentences), ranges=ranges_of(frame["ranges"]))
    for frame in load_task_frames("conllpp", split):
        text = re.sub(r" ([.,'])", r"\1", frame["text"])
        if not re.search(r"[A-Z]{4}", re.sub(r"\{[^}]*\}", "", text)):
            yield _document("news", _sentences(text))
    for frame in load_task_frames("glue_cola", split):
        if str(frame["label"]) == "1":
            yield _document("plain", _sentences(frame["text"]))


def ranges_of(named: Mapping[str, Sequence[int]]) -> Mapping[str, Range]:
    """The ranges of a frame that keeps them apart from its text."""
    return {key: (low, high) for key, (low, high) in named.items()}


def ranges_in(text: str) -> Mapping[str, Range]:
    """The ranges of the numbers that a frame defines."""
    return {key: (int(low), int(high)) for key, low, high in _DEFINED.findall(text)}


def _document(kind: str, sentences: Sequence[str], about: str = "") -> Document:
    ranges = ranges_in(" ".join((about, *sentences)))
    return Document(kind, tuple(sentences), about, ranges)


def _sentences(text: str) -> Sequence[str]:
    return SENTENCE_END.split(text)
