"""Grammars over tokens, without a model: what may come next, against trying every token."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from transformers import AutoTokenizer

from adapters.catalog import MINI_BASE
from engine.constraint import MOST_CHARACTERS, MOST_CHOICES, Constraint, Lead
from engine.errors import BadConstraint
from engine.grammars import NUM_KEPT, Grammars, Guide, forbidden_tokens
from engine.vocabulary import Vocabulary
from tests.engine.token_kinds import byte_fall_back, byte_level, bytes_of_tokens

PROMPT = "### Sentiment:"
FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module", params=["byte-level", "fall-back"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def vocabulary(kind: str) -> Vocabulary:
    return byte_level() if kind == "byte-level" else byte_fall_back()


@pytest.fixture(scope="module")
def token_bytes(vocabulary: Vocabulary, kind: str) -> dict[int, bytes]:
    return bytes_of_tokens(vocabulary, kind)


@pytest.fixture(scope="module")
def grammars(vocabulary: Vocabulary) -> Grammars:
    return Grammars(vocabulary, vocabulary.num_tokens + 5)  # some models have logits to spare


def allowed(guide: Guide) -> set[int]:
    [row] = forbidden_tokens([guide], guide.num_words * 32)
    return set((row == 0).nonzero()[0].tolist())


def spelled(token_bytes: dict[int, bytes], text: str) -> list[int]:
    """Tokens that make the text, the longest first; not what the tokenizer would take."""
    left, token_ids = text.encode(), []
    places = {piece: place for place, piece in token_bytes.items()}
    while left:
        size = next(n for n in range(min(len(left), 20), 0, -1) if left[:n] in places)
        token_ids.append(places[left[:size]])
        left = left[size:]
    return token_ids


def walk(guide: Guide, token_ids: list[int]) -> Iterator[set[int]]:
    """What is allowed before each token, and after the last."""
    for token_id in token_ids:
        yield allowed(guide)
        guide.take(token_id)
    yield allowed(guide)


# Letters of the training text, of other scripts, outside of the basic plane, and signs of regexes.
LABELS = st.text(st.sampled_from("negativu té日🙂\n.*|(\\[^$#&-/\"'"), min_size=1, max_size=8)


@given(labels=st.lists(LABELS, min_size=1, max_size=4), data=st.data())
@FEW
def test_what_may_come_next_is_what_trying_every_token_finds(
    vocabulary, token_bytes, grammars, labels, data
):
    """Catches a map of tokens to bytes that differs from what the tokenizer decodes, a label read
    as a pattern, one that hides a longer one, and an end of text in the middle of a word."""
    lead = data.draw(st.sampled_from(Lead))
    leads = {Lead.NOTHING: [""], Lead.SPACE: [" "], Lead.MAYBE_SPACE: ["", " "]}[lead]
    answers = {(before + label).encode() for label in labels for before in leads}
    chosen = data.draw(st.sampled_from(sorted(answers)))
    guide = grammars.guide(Constraint("choice", tuple(labels), lead))
    said = b""
    for token_id in [*spelled(token_bytes, chosen.decode()), None]:
        expected = {
            place
            for place, piece in token_bytes.items()
            if any(answer.startswith(said + piece) for answer in answers)
        }
        expected |= vocabulary.eos_ids if said in answers else set()
        assert allowed(guide) == expected
        assert guide.fault is None
        if token_id is not None:
            said += token_bytes[token_id]
            guide.take(token_id)
    assert said == chosen
    assert guide.is_complete is (expected == vocabulary.eos_ids)


@given(text=st.text(min_size=1, max_size=12))
@FEW
def test_any_text_can_be_asked_for(vocabulary, token_bytes, grammars, text):
    """Catches texts that no answer can become: control signs, all scripts, white space."""
    guide = grammars.guide(Constraint("choice", (text,), Lead.SPACE))
    token_ids = spelled(token_bytes, " " + text)
    for token_id in token_ids:
        assert token_id in allowed(guide)
        guide.take(token_id)
    assert guide.is_complete
    prompt_ids = vocabulary.encode(PROMPT)
    assert vocabulary.decode(prompt_ids + token_ids) == f"{PROMPT} {text}"


@pytest.mark.parametrize(
    ("regex", "text", "ends"),
    [
        ("[ab]+c?", "ab", True),
        ("[ab]+c", "ab", False),
        ("neg|negative", "neg", True),
        (r"\d+/\d+", "1/2", True),
        ("^a$", "a", True),
        (r"^a\$", "a$", True),
        ("a\nb", "a\nb", True),
        (r"(?i)neg", "NeG", True),
        (".", "é", True),
    ],
)
def test_a_regex_is_of_the_whole_answer(vocabulary, token_bytes, grammars, regex, text, ends):
    """Catches alternatives that swallow the leading space, an anchor as a sign, a slash that ends
    the pattern, and an end where the regex has none."""
    guide = grammars.guide(Constraint("regex", (regex,), Lead.SPACE))
    *_, last = walk(guide, spelled(token_bytes, " " + text))
    assert guide.fault is None
    assert bool(last & vocabulary.eos_ids) is ends


SCHEMA = '{"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}'


@pytest.mark.parametrize(
    ("text", "lead", "fits"),
    [
        ('{"a": 1}', Lead.NOTHING, True),
        (' {"a": 1}', Lead.NOTHING, False),
        (' {"a":1}', Lead.SPACE, True),
        ('{"a": 1}', Lead.SPACE, False),
        ('{"a": -20}', Lead.MAYBE_SPACE, True),
        (' {"a": 1}', Lead.MAYBE_SPACE, True),
        ('{"a": 1, "b": 2}', Lead.NOTHING, True),
        ('{"a":1,"b":2}', Lead.NOTHING, True),
        ('{"a": 1,  "b": 2}', Lead.NOTHING, False),
        ('{"a":  1}', Lead.NOTHING, False),
        ('{\n"a": 1}', Lead.NOTHING, False),
        ('{"a": 01}', Lead.NOTHING, False),
        ('{"b": 1}', Lead.NOTHING, False),
    ],
)
def test_json_stands_on_one_line_after_its_lead(token_bytes, grammars, text, lead, fits):
    """Catches white space without end, in which a small model stays until its tokens are used."""
    own = SCHEMA[:-1] + ', "x-guidance": {"whitespace_flexible": true}}'
    for schema in (SCHEMA, own):
        guide = grammars.guide(Constraint("json_schema", (schema,), lead))
        steps = walk(guide, spelled(token_bytes, text))
        token_ids = spelled(token_bytes, text)
        assert all(t in may for t, may in zip(token_ids, steps, strict=False)) is fits


@pytest.mark.parametrize(
    ("form", "texts", "sentence"),
    [
        ("choice", (), "1 to 1000 choices, not 0"),
        ("choice", ("a",) * (MOST_CHOICES + 1), "not 1001"),
        ("choice", ("a", ""), "empty"),
        ("choice", ("\ud800",), "surrogate"),
        ("choice", ("a" * MOST_CHARACTERS, "b"), "65536 characters in all, not 65537"),
        ("regex", ("a", "b"), "One regex"),
        ("regex", ("a" * (MOST_CHARACTERS + 1),), "65536"),
        ("regex", ("(",), "The regex cannot be used: unclosed group."),
        ("regex", ("a)(b",), "unopened group"),
        ("regex", ("\\",), "regex"),
        ("regex", ("[b-a]",), "range"),
        ("regex", ("(?=a)b",), "look-ahead"),
        ("regex", (r"(a)\1",), "backreferences"),
        ("regex", ("a^b",), "lookarounds not supported yet; Start."),
        ("regex", (r"[^\s\S]",), "no text fits it"),
        ("regex", ("(" * 2000 + "a" + ")" * 2000,), "regex"),
        ("json_schema", ("{",), "no JSON"),
        ("json_schema", ("[" * 50_000,), "no JSON"),
        ("json_schema", ("true",), "must be a JSON object"),
        ("json_schema", ('{"type": "strin"}',), "cannot be used: Invalid type: strin."),
        ("json_schema", ('{"not": {}}',), "not"),
        ("json_schema", ('{"not": {}, "x-guidance": {"lenient": true}}',), "not"),
        ("json_schema", ('{"$ref": "http://example.org/a"}',), "not fetch"),
        ("json_schema", ('{"type": "integer", "minimum": 5, "maximum": 3}',), "Unsatisfiable"),
        ("json_schema", ('{"items":' * 500 + "{}" + "}" * 500,), "recursion"),
    ],
)
def test_what_no_answer_can_be_held_to_is_refused(grammars, form, texts, sentence):
    """Catches a crash, an answer that ignores half of a schema, and a reason nobody can read."""
    with pytest.raises(BadConstraint, match=sentence) as refusal:
        grammars.guide(Constraint(form, texts))
    said = str(refusal.value)
    assert "\n" not in said
    assert len(said) < 300
    assert said.endswith(".")


def test_grammars_are_compiled_once_and_not_kept_for_ever(monkeypatch):
    """Catches compiling at every request, and memory that grows with every new question."""
    grammars = Grammars(byte_fall_back(), 1)
    compiled = []
    compile_one = grammars._compile

    def counting(constraint: Constraint):
        compiled.append(constraint)
        return compile_one(constraint)

    monkeypatch.setattr(grammars, "_compile", counting)
    first, *others = [Constraint("choice", (f"a{n}",)) for n in range(NUM_KEPT + 1)]
    for constraint in (first, first, *others[:-1], first, others[-1], first):
        grammars.guide(constraint)
    assert compiled == [first, *others]
    grammars.guide(others[0])  # asked for longest ago
    assert compiled == [first, *others, others[0]]


def test_answers_do_not_share_how_far_they_are(token_bytes, grammars):
    """Catches one state for all answers of a grammar."""
    constraint = Constraint("choice", ("neg", "negative"))
    one, other = grammars.guide(constraint), grammars.guide(constraint)
    before = allowed(other)
    for token_id in spelled(token_bytes, "negative"):
        one.take(token_id)
    assert one.is_complete
    assert allowed(other) == before
    assert allowed(grammars.guide(constraint)) == before


def test_a_grammar_that_has_used_up_its_states_is_made_anew():
    """Catches a limit met once after which a regex can never be asked for again."""
    vocabulary = byte_fall_back()
    grammars = Grammars(vocabulary, 1)
    constraint = Constraint("regex", ("[ab]*a[ab]{200}",))
    letters = [vocabulary._backend.token_to_id(f"<0x{ord(letter):02X}>") for letter in "ab"]
    for walked in range(200):
        guide = grammars.guide(constraint)
        assert guide.fault is None
        for place in range(200):
            allowed(guide)
            guide.take(letters[(walked * 7919 >> place % 13) % 2])
        if guide.fault is not None:
            break
    else:
        pytest.fail("the limit was never met")
    assert "states" in guide.fault
    assert grammars.guide(constraint).fault is None


def test_a_base_without_an_end_of_text_is_not_held():
    """Catches an end of text that the library guesses and the engine does not know."""
    tokenizer = AutoTokenizer.from_pretrained(MINI_BASE)
    tokenizer.eos_token = None
    with pytest.raises(BadConstraint, match="no token that ends a text"):
        Grammars(Vocabulary(tokenizer, []), 1).guide(Constraint("choice", ("a",)))
