"""What the two commands promise before any of our code runs. pip is replaced by a stub."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Makes an environment whose python writes down what it was asked to do.
FAKE_PYTHON = """#!/bin/sh
[ "$1" = -c ] && exit 0
mkdir -p "$3/bin"
printf '#!/bin/sh\\necho "$@" >> calls\\n' > "$3/bin/python"
chmod +x "$3/bin/python"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The files that make reads, and a python that installs nothing."""
    for name in ("Makefile", "constraints.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "fake-python").write_text(FAKE_PYTHON)
    (tmp_path / "fake-python").chmod(0o755)
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if "MAKE" not in key}
    return subprocess.run(
        ["make", "PYTHON=./fake-python", *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def calls(project: Path) -> list[str]:
    return (project / "calls").read_text().splitlines()


def test_install_says_the_size_then_asks_for_torch_first(project: Path) -> None:
    """Catches a torch that a dependency chooses: several GB of CUDA on a machine without a GPU."""
    done = run(project, "install", "TORCH_INDEX=http://localhost/torch")
    assert done.returncode == 0, done.stderr
    assert "MB to download" in done.stdout
    first, second = calls(project)
    assert "torch==" in first
    assert "--extra-index-url http://localhost/torch" in first
    assert second.endswith("-c constraints.txt -e .")


def test_a_second_run_installs_nothing(project: Path) -> None:
    """Catches a demo that goes to the package index every time it is started."""
    run(project, "install")
    before = calls(project)
    assert "MB to download" not in run(project, "install").stdout
    assert calls(project) == before


def test_a_changed_list_of_versions_installs_again(project: Path) -> None:
    """Catches a demo that goes on with the libraries of last month's commit."""
    run(project, "install")
    before = calls(project)
    stamp = (project / ".venv" / ".serving").stat()
    os.utime(project / "constraints.txt", (stamp.st_atime + 10, stamp.st_mtime + 10))
    run(project, "install")
    assert len(calls(project)) == 2 * len(before)


def test_a_failed_installation_is_tried_again(project: Path) -> None:
    """Catches a stamp that is written although pip was interrupted."""
    (project / "fake-python").write_text(FAKE_PYTHON.replace(">> calls", "; exit 1"))
    assert run(project, "install").returncode != 0
    assert not (project / ".venv" / ".serving").exists()


def test_an_old_python_is_refused_with_one_sentence(project: Path) -> None:
    """Catches a page of pip errors where one sentence would do."""
    (project / "fake-python").write_text("#!/bin/sh\nexit 1\n")
    done = run(project, "demo")
    assert done.returncode != 0
    assert "LoRA Land needs Python 3.11 or newer" in done.stdout


def test_no_python_at_all_is_refused_with_one_sentence(project: Path) -> None:
    """Catches 'command not found' as the only answer of the first command one tries."""
    done = run(project, "demo", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "no-such-python is not here" in done.stdout
