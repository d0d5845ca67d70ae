"""The page of the paper: its figures are the paper's, and the switches need no script."""

import csv
import io
import re
import statistics
from collections import defaultdict
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from adapters.paper import LITERATURE
from app.site import paper

VOID = {"br", "link", "meta", "path", "wbr"}
ROWS = list(csv.DictReader((LITERATURE / "lora_land_scores.csv").read_text("utf-8").splitlines()))
MODELS = [row["model"] for row in ROWS if row["task"] == "bc5cdr"]
TUNED = {(row["task"], row["model"]): row for row in ROWS if row["fine_tuned"]}
PLAIN = {(row["task"], row["model"]): row["base"] for row in ROWS if not row["fine_tuned"]}
GPT_4 = {row["task"]: float(row["base"]) for row in ROWS if row["model"] == "gpt-4"}


class Tables(HTMLParser):
    """The rows of all tables, each a list of (tag, attributes, text); complains of bad nesting."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[tuple[str, dict[str, str | None], str]]] = []
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if (tag, name) == ("a", "href")]
        if tag not in VOID:
            self._open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append((tag, dict(attrs), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"th", "td"} & set(self._open):
            tag, attributes, text = self.rows[-1][-1]
            self.rows[-1][-1] = (tag, attributes, text + data.strip())


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = FastAPI()
    app.include_router(paper.router)
    with TestClient(app) as client:
        yield client


def opened(client: TestClient, **query: str) -> str:
    answer = client.get("/paper", params=query)
    assert answer.status_code == 200
    return answer.text


def shown(html: str) -> dict[str, list[str]]:
    """The figures of each row of the first table, by the row's name: the mean, then each model."""
    rows = {}
    for row in Tables(html).rows[1:]:
        if row[0][2] == "Task":
            break
        if len(row) > 1:
            rows[row[0][2]] = [text for _, _, text in row[2:]]
    return rows


def number(text: str) -> float:
    return float(text.removesuffix("(highest)").replace("−", "-"))


def expected(task: str, model: str, show: str) -> float:
    if (task, model) in PLAIN:
        return float(PLAIN[task, model])
    row = TUNED[task, model]
    if show == "gpt-4":
        return round(float(row["fine_tuned"]) - GPT_4[task], 3)
    return float(row[{"fine-tuned": "fine_tuned", "base": "base", "lift": "lift"}[show]])


@pytest.mark.parametrize("show", ["fine-tuned", "base", "lift", "gpt-4"])
def test_figures_are_the_papers(client: TestClient, show: str) -> None:
    """Catches a figure in the wrong column, of the wrong view, rounded again, or left out."""
    rows = shown(opened(client, show=show))
    num_tuned = 0
    for task in GPT_4:
        figures = [number(text) for text in rows[task]]
        assert figures[1:] == [expected(task, model, show) for model in MODELS]
        assert figures[0] == pytest.approx(statistics.fmean(figures[1:11]), abs=0.00051)
        assert all(re.match(r"[+−]?\d\.\d{3}", text) for text in rows[task])
        num_tuned += len(figures[1:11])
    assert num_tuned == len(TUNED) == 310


@pytest.mark.parametrize("show", ["fine-tuned", "base", "lift", "gpt-4"])
def test_means_are_those_of_the_figures(client: TestClient, show: str) -> None:
    """Catches a mean over too few tasks, or one that mixes bases with GPT."""
    means = [number(text) for text in shown(opened(client, show=show))["Mean of 31 tasks"]]
    by_model = [statistics.fmean(expected(task, m, show) for task in GPT_4) for m in MODELS]
    assert means[1:] == pytest.approx(by_model, abs=0.00051)
    assert means[0] == pytest.approx(statistics.fmean(by_model[:10]), abs=0.00051)


def test_best_base_of_each_task_is_marked(client: TestClient) -> None:
    """Catches a mark on GPT, a tie marked once, and a mark that only colour shows."""
    rows = shown(opened(client))
    marked = defaultdict(set)
    for task in GPT_4:
        for model, text in zip(MODELS, rows[task][1:], strict=True):
            if text.endswith("(highest)"):
                marked[task].add(model)
        best = max(expected(task, model, "fine-tuned") for model in MODELS[:10])
        assert marked[task] == {
            model for model in MODELS[:10] if expected(task, model, "fine-tuned") == best
        }
    assert marked["conllpp"] == {"gemma-7b", "gemma-7b-it"}


