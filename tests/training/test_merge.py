"""A merged model is base plus adapter and nothing else, whole or not there at all."""

import json
import math
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel
from typer.testing import CliRunner, Result

from adapters.catalog import PROFILES, digest_base
from adapters.errors import AdapterRefused, LoraLandError
from adapters.files import digest, read_adapter
from app.cli import app
from tests.conftest import TinyAdapter
from training.merge import MergeRefused, merge
from training.quiet import quiet_libraries
from training.tune_options import TuneRefused

PROMPT = "### Tweet: the small shop in the town sells tea\n### Sentiment:"
# Each weight is rounded once to bfloat16 (8 significant bits); nothing else differs. Measured:
# 0.024, where the logits reach 2.9 and the adapter moves them by up to 3.9.
LOGIT_TOLERANCE = 0.05


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    with quiet_libraries():
        yield


def _model(folder: Path) -> PreTrainedModel:
    """Weights as bfloat16 holds them, arithmetic in float32: no noise but that of the weights."""
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.bfloat16).float().eval()


def _logits(model: torch.nn.Module, base: Path) -> torch.Tensor:
    inputs = AutoTokenizer.from_pretrained(base)(PROMPT, return_tensors="pt")
    with torch.no_grad():
        return model(**inputs).logits


def test_the_logits_are_those_of_the_unmerged_adapter(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path
) -> None:
    """Catches an adapter that is added twice, halved, or in some layers only."""
    adapter = tiny_adapter()
    merge(tiny_base, adapter, tmp_path / "merged")
    plain = _logits(_model(tiny_base), tiny_base)
    unmerged = _logits(PeftModel.from_pretrained(_model(tiny_base), adapter).eval(), tiny_base)
    assert (unmerged - plain).abs().max() > 20 * LOGIT_TOLERANCE, "the adapter proves nothing"
    merged = _logits(_model(tmp_path / "merged"), tiny_base)
    torch.testing.assert_close(merged, unmerged, rtol=0, atol=LOGIT_TOLERANCE)


@pytest.mark.parametrize("scale", [1.0, -0.5])
def test_each_weight_is_the_sum_rounded_once(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path, scale: float
) -> None:
    """Catches a scale that is ignored, and a delta rounded before it is added."""
    adapter = tiny_adapter()
    merge(tiny_base, adapter, tmp_path / "merged", scale)
    before = load_file(tiny_base / "model.safetensors")
    after = load_file(tmp_path / "merged" / "model.safetensors")
    pairs = read_adapter(adapter).tensors
    for name, weight in before.items():
        wanted = weight.bfloat16().float()
        if pair := pairs.get(name.removesuffix(".weight")):
            wanted += (pair.b @ pair.a) * (pair.scaling * scale)
        torch.testing.assert_close(after[name], wanted.bfloat16(), rtol=0, atol=0, msg=name)
    assert after.keys() == before.keys()


def test_scale_zero_is_the_base(tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path) -> None:
    """Catches merging that changes weights by itself, as by a detour over another format."""
    merge(tiny_base, tiny_adapter(), tmp_path / "merged", 0.0)
    merged = _logits(_model(tmp_path / "merged"), tiny_base)
    assert torch.equal(merged, _logits(_model(tiny_base), tiny_base))


def test_the_folder_is_a_plain_model(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path
) -> None:
    """Catches a folder that needs PEFT, lacks weights, or encodes otherwise than its base."""
    out = tmp_path / "merged"
    out.mkdir()  # an empty folder is as good as none
    merge(tiny_base, tiny_adapter(), out)
    assert list(tmp_path.iterdir()) == [out]
    assert {path.name for path in out.iterdir()} == {
        *("README.md", "merge.json", "config.json", "generation_config.json"),
        *("model.safetensors", "tokenizer.json", "tokenizer_config.json"),
    }
    model, info = AutoModelForCausalLM.from_pretrained(out, output_loading_info=True)
    assert not any(info.values()), info
    assert {weight.dtype for weight in model.parameters()} == {torch.bfloat16}
    ours, base = (AutoTokenizer.from_pretrained(f) for f in (out, tiny_base))
    assert ours(PROMPT)["input_ids"] == base(PROMPT)["input_ids"]
    assert (ours.eos_token, ours.pad_token) == (base.eos_token, base.pad_token)


