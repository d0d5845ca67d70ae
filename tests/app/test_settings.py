"""Settings: defaults, the environment, options, and what is refused."""

from pathlib import Path

import pytest

from app.settings import Settings, SettingsRefused, load_settings


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"LORA_LAND_{name.upper()}", raising=False)


def test_the_defaults_stay_on_this_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Catches a default that opens the server to the network, or litters the working folder."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    settings = load_settings()
    assert (settings.host, settings.port, settings.bits) == ("127.0.0.1", 7860, 4)
    assert settings.database_path == tmp_path / "lora-land" / "ratings.db"


def test_the_environment_is_read_and_options_win(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a variable that is not read, and an option that it overrides."""
    monkeypatch.setenv("LORA_LAND_PORT", "1234")
    monkeypatch.setenv("LORA_LAND_BITS", "16")
    monkeypatch.setenv("LORA_LAND_HOME", "/somewhere")
    assert (load_settings().port, load_settings().bits) == (1234, 16)
    assert load_settings(port=None).database_path == Path("/somewhere/ratings.db")
    assert load_settings(port=99).port == 99


def test_an_unknown_variable_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a mistyped variable that is silently ignored."""
    monkeypatch.setenv("LORA_LAND_PROT", "1234")
    with pytest.raises(SettingsRefused, match=r"LORA_LAND_PROT is not a setting.*LORA_LAND_PORT"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("BITS", "8"),
        ("BITS", "four"),
        ("MAX_ROWS", "0"),
        ("THREADS", "-1"),
        ("ORIGIN", "demo.example"),
        ("PRICE_PER_HOUR", "-1"),
    ],
)
def test_an_impossible_value_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """Catches a message that leaves the reader looking for the culprit."""
    monkeypatch.setenv(f"LORA_LAND_{name}", value)
    with pytest.raises(SettingsRefused, match=f"LORA_LAND_{name} is '?{value}'?; it") as refused:
        load_settings()
    assert "\n" not in str(refused.value)


def test_an_impossible_option_names_the_option(monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches blame laid on a variable that the option had overridden."""
    monkeypatch.setenv("LORA_LAND_PORT", "1234")
    with pytest.raises(SettingsRefused, match="option --port is 70000"):
        load_settings(port=70000)


def test_our_origins_are_the_address_or_the_proxys() -> None:
    """Catches a page that its own server takes for a foreign one."""
    assert "http://localhost:99" in load_settings(port=99).origins
    assert load_settings(origin="https://a.example").origins == ("https://a.example",)
