"""A tiny real engine with four tasks' adapters, and what a page would find in stock."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.catalog import PROFILES, Catalog
from adapters.heldout import FILE_NAME, as_record
from app.services import Shelf, Stock
from engine.opening import open_worker
from engine.worker import EngineWorker
from tests.conftest import TinyAdapter

TASKS = ("covid", "dbpedia", "e2e_nlg", "wikisql")


@pytest.fixture(scope="session")
def rush_catalog(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path_factory: pytest.TempPathFactory
) -> Catalog:
    """The packaged cards, of which four have an adapter, and their examples as held-out data."""
    packaged = tmp_path_factory.mktemp("rush")
    profile = replace(PROFILES["mini"], base=tiny_base, packaged=packaged)
    for seed, task in enumerate(TASKS):
        shutil.copytree(tiny_adapter(seed=seed), packaged / task)
        examples = Catalog.open(profile).entries[task].card.examples
        lines = [json.dumps(as_record(example)) for example in examples]
        (packaged / task / FILE_NAME).write_text("\n".join(lines), encoding="utf-8")
    return Catalog.open(profile)


@pytest.fixture
def worker(rush_catalog: Catalog, request: pytest.FixtureRequest) -> Iterator[EngineWorker]:
    """Eight rows, or as many as the test says."""
    max_rows = getattr(request, "param", 8)
    base = rush_catalog.profile.base
    with open_worker(base, bits=32, max_rows=max_rows, num_threads=1) as worker:
        for task in TASKS:
            folder = rush_catalog.folder_of(task)
            assert folder is not None
            worker.load_adapter(task, folder)
        yield worker


@pytest.fixture
def stock(worker: EngineWorker, rush_catalog: Catalog) -> Stock:
    return Shelf(worker, rush_catalog, None, {"viggo": "The file is cut off."}).stock
