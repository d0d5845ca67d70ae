"""A demo for all browser tests, a Chromium, and visitors whose browsers are watched."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import Visitor, new_visitor, open_browser
from tests.browser.demo import TASKS, Demo, eventually, has_embedded_base, running_demo, stand_in

Visit = Callable[..., Visitor]


@pytest.fixture(scope="session")
def shared_demo(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Demo]:
    home = tmp_path_factory.mktemp("demo")
    if has_embedded_base():
        with running_demo(home) as demo:
            yield demo
        return
    tiny_adapter = request.getfixturevalue("tiny_adapter")
    adapters = {task: tiny_adapter(seed=seed) for seed, task in enumerate(TASKS)}
    base: Path = request.getfixturevalue("tiny_base")
    with running_demo(home, stand_in(home / "stand-in", base, adapters), bits=32) as demo:
        yield demo


@pytest.fixture
def demo(shared_demo: Demo) -> Iterator[Demo]:
    """The demo at a pace that a browser can follow; idle again when the test ends."""
    shared_demo.pace.step_s = 0.03
    yield shared_demo
    shared_demo.pace.step_s = 0.0
    eventually(lambda: shared_demo.worker.status().num_running == 0, "the engine is idle")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Not for the session: while it is open an event loop runs here, and no async test can.
    with open_browser() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Makes visitors. At the end none of their browsers may have had anything to complain of."""
    visitors: list[Visitor] = []

    def visit(**options: object) -> Visitor:
        visitors.append(new_visitor(browser, **options))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


# Gradio asks pandas, once a run, for two things that pandas announces to drop.
PANDAS = (
    "ignore:.*no_silent_downcasting:DeprecationWarning",
    "ignore:The copy keyword:DeprecationWarning",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.get_closest_marker("browser"):
            for warning in PANDAS:
                item.add_marker(pytest.mark.filterwarnings(warning))
