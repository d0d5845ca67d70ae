"""Constraints as grammars over a base's tokens: which tokens may come next in an answer.

The one place that knows llguidance. Compiles on the thread of whoever asks, keeps the grammars that
were asked for last, and knows neither logits nor requests.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from engine.constraint import Constraint, Lead
from engine.errors import BadConstraint
from engine.vocabulary import Vocabulary

if TYPE_CHECKING:  # it takes a while to load, and most starts need none of it
    from llguidance import LLMatcher, LLParserLimits, LLTokenizer
    from numpy.typing import NDArray

NUM_KEPT = 64
"""Grammars; each takes a few MB at the most, by the limits below."""
_WORD_BITS = 32  # a mask is made of such words, a bit for each token
_ALL_ALLOWED = 2**_WORD_BITS - 1

# Without it the library allows, where only one text can follow, no tokens but those that its own
# tokenizer would make of that text: not the model's choice among all that spell it.
_HEAD = '%llguidance {"no_forcing": true}\n'
# JSON on one line, a space where Python's json.dumps puts it or none: free white space is where
# small models lose themselves until their tokens are used up. What a schema itself asks of the
# library is overruled; `lenient` would ignore what cannot be kept.
_JSON_STYLE = {
    "whitespace_flexible": False,
    "item_separator": ", ?",
    "key_separator": ": ?",
    "lenient": False,
    "coerce_one_of": False,
}
_REGEX_LEADS = {Lead.NOTHING: "", Lead.SPACE: " ", Lead.MAYBE_SPACE: " ?"}
_JSON_LEADS = {Lead.NOTHING: "", Lead.SPACE: '" " ', Lead.MAYBE_SPACE: '" "? '}
_PLACE = re.compile(
    r"^at \d+\(\d+\): |^(failed to \w+ (JSON schema|\"%json\")|invalid regex .*?): "
)
_QUOTE = re.compile(r" in regex /.*", re.DOTALL)
_LONGEST_REASON = 200  # characters


class Guide:
    """How far one answer has come in its grammar. Not for two threads at once."""

    def __init__(self, matcher: LLMatcher, num_tokens: int) -> None:
        self.matcher = matcher
        self.num_words = -(-num_tokens // _WORD_BITS)

    def take(self, token_id: int) -> None:
        """Go on by a token that was allowed, and was not the end of the text."""
        self.matcher.consume_token(token_id)

    @property
    def is_complete(self) -> bool:
        """Whether nothing but the end of the text may follow."""
        return self.matcher.is_stopped() and not self.matcher.is_error()

    @property
    def fault(self) -> str | None:
        """Why nobody knows what may follow: a limit of ours was met, or the grammar has no way on.

        What is then said to be allowed is void.
        """
        return _reason(self.matcher.get_error()) if self.matcher.is_error() else None


class Grammars:
    """The grammars of one base, whose model has `num_logits` logits per token; any thread."""

    def __init__(self, vocabulary: Vocabulary, num_logits: int) -> None:
        self._vocabulary = vocabulary
        self._num_tokens = max(num_logits, vocabulary.num_tokens)
        self._kept: OrderedDict[Constraint, LLMatcher] = OrderedDict()
        self._tokenizer: LLTokenizer | None = None
        self._lock = threading.Lock()

    def guide(self, constraint: Constraint) -> Guide:
        """The beginning of an answer. Raises BadConstraint for what cannot be read or kept to.

        Compiling takes a millisecond, for a large schema some hundreds.
        """
        with self._lock:
            kept = self._kept.get(constraint)
        # All answers of a grammar share the states of its lexer, which are limited: some day an
        # odd grammar has used them up.
        if kept is None or (guide := self._begun(kept)).fault is not None:
            kept = self._compile(constraint)
            guide = self._begun(kept)
            _refuse_the_impossible(constraint, guide)
        with self._lock:
            self._kept[constraint] = kept
            self._kept.move_to_end(constraint)
            while len(self._kept) > NUM_KEPT:
                self._kept.popitem(last=False)
        return guide

    def _begun(self, compiled: LLMatcher) -> Guide:
        """A guide whose first mask is known, so that a grammar without an answer shows itself."""
        matcher = compiled.deep_copy()
        matcher.compute_bitmask()
        return Guide(matcher, self._num_tokens)

    def _compile(self, constraint: Constraint) -> LLMatcher:
        from llguidance import LLMatcher  # noqa: PLC0415

        matcher = LLMatcher(self._tokens(), _source_of(constraint), log_level=0, limits=_limits())
        if matcher.is_error():
            raise _unusable(constraint, _reason(matcher.get_error()))
        return matcher

    def _tokens(self) -> LLTokenizer:
        """Every token as bytes, read from the tokenizer once."""
        from llguidance import LLTokenizer  # noqa: PLC0415

        eos_ids = sorted(self._vocabulary.eos_ids)
        if not eos_ids:
            raise BadConstraint("This base has no token that ends a text: it cannot be held to it.")
        with self._lock:
            if self._tokenizer is None:
                text = self._vocabulary.as_json()
                try:
                    self._tokenizer = LLTokenizer(text, self._num_tokens, eos_ids)
                except ValueError as error:
                    raise BadConstraint(
                        f"Answers of this base cannot be constrained; its tokens are of an unknown "
                        f"kind: {_reason(str(error))}."
                    ) from error
            return self._tokenizer


def forbidden_tokens(guides: Sequence[Guide | None], num_tokens: int) -> NDArray[np.bool_]:
    """What may not come next for each guide of one base: [guides, tokens]; None forbids nothing.

    The end of the text is allowed where an answer may end. A guide with a fault allows nothing but
    that end, wrongly. One by one: the library's own threads took longer for 25 masks, many times
    as long where other work had the processor.
    """
    num_words = max(guide.num_words for guide in guides if guide is not None)
    masks = np.full((len(guides), num_words), _ALL_ALLOWED, dtype=np.uint32)
    num_bytes = masks.strides[0]
    for place, guide in enumerate(guides):
        if guide is not None:
            address = masks.ctypes.data + place * num_bytes
            guide.matcher.unsafe_compute_mask_ptr(address, num_bytes)
    np.invert(masks, out=masks)
    bits = np.unpackbits(masks.view(np.uint8), axis=1, count=num_tokens, bitorder="little")
    return bits.view(np.bool_)


@cache
def _limits() -> LLParserLimits:
    """What one grammar may cost: at 25 rows a step must not wait for somebody's odd regex."""
    from llguidance import LLParserLimits  # noqa: PLC0415

    return LLParserLimits(
        step_lexer_fuel=50_000,  # about 4 ms
        step_max_items=10_000,  # about 1 ms
        max_lexer_states=10_000,  # up to 20 MB
        max_grammar_size=100_000,
        verbose_errors=False,
    )


