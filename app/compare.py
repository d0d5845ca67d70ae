"""The comparison: one prompt answered by two contenders in one batch, kept for rating.

Owns what happens between Run and the last frame: what is refused and why, the two requests, the
frames at a steady rate, and the row in the database however it ends. Knows no Gradio and no HTML.
"""

import asyncio
import uuid
from collections.abc import AsyncGenerator, Iterable, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version

from adapters.card import Card
from adapters.errors import LoraLandError
from app.contenders import BASE, Contender, contenders, standard_sampling
from app.feedback.prompts import template_sha256
from app.feedback.records import ComparisonStart, Contestant, FinalState, Mode, Position
from app.feedback.store import FeedbackStore
from app.frames import Frame, PaneStage
from app.services import Shelf
from app.sides import Side, shared_steps
from app.task import Task
from engine.errors import PromptTooLong
from engine.request import FinishReason, SamplingParams
from engine.step_log import StepRecord, adapter_share
from engine.stream import Stream
from engine.worker import EngineWorker

FRAMES_PER_S = 12
POSITIONS: tuple[Position, Position] = ("A", "B")


class RunRefused(LoraLandError):
    """The comparison cannot start; shown on the page, beside `field` where one is to blame."""

    def __init__(self, sentence: str, field: str | None = None) -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True)
class PromptLength:
    """`limit` leaves room for the task's longest answer.

    `num_tokens` is None for a text so long that nobody counts.
    """

    num_tokens: int | None
    limit: int


@dataclass
class _Run:
    """A comparison under way."""

    session_id: str
    run_id: str
    sides: tuple[Side, Side]
    start: ComparisonStart
    comparison_id: str | None = None
    problem: str | None = None

    @property
    def outcome(self) -> FinalState:
        """The state that is kept: complete, failed or cancelled."""
        if all(side.state.is_whole for side in self.sides):
            return "complete"
        reasons = {side.state.reason for side in self.sides}
        return "failed" if FinishReason.ERROR in reasons else "cancelled"

    def frame(
        self, num_before: int = 0, log: Iterable[StepRecord] = (), is_last: bool = False
    ) -> Frame:
        a, b = self.sides
        steps = shared_steps(a, b)
        of_both = set(steps)
        return Frame(
            run_id=self.run_id,
            a=a.state,
            b=b.state,
            shared_steps=steps,
            num_rows=max((a.rows_at_step[step] for step in steps), default=0),
            adapter_share=adapter_share(record for record in log if record.step in of_both),
            num_before=num_before,
            expected=None if a.example is None else a.example.answer,
            comparison_id=self.comparison_id,
            problem=self.problem,
            is_last=is_last,
        )


