"""Our own client against a live server over a real, tiny engine."""

import json
from collections.abc import Iterator

import httpx
import pytest
from typer.testing import CliRunner

from app.cli import app
from app.client import AsyncLoraLandClient, Completion, LoraLandClient, ServerRefused, TaskAnswer
from tests.app.api.conftest import Server

TWEET = {"OriginalTweet": "the small shop"}
PROMPT = "### Tweet: the small shop\n### Sentiment:"


@pytest.fixture
def client(live: Server) -> Iterator[LoraLandClient]:
    with LoraLandClient(live.url) as client:
        yield client


def test_it_lists_what_can_be_asked(client: LoraLandClient) -> None:
    """Catches a list that the client cannot read, and a base that is not first."""
    base, *adapters = client.models()
    assert base.parent is None
    assert {model.parent for model in adapters} == {base.id}
    covid = next(task for task in client.tasks() if task.task == "covid")
    assert covid.main_field in TWEET
    assert covid.why_not is None
    assert client.health()["status"] == "ok"


def test_whole_and_streamed_answers_agree(client: LoraLandClient) -> None:
    """Catches pieces lost on the way, or a stream without its answer."""
    whole = client.ask("covid", TWEET, max_tokens=8)
    *pieces, last = client.stream("covid", TWEET, max_tokens=8)
    assert isinstance(last, TaskAnswer)
    assert last == whole
    assert "".join(map(str, pieces)) == whole.text


def test_completions_agree_too(client: LoraLandClient) -> None:
    """Catches a completion drawn at random where nobody asked for it, and counts left out."""
    whole = client.complete("covid", PROMPT, max_tokens=8, ignore_eos=True)
    *pieces, last = client.stream_completion("covid", PROMPT, max_tokens=8, ignore_eos=True)
    assert isinstance(last, Completion)
    assert last == whole
    assert "".join(map(str, pieces)) == whole.text
    assert whole.num_tokens == 8


def test_scales_reach_the_engine(client: LoraLandClient) -> None:
    """Catches a scale that is dropped: at 0 an adapter says what the base says."""
    base = client.models()[0].id
    said = client.complete(base, PROMPT, max_tokens=8, ignore_eos=True).text
    at_zero = client.complete("covid", PROMPT, max_tokens=8, ignore_eos=True, lora={"covid": 0.0})
    assert at_zero.text == said
    assert client.complete("covid", PROMPT, max_tokens=8, ignore_eos=True).text != said


async def test_the_awaited_client_says_the_same(live: Server) -> None:
    """Catches twins that have grown apart."""
    with LoraLandClient(live.url) as other:
        expected = other.ask("covid", TWEET, max_tokens=8)
    async with AsyncLoraLandClient(live.url) as client:
        assert (await client.models())[1].id == "covid"
        assert len(await client.tasks()) > 1
        assert (await client.health())["status"] == "ok"
        assert await client.ask("covid", TWEET, max_tokens=8) == expected
        parts = [part async for part in client.stream("covid", TWEET, max_tokens=8)]
        assert parts[-1] == expected
        whole = await client.complete("covid", PROMPT, max_tokens=4)
        pieces = [p async for p in client.stream_completion("covid", PROMPT, max_tokens=4)]
        assert pieces[-1] == whole
        with pytest.raises(ServerRefused, match="nobody"):
            await client.ask("nobody", TWEET)


def test_a_refusal_is_the_servers_own_sentence(client: LoraLandClient) -> None:
    """Catches a traceback of the HTTP library in place of what is wrong."""
    with pytest.raises(ServerRefused, match="no task 'nobody'") as refused:
        client.ask("nobody", TWEET)
    assert refused.value.status == 404
    with pytest.raises(ServerRefused, match="no model 'nobody'"):
        next(client.stream_completion("nobody", PROMPT))


def test_a_full_line_says_when_to_come_again() -> None:
    """Catches a hint to retry that is lost on the way."""
    body = {"error": {"message": "The line is full."}}
    full = httpx.MockTransport(
        lambda _: httpx.Response(429, json=body, headers={"retry-after": "3"})
    )
    with (
        LoraLandClient("http://land", "secret", transport=full) as client,
        pytest.raises(ServerRefused, match="The line is full") as refused,
    ):
        client.ask("covid", TWEET)
    assert refused.value.retry_after_s == 3


def test_the_key_is_sent_and_nowhere_shown() -> None:
    """Catches a client that the server does not know, and a key in a sentence for people."""
    seen: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers["authorization"])
        return httpx.Response(500, text="secret")

    with (
        LoraLandClient("http://land", "secret", transport=httpx.MockTransport(refuse)) as client,
        pytest.raises(ServerRefused) as refused,
    ):
        client.models()
    assert seen == ["Bearer secret"]
    assert "secret" not in str(refused.value)


def test_nobody_at_the_address_is_one_sentence() -> None:
    """Catches a stack of connection errors where one sentence would do."""
    with (
        LoraLandClient("http://127.0.0.1:9") as client,
        pytest.raises(ServerRefused, match=r"http://127\.0\.0\.1:9.* cannot be reached"),
    ):
        client.models()


@pytest.mark.parametrize(
    "question", [["--adapter", "covid", "-f", "OriginalTweet=the small shop"], [PROMPT]]
)
def test_the_command_asks_a_server(live: Server, question: list[str]) -> None:
    """Catches `generate --server` that loads a model of its own, or says something else."""
    ask = ["generate", *question, "--server", live.url, "--max-tokens", "6"]
    as_text = CliRunner().invoke(app, ask)
    as_json = CliRunner().invoke(app, [*ask, "--json"])
    assert (as_text.exit_code, as_json.exit_code) == (0, 0), as_text.stderr + as_json.stderr
    figures = json.loads(as_json.stdout)
    assert figures["num_tokens"] <= 6
    assert as_text.stdout.rstrip("\n") == figures["text"].rstrip("\n")


def test_a_server_is_asked_for_no_other_base() -> None:
    """Catches an option that looks obeyed and is not."""
    refused = CliRunner().invoke(
        app, ["generate", "x", "--server", "http://127.0.0.1:9", "--bits", "16"]
    )
    assert refused.exit_code == 2
    assert "leave those out" in refused.stderr
