"""Pages are tested through HTTP: the fixtures `app`, `as_person` and `visitor`; the shared room's parts in `sample`.

`browser_page(app, path, ...)` opens a page of an app in a real browser (tests/web/browser.py).
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.portals import app, as_person, visitor  # noqa: F401  fixtures
from tests.web.browser import served
from tests.web.sample import sample_app

BrowserPage = Callable[..., Page]


@pytest.fixture(scope="session")
def sample() -> Flask:
    """The app that shows every part of the shared room. CSRF tokens are asked for, as in life."""
    return sample_app()


@pytest.fixture(scope="session")
def easy_sample() -> Flask:
    """The same without CSRF tokens, for posting forms."""
    return sample_app(WTF_CSRF_ENABLED=False)


@pytest.fixture
def browser_page(browser: Browser) -> Iterator[BrowserPage]:
    """`browser_page(app, "/choose", width=360, language="sv", javascript=False)`: the page, open."""
    with ExitStack() as stack:
        addresses: dict[int, str] = {}

        def open_page(of: Flask, path: str, width: int = 1280, language: str = "fi", javascript: bool = True) -> Page:
            if id(of) not in addresses:
                addresses[id(of)] = stack.enter_context(served(of))
            base = addresses[id(of)]
            size = {"width": width, "height": 900}
            context = browser.new_context(viewport=size, java_script_enabled=javascript, base_url=base)  # type: ignore[arg-type]
            stack.callback(context.close)
            context.add_cookies([{"name": "language", "value": language, "url": base}])
            page = context.new_page()
            page.goto(path)
            return page

        yield open_page
