"""LoRAX's addresses over a scripted engine: shapes and parameters."""

from typing import Any

import httpx
import pytest

from engine.request import AdapterShare, FinishReason, SamplingParams
from tests.app.api.conftest import (
    CHANCE,
    END_OF_TEXT,
    ScriptedWorker,
    finish,
    token,
)
from tests.app.api.lorax_bodies import lorax_body, lorax_events


@pytest.fixture(autouse=True)
def answer(worker: ScriptedWorker) -> None:
    """Answers " good day", which a stop string ends."""
    worker.answer = lambda stream: stream.feed(
        token(" good", chance=CHANCE),
        token(" d", 2, token_id=8, chance=CHANCE, is_last=True),
        finish(" good day", tail="ay"),
    )


async def test_the_clients_answer_is_a_list_of_one(client: httpx.AsyncClient) -> None:
    """Catches a missing key, tokens that do not make the text, logprobs that are null."""
    response = await client.post("/", json=lorax_body() | {"stream": False})
    (answer,) = response.json()
    assert response.status_code == 200
    assert answer["generated_text"] == " good day"
    details = answer["details"]
    assert details["finish_reason"] == "stop_sequence"
    assert (details["prompt_tokens"], details["generated_tokens"], details["seed"]) == (5, 2, None)
    assert (details["prefill"], details["skipped_tokens"]) == ([], 0)
    assert "".join(piece["text"] for piece in details["tokens"]) == " good day"
    first = {"id": 7, "text": " good", "logprob": -0.5, "special": False, "skipped": False}
    assert details["tokens"][0] == first | {"alternative_tokens": None}


async def test_rest_answers_with_one_object(client: httpx.AsyncClient) -> None:
    """Catches the client's list on the documented address, and details that nobody asked for."""
    answer = (await client.post("/generate", json={"inputs": "one"})).json()
    assert answer == {"generated_text": " good day", "details": None}


@pytest.mark.parametrize("path", ["/", "/generate_stream"])
async def test_every_event_is_a_token_and_the_last_one_ends(
    client: httpx.AsyncClient, path: str
) -> None:
    """Catches [DONE], which breaks the client, and an end that comes without its token."""
    events = lorax_events(await client.post(path, json=lorax_body() | {"stream": True}))
    assert [event["token"]["text"] for event in events] == [" good", " day"]
    assert [event["generated_text"] for event in events] == [None, " good day"]
    assert events[0]["details"] is None
    assert events[1]["details"]["finish_reason"] == "stop_sequence"
    assert events[1]["details"]["generated_tokens"] == 2


@pytest.mark.parametrize(
    ("reason", "token_id", "ignore", "expected"),
    [
        (FinishReason.LENGTH, 7, False, "length"),
        (FinishReason.STOP, END_OF_TEXT, False, "eos_token"),
        (FinishReason.STOP, END_OF_TEXT, True, "stop_sequence"),
        (FinishReason.STOP, 7, False, "stop_sequence"),
    ],
)
async def test_an_end_has_lorax_reason(
    client: httpx.AsyncClient,
    worker: ScriptedWorker,
    reason: FinishReason,
    token_id: int,
    ignore: bool,
    expected: str,
) -> None:
    """Catches an end of text that is taken for a stop string, and a special token for a word."""
    last = token("", token_id=token_id, chance=CHANCE, is_last=True)
    worker.answer = lambda stream: stream.feed(last, finish("", reason))
    answer = (await client.post("/generate", json=lorax_body(ignore_eos_token=ignore))).json()
    assert answer["details"]["finish_reason"] == expected
    assert answer["details"]["tokens"][0]["special"] is (token_id == END_OF_TEXT)


