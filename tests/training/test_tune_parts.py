"""The parts of tuning, each against something slow and obvious."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import bitsandbytes as bnb
import pytest
import torch
from peft import LoraConfig, PeftModel
from trl import SFTTrainer

from adapters.errors import AdapterRefused
from adapters.scores import FILE_NAME as SCORES_NAME
from tests.training.tune_world import SHORT, TEA_OR_SHOP, Evaluated, covid_card, tea_trainer
from training.adapter_files import mend, write_adapter
from training.answer_trainer import IGNORED, AnswerTrainer
from training.attention import causal_attention
from training.batch_order import plan_order
from training.columns import read_columns
from training.keeper import Keeper
from training.progress import Meter
from training.qlora import attach_lora, load_base, load_tokenizer
from training.quiet import quiet_libraries
from training.tune_checkpoints import WorkFolder
from training.tune_options import TuneOptions, TuneRefused


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with quiet_libraries():
        yield


def _stir(model: PeftModel) -> None:
    """Give B values, so that A has a gradient too."""
    torch.manual_seed(3)
    for name, parameter in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.1)


def _gradients(trainer: AnswerTrainer, batch: dict[str, Any]) -> dict[str, torch.Tensor]:
    trainer.model.train()
    trainer.model.zero_grad()
    trainer.compute_loss(trainer.model, dict(batch)).backward()
    return {n: p.grad.clone() for n, p in trainer.model.named_parameters() if p.grad is not None}


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32])
def test_training_after_an_evaluation_has_the_same_gradients(
    tiny_base: Path, tmp_path: Path, dtype: torch.dtype
) -> None:
    """Catches bitsandbytes' repacking for inference, which silently stops gradients in NF4."""
    trainer = tea_trainer(tiny_base, tmp_path, SHORT, dtype)
    assert any(isinstance(module, bnb.nn.Linear4bit) for module in trainer.model.modules())
    _stir(trainer.model)
    batch = next(iter(trainer.get_train_dataloader()))
    before = _gradients(trainer, batch)
    trainer.evaluate()
    after = _gradients(trainer, batch)
    assert len(before) == 2 * 2 * 7  # A and B, two layers, seven linear layers each
    for name, gradient in before.items():
        assert gradient.abs().max() > 0, name
        assert torch.equal(gradient, after[name]), name


def test_the_loss_is_that_of_trl(tiny_base: Path, tmp_path: Path) -> None:
    """Catches a shift by one, a wrong mean, or padding that is looked at without a mask."""
    trainer = tea_trainer(tiny_base, tmp_path, replace(SHORT, bits=32))
    _stir(trainer.model)
    batch = next(iter(trainer.get_train_dataloader()))
    assert (batch["attention_mask"] == 0).any(), "a batch without padding proves nothing"
    ours = trainer.compute_loss(trainer.model, dict(batch))
    trainer.model.config._attn_implementation = "eager"
    theirs = SFTTrainer.compute_loss(trainer, trainer.model, dict(batch))
    assert ours.item() == pytest.approx(theirs.item(), rel=1e-5)


def test_only_answers_and_their_end_are_learnt(tiny_base: Path, tmp_path: Path) -> None:
    """Catches training on prompts, and answers that never learn to end."""
    trainer = tea_trainer(tiny_base, tmp_path, SHORT)
    tokenizer = load_tokenizer(tiny_base)
    for row in list(trainer.train_dataset)[:10]:
        learnt = [token for token in row["labels"] if token != IGNORED]
        assert tokenizer.decode(learnt) in (" Positive</s>", " Negative</s>")
        assert row["input_ids"][-len(learnt) :] == learnt


def test_factors_are_float32_and_the_base_is_frozen(tiny_base: Path, tmp_path: Path) -> None:
    """Catches trl's cast to bfloat16, in which small steps round to nothing."""
    trainer = tea_trainer(tiny_base, tmp_path, SHORT)
    for name, parameter in trainer.model.named_parameters():
        assert parameter.requires_grad == ("lora_" in name), name
        assert not parameter.requires_grad or parameter.dtype == torch.float32, name


