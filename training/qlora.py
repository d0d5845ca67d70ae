"""The frozen base and the low-rank layers in it. Owns the guard against bitsandbytes' repacking.

On processors with AVX512-BF16, the first forward of an evaluation repacks every Linear4bit in
place; from then on no gradient flows through the base, without an error. The switch is therefore
thrown here, before anybody can run a forward.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import bitsandbytes as bnb
import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    BitsAndBytesConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils import logging

from adapters.catalog import MINI_BASE
from training.arithmetic import fastest_dtype
from training.attention import use_causal_attention
from training.tune_options import ALL_LINEAR, ATTENTION, HEAD, TuneOptions, TuneRefused

MINI_BASE_NAME = "lora-land/mini-base"
_ATTENTION_LAYERS = ("q_proj", "k_proj", "v_proj", "o_proj", "qkv_proj", "dense")


def training_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load_tokenizer(base: Path) -> PreTrainedTokenizerBase:
    """The base's tokenizer, padding with end-of-text where it has no padding token."""
    _check_folder(base)
    tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(base)
    if tokenizer.eos_token is None:
        raise TuneRefused(
            f"The tokenizer in {base.name!r} has no end-of-text token, so no answer could end."
        )
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def base_name(base: Path) -> str:
    """A name of the base that means the same on every machine."""
    return MINI_BASE_NAME if base.resolve() == MINI_BASE.resolve() else base.name


def compute_dtype(bits: int) -> torch.dtype:
    """What is computed in beside a base of `bits`: its own format; for NF4 the faster one here.

    Raises TuneRefused for bits that this machine cannot train beside.
    """
    device = training_device()
    if bits == 8 and device.type != "cuda":
        raise TuneRefused(
            "A base in 8 bits (LLM.int8) needs a CUDA device, and there is none here: ask for 4, "
            "16 or 32 bits."
        )
    own = {8: torch.bfloat16, 16: torch.bfloat16, 32: torch.float32}
    return fastest_dtype(device) if bits == 4 else own[bits]


def load_base(base: Path, bits: int, dtype: torch.dtype, max_length: int) -> PreTrainedModel:
    """The base in 4 (NF4), 8 (LLM.int8), 16 or 32 bits, frozen, fit for training.

    Raises TuneRefused.
    """
    device = training_device()
    more: dict[str, Any] = {"device_map": {"": device}}
    if bits == 4:
        more["quantization_config"] = BitsAndBytesConfig(
            load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=dtype
        )
    elif bits == 8:
        more["quantization_config"] = BitsAndBytesConfig(load_in_8bit=True)
    with _no_bars():
        model = read_base(base, dtype, **more)
    keep_gradients(model)
    model.requires_grad_(False)
    model.config.use_cache = False
    limit = getattr(model.config, "max_position_embeddings", max_length)
    if limit < max_length:
        raise TuneRefused(f"max_length is {max_length}, but the base reads {limit} tokens at most.")
    if device.type == "cpu":
        use_causal_attention(model.config, max_length)
    return model


def read_base(base: Path, dtype: torch.dtype, **more: Any) -> PreTrainedModel:
    """The base as transformers reads it from its folder, told `more`. Raises TuneRefused."""
    _check_folder(base)
    try:
        model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(base, dtype=dtype, **more)
    except (OSError, ValueError, RuntimeError) as error:
        raise TuneRefused(f"The base model in {base.name!r} cannot be loaded: {error}") from error
    return model


def keep_gradients(model: torch.nn.Module) -> None:
    """Forbid every 4-bit layer to repack itself for inference; see the module's docstring."""
    for module in model.modules():
        if isinstance(module, bnb.nn.Linear4bit):
            module.support_avx512bf16_for_cpu = False


def attach_lora(model: PreTrainedModel, options: TuneOptions) -> PeftModel:
    """Low-rank layers on every target, seeded. Raises TuneRefused for an unknown target."""
    linear = _linear_names(model)
    targets = _targets(options.target, linear)
    for target in targets:
        if target not in linear and not (target == HEAD and _has_head(model)):
            raise TuneRefused(
                f"The base has no linear layer {target!r}; it has {', '.join(linear)}."
            )
    torch.manual_seed(options.seed)
    adapter = LoraConfig(
        task_type="CAUSAL_LM",
        r=options.rank,
        lora_alpha=options.alpha,
        lora_dropout=options.dropout,
        use_rslora=options.rslora,
        use_dora=options.dora,
        target_modules=targets,
    )
    with warnings.catch_warnings():
        # A base whose head shares its weight with the embeddings: the factors stand beside the
        # head's product, so nothing is shared with them, and nothing is ever merged here.
        warnings.filterwarnings("ignore", message="Model has `tie_word_embeddings=True`")
        peft_model: PeftModel = get_peft_model(model, adapter)
    # Checkpoints of an adapter with a head would hold a copy of the base's head otherwise.
    peft_model.save_pretrained = partial(peft_model.save_pretrained, save_embedding_layers=False)
    return peft_model


def _targets(asked: tuple[str, ...], linear: list[str]) -> list[str]:
    """The layers' names, an alias replaced by those it stands for, sorted."""
    attention = [name for name in linear if name in _ATTENTION_LAYERS]
    # An alias that stands for nothing is refused by name: this base calls its layers otherwise.
    meant = {ALL_LINEAR: linear, ATTENTION: attention or [ATTENTION]}
    return sorted(layer for name in asked for layer in meant.get(name, [name]))


def raise_to_float32(model: PeftModel) -> None:
    """Hold the trained factors in float32: in bfloat16, small steps of AdamW round to nothing."""
    for parameter in model.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()


def _check_folder(base: Path) -> None:
    if not (base / "config.json").is_file():
        raise TuneRefused(f"There is no base model in {base}: it has no config.json.")


def _has_head(model: PreTrainedModel) -> bool:
    return isinstance(getattr(model, HEAD, None), torch.nn.Linear)


def _linear_names(model: PreTrainedModel) -> list[str]:
    """The last parts of the names of all linear layers but the head, sorted."""
    head = model.get_output_embeddings()
    return sorted(
        {
            name.rpartition(".")[2]
            for name, module in model.named_modules()
            if isinstance(module, torch.nn.Linear) and module is not head
        }
    )


@contextmanager
def _no_bars() -> Iterator[None]:
    """Loading takes a blink; a bar for it would only push the real one down."""
    was_shown = logging.is_progress_bar_enabled()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        if was_shown:
            logging.enable_progress_bar()
