"""People at their browsers: each in a context of her own, with JavaScript off; every page that is passed is looked at by
a second pair of eyes (axe needs JavaScript, so it opens the same page beside)."""

import re
from datetime import date

from playwright.sync_api import Browser, BrowserContext, Page

from marketplace.access.actor import system
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.send_messages import send_messages
from tests.web.browser import axe_problems, too_wide

LINK = re.compile(r"https?://[^/\s]+(/\S+)")
PASSWORD = "kolme pientä porsasta"


class Mailbox:
    """The mail of everybody: what the worker hands over lands here."""

    def __init__(self, desk: Desk, organisers: list[int | None]) -> None:
        self.desk, self.organisers = desk, organisers
        self.letters: list[tuple[str, str, str]] = []

    def send(self, recipient: str, subject: str, body: str, key: str) -> str:
        self.letters.append((recipient, subject, body))
        return f"250 {key}"

    def link_to(self, recipient: str) -> str:
        """The path of the newest link that was mailed to somebody."""
        for organiser in self.organisers:
            send_messages(self.desk, system(organiser), self)
        body = next(body for who, _, body in reversed(self.letters) if who == recipient and LINK.search(body))
        found = LINK.search(body)
        assert found is not None
        return found.group(1)


class Walker:
    """One person at her browser."""

    def __init__(self, browser: Browser, address: str, width: int, language: str = "fi") -> None:
        self._context = self._open(browser, address, width, False)
        self._eyes = self._open(browser, address, width, True)
        for context in (self._context, self._eyes):
            context.add_cookies([{"name": "language", "value": language, "url": address}])
        self.page: Page = self._context.new_page()
        self.page.set_default_timeout(10_000)
        self._eye = self._eyes.new_page()
        self.width = width
        self.problems: list[str] = []
        self._seen: set[str] = set()

    @staticmethod
    def _open(browser: Browser, address: str, width: int, javascript: bool) -> BrowserContext:
        return browser.new_context(
            base_url=address, viewport={"width": width, "height": 900}, java_script_enabled=javascript
        )

    def close(self) -> None:
        self._context.close()
        self._eyes.close()

    def go(self, path: str) -> "Walker":
        response = self.page.goto(path)
        assert response is not None
        assert response.status == 200, f"{path}: {response.status}"
        return self.look()

    def look(self) -> "Walker":
        """Axe and the screen's width, once a page (numbers in addresses make no new page)."""
        kind = re.sub(r"\d+|(?<=/)(u[a-z0-9]{6,})", "n", self.page.url.split("?")[0].split("//", 1)[1].split("/", 1)[1])
        if kind in self._seen or "invitation" in kind:
            return self
        self._seen.add(kind)
        self._eyes.add_cookies(self._context.cookies())  # type: ignore[arg-type]
        response = self._eye.goto(self.page.url)
        if response is not None and response.status == 200:
            self.problems += [f"{kind}: {one}" for one in axe_problems(self._eye) + too_wide(self._eye)]
        return self

    def fill(self, **values: str | bool | list[str]) -> "Walker":
        """Fill the main form's boxes by their names: text, a choice, ticks."""
        for name, value in values.items():
            box = self.page.locator(f'main [name="{name}"], main [name$="-{name}"]')
            kind = box.first.evaluate("e => e.type || e.tagName.toLowerCase()")
            if kind == "radio":
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            elif kind == "checkbox":
                ticked = value if isinstance(value, list) else [None] if value else []
                for one in ticked:
                    (self.page.locator(f'main [name="{name}"][value="{one}"]') if one else box.first).check()
            elif kind == "select-one":
                box.first.select_option(str(value))
            else:
                box.first.fill(str(value))
        return self

    def press(self, text: str) -> "Walker":
        """Press a button or follow a link by (a part of) its words in the main part of the page."""
        main = self.page.locator("main")
        button = main.get_by_role("button", name=text)
        (button if button.count() else main.get_by_role("link", name=text)).first.click()
        wrong = main.locator(".error-summary, [role=alert]")
        assert wrong.count() == 0, wrong.first.inner_text()
        return self.look()

    def send(self, form: str = "main form") -> "Walker":
        """Press the main form's first button."""
        self.page.locator(form).first.locator("button[type=submit]").first.click()
        wrong = self.page.locator("main .error-summary")
        assert wrong.count() == 0, wrong.first.inner_text()
        return self.look()

    def reads(self, *texts: str) -> "Walker":
        """The page says this."""
        body = " ".join(self.page.locator("body").inner_text().split())
        for text in texts:
            assert text.lower() in body.lower(), f"{text!r} is not on {self.page.url}: {body[:1500]}"
        return self

    def link(self, pattern: str) -> str:
        """The first address on the page that fits a pattern."""
        links = self.page.locator("main a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
        return next(link for link in links if link and re.search(pattern, link))

    def join(self, mailbox: Mailbox, email: str) -> "Walker":
        """Come in by the invitation that was mailed."""
        self.page.goto(mailbox.link_to(email))
        for box in self.page.locator("main input[type=password]").all():
            box.fill(PASSWORD)
        return self.send()


def fi(day: date) -> str:
    """A day as people write it."""
    return f"{day.day}.{day.month}.{day.year}"
