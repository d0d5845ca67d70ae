"""What the scheduler's tests need in place of a model: requests, adapters, and a slow device."""

from pathlib import Path

from engine.lora.recipe import Adapter, Recipe
from engine.options import EngineOptions
from engine.request import GenerationRequest, SamplingParams
from engine.scheduler import Batch, Scheduler
from engine.sequence import Sequence
from engine.slots import Slots
from engine.text import AnswerText


def recipe(name: str) -> Recipe:
    return Recipe(((Adapter(name, f"digest of {name}", 8, ("q_proj",), 1, Path(name)), 1.0),))


def request_for(
    adapter: Recipe | None = None, prompt_tokens: int = 4, max_tokens: int = 8
) -> Sequence:
    prompt = list(range(prompt_tokens))
    request = GenerationRequest("x", None, SamplingParams(max_tokens=max_tokens))
    return Sequence(request, prompt, max_tokens, AnswerText(lambda ids: "", prompt, ()), adapter)


class SlowShelf:
    """A device to which an adapter takes `load_steps` steps, counted by `pass_step`."""

    def __init__(self, load_steps: int = 0) -> None:
        self.load_steps = load_steps
        self.there: set[str] = set()
        self.coming: list[tuple[int, Recipe]] = []
        self.num_loads = 0
        self._step = 0

    def bring(self, adapter: Recipe) -> bool:
        assert adapter.digest not in self.there
        self.num_loads += 1
        if self.load_steps == 0:
            self.there.add(adapter.digest)
            return True
        self.coming.append((self._step + self.load_steps, adapter))
        return False

    def drop(self, adapter: Recipe) -> None:
        self.there.remove(adapter.digest)

    def pass_step(self) -> list[Recipe]:
        """One step later; returns those that are there now."""
        self._step += 1
        arrived = [adapter for at, adapter in self.coming if at <= self._step]
        self.coming = [(at, adapter) for at, adapter in self.coming if at > self._step]
        self.there.update(adapter.digest for adapter in arrived)
        return arrived


def scheduler(kv_tokens: int = 1000, shelf: SlowShelf | None = None, **limits: int) -> Scheduler:
    options = EngineOptions(**limits)
    return Scheduler(options, kv_tokens, Slots(options.max_adapters, shelf or SlowShelf()))


def compute(batch: Batch) -> list[Sequence]:
    """What the engine does with a batch, without a model; returns the rows that are complete."""
    for sequence in batch.decode:
        sequence.num_computed += 1
        sequence.tokens.append(0)
    for chunk in batch.prefill:
        completes = chunk.completes_prompt
        chunk.sequence.num_computed += chunk.num_tokens
        if completes:
            chunk.sequence.tokens.append(0)
    return [row for row in batch.sequences if row.num_new_tokens >= row.max_new_tokens]
