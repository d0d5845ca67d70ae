"""One row of a run: its request, what has arrived of its answer, its mark. Knows no other row."""

import asyncio
import time

from adapters.metrics import Mark, mark
from app.frames import WHOLE
from app.rush.events import RowEnd, RowStart
from app.rush.questions import Question
from engine.request import FinishEvent, TokenEvent
from engine.stream import Stream


class Row:
    """Call from one event loop, `send` excepted."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.request = question.request()
        self.num_tokens = 0
        self._stream: Stream | None = None
        self._span_s = (0.0, 0.0)
        self._num_taken = 0
        self._untold = ""
        self._end: FinishEvent | None = None
        self._marking: asyncio.Task[Mark | None] | None = None
        self._is_told = False

    @property
    def is_sent(self) -> bool:
        return self._stream is not None

    @property
    def is_open(self) -> bool:
        """Whether the engine still has it."""
        return self.is_sent and self._end is None

    @property
    def is_told(self) -> bool:
        """Whether `take_end` has given its end."""
        return self._is_told

    @property
    def is_whole(self) -> bool:
        return self._end is not None and self._end.reason in WHOLE

    @property
    def span_s(self) -> tuple[float, float]:
        """Since when, and until when or now, the engine has it; on perf_counter's clock."""
        start_s, sent_s = self._span_s
        return start_s, time.perf_counter() if self._end is None else sent_s + self._end.total_s

    def begin(self, stream: Stream, start_s: float, sent_s: float) -> None:
        """`stream` answers it; it was handed over between the two moments."""
        self._stream, self._span_s = stream, (start_s, sent_s)

    def cancel(self) -> None:
        if self._stream is not None:
            self._stream.cancel()

    def take_in(self) -> None:
        """Whatever has arrived since the last call."""
        if not self.is_open:
            return
        assert self._stream is not None
        for event in self._stream.after(self._num_taken):
            self._num_taken += 1
            self.num_tokens = event.num_tokens
            if isinstance(event, TokenEvent):
                self._untold += event.text
            else:
                self._untold += event.tail
                self._end = event
                # Some marks take their time: code is run.
                self._marking = asyncio.create_task(asyncio.to_thread(self._mark, event))

    def take_text(self) -> str:
        """The text that has not been told yet."""
        text, self._untold = self._untold, ""
        return text

    def take_end(self, number: int) -> RowEnd | None:
        """The end of this row, the `number`th, once, as soon as it is marked."""
        if self._is_told or self._end is None or self._marking is None or not self._marking.done():
            return None
        self._is_told = True
        end, first_s = self._end, self._end.first_token_s
        return RowEnd(
            row=number,
            text=end.text,
            finish=end.reason,
            error=end.error,
            num_prompt_tokens=end.num_prompt_tokens,
            num_tokens=end.num_tokens,
            first_ms=None if first_s is None else 1000 * first_s,
            ms=1000 * end.total_s,
            mark=self._marking.result(),
        )

    def started(self) -> RowStart:
        question, card = self.question, self.question.card
        return RowStart(
            asked=question.asked,
            task=card.task,
            shown=question.fields[card.main_field],
            prompt=self.request.prompt,
            expected=None if question.example is None else question.example.answer,
        )

    def _mark(self, end: FinishEvent) -> Mark | None:
        if self.question.example is None or end.reason not in WHOLE:
            return None
        return mark(self.question.card, self.question.example, end.text)
