"""Adapters that come, change and go while the server runs: page, API and engine follow the disk."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters import catalog as catalog_module
from adapters.catalog import Catalog
from adapters.files import digest
from adapters.scores import Scores, save_scores
from tests.app.living_demo import Demo, damaged, held_back, opened_demo, publish
from tests.conftest import TinyAdapter

CARD = """
title = "Kind of message"
category = "classify"
description = "Says what a message is about."
template = "### Message: {text}\\n### Kind:"
main_field = "text"
metric = "accuracy"
kind = "label"
labels = ["complaint", "question"]
max_tokens = 8
stop = ["\\n"]
fits = "any-text"
data = "my.jsonl"
fields = [{name = "text", label = "Message", lines = 3}]
examples = [{id = "one", fields = {text = "When do you open?"}, answer = "question"}]
"""
SCORES = Scores("covid", "accuracy", 0.1, 0.77, 2, "2026-08-01", 0, "sha256:", "sha256:")


@pytest.fixture
async def demo(tiny_base: Path, tmp_path: Path) -> AsyncIterator[Demo]:
    async with opened_demo(tiny_base, tmp_path) as demo:
        yield demo


def counted(monkeypatch: pytest.MonkeyPatch, owner: Any, name: str) -> list[tuple[Any, ...]]:
    """The arguments of every call of `owner.name` from now on."""
    calls: list[tuple[Any, ...]] = []
    function: Callable[..., Any] = getattr(owner, name)

    def note(*arguments: Any) -> Any:
        calls.append(arguments)
        return function(*arguments)

    monkeypatch.setattr(owner, name, note)
    return calls


async def test_a_published_adapter_is_in_the_list_and_answers(
    demo: Demo, tiny_adapter: TinyAdapter
) -> None:
    """Catches a task that is only listed, or only answered, after a restart of the server."""
    assert "my-task" not in await demo.page()
    weights = tiny_adapter(seed=1)
    publish(demo.root, "my-task", weights, CARD)
    page = await demo.page("my-task")
    assert 'data-task="my-task"' in page
    assert "Says what a message is about." in page
    assert await demo.models() == ["my-task"]
    assert await demo.text("my-task") == demo.alone(weights)


async def test_a_published_adapter_answers_before_anybody_has_listed_it(
    demo: Demo, tiny_adapter: TinyAdapter
) -> None:
    """Catches a client that must list the models before it may ask the one that it knows."""
    publish(demo.root, "covid", tiny_adapter(seed=1))
    assert (await demo.client.get("/v1/models/covid")).status_code == 200
    publish(demo.root, "wikisql", tiny_adapter(seed=2))
    assert (await demo.ask("wikisql")).status_code == 200


async def test_new_scores_are_shown_and_the_weights_stay(
    demo: Demo, tiny_adapter: TinyAdapter
) -> None:
    """Catches a figure that waits for a restart, and weights that are loaded anew for it."""
    folder = publish(demo.root, "covid", tiny_adapter(seed=1))
    assert "Not measured yet" in await demo.page("covid")
    weights = demo.engine.adapters.known["covid"]
    measured = replace(SCORES, weights_digest=digest(folder), base_digest=demo.base_digest)
    save_scores(folder, measured)
    assert "0.77" in await demo.page("covid")
    assert demo.engine.adapters.known["covid"] is weights


async def test_replaced_weights_give_the_new_answers(demo: Demo, tiny_adapter: TinyAdapter) -> None:
    """Catches the old adapter served under the name of the one that was trained anew."""
    old, new = tiny_adapter(seed=1), tiny_adapter(seed=2)
    publish(demo.root, "covid", old)
    await demo.models()
    before = await demo.text("covid")
    publish(demo.root, "covid", new)
    assert digest(new) in await demo.page("covid")
    after = await demo.text("covid")
    assert (before, after) == (demo.alone(old), demo.alone(new))
    assert before != after


async def test_a_removed_adapter_is_gone_and_said_to_be(
    demo: Demo, tiny_adapter: TinyAdapter
) -> None:
    """Catches a link to what nobody can ask, weights that stay in memory, and a bare 404."""
    publish(demo.root, "my-task", tiny_adapter(seed=1), CARD)
    assert await demo.models() == ["my-task"]
    shutil.rmtree(demo.root / "my-task")
    page = await demo.page("my-task")
    assert 'data-task="my-task"' not in page
    assert "There is no task named “my-task” here" in page
    assert await demo.models() == []
    assert demo.engine.adapters.known == {}
    refused = await demo.ask("my-task")
    assert refused.status_code == 404
    assert "There is no model 'my-task'" in refused.json()["error"]["message"]


async def test_the_packaged_adapter_stands_in_for_a_removed_one(
    demo: Demo, tiny_adapter: TinyAdapter
) -> None:
    """Catches a task that dies with the user's own adapter though the packaged one is there."""
    packaged = demo.root.parent / "packaged"
    publish(packaged, "covid", tiny_adapter(seed=1))
    own = publish(demo.root, "covid", tiny_adapter(seed=2))
    await demo.models()
    assert demo.engine.adapters.known["covid"].digest == digest(own)
    shutil.rmtree(own)
    await demo.models()
    assert demo.engine.adapters.known["covid"].digest == digest(packaged / "covid")


