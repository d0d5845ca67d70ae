"""One adapter from examples to folder: it learns, it resumes, it leaves nothing half done."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from typer.testing import CliRunner

from adapters.files import digest, read_adapter
from app.cli import app
from tests.conftest import ALL_LINEAR
from tests.training.tune_world import SHORT, TEA_OR_SHOP, covid_card, tune_tea
from training.frames import Draw
from training.keeper import Keeper
from training.lesson import OneTask
from training.lexicon import Split
from training.tasks.sample import Sample
from training.tasks.task import Task
from training.tune import tune
from training.tune_checkpoints import WorkFolder
from training.tune_options import TuneRefused

pytestmark = pytest.mark.trains


@pytest.fixture(scope="module")
def finished(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of one uninterrupted run."""
    out = tmp_path_factory.mktemp("tuned") / "covid"
    tune_tea(tiny_base, out)
    return out


def _other_data(draw: Draw, frames: Split) -> Sample:
    return Sample({"OriginalTweet": draw.rng.choice(("sells bread", "sells tea"))}, "Neutral")


class _Killed(Exception):
    """Stands for a kill that leaves the process no time to tidy up."""


@contextmanager
def _dying_at(step: int, marked: bool = True) -> Iterator[None]:
    """A run inside dies when it has saved `step`, after or before marking the checkpoint whole."""
    on_save = Keeper.on_save

    def dying(self, args, state, control, **kwargs):  # type: ignore[no-untyped-def]
        if marked or state.global_step < step:
            on_save(self, args, state, control, **kwargs)
        if state.global_step >= step:
            raise _Killed

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Keeper, "on_save", dying)
        with pytest.raises(_Killed):
            yield


def test_training_teaches_the_task(finished: Path) -> None:
    """Catches a loss over the wrong tokens, frozen factors, or gradients that do not arrive."""
    losses = json.loads((finished / "training.json").read_text("utf-8"))["result"]["losses"]
    assert losses[0][0] == 0
    assert losses[-1][1] < 0.3 * losses[0][1], losses


def test_the_folder_can_be_served_and_holds_nothing_else(finished: Path) -> None:
    """Catches PEFT's boilerplate, pickles, float32 weights and paths of the maker's machine."""
    names = {path.name for path in finished.iterdir()}
    assert names == {"adapter_config.json", "adapter_model.safetensors", "training.json"}
    assert [path.name for path in finished.parent.iterdir()] == ["covid"]
    assert read_adapter(finished).targets == tuple(sorted(ALL_LINEAR))
    weights = load_file(finished / "adapter_model.safetensors")
    assert {str(tensor.dtype) for tensor in weights.values()} == {"torch.bfloat16"}
    for name in ("adapter_config.json", "training.json"):
        assert str(finished.parent) not in (finished / name).read_text("utf-8")
        assert str(Path.home()) + "/" not in (finished / name).read_text("utf-8")


def test_same_seed_same_bytes(finished: Path, tiny_base: Path, tmp_path: Path) -> None:
    """Catches data order, initialisation or config that change from run to run."""
    assert tune_tea(tiny_base, tmp_path / "covid").digest == digest(finished)


@pytest.mark.parametrize(
    ("marked", "resumed_from"), [(True, 12), (False, 6)], ids=["killed after", "killed while"]
)
def test_a_killed_run_goes_on(
    finished: Path,
    tiny_base: Path,
    tmp_path: Path,
    marked: bool,
    resumed_from: int,
) -> None:
    """Catches a resumed run that reads other batches, forgets the optimizer or its best step, or
    trusts a checkpoint that was still being written."""
    out = tmp_path / "covid"
    with _dying_at(12, marked):
        tune_tea(tiny_base, out)
    assert not out.exists()
    result = tune_tea(tiny_base, out)
    assert result.resumed_from == resumed_from
    assert result.num_steps == 24
    whole = load_file(finished / "adapter_model.safetensors")
    for name, tensor in load_file(out / "adapter_model.safetensors").items():
        assert tensor.allclose(whole[name], rtol=1e-2, atol=1e-4), name
    before = json.loads((finished / "training.json").read_text("utf-8"))["result"]
    assert (result.num_tokens, result.best_step) == (before["num_tokens"], before["best_step"])


