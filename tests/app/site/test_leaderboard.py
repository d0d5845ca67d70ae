"""The page of the votes, and the id on the page About, as a browser without scripts gets them."""

import re
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlite_utils import Database

from adapters.catalog import Catalog
from app.feedback.erasure import find_session
from app.feedback.intervals import wilson
from app.feedback.records import Contestant
from app.feedback.store import FeedbackStore
from app.middleware.session import SessionCookie
from app.services import Services, Shelf
from app.settings import load_settings
from app.site import about, leaderboard
from tests.app.feedback.recording import ADAPTER, BASE, rate, rated

CATALOG = Catalog.open()
DIGEST = CATALOG.base_digest or ""
SERVED = replace(BASE, contestant_id=f"base:mini@{DIGEST}", weights_digest=DIGEST, name="mini")
HELD = replace(SERVED, contestant_id=f"base-format:mini@{DIGEST}", name="mini, held")
OLD = replace(ADAPTER, contestant_id="adapter:covid@sha256:01", weights_digest="sha256:01")


class Tables(HTMLParser):
    """The text of each cell: tables of rows of cells."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self._is_in_cell = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append("")
            self._is_in_cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td"):
            self._is_in_cell = False
            self.tables[-1][-1][-1] = " ".join(self.tables[-1][-1][-1].split())

    def handle_data(self, data: str) -> None:
        if self._is_in_cell:
            self.tables[-1][-1][-1] += data


@pytest.fixture
def services(store: FeedbackStore, tmp_path: Path) -> Services:
    status = SimpleNamespace(
        base_name="mini", num_parameters=1000, context_length=512, alive=True, error=None
    )
    worker: Any = SimpleNamespace(
        adapters=(SimpleNamespace(adapter_id="covid", digest=ADAPTER.weights_digest),),
        status=lambda: status,
    )
    return Services(load_settings(home=tmp_path), worker, Shelf(worker, CATALOG, None, {}), store)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FeedbackStore]:
    with FeedbackStore.open(tmp_path / "ratings.db") as opened:
        yield opened


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    app = FastAPI()
    app.state.services = services
    app.add_middleware(SessionCookie)
    app.include_router(leaderboard.router)
    app.include_router(about.router)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:7860") as client:
        yield client


def votes(
    store: FeedbackStore,
    choices: str,
    sides: tuple[Contestant, Contestant] = (ADAPTER, SERVED),
    mode: Any = "named",
    task: str = "covid",
) -> None:
    """A letter a vote: A, B, t for a tie, x for both bad; a session for every third of them."""
    words = {"A": "A", "B": "B", "t": "tie", "x": "both_bad"}
    batch = uuid.uuid4().hex

    def write(db: Database) -> None:
        for number, letter in enumerate(choices):
            rate(
                db,
                f"{batch}-{number}",
                words[letter],
                sides=sides,
                session_id=f"session-{number % 3}",
                mode=mode,
                task=task,
            )

    store._writer.run(write)


async def tables(client: httpx.AsyncClient, query: str = "") -> list[list[list[str]]]:
    answer = await client.get(f"/leaderboard{query}")
    assert answer.status_code == 200
    return Tables(answer.text).tables


async def test_the_figures_of_a_row(client: httpx.AsyncClient, store: FeedbackStore) -> None:
    """Catches ties or both-bad in a win rate, and figures that are not those of the votes."""
    votes(store, "A" * 24 + "B" * 6 + "t" * 4 + "x" * 5)
    ((head, row),) = await tables(client)
    assert head[:7] == [
        *("Task", "Votes", "Adapter better", "Base better", "Tie", "Both bad", "Win rate")
    ]
    assert row[0].startswith("Mood of pandemic tweets (mini) Its adapter aa against mini")
    assert row[1:6] == ["39", "24", "6", "4", "5"]
    bounds = wilson(24, 30)
    assert row[6] == f"80 % {bounds.low * 100:.0f} to {bounds.high * 100:.0f} %"
    assert row[7] == "3 busiest 33 %"


async def test_nothing_is_ranked_on_few_votes(
    client: httpx.AsyncClient, store: FeedbackStore
) -> None:
    """Catches a lucky three of three above an honest majority, or an interval from a few votes."""
    few = replace(ADAPTER, contestant_id="adapter:dbpedia@sha256:aa", task="dbpedia")
    votes(store, "AAAAAAA" + "t" * 40, sides=(few, SERVED), task="dbpedia")
    votes(store, "A" * 11 + "B" * 9)
    ((_, first, second),) = await tables(client)
    assert first[0].startswith("Mood of pandemic tweets")
    assert first[6].startswith("55 %")
    assert second[6] == "not enough votes yet (7 of 20)"
    html = (await client.get("/leaderboard")).text
    assert html.count("<svg") == 2  # the banner's, and one bar


async def test_named_and_blind_votes_are_two_pages(
    client: httpx.AsyncClient, store: FeedbackStore
) -> None:
    """Catches votes of people who saw the names among those of people who did not."""
    votes(store, "A" * 20)
    votes(store, "AB" * 8, mode="blind")
    votes(store, "AB" * 6, mode="blind", sides=(SERVED, ADAPTER))
    ((_, named),) = await tables(client)
    ((head, blind),) = await tables(client, "?mode=blind")
    assert named[1:4] == ["20", "20", "0"]
    assert blind[1:4] == ["28", "14", "14"]
    assert head[7] == "A preferred"
    assert blind[7].startswith("50 %")
    assert await tables(client, "?mode=<script>") == await tables(client)
    html = (await client.get("/leaderboard?mode=blind")).text
    assert ">Names shown <small>20</small>" in html
    assert ">Names hidden <small>28</small>" in html


async def test_other_weights_stand_apart_and_three_are_put_on_a_scale(
    client: httpx.AsyncClient, store: FeedbackStore
) -> None:
    """Catches old weights' votes that speak for new ones, and a scale where nobody asked for it."""
    for mode in ("named", "blind"):
        votes(store, "A" * 20 + "B" * 5, mode=mode)
        votes(store, "A" * 6 + "B" * 14, sides=(OLD, SERVED), mode=mode)
        votes(store, "AAB", sides=(ADAPTER, HELD), mode=mode)
    to_base, others, former = await tables(client)
    assert [len(table) for table in (to_base, others, former)] == [2, 2, 2]
    assert "mini, held" in others[1][0]
    assert "01 against mini" in former[1][0]
    to_base, others, scale, former = await tables(client, "?mode=blind")
    assert [row[0].split()[-1] for row in scale[1:]] == ["aa", DIGEST[7:15], "served"]
    assert scale[1][1] == "25"
    assert scale[1][2].startswith(("78 %", "79 %", "80 %"))
    assert scale[2][2] == "what the others are set against"


