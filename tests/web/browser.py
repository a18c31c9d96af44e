"""A real browser for tests: Debian's chromium, driven by Playwright. Tests that use it are marked `browser`."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Says nothing: pytest shows what failed."""


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The app on a port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser. Skips where there is none, unless VALINTA_REQUIRE_BROWSER=1 asks for it."""
    if CHROMIUM is None:
        line = "a browser is missing: install Debian's package chromium (apt-get install chromium)"
        if os.environ.get("VALINTA_REQUIRE_BROWSER") == "1":
            pytest.fail(line)
        pytest.skip(line)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def axe_problems(page: Page) -> list[str]:
    """What axe finds on the page as it is now, one line each."""
    violations = Axe().run(page, options=AXE).response["violations"]
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')}" for one in violations for node in one["nodes"]
    ]


def too_wide(page: Page) -> list[str]:
    """What sticks out of the screen sideways."""
    found: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= window.innerWidth ? [] :
        [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > window.innerWidth + 1)
        .slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
    )
    return found


def small_targets(page: Page) -> list[str]:
    """Buttons and boxes under 44 px high (a check box counts with its label's row); links in running text are free."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.btn, summary, .form-control, .form-select, nav a, .choice')]
        .filter(e => { const r = e.getBoundingClientRect(); return r.height > 0 && r.height < 43.5 && e.offsetParent; })
        .map(e => e.outerHTML.slice(0, 120) + ' ' + e.getBoundingClientRect().height)"""
    )
    return found
