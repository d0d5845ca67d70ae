"""How log lines look: for people, or one JSON object each for programs. Knows no line."""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Literal

TEXT = "%(levelname)s %(name)s: %(message)s"
FIGURES = "figures"
"""The attribute of a record under which its figures stand, by name (`extra=`)."""


class JsonLines(logging.Formatter):
    """The record's time, level, logger and message, its figures, and a traceback if it has one."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC)
        line: dict[str, Any] = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FIGURES, {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def set_up_logs() -> None:
    """Warnings go to standard error, as text."""
    logging.basicConfig(level=logging.WARNING, format=TEXT)


def tell_requests(form: Literal["text", "json"]) -> None:
    """Let a server tell what it does, in this form."""
    for handler in logging.getLogger().handlers:
        handler.setFormatter(JsonLines() if form == "json" else logging.Formatter(TEXT))
    logging.getLogger("app").setLevel(logging.INFO)
