"""Keys and the admin token: what is one, what opens, and that none is ever shown."""

import hmac
from pathlib import Path
from typing import Any

import pytest

from app import keys as keys_module
from app.keys import Keys
from app.settings import SettingsRefused, load_settings

KEY, OTHER, TOKEN = "key-of-the-first-one", "key-of-the-second-one", "token-of-the-operator"


def test_each_key_opens_and_nothing_else_does() -> None:
    """Catches a list of which only one key works, and a near miss that passes."""
    keys = Keys.of(load_settings(api_keys=f"{KEY}, {OTHER}"))
    assert keys.key([KEY]) is not None
    assert keys.key(["wrong", OTHER]) not in {None, keys.key([KEY])}
    for wrong in ("", KEY[:-1], KEY + "x", KEY.upper(), f"{KEY}, {OTHER}", "ключ" * 8):
        assert keys.key([wrong]) is None
    assert not keys.is_admin([KEY])


def test_secrets_are_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches `==`, or a comparison that stops at the first match or at another length."""
    compared: list[tuple[int, int]] = []

    def compare(one: bytes, other: bytes) -> bool:
        compared.append((len(one), len(other)))
        return hmac.compare_digest(one, other)

    keys = Keys.of(load_settings(api_keys=f"{KEY},{OTHER}", admin_token=TOKEN))
    monkeypatch.setattr(keys_module, "hmac", type("Hmac", (), {"compare_digest": compare}))
    for shown in (KEY, OTHER, "x", "x" * 1000):
        compared.clear()
        keys.key([shown])
        keys.is_admin([shown])
        assert compared == [(32, 32)] * 3


def test_keys_come_from_a_file_too(tmp_path: Path) -> None:
    """Catches a comment or an empty line that is taken for a key."""
    file = tmp_path / "keys"
    file.write_text(f"# of the team\n\n{KEY}\n  {OTHER}  \n", encoding="utf-8")
    keys = Keys.of(load_settings(api_keys_file=file))
    assert keys.key([KEY])
    assert keys.key([OTHER])
    assert len(keys.keys) == 2


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"admin_token": "short"}, "The admin token"),
        ({"admin_token": "x" * 15}, "The admin token"),
        ({"api_keys": ""}, "An API key of the environment"),
        ({"api_keys": f"{KEY},"}, "An API key of the environment"),
        ({"api_keys": f"{KEY},hunter2"}, "An API key of the environment"),
        ({"api_keys": f"{KEY} {KEY}"}, "An API key of the environment"),
        ({"api_keys_file": Path("no-such-file")}, "no-such-file cannot be read"),
    ],
)
def test_weak_secrets_are_refused_and_not_shown(given: dict[str, Any], sentence: str) -> None:
    """Catches a server that is open for want of a key, and a secret in an error message."""
    with pytest.raises(SettingsRefused, match=sentence) as refused:
        Keys.of(load_settings(**given))
    assert not [word for word in ("hunter2", KEY, "short") if f"'{word}" in str(refused.value)]
    assert "hunter2" not in str(refused.value)


def test_an_empty_file_does_not_open_the_api(tmp_path: Path) -> None:
    """Catches keys that were lost, and nobody noticed."""
    (tmp_path / "keys").write_text("# none yet\n", encoding="utf-8")
    with pytest.raises(SettingsRefused, match="holds no key"):
        Keys.of(load_settings(api_keys_file=tmp_path / "keys"))


def test_settings_do_not_show_their_secrets() -> None:
    """Catches a secret in a traceback, a log or a crash report that prints the settings."""
    settings = load_settings(api_keys=KEY, admin_token=TOKEN)
    shown = f"{settings!r} {settings} {settings.model_dump()} {Keys.of(settings)!r}"
    assert KEY not in shown
    assert TOKEN not in shown
