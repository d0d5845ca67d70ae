"""Constrained rows in an engine's batch: what is drawn, where it ends, and who else notices."""

import collections
import json
import math

import pytest
import regex as partly
import torch

from engine.constraint import Constraint, Lead
from engine.errors import BadConstraint, BadRequest
from engine.grammars import Grammars
from engine.request import FinishReason, GenerationRequest, SamplingParams
from engine.sampler import pick_tokens
from engine.sequence import Sequence
from engine.text import AnswerText
from engine.vocabulary import Vocabulary

PROMPT = "### Tweet: the shop\n### Sentiment:"
LABELS = ("neg", "negative", "sehr schön", "日本")
CHOICE = Constraint("choice", LABELS, Lead.SPACE)
NESTED = Constraint("regex", ("((a{1,1000}){1,1000}){1,1000}",))


@pytest.fixture(scope="module")
def vocabulary(make_engine) -> Vocabulary:
    return make_engine().loaded.vocabulary


@pytest.fixture
def driver(make_engine, drive):
    return drive(make_engine())


def request(constraint: Constraint | None, prompt: str = PROMPT, **sampling) -> GenerationRequest:
    sampling = {"max_tokens": 60} | sampling
    return GenerationRequest(prompt, None, SamplingParams(constraint=constraint, **sampling))


def regex(text: str) -> Constraint:
    return Constraint("regex", (text,))


@pytest.mark.parametrize(
    "text",
    [
        " (neg|negative)",
        "([0-4][.][0-9]|5[.]0)",
        r"[a-z ]{3,30}!",
        r"SELECT (a|b)( = [0-9]{1,9})?",
        " the small shop",
    ],
)
def test_greedy_answers_are_those_of_trying_every_token(driver, text):
    """Catches a mask that forbids a token which fits, or allows one that does not."""
    vocabulary = driver.engine.loaded.vocabulary
    pieces = {
        token_id: vocabulary.token_text(token_id)
        for token_id in set(range(vocabulary.num_tokens)) - vocabulary.special_ids
    }
    (row,) = driver.run([request(regex(text))])
    said, expected = "", []
    for logits in driver.logits[row]:
        fitting = [
            token_id
            for token_id, piece in pieces.items()
            if partly.fullmatch(text, said + piece, partial=True)
        ]
        if partly.fullmatch(text, said):
            fitting += vocabulary.eos_ids
        expected.append(max(fitting, key=logits.tolist().__getitem__))
        said += pieces.get(expected[-1], "")
    assert driver.tokens(row) == expected
    assert partly.fullmatch(text, driver.result(row).text)
    assert driver.result(row).reason is FinishReason.STOP


def guided_row(vocabulary: Vocabulary, constraint: Constraint, **sampling) -> Sequence:
    asked = request(constraint, **sampling)
    guide = Grammars(vocabulary, vocabulary.num_tokens).guide(constraint)
    return Sequence(asked, [5], 4, AnswerText(lambda ids: "", [5], ()), guide=guide)


@pytest.mark.parametrize("cut", [{}, {"top_p": 0.75}, {"top_k": 2}, {"min_p": 0.5}])
def test_drawn_tokens_are_the_models_among_those_allowed(vocabulary, cut):
    """Catches a mask that comes after the cuts, so that top_p keeps forbidden tokens alone."""
    letters = [vocabulary.encode(letter)[-1] for letter in "abcz"]
    logits = torch.zeros(1, vocabulary.num_tokens)
    logits[0, letters] = torch.tensor([0.5, 0.3, 0.2, 50.0]).log()
    logits[0, letters[3]] = 50.0  # far the likeliest, and forbidden
    before = logits.clone()
    row = guided_row(vocabulary, regex("[abc]"), temperature=1.0, seed=1, **cut)
    draws = collections.Counter(pick_tokens(logits, [row])[0] for _ in range(3000))
    kept = (0.5, 0.3) if cut else (0.5, 0.3, 0.2)
    assert set(draws) == set(letters[: len(kept)])
    for token_id, share in zip(letters, kept, strict=False):
        assert draws[token_id] / 3000 == pytest.approx(share / sum(kept), abs=0.035)
    assert torch.equal(logits, before), "the log-probabilities are read from these"


def test_no_bias_brings_back_what_is_forbidden(driver):
    """Catches a mask that is a mere penalty, which a bias outweighs, and infinities made NaN."""
    vocabulary = driver.engine.loaded.vocabulary
    forbidden, allowed = vocabulary.encode("x")[-1], vocabulary.encode("n")[-1]
    sampling = {
        "logit_bias": ((forbidden, 100.0), (allowed, -100.0)),
        "repetition_penalty": 0.01,
        "frequency_penalty": -2.0,
    }
    for temperature in (0.0, 5.0):
        rows = [request(regex("n{5}"), temperature=temperature, seed=3, **sampling)]
        (row,) = driver.run(rows)
        assert driver.result(row).text == "nnnnn"


def test_nobody_else_notices(driver):
    """Catches a mask that falls on a neighbour's row, greedy or drawn."""
    others = [
        GenerationRequest(f"### Tweet: {word}", None, SamplingParams(temperature=heat, seed=7))
        for word, heat in (("tea", 0.0), ("bread", 1.0), ("town", 0.7))
    ]
    alone = [driver.tokens(row) for row in driver.run(others)]
    held = [request(CHOICE, temperature=1.5, seed=seed) for seed in range(3)]
    mixed = [held[0], others[0], held[1], others[1], others[2], held[2]]
    rows = driver.run(mixed)
    assert [driver.tokens(rows[place]) for place in (1, 3, 4)] == alone
    assert all(driver.result(rows[place]).text[1:] in LABELS for place in (0, 2, 5))


