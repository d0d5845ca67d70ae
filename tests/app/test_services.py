"""Which adapters a server loads, and what it says of the others."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from adapters.catalog import PROFILES, Catalog, digest_base
from adapters.files import digest
from app.services import Shelf, load_adapters
from engine.status import AdapterInfo


@dataclass
class Loader:
    """Stands in for the engine, which would load any adapter whose shapes fit."""

    loaded: dict[str, AdapterInfo] = field(default_factory=dict)

    @property
    def adapters(self) -> tuple[AdapterInfo, ...]:
        return tuple(self.loaded.values())

    def load_adapter(self, adapter_id: str, folder: Path) -> None:
        self.loaded[adapter_id] = AdapterInfo(adapter_id, digest(folder), 8, ("q_proj",), 500_000)

    def unload_adapter(self, adapter_id: str) -> None:
        del self.loaded[adapter_id]


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
    assert list(worker.loaded) == ["covid"] * is_served
    assert ("trained on another base" in unavailable.get("covid", "")) is not is_served
    assert len(said) == (not is_served)


def test_the_named_folder_is_looked_at_too(
    tiny_base: Path,
    tiny_adapter: Callable[..., Path],
    tmp_path: Path,
) -> None:
    """Catches adapters without a card that come too late, stay for ever, or fall with --adapters,
    and the unloading of one that somebody else has loaded."""
    profile = replace(PROFILES["mini"], base=tiny_base, packaged=tmp_path / "packaged")
    named, worker = tmp_path / "named", Loader()
    worker.load_adapter("by-hand", tiny_adapter(seed=3))
    shelf = Shelf(worker, Catalog.open(profile, adapters=named), named, {})  # type: ignore[arg-type]
    shutil.copytree(tiny_adapter(seed=1), named / "bare")
    shutil.copytree(tiny_adapter(seed=2), named / "covid")
    shelf.look()
    assert list(worker.loaded) == ["by-hand", "covid", "bare"]
    shutil.rmtree(named)
    shelf.look()
    assert list(worker.loaded) == ["by-hand"]
