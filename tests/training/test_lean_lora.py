"""The lean LoRA layer against PEFT's own, which it stands in for while training on a processor."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from peft.tuners.lora import LoraLayer

from tests.training.tune_world import SHORT
from training.lean_lora import use_lean_lora
from training.qlora import attach_lora, load_base, raise_to_float32
from training.quiet import quiet_libraries
from training.tune_options import TuneOptions


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with quiet_libraries():
        yield


def _model(base: Path, options: TuneOptions) -> PeftModel:
    """A model whose B is not zero, so that every gradient has something to say."""
    model = attach_lora(load_base(base, options.bits, torch.float32, options.max_length), options)
    raise_to_float32(model)
    torch.manual_seed(3)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.1)
    return model.eval()


def _loss_and_gradients(model: PeftModel) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    model.zero_grad()
    ids = torch.arange(5, 45).view(2, 20)
    loss = model(input_ids=ids, labels=ids).loss
    loss.backward()
    return loss.detach(), {
        name: parameter.grad.clone()
        for name, parameter in model.named_parameters()
        if parameter.grad is not None
    }


@pytest.mark.parametrize("bits", [4, 32])
@pytest.mark.parametrize("rslora", [False, True])
def test_loss_and_gradients_are_pefts(tiny_base: Path, bits: int, rslora: bool) -> None:
    """Catches a scale forgotten on the way back, or a gradient of the wrong factor."""
    model = _model(tiny_base, replace(SHORT, bits=bits, rslora=rslora))
    loss, gradients = _loss_and_gradients(model)
    use_lean_lora(model)
    lean_loss, lean_gradients = _loss_and_gradients(model)
    torch.testing.assert_close(lean_loss, loss, rtol=1e-5, atol=1e-6)
    assert gradients.keys() == lean_gradients.keys()
    for name, gradient in gradients.items():
        torch.testing.assert_close(lean_gradients[name], gradient, rtol=1e-4, atol=1e-6)


def test_layers_with_dropout_keep_pefts_way(tiny_base: Path) -> None:
    """Catches dropout that is silently left out of training."""
    model = _model(tiny_base, replace(SHORT, dropout=0.5))
    use_lean_lora(model)
    layers = [module for module in model.modules() if isinstance(module, LoraLayer)]
    assert layers
    assert not any("forward" in vars(layer) for layer in layers)


def test_lean_layers_are_in_use(tiny_base: Path) -> None:
    """Catches a change in PEFT after which no layer counts as plain: the other tests would pass."""
    model = _model(tiny_base, SHORT)
    use_lean_lora(model)
    layers = [module for module in model.modules() if isinstance(module, LoraLayer)]
    assert layers
    assert all("forward" in vars(layer) for layer in layers)
