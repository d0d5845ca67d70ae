"""Bases: which are served, exactly as transformers does, and which are refused with a reason."""

import json
import logging
import os
import shutil
import sys
from pathlib import Path

import pytest
import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

from engine import nf4, products
from engine.engine import Engine
from engine.errors import BadRequest, ModelRefused
from engine.loading import load_model
from engine.lora.layers import install_lora
from engine.opening import open_worker
from engine.options import EngineOptions
from engine.request import GenerationRequest, SamplingParams, TokenEvent

SIZES = {
    "vocab_size": 300,
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 16,
    "max_position_embeddings": 256,
    "initializer_range": 0.1,
    "bos_token_id": 0,
    "eos_token_id": 1,
    "pad_token_id": None,
}
FAMILIES = {
    "mistral": {"sliding_window": 6},
    "llama": {"rope_theta": 500.0},
    "gemma": {},
    "gemma2": {"sliding_window": 6, "query_pre_attn_scalar": 9, "attn_logit_softcapping": 2.0},
    "gemma3_text": {"sliding_window": 6, "layer_types": ["sliding_attention", "full_attention"]},
    "phi": {"partial_rotary_factor": 0.5},
    "phi3": {"sliding_window": 6},
    "qwen2": {},
    "qwen3": {},
}


@pytest.fixture
def make_base(tiny_base, tmp_path):
    """Write a random base of any family, with the tiny base's tokenizer."""

    def build(family: str, **changes) -> Path:
        config = AutoConfig.for_model(family, **{**SIZES, **changes})
        torch.manual_seed(0)
        model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
        folder = tmp_path / family
        model.save_pretrained(folder)
        for name in ("tokenizer.json", "tokenizer_config.json"):
            shutil.copy(tiny_base / name, folder / name)
        return folder

    return build


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_answers_as_in_transformers(make_base, drive, greedy, family):
    """Catches a scaling, window, soft cap or position scheme that our attention ignores."""
    folder = make_base(family, **FAMILIES[family])
    prompts = ["### Tweet: tea", "the small shop in the town sells tea and bread", "x"]
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    model.set_attn_implementation("eager")  # the only one of theirs that honours soft caps
    tokenizer = AutoTokenizer.from_pretrained(folder)
    loaded = load_model(folder, 32, device="cpu")
    driver = drive(Engine(loaded, EngineOptions(prefill_tokens=9), install_lora(loaded.model)))
    sequences = driver.run([greedy(prompt) for prompt in prompts])
    for prompt, sequence in zip(prompts, sequences, strict=True):
        ids = tokenizer(prompt)["input_ids"] + driver.tokens(sequence)
        with torch.inference_mode():
            logits = model(torch.tensor([ids])).logits[0, -len(driver.tokens(sequence)) - 1 : -1]
        ours = torch.stack(driver.logits[sequence])
        assert torch.allclose(ours, logits, atol=5e-4)
        assert logits.argmax(-1).tolist() == driver.tokens(sequence)


@pytest.mark.parametrize(
    ("family", "changes", "reason"),
    [
        ("gpt2", {}, "type 'gpt2' are not served"),
        ("mixtral", {"num_local_experts": 2}, "type 'mixtral' are not served"),
        ("llama", {"rope_parameters": {"rope_type": "dynamic", "factor": 2.0}}, "'dynamic'"),
    ],
)
def test_bases_that_would_be_served_wrongly_are_refused(make_base, family, changes, reason):
    """Catches a model that loads but answers wrongly in a mixed batch."""
    with pytest.raises(ModelRefused, match=reason):
        load_model(make_base(family, **changes), 32)


def test_a_folder_without_a_model_is_refused(tmp_path):
    """Catches a traceback for a mistyped path."""
    with pytest.raises(ModelRefused, match="neither a folder"):
        load_model(tmp_path / "nowhere", 32)


def test_a_base_quantised_by_others_is_refused(make_base):
    """Catches weights quantised twice."""
    folder = make_base("llama")
    path = folder / "config.json"
    config = json.loads(path.read_text()) | {"quantization_config": {"quant_method": "gptq"}}
    path.write_text(json.dumps(config))
    with pytest.raises(ModelRefused, match="quantised already"):
        load_model(folder, 4)


def test_a_base_without_weights_or_tokenizer_is_refused(make_base):
    """Catches the same for a folder that was copied in part."""
    folder = make_base("llama")
    (folder / "tokenizer.json").rename(folder / "aside.json")
    (folder / "tokenizer_config.json").unlink()
    with pytest.raises(ModelRefused, match="tokenizer"):
        load_model(folder, 32)
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelRefused, match="no readable weights"):
        load_model(folder, 32)


def test_impossible_bits_are_refused(tiny_base):
    """Catches a precision that is silently another one."""
    with pytest.raises(BadRequest, match="4, 16 or 32, not 8"):
        load_model(tiny_base, 8)


def test_shapes_that_the_packed_kernel_cannot_take_still_answer(make_base, monkeypatch, greedy):
    """Catches the crash in the first forward pass on CPUs with AVX512-BF16."""
    monkeypatch.setattr(products, "SMALL_BASE", 0)
    folder = make_base("llama", intermediate_size=112, head_dim=24)
    with open_worker(folder, bits=4) as worker:
        assert worker.status().bits == 4
        assert worker.status().kernel.startswith("nf4")
        assert "avx512bf16" not in worker.status().kernel or "of" in worker.status().kernel
        assert worker.submit(greedy("### Tweet: tea")).result().num_tokens == 12