def _source_of(constraint: Constraint) -> str:
    """The grammar in the library's language. Raises BadConstraint."""
    if constraint.form == "json_schema":
        schema = json.loads(constraint.texts[0]) | {"x-guidance": _JSON_STYLE}
        start = f"start: {_JSON_LEADS[constraint.lead]}answer"
        return f"{_HEAD}{start}\nanswer: %json {json.dumps(schema)}"
    if constraint.form == "regex":
        regex = _without_anchors(constraint.texts[0])
        _refuse_bad_regex(constraint, regex)
    else:
        regex = "|".join(map(re.escape, constraint.texts))
    return _source_of_regex(f"{_REGEX_LEADS[constraint.lead]}(?:{regex})")


def _without_anchors(regex: str) -> str:
    """The same for a whole answer; the library knows anchors only where nothing comes before."""
    return re.sub(r"(?<!\\)((?:\\\\)*)\$\Z", r"\1", regex.removeprefix("^"))


def _source_of_regex(regex: str) -> str:
    from llguidance import regex_to_lark  # noqa: PLC0415

    return f"{_HEAD}start: /{regex_to_lark(regex, '')}/"


def _refuse_bad_regex(constraint: Constraint, regex: str) -> None:
    """By itself: "a)(b" becomes something else in the group that it is put into."""
    from llguidance import LLMatcher  # noqa: PLC0415

    if wrong := LLMatcher.validate_grammar(_source_of_regex(regex), limits=_limits()):
        raise _unusable(constraint, _reason(wrong))


def _refuse_the_impossible(constraint: Constraint, guide: Guide) -> None:
    if guide.fault is not None:
        raise _unusable(constraint, guide.fault)


def _unusable(constraint: Constraint, reason: str) -> BadConstraint:
    return BadConstraint(f"The {constraint.name} cannot be used: {reason}.")


def _reason(error: str) -> str:
    """What the library says is wrong, without the places in texts that the caller never wrote."""
    if error.startswith("NoExtensionBias"):
        return "no text fits it"
    lines = error.replace("<non-verbose/>", "").strip().splitlines()
    stated = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    reason = stated[0] if stated else lines[0]
    while (shorter := _PLACE.sub("", reason)) != reason:
        reason = shorter
    return _QUOTE.sub("", reason)[:_LONGEST_REASON].rstrip(".")
