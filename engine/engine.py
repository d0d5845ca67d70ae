"""Continuous batching on one screen: schedule, build, forward, pick, hand out.

Owns the model, the cache and the requests in flight. Knows no threads: whoever calls `step`
must be the only one, except for `prepare` and `tiers.read`, which only read.
"""

import time
from collections.abc import Iterable

import torch

from engine.batch import StepInputs, build_inputs
from engine.chances import chances_of
from engine.errors import BadRequest, PromptTooLong
from engine.grammars import Grammars
from engine.keeper import AdapterKeeper
from engine.kv_cache import KVCache
from engine.loading import LoadedModel
from engine.lora.layers import LoraSites
from engine.lora.order import DecodeOrder
from engine.lora.tiers import Tiers
from engine.memory import cache_shape, host_bytes, kv_tokens
from engine.options import EngineOptions
from engine.request import (
    Event,
    FinishEvent,
    FinishReason,
    GenerationRequest,
    TokenChance,
    TokenEvent,
)
from engine.sampler import pick_tokens
from engine.scheduler import Batch, Scheduler
from engine.sequence import Sequence
from engine.slots import Slots
from engine.step_log import RowRecord, StepLog, StepRecord, rows_of
from engine.text import AnswerText

NOT_FINITE = (
    "The model produced values that are not finite numbers for this answer; the adapter is "
    "damaged or its weights are far too large."
)
OVERDUE = "The answer was not complete after the {:g} seconds that this server allows it."
UNHELD = "This answer can be held to its constraint no longer ({}); make the constraint simpler."