def test_another_run_is_not_gone_on_with(tiny_base: Path, tmp_path: Path) -> None:
    """Catches half an adapter trained with one setting and half with another."""
    out = tmp_path / "covid"
    with _dying_at(6):
        tune_tea(tiny_base, out)
    with pytest.raises(
        TuneRefused, match=r"step 6 with learning_rate 0\.01, and this one asks for"
    ):
        tune_tea(tiny_base, out, learning_rate=2e-2)
    other = OneTask(Task("covid", _other_data), covid_card())
    with pytest.raises(TuneRefused, match="step 6 with another data than this one has"):
        tune("covid", tiny_base, out, SHORT, lesson=other)
    assert tune_tea(tiny_base, out, fresh=True, num_epochs=1).resumed_from is None


def test_a_run_killed_when_all_was_done_only_writes(
    finished: Path, tiny_base: Path, tmp_path: Path
) -> None:
    """Catches a resume that stumbles over having no step left."""
    out = tmp_path / "covid"
    with _dying_at(24):
        tune_tea(tiny_base, out)
    assert tune_tea(tiny_base, out).digest == digest(finished)


def test_two_processes_do_not_train_into_one_folder(tiny_base: Path, tmp_path: Path) -> None:
    """Catches two runs that delete each other's checkpoints."""
    out = tmp_path / "covid"
    with WorkFolder.beside(out).claimed(), pytest.raises(TuneRefused, match="Another process"):
        tune_tea(tiny_base, out)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    """Catches a traceback, or a look on the hub, for a mistyped folder."""
    with pytest.raises(TuneRefused, match=r"no base model in .*nowhere"):
        tune_tea(tmp_path / "nowhere", tmp_path / "covid")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine can")
def test_8_bits_without_cuda_are_refused_before_any_work(tiny_base: Path, tmp_path: Path) -> None:
    """Catches minutes of data and loading before a machine finds that it cannot."""

    def never(draw: Draw, frames: Split) -> Sample:
        raise AssertionError("no example is to be drawn")

    lesson = OneTask(Task("covid", never), covid_card())
    with pytest.raises(TuneRefused, match=r"8 bits .* needs a CUDA device"):
        tune("covid", tiny_base, tmp_path / "covid", replace(SHORT, bits=8), lesson=lesson)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(torch.cuda.is_available(), reason="8 bits would train")
def test_an_adapter_for_use_elsewhere_is_called_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches hours of training for an adapter that the demo then refuses."""
    monkeypatch.setenv("LORA_LAND_HOME", str(tmp_path))
    words = ["tune", "covid", "--bits", "8", "--set", "dora=true", "--set", 'target=["lm_head"]']
    result = CliRunner().invoke(app, words)
    said, refused = result.stderr.splitlines()
    assert "engine does not serve DoRA and a head with low-rank layers (lm_head)" in said
    assert "CUDA" in refused, "nothing is trained in this test"


def test_dora_and_a_head_learn_and_go_on(tiny_base: Path, tmp_path: Path) -> None:
    """Catches checkpoints that forget DoRA's lengths or hold a copy of the base's head."""
    out = tmp_path / "covid"
    changes: dict[str, Any] = {"dora": True, "target": ("attention", "lm_head")}
    with _dying_at(12):
        tune_tea(tiny_base, out, **changes)
    checkpoint = WorkFolder.beside(out).folder / "checkpoint-12"
    assert all("lora_" in name for name in load_file(checkpoint / "adapter_model.safetensors"))
    result = tune_tea(tiny_base, out, **changes)
    assert result.resumed_from == 12
    assert result.losses[-1][1] < 0.3 * result.losses[0][1], result.losses


def test_unknown_targets_are_refused(tiny_base: Path, tmp_path: Path) -> None:
    """Catches an adapter that silently trains less than what was asked for."""
    with pytest.raises(TuneRefused, match="no linear layer 'c_attn'; it has down_proj, gate_proj"):
        tune_tea(tiny_base, tmp_path / "covid", target=("q_proj", "c_attn"))
    assert list(tmp_path.iterdir()) == []


def test_tea_is_a_task(tmp_path: Path) -> None:
    """Catches a stand-in that no longer makes what the card asks for."""
    for example in TEA_OR_SHOP.examples("train", 0, 20):
        assert covid_card().prompt(example.fields).endswith("### Sentiment:")
