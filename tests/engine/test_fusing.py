"""Layers multiplied as one give what they gave apart."""

import bitsandbytes
import pytest
import torch
from torch import nn

from engine import nf4
from engine.fusing import FusedMember, fuse_linears


class Block(nn.Module):
    """q, k, v of different sizes on one input, and a layer that reads another."""

    def __init__(self, bias: bool = False) -> None:
        super().__init__()
        self.q_proj = nn.Linear(64, 64, bias=bias)
        self.k_proj = nn.Linear(64, 32, bias=bias)
        self.v_proj = nn.Linear(64, 32, bias=bias)
        self.o_proj = nn.Linear(64, 64, bias=bias)


class Model(nn.Module):
    def __init__(self, bias: bool = False) -> None:
        super().__init__()
        self.model = nn.Module()
        self.model.layers = nn.ModuleList([Block(bias)])
        self.lm_head = nn.Linear(64, 99)

    @property
    def block(self) -> Block:
        return self.model.layers[0]

    def outputs(self, x: torch.Tensor) -> list[torch.Tensor]:
        block = self.block
        return [layer(x) for layer in (block.q_proj, block.k_proj, block.v_proj, block.o_proj)]


@pytest.fixture
def x() -> torch.Tensor:
    return torch.randn(1, 5, 64, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("bias", [False, True])
def test_fused_layers_give_the_same_outputs(x, bias):
    """Catches shares cut at the wrong column, and biases left behind."""
    model = Model(bias)
    with torch.inference_mode():
        expected = model.outputs(x)
        fuse_linears(model)
        for one, other in zip(model.outputs(x), expected, strict=True):
            torch.testing.assert_close(one, other)
    assert isinstance(model.lm_head, nn.Linear), "the head is no layer of a block"


def test_the_shared_product_is_not_given_for_another_input(x):
    """Catches a product kept from an earlier input, whatever the order of the calls."""
    model = Model()
    with torch.inference_mode():
        expected_k, expected_v = model.block.k_proj(x), model.block.v_proj(-x)
        fuse_linears(model)
        model.block.q_proj(-x)
        torch.testing.assert_close(model.block.k_proj(x), expected_k)
        torch.testing.assert_close(model.block.v_proj(-x), expected_v)


@pytest.mark.parametrize("nested", [False, True])
def test_nf4_layers_are_fused_without_quantising_again(x, nested):
    """Catches other codes or scales than each layer had on its own."""
    model = Model().requires_grad_(False)
    for name, layer in list(model.block.named_children()):
        quantised = bitsandbytes.nn.Linear4bit(
            layer.in_features,
            layer.out_features,
            bias=False,
            compute_dtype=torch.float32,
            compress_statistics=nested,
            quant_type="nf4",
        )
        quantised.load_state_dict(layer.state_dict())
        quantised.support_avx512bf16_for_cpu = False
        setattr(model.block, name, quantised.to("cpu").eval())
    with torch.inference_mode():
        expected = model.outputs(x)
        fuse_linears(model)
        group = model.block.q_proj.group
        assert nf4.is_nf4(group.linear)
        group.linear.support_avx512bf16_for_cpu = False
        for one, other in zip(model.outputs(x), expected, strict=True):
            torch.testing.assert_close(one, other)


def test_layers_that_differ_in_their_inputs_stay_apart(x):
    """Catches a fused layer of weights that do not stack."""
    model = Model()
    model.block.v_proj = nn.Linear(64, 32, bias=True)
    fuse_linears(model)
    members = [m for m in model.modules() if isinstance(m, FusedMember)]
    assert {len(member.group.paths) for member in members} == {1}
