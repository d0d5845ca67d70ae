"""The secrets that programs show: API keys and the admin token. Knows no HTTP.

Only hashes are kept. A secret that somebody shows is hashed too and compared with every one of
them in constant time, so that an answer's time tells neither a length nor a beginning.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from app.settings import Settings, SettingsRefused

MIN_LENGTH = 16
_SECRET = re.compile(rf"[!-+\--~]{{{MIN_LENGTH},}}")  # what a header can carry, no comma
_WHAT_IT_IS = f"{MIN_LENGTH} or more letters, digits and signs, without spaces and commas"


@dataclass(frozen=True)
class Keys:
    """The hashes of what is asked for; no keys: the API is open. No token: nobody is admin."""

    keys: frozenset[bytes] = frozenset()
    admin: bytes | None = None

    @classmethod
    def of(cls, settings: Settings) -> "Keys":
        """Raises SettingsRefused for a secret that is too weak and a file that cannot be read."""
        admin = None
        if settings.admin_token is not None:
            (admin,) = _hashes([settings.admin_token.get_secret_value()], "The admin token")
        keys = _hashes(_named(settings.api_keys), "An API key of the environment")
        keys |= _hashes(_listed(settings.api_keys_file), f"A key in {settings.api_keys_file}")
        return cls(keys, admin)

    def key(self, shown: Iterable[str]) -> str | None:
        """A name for the key among those `shown`, None if none is. It does not tell the key."""
        shown = list(shown)
        matches = [key.hex() for key in self.keys if True in [_same(text, key) for text in shown]]
        return matches[0] if matches else None

    def is_admin(self, shown: Iterable[str]) -> bool:
        """Whether the admin token is among those `shown`."""
        return self.admin is not None and True in [_same(text, self.admin) for text in shown]


def _same(text: str, known: bytes) -> bool:
    return hmac.compare_digest(_hash(text), known)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _hashes(secrets: Iterable[str], what: str) -> frozenset[bytes]:
    secrets = list(secrets)
    if not all(_SECRET.fullmatch(text) for text in secrets):
        raise SettingsRefused(f"{what} is too short or cannot be sent; it must be {_WHAT_IT_IS}.")
    return frozenset(map(_hash, secrets))


def _named(keys: SecretStr | None) -> list[str]:
    """Those of the environment; a variable that is set and empty is a slip, not an open API."""
    if keys is None:
        return []
    return [text.strip() for text in keys.get_secret_value().split(",")]


def _listed(path: Path | None) -> list[str]:
    """Those of a file: one a line, empty lines and comments (#) left out."""
    if path is None:
        return []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise SettingsRefused(f"The file of API keys {path} cannot be read.") from error
    keys = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not keys:
        raise SettingsRefused(f"The file of API keys {path} holds no key.")
    return keys
