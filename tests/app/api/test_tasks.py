"""/tasks over a scripted engine: fields in, the text and what it says out."""

import json
from typing import Any

import httpx
import pytest

from adapters.catalog import Catalog
from engine.request import AdapterShare, FinishReason, SamplingParams
from tests.app.api.conftest import ScriptedWorker, finish, token

TWEET = {"OriginalTweet": "So proud of our nurses"}
TABLE = {"table": "Player, Points", "question": "Who has 30?"}


def _says(worker: ScriptedWorker, text: str, reason: FinishReason = FinishReason.STOP) -> None:
    """Let every answer be `text`, the last two characters of which come late."""
    end = finish(text, reason, tail=text[-2:], adapter_digest="sha256:1")
    worker.answer = lambda stream: stream.feed(token(" "), token(text[1:-2], 2), end)


def _events(response: httpx.Response) -> list[Any]:
    return [json.loads(line[6:]) for line in response.text.splitlines() if line.startswith("data:")]


async def test_tasks_are_listed_with_their_fields(client: httpx.AsyncClient) -> None:
    """Catches a list that leaves a program to guess fields, or hides why a task cannot be asked."""
    tasks = (await client.get("/tasks")).json()["tasks"]
    assert [task["task"] for task in tasks] == list(Catalog.open().entries)
    by_name = {task["task"]: task for task in tasks}
    covid = by_name["covid"]
    assert (covid["why_not"], covid["main_field"]) == (None, "OriginalTweet")
    assert [field["name"] for field in covid["fields"] if not field["optional"]] == [
        "OriginalTweet"
    ]
    assert "Neutral" in covid["labels"]
    assert "is cut off" in by_name["dbpedia"]["why_not"]
    assert (await client.get("/tasks/covid")).json() == covid


async def test_an_answer_is_text_and_what_it_says(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a prompt that is not the card's, and a label with the template's space."""
    _says(worker, " Extremely Positive")
    answer = (await client.post("/tasks/covid", json={"fields": TWEET})).json()
    assert answer == {
        "task": "covid",
        "text": "Extremely Positive",
        "kind": "label",
        "valid": True,
        "value": "Extremely Positive",
        "why": None,
        "finish_reason": "stop",
        "usage": {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7},
        "adapter_digest": "sha256:1",
    }
    card = Catalog.open().entries["covid"].card
    (request,) = worker.requests
    assert (request.prompt, request.adapter_id) == (card.prompt(TWEET), "covid")
    assert request.sampling == SamplingParams(max_tokens=card.max_tokens, stop=card.stop)


async def test_a_wrong_answer_is_told_as_it_is(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches an answer that is mended, or that is an error although the model gave it."""
    _says(worker, " Rather fine", FinishReason.LENGTH)
    response = await client.post("/tasks/covid", json={"fields": TWEET})
    answer = response.json()
    assert response.status_code == 200
    assert (answer["valid"], answer["value"], answer["text"]) == (False, None, "Rather fine")
    assert "labels" in answer["why"]
    assert answer["finish_reason"] == "length"


@pytest.mark.parametrize(
    ("task", "fields", "text", "value"),
    [
        (
            "conllpp",
            {"input": "Anna left."},
            ' {"person": ["Anna"], "organization": [], "location": [], "miscellaneous": []}',
            {"person": ["Anna"], "organization": [], "location": [], "miscellaneous": []},
        ),
        ("wikisql", TABLE, " SELECT Player FROM table WHERE Points = 30", None),
        ("glue_stsb", None, " 3.5", 3.5),
    ],
)
async def test_kinds_of_answers_keep_their_types(
    client: httpx.AsyncClient,
    worker: ScriptedWorker,
    task: str,
    fields: dict[str, str] | None,
    text: str,
    value: object,
) -> None:
    """Catches entities or numbers that come back as texts."""
    worker.serve(task)
    _says(worker, text)
    example = Catalog.open().entries[task].card.examples[0]
    body = {"fields": fields or dict(example.fields)}
    answer = (await client.post(f"/tasks/{task}", json=body)).json()
    assert answer["valid"], answer
    assert answer["value"] == (text.strip() if value is None else value)


async def test_a_stream_ends_with_the_whole_answer(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches pieces that do not make the text, and a stream whose reader has to parse it."""
    _says(worker, " Positive")
    body = {"fields": TWEET, "stream": True}
    *pieces, last = _events(await client.post("/tasks/covid", json=body))
    assert "".join(piece["piece"] for piece in pieces) == "Positive"
    assert last == (await client.post("/tasks/covid", json={"fields": TWEET})).json()
    _says(worker, " Posit", FinishReason.ERROR)
    events = _events(await client.post("/tasks/covid", json=body))
    assert events[-1]["error"]["code"] == "generation_failed"


async def test_what_is_said_holds(client: httpx.AsyncClient, worker: ScriptedWorker) -> None:
    """Catches a field of the request that is accepted and dropped."""
    more = {"temperature": 0.5, "seed": 3, "max_tokens": 2}
    lora = [{"id": "covid", "scale": 0.5}]
    await client.post("/tasks/covid", json={"fields": TWEET, "lora": lora, "user": "x"} | more)
    (request,) = worker.requests
    assert request.mix == (AdapterShare("covid", 0.5),)
    assert request.sampling == SamplingParams(**more, stop=("\n",))


@pytest.mark.parametrize(
    ("task", "body", "status", "sentence"),
    [
        ("nope", {"fields": {}}, 404, "no task 'nope'"),
        ("dbpedia", {"fields": {}}, 404, "is cut off"),
        ("covid", {"fields": {}}, 400, "fill it in"),
        ("covid", {"fields": TWEET | {"mood": "x"}}, 400, "no field 'mood'"),
        ("covid", {"fields": {"OriginalTweet": 3}}, 400, "fields.OriginalTweet"),
        ("covid", {}, 400, "fields"),
        ("covid", TWEET, 400, "fields"),
        ("covid", {"fields": TWEET, "max_tokens": True}, 400, "max_tokens"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_the_reason(
    client: httpx.AsyncClient,
    worker: ScriptedWorker,
    task: str,
    body: dict[str, Any],
    status: int,
    sentence: str,
) -> None:
    """Catches a prompt with holes, and a refusal that does not help."""
    response = await client.post(f"/tasks/{task}", json=body)
    assert response.status_code == status
    assert sentence in response.json()["error"]["message"]
    assert not worker.requests
