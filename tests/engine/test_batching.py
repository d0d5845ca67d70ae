"""Continuous batching: who joins, leaves or is cut in pieces must not change anybody's answer."""

from adapters.files import digest
from engine.request import FinishReason, GenerationRequest, SamplingParams, TokenEvent


def load(engine, **folders):
    for name, folder in folders.items():
        engine.adapters.load(name, folder)


def test_joining_midway_changes_nobody(make_engine, tiny_adapter, drive, greedy):
    """Catches cache rows, places in the stack or masks that shift when the batch changes."""
    engine = make_engine()
    load(engine, one=tiny_adapter(seed=1), two=tiny_adapter(rank=16, seed=2))
    driver = drive(engine)
    requests = [
        greedy(f"### Tweet: {'tea ' * i}", name, max_tokens)
        for i, (name, max_tokens) in enumerate(
            [("one", 30), (None, 9), ("two", 17), ("one", 5), (None, 25), ("two", 12)]
        )
    ]
    alone = [driver.tokens(driver.run([request])[0]) for request in requests]
    sequences = []
    for request in requests:
        sequences += driver.add([request])
        for _ in range(4):
            driver.step()
    driver.finish()
    assert [driver.tokens(sequence) for sequence in sequences] == alone
    assert engine.num_steps < sum(len(tokens) for tokens in alone) + 60


def test_a_prompt_read_in_chunks_gives_the_same_answer(make_engine, tiny_adapter, drive, greedy):
    """Catches a chunk that cannot see the chunks before it, or starts at a wrong position."""
    prompt = "### Tweet: the small shop in the town sells tea and bread, " * 4
    answers = []
    for prefill_tokens in (512, 7):
        engine = make_engine(prefill_tokens=prefill_tokens)
        load(engine, one=tiny_adapter(seed=1))
        driver = drive(engine)
        sequences = driver.run([greedy(prompt, name) for name in ("one", None, "one")])
        answers.append([driver.tokens(sequence) for sequence in sequences])
    assert answers[0] == answers[1]


def test_answers_go_on_while_a_long_prompt_is_read(make_engine, drive, greedy):
    """Catches a prefill that holds up the rows that decode."""
    driver = drive(make_engine(prefill_tokens=8))
    (short,) = driver.add([greedy("x", max_tokens=20)])
    driver.step()
    (long,) = driver.add([greedy("tea and bread " * 20)])
    for _ in range(5):
        driver.step()
    assert len(driver.tokens(short)) == 6
    assert not driver.tokens(long)


def test_cancel_frees_the_row_in_the_next_step(make_engine, drive, greedy):
    """Catches a cancelled answer that goes on computing, or a waiting one that never ends."""
    driver = drive(make_engine(max_rows=2))
    first, second, waiting, next_one = (driver.add([greedy(p)])[0] for p in "abcd")
    driver.step()
    assert len(driver.engine.scheduler.running) == 2
    first.cancelled = waiting.cancelled = True
    driver.step()
    assert driver.engine.scheduler.running == [second, next_one]
    assert driver.result(first).reason is FinishReason.CANCELLED
    assert driver.result(first).num_tokens == 1
    assert driver.result(waiting).num_tokens == 0
    driver.finish()
    assert driver.result(next_one).reason is FinishReason.LENGTH


def test_two_requests_submitted_together_start_together(make_engine, drive, greedy):
    """Catches a side-by-side pair of which one starts while the other waits for a row."""
    driver = drive(make_engine(max_rows=2))
    early = driver.add([greedy("a", max_tokens=3), greedy("b", max_tokens=9)])
    pair = driver.add([greedy("c"), greedy("d")])
    driver.finish()
    first_steps = [
        next(e.step for e in driver.events[sequence] if isinstance(e, TokenEvent))
        for sequence in pair
    ]
    assert first_steps[0] == first_steps[1]
    assert first_steps[0] == driver.result(early[1]).step + 1