def test_loraplus_lets_b_learn_faster(tiny_base: Path, tmp_path: Path) -> None:
    """Catches a ratio that is accepted and not used."""
    trainer = tea_trainer(tiny_base, tmp_path, replace(SHORT, loraplus_ratio=4.0))
    optimizer = trainer.create_optimizer()
    names = {id(parameter): name for name, parameter in trainer.model.named_parameters()}
    rates = {
        "lora_B" in names[id(parameter)]: group["lr"]
        for group in optimizer.param_groups
        for parameter in group["params"]
    }
    assert rates == {False: SHORT.learning_rate, True: 4 * SHORT.learning_rate}


@pytest.mark.parametrize("kv_heads", [1, 2, 4])
def test_attention_is_torchs(kv_heads: int) -> None:
    """Catches a wrong scale, a look into the future, or heads paired with the wrong keys."""
    torch.manual_seed(0)
    query = torch.randn(3, 4, 7, 8)
    key, value = torch.randn(2, 3, kv_heads, 7, 8).unbind()
    ours, _ = causal_attention(torch.nn.Module(), query, key, value, None, scaling=0.3)
    theirs = torch.nn.functional.scaled_dot_product_attention(
        query, key, value, is_causal=True, scale=0.3, enable_gqa=True
    )
    assert torch.allclose(ours, theirs.transpose(1, 2), atol=1e-6)


def test_batches_hold_similar_lengths_and_every_example_once() -> None:
    """Catches an epoch that repeats or loses examples, and padding that eats the speed."""
    lengths = [(index * 37) % 101 + 5 for index in range(1003)]
    order = plan_order(lengths, batch_size=8, num_epochs=3, seed=1)
    assert order == plan_order(lengths, batch_size=8, num_epochs=3, seed=1)
    assert order != plan_order(lengths, batch_size=8, num_epochs=3, seed=2)
    epochs = [order[start : start + 1000] for start in range(0, 3000, 1000)]
    assert [len(set(epoch)) for epoch in epochs] == [1000] * 3
    assert epochs[0] != epochs[1]
    batches = [[lengths[i] for i in order[s : s + 8]] for s in range(0, 3000, 8)]
    padded = sum(8 * max(batch) for batch in batches)
    assert padded < 1.05 * sum(lengths[index] for index in order)


def test_examples_that_are_too_long_are_left_out_not_cut(tiny_base: Path) -> None:
    """Catches answers cut off at the end, which teach the adapter never to answer."""
    tokenizer = load_tokenizer(tiny_base)
    examples = list(TEA_OR_SHOP.examples("train", 1, 50))
    texts = [f"{covid_card().prompt(e.fields)} {e.answer}" for e in examples]
    lengths = [len(tokenizer(text)["input_ids"]) + 1 for text in texts]
    limit = sorted(lengths)[40]
    columns = read_columns(covid_card(), examples, tokenizer, limit)
    assert columns.num_too_long == sum(length > limit for length in lengths) > 0
    assert {row["completion"] for row in columns.rows} == {" Positive", " Negative"}
    with pytest.raises(TuneRefused, match="raise max_length"):
        read_columns(covid_card(), examples, tokenizer, 10)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"rank": 0}, "rank must be a whole number of 1 or more, not 0"),
        ({"rank": 512}, "rank must be at most 256"),
        ({"num_epochs": 1.5}, "num_epochs must be a whole number"),
        ({"dropout": 1.0}, "dropout must be at least 0 and below 1"),
        ({"bits": 5}, "bits must be 4, 8, 16 or 32, not 5"),
        ({"dora": "yes"}, "dora must be true or false, not 'yes'"),
        ({"learning_rate": float("nan")}, "learning_rate must be above 0"),
        ({"loraplus_ratio": 0.5}, "loraplus_ratio must be 1"),
        ({"num_examples": 4}, r"num_examples \(4\) is less than one batch \(8\)"),
        ({"target": "q_proj"}, "target must be names"),
        ({"target": ("all-linear", "q_proj")}, "give it alone, or with 'lm_head'"),
        ({"target": ("attention", "up_proj")}, "give it alone"),
        ({"warmup_share": 1.0}, "warmup_share must be"),
        ({"patience": 0}, "patience must be 1 or more, not 0"),
        ({"accumulation": 0}, "accumulation must be a whole number"),
        ({"loraplus_lr_embedding": -1.0}, "loraplus_lr_embedding must be 0 or more"),
    ],
)
def test_settings_that_cannot_work_are_refused(changes: dict[str, Any], sentence: str) -> None:
    """Catches a run that fails, or teaches nothing, minutes after it was started."""
    with pytest.raises(TuneRefused, match=sentence):
        replace(SHORT, **changes)