def test_every_choice_can_be_drawn_and_a_seed_draws_it_again(driver):
    """Catches a label that hides a longer one, letters that no token can spell, and lost seeds."""
    asked = [request(CHOICE, temperature=5.0, seed=seed) for seed in range(60)]
    texts = [driver.result(row).text for row in driver.run(asked)]
    assert set(texts) == {f" {label}" for label in LABELS}
    assert texts == [driver.result(row).text for row in driver.run(asked)]


def test_an_answer_ends_where_nothing_can_follow(driver):
    """Catches a step for an end of text that is certain, and an answer that is never done."""
    (row,) = driver.run([request(Constraint("choice", ("negative",)))])
    done = driver.result(row)
    assert (done.text, done.reason) == ("negative", FinishReason.STOP)
    assert not set(driver.tokens(row)) & driver.engine.loaded.vocabulary.eos_ids
    assert driver.events[row][-2].is_last


@pytest.mark.parametrize(
    ("cut", "text", "reason"),
    [
        ({"max_tokens": 3}, "nnn", FinishReason.LENGTH),
        ({"max_tokens": 9}, "nnnnnnnnn", FinishReason.STOP),
        ({"stop": ("nnnnn",)}, "", FinishReason.STOP),
    ],
)
def test_other_ends_come_first(driver, cut, text, reason):
    """Catches an answer that is whole and said to be cut, or cut and said to be whole."""
    ends = {"logit_bias": ((driver.engine.loaded.vocabulary.encode("n")[-1], 100.0),)}
    (row,) = driver.run([request(regex("n{9}"), **ends, **cut)])
    assert (driver.result(row).text, driver.result(row).reason) == (text, reason)


def test_log_probabilities_are_the_models_own(driver):
    """Catches a certain token reported as certain because the others were forbidden."""
    (row,) = driver.run([request(regex("n"), logprobs=2)])
    (logits,) = driver.logits[row]
    logprobs = torch.log_softmax(logits, dim=-1)
    (token_id,) = driver.tokens(row)
    chance = driver.events[row][0].chance
    assert chance.logprob == pytest.approx(float(logprobs[token_id]))
    assert chance.logprob < -0.1
    assert chance.likeliest[0][0] == int(logits.argmax()) != token_id
    assert math.isfinite(chance.likeliest[1][1])


def test_a_cancelled_row_leaves_the_others_held(driver):
    """Catches guides that are told apart by the place in the batch, which cancelling changes."""
    long = [request(regex(f"({letter}{letter})+"), max_tokens=40) for letter in "abc"]
    rows = driver.add(long)
    for _ in range(5):
        driver.step()
    rows[0].cancelled = True
    driver.finish()
    assert driver.result(rows[0]).reason is FinishReason.CANCELLED
    for row, letter in zip(rows[1:], "bc", strict=True):
        assert set(driver.result(row).text) == {letter}
    assert driver.engine.adapters.faults() == []


def test_a_constraint_that_grows_too_complex_fails_its_row_alone(driver):
    """Catches an answer that ends early and looks whole, or a neighbour that ends with it."""
    single = driver.engine.loaded.vocabulary.encode("a")[-1]
    failing = request(NESTED, logit_bias=((single, 100.0),))
    other = request(CHOICE)
    row, neighbour = driver.run([failing, other])
    assert driver.result(row).reason is FinishReason.ERROR
    assert "constraint" in driver.result(row).error
    assert "too many expressions" in driver.result(row).error
    assert driver.result(neighbour).text[1:] in LABELS


def test_json_is_json(driver):
    """Catches a lead that JSON does not know, and escapes that no reader takes."""
    schema = {
        "type": "object",
        "properties": {"n": {"type": "integer"}, "of": {"enum": ["tea", "été", None]}},
        "required": ["n", "of"],
        "additionalProperties": False,
    }
    held = Constraint("json_schema", (json.dumps(schema),), Lead.MAYBE_SPACE)
    # Biased towards ends of numbers, for a random model goes on counting for ever.
    biases = tuple((driver.engine.loaded.vocabulary.encode(sign)[-1], 30.0) for sign in ",")
    asked = [
        request(held, temperature=1.0, seed=seed, logit_bias=biases, max_tokens=200)
        for seed in range(6)
    ]
    for row in driver.run(asked):
        done = driver.result(row)
        found = json.loads(done.text)
        assert done.reason is FinishReason.STOP
        assert list(found) == ["n", "of"]
        assert isinstance(found["n"], int)
        assert found["of"] in ("tea", "été", None)


def test_what_contradicts_a_constraint_is_refused(driver):
    """Catches one of two wishes that is dropped in silence."""
    with pytest.raises(BadRequest, match="ignore_eos"):
        SamplingParams(constraint=CHOICE, ignore_eos=True)
    with pytest.raises(BadConstraint, match="read"):
        GenerationRequest(PROMPT, None, SamplingParams(constraint=CHOICE), answer="neg")
    with pytest.raises(BadConstraint, match="unclosed group"):
        driver.engine.prepare(request(regex("(")))
    assert not driver.engine.has_work