class ComparisonService:
    """Runs comparisons for many visitors at once; call it from one event loop."""

    def __init__(
        self, shelf: Shelf, worker: EngineWorker, feedback: FeedbackStore, base_digest: str
    ) -> None:
        self._shelf = shelf
        self._worker = worker
        self._feedback = feedback
        self._base_digest = base_digest
        self._runs: dict[str, _Run] = {}

    @property
    def tasks(self) -> Mapping[str, Task]:
        """The tasks as they are now; a later call may give others."""
        return self._shelf.stock.tasks

    def why_not(self, task: str) -> str | None:
        """Why the task's adapter cannot answer, as a sentence; None if it can."""
        stock = self._shelf.stock
        if task not in stock.tasks:
            return f"There is no task named “{task}” here; choose one from the list."
        if any(info.adapter_id == task for info in self._worker.adapters):
            return None
        return stock.unavailable.get(task, "The adapter for this task is not loaded.")

    def check(self, known: Task, fields: Mapping[str, str]) -> str:
        """The prompt, if the comparison may start. Raises RunRefused; nothing is sent."""
        card = known.card
        for item in card.fields:
            if not item.optional and not fields.get(item.name, "").strip():
                raise RunRefused(f"Please fill in “{item.label}”.", item.name)
        prompt = card.prompt(fields)
        length = self.length(card, prompt)
        if length.num_tokens is None or length.num_tokens > length.limit:
            raise RunRefused(
                f"This is too long: the model reads at most {length.limit:,} tokens beside its "
                "answer; please shorten it.",
                card.main_field,
            )
        return prompt

    def length(self, card: Card, prompt: str) -> PromptLength:
        """How long a prompt is, and how long it may be."""
        limit = self._worker.status().context_length - card.max_tokens
        try:
            return PromptLength(self._worker.count_tokens(prompt), limit)
        except PromptTooLong:
            return PromptLength(None, limit)

    def contenders(self, task: str) -> tuple[Contender, ...]:
        """All who can answer a known task now, its own adapter first."""
        served = (info.adapter_id for info in self._worker.adapters)
        return contenders(self._shelf.stock, served, task)

    async def run(
        self,
        session_id: str,
        task: str,
        fields: Mapping[str, str],
        pair: tuple[str, str] | None = None,
        sampling: SamplingParams | None = None,
        mode: Mode = "named",
        run_id: str | None = None,
    ) -> AsyncGenerator[Frame, None]:
        """Frames at a steady rate; the last one has `is_last`. Raises RunRefused.

        `pair` are the ids of the contenders at A and B; None is the task's adapter and the base.
        Who runs a blind comparison has drawn their places before. `run_id` is the nonce by which
        the comparison is kept. Closing the iterator early cancels both answers and keeps what
        there was.
        """
        run = self._begin(session_id, task, fields, pair or (task, BASE), sampling, mode, run_id)
        self._runs[run.run_id] = run
        followers = [asyncio.create_task(side.follow()) for side in run.sides]
        # A task of its own: a visitor who leaves at once must not leave half a row behind.
        begun = asyncio.create_task(self._keep_start(run))
        kept = None
        try:
            yield run.frame()
            await asyncio.shield(begun)
            while not all(follower.done() for follower in followers):
                yield run.frame(self._num_before(run))
                await asyncio.wait(followers, timeout=1 / FRAMES_PER_S)
            kept = asyncio.create_task(self._keep_end(run, begun))
            await asyncio.shield(kept)
            yield run.frame(log=self._worker.steps_since(0), is_last=True)
        finally:
            del self._runs[run.run_id]
            for side, follower in zip(run.sides, followers, strict=True):
                side.stream.cancel()
                follower.cancel()
            if kept is None:
                await asyncio.shield(asyncio.create_task(self._keep_end(run, begun)))

    def stop(self, session_id: str, run_id: str) -> None:
        """Cancel both answers of a visitor's own run; `run` then yields its last frame."""
        run = self._runs.get(run_id)
        if run is not None and run.session_id == session_id:
            for side in run.sides:
                side.stream.cancel()

    def _num_before(self, run: _Run) -> int:
        own = sum(side.state.stage is PaneStage.WAITING for side in run.sides)
        return max(0, self._worker.status().num_waiting - own)

    def _begin(
        self,
        session_id: str,
        task: str,
        fields: Mapping[str, str],
        pair: tuple[str, str],
        sampling: SamplingParams | None,
        mode: Mode,
        run_id: str | None,
    ) -> _Run:
        known, chosen = self._able(task, pair)
        self.check(known, fields)
        card, example = known.card, known.known(fields)
        sampling = sampling or standard_sampling(card)
        # Others can see in which order rows run: of a blind pair it must not tell the places.
        asked = sorted(chosen, key=lambda one: one.name) if mode == "blind" else chosen
        try:
            requests = [one.request(card, fields, sampling) for one in asked]
            streams = dict(zip(asked, self._worker.submit_many(requests), strict=True))
        except LoraLandError as error:
            raise RunRefused(str(error)) from error
        a, b = (
            Side(stream, card, example, position=position, contestant=self._contestant(one, stream))
            for position, one in zip(POSITIONS, chosen, strict=True)
            for stream in (streams[one],)
        )
        run_id = run_id or uuid.uuid4().hex
        start = ComparisonStart(
            session_id=session_id,
            client_nonce=run_id,
            mode=mode,
            task=task,
            template_sha256=template_sha256(card),
            inputs=dict(fields),
            example_id=None if example is None else example.example_id,
            params=asdict(sampling),
            app_version=version("lora-land"),
            sides=(a.start(), b.start()),
        )
        return _Run(session_id, run_id, (a, b), start)

    def _able(self, task: str, pair: tuple[str, str]) -> tuple[Task, list[Contender]]:
        """The task and the two who are to answer it. Raises RunRefused if one cannot."""
        known = self.tasks.get(task)
        able = {} if known is None else {one.contender_id: one for one in self.contenders(task)}
        if known is None or (task in pair and task not in able):
            reason = self.why_not(task) or "This task has just arrived; press Run again."
            raise RunRefused(reason)
        for contender_id in pair:
            if contender_id not in able:
                raise RunRefused(f"“{contender_id}” cannot answer this task; choose another.")
        if pair[0] == pair[1]:
            raise RunRefused("Both answers would come from the same; choose two different ones.")
        return known, [able[contender_id] for contender_id in pair]

    async def _keep_start(self, run: _Run) -> None:
        def write() -> str:
            self._feedback.ensure_session(run.session_id)
            return self._feedback.start_comparison(run.start)

        try:
            run.comparison_id = await asyncio.to_thread(write)
        except LoraLandError as error:
            run.problem = f"This comparison cannot be rated: {error}"

    async def _keep_end(self, run: _Run, begun: "asyncio.Task[None]") -> None:
        await begun
        if run.comparison_id is None:
            return
        results = tuple(side.result() for side in run.sides)
        try:
            await asyncio.to_thread(
                self._feedback.finish_comparison, run.comparison_id, run.outcome, results
            )
        except LoraLandError as error:
            run.comparison_id = None
            run.problem = f"This comparison cannot be rated: {error}"

    def _contestant(self, one: Contender, stream: Stream) -> Contestant:
        base_model = self._worker.status().base_name
        if one.adapter_id is None:
            return Contestant(
                contestant_id=f"{one.contender_id}:{base_model}@{self._base_digest}",
                kind="base",
                name=f"{base_model}, held to valid answers" if one.is_held else base_model,
                task=None,
                weights_digest=self._base_digest,
                base_model=base_model,
            )
        # Of the stream, not of the engine: there, other weights may have taken the name by now.
        digest = stream.adapter_digest
        assert digest is not None, "an adapter was asked for"
        own = self.tasks.get(one.adapter_id)
        return Contestant(
            contestant_id=f"adapter:{one.adapter_id}@{digest}",
            kind="adapter",
            name=one.name if own is None else own.card.title,
            task=None if own is None else one.adapter_id,
            weights_digest=digest,
            base_model=base_model,
        )