@pytest.mark.parametrize(("sort", "column"), [("mean", 0), ("phi-2", 1), ("gpt-4", 12)])
def test_tasks_are_sorted_by_what_is_shown(client: TestClient, sort: str, column: int) -> None:
    """Catches an order that is another view's, runs upwards, or loses tasks."""
    for show in ("base", "lift"):
        rows = shown(opened(client, show=show, sort=sort))
        figures = [number(row[column]) for name, row in rows.items() if name in GPT_4]
        assert figures == sorted(figures, reverse=True)
        assert len(figures) == 31


def test_tasks_stand_under_their_kind_or_by_name(client: TestClient) -> None:
    """Catches headings over the wrong tasks, and headings left in an order that mixes kinds."""
    kinds = {row["task"]: row["category"] for row in ROWS}
    table = Tables(opened(client)).rows
    heading, seen = "", {}
    for row in table[1 : 1 + len(GPT_4) + 8]:
        if row[0][1].get("scope") == "rowgroup":
            heading = row[0][2]
        elif heading:
            seen[row[0][2]] = heading
    assert seen == kinds
    by_name = shown(opened(client, sort="task"))
    assert [name for name in by_name if name in GPT_4] == sorted(GPT_4)
    assert "rowgroup" not in opened(client, sort="task")


def test_disagreements_are_said_beside_the_figures(client: TestClient) -> None:
    """Catches a note that the figures do not bear out, or that stands beside others."""
    tuned, lift = opened(client), opened(client, show="lift")
    against = opened(client, show="gpt-4")
    rows = shown(tuned)
    own, printed = rows["Mean of 31 tasks"][1:], rows["As the paper prints it"][1:]
    apart = {
        model: round(abs(number(a) - number(b)), 3)
        for model, a, b in zip(MODELS, own, printed, strict=True)
        if number(a) != number(b)
    }
    assert apart.pop("gemma-7b-it") == 0.027
    assert list(apart.values()) == [0.001] * 3
    assert "Three other means are 0.001 apart" in tuned
    assert rows["Tasks above GPT-4"][1 + MODELS.index("mistral-7b")] == "23"
    for html in (tuned, against):
        assert "counts 26 tasks" in html
        assert "give 23, and 1 tie" in html
    assert "9.5 points" in against
    assert "7.1 for mistral-7b" in against
    assert "34 points" in lift
    assert "38.4 points" in lift
    assert "disagrees" not in opened(client, show="base")


@pytest.mark.parametrize(
    "query",
    [
        {"show": "<script>alert(1)</script>"},
        {"show": "x" * 10_000, "sort": "mean"},
        {"sort": "'; drop table scores; --"},
        {"show": "lift", "sort": "\0"},
        {"show": "", "sort": ""},
    ],
)
def test_a_strange_address_gets_the_page_and_a_sentence(
    client: TestClient, query: dict[str, str]
) -> None:
    """Catches a 500, an echo of what was asked, and a page that pretends to have understood."""
    html = opened(client, **query)
    assert "does not have" in html
    assert shown(html) == shown(opened(client))
    assert "alert(1)" not in html
    assert "drop table" not in html
    assert "does not have" not in opened(client, show="lift", sort="gemma-2b")


def test_every_switch_is_a_link_that_works(client: TestClient) -> None:
    """Catches a switch that needs a script, a dead link, and style that the policy forbids."""
    page = Tables(opened(client, show="lift", sort="mean"))
    switches = [link for link in page.links if link.startswith("?")]
    assert len(set(switches)) == 4 + 3 + 12 - 1
    for link in switches:
        answer = client.get(f"/paper{link}")
        assert "does not have" not in answer.text
    assert not {name for name in page.attributes if name == "style" or name.startswith("on")}
    assert "<script>" not in opened(client)


def test_the_same_figures_as_csv(client: TestClient) -> None:
    """Catches a download that a spreadsheet would not open, or that holds other figures."""
    answer = client.get("/paper.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert "lora_land_scores.csv" in answer.headers["content-disposition"]
    assert list(csv.DictReader(io.StringIO(answer.text))) == ROWS
