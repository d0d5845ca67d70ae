"""How callers hold answers: over a scripted engine what is asked, over a real one what comes."""

import json
from typing import Any

import httpx
import pytest

from adapters.catalog import Catalog
from adapters.grammar import grammar_of
from engine.constraint import Constraint, Lead
from tests.app.api.conftest import ScriptedWorker, Server

SCHEMA = {"type": "object", "properties": {"b": {}, "a": {"enum": ["é"]}}}
SCHEMA_TEXT = json.dumps(SCHEMA, ensure_ascii=False)
ANY_OBJECT = '{"type": "object"}'
OPENAI = {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": SCHEMA}}
COMPLETION = {"model": "covid", "prompt": "### Sentiment:"}
CHAT = {"model": "covid", "messages": [{"role": "user", "content": "So proud of our nurses"}]}
TASK = {"fields": {"OriginalTweet": "So proud of our nurses"}}

ASKED = [
    ({"response_format": OPENAI}, "json_schema", (SCHEMA_TEXT,)),
    ({"response_format": {"type": "json_object"}}, "json_schema", (ANY_OBJECT,)),
    ({"guided_json": SCHEMA}, "json_schema", (SCHEMA_TEXT,)),
    ({"guided_json": SCHEMA_TEXT}, "json_schema", (SCHEMA_TEXT,)),
    ({"guided_json": {}}, "json_schema", ("{}",)),
    ({"guided_regex": "a|b"}, "regex", ("a|b",)),
    ({"guided_choice": ["neg", "négative"]}, "choice", ("neg", "négative")),
    ({"structured_outputs": {"json": SCHEMA}}, "json_schema", (SCHEMA_TEXT,)),
    ({"structured_outputs": {"regex": "a|b"}}, "regex", ("a|b",)),
    ({"structured_outputs": {"choice": ["a"]}}, "choice", ("a",)),
    ({"structured_outputs": {"json_object": True}}, "json_schema", (ANY_OBJECT,)),
]


@pytest.mark.parametrize(("fields", "form", "texts"), ASKED)
async def test_every_way_of_asking_reaches_the_engine(
    client: httpx.AsyncClient,
    worker: ScriptedWorker,
    fields: dict[str, Any],
    form: Any,
    texts: tuple[str, ...],
) -> None:
    """Catches a field that is read and dropped, keys out of order, and a space that is missing:
    a chat's prompt is a card's and ends where a word begins, a completion's is the caller's."""
    await client.post("/v1/chat/completions", json=CHAT | fields | {"n": 2})
    await client.post("/v1/completions", json=COMPLETION | fields)
    bare = Lead.MAYBE_SPACE if form == "json_schema" else Lead.NOTHING
    asked = [request.sampling.constraint for request in worker.requests]
    held = Constraint(form, texts, Lead.SPACE)
    assert asked == [held, held, Constraint(form, texts, bare)]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"response_format": {"type": "text"}},
        {"response_format": None, "guided_json": None, "guided_choice": None},
        {"structured_outputs": {}},
        {"structured_outputs": {"json_object": False, "regex": None}},
    ],
)
async def test_any_text_stays_any_text(
    client: httpx.AsyncClient, worker: ScriptedWorker, fields: dict[str, Any]
) -> None:
    """Catches clients that send every field at its default and get JSON."""
    assert (await client.post("/v1/completions", json=COMPLETION | fields)).status_code == 200
    assert [request.sampling.constraint for request in worker.requests] == [None]