class Engine:
    """One model, many adapters, one batch. `sites` is None where LoRA is not installed."""

    def __init__(
        self, loaded: LoadedModel, options: EngineOptions, sites: LoraSites | None
    ) -> None:
        shape = cache_shape(loaded, options)
        self.loaded = loaded
        self.options = options
        self.context_length = shape.num_tokens
        self.num_steps = 0
        self.log = StepLog()
        self.tiers = Tiers(sites, loaded.dtype, loaded.device, host_bytes(options))
        self.scheduler = Scheduler(
            options, kv_tokens(shape, options), Slots(options.max_adapters, self.tiers)
        )
        self._sites = sites
        self._cache = KVCache(shape, loaded.dtype, loaded.device)
        self.cache_bytes = self._cache.num_bytes
        self._order = DecodeOrder()
        self._grammars = Grammars(loaded.vocabulary, loaded.model.config.vocab_size)
        self.adapters = AdapterKeeper(self.tiers, self.scheduler, self._order)
        self._untold: list[tuple[Sequence, Event]] = []

    @property
    def has_work(self) -> bool:
        """Whether anybody runs or waits, or an adapter is on its way."""
        return self.scheduler.has_work or bool(self.tiers.loads.digests)

    @torch.inference_mode()
    def step(self) -> list[tuple[Sequence, Event]]:
        """One step of everything that runs; returns what each request is to be told.

        When a step raises, what happened before it did is still to be told: see `take_untold`.
        """
        self.tiers.turns.step_begins()
        try:
            return self._step()
        finally:
            self.tiers.turns.step_ends()

    def _step(self) -> list[tuple[Sequence, Event]]:
        self._drop_who_leaves()
        self._take_in_loads()
        started_s = time.perf_counter()
        batch = self.scheduler.schedule()
        if batch.num_rows:
            self.num_steps += 1
            rows = rows_of(batch)
            inputs = build_inputs(
                batch, self._order, self.tiers.on_device, self._cache, len(self.scheduler.running)
            )
            logits = self._forward(inputs)
            token_ids = self._pick(logits, inputs.rows) if inputs.rows else []
            chances = chances_of(logits, inputs.rows, token_ids)
            self._advance(batch)
            for sequence, token_id, chance in zip(inputs.rows, token_ids, chances, strict=True):
                self._hand_out(sequence, token_id, batch.num_rows, chance)
            self._note(started_s, rows)
        return self.take_untold()

    def take_untold(self) -> list[tuple[Sequence, Event]]:
        """What has happened to requests since the last call, in order; each event only once."""
        untold, self._untold = self._untold, []
        return untold

    def prepare(self, request: GenerationRequest) -> Sequence:
        """Check and encode a request, compile its constraint; any thread.

        Raises UnknownAdapter, PromptTooLong, ...
        """
        adapter = self.tiers.recipe(request.shares)
        prompt_ids = self.encode(request.prompt)
        if not prompt_ids:
            raise BadRequest("The prompt is empty; write something to go on from.")
        given = self._given(request, prompt_ids)
        room = self.context_length - len(prompt_ids)
        if room < max(1, len(given)):
            raise self._too_long(f"has {len(prompt_ids) + len(given)} tokens")
        request.sampling.check_biases(self.loaded.model.config.vocab_size)
        most = self.options.max_tokens or room
        constraint = request.sampling.constraint
        return Sequence(
            request,
            prompt_ids,
            max_new_tokens=len(given) or min(request.sampling.max_tokens, room, most),
            text=AnswerText(
                self.loaded.vocabulary.decode, prompt_ids, () if given else request.sampling.stop
            ),
            adapter=adapter,
            given=given,
            guide=None if constraint is None else self._grammars.guide(constraint),
        )

    def _given(self, request: GenerationRequest, prompt_ids: list[int]) -> list[int]:
        """The tokens of an answer that is to be read, none where one is to be drawn."""
        if request.answer is None:
            return []
        self.encode(request.answer)  # refuses what could never fit before it is joined
        return self.loaded.vocabulary.encode_after(request.prompt, prompt_ids, request.answer)

    def encode(self, text: str) -> list[int]:
        """The prompt's tokens, with what the tokenizer puts before every text; any thread."""
        vocabulary = self.loaded.vocabulary
        if len(text) > vocabulary.longest_token * self.context_length:
            raise self._too_long(f"has {len(text)} characters")
        return vocabulary.encode(text)

    def fail(self, sequences: Iterable[Sequence], sentence: str) -> list[tuple[Sequence, Event]]:
        """End these sequences, running or not, with an error; returns all that is to be told.

        The last seat goes first: when all rows fail, perhaps with the device, none must move.
        """
        for sequence in sorted(sequences, key=lambda row: row.seat, reverse=True):
            self._finish(sequence, FinishReason.ERROR, error=sentence)
        return self.take_untold()

    def _forward(self, inputs: StepInputs) -> torch.Tensor:
        """Logits [rows, vocabulary] of the tokens that complete something."""
        if self._sites is not None:
            self._sites.active.plan = inputs.lora
        try:
            output = self.loaded.model(
                input_ids=inputs.input_ids,
                position_ids=inputs.position_ids,
                logits_to_keep=inputs.logits_at,
                use_cache=False,
                plan=inputs.attention,
            )
        finally:
            if self._sites is not None:
                self._sites.active.plan = None  # it would keep adapters that are to be freed
        logits: torch.Tensor = output.logits[0]
        return logits

    def _note(self, started_s: float, rows: tuple[RowRecord, ...]) -> None:
        total_s = time.perf_counter() - started_s
        lora_s = None if self._sites is None else self._sites.active.take_seconds()
        self.log.add(StepRecord(self.num_steps, started_s, total_s, lora_s, rows))

    def _pick(self, logits: torch.Tensor, rows: list[Sequence]) -> list[int | None]:
        """The next token of each row: picked, or the next one of an answer that is read."""
        return [
            row.given[row.num_new_tokens] if row.given and picked is not None else picked
            for row, picked in zip(rows, pick_tokens(logits, rows), strict=True)
        ]

    def _advance(self, batch: Batch) -> None:
        for sequence in batch.decode:
            sequence.num_computed += 1
        for chunk in batch.prefill:
            chunk.sequence.num_computed += chunk.num_tokens

    def _hand_out(
        self,
        sequence: Sequence,
        token_id: int | None,
        num_rows: int,
        chance: TokenChance | None,
    ) -> None:
        """Append one token to its sequence, and end the sequence if it was the last."""
        guide = sequence.guide
        if guide is not None and (fault := guide.fault) is not None:
            self._finish(sequence, FinishReason.ERROR, error=UNHELD.format(fault))
            return
        if token_id is None:
            self._finish(sequence, FinishReason.ERROR, error=NOT_FINITE)
            return
        at_s = sequence.seconds()
        sequence.tokens.append(token_id)
        if sequence.first_token_s is None:
            sequence.first_token_s = at_s
        goes_on = sequence.request.sampling.ignore_eos or bool(sequence.given)
        ended = token_id in self.loaded.vocabulary.eos_ids and not goes_on
        if guide is not None and not ended:
            guide.take(token_id)
        offset = len(sequence.text.text)
        text = "" if ended else sequence.text.push(token_id)
        reason = self._why_it_ends(sequence, ended)
        event = TokenEvent(
            text,
            token_id,
            sequence.num_new_tokens,
            self.num_steps,
            num_rows,
            at_s,
            chance,
            offset,
            is_last=reason is not None,
        )
        self._untold.append((sequence, event))
        if reason is not None:
            self._finish(sequence, reason, num_rows)

    def _why_it_ends(self, sequence: Sequence, ended: bool) -> FinishReason | None:
        """None while the answer goes on; `ended` says that the model itself ended it."""
        was_read = sequence.num_new_tokens == len(sequence.given)
        is_complete = sequence.guide is not None and sequence.guide.is_complete
        if ended or sequence.text.stopped or was_read or is_complete:
            return FinishReason.STOP
        return FinishReason.LENGTH if sequence.num_new_tokens >= sequence.max_new_tokens else None

    def _drop_who_leaves(self) -> None:
        for row in self.scheduler.leaving(lambda row: row.cancelled):
            self._finish(row, FinishReason.CANCELLED)
        if (timeout_s := self.options.timeout_s) is not None:
            for row in self.scheduler.leaving(lambda row: row.seconds() >= timeout_s):
                late = OVERDUE.format(timeout_s)
                self._finish(row, FinishReason.ERROR, error=late, is_overdue=True)

    def _take_in_loads(self) -> None:
        for sequence, sentence in self.adapters.take_in():
            self._finish(sequence, FinishReason.ERROR, error=sentence)

    def _finish(
        self,
        sequence: Sequence,
        reason: FinishReason,
        num_rows: int = 0,
        error: str | None = None,
        is_overdue: bool = False,
    ) -> None:
        """Close the sequence's text, and free its row if it has one."""
        total_s = sequence.seconds()
        tail = sequence.text.finish()
        event = FinishEvent(
            reason=reason,
            text=sequence.text.text,
            tail=tail,
            num_prompt_tokens=len(sequence.prompt_ids),
            num_tokens=sequence.num_new_tokens,
            queue_s=total_s if sequence.queue_s is None else sequence.queue_s,
            first_token_s=sequence.first_token_s,
            total_s=total_s,
            error=error,
            adapter_digest=sequence.adapter.digest if sequence.adapter else None,
            num_rows=num_rows,
            step=self.num_steps,
            is_overdue=is_overdue,
        )
        # Noted first: the move may fail with the device, and the row would be nobody's by then.
        self._untold.append((sequence, event))
        move = self.scheduler.finish(sequence) if sequence in self.scheduler.running else None
        if sequence.adapter is not None:
            self.adapters.leave(sequence.adapter.adapters)
        if move is not None:
            self._cache.move(move)

    def _too_long(self, size: str) -> PromptTooLong:
        return PromptTooLong(
            f"The prompt {size}, but prompt and answer together may have "
            f"{self.context_length} tokens; shorten the prompt."
        )
