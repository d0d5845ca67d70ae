"""The engine's figures in words: rates from the step log, places, what a million tokens cost."""

import pytest

from app.site.engine_figures import Pace, adapter_rows, boxes, cost, pace
from engine.status import AdapterInfo, EngineStatus, KVUse, Tier, TierUse
from engine.step_log import RowRecord, StepRecord

NOTHING = Pace(0.0, None, None)
STATUS = EngineStatus(True, 3, 4, 7, "nf4", 4, 512, 1000, "tiny", max_rows=8, max_waiting=9)


def step(started_s: float, lora_s: float | None = 0.01) -> StepRecord:
    """Two tokens in a twentieth of a second, and a prompt that is not read to its end."""
    rows = [RowRecord("r", None, 1, True), RowRecord("r", None, 5, False, completes_prompt=True)]
    return StepRecord(1, started_s, 0.05, lora_s, (*rows, RowRecord("r", None, 9, False)))


def test_the_pace_counts_tokens_that_were_made():
    """Catches prompts counted as answers, first tokens forgotten, and idle time left out of now."""
    records = [step(80.0), *(step(95.0 + n / 10) for n in range(20))]
    assert pace(records, 10, now_s=100.0) == Pace(4.0, pytest.approx(40.0), pytest.approx(0.2))
    assert pace(records, 10, now_s=200.0).now == 0.0
    assert pace([step(0.0, lora_s=None)], 10, now_s=0.0).lora_share is None
    assert pace([], 10, now_s=0.0) == NOTHING


def test_the_price_of_a_million_is_that_of_the_hour_by_its_tokens():
    """Catches a price per token that is off by sixty, or infinite on an idle machine."""
    assert cost(Pace(50.0, 1000.0, None), 0.9, "EUR") == (
        "An hour of this machine costs 0.90 EUR. At 1,000 tokens per second, the pace of the steps "
        "above, a million generated tokens cost 0.25 EUR. Over the last 10 seconds, idle time "
        "included, a million cost 5.00 EUR."
    )
    assert cost(Pace(0.0, 1000.0, None), 0.036, "").endswith(
        "cost 0.01. In the last 10 seconds there were none."
    )
    assert cost(NOTHING, 1.5, "EUR").endswith(
        "costs 1.50 EUR. Nothing has been generated yet, so tokens have no price."
    )


def test_boxes_say_what_the_status_says():
    """Catches a box under another's name, and a line that hides whom it has refused."""
    status = EngineStatus(
        *(True, 3, 4, 7, "nf4", 4, 512, 1000, "tiny"),
        max_rows=8,
        max_waiting=9,
        num_refused=2,
        kv=KVUse(10, 20, 40),
        slots=TierUse(1, 5, 6, 1),
        host=TierUse(50_000_000, 10**8, 7, 3),
        cache_bytes=3_000_000,
    )
    shown = {box.name: box for box in boxes(status, Pace(12.6, 20.0, 0.25), [0.1, 0.2, 0.3])}
    words = {name: (box.value, box.detail) for name, box in shown.items()}
    assert words == {
        "Rows running": ("3", "of 8 in one batch"),
        "Waiting": ("4", "of 9 places in the line; 2 refused so far"),
        "Tokens per second": ("13", "over the last 10 seconds"),
        "Time to the first token": ("200 ms", "median of the last 3 answers; 95 % within 290 ms"),
        "KV cache": (
            "10 tokens",
            "of 40; 20 promised to running requests; 3.0 MB, reserved at the start",
        ),
        "Adapters on the device": ("1", "of 5 slots; 6 loads, 1 eviction"),
        "Adapters in RAM": ("50.0 MB", "of 100.0 MB; 7 loads, 3 evictions"),
        "LoRA tax": ("25 %", "of the time of the steps below"),
    }
    bars = {name: box.filled for name, box in shown.items() if box.filled is not None}
    assert list(bars.values()) == [3 / 8, 0.25, 0.2, 0.5, 0.25]


def test_what_is_not_known_yet_is_a_dash():
    """Catches a time of zero before anybody asked, and a tax of zero where it cannot be timed."""
    shown = {box.name: box.value for box in boxes(STATUS, NOTHING, [])}
    assert (shown["Time to the first token"], shown["LoRA tax"]) == ("–", "–")


def test_adapters_stand_by_place_and_say_when_they_were_used():
    """Catches a busy adapter said to be idle, and an old use said to be new."""
    infos = [
        AdapterInfo("b", "sha256:0123456789", 8, (), 500_000, Tier.HOST, last_used_s=100.0),
        AdapterInfo("c", "sha256:b", 8, (), 500_000, Tier.DISK),
        AdapterInfo("z", "sha256:c", 8, (), 500_000, Tier.DEVICE, 2, last_used_s=100.0),
        AdapterInfo("a", "sha256:d", 8, (), 500_000, Tier.HOST, last_used_s=3700.0),
    ]
    rows = adapter_rows(infos, now_s=3720.0)
    assert [(row.adapter_id, row.place, row.last_used) for row in rows] == [
        ("z", "device", "now"),
        ("a", "RAM", "less than a minute ago"),
        ("b", "RAM", "1 h ago"),
        ("c", "disk", "not yet"),
    ]
    assert (rows[2].digest, rows[2].size, rows[0].num_requests) == ("01234567", "0.5 MB", 2)