def test_a_reloaded_adapter_serves_new_requests_only(make_engine, tiny_adapter, drive, greedy):
    """Catches an answer under way that changes adapter, or stacked weights that outlive theirs."""
    engine = make_engine()
    old, new = tiny_adapter(seed=1), tiny_adapter(seed=2)
    load(engine, name=old)
    driver = drive(engine)
    request = greedy("### Tweet: tea", "name", 20)
    (expected_old,) = driver.run([request])
    (running,) = driver.add([request])
    driver.step()
    load(engine, name=new)
    (fresh,) = driver.add([request])
    driver.finish()
    assert driver.tokens(running) == driver.tokens(expected_old) != driver.tokens(fresh)
    assert driver.result(running).adapter_digest == digest(old)
    assert driver.result(fresh).adapter_digest == digest(new)


def test_an_adapter_taken_away_ends_the_answers_it_began(make_engine, tiny_adapter, drive, greedy):
    """Catches a row that falls back to the base when its adapter is unloaded."""
    engine = make_engine()
    load(engine, name=tiny_adapter(seed=1))
    driver = drive(engine)
    request = greedy("### Tweet: tea", "name", 20)
    (expected,) = driver.run([request])
    (running,) = driver.add([request])
    driver.step()
    engine.adapters.unload("name", lambda: None)
    driver.finish()
    assert driver.tokens(running) == driver.tokens(expected)


def test_the_end_of_text_token_ends_the_answer_unless_ignored(make_engine, drive):
    """Catches an answer that runs on after its end, or shows the end token as text."""
    engine = make_engine()
    driver = drive(engine)
    prompt = "### Tweet: tea"
    (probe,) = driver.run([GenerationRequest(prompt, None, SamplingParams(max_tokens=8))])
    tokens = driver.tokens(probe)
    last = next(index for index in range(1, 8) if tokens[index] not in tokens[:index])
    engine.loaded.vocabulary.eos_ids = frozenset([tokens[last]])
    ended, ignored = driver.run(
        [
            GenerationRequest(prompt, None, SamplingParams(max_tokens=8, ignore_eos=ignore))
            for ignore in (False, True)
        ]
    )
    assert driver.result(ended).reason is FinishReason.STOP
    assert driver.tokens(ended) == tokens[: last + 1]
    assert driver.result(ended).text == engine.loaded.vocabulary.decode(tokens[:last])
    assert driver.result(ignored).reason is FinishReason.LENGTH
    assert driver.result(ignored).num_tokens == 8


def test_the_context_ends_the_answer(make_engine, drive, greedy):
    """Catches a row that writes past its stretch of the cache into its neighbour's."""
    engine = make_engine(max_context=40)
    driver = drive(engine)
    short, long = driver.run([greedy("x", max_tokens=39), greedy("a b c d e f", max_tokens=500)])
    result = driver.result(long)
    assert result.reason is FinishReason.LENGTH
    assert result.num_prompt_tokens + result.num_tokens == 40
    (again,) = driver.run([greedy("x", max_tokens=39)])
    assert driver.tokens(short) == driver.tokens(again)


def test_weights_that_overflow_fail_their_row_only(make_engine, tiny_adapter, drive, greedy):
    """Catches NaN logits read as a token, and an innocent neighbour failing too."""
    engine = make_engine()
    load(engine, huge=tiny_adapter(seed=1))
    (huge,) = engine.tiers.host.contents()
    for group in huge.groups.values():
        group.a.mul_(1e30)
    driver = drive(engine)
    huge, base = driver.run([greedy("### Tweet: tea", name) for name in ("huge", None)])
    assert driver.result(huge).reason is FinishReason.ERROR
    assert "not finite" in driver.result(huge).error
    (alone,) = driver.run([greedy("### Tweet: tea")])
    assert driver.tokens(base) == driver.tokens(alone)


def test_the_pieces_make_up_the_text(make_engine, drive):
    """Catches text lost or doubled between the events and the finish."""
    driver = drive(make_engine())
    sampling = SamplingParams(max_tokens=60, ignore_eos=True, temperature=1.5, seed=4)
    rows = driver.run([GenerationRequest(f"{n}", None, sampling) for n in range(5)])
    for row in rows:
        result = driver.result(row)
        pieces = [e.text for e in driver.events[row] if isinstance(e, TokenEvent)]
        assert "".join(pieces) + result.tail == result.text
        assert len(pieces) == result.num_tokens == 60
