"""Where the browser's files lie and under which address they are served."""

from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "static"
STATIC_URL = "/assets-ll"
"""Gradio owns /static and /assets."""
