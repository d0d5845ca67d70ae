"""The server's settings: one default each, read from LORA_LAND_* and overridden by options.

Owns names, defaults and limits of the settings; knows nothing of what they configure.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from adapters.errors import LoraLandError
from app.environment import API_KEY_VARIABLE, PREFIX


def _number_if_text(value: object) -> object:
    """The environment holds texts; a Literal of numbers takes only numbers."""
    return int(value) if isinstance(value, str) and value.isdigit() else value


Bits = Annotated[Literal[4, 16, 32], BeforeValidator(_number_if_text)]


class SettingsRefused(LoraLandError):
    """A setting is unknown or its value impossible; shown to whoever starts the server."""


def default_home() -> Path:
    """Where tuned adapters and ratings live when LORA_LAND_HOME does not say."""
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "lora-land"


class Settings(BaseSettings):
    """What `lora-land serve` can be told. Frozen; build it with `load_settings`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", min_length=1)
    port: int = Field(7860, ge=0, le=65535)
    home: Path = Field(default_factory=default_home)
    database: Path | None = None
    """The ratings; None is `ratings.db` in `home`."""
    base: str | None = None
    """A folder or Hub id; None is the embedded base."""
    adapters: Path | None = None
    """A folder with one folder per task; None is the packaged ones and those in `home`."""
    bits: Bits = 4
    max_rows: int = Field(32, ge=1, le=1024)
    max_waiting: int = Field(256, ge=1, le=100_000)
    threads: int | None = Field(None, ge=1, le=1024)
    max_adapters: int = Field(32, ge=1, le=4096)
    """Different adapters, or mixes, on the device at once; others take turns."""
    adapter_mib: int | None = Field(None, ge=0)
    """RAM for adapters that no place on the device holds; None is a tenth of all."""
    max_context: int | None = Field(None, ge=16)
    """Tokens of prompt and answer together; None is what base and memory allow."""
    kv_tokens: int | None = Field(None, ge=16)
    """Tokens that all running requests may hold together; None is rows times context."""
    max_tokens: int | None = Field(None, ge=1)
    """The longest answer; None is what the context holds."""
    request_timeout_s: float | None = Field(None, gt=0, allow_inf_nan=False)
    """How long a request may take, its wait included."""
    requests_per_minute: int | None = Field(None, ge=1)
    """How often one caller may have the engine answer."""
    api_keys: SecretStr | None = None
    """Keys that the API asks for, with commas between them; app/keys.py says what one may be."""
    api_keys_file: Path | None = None
    """The same as a file, one key a line."""
    admin_token: SecretStr | None = None
    """Who has it may load and unload adapters, and take the ratings out."""
    log_format: Literal["text", "json"] = "text"
    origin: str | None = Field(None, pattern=r"^https?://[^/\s]+$")
    """The address visitors see when a proxy stands in front, as https://demo.example."""

    price_per_hour: float | None = Field(None, ge=0, allow_inf_nan=False)
    """What an hour of the machine costs; the page Engine then says what a million tokens cost."""
    currency: str = Field("", max_length=8)
    """Written after amounts, as EUR."""

    @property
    def database_path(self) -> Path:
        return self.database or self.home / "ratings.db"

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may call us: ours, and nobody else's."""
        if self.origin is not None:
            return (self.origin,)
        names = {self.host, "127.0.0.1", "localhost"}
        return tuple(sorted(f"http://{name}:{self.port}" for name in names))


def load_settings(**options: Any) -> Settings:
    """Settings from options (None: not given), else the environment, else the defaults.

    Raises SettingsRefused with one sentence that names the variable or option.
    """
    given = {name: value for name, value in options.items() if value is not None}
    _refuse_unknown(os.environ)
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsRefused(_sentence(error, given)) from None


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(environment):
        is_ours = name.upper().startswith(PREFIX) and name.upper() != API_KEY_VARIABLE
        if is_ours and name.upper() not in known:
            raise SettingsRefused(
                f"The environment variable {name} is not a setting of LoRA Land; unset it, or use "
                f"one of {', '.join(sorted(known))}."
            )


def _sentence(error: ValidationError, given: Mapping[str, Any]) -> str:
    """The first complaint of pydantic as a sentence of ours. No setting that is a secret has one:
    it would be shown, in a log perhaps."""
    first = error.errors()[0]
    name = str(first["loc"][0])
    option = f"The option --{name.replace('_', '-')}"
    source = option if name in given else f"The environment variable {PREFIX}{name.upper()}"
    message = first["msg"].removeprefix("Input ")
    return f"{source} is {first['input']!r}; it {message}."
