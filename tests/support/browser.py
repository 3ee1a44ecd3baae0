"""A real browser for pages: Debian's Chromium, which a test starts, and which reaches nothing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import sync_playwright

from tests.support.commands import require_program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Dialog, Page, Route

_FLAGS: Final = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@contextmanager
def started_browser() -> Iterator[Browser]:
    """Give a browser. Without Chromium the test is skipped; in CI, which has it, it fails."""
    program = require_program("chromium", "apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield browser
        browser.close()


class Opened:
    """A page that was opened from a file, with what it asked for and what it complained of."""

    def __init__(self, page: Page, path: Path) -> None:
        self.page = page
        self.asked: list[str] = []
        self.complaints: list[str] = []
        page.on("console", lambda one: self.complaints.append(one.text))
        page.on("pageerror", lambda one: self.complaints.append(str(one)))
        page.on("dialog", self._dismiss)
        page.route("**/*", self._pass)
        page.goto(path.as_uri())

    def _pass(self, route: Route) -> None:
        self.asked.append(route.request.url)
        if len(self.asked) == 1:
            route.continue_()
        else:
            route.abort()

    def _dismiss(self, dialog: Dialog) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def value(self, name: str) -> float | None:
        """Return the number behind what an element of this id shows, None for a dash."""
        text = self.page.locator(f"#{name}").get_attribute("data-value")
        return float(text) if text else None


@contextmanager
def opened_page(browser: Browser, path: Path, **given: Any) -> Iterator[Opened]:  # noqa: ANN401 - playwright's own
    """Open a page in a context of its own; *given* is what the context is like."""
    context = browser.new_context(**given)
    try:
        yield Opened(context.new_page(), path)
    finally:
        context.close()
