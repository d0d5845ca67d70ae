"""The house rules that a linter does not know: sizes, docstrings, and that nothing is foreign."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("adapters", "app", "benchmarks", "engine", "study", "training")
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 60
MAX_MEDIAN_FUNCTION_LINES = 12
# Names of XML vocabularies, which no browser fetches.
NAMESPACES = re.compile(r"http://www\.w3\.org/\S+")
FOREIGN = re.compile(r"(?:https?:)?//[a-z0-9-]+(?:\.[a-z0-9-]+)+", re.IGNORECASE)

SOURCES = sorted(path for folder in (*PACKAGES, "tests") for path in (ROOT / folder).rglob("*.py"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    """Each function of a file with its number of lines, decorators not counted."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_file_keeps_to_the_house_sizes(path: Path) -> None:
    """Catches the file that grew past one idea, and the function that no screen holds."""
    num_lines = len(path.read_text("utf-8").splitlines())
    assert num_lines <= MAX_FILE_LINES, f"{num_lines} lines"
    long = {name: lines for name, lines in _functions(path) if lines > MAX_FUNCTION_LINES}
    assert not long


@pytest.mark.parametrize("path", SOURCES, ids=_name)
def test_file_says_what_it_is(path: Path) -> None:
    """Catches a module that does not say in its first lines what it owns."""
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_the_usual_function_is_short() -> None:
    """Catches a slow drift towards long functions, each of them still under the cap."""
    sizes = [n for path in SOURCES if "tests" not in path.parts for _, n in _functions(path)]
    assert statistics.median(sizes) <= MAX_MEDIAN_FUNCTION_LINES


def _page_files() -> list[Path]:
    static = [path for path in (ROOT / "static").iterdir() if path.is_file()]
    text = [path for path in static if path.suffix in {".css", ".js", ".html", ".svg", ".json"}]
    return sorted({*text, *(ROOT / "app" / "page").rglob("*.py")})


def test_the_page_names_no_foreign_host() -> None:
    """Catches a font, script or picture that a visitor's browser would fetch from elsewhere."""
    found = []
    for path in _page_files():
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            if FOREIGN.search(NAMESPACES.sub("", line)):
                found.append(f"{_name(path)}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("line", "is_foreign"),
    [
        ("@import url(//fonts.example.com/a.css)", True),
        ("fetch('https://cdn.example.org/x.js')", True),
        ('<svg xmlns="http://www.w3.org/2000/svg">', False),
        ("// a comment. Nothing more", False),
        ("fetch('/assets-ll/page.js')", False),
    ],
)
def test_a_foreign_host_is_recognised(line: str, is_foreign: bool) -> None:
    """Catches a pattern that overlooks scheme-less addresses or cries at comments."""
    assert bool(FOREIGN.search(NAMESPACES.sub("", line))) is is_foreign
