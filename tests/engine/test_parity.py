"""One mixed batch against PEFT with each adapter alone, and against transformers' own generate."""

from pathlib import Path

import peft
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, BitsAndBytesConfig

from engine import products
from tests.engine.peft_alone import NUM_NEW, load_all, reference, references

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
# Float32 sums of the same numbers in another order, on logits of size 3; 5e-6 has been seen.
FLOAT32_TOLERANCE = 5e-5
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


@pytest.mark.parametrize(("most_unpacked", "tolerance"), [(products.SMALL_BASE, 1e-5), (0, 0.02)])
def test_nf4_rows_agree_with_peft_to_a_stated_tolerance(
    tiny_base, make_engine, folders, rows, drive, greedy, monkeypatch, most_unpacked, tolerance
):
    """Catches a delta computed from packed or doubly quantised weights.

    PEFT runs on the same NF4 codes in float32, and so do we on a small base. The kernel for large
    ones may multiply in bf16 (8 bits of mantissa): there, first-token logits may differ by 2 % of
    their spread. A wrong delta differs by far more: the last assertion measures that the bound
    would notice one.
    """
    monkeypatch.setattr(products, "SMALL_BASE", most_unpacked)
    quantised = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.float32
    )
    expected = references(
        tiny_base, folders, rows, dtype=torch.float32, quantization_config=quantised
    )
    engine = make_engine(bits=4)
    load_all(engine, folders)
    driver = drive(engine)
    sequences = driver.run([greedy(prompt, name, 1) for name, prompt in rows])
    for sequence, (_, logits) in zip(sequences, expected, strict=True):
        difference = (driver.logits[sequence][0] - logits[0]).abs().max()
        assert difference < tolerance * (logits[0].max() - logits[0].min())
    first, second = expected[1][1][0], expected[2][1][0]
    assert (first - second).abs().max() > 0.1 * (first.max() - first.min())


def test_without_adapters_nothing_is_computed_for_lora(make_engine, folders, drive, greedy):
    """Catches a base request that pays for, or is changed by, adapters that others use."""
    prompts = ["### Tweet: tea", "bread and tea in the small town", "x"]
    plain, wrapped = drive(make_engine(lora=False)), make_engine()
    before = [plain.logits[row] for row in plain.run([greedy(p) for p in prompts])]
    load_all(wrapped, folders)
    driver = drive(wrapped)
    driver.run([greedy("some other text", name) for name in CONTESTANTS])
    for expected, sequence in zip(before, driver.run([greedy(p) for p in prompts]), strict=True):
        assert torch.equal(torch.stack(expected), torch.stack(driver.logits[sequence]))


def test_the_base_equals_transformers_generate(tiny_base, make_engine, drive, greedy):
    """Catches positions, masks or a cache that differ from transformers' own."""
    prompts = ["### Tweet: tea", "bread " * 40, "x"]
    model = AutoModelForCausalLM.from_pretrained(tiny_base, dtype=torch.float32).eval()
    model.generation_config.eos_token_id = None
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    driver = drive(make_engine())
    sequences = driver.run([greedy(prompt, None, NUM_NEW) for prompt in prompts])
    for prompt, sequence in zip(prompts, sequences, strict=True):
        tokens, logits = reference(model, tokenizer, prompt)
        assert driver.tokens(sequence) == tokens
        ours = torch.stack(driver.logits[sequence])
        assert torch.allclose(ours, logits, atol=FLOAT32_TOLERANCE)


def test_many_rows_of_one_adapter_take_the_shared_product(make_engine, folders, drive, greedy):
    """Catches a difference between the two forms of the delta: stacked rows and segments."""
    engine = make_engine()
    load_all(engine, folders)
    driver = drive(engine)
    prompts = ["tea" + " x" * i for i in range(20)]
    alone = [driver.run([greedy(prompt, "r7")])[0] for prompt in prompts]
    together = driver.run([greedy(prompt, "r7") for prompt in prompts])
    for one, other in zip(alone, together, strict=True):
        assert driver.tokens(one) == driver.tokens(other)


def test_ranks_and_alphas_by_pattern_equal_peft(tiny_base, make_engine, tmp_path, drive, greedy):
    """Catches the config's default scaling where a pattern or rsLoRA says otherwise."""
    model = AutoModelForCausalLM.from_pretrained(tiny_base, dtype=torch.float32)
    config = peft.LoraConfig(
        r=8,
        lora_alpha=16,
        target_modules=["q_proj", "v_proj", "down_proj"],
        rank_pattern={"v_proj": 4, r"layers\.1\.mlp\.down_proj": 12},
        alpha_pattern={"q_proj": 40},
        use_rslora=True,
        init_lora_weights=False,
        task_type="CAUSAL_LM",
    )
    torch.manual_seed(3)
    adapted = peft.get_peft_model(model, config).eval()
    for name, parameter in adapted.named_parameters():
        if "lora_B" in name:
            parameter.data *= 3
    adapted.save_pretrained(tmp_path)
    adapted.generation_config.eos_token_id = None
    tokens, logits = reference(adapted, AutoTokenizer.from_pretrained(tiny_base), "### Tweet: tea")
    engine = make_engine()
    load_all(engine, {"patterned": tmp_path})
    driver = drive(engine)
    sequence, plain = driver.run(
        [greedy("### Tweet: tea", name, NUM_NEW) for name in ("patterned", None)]
    )
    assert driver.tokens(sequence) == tokens != driver.tokens(plain)
    ours = torch.stack(driver.logits[sequence])
    assert torch.allclose(ours, logits, atol=FLOAT32_TOLERANCE)
