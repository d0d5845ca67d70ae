"""Passages with a question, put together from parts; `composing` knows all the kinds."""
