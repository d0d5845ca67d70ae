"""One mixed batch on the embedded base, with the shipped adapters, against PEFT with each alone."""

import json
from itertools import combinations
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from transformers import AutoConfig, AutoModelForCausalLM

from adapters.catalog import MINI_BASE, Catalog
from engine.engine import Engine
from engine.loading import load_model
from engine.lora.layers import install_lora
from engine.options import EngineOptions
from tests.engine.peft_alone import NUM_NEW, load_all, references

TASKS = ("covid", "dbpedia", "e2e_nlg", "wikisql")
RANKS = (1, 7, 8, 64)
NAMES = (None, *TASKS, *(f"r{rank}" for rank in RANKS))
NUM_ROWS = 25
# Float32 sums of the same numbers in another order, on logits of size 32; 4e-5 has been seen.
FLOAT32_TOLERANCE = 2e-4
pytestmark = pytest.mark.filterwarnings(
    "ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"
)


def write_random_adapter(folder: Path, rank: int) -> Path:
    """An adapter of every linear of the embedded base, strong enough to change its answers."""
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(MINI_BASE))
    generator = torch.Generator().manual_seed(rank)
    tensors = {}
    linears = [
        (name, module)
        for name, module in model.named_modules()
        if isinstance(module, torch.nn.Linear) and name != "lm_head"
    ]
    for name, linear in linears:
        a = torch.randn(rank, linear.in_features, generator=generator)
        b = torch.randn(linear.out_features, rank, generator=generator)
        stem = f"base_model.model.{name}"
        tensors[f"{stem}.lora_A.weight"] = a * linear.in_features**-0.5
        tensors[f"{stem}.lora_B.weight"] = b * (0.1 * rank**-0.5)
    config = {
        "peft_type": "LORA",
        "task_type": "CAUSAL_LM",
        "r": rank,
        "lora_alpha": 2 * rank,
        "target_modules": sorted({name.rpartition(".")[2] for name, _ in linears}),
        "bias": "none",
    }
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps(config))
    save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})
    return folder


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> dict[str, Path]:
    """The shipped adapters by task, and random ones by rank."""
    root = tmp_path_factory.mktemp("random")
    packaged = Catalog.open("mini").profile.packaged
    shipped = {task: packaged / task for task in TASKS}
    return shipped | {f"r{rank}": write_random_adapter(root / str(rank), rank) for rank in RANKS}


@pytest.fixture(scope="module")
def rows() -> list[tuple[str | None, str]]:
    """25 rows, interleaved: one prompt for all nine, then prompts of each adapter's own task."""
    entries = Catalog.open("mini").entries
    prompts = {
        task: [entry.card.prompt(example.fields) for example in entry.heldout()[:NUM_ROWS]]
        for task, entry in entries.items()
    }
    own = [
        (name, prompts[name if name in TASKS else TASKS[index % len(TASKS)]][index])
        for index, name in enumerate((NAMES * 2)[: NUM_ROWS - len(NAMES)])
    ]
    return [*((name, prompts["e2e_nlg"][-1]) for name in NAMES), *own]


def test_25_mixed_rows_on_the_embedded_base_equal_peft_alone(folders, rows, drive, greedy):
    """Catches what random weights on a tiny base hide: real scales, depths, ranks and prompts."""
    expected = references(MINI_BASE, folders, rows, dtype=torch.float32)
    for (_, one), (_, other) in combinations(expected[: len(NAMES)], 2):
        assert (one[0] - other[0]).abs().max() > 100 * FLOAT32_TOLERANCE, "no mix-up would show"
    loaded = load_model(MINI_BASE, 32, device="cpu")
    engine = Engine(loaded, EngineOptions(), install_lora(loaded.model))
    load_all(engine, folders)
    driver = drive(engine)
    sequences = driver.run([greedy(prompt, name, NUM_NEW) for name, prompt in rows])
    assert max(driver.result(sequence).num_rows for sequence in sequences) == NUM_ROWS
    worst = 0.0
    for sequence, (tokens, logits) in zip(sequences, expected, strict=True):
        assert driver.tokens(sequence) == tokens
        worst = max(worst, float((torch.stack(driver.logits[sequence]) - logits).abs().max()))
    assert worst < FLOAT32_TOLERANCE
