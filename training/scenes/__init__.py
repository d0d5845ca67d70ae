"""Scenes of everyday life from frames: two tasks choose how they end, or end them."""

from training.scenes.retelling import retold
from training.scenes.scene import Scene, choose

__all__ = ["Scene", "choose", "retold"]
