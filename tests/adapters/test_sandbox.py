"""Code of a model: right code passes, and nothing that it tries gets out or holds us up."""

import pytest

from adapters import sandbox

pytestmark = pytest.mark.spawns
DOUBLE = "def f(x):\n    return 2 * x"


def test_tests_are_counted_one_by_one() -> None:
    """Catches a first failure that hides the tests after it."""
    tests = ["assert f(1) == 2", "assert f(1) == 3", "assert f('a') == 'aa'"]
    assert sandbox.tests_passed(DOUBLE, tests) == 2


@pytest.mark.parametrize(
    "code",
    [
        "import os\ndef f(x):\n    return 2 * x",
        "from subprocess import run\ndef f(x):\n    return 2 * x",
        "def f(x):\n    return open('/etc/passwd') and 2 * x",
        "def f(x):\n    return ().__class__.__base__ and 2 * x",
        "def f(x):\n    return eval('2 * x')",
        "def f(x):\n    return __import__('os') and 2 * x",
        "def f(x) return 2 * x",
        "",
    ],
)
def test_code_that_reaches_out_is_not_run(code: str) -> None:
    """Catches a fence that reads imports alone."""
    assert sandbox.tests_passed(code, ["assert f(1) == 2"]) == 0


@pytest.mark.parametrize(
    "code",
    [
        "def f(x):\n    while True:\n        pass",
        "def f(x):\n    return [0] * 10**10",
        "def f(x):\n    return f(x)",
        "raise SystemExit",
        "print('9\\n' * 10**5)",
        "f = lambda x: print(7)",
    ],
)
def test_code_that_misbehaves_passes_nothing_and_ends(code: str) -> None:
    """Catches an endless loop that holds a page up, and output that passes for the count."""
    assert sandbox.tests_passed(code, ["assert f(1) == 2"]) == 0


@pytest.mark.parametrize("module", ["math", "re", "collections", "itertools"])
def test_harmless_modules_may_be_imported(module: str) -> None:
    """Catches an honest solution being refused."""
    assert sandbox.is_harmless(f"import {module}\nfrom {module} import *")
