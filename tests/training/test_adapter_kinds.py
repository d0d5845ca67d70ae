"""Adapters of other kinds than plain LoRA on the layers: DoRA, a head, a base in 8 bits."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import bitsandbytes as bnb
import pytest
import torch
from peft import LoraConfig, PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from adapters.errors import AdapterRefused
from tests.training.tune_world import SHORT, Evaluated, tea_trainer
from training.adapter_files import write_adapter
from training.answer_trainer import AnswerTrainer
from training.keeper import Keeper
from training.progress import Meter
from training.quiet import quiet_libraries
from training.tune_checkpoints import WorkFolder


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with quiet_libraries():
        yield


@pytest.mark.trains
@pytest.mark.filterwarnings("ignore:Model has `tie_word_embeddings=True`")
@pytest.mark.parametrize(
    "changes",
    [
        {"dora": True},
        {"target": ("attention", "lm_head")},
        {"dora": True, "rslora": True, "target": ("all-linear", "lm_head")},
    ],
    ids=["dora", "head", "both"],
)
def test_what_is_written_gives_the_trained_models_logits(
    tiny_base: Path, tmp_path: Path, changes: dict[str, Any]
) -> None:
    """Catches DoRA's lengths rounded or lost, a copy of the base's head among the factors, and
    factors of a head that training or saving passes over."""
    options = replace(SHORT, bits=32, num_examples=16, **changes)
    trainer = tea_trainer(tiny_base, tmp_path / "run", options)
    trainer.train()
    with torch.no_grad():
        for parameter in trainer.model.parameters():
            if parameter.requires_grad and parameter.ndim == 2:
                parameter.copy_(parameter.bfloat16())  # as factors are written
    _written(trainer, tmp_path / "covid")
    tensors = load_file(tmp_path / "covid" / "adapter_model.safetensors")
    assert {name.rpartition("lora_")[2] for name in tensors} == {"A.weight", "B.weight"} | (
        {"magnitude_vector"} if options.dora else set()
    )
    assert all(tensor.any() for tensor in tensors.values())
    assert any("lm_head" in name for name in tensors) == ("lm_head" in options.target)
    plain = AutoModelForCausalLM.from_pretrained(tiny_base, dtype=torch.float32)
    ids = torch.arange(5, 25).view(2, 10)
    trainer.model.config._attn_implementation = "eager"
    with torch.no_grad():
        base = plain(ids).logits
        trained = trainer.model.eval()(ids).logits
        loaded = PeftModel.from_pretrained(plain, tmp_path / "covid").eval()(ids).logits
    assert (trained - base).abs().max() > 0.1
    assert torch.allclose(loaded, trained, atol=1e-4)


def _written(trainer: AnswerTrainer, out: Path) -> None:
    """Save the trainer's adapter as `tune` does: through the best step of a working folder."""
    work, event = WorkFolder.beside(out), Evaluated(global_step=4)
    with work.claimed():
        work.begin({"task": "covid"}, fresh=True)
        keeper = Keeper(work, Meter(), patience=None)
        keeper.on_evaluate(event, event, event, metrics={"eval_loss": 1.0}, model=trainer.model)
        best = work.best()
        assert best is not None
        write_adapter(out, trainer.adapter_config, "tiny", best.tensors, {"task": "covid"}, {})


def test_weights_that_nobody_here_can_read_are_checked_all_the_same(tmp_path: Path) -> None:
    """Catches a diverged DoRA adapter, which the engine's reader refuses before it looks."""
    config = LoraConfig(r=2, use_dora=True, target_modules=["q_proj"], task_type="CAUSAL_LM")
    lengths = {"q_proj.lora_magnitude_vector": torch.tensor([1.0, float("nan")])}
    with pytest.raises(AdapterRefused, match=r"magnitude_vector' is not finite"):
        write_adapter(tmp_path / "covid", config, "tiny", lengths, {}, {})


@pytest.mark.gpu
@pytest.mark.parametrize("dora", [False, True])
def test_a_base_in_8_bits_passes_gradients(tiny_base: Path, tmp_path: Path, dora: bool) -> None:
    """Catches a base held otherwise than asked for, and gradients lost in LLM.int8's products."""
    trainer = tea_trainer(tiny_base, tmp_path, replace(SHORT, bits=8, dora=dora), torch.bfloat16)
    linears = [m for m in trainer.model.modules() if isinstance(m, bnb.nn.Linear8bitLt)]
    assert len(linears) == 2 * 7  # two layers; the head stays as it is
    before = trainer.evaluate()["eval_loss"]
    trainer.train()
    assert trainer.evaluate()["eval_loss"] < 0.5 * before
