"""Ratings over HTTP: one's own comparison, once, and the operator's copy of all."""

import csv
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.feedback.records import ComparisonStart, Contestant, SideResult, SideStart
from app.feedback.store import FeedbackStore
from app.services import Services
from tests.app.api.guarded import SECRETS, TOKEN, bearer, guarded

MINE, OTHERS = "a" * 32, "b" * 32


def compared(feedback: FeedbackStore, session_id: str, has_agreed: bool = True) -> str:
    """A comparison that this session has run to its end."""
    sides = (
        SideStart("A", Contestant("adapter:covid@1", "adapter", "Covid", "covid", "1", "mini")),
        SideStart("B", Contestant("base:mini@2", "base", "mini", None, "2", "mini")),
    )
    feedback.ensure_session(session_id)
    if has_agreed:
        feedback.agree(session_id, "1")
    comparison_id = feedback.start_comparison(
        ComparisonStart(
            session_id=session_id,
            client_nonce="one",
            task="covid",
            template_sha256="0" * 64,
            inputs={"OriginalTweet": "=1+1"},
            example_id=None,
            params={},
            app_version="0",
            sides=sides,
        )
    )
    results = [SideResult(p, "text", "stop", None, 1, 1, 0.0, 1.0, 2.0) for p in ("A", "B")]
    feedback.finish_comparison(comparison_id, "complete", results)
    return comparison_id


async def rate(
    client: httpx.AsyncClient, session: str | None = MINE, **body: Any
) -> httpx.Response:
    cookie = {} if session is None else {"cookie": f"lora_land_session={session}"}
    return await client.post("/ratings", json={"idem_key": "k"} | body, headers=cookie)


async def test_a_program_rates_what_its_browser_has_run(
    client: httpx.AsyncClient, services: Services
) -> None:
    """Catches a rating that is lost, counted twice, or comes from somebody else."""
    comparison_id = compared(services.feedback, MINE)
    body = {"comparison_id": comparison_id, "choice": "A", "comment": " good ", "tags": ["short"]}
    for session in (None, OTHERS):
        refused = await rate(client, session, **body)
        assert (refused.status_code, "not one of yours" in refused.text) == (400, True)
    rated = await rate(client, **body)
    assert rated.status_code == 200, rated.text
    assert (rated.json()["choice"], rated.json()["comment"]) == ("A", "good")
    assert (await rate(client, **body)).json() == rated.json()
    again = await rate(client, **body, idem_key="another")
    assert (again.status_code, "rated this pair already" in again.text) == (400, True)
    assert services.feedback.counts("covid").num_votes == 1


async def test_no_rating_is_kept_of_who_has_not_agreed(
    client: httpx.AsyncClient, services: Services
) -> None:
    """Catches an address that walks around the consent which the page asks for."""
    comparison_id = compared(services.feedback, MINE, has_agreed=False)
    refused = await rate(client, comparison_id=comparison_id, choice="A")
    assert (refused.status_code, "has agreed" in refused.text) == (400, True)
    services.feedback.agree(MINE, "1")
    assert (await rate(client, comparison_id=comparison_id, choice="A")).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"choice": "C"},
        {"comparison_id": ""},
        {"idem_key": ""},
        {"idem_key": "k" * 101},
        {"comment": "c" * 4001},
        {"tags": ["t"] * 17},
        {"tags": "t"},
    ],
)
async def test_a_wrong_rating_is_refused(
    client: httpx.AsyncClient, services: Services, wrong: dict[str, Any]
) -> None:
    """Catches a database that is asked to hold nonsense, or a 500 for it."""
    body = {"comparison_id": compared(services.feedback, MINE), "choice": "A"} | wrong
    assert (await rate(client, **body)).status_code == 400


async def test_the_operator_takes_the_ratings_out(services: Services) -> None:
    """Catches an export that says other things than the command, or names a visitor."""
    comparison_id = compared(services.feedback, MINE)
    async with guarded(services, admin_token=SECRETS["admin_token"]) as client:
        await rate(client, comparison_id=comparison_id, choice="A", comment="=HYPERLINK(1)")
        client.headers.update(bearer(TOKEN))
        lines = await client.get("/ratings/export")
        table = await client.get("/ratings/export", params={"format": "csv"})
        assert (await client.get("/ratings/export", params={"format": "xml"})).status_code == 400
    (record,) = map(json.loads, lines.text.splitlines())
    assert record["comparison_id"] == comparison_id
    assert record["session_sha256"] == hashlib.sha256(MINE.encode()).hexdigest()
    (row,) = csv.DictReader(io.StringIO(table.text))
    assert (row["choice"], row["comment"]) == ("A", "'=HYPERLINK(1)")
    assert "ratings.csv" in table.headers["content-disposition"]
    assert MINE not in lines.text + table.text


async def test_a_lost_database_is_said(services: Services, tmp_path: Path) -> None:
    """Catches an export that is cut off in the middle, and looks complete."""
    async with guarded(services, admin_token=SECRETS["admin_token"]) as client:
        services.feedback.path = tmp_path / "gone.db"
        refused = await client.get("/ratings/export", headers=bearer(TOKEN))
    assert refused.status_code == 503
    assert refused.json()["error"]["code"] == "ratings_unavailable"
