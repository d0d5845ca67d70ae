"""Recipes: TOML files of settings that differ from the defaults, one per task, in training/recipes.

Owns how a file becomes TuneOptions; knows no task's data.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from training.tune_options import TuneOptions, TuneRefused

RECIPES = Path(__file__).parent / "recipes"


def options_for(
    task: str, recipe: Path | None = None, given: Mapping[str, Any] | None = None
) -> TuneOptions:
    """The settings of one run: defaults, then the recipe's, then those `given` by name.

    Without a `recipe` the task's own is read, where it has one. Raises TuneRefused for a file that
    cannot be read, for an unknown setting and for a value that cannot work.
    """
    own = RECIPES / f"{task}.toml"
    path = recipe or (own if own.is_file() else None)
    settings = {} if path is None else _read(path)
    return replace(TuneOptions(), **settings | dict(given or {}))


def parse_settings(pairs: Iterable[str]) -> dict[str, Any]:
    """Settings typed as NAME=VALUE, values as in TOML or bare words. Raises TuneRefused."""
    settings: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise TuneRefused(f"A setting is NAME=VALUE, not {pair!r}.")
        try:
            settings[name] = tomllib.loads(f"value = {value}")["value"]
        except tomllib.TOMLDecodeError:
            settings[name] = value
    return _checked(settings, "A setting")


def _read(path: Path) -> dict[str, Any]:
    try:
        settings = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TuneRefused(f"The recipe {path} cannot be read: {error}.") from error
    return _checked(settings, f"The recipe {path.name}")


def _checked(settings: dict[str, Any], where: str) -> dict[str, Any]:
    known = [field.name for field in fields(TuneOptions)]
    for name in settings:
        if name not in known:
            raise TuneRefused(f"{where} sets {name!r}; settings are {', '.join(known)}.")
    if "target" in settings:
        target = settings["target"]
        settings["target"] = tuple(target) if isinstance(target, list) else (target,)
    return settings
