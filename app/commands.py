"""What the commands share: the options that several take, and how failures are told."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from adapters.errors import LoraLandError


class Bits(StrEnum):
    """How the base is held in memory."""

    NF4 = "4"
    BF16 = "16"
    FLOAT32 = "32"


Base = Annotated[
    str | None, typer.Option(help="Folder or Hub id of a base model instead of the embedded one.")
]
Adapters = Annotated[
    Path | None,
    typer.Option(help="Folder with one folder per adapter; these win over the packaged ones."),
]
BitsOption = Annotated[
    Bits | None,
    typer.Option(help="Round the base to NF4 (4, the default), bf16, or leave it in float32."),
]
Database = Annotated[Path | None, typer.Option(help="File of the ratings.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


def say(sentence: str) -> None:
    """A sentence for the person at the terminal, beside the results."""
    typer.echo(sentence, err=True)


class OneSentence(TyperGroup):
    """Turns our errors into one sentence on standard error and exit code 1, no traceback."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except LoraLandError as error:
            say(f"lora-land: {error}")
        except KeyboardInterrupt:
            say("lora-land: interrupted.")
        raise typer.Exit(1)
