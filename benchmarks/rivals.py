"""What one would use instead: PEFT, and transformers alone. Same weights, same prompts, greedy.

Each in its best configuration that we know of: NF4 through the same kernels, all prompts of one
length, so without padding; the number of threads is tried out by who runs them. PEFT's adapters
have the type of the activations, so that nothing is converted in the layers.
"""

import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from transformers import GenerationConfig
from transformers.generation.configuration_utils import ContinuousBatchingConfig

from benchmarks.bench import Bench
from benchmarks.contestants import allocated
from benchmarks.threads import alone
from benchmarks.work import Answer, Work

PAGE_TOKENS = 256


class Generate:
    """transformers' own `generate`, one static batch. The base alone: adapters are ignored."""

    def __init__(self, bench: Bench) -> None:
        before = allocated(bench.device)
        self._model = self._load(bench)
        self._device = bench.device
        self.held_bytes = allocated(bench.device) - before

    def answer(self, work: Work, num_threads: int) -> Answer:
        return alone(num_threads, lambda: self._answer(work))

    def close(self) -> None:
        del self._model

    def _answer(self, work: Work) -> Answer:
        started_s = time.perf_counter()
        tokens = self._generate(work, slice(None))
        return Answer(tokens, time.perf_counter() - started_s)

    def _load(self, bench: Bench) -> Any:
        return bench.base.plain(bench.settings.bits)

    @torch.inference_mode()
    def _generate(self, work: Work, rows: slice, **more: Any) -> tuple[tuple[int, ...], ...]:
        """The new tokens of some of the rows, as one batch."""
        ids = torch.tensor(work.prompt_ids[rows], device=self._device)
        output = self._model.generate(
            input_ids=ids,
            attention_mask=torch.ones_like(ids),
            generation_config=_greedy(work),
            **more,
        )
        return tuple(tuple(row) for row in output[:, ids.shape[1] :].tolist())


class PeftMixed(Generate):
    """PEFT's mixed batch: every row names its adapter."""

    def __init__(self, bench: Bench, folders: Mapping[str, Path]) -> None:
        self._folders = folders
        super().__init__(bench)

    def _answer(self, work: Work) -> Answer:
        names = [self._name(number) for number in work.adapters]
        started_s = time.perf_counter()
        tokens = self._generate(work, slice(None), adapter_names=names)
        return Answer(tokens, time.perf_counter() - started_s)

    def _name(self, number: int | None) -> str:
        return "__base__" if number is None else list(self._folders)[number]

    def _load(self, bench: Bench) -> Any:
        model = super()._load(bench)
        import peft  # noqa: PLC0415 - what needs no PEFT runs where it is not installed

        upcast = bench.loaded.dtype == torch.float32  # the files hold bf16
        (first, folder), *others = self._folders.items()
        with warnings.catch_warnings():
            # PEFT still asks for names that transformers will retire.
            warnings.simplefilter("ignore", FutureWarning)
            adapted = peft.PeftModel.from_pretrained(
                model, folder, adapter_name=first, autocast_adapter_dtype=upcast
            )
            for name, other in others:
                adapted.load_adapter(other, adapter_name=name, autocast_adapter_dtype=upcast)
        return adapted.eval()


class PeftSwitching(PeftMixed):
    """PEFT with one adapter at a time: rows that share it are a batch, the batches take turns."""

    def _answer(self, work: Work) -> Answer:
        rows = sorted(range(len(work.prompts)), key=lambda row: work.adapters[row] or 0)
        tokens: dict[int, tuple[int, ...]] = {}
        started_s = time.perf_counter()
        for number in dict.fromkeys(work.adapters[row] for row in rows):
            own = [row for row in rows if work.adapters[row] == number]
            self._model.set_adapter(self._name(number))
            part = Work(
                tuple(work.prompts[row] for row in own),
                tuple(work.prompt_ids[row] for row in own),
                tuple(number for _ in own),
                work.num_new_tokens,
            )
            tokens.update(zip(own, self._generate(part, slice(None)), strict=True))
        seconds = time.perf_counter() - started_s
        return Answer(tuple(tokens[row] for row in range(len(work.prompts))), seconds)


class ContinuousBatching(Generate):
    """transformers' continuous batching, in the thread that it makes for itself.

    The base alone: it knows no adapters per request.
    """

    def __init__(self, bench: Bench, work: Work) -> None:
        super().__init__(bench)
        num_tokens = len(work.prompt_ids[0]) + work.num_new_tokens
        self._config = ContinuousBatchingConfig(
            page_size=PAGE_TOKENS,
            num_blocks=1 + len(work.prompts) * -(-num_tokens // PAGE_TOKENS),
            max_batch_tokens=len(work.prompts) * len(work.prompt_ids[0]),
            allow_block_sharing=False,  # no two prompts begin alike
        )

    def answer(self, work: Work, num_threads: int) -> Answer:
        """A thread that has just answered is timed, as in a server under way."""
        endless = GenerationConfig(do_sample=False, eos_token_id=-1, pad_token_id=0)
        manager = self._model.init_continuous_batching(endless, self._config)
        alone(num_threads, manager.start)
        try:
            self._answer_through(manager, work.first(len(work.prompts), 1))
            started_s = time.perf_counter()
            tokens = self._answer_through(manager, work)
            return Answer(tokens, time.perf_counter() - started_s)
        finally:
            manager.stop()

    def _answer_through(self, manager: Any, work: Work) -> tuple[tuple[int, ...], ...]:
        prompts = [list(ids) for ids in work.prompt_ids]
        order = manager.add_requests(prompts, max_new_tokens=work.num_new_tokens)
        outputs: dict[str, list[int]] = {}
        while len(outputs) < len(order) and manager.is_running():
            result = manager.get_result(timeout=1)
            if result is not None and result.is_finished():
                outputs[result.request_id] = result.generated_tokens
        return tuple(tuple(outputs.get(name, ())) for name in order)


def _greedy(work: Work) -> GenerationConfig:
    return GenerationConfig(max_new_tokens=work.num_new_tokens, do_sample=False, pad_token_id=0)
