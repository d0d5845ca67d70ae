"""The official `openai` client against a live server over a real, tiny engine."""

from collections.abc import Iterator
from pathlib import Path

import openai
import pytest

from adapters.catalog import Catalog
from app.api.application import create_api
from app.feedback.store import FeedbackStore
from app.services import Services, Shelf
from app.settings import load_settings
from engine.opening import open_worker
from engine.request import GenerationRequest, SamplingParams
from tests.app.api.conftest import Server, eventually, serving
from tests.conftest import TinyAdapter

PROMPT = "### Tweet: the small shop\n### Sentiment:"
GREEDY = SamplingParams(max_tokens=12, ignore_eos=True)


@pytest.fixture(scope="module")
def live(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    settings = load_settings(home=tmp_path_factory.mktemp("home"))
    with (
        FeedbackStore.open(settings.database_path) as feedback,
        open_worker(tiny_base, bits=32, max_rows=8, max_waiting=8, num_threads=1) as worker,
    ):
        worker.load_adapter("covid", tiny_adapter(seed=1))
        worker.load_adapter("wikisql", tiny_adapter(rank=3, seed=2))
        shelf = Shelf(worker, Catalog.open(), None, {})
        app = create_api(Services(settings, worker, shelf, feedback))
        with serving(app, worker) as server:
            yield server


@pytest.fixture
def client(live: Server) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=live.url + "/v1", api_key="none", max_retries=0) as client:
        yield client


def _engines_text(live: Server, adapter: str | None) -> str:
    text: str = live.worker.submit(GenerationRequest(PROMPT, adapter, GREEDY)).result().text
    return text


def test_models_can_be_listed_and_fetched(client: openai.OpenAI) -> None:
    """Catches a list that the client cannot parse."""
    assert [model.id for model in client.models.list()] == ["mini-base", "covid", "wikisql"]
    assert client.models.retrieve("covid").owned_by == "lora-land"


@pytest.mark.parametrize(("model", "adapter"), [("mini-base", None), ("covid", "covid")])
def test_whole_and_streamed_are_what_the_engine_says(
    client: openai.OpenAI, live: Server, model: str, adapter: str | None
) -> None:
    """Catches text lost or doubled on the way out, and the wrong adapter behind a name."""
    asked = {"model": model, "prompt": PROMPT, "max_tokens": 12, "temperature": 0}
    extra = {"ignore_eos": True}
    whole = client.completions.create(**asked, extra_body=extra)
    stream = client.completions.create(
        **asked, stream=True, stream_options={"include_usage": True}, extra_body=extra
    )
    chunks = list(stream)
    expected = _engines_text(live, adapter)
    assert expected
    assert whole.choices[0].text == expected
    assert "".join(chunk.choices[0].text for chunk in chunks[:-1]) == expected
    assert chunks[-2].choices[0].finish_reason == whole.choices[0].finish_reason == "length"
    assert chunks[-1].usage == whole.usage
    assert whole.usage is not None
    assert whole.usage.completion_tokens == 12


def test_the_models_differ(live: Server) -> None:
    """Catches a test above that proves nothing because every model says the same."""
    assert len({_engines_text(live, name) for name in (None, "covid", "wikisql")}) == 3


async def test_the_async_client_streams_as_well(live: Server) -> None:
    """Catches an event that only the synchronous reader forgives."""
    async with openai.AsyncOpenAI(base_url=live.url + "/v1", api_key="none") as client:
        stream = await client.completions.create(
            model="wikisql",
            prompt=PROMPT,
            max_tokens=12,
            temperature=0,
            stream=True,
            extra_body={"ignore_eos": True},
        )
        text = "".join([chunk.choices[0].text async for chunk in stream])
    assert text == _engines_text(live, "wikisql")


def test_a_seed_repeats_and_choices_differ(client: openai.OpenAI) -> None:
    """Catches a seed that is dropped, and n equal answers sold as n."""

    def draw() -> list[str]:
        answer = client.completions.create(
            model="covid", prompt=PROMPT, n=3, seed=7, temperature=2.0, max_tokens=12
        )
        return [choice.text for choice in answer.choices]

    first = draw()
    assert first == draw()
    assert len(set(first)) == 3


def test_a_stop_text_ends_the_answer_before_it(client: openai.OpenAI, live: Server) -> None:
    """Catches a stop text that leaks, or one that the API forgets to pass on."""
    whole = _engines_text(live, "covid")
    stop = whole[4:6]
    answer = client.completions.create(
        model="covid", prompt=PROMPT, stop=[stop], temperature=0, max_tokens=12
    )
    assert answer.choices[0].text == whole[: whole.index(stop)]
    assert answer.choices[0].finish_reason == "stop"


def test_errors_become_the_clients_own(client: openai.OpenAI) -> None:
    """Catches an error whose status or shape the client does not recognise."""
    with pytest.raises(openai.NotFoundError, match="no model 'nope'") as unknown:
        client.completions.create(model="nope", prompt=PROMPT)
    assert unknown.value.code == "model_not_found"
    with pytest.raises(openai.BadRequestError) as long:
        client.completions.create(model="covid", prompt="shop " * 600)
    assert long.value.code == "context_length_exceeded"
    with pytest.raises(openai.RateLimitError) as full:
        client.completions.create(model="covid", prompt=["shop"] * 60, max_tokens=200)
    assert int(full.value.response.headers["retry-after"]) >= 1


def test_leaving_a_stream_frees_its_rows(client: openai.OpenAI, live: Server) -> None:
    """Catches rows of the real engine that go on after their reader has left."""
    stream = client.completions.create(
        model="covid",
        prompt=[PROMPT] * 4,
        max_tokens=400,
        stream=True,
        extra_body={"ignore_eos": True},
    )
    next(iter(stream))
    before = live.worker.status()
    stream.close()
    eventually(lambda: live.worker.status().num_running == 0, "no row runs")
    assert before.num_running == 4
    assert live.worker.status().step < before.step + 390, "the rows ran to their end"
