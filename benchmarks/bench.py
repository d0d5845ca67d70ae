"""What all rungs of one run share: the base, loaded once, its adapters, the machine's limits."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

import torch

from adapters.files import read_adapter
from benchmarks.bases import Base
from benchmarks.costs import AdapterCost, ModelCost, adapter_cost, model_cost
from benchmarks.limits import Limit, Machine
from benchmarks.random_adapters import write_adapters
from benchmarks.settings import Settings, num_cores
from benchmarks.threads import alone
from benchmarks.work import Work, make_work
from engine.engine import Engine
from engine.loading import LoadedModel
from engine.lora.fit import fit_adapter
from engine.lora.layers import LoraSites, install_lora
from engine.lora.weights import AdapterWeights
from engine.opening import warm_up
from engine.options import EngineOptions

SHORTEST_CONTEXT = 64
"""The engine warms up with a prompt of its own, which must fit."""


class Bench:
    """One run's material. `say` is told what is being done, for whoever watches.

    Several engines may stand on the one base, since only one of them steps at a time.
    """

    def __init__(
        self,
        settings: Settings,
        base: Base,
        folder: Path,
        machine: Machine,
        say: Callable[[str], None],
    ) -> None:
        self.settings = settings
        self.base = base
        self.machine = machine
        self.say = say
        self._folder = folder
        self._adapters: dict[tuple[str, int], dict[str, Path]] = {}
        self._weights: dict[str, list[AdapterWeights]] = {}

    def in_float32(self) -> "Bench":
        """The same on the exact base, for comparing answers."""
        settings = replace(self.settings, bits=32)
        folder = Path(tempfile.mkdtemp(prefix="float32-", dir=self._folder))
        return Bench(settings, self.base, folder, self.machine, self.say)

    @property
    def device(self) -> torch.device:
        return self.loaded.device

    @cached_property
    def loaded(self) -> LoadedModel:
        self.say(f"loading the base in {self.settings.bits} bits")
        return alone(num_cores(), lambda: self.base.served(self.settings.bits))

    @cached_property
    def sites(self) -> LoraSites:
        return install_lora(self.loaded.model)

    @cached_property
    def cost(self) -> ModelCost:
        return model_cost(self.loaded.model, self.loaded.dtype.itemsize)

    def engine(self, folders: Mapping[str, Path], work: Work, **options: int) -> Engine:
        """A warm engine that knows the adapters in `folders` and has room for `work` at once.

        `options` are the engine's, where they differ from that.
        """
        limits = {
            "max_rows": len(work.prompts),
            "max_waiting": len(work.prompts),
            "max_adapters": max(len(folders), 1),
            "max_context": max(len(work.prompt_ids[0]) + work.num_new_tokens, SHORTEST_CONTEXT),
        }
        engine = Engine(self.loaded, EngineOptions(**limits | options), self.sites)
        alone(self.loaded.num_threads, lambda: warm_up(engine))
        for name, folder in folders.items():
            engine.adapters.load(name, folder)
        return engine

    def adapters(self, kind: str, num_adapters: int | None = None) -> dict[str, Path]:
        """Folders of random adapters of one kind, written when first asked for."""
        number = num_adapters or self.settings.num_adapters
        key = (kind, number)
        if key not in self._adapters:
            self.say(f"writing {number} adapters, {kind}")
            home = self._folder / f"{kind}-{number}"
            config, rank = self.loaded.model.config, self.settings.rank
            self._adapters[key] = write_adapters(
                home, config, kind, rank, number, self.settings.seed
            )
        return self._adapters[key]

    def weights(self, kind: str) -> list[AdapterWeights]:
        """The same adapters as the engine holds them on the device."""
        if kind not in self._weights:
            folders = self.adapters(kind)
            like = torch.empty(0, dtype=self.loaded.dtype)
            read = (read_adapter(folder) for folder in folders.values())
            fitted = (fit_adapter(file, self.sites, like) for file in read)
            self._weights[kind] = [weights.to(self.device) for weights in fitted]
        return self._weights[kind]

    def work(self, adapters: Sequence[int | None], num_new_tokens: int | None = None) -> Work:
        """Prompts for rows with these adapters; the same ones for the same number of rows."""
        settings = self.settings
        return make_work(
            self.loaded.vocabulary,
            adapters,
            settings.num_prompt_tokens,
            num_new_tokens or settings.num_new_tokens,
            settings.seed,
        )

    def adapter_cost(self, kind: str) -> AdapterCost:
        return adapter_cost(self.weights(kind)[0].groups.values())

    def limit(self, work: Work, kind: str | None, num_rows: int) -> Limit:
        """The least seconds for all of `work`, `num_rows` rows at once, with adapters of `kind`.

        Reading the prompts is not counted. Every step looks at the context of the middle one, and
        has the adapters of the first rows.
        """
        context = len(work.prompt_ids[0]) + work.num_new_tokens // 2
        step = self.cost.decode_step(num_rows, context)
        if kind is not None:
            step += self.adapter_cost(kind).deltas(work.adapters[:num_rows])
        return self.machine.limit(step, num_times=-(-work.num_tokens // num_rows))
