"""The grammars of the 25 cards on the shipped base: whatever it draws is an answer of its kind."""

from collections.abc import Mapping

import pytest

from adapters.card import Card, load_cards
from adapters.catalog import MINI_BASE, PROFILES
from adapters.grammar import grammar_of
from engine.constraint import Constraint, Lead
from engine.engine import Engine
from engine.grammars import forbidden_tokens
from engine.loading import load_model
from engine.options import EngineOptions
from engine.request import FinishReason, GenerationRequest, SamplingParams
from engine.vocabulary import Vocabulary

CARDS = load_cards(PROFILES["mini"].cards)
BOUND = sorted(
    task for task, card in CARDS.items() if grammar_of(card, card.examples[0].fields) is not None
)
NUM_DRAWS = 4


@pytest.fixture(scope="module")
def shipped() -> Engine:
    return Engine(load_model(MINI_BASE, 4, device="cpu"), EngineOptions(), None)


def _held(card: Card, fields: Mapping[str, str]) -> Constraint:
    grammar = grammar_of(card, fields)
    assert grammar is not None
    return Constraint(grammar.form, (grammar.text,), Lead.SPACE)


def ending(vocabulary: Vocabulary, kind: str) -> tuple[tuple[int, float], ...]:
    """Favours what leads to an end: a base that learnt no task may else go on for ever."""
    closing = {"entities": '"', "code": "():"}.get(kind, "")
    favoured = {
        token_id: 25.0
        for token_id in range(vocabulary.num_tokens)
        if (text := vocabulary.token_text(token_id)) and not text.strip(closing)
    }
    if kind == "code":  # a function rather than another import, and on to its body
        favoured |= {vocabulary.encode(text)[-1]: 30.0 for text in (" def", "def", "\n")}
        favoured[vocabulary.encode("\n ")[-1]] = 20.0
    return tuple((favoured | dict.fromkeys(vocabulary.eos_ids, 40.0)).items())


@pytest.mark.parametrize("task", BOUND)
def test_whatever_a_base_draws_is_of_the_grammar(shipped, drive, task):
    """Catches a library that reads a card's regex or schema otherwise than Python does, and an
    answer whose space is missing or doubled."""
    card = CARDS[task]
    fields = card.examples[0].fields
    grammar = grammar_of(card, fields)
    favoured = ending(shipped.loaded.vocabulary, card.kind)
    driver = drive(shipped)
    rows = driver.run(
        GenerationRequest(
            card.prompt(fields),
            None,
            SamplingParams(
                temperature=1.0 + 0.1 * seed,
                seed=seed,
                max_tokens=120,
                constraint=_held(card, fields),
                logit_bias=favoured,
                frequency_penalty=2.0 if card.kind == "code" else 0.0,  # what is favoured, in turns
            ),
        )
        for seed in range(NUM_DRAWS)
    )
    ended = [
        driver.result(row).text for row in rows if driver.result(row).reason is FinishReason.STOP
    ]
    assert {driver.result(row).reason for row in rows} <= {FinishReason.STOP, FinishReason.LENGTH}
    assert len(ended) >= NUM_DRAWS // 2, [driver.result(row).text for row in rows]
    for text in ended:
        assert text[0] == " "
        assert grammar.allows(text[1:]), text


@pytest.mark.parametrize("task", BOUND)
def test_right_answers_can_be_drawn(shipped, task):
    """Catches a library that forbids a right answer: a model could never give it, and would be
    blamed for it."""
    card = CARDS[task]
    vocabulary = shipped.loaded.vocabulary
    for example in card.examples:
        prompt = card.prompt(example.fields)
        for answer in (example.answer, *example.also):
            held = SamplingParams(constraint=_held(card, example.fields))
            guide = shipped.prepare(GenerationRequest(prompt, None, held)).guide
            prompt_ids = vocabulary.encode(prompt)
            for token_id in vocabulary.encode_after(prompt, prompt_ids, f" {answer}"):
                assert not forbidden_tokens([guide], vocabulary.num_tokens)[0, token_id]
                guide.take(token_id)
            last = forbidden_tokens([guide], vocabulary.num_tokens)[0]
            assert not any(last[token_id] for token_id in vocabulary.eos_ids)
