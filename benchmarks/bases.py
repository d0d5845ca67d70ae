"""Where the weights come from: a folder, or the device itself. Ours and rivals get the same.

Rivals run transformers' own modules with its own attention; the engine fuses layers and puts its
attention in their place. Both hold the very same values of NF4, unpacked where that is faster.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from torch import nn
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

from benchmarks.shapes import Shape
from engine import nf4
from engine.attention import ATTENTION_NAME
from engine.loading import LoadedModel, count_parameters, load_model
from engine.products import pays_to_unpack, settle_products
from engine.vocabulary import Vocabulary

RIVAL_ATTENTION = "sdpa"


class Base(Protocol):
    """One base, as often as somebody needs it, in NF4 (`bits` 4) or float32 (32)."""

    def served(self, bits: int) -> LoadedModel:
        """For the engine."""

    def plain(self, bits: int) -> Any:
        """As transformers builds it, for rivals."""


@dataclass(frozen=True)
class FolderBase:
    """A checkpoint in a folder."""

    folder: Path
    device: str
    name: str

    def served(self, bits: int) -> LoadedModel:
        return load_model(self.folder, bits, self.device, name=self.name)

    def plain(self, bits: int) -> Any:
        device = torch.device(self.device)
        model = AutoModelForCausalLM.from_pretrained(
            self.folder,
            dtype=_dtype(device, bits),
            quantization_config=nf4.nf4_config(device) if bits == 4 else None,
            attn_implementation=RIVAL_ATTENTION,
            device_map={"": device},
        )
        return _as_rival(model, device)


@dataclass(frozen=True)
class BornBase:
    """Random weights, drawn on the device: nothing is downloaded, nothing is on disk.

    The same seed gives the same weights. In float32, which only compares answers, there are no
    more than two layers.
    """

    shape: Shape
    device: str
    seed: int = 0

    def served(self, bits: int) -> LoadedModel:
        device = torch.device(self.device)
        model = self._born(bits, ATTENTION_NAME)
        if bits == 4:
            _quantise_layers(model, device)
        num_parameters = count_parameters(model)
        kernel = settle_products(model, device, num_parameters)
        return LoadedModel(
            model=model,
            vocabulary=Vocabulary(_byte_tokenizer(), [self.shape.config().eos_token_id]),
            name=self.shape.name,
            bits=bits,
            kernel=kernel,
            dtype=_dtype(device, bits),
            device=device,
            context_length=self.shape.context,
            num_parameters=num_parameters,
            num_threads=torch.get_num_threads(),
        )

    def plain(self, bits: int) -> Any:
        model = self._born(bits, RIVAL_ATTENTION)
        device = torch.device(self.device)
        if bits == 4:
            _quantise_layers(model, device)
        return _as_rival(model, device)

    def _born(self, bits: int, attention: str) -> Any:
        device = torch.device(self.device)
        shape = self.shape if bits == 4 else replace(self.shape, num_layers=2)
        torch.manual_seed(self.seed)
        with device:
            model = AutoModelForCausalLM.from_config(
                shape.config(), dtype=_dtype(device, bits), attn_implementation=attention
            )
        return model.requires_grad_(requires_grad=False).eval()


def write_checkpoint(shape: Shape, folder: Path, seed: int = 0) -> Path:
    """A folder with a random base of `shape` in bf16, as `from_pretrained` wants it."""
    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_config(shape.config(), dtype=torch.bfloat16)
    model.save_pretrained(folder)
    _byte_tokenizer().save_pretrained(folder)
    return folder


def _dtype(device: torch.device, bits: int) -> torch.dtype:
    """Of the activations, as the engine chooses it."""
    return torch.bfloat16 if device.type == "cuda" and bits == 4 else torch.float32


def _as_rival(model: Any, device: torch.device) -> Any:
    """The model with NF4 unpacked where the engine unpacks it, answering to the last token."""
    if pays_to_unpack(device, count_parameters(model)):
        nf4.unpack(model)
    model.generation_config.eos_token_id = None
    return model.eval()


def _quantise_layers(model: Any, device: torch.device) -> None:
    """Replace the linear layers inside the blocks by NF4, one at a time; the head stays."""
    bitsandbytes = nf4.quiet_import()
    config = nf4.nf4_config(device)
    blocks = model.get_submodule("model.layers")
    # Without the layers themselves, which would keep all of their weights until the end.
    parents = [module for module in blocks.modules() if not isinstance(module, nn.Linear)]
    for parent in parents:
        for name, linear in list(parent.named_children()):
            if isinstance(linear, nn.Linear):
                quantised = bitsandbytes.nn.Linear4bit(
                    linear.in_features,
                    linear.out_features,
                    bias=False,
                    compute_dtype=config.bnb_4bit_compute_dtype,
                    quant_type=config.bnb_4bit_quant_type,
                    device="meta",
                )
                quantised.weight = bitsandbytes.nn.Params4bit(
                    linear.weight.data,
                    requires_grad=False,
                    compress_statistics=config.bnb_4bit_use_double_quant,
                    quant_type=config.bnb_4bit_quant_type,
                    module=quantised,
                ).to(device)
                setattr(parent, name, quantised.eval())


def _byte_tokenizer() -> PreTrainedTokenizerFast:
    """One token for each byte, after <s> and </s>: enough for prompts of known length."""
    special = ["<s>", "</s>"]
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    numbers = {token: number for number, token in enumerate([*special, *alphabet])}
    tokenizer = Tokenizer(models.BPE(vocab=numbers, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token=special[0], eos_token=special[1]
    )
