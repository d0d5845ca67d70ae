"""Records training runs in an MLflow store, a local SQLite file: settings, losses, how each ended.

Owns the contact with MLflow, which is an extra: it is imported only where tracking is asked for.
Knows no model and no data.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from training.tune_options import TuneRefused

EXPERIMENT = "lora-land"
_CURVES = ("loss", "eval_loss", "learning_rate", "grad_norm")
_NOTE = "mlflow_run.txt"
_EXTRA = ("mlflow", "sqlalchemy", "alembic")


class Tracker(TrainerCallback):
    """Sends one run to the store. Notes its id in `work`: a resumed run goes on with the curve."""

    def __init__(self, store: Path, work: Path, name: str, settings: Mapping[str, Any]) -> None:
        self._note, self._name, self._settings = work / _NOTE, name, settings
        self._mlflow = _mlflow()
        self._client, self._experiment_id = _opened(self._mlflow, store)
        self._run_id: str | None = None

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self._run_id = self._resumed() or self._begun()

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        for name, value in kwargs["logs"].items():
            if name in _CURVES:
                self._client.log_metric(self._run_id, name, float(value), step=state.global_step)

    def end(self, status: str) -> None:
        if self._run_id is not None:
            self._client.set_terminated(self._run_id, status)

    def _resumed(self) -> str | None:
        """The run that a killed training had begun, if it is in this store."""
        try:
            run_id = self._note.read_text(encoding="utf-8")
            self._client.update_run(run_id, status="RUNNING")
        except (OSError, self._mlflow.exceptions.MlflowException):
            return None
        return run_id

    def _begun(self) -> str:
        run = self._client.create_run(self._experiment_id, run_name=self._name)
        run_id: str = run.info.run_id
        for name, value in self._settings.items():
            self._client.log_param(run_id, name, value)
        self._note.write_text(run_id, encoding="utf-8")
        return run_id


@contextmanager
def tracked(
    store: Path | None, work: Path, name: str, settings: Mapping[str, Any]
) -> Iterator[list[TrainerCallback]]:
    """The callback that records the run inside, none without a `store`; says there how it ended.

    Raises TuneRefused where MLflow is not installed or the store cannot be opened.
    """
    if store is None:
        yield []
        return
    tracker = Tracker(store, work, name, settings)
    try:
        yield [tracker]
    except BaseException as error:
        tracker.end("KILLED" if isinstance(error, KeyboardInterrupt) else "FAILED")
        raise
    tracker.end("FINISHED")


def _mlflow() -> Any:
    if any(find_spec(name) is None for name in _EXTRA):
        raise TuneRefused(
            "Tracking needs MLflow, which is not installed here: "
            "pip install -c constraints.txt -e '.[track]'"
        )
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # else its makers hear of each use
    os.environ.setdefault("MLFLOW_LOGGING_LEVEL", "ERROR")
    import mlflow  # noqa: PLC0415 - slow, and only wanted here

    return mlflow


def _opened(mlflow: Any, store: Path) -> tuple[Any, str]:
    """A client of the store, which is made where it is not there yet, and our experiment's id."""
    try:
        store.parent.mkdir(parents=True, exist_ok=True)
        client = mlflow.MlflowClient(tracking_uri=f"sqlite:///{store.resolve()}")
        experiment = client.get_experiment_by_name(EXPERIMENT)
        found = experiment and experiment.experiment_id
        return client, found or client.create_experiment(EXPERIMENT)
    except (OSError, mlflow.exceptions.MlflowException) as error:
        raise TuneRefused(f"The MLflow store {store} cannot be opened: {error}") from error
