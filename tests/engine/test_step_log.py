"""The step log against the events that the same steps sent."""

from engine.request import TokenEvent
from engine.step_log import CAPACITY, StepLog, StepRecord
from tests.engine.peft_alone import load_all


def test_the_log_says_who_ran_and_what_for(make_engine, tiny_adapter, drive, greedy):
    """Catches lanes drawn for rows that did not run, and prompts counted as answers."""
    engine = make_engine(prefill_tokens=8)
    load_all(engine, {"one": tiny_adapter(rank=8, seed=1)})
    driver = drive(engine)
    rows = driver.run([greedy("tea and bread " * 3, "one", 5), greedy("x", None, 3)])
    records = engine.log.since(0)
    assert [record.step for record in records] == list(range(1, engine.num_steps + 1))
    for row in rows:
        request_id = row.request.request_id
        own = [(record, r) for record in records for r in record.rows if r.request_id == request_id]
        read = [r.num_tokens for _, r in own if not r.is_decoding]
        made = [record.step for record, r in own if r.makes_token]
        told = [event.step for event in driver.events[row] if isinstance(event, TokenEvent)]
        assert sum(read) == len(row.prompt_ids)
        assert max(read) <= 8
        # The first token comes with the end of the prompt, the others from a step of their own.
        assert told == made
        assert [record.step for record, r in own if r.is_decoding] == made[1:]
        assert {r.adapter_id for _, r in own} == {row.request.adapter_id}


def test_what_lora_cost_is_part_of_the_step(make_engine, tiny_adapter, drive, greedy):
    """Catches a tax measured over several steps, or charged to steps of the base alone."""
    engine = make_engine()
    load_all(engine, {"one": tiny_adapter(rank=8, seed=1)})
    driver = drive(engine)
    driver.run([greedy("tea", "one", 3)])
    with_adapter = engine.log.since(0)
    driver.run([greedy("tea", None, 3)])
    alone = engine.log.since(with_adapter[-1].step)
    assert all(record.lora_s is not None for record in (*with_adapter, *alone))
    assert all(0 < record.lora_s < record.total_s for record in with_adapter)
    assert [record.lora_s for record in alone] == [0.0] * len(alone)


def test_readers_get_each_step_once_and_the_oldest_are_forgotten():
    """Catches a log that grows for ever, and a reader that sees a step twice."""
    log = StepLog()
    assert log.since(0) == ()
    for step in range(1, CAPACITY + 11):
        log.add(StepRecord(step, 0.0, 0.0, None, ()))
    assert [record.step for record in log.since(CAPACITY + 7)] == [CAPACITY + n for n in (8, 9, 10)]
    assert len(log.since(0)) == CAPACITY
    assert log.since(CAPACITY + 10) == ()
