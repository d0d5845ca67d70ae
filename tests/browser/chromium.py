"""Debian's Chromium as the tests and the screenshots use it: alone, offline, watched."""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

EXECUTABLE = "/usr/bin/chromium"
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP = {"width": 1280, "height": 800}
FOREIGN = re.compile(r"^(?!http://127\.0\.0\.1[:/]|data:|blob:)")
SEEN = "localStorage.setItem('lora-land.seen', '1')"


@contextlib.contextmanager
def open_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=EXECUTABLE, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visitor:
    """One person's browser: own cookies, and a record of what must not happen."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    """Console errors, uncaught errors and requests that would have left the machine."""

    def open(self, url: str) -> Page:
        """Open an address and wait until the page shows a task, or says that there is none."""
        self.page.goto(url)
        self.page.locator("#start [data-start]").wait_for(state="attached")
        return self.page


def new_visitor(browser: Browser, is_new: bool = False, **options: Any) -> Visitor:
    """A visitor who has been here before, so that nothing starts by itself, unless `is_new`."""
    context = browser.new_context(viewport=options.pop("viewport", DESKTOP), **options)
    if not is_new:
        context.add_init_script(SEEN)
    page = context.new_page()
    visitor = Visitor(context, page)

    def refuse(route: Route) -> None:
        visitor.complaints.append(f"foreign request: {route.request.url}")
        route.abort()

    context.route(FOREIGN, refuse)
    page.on(
        "console",
        lambda told: visitor.complaints.append(told.text) if told.type == "error" else None,
    )
    page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    return visitor
