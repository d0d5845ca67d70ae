"""All tasks at once: one question for every adapter, answered in one batch or one after another."""
