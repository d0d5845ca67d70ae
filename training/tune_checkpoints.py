"""The working folder of one tuning run: what it was started with, its checkpoints, its best.

A checkpoint counts only with its marker, which is written last: a run that was killed while it
saved goes on from the one before. Knows neither trl nor what the weights mean.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file

from training.progress import Meter
from training.tune_options import TuneRefused

_RUN_FILE = "run.json"
_BEST_FILE = "best.safetensors"
_MARKER = "complete.json"


class TuneBusy(TuneRefused):
    """Another process is at the same adapter."""


@dataclass(frozen=True)
class Checkpoint:
    """A whole checkpoint, and what the run had used when it was taken."""

    folder: Path
    step: int
    meter: Meter


@dataclass(frozen=True)
class Best:
    """The low-rank factors of the step with the lowest validation loss so far."""

    step: int
    loss: float
    tensors: Mapping[str, torch.Tensor]


@dataclass(frozen=True)
class WorkFolder:
    """Where an unfinished run lives: a hidden folder beside the adapter that it will become."""

    folder: Path

    @classmethod
    def beside(cls, out: Path) -> "WorkFolder":
        return cls(out.with_name(f".{out.name}.tuning"))

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Hold the folder for this process; afterwards it stays only for its checkpoints.

        Raises TuneBusy if another process holds it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.folder):
            try:
                yield
            finally:
                if self._last_checkpoint() is None:
                    self.remove()

    def begin(self, run: Mapping[str, Any], fresh: bool) -> Checkpoint | None:
        """Ready the claimed folder for `run`; returns the checkpoint to go on from, if any.

        Raises TuneRefused if an unfinished run with other settings has a checkpoint here.
        """
        last = None if fresh else self._last_checkpoint()
        if last is not None:
            self._refuse_other(run, last)
        for path in self.folder.iterdir():
            if last is None or _is_half_a_checkpoint(path):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        _write_json(self.folder / _RUN_FILE, run)
        return last

    def mark_complete(self, step: int, meter: Meter) -> None:
        """Say that the checkpoint of `step` is whole, and what the run had used by then."""
        _write_json(self.folder / f"checkpoint-{step}" / _MARKER, asdict(meter))

    def keep_best(self, best: Best) -> None:
        part = self.folder / f"{_BEST_FILE}.part"
        tensors = {name: tensor.contiguous() for name, tensor in best.tensors.items()}
        save_file(tensors, part, metadata={"step": str(best.step), "loss": repr(best.loss)})
        part.replace(self.folder / _BEST_FILE)

    def best(self) -> Best | None:
        path = self.folder / _BEST_FILE
        if not path.is_file():
            return None
        with safe_open(path, framework="pt") as file:
            about = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return Best(int(about["step"]), float(about["loss"]), tensors)

    def remove(self) -> None:
        if self.folder.exists():
            shutil.rmtree(self.folder)

    def _last_checkpoint(self) -> Checkpoint | None:
        whole = [path.parent for path in self.folder.glob(f"checkpoint-*/{_MARKER}")]
        if not whole or not (self.folder / _RUN_FILE).is_file():
            return None
        last = max(whole, key=_step_of)
        return Checkpoint(last, _step_of(last), Meter(**_read_json(last / _MARKER)))

    def _refuse_other(self, run: Mapping[str, Any], last: Checkpoint) -> None:
        before = _flat(_read_json(self.folder / _RUN_FILE))
        now = _flat(run)
        for name in sorted(before.keys() | now.keys()):
            if before.get(name) != now.get(name):
                raise TuneRefused(
                    f"An unfinished run stands at step {last.step} "
                    f"{_difference(name, before.get(name), now.get(name))}: ask for the same to "
                    f"go on with it, or start afresh to drop it."
                )


def _difference(name: str, before: object, now: object) -> str:
    if name in ("base", "data"):  # nobody wants to read two digests
        return f"with another {name} than this one has"
    return f"with {name} {before!r}, and this one asks for {now!r}"


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold an advisory lock, which the system drops when the process ends, however it ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise TuneBusy(f"Another process is training in {folder} now; wait for it.") from error
        yield
    finally:
        os.close(handle)


def _is_half_a_checkpoint(path: Path) -> bool:
    return path.is_dir() and not (path / _MARKER).is_file()


def _step_of(checkpoint: Path) -> int:
    return int(checkpoint.name.rpartition("-")[2])


def _flat(run: Mapping[str, Any]) -> dict[str, Any]:
    """Settings by their own names: {"options": {"rank": 8}, ...} -> {"rank": 8, ...}."""
    flat: dict[str, Any] = {}
    for name, value in run.items():
        flat |= _flat(value) if isinstance(value, Mapping) else {name: value}
    return flat


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    part = path.with_name(f"{path.name}.part")
    part.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    part.replace(path)


def _read_json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
