"""The official `openai` client against a live server over a real, tiny engine."""

from collections.abc import Iterator

import openai
import pytest

from adapters.catalog import Catalog
from engine.request import GenerationRequest, SamplingParams, TokenEvent
from tests.app.api.conftest import Server, eventually

PROMPT = "### Tweet: the small shop\n### Sentiment:"
GREEDY = SamplingParams(max_tokens=12, ignore_eos=True)


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


def test_a_prompt_is_scored_as_the_engine_reads_it(client: openai.OpenAI, live: Server) -> None:
    """Catches chances of another adapter, shifted by one, or of tokens that make another text."""
    answer = client.completions.create(
        model="covid", prompt=PROMPT, max_tokens=0, echo=True, logprobs=2
    )
    chances = answer.choices[0].logprobs
    assert chances is not None
    assert chances.tokens is not None
    assert chances.token_logprobs is not None
    assert "".join(chances.tokens) == answer.choices[0].text == PROMPT
    head = chances.tokens[0]
    reading = GenerationRequest(
        head, "covid", SamplingParams(logprobs=2), answer=PROMPT.removeprefix(head)
    )
    events = [event for event in live.worker.submit(reading) if isinstance(event, TokenEvent)]
    expected = [event.chance and event.chance.logprob for event in events]
    assert chances.token_logprobs[0] is None
    assert chances.token_logprobs[1:] == pytest.approx(expected, abs=1e-4)


def test_chances_of_an_answer_stand_at_its_tokens(client: openai.OpenAI) -> None:
    """Catches offsets that drift, and a greedy token that is not its own likeliest."""
    choice = client.completions.create(
        model="wikisql", prompt=PROMPT, max_tokens=12, temperature=0, logprobs=3
    ).choices[0]
    chances = choice.logprobs
    assert chances is not None
    assert chances.tokens
    assert chances.text_offset
    assert chances.top_logprobs
    ends = [*chances.text_offset[1:], len(choice.text)]
    spans = zip(chances.tokens, chances.text_offset, ends, strict=True)
    for token, start, end in spans:
        # A part of a character has no place of its own; the next token takes it along.
        assert "\ufffd" in token or token == "</s>" or choice.text[start:end].endswith(token)
    for token, likeliest in zip(chances.tokens, chances.top_logprobs, strict=True):
        assert token == max(likeliest, key=lambda text: likeliest[text])


def test_scales_and_mixes_reach_the_answer(client: openai.OpenAI, live: Server) -> None:
    """Catches a scale that is dropped: nothing of an adapter is the base, all of it itself."""

    def said(*lora: tuple[str, float]) -> str:
        mix = [{"id": name, "scale": scale} for name, scale in lora]
        extra = {"ignore_eos": True, "lora": mix}
        answer = client.completions.create(
            model="mini-base", prompt=PROMPT, max_tokens=12, temperature=0, extra_body=extra
        )
        return answer.choices[0].text

    assert said(("covid", 0.0)) == _engines_text(live, None)
    assert said(("covid", 1.0)) == _engines_text(live, "covid")
    assert said(("covid", 0.0), ("wikisql", 1.0)) == _engines_text(live, "wikisql")
    assert len({said(("covid", 0.5), ("wikisql", 0.5)), said(("covid", 1.0))}) == 2


def test_chat_asks_the_adapter_by_its_card(client: openai.OpenAI, live: Server) -> None:
    """Catches a message without its template, and chunks that the client cannot put together."""
    card = Catalog.open().entries["covid"].card
    greedy = SamplingParams(max_tokens=card.max_tokens, stop=card.stop)
    prompt = card.prompt({card.main_field: "the small shop"})
    expected = live.worker.submit(GenerationRequest(prompt, "covid", greedy)).result().text.lstrip()
    asked = {"model": "covid", "messages": [{"role": "user", "content": "the small shop"}]}
    whole = client.chat.completions.create(**asked, logprobs=True, top_logprobs=1)
    chances = whole.choices[0].logprobs
    assert whole.choices[0].message.content == expected
    assert chances is not None
    assert chances.content
    assert whole.usage is not None
    assert len(chances.content) == whole.usage.completion_tokens
    assert all(token.token == token.top_logprobs[0].token for token in chances.content)
    stream = client.chat.completions.create(
        **asked, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks[:-1]]
    assert "".join(pieces) == expected
    assert chunks[-1].usage == whole.usage
    with pytest.raises(openai.BadRequestError, match="no chat template"):
        client.chat.completions.create(**asked | {"model": "mini-base"})


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
