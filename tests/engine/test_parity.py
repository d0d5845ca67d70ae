"""One mixed batch against PEFT with each adapter alone, and against transformers' own generate."""

from pathlib import Path

import peft
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

ALL = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
# Four target sets as people train them, then ranks that no power of two fits.
CONTESTANTS = {
    "all": (16, ALL),
    "qv": (8, ("q_proj", "v_proj")),
    "attention": (8, ("q_proj", "k_proj", "v_proj", "o_proj")),
    "mlp": (16, ("gate_proj", "up_proj", "down_proj")),
    "r1": (1, ALL),
    "r7": (7, ALL),
    "r8": (8, ALL),
    "r64": (64, ALL),
}
NUM_NEW = 12
# Float32 sums of the same numbers in another order; logits here are of size 10.
FLOAT32_TOLERANCE = 2e-4
pytestmark = pytest.mark.filterwarnings(
    "ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"
)


@pytest.fixture(scope="module")
def folders(tiny_adapter) -> dict[str, Path]:
    return {
        name: tiny_adapter(rank=rank, targets=targets, seed=seed)
        for seed, (name, (rank, targets)) in enumerate(CONTESTANTS.items(), start=1)
    }


@pytest.fixture(scope="module")
def rows() -> list[tuple[str | None, str]]:
    """25 rows, interleaved: no two neighbours share an adapter, prompts of many lengths."""
    names = [None, *CONTESTANTS]
    texts = ["### Tweet: tea", "the bread in the shop sells", "a", "### Sentiment:" * 5]
    return [(names[i % len(names)], texts[i % len(texts)] + " x" * i) for i in range(25)]


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
    adapted = peft.PeftModel.from_pretrained(plain, folders["all"], adapter_name="all").eval()
    for name in list(CONTESTANTS)[1:]:
        adapted.load_adapter(folders[name], adapter_name=name)
    for index, (name, prompt) in enumerate(rows):
        if name is not None:
            adapted.set_adapter(name)
            answers[index] = reference(adapted, tokenizer, prompt)
    return [answers[index] for index in range(len(rows))]


def load_all(engine, folders: dict[str, Path]) -> None:
    for name, folder in folders.items():
        engine.adapters[name] = engine.fit(name, folder)


def test_the_adapters_really_differ(tiny_base, folders):
    """Guards the tests below: adapters that change nothing would make any mix-up invisible."""
    prompt = "### Tweet: tea"
    rows = [(name, prompt) for name in [None, *CONTESTANTS]]
    answers = references(tiny_base, folders, rows, dtype=torch.float32)
    first = [logits[0] for _, logits in answers]
    for i, one in enumerate(first):
        for other in first[i + 1 :]:
            assert (one - other).abs().max() > 100 * FLOAT32_TOLERANCE


def test_25_mixed_rows_equal_peft_alone(tiny_base, make_engine, folders, rows, drive, greedy):
    """Catches any row that gets another row's delta, scaling, padding, mask or position."""
    expected = references(tiny_base, folders, rows, dtype=torch.float32)
    engine = make_engine(bits=32)
    load_all(engine, folders)
    driver = drive(engine)
    sequences = driver.run([greedy(prompt, name, NUM_NEW) for name, prompt in rows])
    worst = 0.0
    for sequence, (tokens, logits) in zip(sequences, expected, strict=True):
        assert driver.tokens(sequence) == tokens
        ours = torch.stack(driver.logits[sequence])
        worst = max(worst, float((ours - logits).abs().max()))
    assert worst < FLOAT32_TOLERANCE
