"""What PEFT answers with one adapter alone: the yardstick of the parity tests."""

from pathlib import Path

import peft
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

NUM_NEW = 12


def reference(model, tokenizer, prompt: str) -> tuple[list[int], torch.Tensor]:
    """Greedy tokens and their logits [new tokens, vocabulary], computed alone."""
    inputs = tokenizer(prompt, return_tensors="pt")
    output = model.generate(
        **inputs,
        max_new_tokens=NUM_NEW,
        min_new_tokens=NUM_NEW,
        do_sample=False,
        return_dict_in_generate=True,
        output_logits=True,
        pad_token_id=1,
    )
    tokens = output.sequences[0, inputs["input_ids"].shape[1] :].tolist()
    return tokens, torch.cat(output.logits)


def references(base: Path, folders: dict[str, Path], rows, **load):
    """What PEFT answers for each row with the row's adapter alone."""
    tokenizer = AutoTokenizer.from_pretrained(base)
    plain = AutoModelForCausalLM.from_pretrained(base, **load).eval()
    plain.generation_config.eos_token_id = None
    for module in plain.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False  # else PEFT's numbers are another kernel's
    answers: dict[int, tuple[list[int], torch.Tensor]] = {}
    for index, (name, prompt) in enumerate(rows):
        if name is None:
            answers[index] = reference(plain, tokenizer, prompt)
    first, *others = folders
    adapted = peft.PeftModel.from_pretrained(plain, folders[first], adapter_name=first).eval()
    for name in others:
        adapted.load_adapter(folders[name], adapter_name=name)
    for index, (name, prompt) in enumerate(rows):
        if name is not None:
            adapted.set_adapter(name)
            answers[index] = reference(adapted, tokenizer, prompt)
    return [answers[index] for index in range(len(rows))]


def load_all(engine, folders: dict[str, Path]) -> None:
    for name, folder in folders.items():
        engine.adapters.load(name, folder)
