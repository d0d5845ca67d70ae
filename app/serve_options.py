"""The options of `lora-land serve` that limit what it does. Knows no command.

Secrets have none: what stands on a command line is read by everybody on the machine.
"""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class LogFormat(StrEnum):
    """How log lines look."""

    TEXT = "text"
    JSON = "json"


def _number(sentence: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(min=1, help=sentence)
    return option


MaxRows = Annotated[int | None, _number("Rows in one batch; 32.")]
MaxWaiting = Annotated[int | None, _number("Requests that may wait for a row; 256.")]
MaxAdapters = Annotated[int | None, _number("Adapters on the device at once; 32.")]
AdapterMib = Annotated[
    int | None, typer.Option(min=0, help="MiB of RAM for the other adapters; a tenth of all.")
]
MaxContext = Annotated[int | None, _number("Tokens of prompt and answer; what the base reads.")]
KvTokens = Annotated[int | None, _number("Tokens of all running requests; rows times context.")]
MaxTokens = Annotated[int | None, _number("Tokens of an answer; what the context holds.")]
RequestTimeout = Annotated[
    float | None, typer.Option(min=0, help="Seconds that a request may take; no limit.")
]
RequestsPerMinute = Annotated[int | None, _number("Requests of one caller a minute; no limit.")]
ApiKeysFile = Annotated[
    Path | None, typer.Option(help="File of API keys, one a line; without one the API is open.")
]
LogFormatOption = Annotated[LogFormat | None, typer.Option(help="How log lines look; text.")]
