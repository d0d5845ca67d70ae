"""Runs a model's Python against tests, in a process of its own that can do little else.

Two fences. The source is read first: imports beyond a few harmless modules, names that reach
files, processes or the interpreter, and attributes with two underscores are refused. What is left
runs in an isolated interpreter, in an empty folder, with limits on time, memory, files and
processes. Good enough for short functions of a small model; no fence for a hostile expert.
"""

import ast
import subprocess
import sys
import tempfile
from collections.abc import Sequence

TIME_LIMIT_S = 2
MEMORY_LIMIT = 512 * 2**20  # bytes of address space; an idle interpreter takes about 30 MB
_IMPORTABLE = frozenset({"collections", "functools", "itertools", "math", "re", "string"})
_FORBIDDEN = frozenset(
    {
        "breakpoint", "compile", "delattr", "eval", "exec", "exit", "getattr", "globals", "help",
        "input", "locals", "memoryview", "open", "quit", "setattr", "vars",
    }
)  # fmt: skip

# The process limits itself before it reads the code, then takes each test in turn and tells how
# many hold, as the last line of its output.
_RUNNER = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({TIME_LIMIT_S}, {TIME_LIMIT_S}))
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY_LIMIT}, {MEMORY_LIMIT}))
for what in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC):
    resource.setrlimit(what, (0, 0))
code, tests = sys.stdin.read().split("\\0")[:2]
scope = {{"__name__": "answer"}}
exec(code, scope)
passed = 0
for test in tests.split("\\1"):
    try:
        exec(test, scope)
    except Exception:
        continue
    passed += 1
sys.stdout.write("\\n%d" % passed)
"""


def tests_passed(code: str, tests: Sequence[str]) -> int:
    """How many of the `tests` (assert statements) hold after `code`; 0 for code that is refused."""
    if not tests or not is_harmless(code):
        return 0
    source = "\0".join((code.replace("\0", " "), "\1".join(tests)))
    with tempfile.TemporaryDirectory() as folder:
        try:
            ended = subprocess.run(  # noqa: S603 - the fences are this module's purpose
                [sys.executable, "-I", "-S", "-c", _RUNNER],
                input=source,
                capture_output=True,
                text=True,
                cwd=folder,
                env={},
                timeout=2 * TIME_LIMIT_S,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return 0
    last = ended.stdout.rpartition("\n")[2]
    return int(last) if ended.returncode == 0 and last.isdigit() else 0


def is_harmless(code: str) -> bool:
    """Whether the source parses and names nothing from outside its own arithmetic."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return all(_is_allowed(node) for node in ast.walk(tree))


def _is_allowed(node: ast.AST) -> bool:
    if isinstance(node, ast.Import):
        return all(alias.name in _IMPORTABLE for alias in node.names)
    if isinstance(node, ast.ImportFrom):
        return node.module in _IMPORTABLE and node.level == 0
    if isinstance(node, ast.Name):
        return node.id not in _FORBIDDEN and not node.id.startswith("__")
    if isinstance(node, ast.Attribute):
        return not node.attr.startswith("__")
    return True
