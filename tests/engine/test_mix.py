"""Adapters at other strengths, and sums of adapters, against PEFT."""

from pathlib import Path

import peft
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from engine.errors import BadRequest, UnknownAdapter
from engine.request import AdapterShare, GenerationRequest, SamplingParams
from tests.engine.peft_alone import NUM_NEW, load_all, reference

ATTENTION = ("q_proj", "v_proj")
FEED_FORWARD = ("up_proj", "down_proj")
PROMPT = "### Tweet: tea"
TOLERANCE = 5e-5  # float32 sums in another order, as in test_parity
pytestmark = pytest.mark.filterwarnings(
    "ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"
)


@pytest.fixture(scope="module")
def folders(tiny_adapter) -> dict[str, Path]:
    return {
        "one": tiny_adapter(rank=8, targets=ATTENTION, seed=1),
        "two": tiny_adapter(rank=3, targets=(*ATTENTION, *FEED_FORWARD), seed=2),
    }


def _mix(*shares: tuple[str, float]) -> GenerationRequest:
    sampling = SamplingParams(max_tokens=NUM_NEW, ignore_eos=True)
    mix = tuple(AdapterShare(name, scale) for name, scale in shares)
    return GenerationRequest(PROMPT, sampling=sampling, mix=mix)


def _peft(base: Path, folders: dict[str, Path]) -> peft.PeftModel:
    plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32).eval()
    plain.generation_config.eos_token_id = None
    model = peft.PeftModel.from_pretrained(plain, folders["one"], adapter_name="one").eval()
    model.load_adapter(folders["two"], adapter_name="two")
    return model


def test_six_strengths_in_one_batch_equal_peft(tiny_base, make_engine, folders, drive):
    """Catches a strength that leaks into other rows, or that acts on A and B both."""
    scales = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5)
    engine = make_engine()
    load_all(engine, folders)
    driver = drive(engine)
    rows = driver.run([_mix(("two", scale)) for scale in scales])
    model, tokenizer = _peft(tiny_base, folders), AutoTokenizer.from_pretrained(tiny_base)
    model.set_adapter("two")
    layers = [m for m in model.modules() if isinstance(m, peft.tuners.lora.LoraLayer)]
    for scale, row in zip(scales, rows, strict=True):
        for layer in layers:
            if "two" in layer.scaling:
                layer.set_scale("two", scale)
        tokens, logits = reference(model, tokenizer, PROMPT)
        assert driver.tokens(row) == tokens
        assert torch.allclose(torch.stack(driver.logits[row]), logits, atol=TOLERANCE)


def test_strength_0_is_the_base_and_1_the_adapter_bit_for_bit(make_engine, folders, drive, greedy):
    """Catches a base answer that pays for a product with zeros, and a copy where none is due."""
    engine = make_engine()
    load_all(engine, folders)
    driver = drive(engine)
    base, none = driver.run([greedy(PROMPT, None, NUM_NEW)]), driver.run([_mix(("one", 0.0))])
    full, one = driver.run([greedy(PROMPT, "one", NUM_NEW)]), driver.run([_mix(("one", 1.0))])
    for expected, row in ((*base, *none), (*full, *one)):
        assert torch.equal(torch.stack(driver.logits[expected]), torch.stack(driver.logits[row]))
    assert none[0].adapter is None
    assert one[0].adapter.digest == engine.adapters.known["one"].digest


def test_a_mix_of_different_targets_equals_peft(tiny_base, make_engine, folders, drive, greedy):
    """Catches ranks that meet the wrong B, and layers that only one of the adapters targets."""
    engine = make_engine()
    load_all(engine, folders)
    driver = drive(engine)
    mix = [("one", 0.7), ("two", -0.4)]
    row, *_ = driver.run([_mix(*mix), greedy("bread", "one"), greedy("bread", "two")])
    model, tokenizer = _peft(tiny_base, folders), AutoTokenizer.from_pretrained(tiny_base)
    names, weights = zip(*mix, strict=True)
    model.set_adapter("one")
    inner = model.base_model
    # PEFT's own mixing wants equal targets; its layers add up whatever is active.
    for layer in (m for m in model.modules() if isinstance(m, peft.tuners.lora.LoraLayer)):
        for name, weight in zip(names, weights, strict=True):
            if name in layer.scaling:
                layer.set_scale(name, weight)
    inner.set_adapter(list(names))
    tokens, logits = reference(model, tokenizer, PROMPT)
    assert driver.tokens(row) == tokens
    assert torch.allclose(torch.stack(driver.logits[row]), logits, atol=TOLERANCE)


def test_equal_mixes_are_the_same_adapter_and_others_are_not(make_engine, folders):
    """Catches rows that keep the stacked weights of another strength."""
    engine = make_engine()
    load_all(engine, folders)
    digests = [
        engine.prepare(_mix(*shares)).adapter.digest
        for shares in ([("one", 0.5)], [("one", 0.5)], [("one", 0.25)], [("two", 0.5)])
    ]
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


@pytest.mark.parametrize(
    ("shares", "sentence"),
    [
        ([("one", float("nan"))], "must lie between"),
        ([("one", 11.0)], "must lie between"),
        ([("one", 1.0), ("one", 1.0)], "each adapter once"),
    ],
)
def test_impossible_mixes_are_refused(shares, sentence):
    """Catches a strength that fills the logits with infinities, and a mix that means nothing."""
    with pytest.raises(BadRequest, match=sentence):
        _mix(*shares)


def test_a_mix_of_strangers_and_of_too_many_ranks_is_refused(make_engine, folders, tiny_adapter):
    """Catches a name that is silently left out of a mix, and a stack that eats the memory."""
    engine = make_engine()
    wide = {name: tiny_adapter(rank=200, seed=seed) for seed, name in enumerate(("w1", "w2"), 5)}
    load_all(engine, folders | wide)
    with pytest.raises(UnknownAdapter, match="stranger"):
        engine.prepare(_mix(("one", 0.5), ("stranger", 0.5)))
    with pytest.raises(BadRequest, match="add up to 400"):
        engine.prepare(_mix(("w1", 0.5), ("w2", 0.5)))
    with pytest.raises(BadRequest, match="not both"):
        GenerationRequest(PROMPT, "one", mix=(AdapterShare("two"),))