def test_without_nf4_the_base_is_kept_in_16_bits(tiny_base, monkeypatch, caplog, greedy):
    """Catches a machine without bitsandbytes that cannot start, or does not say what it runs."""

    def fail(*_: object) -> None:
        raise RuntimeError("no kernel for this processor")

    monkeypatch.setattr(nf4.quiet_import().nn.Linear4bit, "forward", fail)
    with caplog.at_level(logging.WARNING), open_worker(tiny_base, bits=4) as worker:
        assert (worker.status().bits, worker.status().kernel) == (16, "bf16")
        assert worker.submit(greedy("### Tweet: tea")).result().num_tokens == 12
    assert "kept in 16 bits, because NF4 cannot run here: no kernel" in caplog.text


def test_small_and_large_bases_answer_alike_in_nf4(tiny_base, monkeypatch):
    """Catches an unpacked base with other values than the packed one's, and a large one unpacked.

    The packed kernel rounds its products to bf16, so chances are compared, not tokens.
    """
    chances = []
    for most, form in ((products.SMALL_BASE, "nf4 · unpacked"), (0, "nf4")):
        monkeypatch.setattr(products, "SMALL_BASE", most)
        with open_worker(tiny_base, bits=4, device="cpu") as worker:
            assert worker.status().kernel.startswith(form)
            assert (worker.status().kernel == "nf4 · unpacked") is (most > 0)
            request = GenerationRequest(
                "### Tweet: tea", sampling=SamplingParams(logprobs=0), answer=" and bread"
            )
            events = [event for event in worker.submit(request) if isinstance(event, TokenEvent)]
        chances.append([event.chance.logprob for event in events if event.chance])
    assert len(chances[0]) > 1
    assert chances[0] == pytest.approx(chances[1], abs=0.02)


@pytest.mark.parametrize("most_copied", [products.SMALL_BASE, 0])
def test_a_large_vocabulary_is_not_held_twice(tiny_base, monkeypatch, most_copied):
    """Catches a head laid out anew beside the table of embeddings that it is: gigabytes."""
    monkeypatch.setattr(products, "SMALL_BASE", most_copied)
    model = load_model(tiny_base, 32, device="cpu").model
    head, table = model.get_output_embeddings().weight, model.get_input_embeddings().weight
    assert torch.equal(head, table)
    assert (head.data_ptr() == table.data_ptr()) is (most_copied == 0)


def test_nf4_runs_where_it_was_not_refused():
    """Catches a probe that fails on its own account and takes NF4 from every machine."""
    assert nf4.why_not(torch.device("cpu")) is None


def test_a_failure_of_the_base_itself_is_not_taken_for_a_missing_kernel(tiny_base, monkeypatch):
    """Catches 16 bits tried, four times as large, because 4 bits ran out of memory."""

    def fail(*_: object) -> str:
        raise RuntimeError("the kernel failed on this layer")

    with monkeypatch.context() as patch:
        patch.setattr(nf4, "unpack", fail)
        with pytest.raises(ModelRefused, match="failed on this layer"):
            load_model(tiny_base, 4, device="cpu")

    def run_out(*_: object, **__: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(AutoModelForCausalLM, "from_pretrained", run_out)
    with pytest.raises(ModelRefused, match="does not fit into the memory of 'cpu'"):
        load_model(tiny_base, 4, device="cpu")


@pytest.mark.parametrize("bits", [4, 32])
def test_a_base_with_damaged_weights_is_refused(make_base, bits):
    """Catches a half-copied file, or another model's, that ends in a traceback or in 16 bits."""
    folder = make_base("llama")
    weights = folder / "model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelRefused, match="may be damaged"):
        load_model(folder, bits, device="cpu")
    weights.write_bytes(whole)
    config = json.loads((folder / "config.json").read_text()) | {"intermediate_size": 112}
    (folder / "config.json").write_text(json.dumps(config))
    with pytest.raises(ModelRefused, match="of another model"):
        load_model(folder, bits, device="cpu")


def test_16_bits_take_adapters_too(tiny_base, tiny_adapter):
    """Catches a delta in another precision than the activations."""
    with open_worker(tiny_base, bits=16) as worker:
        worker.load_adapter("one", tiny_adapter())
        streams = worker.submit_many([GenerationRequest("tea", name) for name in ("one", None)])
        texts = [stream.result().text for stream in streams]
    assert texts[0] != texts[1]


def test_importing_bitsandbytes_says_nothing(tmp_path, monkeypatch, caplog):
    """Catches its log line about a kernel package that we never install."""
    nf4.quiet_import()
    name = "bitsandbytes.backends.cpu.ops"
    assert name in logging.root.manager.loggerDict, "the real one logs under this name"
    stand_in = f"import logging; logging.getLogger({name!r}).warning('no kernels')"
    (tmp_path / "bitsandbytes.py").write_text(stand_in)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "bitsandbytes")
    assert nf4.quiet_import().__file__ == str(tmp_path / "bitsandbytes.py")
    assert caplog.text == ""


@pytest.mark.parametrize(("asked", "set_to"), [(2, 2), (None, 1)])
def test_threads_are_as_asked_or_one_core_is_left(tiny_base, monkeypatch, asked, set_to):
    """Catches a small base that takes every core from the page that shows it."""
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    before = torch.get_num_threads()
    try:
        load_model(tiny_base, 32, device="cpu", num_threads=asked)
        assert torch.get_num_threads() == set_to
    finally:
        torch.set_num_threads(before)
