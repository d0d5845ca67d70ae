"""Turns tokens into text as they come: whole characters only, and never a stop string.

Knows a `decode` function and nothing else of tokenizers.
"""

from collections.abc import Callable, Sequence

Decode = Callable[[Sequence[int]], str]
_UNFINISHED = "\ufffd"  # what decoders write for bytes that are no whole character (yet)
_MAX_UNFINISHED = 3  # of a character's at most four bytes, three can be waiting for the last
_CONTEXT_TOKENS = 4  # of the prompt: some decoders drop the space before a text's first word
_TRIM_WINDOW = 16  # tokens; decoding stays cheap however long the answer grows
_MAX_WINDOW = 64  # tokens; also for output that never decodes cleanly


class AnswerText:
    """The text of one answer.

    `text` is what is known to belong to the answer, `push` returns the part of it that is new and
    certain. `stopped` is set once a stop string was met; the text then ends before it.
    """

    def __init__(self, decode: Decode, prompt_ids: Sequence[int], stop: tuple[str, ...]) -> None:
        self.text = ""
        self.stopped = False
        self._decode = decode
        self._stop = stop
        self._window = list(prompt_ids[-_CONTEXT_TOKENS:])
        self._num_taken = len(decode(self._window))  # characters of the window already in `text`
        self._num_handed_out = 0

    def push(self, token_id: int) -> str:
        """Take one more token; returns the characters that can be shown now."""
        self._window.append(token_id)
        decoded = self._decode(self._window)
        bare = decoded.rstrip(_UNFINISHED)
        num_clean = max(len(bare), len(decoded) - _MAX_UNFINISHED)
        overlong = len(self._window) > _MAX_WINDOW
        self._take(decoded if overlong else decoded[:num_clean])
        is_clean = num_clean == len(decoded)
        if overlong or (is_clean and len(self._window) > _TRIM_WINDOW):
            self._window = self._window[-_CONTEXT_TOKENS:]
            self._num_taken = len(self._decode(self._window))
        return self._hand_out(len(self.text) - self._num_held())

    def finish(self) -> str:
        """The end of the text that no `push` has returned."""
        if not self.stopped:
            self._take(self._decode(self._window))
        return self._hand_out(len(self.text))

    def _take(self, decoded: str) -> None:
        self.text += decoded[self._num_taken :]
        self._num_taken = max(self._num_taken, len(decoded))
        found = [self.text.find(stop, self._num_handed_out) for stop in self._stop]
        ends = [position for position in found if position >= 0]
        if ends:
            self.text, self.stopped = self.text[: min(ends)], True

    def _num_held(self) -> int:
        """How many last characters may still turn out to begin a stop string."""
        if self.stopped:
            return 0
        tail = self.text[self._num_handed_out :]
        return max((_overlap(tail, stop) for stop in self._stop), default=0)

    def _hand_out(self, end: int) -> str:
        piece = self.text[self._num_handed_out : end]
        self._num_handed_out += len(piece)
        return piece


def _overlap(text: str, stop: str) -> int:
    """The length of the longest end of `text` that is a beginning, not the whole, of `stop`."""
    longest = min(len(text), len(stop) - 1)
    return next((n for n in range(longest, 0, -1) if text.endswith(stop[:n])), 0)