async def test_the_measured_score_is_of_the_same_weights(
    client: httpx.AsyncClient, store: FeedbackStore
) -> None:
    """Catches the score of today's weights beside votes for others."""
    scores = CATALOG.entries["covid"].scores
    assert scores is not None
    measured = replace(
        ADAPTER, contestant_id="adapter:covid@now", weights_digest=scores.weights_digest
    )
    votes(store, "A", sides=(measured, SERVED))
    votes(store, "A", sides=(OLD, SERVED))
    ((head, now, old),) = await tables(client)
    assert head[-1] == "Measured, not voted"
    assert now[-1].startswith(f"{scores.adapter:.2f} accuracy; base {scores.base:.2f}")
    assert old[-1] == "–"


async def test_names_are_text(client: httpx.AsyncClient, store: FeedbackStore) -> None:
    """Catches a name, of a task or of weights, that becomes part of the page."""
    evil = '"><img src=x onerror=alert(1)><script>alert(1)</script>'
    named = replace(ADAPTER, contestant_id="adapter:x@sha256:aa", name=evil, task=evil)
    base = replace(SERVED, contestant_id="base:evil@1", name=evil)
    votes(store, "A" * 20, sides=(named, base), task=evil)
    html = (await client.get("/leaderboard")).text
    assert "<img" not in html
    assert "alert(1)</script>" not in html
    assert html.count("&lt;img src=x") >= 2


async def test_nobody_has_voted(client: httpx.AsyncClient) -> None:
    """Catches an empty table, or a page that does not say where to begin."""
    for query in ("", "?mode=blind"):
        html = (await client.get(f"/leaderboard{query}")).text
        assert "<table" not in html
        assert 'href="./compare"' in html
        assert 'href="./arena"' in html
        assert re.findall(r"<script[^>]*>", html) == ['<script src="./assets-ll/theme.js">']


async def test_ratings_that_cannot_be_read(
    client: httpx.AsyncClient, store: FeedbackStore, caplog: pytest.LogCaptureFixture
) -> None:
    """Catches a traceback, or the server's paths, shown to visitors of a damaged file."""
    store.close()
    store.path.write_text("not a database, " * 100)
    answer = await client.get("/leaderboard")
    assert answer.status_code == 503
    assert "cannot be read just now" in answer.text
    assert str(store.path) not in answer.text
    assert str(store.path) in caplog.text


async def test_visitors_read_the_id_that_erases_them(
    client: httpx.AsyncClient, store: FeedbackStore
) -> None:
    """Catches an id that no erasure finds, or the cookie itself on a page."""
    html = (await client.get("/about")).text
    (shown,) = re.findall(r'class="visitor-id">([0-9a-f]+)<', html)
    session_id = client.cookies["lora_land_session"]
    assert session_id not in html
    rated(store, "1", "A", session_id=session_id)
    assert find_session(store.path, shown).session_id == session_id
    assert shown in (await client.get("/about")).text
