"""The tasks that adapters are made for: one generator of examples per file, found by name."""

from training.tasks.task import Task, load, training_examples

__all__ = ["Task", "load", "training_examples"]
