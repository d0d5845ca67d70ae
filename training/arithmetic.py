"""Which number format this machine trains faster in. Knows no model and no data.

Processors disagree: with AVX512-BF16 one trained an adapter 1.4 times as fast in bfloat16 as in
float32, another 1.5 times as slowly (docs/log.md). So it is measured, in a few milliseconds.
"""

import time

import torch

_SHAPE = (1024, 256, 768)
_REPEATS = 5


def fastest_dtype(device: torch.device) -> torch.dtype:
    """bfloat16 or float32, whichever multiplies [1024, 256] by [256, 768] sooner here."""
    if device.type != "cpu":
        return torch.bfloat16
    seconds = {dtype: _product_s(dtype) for dtype in (torch.bfloat16, torch.float32)}
    return min(seconds, key=lambda dtype: seconds[dtype])


def _product_s(dtype: torch.dtype) -> float:
    """The least time of a few products; the first one, which sets things up, does not count."""
    rows, inner, columns = _SHAPE
    a, b = torch.ones(rows, inner, dtype=dtype), torch.ones(inner, columns, dtype=dtype)
    times = []
    for _ in range(_REPEATS + 1):
        started = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - started)
    return min(times[1:])