@pytest.mark.parametrize(
    ("fields", "param", "sentence"),
    [
        ({"response_format": {"type": "xml"}}, "response_format", "json_object"),
        ({"response_format": {"type": "json_schema"}}, "response_format", "needs a json_schema"),
        ({"response_format": {"type": "json_schema", "json_schema": {}}}, "response_format", ""),
        ({"guided_choice": []}, "guided_choice", "at least 1"),
        ({"guided_choice": ["a", ""]}, "guided_choice", "at least 1"),
        ({"guided_choice": "a"}, "guided_choice", "list"),
        ({"guided_choice": ["a"] * 1001}, "guided_choice", "at most 1000"),
        ({"guided_choice": ["a" * 70_000]}, None, "65536 characters"),
        ({"guided_json": "{"}, None, "no JSON"),
        ({"guided_json": True}, "guided_json", ""),
        ({"guided_regex": 3}, "guided_regex", "string"),
        ({"guided_grammar": "start: a"}, "guided_grammar", "not supported"),
        ({"structured_outputs": {"grammar": "x"}}, "structured_outputs.grammar", "not supported"),
        ({"guided_regex": "a", "guided_choice": ["a"]}, "guided_regex", "guided_choice"),
        ({"guided_regex": "a", "ignore_eos": True}, "ignore_eos", "constraint"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/completions", "/v1/chat/completions"])
async def test_what_cannot_be_held_is_refused_by_name(
    client: httpx.AsyncClient,
    worker: ScriptedWorker,
    path: str,
    fields: dict[str, Any],
    param: str | None,
    sentence: str,
) -> None:
    """Catches an answer that ignores what a caller relies on."""
    body = (CHAT if "chat" in path else COMPLETION) | fields
    response = await client.post(path, json=body)
    error = response.json()["error"]
    assert (response.status_code, error["param"]) == (400, param)
    assert sentence in error["message"]
    assert not worker.requests


async def test_a_prompt_that_is_read_is_not_held(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches echo refused, or a prompt forced into the grammar, where only the answer is held."""
    body = COMPLETION | {"echo": True, "logprobs": 1, "guided_choice": [" a"]}
    assert (await client.post("/v1/completions", json=body)).status_code == 200
    read, drawn = (request.sampling.constraint for request in worker.requests)
    assert (read, drawn) == (None, Constraint("choice", (" a",)))


@pytest.mark.parametrize("task", ["covid", "wikisql"])
async def test_a_task_is_held_to_its_card(
    client: httpx.AsyncClient, worker: ScriptedWorker, task: str
) -> None:
    """Catches a grammar without the question's own columns, and one that nobody asked for."""
    card = Catalog.open().entries[task].card
    fields = {"table": "Player, Points", "question": "Who has 30?"}
    fields = fields if task == "wikisql" else TASK["fields"]
    for constrained in (True, False, None):
        body = {"fields": fields, "constrained": constrained}
        assert (await client.post(f"/tasks/{task}", json=body)).status_code == 200
    grammar = grammar_of(card, fields)
    assert grammar is not None
    held = Constraint(grammar.form, (grammar.text,), Lead.SPACE)
    assert [request.sampling.constraint for request in worker.requests] == [held, None, None]


async def test_a_task_of_free_text_is_not_held(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a promise that says nothing."""
    card = Catalog.open().entries["e2e_nlg"].card
    worker.serve("e2e_nlg")
    body = {"fields": dict(card.examples[0].fields), "constrained": True}
    response = await client.post("/tasks/e2e_nlg", json=body)
    assert (response.status_code, response.json()["error"]["param"]) == (400, "constrained")
    assert not worker.requests


@pytest.mark.parametrize(
    ("asked", "held"),
    [
        ({"type": "json_object", "schema": SCHEMA}, SCHEMA_TEXT),
        ({"type": "json_object", "schema": SCHEMA_TEXT}, SCHEMA_TEXT),
        ({"type": "json_schema", "schema": SCHEMA}, SCHEMA_TEXT),
        ({"type": "json_object"}, ANY_OBJECT),
        ({"type": "text"}, None),
    ],
)
async def test_lorax_holds_to_json(
    client: httpx.AsyncClient, worker: ScriptedWorker, asked: dict[str, Any], held: str | None
) -> None:
    """Catches LoRAX's own way of writing a schema taken for OpenAI's."""
    body = {"inputs": "x", "parameters": {"response_format": asked}}
    assert (await client.post("/generate", json=body)).status_code == 200
    (request,) = worker.requests
    expected = None if held is None else Constraint("json_schema", (held,), Lead.MAYBE_SPACE)
    assert request.sampling.constraint == expected


LABELS = ["neg", "negative", "sehr schön"]


@pytest.mark.parametrize("stream", [False, True])
async def test_answers_of_a_real_engine_are_held(live: Server, stream: bool) -> None:
    """Catches a space before a label, a stream that differs, and choices that all are the same."""
    body = CHAT | {"guided_choice": LABELS, "n": 8, "seed": 1, "temperature": 2, "stream": stream}
    async with httpx.AsyncClient(base_url=live.url, timeout=60) as client:
        response = await client.post("/v1/chat/completions", json=body)
    texts, reasons = dict.fromkeys(range(8), ""), {}
    for answer in _answers(response, stream):
        for choice in answer["choices"]:
            message = choice["delta"] if stream else choice["message"]
            texts[choice["index"]] += message.get("content", "")
            reasons[choice["index"]] = choice["finish_reason"]
    assert set(texts.values()) <= set(LABELS)
    assert len(set(texts.values())) > 1
    assert set(reasons.values()) == {"stop"}


def _answers(response: httpx.Response, stream: bool) -> list[Any]:
    if not stream:
        return [response.json()]
    lines = [line[6:] for line in response.text.splitlines() if line.startswith("data: {")]
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/v1/completions", COMPLETION | {"guided_regex": "(stop"}, 400),
        ("/v1/chat/completions", CHAT | {"guided_regex": "(stop"}, 400),
        ("/v1/completions", COMPLETION | {"guided_json": {"not": {"stop": 1}}}, 400),
        ("/generate", {"inputs": "x", "parameters": {"response_format": OPENAI}}, 200),
        (
            "/generate",
            {
                "inputs": "x",
                "parameters": {
                    "response_format": {"type": "json_object", "schema": {"type": "stop"}}
                },
            },
            422,
        ),
    ],
)
async def test_what_a_library_cannot_read_is_the_callers_error(
    live: Server, path: str, body: dict[str, Any], status: int
) -> None:
    """Catches a 500, or an answer under way that fails for it."""
    async with httpx.AsyncClient(base_url=live.url, timeout=60) as client:
        response = await client.post(path, json=body)
    assert response.status_code == status
    if status != 200:
        error = response.json()["error"]
        sentence = error if isinstance(error, str) else error["message"]
        assert "cannot be used" in sentence
        assert isinstance(error, str) or error["param"] is None


async def test_a_constrained_task_of_a_real_engine_is_valid(live: Server) -> None:
    """Catches a grammar that the card's own parser does not take; the tiny model knows no task."""
    async with httpx.AsyncClient(base_url=live.url, timeout=60) as client:
        held = (await client.post("/tasks/covid", json=TASK | {"constrained": True})).json()
        free = (await client.post("/tasks/covid", json=TASK)).json()
    assert held["valid"]
    assert held["finish_reason"] == "stop"
    assert not free["valid"]
