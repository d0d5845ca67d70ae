"""Reads the outlines of the page Engine back into heights."""

import re


def heights(path: str, ceiling: float) -> list[float]:
    """How high each bar of an outline stands."""
    return [round(ceiling - float(top), 2) for top in re.findall(r"V([\d.]+)h1", path)]