async def test_silence_is_greedy_and_as_long_as_it_takes(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches OpenAI's defaults in LoRAX's dialect."""
    await client.post("/generate", json=lorax_body())
    assert worker.requests[0].sampling == SamplingParams(logprobs=0, max_tokens=512)
    assert worker.requests[0].adapter_id == "covid"


@pytest.mark.parametrize("adapter", [None, "", "__base_model__", "mini-base"])
async def test_no_adapter_is_the_base(
    client: httpx.AsyncClient, worker: ScriptedWorker, adapter: str | None
) -> None:
    """Catches a base that has to be asked by a name of ours."""
    assert (await client.post("/generate", json=lorax_body(adapter_id=adapter))).status_code == 200
    assert (worker.requests[0].adapter_id, worker.requests[0].mix) == (None, ())


async def test_parameters_reach_the_engine(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a parameter that is accepted and dropped."""
    same = {"temperature": 0.5, "top_k": 7, "top_p": 0.9, "seed": 3, "repetition_penalty": 1.2}
    more = {"max_new_tokens": 9, "ignore_eos_token": True, "return_k_alternatives": 2}
    answer = await client.post("/generate", json=lorax_body(stop=["a"], **same, **more))
    expected = SamplingParams(**same, max_tokens=9, stop=("a",), ignore_eos=True, logprobs=2)
    assert worker.requests[0].sampling == expected
    details = answer.json()["details"]
    assert details["seed"] == 3
    other = {"id": 8, "text": " day", "logprob": -1.5}
    assert details["tokens"][0]["alternative_tokens"][1] == other


@pytest.mark.parametrize(
    ("parameters", "is_drawn"),
    [
        ({"do_sample": True}, True),
        ({"top_p": 0.9}, True),
        ({"temperature": 0.7}, True),
        ({"temperature": 1.0}, False),
        ({"temperature": 0.0, "do_sample": True}, False),
        ({"seed": 5}, False),
    ],
)
async def test_a_draw_tells_its_seed(
    client: httpx.AsyncClient,
    worker: ScriptedWorker,
    parameters: dict[str, Any],
    is_drawn: bool,
) -> None:
    """Catches sampling where LoRAX is greedy, and a draw that cannot be had again."""
    answer = (await client.post("/generate", json=lorax_body(**parameters))).json()
    sampling = worker.requests[0].sampling
    assert (sampling.temperature > 0) is is_drawn
    assert (sampling.seed is not None) is is_drawn
    assert answer["details"]["seed"] == sampling.seed


@pytest.mark.parametrize(("truncate", "left"), [(3, " two three"), (1, " three"), (4, None)])
async def test_a_long_prompt_is_cut_from_the_left(
    client: httpx.AsyncClient, worker: ScriptedWorker, truncate: int, left: str | None
) -> None:
    """Catches a cut that loses the end of the prompt, or forgets the token before every text."""
    body = lorax_body(truncate=truncate, return_full_text=True)
    answer = (await client.post("/generate", json=body)).json()
    assert worker.requests[0].prompt == (left or "one two three")
    assert answer["generated_text"] == worker.requests[0].prompt + " good day"


async def test_adapters_are_added_up(client: httpx.AsyncClient, worker: ScriptedWorker) -> None:
    """Catches weights that are dropped, or given to the wrong adapter."""
    merged = {"ids": ["covid", "wikisql"], "weights": [0.5, 1.5], "merge_strategy": "linear"}
    body = lorax_body(adapter_id=None, merged_adapters=merged | {"density": 0.0})
    assert (await client.post("/generate", json=body)).status_code == 200
    assert worker.requests[0].mix == (AdapterShare("covid", 0.5), AdapterShare("wikisql", 1.5))


async def test_info_tells_the_limits(client: httpx.AsyncClient) -> None:
    """Catches limits that are somebody else's."""
    info = (await client.get("/info")).json()
    assert (info["model_id"], info["model_device_type"]) == ("mini-base", "cpu")
    assert (info["max_total_tokens"], info["max_input_length"]) == (512, 511)
    assert info["version"]


async def test_tokens_of_a_text(client: httpx.AsyncClient) -> None:
    """Catches tokens that do not make the text, or the one before it where it was declined."""
    tokens = (await client.post("/tokenize", json={"inputs": "one two"})).json()
    assert tokens[0] == {"id": 0, "text": "<s>", "start": 0, "stop": 0}
    assert tokens[1:] == [
        {"id": 20, "text": "one", "start": 0, "stop": 3},
        {"id": 20, "text": " two", "start": 3, "stop": 7},
    ]
    bare = await client.post("/tokenize", json={"inputs": "one two", "add_special_tokens": False})
    assert bare.json() == tokens[1:]