def _write(out: Path, value: float) -> str:
    stem = "base_model.model.model.layers.0.self_attn.q_proj"
    factors = {f"{stem}.lora_A.weight": (2, 8), f"{stem}.lora_B.weight": (8, 2)}
    tensors = {name: torch.full(shape, value) for name, shape in factors.items()}
    config = LoraConfig(r=2, lora_alpha=4, target_modules=["q_proj"], task_type="CAUSAL_LM")
    return write_adapter(out, config, "lora-land/mini-base", tensors, {"task": "covid"}, {})


def test_retraining_keeps_what_is_not_about_the_old_weights(tmp_path: Path) -> None:
    """Catches frozen held-out examples that a retraining deletes, and scores that outlive it."""
    out = tmp_path / "covid"
    first = _write(out, 1.0)
    (out / "heldout.jsonl").write_text("{}\n", encoding="utf-8")
    (out / SCORES_NAME).write_text("{}", encoding="utf-8")
    assert _write(out, 2.0) != first
    assert (out / "heldout.jsonl").is_file()
    assert not (out / SCORES_NAME).exists()
    config = json.loads((out / "adapter_config.json").read_text("utf-8"))
    assert config["base_model_name_or_path"] == "lora-land/mini-base"


def test_weights_that_cannot_be_served_replace_nothing(tmp_path: Path) -> None:
    """Catches a diverged run that overwrites a good adapter with NaN."""
    out = tmp_path / "covid"
    _write(out, 1.0)
    before = (out / "adapter_model.safetensors").read_bytes()
    with pytest.raises(AdapterRefused, match="not finite"):
        _write(out, float("nan"))
    assert (out / "adapter_model.safetensors").read_bytes() == before


def test_a_crash_between_two_renames_is_mended(tmp_path: Path) -> None:
    """Catches an adapter that is gone because the process died while replacing it."""
    out = tmp_path / "covid"
    digest = _write(out, 1.0)
    out.rename(out.with_name(".covid.old"))
    mend(out)
    assert _write(out, 1.0) == digest
    assert [path.name for path in tmp_path.iterdir()] == ["covid"]


def test_the_default_adapter_of_the_mini_base_is_small() -> None:
    """Catches a default rank that makes the four packaged adapters larger than a megabyte each."""
    hidden, ffn, kv, num_layers = 256, 768, 128, 6
    ins_and_outs = 2 * (hidden + hidden) + 2 * (hidden + kv) + 3 * (hidden + ffn)
    assert 2 * num_layers * TuneOptions().rank * ins_and_outs < 1_000_000


def test_attention_names_the_projections_of_this_base(tiny_base: Path) -> None:
    """Catches an alias that adapts the feed-forward layers too, or none at all."""
    options = replace(SHORT, target=("attention",), rslora=True)
    model = attach_lora(load_base(tiny_base, 32, torch.float32, options.max_length), options)
    config = model.peft_config["default"]
    assert set(config.target_modules) == {"q_proj", "k_proj", "v_proj", "o_proj"}
    assert config.use_rslora


def test_a_run_that_gets_no_better_ends_after_its_patience(tiny_base: Path, tmp_path: Path) -> None:
    """Catches early stopping that counts evaluations of the resumed part alone, or never ends."""
    options = replace(SHORT, bits=32)
    model = attach_lora(load_base(tiny_base, 32, torch.float32, options.max_length), options)
    work = WorkFolder.beside(tmp_path / "covid")
    with work.claimed():
        work.begin({"task": "covid"}, fresh=True)
        ended = []
        for step, loss in ((10, 1.0), (20, 0.8), (30, 0.9), (40, 0.85), (50, 0.9)):
            keeper = Keeper(work, Meter(), patience=2)  # a fresh one, as after a resume
            event = Evaluated(step)
            keeper.on_evaluate(event, event, event, metrics={"eval_loss": loss}, model=model)
            ended.append(event.should_training_stop)
    assert ended == [False, False, False, True, True]
