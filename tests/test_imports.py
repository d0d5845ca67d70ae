"""Who may import whom. Reads every import of our packages, wherever in a file it stands."""

import ast
import graphlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MAY_IMPORT = {
    "adapters": set[str](),
    "engine": {"adapters"},
    "training": {"adapters"},
    "study": {"engine", "adapters"},
    "benchmarks": {"engine", "adapters"},
    "app": {"engine", "adapters"},
}
COMMAND_LINE = ("app/cli.py", "app/making.py")
# Serving does its own LoRA. Benchmarks run PEFT as a rival, but train nothing.
ONLY_IN = {"peft": {"training", "benchmarks"}, "trl": {"training"}}
MAKERS = set().union(*ONLY_IN.values())
HEAVY = ("gradio", "trl", "datasets", "pydantic_settings")
GRAB_BAGS = {"utils", "util", "common", "helpers", "misc"}


@dataclass(frozen=True)
class Import:
    """One import: the dotted name asked for, its line, and whether a function holds it."""

    module: str
    line: int
    in_function: bool

    @property
    def top(self) -> str:
        return self.module.partition(".")[0]


def imports_of(source: str, package: str) -> Iterator[Import]:
    """Every import in `source`, a module of `package` (dotted), at any depth."""
    stack = [(node, False) for node in ast.iter_child_nodes(ast.parse(source))]
    while stack:
        node, inside = stack.pop()
        for name in _names(node, package):
            yield Import(name, getattr(node, "lineno", 0), inside)
        inside = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        stack.extend((child, inside) for child in ast.iter_child_nodes(node))


def _names(node: ast.AST, package: str) -> list[str]:
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=module, level=level):
            if level == 0:
                return [module or ""]
            parents = package.split(".")[: len(package.split(".")) - level + 1]
            return [".".join([*parents, module] if module else parents)]
        case ast.Call(
            func=ast.Name(id="import_module" | "__import__") | ast.Attribute(attr="import_module"),
            args=[ast.Constant(value=str(name)), *_],
        ):
            return [name]
        case _:
            return []


def broken_rules(path: str, source: str) -> list[str]:
    """What the file at `path` (relative to the root) imports and may not, one sentence each."""
    package = path.partition("/")[0]
    found = []
    for item in imports_of(source, path.rpartition("/")[0].replace("/", ".")):
        if package not in ONLY_IN.get(item.top, {package}):
            allowed = sorted(ONLY_IN[item.top])
            found.append(f"{path}:{item.line} imports {item.module}; only {allowed} may")
        if item.top not in MAY_IMPORT or item.top == package:
            continue
        if path in COMMAND_LINE and item.in_function:
            continue
        if item.top not in MAY_IMPORT[package]:
            found.append(f"{path}:{item.line} imports {item.module}; {package} may not")
    return found


def our_files() -> list[Path]:
    return sorted(path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py"))


def test_imports_point_one_way() -> None:
    """Catches an engine that reaches for the web app, or an app that trains on the side."""
    found = []
    for path in our_files():
        found += broken_rules(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("engine/a.py", "import app"),
        ("engine/a.py", "def f():\n    from app.api import x"),
        ("engine/a.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import study"),
        ("engine/a.py", "try:\n    import peft\nexcept ImportError:\n    pass"),
        ("adapters/a.py", "import importlib\nimportlib.import_module('engine.worker')"),
        ("app/cli.py", "import training"),
        ("app/server.py", "def f():\n    import training"),
        ("app/page/a.py", "from ...engine import x\nfrom study import y"),
        ("training/a.py", "import engine.request"),
        ("benchmarks/a.py", "import trl"),
        ("benchmarks/a.py", "def f():\n    import training.qlora"),
    ],
)
def test_a_broken_rule_is_found(path: str, source: str) -> None:
    """Catches a reader of imports that overlooks functions, TYPE_CHECKING or import_module."""
    assert broken_rules(path, source)


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("app/cli.py", "def tune():\n    from training.tune import tune"),
        ("app/page/a.py", "from ..api import x\nfrom engine.request import y"),
        ("training/a.py", "import peft\nfrom adapters.card import Card"),
        ("benchmarks/a.py", "def f():\n    import peft\nfrom engine.worker import EngineWorker"),
    ],
)
def test_what_is_allowed_is_let_through(path: str, source: str) -> None:
    """Catches a rule so eager that it forbids what the design asks for."""
    assert not broken_rules(path, source)


def test_no_module_needs_itself() -> None:
    """Catches an import cycle: two files that can only be understood, and loaded, together."""
    files = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
        for path in our_files()
    }
    needs = {
        module: [
            item.module
            for item in imports_of(path.read_text("utf-8"), _package(module, path))
            if not item.in_function and item.module in files
        ]
        for module, path in files.items()
    }
    try:
        graphlib.TopologicalSorter(needs).prepare()
    except graphlib.CycleError as error:
        pytest.fail(" <- ".join(error.args[1]))


def _package(module: str, path: Path) -> str:
    return module if path.name == "__init__.py" else module.rpartition(".")[0]


def test_no_grab_bag_modules() -> None:
    """Catches a module whose name says nothing, where unrelated things would gather."""
    names = {part for path in our_files() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not names & GRAB_BAGS


def test_every_import_is_declared() -> None:
    """Catches a library that is there by luck: imported by us, asked for in no dependency list."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    base = {_normal(line) for line in project["dependencies"]}
    makers = base | {_normal(line) for line in [*extras["train"], *extras["track"]]}
    # What the extra for tracking is called, also where it is not installed.
    homes = {"mlflow": ["mlflow-skinny"]} | importlib.metadata.packages_distributions()
    found = []
    for path in our_files():
        where = path.relative_to(ROOT).as_posix()
        declared = makers if where.partition("/")[0] in MAKERS else base
        package = where.rpartition("/")[0].replace("/", ".")
        for top in {item.top for item in imports_of(path.read_text("utf-8"), package)}:
            if top in sys.stdlib_module_names or top in MAY_IMPORT:
                continue
            if not declared & {_normal(name) for name in homes.get(top, [top])}:
                found.append(f"{where} imports {top}, which pyproject.toml does not ask for")
    assert not found, "\n".join(found)


def _normal(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement)[0].lower().replace("_", "-").replace(".", "-")


@pytest.mark.spawns
def test_serving_core_imports_without_the_heavy_libraries() -> None:
    """Catches an engine that cannot start on a GPU machine without gradio, trl and datasets."""
    parts = [ROOT / name for name in ("adapters", "engine", "benchmarks")]
    files = [path for part in parts for path in sorted(part.rglob("*.py"))]
    files += list((ROOT / "training").glob("pretrain*.py"))
    modules = sorted(
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in files
        if not path.name.startswith("__main__")
    )
    script = (
        "import importlib, sys\n"
        f"sys.modules.update(dict.fromkeys({HEAVY!r}))\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
