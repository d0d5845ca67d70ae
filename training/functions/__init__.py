"""Small Python functions: a task in words, the code, and tests that it passes.

Known ones are renamed and reworded (`renaming`), new ones put together (`composing`).
"""
