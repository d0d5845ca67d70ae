"""Drawn tokens: the distribution, its cuts, and independence from the neighbours."""

import collections

import pytest
import torch
from transformers import RepetitionPenaltyLogitsProcessor

from engine.bending import bend
from engine.errors import BadRequest
from engine.request import GenerationRequest, SamplingParams
from engine.sampler import pick_tokens
from engine.sequence import Sequence
from engine.text import AnswerText


def row(**sampling) -> Sequence:
    request = GenerationRequest("x", None, SamplingParams(**sampling))
    return Sequence(request, [5], 4, AnswerText(lambda ids: "", [5], ()))


LOGITS = torch.log(torch.tensor([0.5, 0.25, 0.15, 0.1]))


@pytest.mark.parametrize(
    ("sampling", "expected"),
    [
        ({}, {0: 0.5, 1: 0.25, 2: 0.15, 3: 0.1}),
        ({"top_k": 2}, {0: 2 / 3, 1: 1 / 3}),
        ({"top_p": 0.7}, {0: 2 / 3, 1: 1 / 3}),
        ({"top_p": 0.01}, {0: 1.0}),
        ({"top_k": 3, "top_p": 0.8}, {0: 2 / 3, 1: 1 / 3}),
        ({"top_k": 100}, {0: 0.5, 1: 0.25, 2: 0.15, 3: 0.1}),
        ({"min_p": 0.4}, {0: 2 / 3, 1: 1 / 3}),
        ({"min_p": 1.0}, {0: 1.0}),
        ({"min_p": 0.25, "top_k": 3}, {0: 0.5 / 0.9, 1: 0.25 / 0.9, 2: 0.15 / 0.9}),
    ],
)
def test_tokens_are_drawn_as_often_as_they_are_likely(sampling, expected):
    """Catches cuts that keep one token too many or too few, or weights not renormalised."""
    sequence = row(temperature=1.0, seed=1, **sampling)
    draws = collections.Counter(pick_tokens(LOGITS[None], [sequence])[0] for _ in range(3000))
    assert draws.keys() == expected.keys()
    for token_id, share in expected.items():
        assert draws[token_id] / 3000 == pytest.approx(share, abs=0.035)


def test_a_flat_distribution_is_cut_beyond_the_first_candidates():
    """Catches top_p answered from the few likeliest tokens when their mass does not reach it."""
    sequence = row(temperature=1.0, top_p=0.99, seed=1)
    drawn = {pick_tokens(torch.zeros(1, 1000), [sequence])[0] for _ in range(2000)}
    assert len(drawn) > 700


def test_min_p_counts_tokens_beyond_the_first_candidates():
    """Catches min_p answered from the few likeliest tokens where hundreds are as likely."""
    sequence = row(temperature=1.0, min_p=0.5, seed=1)
    drawn = {pick_tokens(torch.zeros(1, 1000), [sequence])[0] for _ in range(2000)}
    assert len(drawn) > 700


def test_a_bias_moves_its_token_in_its_row_alone():
    """Catches a bias that leaks into a neighbour, or that is added to probabilities."""
    logits = torch.stack([LOGITS, LOGITS])
    picks = pick_tokens(logits, [row(logit_bias=((3, 2.0),)), row()])
    assert picks == [3, 0]
    assert torch.equal(logits[0], LOGITS)
    banned = row(temperature=1.0, seed=1, logit_bias=((0, -100.0), (1, -100.0)))
    assert {pick_tokens(LOGITS[None], [banned])[0] for _ in range(200)} == {2, 3}


@pytest.mark.parametrize("penalty", [0.5, 1.0, 1.3, 5.0])
def test_repetition_is_penalised_as_by_transformers(penalty):
    """Catches a penalty that rewards negative logits, or that forgets the prompt."""
    torch.manual_seed(1)
    logits = torch.randn(1, 50)
    sequence = row(repetition_penalty=penalty)
    sequence.tokens += [7, 7, 40]
    expected = RepetitionPenaltyLogitsProcessor(penalty)(
        torch.tensor([sequence.tokens]), logits.clone()
    )
    assert torch.allclose(bend(logits, [sequence]), expected)


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"min_p": 1.5}, "min_p"),
        ({"min_p": float("nan")}, "min_p"),
        ({"repetition_penalty": 0.0}, "repetition_penalty"),
        ({"logit_bias": ((1, float("inf")),)}, "logit_bias of token 1"),
        ({"logprobs": 21}, "logprobs"),
    ],
)
def test_impossible_settings_are_refused(setting, sentence):
    """Catches a number that would end as NaN in somebody's batch."""
    with pytest.raises(BadRequest, match=sentence):
        SamplingParams(**setting)


def test_greedy_and_drawn_rows_share_a_batch():
    """Catches a temperature that leaks from one row to the next."""
    logits = torch.stack([LOGITS.flip(0), LOGITS])
    greedy, drawn = row(), row(temperature=2.0, seed=9)
    picks = [pick_tokens(logits, [greedy, drawn]) for _ in range(50)]
    assert {pick[0] for pick in picks} == {3}
    assert len({pick[1] for pick in picks}) > 1


@pytest.mark.parametrize("temperature", [1e-8, 1e-38, 1e-45, 5e-324])
@pytest.mark.parametrize("cut", [{}, {"top_k": 3}, {"top_p": 0.9}])
def test_the_tiniest_temperatures_take_the_best_token(temperature, cut):
    """Catches logits that a tiny temperature turns into infinities, of which the last one wins."""
    logits = torch.tensor([-30.0, 2.0, 40.0, 39.0, -float("inf")])
    sequence = row(temperature=temperature, seed=1, **cut)
    assert {pick_tokens(logits[None], [sequence])[0] for _ in range(20)} == {2}


def test_a_row_without_finite_logits_gets_no_token():
    """Catches NaN compared as a number."""
    logits = torch.stack([LOGITS, torch.full((4,), float("nan"))])
    assert pick_tokens(logits, [row(), row()]) == [0, None]


def test_a_seed_gives_the_same_text_in_any_company(make_engine, drive):
    """Catches a random stream shared between rows, or advanced by the batch."""
    driver = drive(make_engine())

    def request(seed: int | None) -> GenerationRequest:
        sampling = SamplingParams(
            temperature=1.0, top_p=0.95, seed=seed, max_tokens=20, ignore_eos=True
        )
        return GenerationRequest("### Tweet: tea", None, sampling)

    (alone,) = driver.run([request(7)])
    crowd = driver.run([request(seed) for seed in (1, 7, None, 7, 3)])
    texts = [driver.result(sequence).text for sequence in crowd]
    assert texts[1] == texts[3] == driver.result(alone).text
    assert len(set(texts)) == 4


def test_the_answers_own_tokens_are_penalised_as_openai_says():
    """Catches a prompt that is penalised too, or a frequency that counts presence only."""
    sequence = row(presence_penalty=0.5, frequency_penalty=0.25)
    sequence.tokens += [2, 2, 3]  # after a prompt of one token, 5
    bent = bend(torch.zeros(1, 8), [sequence])
    expected = torch.zeros(1, 8)
    expected[0, 2], expected[0, 3] = -1.0, -0.75
    assert torch.equal(bent, expected)
    untouched = bend(torch.zeros(1, 8), [row(presence_penalty=0.5)])
    assert torch.equal(untouched, torch.zeros(1, 8))