async def test_a_damaged_adapter_costs_its_own_task_and_one_sentence(
    demo: Demo, tiny_adapter: TinyAdapter, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Catches a bad file that hides the good ones, or fills the log at every look."""
    good = tiny_adapter(seed=1)
    publish(demo.root, "dbpedia", damaged(good, tmp_path / "bad"))
    publish(demo.root, "covid", good)
    for _ in range(2):
        assert await demo.models() == ["covid"]
        assert "damaged" in await demo.page("dbpedia")
    publish(demo.root, "wikisql", good)
    assert await demo.models() == ["covid", "wikisql"]
    said = [record.getMessage() for record in caplog.records]
    assert len([line for line in said if "dbpedia" in line]) == 1
    refused = await demo.ask("dbpedia")
    assert (refused.status_code, "damaged" in refused.text) == (404, True)
    publish(demo.root, "dbpedia", good)
    assert await demo.models() == ["covid", "dbpedia", "wikisql"]


async def test_a_damaged_card_and_damaged_scores_cost_no_more_than_they_say(
    demo: Demo, tiny_adapter: TinyAdapter, caplog: pytest.LogCaptureFixture
) -> None:
    """Catches one slip in a card that was edited by hand, and no page is served any more."""
    weights = tiny_adapter(seed=1)
    folder = publish(demo.root, "covid", weights)
    publish(demo.root, "my-task", weights, CARD.replace("title", "titel"))
    (folder / "scores.json").write_text("{", encoding="utf-8")
    for _ in range(2):
        assert "Not measured yet" in await demo.page("covid")
        assert await demo.models() == ["covid"]
    assert "lacks the key" in (await demo.ask("my-task")).json()["error"]["message"]
    (demo.root / "my-task" / "card.toml").write_text(CARD, encoding="utf-8")
    assert await demo.models() == ["covid", "my-task"]
    said = sorted(record.getMessage().partition(":")[0] for record in caplog.records)
    assert said == ["covid", "my-task"]


@pytest.mark.parametrize("how", ["replaced", "removed", "damaged"])
async def test_a_running_answer_ends_with_the_weights_it_began_with(
    demo: Demo, tiny_adapter: TinyAdapter, tmp_path: Path, how: str
) -> None:
    """Catches an answer that changes its mind, breaks off or waits because the disk changed."""
    old = tiny_adapter(seed=1)
    folder = publish(demo.root, "covid", old)
    await demo.models()
    is_held, go = held_back(demo.engine)
    answer = asyncio.create_task(demo.text("covid", num_tokens=40))
    assert await asyncio.to_thread(is_held.wait, 60)
    if how == "removed":
        shutil.rmtree(folder)
    else:
        new = tiny_adapter(seed=2) if how == "replaced" else damaged(old, tmp_path / "bad")
        publish(demo.root, "covid", new)
    assert await demo.models() == (["covid"] if how == "replaced" else [])
    assert digest(old) not in {info.digest for info in demo.worker.adapters}
    assert not answer.done()
    go.set()
    assert await answer == demo.alone(old, num_tokens=40)


async def test_visitors_who_come_at_once_cause_one_load(
    demo: Demo, tiny_adapter: TinyAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches an adapter that is read once per visitor, and visitors who see the list before it."""
    loads = counted(monkeypatch, demo.worker, "load_adapter")
    publish(demo.root, "covid", tiny_adapter(seed=1))
    pages = await asyncio.gather(*(demo.page() for _ in range(4)))
    assert [arguments[0] for arguments in loads] == ["covid"]
    assert ['data-task="covid"' in page for page in pages] == [True] * 4


async def test_a_look_at_an_unchanged_disk_reads_nothing(
    demo: Demo, tiny_adapter: TinyAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a page that reads cards and weights at every load, or all of the base at a change."""
    bases = counted(monkeypatch, catalog_module, "digest_base")
    rereads = counted(monkeypatch, Catalog, "reread")
    publish(demo.root, "covid", tiny_adapter(seed=1))
    for _ in range(3):
        await demo.page()
    assert (len(bases), len(rereads)) == (0, 1)


async def test_unfinished_work_is_not_looked_at(
    demo: Demo, tiny_adapter: TinyAdapter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a half-written adapter in the list, and a list read anew at every checkpoint."""
    await demo.models()
    rereads = counted(monkeypatch, Catalog, "reread")
    half = publish(demo.root, ".my-task.new", tiny_adapter(seed=1), CARD)
    assert half.is_dir()
    assert "Kind of message" not in await demo.page()
    assert (await demo.models(), rereads) == ([], [])
