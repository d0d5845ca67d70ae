"""Runs recorded in an MLflow store; what needs MLflow is skipped where it is not installed."""

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from transformers import TrainerCallback

from tests.training.tune_world import SHORT, TEA_OR_SHOP, covid_card
from training import tracking
from training.lesson import OneTask
from training.tracking import EXPERIMENT, tracked
from training.tune import tune
from training.tune_options import TuneRefused

# MLflow's own, and those of what it imports.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


def _log(tracker: TrainerCallback, step: int, **logs: float) -> None:
    tracker.on_log(
        SimpleNamespace(), SimpleNamespace(global_step=step), SimpleNamespace(), logs=logs
    )


def _runs(store: Path) -> list[tuple[str, dict[str, list[tuple[int, float]]], dict[str, str]]]:
    """Status, curves and settings of every run in the store, the latest first."""
    mlflow = pytest.importorskip("mlflow")
    client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{store}")
    experiment = client.get_experiment_by_name(EXPERIMENT)
    return [
        (run.info.status, {n: _curve(client, run, n) for n in run.data.metrics}, run.data.params)
        for run in client.search_runs([experiment.experiment_id])
    ]


def _curve(client: Any, run: Any, name: str) -> list[tuple[int, float]]:
    points = client.get_metric_history(run.info.run_id, name)
    return [(point.step, point.value) for point in points]


def test_without_mlflow_it_is_said_how_to_install_it(
    tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a traceback, or a training that nobody records, where MLflow is not installed."""
    monkeypatch.setattr(tracking, "find_spec", lambda name: None)
    with pytest.raises(TuneRefused, match=r"not installed here: pip install .*\[track\]"):
        tune("covid", tiny_base, tmp_path / "covid", SHORT, track=tmp_path / "home" / "mlflow.db")
    assert list(tmp_path.iterdir()) == []


def _killed(store: Path, work: Path, settings: Mapping[str, Any]) -> None:
    with tracked(store, work, "covid", settings) as trackers:
        trackers[0].on_train_begin()
        _log(trackers[0], 0, eval_loss=3.0, eval_runtime=1.0)
        _log(trackers[0], 10, loss=2.0)
        raise RuntimeError


def test_a_killed_run_goes_on_with_its_curve(tmp_path: Path) -> None:
    """Catches half a curve each in two runs, and a dead run that is shown as running."""
    pytest.importorskip("mlflow")
    store, settings = tmp_path / "home" / "mlflow.db", {"rank": 8, "target": ["all-linear"]}
    with pytest.raises(RuntimeError):
        _killed(store, tmp_path, settings)
    params = {"rank": "8", "target": "['all-linear']"}
    assert _runs(store) == [("FAILED", {"eval_loss": [(0, 3.0)], "loss": [(10, 2.0)]}, params)]
    with tracked(store, tmp_path, "covid", settings) as trackers:
        trackers[0].on_train_begin()
        _log(trackers[0], 20, loss=1.0)
    curves = {"eval_loss": [(0, 3.0)], "loss": [(10, 2.0), (20, 1.0)]}
    assert _runs(store) == [("FINISHED", curves, params)]


def test_a_store_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    """Catches a traceback for a home that is none."""
    pytest.importorskip("mlflow")
    (tmp_path / "home").write_text("no folder")
    with (
        pytest.raises(TuneRefused, match=r"mlflow\.db cannot be opened"),
        tracked(tmp_path / "home" / "mlflow.db", tmp_path, "covid", {}),
    ):
        pass


@pytest.mark.trains
def test_a_training_is_recorded(tiny_base: Path, tmp_path: Path) -> None:
    """Catches a tracker that is not told, or told other losses than the adapter's record holds."""
    pytest.importorskip("mlflow")
    store, lesson = tmp_path / "mlflow.db", OneTask(TEA_OR_SHOP, covid_card())
    result = tune("covid", tiny_base, tmp_path / "covid", SHORT, lesson=lesson, track=store)
    ((status, curves, settings),) = _runs(store)
    assert status == "FINISHED"
    assert settings["learning_rate"] == "0.01"
    rounded = [(step, round(loss, 5)) for step, loss in curves["eval_loss"]]
    assert rounded == list(result.losses)
    assert curves["loss"][-1][1] < curves["loss"][0][1]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["covid", "mlflow.db"]
