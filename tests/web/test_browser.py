"""Every part in a real browser: axe finds nothing, nothing sticks out at 320 px, everything works without JavaScript."""

import pytest
from flask import Flask

from tests.web.browser import axe_problems, small_targets, too_wide
from tests.web.conftest import BrowserPage

pytestmark = pytest.mark.browser
PAGES = ["/choose", "/today", "/finance", "/form", "/decision", "/empty", "/error/404"]


@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(browser_page: BrowserPage, easy_sample: Flask, path: str) -> None:
    for width, language in ((1280, "fi"), (360, "sv")):
        page = browser_page(easy_sample, path, width=width, language=language)
        assert axe_problems(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_sticks_out_on_the_smallest_screen(browser_page: BrowserPage, easy_sample: Flask, path: str) -> None:
    for language in ("fi", "sv", "en"):
        page = browser_page(easy_sample, path, width=320, language=language)
        assert too_wide(page) == []
        assert small_targets(page) == []


def test_errors_are_read_first_and_lead_to_their_boxes(browser_page: BrowserPage, easy_sample: Flask) -> None:
    page = browser_page(easy_sample, "/form")
    page.click("main button[type=submit]")
    assert page.title().startswith("Virhe:")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    assert axe_problems(page) == []
    for link in page.locator(".error-summary a").all():
        link.click()
        target = (link.get_attribute("href") or "")[1:]
        assert page.evaluate("document.activeElement.id") == target


def test_the_menu_opens_and_closes_with_the_keyboard(browser_page: BrowserPage, easy_sample: Flask) -> None:
    page = browser_page(easy_sample, "/finance", width=360)
    page.locator(".site-menu > summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("link", name="Ehdot ja hinnat").is_visible()
    assert axe_problems(page) == []
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="Ehdot ja hinnat").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_all_works_without_javascript(browser_page: BrowserPage, easy_sample: Flask) -> None:
    page = browser_page(easy_sample, "/choose", width=360, javascript=False)
    page.locator(".site-menu > summary").click()
    assert page.get_by_role("link", name="Tietoni").is_visible()
    page.locator(".filters > summary").click()
    assert page.get_by_role("button", name="Näytä").is_visible()
    page.goto("/form")
    page.click("main button[type=submit]")
    assert page.locator(".error-summary li").count() == 12
    page.get_by_role("link", name="Svenska").click()
    assert page.locator("html").get_attribute("lang") == "sv"


def test_the_header_stays_on_one_row_at_1280(browser_page: BrowserPage, easy_sample: Flask) -> None:
    page = browser_page(easy_sample, "/choose")
    tops = page.locator(".site-nav a").evaluate_all(
        "links => [...new Set(links.map(l => l.getBoundingClientRect().top))]"
    )
    assert len(tops) == 1
    header = page.locator(".site-header-row").bounding_box()
    assert header
    assert header["height"] < 90


def test_check_boxes_keep_their_size_beside_long_words(browser_page: BrowserPage, easy_sample: Flask) -> None:
    page = browser_page(easy_sample, "/form", width=320)
    sizes = page.locator(".form-check-input").evaluate_all(
        "boxes => boxes.map(b => Math.round(b.getBoundingClientRect().width))"
    )
    assert set(sizes) == {25}


def test_a_second_click_sends_nothing(browser_page: BrowserPage, easy_sample: Flask) -> None:
    page = browser_page(easy_sample, "/form")
    page.evaluate("document.querySelector('main form').addEventListener('submit', e => setTimeout(() => 0))")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    page.evaluate(
        """() => { const b = document.querySelector('main form button');
        const f = b.form; f.addEventListener('submit', e => e.preventDefault(), {once: true}); b.click(); }"""
    )
    assert page.locator("main form button[aria-disabled=true]").count() == 1


def test_the_console_stays_silent(browser_page: BrowserPage, easy_sample: Flask) -> None:
    page = browser_page(easy_sample, "/empty")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/choose", "/today", "/finance", "/form", "/decision"):
        page.goto(path)
    assert said == []


def test_paper_shows_words_and_nothing_to_press(browser_page: BrowserPage, easy_sample: Flask) -> None:
    page = browser_page(easy_sample, "/decision")
    page.emulate_media(media="print")
    assert not page.locator(".site-nav").is_visible()
    assert not page.locator(".btn").first.is_visible()
    assert page.locator("h1").is_visible()
    assert page.locator(".facts").is_visible()
