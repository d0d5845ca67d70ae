"""POST /v1/chat/completions over a scripted engine: what a message becomes, and OpenAI's shapes."""

import json
from typing import Any

import httpx
import pytest

from adapters.catalog import Catalog
from engine.request import AdapterShare, FinishReason, SamplingParams
from tests.app.api.conftest import CHANCE, ScriptedWorker, finish, token

URL = "/v1/chat/completions"
SQL = json.dumps({"table": "Player, Points", "question": "Who has 30?"})


def _body(content: Any = "So proud", model: str = "covid", **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": content}], **more}


def _chunks(response: httpx.Response) -> list[Any]:
    data = [line[6:] for line in response.text.splitlines() if line.startswith("data: ")]
    assert data.pop() == "[DONE]"
    return [json.loads(text) for text in data]


async def test_an_answer_has_openais_shape(client: httpx.AsyncClient) -> None:
    """Catches a missing key, and the template's last space in the message."""
    answer = (await client.post(URL, json=_body())).json()
    assert answer["id"].startswith("chatcmpl-")
    assert (answer["object"], answer["model"]) == ("chat.completion", "covid")
    (choice,) = answer["choices"]
    assert choice["message"] == {"role": "assistant", "content": "good day", "refusal": None}
    assert (choice["index"], choice["logprobs"], choice["finish_reason"]) == (0, None, "stop")
    assert answer["usage"] == {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ("So proud", {"OriginalTweet": "So proud"}),
        ([{"type": "text", "text": "So"}, {"type": "text", "text": "proud"}], None),
        ('{"OriginalTweet": "So proud", "TweetAt": null}', {"OriginalTweet": "So proud"}),
        ('{"mood": "fine"}', {"OriginalTweet": '{"mood": "fine"}'}),
        ("[1, 2]", {"OriginalTweet": "[1, 2]"}),
        (
            '{"OriginalTweet": "So", "Location": "Leeds"}',
            {"OriginalTweet": "So", "Location": "Leeds"},
        ),
    ],
)
async def test_the_last_message_fills_the_template(
    client: httpx.AsyncClient,
    worker: ScriptedWorker,
    content: Any,
    fields: dict[str, str] | None,
) -> None:
    """Catches a message that is sent without its template, or JSON that is sent as it stands."""
    first = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Before"}]
    body = _body(content)
    body["messages"] = [*first, {"role": "assistant", "content": "Yes"}, *body["messages"]]
    assert (await client.post(URL, json=body)).status_code == 200
    card = Catalog.open().entries["covid"].card
    assert worker.requests[0].prompt == card.prompt(fields or {"OriginalTweet": "So proud"})
    assert worker.requests[0].adapter_id == "covid"


