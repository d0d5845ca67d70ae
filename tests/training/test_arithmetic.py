"""The number format of a training: measured where it is not known."""

import pytest
import torch

from training import arithmetic


@pytest.mark.parametrize("fast", [torch.bfloat16, torch.float32])
def test_the_faster_format_is_taken(monkeypatch: pytest.MonkeyPatch, fast: torch.dtype) -> None:
    """Catches a choice by habit: bfloat16 is the slower one on some processors."""
    monkeypatch.setattr(arithmetic, "_product_s", lambda dtype: 0.001 if dtype is fast else 0.002)
    assert arithmetic.fastest_dtype(torch.device("cpu")) is fast


def test_a_gpu_computes_in_bfloat16() -> None:
    """Catches a clock that is read before the device has done the work."""
    assert arithmetic.fastest_dtype(torch.device("cuda")) is torch.bfloat16
