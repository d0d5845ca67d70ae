"""How one adapter is trained: every setting with its default, once. Knows no model and no data."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from adapters.errors import LoraLandError
from adapters.files import unserved

ALL_LINEAR = "all-linear"
ATTENTION = "attention"
"""Short for the projections of attention: layers named q_proj, k_proj, v_proj, o_proj or such."""
HEAD = "lm_head"
"""The layer that turns hidden states into logits; no alias names it."""
MAX_RANK = 256  # the engine serves no larger one

# These change how long a run takes or what it reports, never the weights that it goes through.
_WITHOUT_EFFECT_ON_WEIGHTS = ("threads", "checkpoint_every")


class TuneRefused(LoraLandError):
    """Shown to whoever asks for a training that cannot be done as asked."""


@dataclass(frozen=True)
class TuneOptions:
    """The settings of one run. Raises TuneRefused for a value that cannot work.

    `rslora` scales by alpha / sqrt(rank) instead of alpha / rank; `dora` learns the length of each
    weight row beside its direction. `loraplus_ratio` is how much faster B learns than A (1: plain
    LoRA); `loraplus_lr_embedding` the rate of adapted embeddings beside it. `bits` is what the
    frozen base is held in: 4 is NF4 (QLoRA), 8 is LLM.int8 (on CUDA), 16 is bfloat16, 32 is float32
    in storage and arithmetic. A step reads `accumulation` batches; the rate rises in the first
    `warmup_share` of the steps and then falls along a cosine. `patience` ends a run after so many
    evaluations without a better loss; None never does. `eval_every` and `checkpoint_every` count
    steps; `max_length` counts tokens of prompt and answer together; longer examples are left out
    rather than cut.
    """

    rank: int = 16
    alpha: int = 32
    dropout: float = 0.0
    rslora: bool = False
    dora: bool = False
    learning_rate: float = 1.5e-3
    loraplus_ratio: float = 4.0
    loraplus_lr_embedding: float = 1e-6
    warmup_share: float = 0.05
    num_examples: int = 6_000
    num_validation: int = 200
    num_epochs: int = 2
    batch_size: int = 16
    accumulation: int = 1
    patience: int | None = None
    seed: int = 1
    target: tuple[str, ...] = (ALL_LINEAR,)
    bits: int = 4
    eval_every: int = 100
    checkpoint_every: int = 50
    max_length: int = 512
    threads: int = 1

    def __post_init__(self) -> None:
        for name in _COUNTS:
            value, least = getattr(self, name), 0 if name == "seed" else 1
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise TuneRefused(
                    f"{name} must be a whole number of {least} or more, not {value!r}."
                )
        if self.patience is not None and not self.patience >= 1:
            raise TuneRefused(f"patience must be 1 or more, not {self.patience!r}.")
        self._check_adapter()
        self._check_run()

    def _check_adapter(self) -> None:
        if self.rank > MAX_RANK:
            raise TuneRefused(f"rank must be at most {MAX_RANK}, not {self.rank}.")
        if not 0 <= self.dropout < 1:
            raise TuneRefused(f"dropout must be at least 0 and below 1, not {self.dropout!r}.")
        for name in ("rslora", "dora"):
            if not isinstance(getattr(self, name), bool):
                raise TuneRefused(f"{name} must be true or false, not {getattr(self, name)!r}.")
        if self.bits not in (4, 8, 16, 32):
            raise TuneRefused(f"bits must be 4, 8, 16 or 32, not {self.bits!r}.")
        if isinstance(self.target, str) or not self.target:
            raise TuneRefused(f"target must be names of linear layers, or ({ALL_LINEAR!r},).")
        for alias in {ALL_LINEAR, ATTENTION} & set(self.target):
            if set(self.target) - {alias, HEAD}:
                raise TuneRefused(
                    f"{alias!r} already names several layers; give it alone, or with {HEAD!r}."
                )

    def _check_run(self) -> None:
        if not (math.isfinite(self.learning_rate) and 0 < self.learning_rate <= 1):
            raise TuneRefused(
                f"learning_rate must be above 0 and at most 1, not {self.learning_rate!r}."
            )
        if not 0 <= self.warmup_share < 1:
            raise TuneRefused(
                f"warmup_share must be at least 0 and below 1, not {self.warmup_share!r}."
            )
        if not (math.isfinite(self.loraplus_lr_embedding) and self.loraplus_lr_embedding >= 0):
            raise TuneRefused(
                f"loraplus_lr_embedding must be 0 or more, not {self.loraplus_lr_embedding!r}."
            )
        if not (math.isfinite(self.loraplus_ratio) and self.loraplus_ratio >= 1):
            raise TuneRefused(
                f"loraplus_ratio must be 1 (plain LoRA) or more, not {self.loraplus_ratio!r}."
            )
        if self.num_examples < self.batch_size:
            raise TuneRefused(
                f"num_examples ({self.num_examples}) is less than one batch ({self.batch_size})."
            )

    @property
    def unserved(self) -> list[str]:
        """What of the adapter these settings make the demo's engine does not serve, in words."""
        return unserved({"use_dora": self.dora, "target_modules": self.target})

    def as_json(self) -> dict[str, Any]:
        """Plain values for a JSON file."""
        return asdict(self) | {"target": list(self.target)}

    def decisive(self) -> Mapping[str, Any]:
        """The settings that a run to be resumed must share."""
        return {k: v for k, v in self.as_json().items() if k not in _WITHOUT_EFFECT_ON_WEIGHTS}


_COUNTS = tuple(field.name for field in fields(TuneOptions) if field.type in (int, "int"))
