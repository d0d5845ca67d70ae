"""Log-probabilities of drawn and of given answers, against whole forward passes of PEFT."""

from pathlib import Path

import peft
import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from engine.errors import BadRequest, PromptTooLong
from engine.request import FinishReason, GenerationRequest, SamplingParams, TokenEvent
from tests.engine.peft_alone import load_all

PROMPT, ANSWER = "### Tweet: tea", " the bread in the shop"
TOLERANCE = 1e-4  # nats, in float32
pytestmark = pytest.mark.filterwarnings(
    "ignore:.is_gradient_checkpointing. is deprecated:FutureWarning"
)


@pytest.fixture(scope="module")
def folder(tiny_adapter) -> Path:
    return tiny_adapter(rank=8, seed=4)


def _read(adapter_id: str | None, **sampling) -> GenerationRequest:
    settings = SamplingParams(**{"logprobs": 3} | sampling)
    return GenerationRequest(PROMPT, adapter_id, settings, answer=ANSWER)


def _expected(base: Path, folder: Path | None) -> tuple[list[int], torch.Tensor]:
    """The answer's tokens, and the log-probabilities [tokens, vocabulary] before each of them."""
    tokenizer = AutoTokenizer.from_pretrained(base)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    if folder is not None:
        model = peft.PeftModel.from_pretrained(model, folder)
    prompt = tokenizer(PROMPT, return_tensors="pt")["input_ids"]
    whole = tokenizer(PROMPT + ANSWER, return_tensors="pt")["input_ids"]
    with torch.no_grad():
        logits = model.eval()(input_ids=whole).logits[0].float()
    start = prompt.shape[1]
    return whole[0, start:].tolist(), torch.log_softmax(logits[start - 1 : -1], dim=-1)


def test_a_given_answer_is_as_likely_as_peft_finds_it(tiny_base, make_engine, folder, drive):
    """Catches chances of the token before or after, and rows scored with another adapter."""
    engine = make_engine()
    load_all(engine, {"own": folder})
    driver = drive(engine)
    rows = driver.run([_read("own"), _read(None), _read("own", temperature=2.0, seed=1)])
    for row, adapter in zip(rows, (folder, None, folder), strict=True):
        tokens, logprobs = _expected(tiny_base, adapter)
        assert driver.tokens(row) == tokens
        events = [event for event in driver.events[row] if isinstance(event, TokenEvent)]
        for event, expected in zip(events, logprobs, strict=True):
            assert event.chance is not None
            assert event.chance.logprob == pytest.approx(
                float(expected[event.token_id]), abs=TOLERANCE
            )
            values, token_ids = expected.topk(3)
            assert [token for token, _ in event.chance.likeliest] == token_ids.tolist()
            assert [value for _, value in event.chance.likeliest] == pytest.approx(
                values.tolist(), abs=TOLERANCE
            )
        result = driver.result(row)
        assert (result.reason, result.text) == (FinishReason.STOP, ANSWER)


def test_a_greedy_answer_read_back_is_its_own_likeliest(make_engine, folder, drive, greedy):
    """Catches a drawn token whose chance belongs to another row of the batch."""
    driver = drive(make_engine())
    sampling = SamplingParams(max_tokens=8, ignore_eos=True, logprobs=1)
    requests = [GenerationRequest(PROMPT + " x" * n, None, sampling) for n in range(5)]
    for row in driver.run(requests):
        for event in driver.events[row]:
            if isinstance(event, TokenEvent):
                assert event.chance is not None
                assert event.chance.likeliest[0][0] == event.token_id


def test_nobody_pays_for_chances_unasked(make_engine, drive, greedy):
    """Catches a softmax over the vocabulary for every row of every step."""
    driver = drive(make_engine())
    (row,) = driver.run([greedy(PROMPT)])
    events = [event for event in driver.events[row] if isinstance(event, TokenEvent)]
    assert events
    assert all(event.chance is None for event in events)


def test_the_model_is_asked_not_the_bias(make_engine, drive):
    """Catches log-probabilities of the bent distribution, which no two requests could compare."""
    driver = drive(make_engine())
    plain, bent = driver.run([_read(None), _read(None, logit_bias=((9, 50.0),))])
    assert [event.chance for event in driver.events[plain] if isinstance(event, TokenEvent)] == [
        event.chance for event in driver.events[bent] if isinstance(event, TokenEvent)
    ]


def test_answers_that_cannot_be_read_are_refused(make_engine):
    """Catches a given answer that outgrows the cache, and a bias for a token that is none."""
    engine = make_engine(max_context=32)
    with pytest.raises(PromptTooLong, match="tokens"):
        engine.prepare(GenerationRequest(PROMPT, answer=" tea" * 40))
    with pytest.raises(BadRequest, match="empty"):
        GenerationRequest(PROMPT, answer="")
    with pytest.raises(BadRequest, match="names token 100000"):
        engine.prepare(
            GenerationRequest(PROMPT, sampling=SamplingParams(logit_bias=((100_000, 1.0),)))
        )