def test_the_record_says_what_it_was_made_from(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path
) -> None:
    """Catches a record of other parents, paths of the maker's machine, and bytes that vary."""
    adapter = tiny_adapter()
    for name in ("once", "again"):
        merge(tiny_base, adapter, tmp_path / name, 0.5)
    record = json.loads((tmp_path / "once" / "merge.json").read_text("utf-8"))
    assert record == {
        "base": {"name": "base", "digest": digest_base(tiny_base)},
        "adapter": {"name": adapter.name, "digest": digest(adapter)},
        "scale": 0.5,
    }
    readme = (tmp_path / "once" / "README.md").read_text("utf-8")
    assert digest_base(tiny_base) in readme
    assert digest(adapter) in readme
    assert "{" not in readme
    for path in (tmp_path / "once").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name
        assert str(tiny_base.parent).encode() not in path.read_bytes(), path.name


def _refused(base: Path, adapter: Path, out: Path, scale: float = 1.0) -> str:
    """The sentence of the refusal; nothing may have appeared or changed beside `out`."""
    before = sorted(out.parent.rglob("*"))
    with pytest.raises(LoraLandError) as refusal:
        merge(base, adapter, out, scale)
    assert sorted(out.parent.rglob("*")) == before
    return str(refusal.value)


@pytest.mark.parametrize("scale", [math.nan, math.inf, 1e39])
def test_impossible_scales_are_refused(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path, scale: float
) -> None:
    """Catches a model full of NaN or infinity."""
    assert "finite" in _refused(tiny_base, tiny_adapter(), tmp_path / "merged", scale)


def test_what_is_there_is_not_overwritten(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path
) -> None:
    """Catches somebody's folder or file replaced by a model."""
    kept = tmp_path / "folder" / "kept"
    kept.parent.mkdir()
    kept.write_text("mine")
    for out in (kept, kept.parent):
        assert "no empty folder" in _refused(tiny_base, tiny_adapter(), out)
    assert kept.read_text() == "mine"


def test_an_adapter_of_another_base_is_refused(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path
) -> None:
    """Catches an adapter merged into a base of the same shape, which then answers nonsense."""
    adapter = shutil.copytree(tiny_adapter(), tmp_path / "adapter")
    (adapter / "training.json").write_text('{"base": {"digest": "sha256:other"}}')
    assert "another base" in _refused(tiny_base, adapter, tmp_path / "merged")
    (adapter / "training.json").write_text(f'{{"base": {{"digest": "{digest_base(tiny_base)}"}}}}')
    merge(tiny_base, adapter, tmp_path / "merged")


@pytest.mark.filterwarnings("ignore:Found missing adapter keys")
@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("adapter_model.safetensors", b"layers.1.", b"layers.7."),
        ("adapter_config.json", b'"down_proj", ', b""),
    ],
    ids=["a layer that the base lacks", "a layer that the config leaves out"],
)
def test_half_an_adapter_is_not_merged(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path, name: str, old: bytes, new: bytes
) -> None:
    """Catches factors that PEFT leaves out with a warning, or with none."""
    file = shutil.copytree(tiny_adapter(), tmp_path / "adapter") / name
    assert old in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old, new))
    assert "does not fit" in _refused(tiny_base, tmp_path / "adapter", tmp_path / "merged")


def test_factors_of_other_shapes_are_refused(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path
) -> None:
    """Catches PEFT's page of mismatched sizes in place of a sentence."""
    path = shutil.copytree(tiny_adapter(), tmp_path / "adapter") / "adapter_model.safetensors"
    wide = {n: t.repeat(1, 2) if "lora_A" in n else t for n, t in load_file(path).items()}
    save_file(wide, path)
    sentence = _refused(tiny_base, tmp_path / "adapter", tmp_path / "merged")
    assert "does not fit" in sentence
    assert "\n" not in sentence


def test_a_shared_head_is_not_merged_into_the_embeddings(tiny_base: Path, tmp_path: Path) -> None:
    """Catches an adapter of the head that changes the embeddings too, which are the same tensor."""
    stem = "base_model.model.lm_head.lora_"
    factors = {f"{stem}A.weight": torch.ones(4, 64), f"{stem}B.weight": torch.ones(300, 4)}
    config = {"peft_type": "LORA", "r": 4, "lora_alpha": 8, "target_modules": ["lm_head"]}
    (tmp_path / "adapter").mkdir()
    (tmp_path / "adapter" / "adapter_config.json").write_text(json.dumps(config))
    save_file(factors, tmp_path / "adapter" / "adapter_model.safetensors")
    assert "its embeddings" in _refused(tiny_base, tmp_path / "adapter", tmp_path / "merged")


