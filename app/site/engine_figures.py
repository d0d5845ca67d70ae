"""The engine's figures as the page Engine words them. Knows no HTML and asks nobody."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from app.page.figures import ago, counted, memory, parameters, percent, seconds, short_digest
from engine.status import AdapterInfo, EngineStatus, Tier, TierUse
from engine.step_log import StepRecord, adapter_share

WINDOW_S = 10.0
"""What "now" means where a moment says nothing."""
NONE_YET = "–"
PLACES = {Tier.DEVICE: "device", Tier.HOST: "RAM", Tier.DISK: "disk"}


@dataclass(frozen=True)
class Pace:
    """Generated tokens per second over the last `WINDOW_S`, and while the given steps ran.

    `lora_share` is the part of those steps' time that the adapters' own products took; None where
    it cannot be timed. Both are None before the first step.
    """

    now: float
    working: float | None
    lora_share: float | None


@dataclass(frozen=True)
class Figure:
    """One box of the page. `filled`, a share of one, is drawn as a bar."""

    name: str
    value: str
    detail: str
    filled: float | None = None


@dataclass(frozen=True)
class AdapterRow:
    """One adapter as the table shows it."""

    adapter_id: str
    place: str
    rank: int
    size: str
    digest: str
    num_requests: int
    last_used: str


def pace(records: Sequence[StepRecord], num_steps: int, now_s: float) -> Pace:
    """Of all `records` that fall in the window, and of the last `num_steps` of them."""
    steps = records[-num_steps:]
    total_s = sum(record.total_s for record in steps)
    return Pace(
        now=_num_made(r for r in records if r.started_s > now_s - WINDOW_S) / WINDOW_S,
        working=_num_made(steps) / total_s if steps else None,
        lora_share=adapter_share(steps),
    )


def boxes(status: EngineStatus, steps: Pace, first_tokens_s: Sequence[float]) -> list[Figure]:
    return [
        Figure(
            "Rows running",
            f"{status.num_running:,}",
            f"of {status.max_rows:,} in one batch",
            status.num_running / status.max_rows,
        ),
        Figure("Waiting", f"{status.num_waiting:,}", _line(status)),
        Figure("Tokens per second", f"{steps.now:,.0f}", f"over the last {WINDOW_S:.0f} seconds"),
        _first_token(first_tokens_s),
        Figure(
            "KV cache",
            counted(status.kv.num_held, "token"),
            f"of {status.kv.num_total:,}; {status.kv.num_promised:,} promised to running requests; "
            f"{memory(status.cache_bytes)}, reserved at the start",
            _share(status.kv.num_held, status.kv.num_total),
        ),
        Figure(
            "Adapters on the device",
            f"{status.slots.num_used:,}",
            f"of {counted(status.slots.num_total, 'slot')}; {_moves(status.slots)}",
            _share(status.slots.num_used, status.slots.num_total),
        ),
        Figure(
            "Adapters in RAM",
            memory(status.host.num_used),
            f"of {memory(status.host.num_total)}; {_moves(status.host)}",
            _share(status.host.num_used, status.host.num_total),
        ),
        Figure(
            "LoRA tax",
            NONE_YET if steps.lora_share is None else percent(steps.lora_share),
            "of the time of the steps below",
            steps.lora_share,
        ),
    ]


def adapter_rows(infos: Iterable[AdapterInfo], now_s: float) -> list[AdapterRow]:
    """The fastest place first, then by name."""
    order = list(Tier)
    return [
        AdapterRow(
            info.adapter_id,
            PLACES[info.tier],
            info.rank,
            memory(info.num_bytes),
            short_digest(info.digest),
            info.num_requests,
            _last_used(info, now_s),
        )
        for info in sorted(infos, key=lambda info: (order.index(info.tier), info.adapter_id))
    ]


def facts(status: EngineStatus) -> list[tuple[str, str]]:
    """What does not change while the engine runs, and the number of its steps."""
    return [
        ("Base", status.base_name),
        ("Size", parameters(status.num_parameters)),
        ("Weights", f"{counted(status.bits, 'bit')} ({status.kernel})"),
        ("Device", "processor" if status.device == "cpu" else status.device.upper()),
        ("Threads", f"{status.num_threads}"),
        ("Prompt and answer", f"up to {counted(status.context_length, 'token')}"),
        ("Steps so far", f"{status.step:,}"),
    ]


def cost(steps: Pace, price_per_hour: float, currency: str) -> str:
    """What a million generated tokens cost: the price of an hour by the tokens of an hour."""

    def amount(value: float) -> str:
        digits = f"{value:,.2f}" if value >= 0.1 else f"{value:.2g}"
        return f"{digits} {currency}".strip()

    def million(tokens_per_s: float) -> str:
        return amount(1e6 * price_per_hour / (3600 * tokens_per_s))

    hour = f"An hour of this machine costs {amount(price_per_hour)}."
    if not steps.working:
        return f"{hour} Nothing has been generated yet, so tokens have no price."
    at_work = (
        f"{hour} At {steps.working:,.0f} tokens per second, the pace of the steps above, a million "
        f"generated tokens cost {million(steps.working)}."
    )
    if not steps.now:
        return f"{at_work} In the last {WINDOW_S:.0f} seconds there were none."
    return (
        f"{at_work} Over the last {WINDOW_S:.0f} seconds, idle time included, a million cost "
        f"{million(steps.now)}."
    )


def _num_made(records: Iterable[StepRecord]) -> int:
    return sum(row.makes_token for record in records for row in record.rows)


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _line(status: EngineStatus) -> str:
    places = f"of {counted(status.max_waiting, 'place')} in the line"
    return f"{places}; {status.num_refused:,} refused so far" if status.num_refused else places


def _moves(use: TierUse) -> str:
    return f"{counted(use.num_loads, 'load')}, {counted(use.num_evictions, 'eviction')}"


def _first_token(times_s: Sequence[float]) -> Figure:
    name = "Time to the first token"
    if not times_s:
        return Figure(name, NONE_YET, "no answer since the start")
    median, p95 = np.quantile(times_s, (0.5, 0.95))
    answers = "the last answer" if len(times_s) == 1 else f"the last {len(times_s)} answers"
    return Figure(name, seconds(median), f"median of {answers}; 95 % within {seconds(p95)}")


def _last_used(info: AdapterInfo, now_s: float) -> str:
    if info.num_requests:
        return "now"
    return "not yet" if info.last_used_s is None else ago(now_s - info.last_used_s)