async def test_what_is_not_said_is_the_cards(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches an adapter that draws its label by chance, or writes on after it."""
    await client.post(URL, json=_body())
    card = Catalog.open().entries["covid"].card
    assert worker.requests[0].sampling == SamplingParams(max_tokens=card.max_tokens, stop=card.stop)


async def test_what_is_said_holds(client: httpx.AsyncClient, worker: ScriptedWorker) -> None:
    """Catches a field that chat drops, and stops that replace those of the card."""
    more = {"temperature": 0.5, "max_completion_tokens": 9, "seed": 3, "stop": "a", "n": 2}
    answer = (await client.post(URL, json=_body(SQL, "wikisql", **more))).json()
    expected = {"temperature": 0.5, "max_tokens": 9, "stop": ("a", "\n")}
    assert [request.sampling for request in worker.requests] == [
        SamplingParams(seed=3, **expected),
        SamplingParams(seed=4, **expected),
    ]
    assert [choice["index"] for choice in answer["choices"]] == [0, 1]


async def test_a_scale_leaves_the_template(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a scaled adapter that is asked without its card."""
    await client.post(URL, json=_body(lora=[{"id": "covid", "scale": 0.5}]))
    assert worker.requests[0].mix == (AdapterShare("covid", 0.5),)
    assert worker.requests[0].prompt.startswith("### Tweet: So proud")


@pytest.mark.parametrize(
    ("body", "param", "sentence"),
    [
        (_body("Who?", "wikisql"), "messages", "JSON object with the texts of table, question"),
        (_body('{"table": "A", "colour": "B"}', "wikisql"), "messages", "no field 'colour'"),
        (_body('{"table": "A", "question": 3}', "wikisql"), "messages", "must be a text"),
        (_body('{"table": "A", "question": "\\ud800"}', "wikisql"), "messages", "must be a text"),
        (_body(""), "messages", "fill it in"),
        (_body(messages=[{"role": "system", "content": "x"}]), "messages", "there is none"),
        (_body(messages=[]), "messages", "messages"),
        (_body([{"type": "image_url", "image_url": "x"}]), "messages", "only text"),
        (_body(model="mini-base"), "model", "no chat template"),
        (_body(tools=[{"type": "function"}]), "tools", "tools is not supported"),
        (_body(modalities=["text", "audio"]), "modalities", "texts"),
        (_body(top_logprobs=2), "top_logprobs", "with logprobs"),
        (_body(logprobs=True, top_logprobs=21), "top_logprobs", "20"),
        (_body(max_tokens=0), "max_tokens", "max_tokens"),
        (_body(stream_options={"include_usage": True}), "stream_options", "stream"),
    ],
)
async def test_what_cannot_be_served_is_refused_by_name(
    client: httpx.AsyncClient,
    worker: ScriptedWorker,
    body: dict[str, Any],
    param: str,
    sentence: str,
) -> None:
    """Catches a made-up prompt where there is none, and an effect that is missed in silence."""
    response = await client.post(URL, json=body)
    error = response.json()["error"]
    assert (response.status_code, error["param"]) == (400, param)
    assert sentence in error["message"]
    assert not worker.requests


async def test_harmless_and_unknown_fields_are_accepted(client: httpx.AsyncClient) -> None:
    """Catches strictness that breaks clients which send every field at its default."""
    harmless = {"tools": [], "response_format": {"type": "text"}, "modalities": ["text"]}
    more = {"parallel_tool_calls": True, "store": False, "top_logprobs": None, "audio": None}
    assert (await client.post(URL, json=_body(**harmless, **more))).status_code == 200


async def test_a_base_with_a_template_chats(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a base that is asked without its template, or adapters that are asked with it."""
    worker.vocabulary.template = "[{role}] {content}\n"
    body = _body(model="mini-base")
    body["messages"].insert(0, {"role": "system", "content": "Be kind."})
    assert (await client.post(URL, json=body)).status_code == 200
    await client.post(URL, json=_body())
    asked = [(request.prompt[:17], request.adapter_id) for request in worker.requests]
    assert asked == [("[system] Be kind.", None), ("### Tweet: So pro", "covid")]
    assert worker.requests[0].sampling == SamplingParams(temperature=1.0, max_tokens=512)
    mixed = await client.post(URL, json=_body(model="mini-base", lora=[{"id": "covid"}]))
    assert (mixed.status_code, mixed.json()["error"]["param"]) == (400, "lora")


async def test_a_stream_makes_the_answer(client: httpx.AsyncClient) -> None:
    """Catches a lost tail, a space before the first word, usage that never comes."""
    more = {"stream": True, "stream_options": {"include_usage": True}, "n": 2}
    chunks = _chunks(await client.post(URL, json=_body(**more)))
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({chunk["id"] for chunk in chunks}) == 1
    assert (chunks[-1]["choices"], chunks[-1]["usage"]["total_tokens"]) == ([], 9)
    choices = [chunk["choices"][0] for chunk in chunks[:-1]]
    for index in (0, 1):
        own = [choice for choice in choices if choice["index"] == index]
        assert own[0]["delta"] == {"role": "assistant", "content": ""}
        assert "".join(choice["delta"].get("content", "") for choice in own) == "good day"
        reasons = [choice["finish_reason"] for choice in own]
        assert reasons == [None] * (len(own) - 1) + ["stop"]
        assert own[-1]["delta"] == {}


async def test_chances_are_in_chats_shape(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches the shape of completions in chat, bytes of half a character, a silent extra."""
    half = token("", 2, token_id=9, chance=CHANCE)
    worker.answer = lambda stream: stream.feed(token(" good", chance=CHANCE), half, finish(" good"))
    body = _body(logprobs=True, top_logprobs=2)
    (choice,) = (await client.post(URL, json=body)).json()["choices"]
    first, second = choice["logprobs"]["content"]
    likely = {"token": " good", "logprob": -0.5, "bytes": list(b" good")}
    second_best = {"token": " day", "logprob": -1.5, "bytes": list(b" day")}
    assert first == {**likely, "top_logprobs": [likely, second_best]}
    assert (second["token"], second["bytes"]) == ("\ufffd", None)
    streamed = _chunks(await client.post(URL, json=body | {"stream": True}))
    chances = [chunk["choices"][0]["logprobs"] for chunk in streamed]
    assert [c["content"][0] for c in chances if c is not None] == [first, second]
    assert worker.requests[0].sampling.logprobs == 2


async def test_an_error_in_the_middle_is_an_event(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a stream that breaks off and looks complete."""
    end = finish(" go", FinishReason.ERROR, error="The step failed.")
    worker.answer = lambda stream: stream.feed(token(" go"), end)
    chunks = _chunks(await client.post(URL, json=_body(stream=True)))
    assert chunks[-1]["error"]["message"] == "The step failed."
    whole = await client.post(URL, json=_body())
    assert (whole.status_code, whole.json()["error"]["code"]) == (503, "generation_failed")
