"""Where and with what a figure was measured. Everything that another run would have to repeat."""

import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import torch

from benchmarks.limits import Machine
from benchmarks.settings import Settings
from engine.loading import LoadedModel

PACKAGES = ("torch", "transformers", "bitsandbytes", "peft", "accelerate", "numpy")
ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Setup:
    """The machine, the software, the base and the settings of one run.

    `load_average` is that of the last minute at the start: other work makes figures worthless.
    `num_threads` is what the engine chose for the base; each result names its own.
    """

    started: str
    commit: str
    is_clean: bool
    python: str
    system: str
    versions: Mapping[str, str]
    cpu: str
    num_cores: int
    memory_bytes: int
    load_average: float
    device: str
    base: str
    num_parameters: int
    kernel: str
    num_threads: int
    bandwidth_bytes_per_s: float
    flops_per_s: float
    settings: Mapping[str, object]


def take_setup(settings: Settings, loaded: LoadedModel, machine: Machine) -> Setup:
    return Setup(
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=_git("rev-parse", "HEAD") or "unknown",
        is_clean=not _git("status", "--porcelain", "--untracked-files=no"),
        python=platform.python_version(),
        system=platform.platform(),
        versions={name: _version(name) for name in PACKAGES},
        cpu=_cpu_name(),
        num_cores=os.cpu_count() or 1,
        memory_bytes=os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"),
        load_average=os.getloadavg()[0],
        device=_device_name(loaded.device),
        base=loaded.name,
        num_parameters=loaded.num_parameters,
        kernel=loaded.kernel,
        num_threads=loaded.num_threads,
        bandwidth_bytes_per_s=machine.bandwidth(machine.memory_bytes),
        flops_per_s=machine.flops_per_s,
        settings={k: list(v) if isinstance(v, tuple) else v for k, v in asdict(settings).items()},
    )


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "not installed"


def _git(*arguments: str) -> str:
    """What git says about our folder; nothing where there is no git or no repository."""
    command = ["git", "-C", str(ROOT), *arguments]
    try:
        done = subprocess.run(  # noqa: S603 - fixed words, no shell
            command, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def _cpu_name() -> str:
    """Linux tells it in a file; elsewhere Python's guess has to do."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _device_name(device: torch.device) -> str:
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