def test_a_quantised_base_is_refused(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path
) -> None:
    """Catches a "16-bit" model whose weights were rounded to 4 bits and back."""
    nf4 = {"load_in_4bit": True, "quant_method": "bitsandbytes", "bnb_4bit_quant_type": "nf4"}
    model = AutoModelForCausalLM.from_pretrained(tiny_base, quantization_config=nf4)
    model.save_pretrained(tmp_path / "base")
    assert "quantised" in _refused(tmp_path / "base", tiny_adapter(), tmp_path / "merged")


def test_parents_that_are_not_there_are_refused(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path
) -> None:
    """Catches a traceback, or a look on the hub, for a mistyped folder."""
    with pytest.raises(AdapterRefused, match=r"no adapter folder at .*nowhere"):
        merge(tiny_base, tmp_path / "nowhere", tmp_path / "merged")
    with pytest.raises(TuneRefused, match=r"no base model in .*nowhere"):
        merge(tmp_path / "nowhere", tiny_adapter(), tmp_path / "merged")
    mute = tmp_path / "mute"
    shutil.copytree(tiny_base, mute, ignore=shutil.ignore_patterns("tokenizer*"))
    assert "no tokenizer" in _refused(mute, tiny_adapter(), tmp_path / "merged")


@pytest.mark.parametrize("failure", [OSError("disk full"), KeyboardInterrupt()], ids=repr)
def test_a_failure_while_writing_leaves_nothing(
    tiny_base: Path,
    tiny_adapter: TinyAdapter,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    failure: BaseException,
) -> None:
    """Catches half a model that looks like a whole one, and gigabytes left under a hidden name."""
    save = PreTrainedModel.save_pretrained

    def failing(self: PreTrainedModel, folder: Path) -> None:
        save(self, folder)
        assert (folder / "model.safetensors").is_file()
        raise failure

    monkeypatch.setattr(PreTrainedModel, "save_pretrained", failing)
    wanted = MergeRefused if isinstance(failure, OSError) else KeyboardInterrupt
    with pytest.raises(wanted):
        merge(tiny_base, tiny_adapter(), tmp_path / "merged")
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def home(tiny_adapter: TinyAdapter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with an adapter for one task."""
    monkeypatch.setenv("LORA_LAND_HOME", str(tmp_path / "home"))
    shutil.copytree(tiny_adapter(), tmp_path / "home" / "adapters" / "covid")
    return tmp_path / "home"


def _run(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["merge", *map(str, words)], prog_name="lora-land")


def test_the_command_finds_the_adapter_of_the_task(
    tiny_base: Path, home: Path, tmp_path: Path
) -> None:
    """Catches a command that merges the packaged adapter in place of the user's own."""
    words = ("--base", tiny_base, "--scale", "0.5", "--out")
    adapter = home / "adapters" / "covid"
    by_task = _run("covid", *words, tmp_path / "by task")
    by_folder = _run("--adapter", adapter, *words, tmp_path / "by folder")
    assert (by_task.exit_code, by_folder.exit_code) == (0, 0), by_task.output
    record = (tmp_path / "by task" / "merge.json").read_text("utf-8")
    assert digest(adapter) in record
    assert record == (tmp_path / "by folder" / "merge.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        ("cvoid", "There is no task 'cvoid'; there is "),
        ("own_words", "The task own_words has no adapter yet: lora-land tune own_words makes one."),
    ],
)
def test_a_task_without_an_adapter_is_refused(
    tiny_base: Path, home: Path, tmp_path: Path, task: str, sentence: str
) -> None:
    """Catches a traceback for a mistyped task or one that nobody has trained."""
    (home / "adapters" / "own_words").mkdir()
    shutil.copy(
        PROFILES["mini"].cards / "covid.toml", home / "adapters" / "own_words" / "card.toml"
    )
    done = _run(task, "--base", tiny_base, "--out", tmp_path / "merged")
    assert done.exit_code == 1
    assert done.stderr.splitlines()[-1].startswith(f"lora-land: {sentence}")
    assert not (tmp_path / "merged").exists()
