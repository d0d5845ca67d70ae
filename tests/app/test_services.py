"""Which adapters a server loads, and what it says of the others."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from adapters.catalog import PROFILES, Catalog, digest_base
from app.services import load_adapters


@dataclass
class Loader:
    """Stands in for the engine, which would load any adapter whose shapes fit."""

    loaded: list[str] = field(default_factory=list)

    def load_adapter(self, adapter_id: str, folder: Path) -> None:
        self.loaded.append(adapter_id)


@pytest.mark.parametrize(
    ("record", "is_served"),
    [
        ({"base": {"digest": "sha256:other"}}, False),
        ({"base": {"digest": "the served one"}}, True),
        ({"options": {"seed": 1}}, True),
        (None, True),
    ],
    ids=["another base", "the same", "not recorded", "no record"],
)
def test_an_adapter_of_another_base_is_refused(
    tiny_base: Path,
    tiny_adapter: Callable[..., Path],
    tmp_path: Path,
    record: dict[str, dict[str, object]] | None,
    is_served: bool,
) -> None:
    """Catches nonsense from an adapter that fits the base's shapes and not its weights."""
    shutil.copytree(tiny_adapter(seed=1), tmp_path / "covid")
    if record is not None:
        text = json.dumps(record).replace("the served one", digest_base(tiny_base))
        (tmp_path / "covid" / "training.json").write_text(text)
    catalog = Catalog.open(replace(PROFILES["mini"], base=tiny_base, packaged=tmp_path))
    worker, said = Loader(), list[str]()
    unavailable = load_adapters(worker, catalog, None, said.append)  # type: ignore[arg-type]
    assert worker.loaded == ["covid"] * is_served
    assert ("trained on another base" in unavailable.get("covid", "")) is not is_served
    assert len(said) == (not is_served)
