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
    for name in ("Makefile", "constraints.txt", "pyproject.toml", ".ci/run"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "chromium.sh").write_text("exit 1\n")
    (tmp_path / "fake-python").write_text(FAKE_PYTHON)
    (tmp_path / "fake-python").chmod(0o755)
    return tmp_path


def run(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return start(project, "make", "PYTHON=./fake-python", *arguments)


def start(project: Path, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    own = {name: text for name, text in os.environ.items() if "MAKE" not in name and name != "CI"}
    return subprocess.run(
        command,
        cwd=project,
        env=own | variables,
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


def test_without_a_browser_its_tests_are_left_out_aloud(project: Path) -> None:
    """Catches a green run that nobody can tell from one with the browser tests."""
    done = run(project, "test")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("The browser tests were left out")
    assert calls(project)[-1].endswith("and not browser")


def test_a_failure_without_a_browser_stays_a_failure(project: Path) -> None:
    """Catches the line about the browser swallowing the exit code of the tests."""
    run(project, ".venv/.testing")
    (project / ".venv" / "bin" / "python").write_text("#!/bin/sh\nexit 1\n")
    assert run(project, "test").returncode != 0


def test_continuous_integration_fails_without_a_browser(project: Path) -> None:
    """Catches a gate that passes because its machine lacks the browser."""
    done = start(project, ".ci/run", PYTHON="./fake-python")
    assert done.returncode != 0
    assert "pytest" not in (project / "calls").read_text()


def test_the_size_said_first_is_that_of_the_default(project: Path) -> None:
    """Catches "400 MB" announced to somebody whose pip then fetches the CUDA build."""
    said = run(project, "install").stdout
    assert said.index("several GB") < said.index("400 MB")


def test_the_slow_tests_have_a_command(project: Path) -> None:
    """Catches slow tests that nobody runs because no command does."""
    assert run(project, "test-slow").returncode == 0
    assert calls(project)[-1] == "-m pytest -m slow"
