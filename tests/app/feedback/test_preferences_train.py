"""The file of preferences as its reader takes it: TRL's DPOTrainer makes a step with it."""

from pathlib import Path

import pytest

from adapters.catalog import Catalog
from app.feedback.export import export_ratings
from app.feedback.prompts import template_sha256
from app.feedback.store import FeedbackStore
from tests.app.feedback.recording import B, rated

CARDS = {name: entry.card for name, entry in Catalog.open().entries.items()}


@pytest.mark.trains
@pytest.mark.filterwarnings("ignore:.*checkpointing:FutureWarning")  # trl's, as in pyproject.toml
def test_a_trainer_takes_a_step(store: FeedbackStore, tiny_base: Path, tmp_path: Path) -> None:
    """Catches a column, or a null in one, that the usual trainer of preferences stumbles over."""
    from datasets import load_dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import DPOConfig, DPOTrainer

    for number, example in enumerate(CARDS["covid"].examples[:4]):
        rated(
            store,
            str(number),
            "A",
            inputs=example.fields,
            template_sha256=template_sha256(CARDS["covid"]),
        )
    path = tmp_path / "ratings.dpo.jsonl"
    with path.open("w", newline="") as out:
        assert export_ratings(store.path, "dpo", out, CARDS).num_rows == 4
    told = load_dataset("json", data_files=str(path), split="train", cache_dir=str(tmp_path / "c"))
    assert told[0]["prompt"] == CARDS["covid"].prompt(CARDS["covid"].examples[0].fields)
    assert told[0]["rejected"] == B.text
    tokenizer = AutoTokenizer.from_pretrained(tiny_base)
    tokenizer.pad_token = tokenizer.eos_token
    options = DPOConfig(
        str(tmp_path / "out"),
        max_steps=1,
        per_device_train_batch_size=2,
        bf16=False,
        use_cpu=True,
        report_to=[],
        save_strategy="no",
        gradient_checkpointing=False,
    )
    model = AutoModelForCausalLM.from_pretrained(tiny_base)
    before = model.get_input_embeddings().weight.detach().clone()
    trainer = DPOTrainer(model, args=options, train_dataset=told, processing_class=tokenizer)
    trainer.train()
    assert trainer.state.global_step == 1
    assert not before.equal(model.get_input_embeddings().weight)
