"""The page of all adapters says what the files beside the weights say, and nothing older."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from adapters.catalog import Catalog
from study.chart import chart
from study.sheet import CHART_FILE, DOCS, SHEET_FILE, measured, picture, sheet


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog.open()


def test_the_committed_page_is_what_the_files_say(catalog: Catalog) -> None:
    """Catches figures and answers of older weights in the documentation."""
    again = "run python -m study.sheet and commit what it writes"
    assert (DOCS / SHEET_FILE).read_text("utf-8") == sheet(catalog), again
    assert (DOCS / CHART_FILE).read_text("utf-8") == picture(catalog), again


def test_every_scored_task_has_its_row_and_answers(catalog: Catalog) -> None:
    """Catches a task left out of the table, and a link in it that leads nowhere."""
    page = sheet(catalog)
    linked = re.findall(r"^\| \[(\w+)\]\(#(\w+)\)", page, re.MULTILINE)
    assert [name for name, _ in linked] == list(measured(catalog))
    assert re.findall(r"^## (\w+)$", page, re.MULTILINE) == [anchor for _, anchor in linked]


def test_bars_are_as_long_as_the_scores(catalog: Catalog) -> None:
    """Catches bars of another scale, tasks unsorted, and a picture no browser can read."""
    _, some = next(iter(measured(catalog).values()))
    low, high = replace(some, task="a&b", adapter=0.25, base=0.0), replace(some, adapter=1.0)
    root = ET.fromstring(chart([low, high]))
    tag = "{http://www.w3.org/2000/svg}"
    bars = [r for r in root.iter(f"{tag}rect") if r.get("class") == "adapter" and r.get("height")]
    first, second = (float(bar.get("width", "")) for bar in bars[1:])
    assert second == pytest.approx(first / 4)
    assert "a&b" in [text.text for text in root.iter(f"{tag}text")]
