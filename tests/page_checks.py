"""What is true of every page, looked at whenever a test fetches one: heading, title, labels, ids, no words left raw."""

import re
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

RAW = re.compile(r"%\(\w+\)[sd]|\{\{|\{%|LazyText\(|<built-in|Undefined|%%")
BOXES = {"input", "select", "textarea"}
UNLABELLED = {"hidden", "submit", "button", "image", "reset"}


class _Page(HTMLParser):
    """Gathers what the checks look at."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.language: str | None = None
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.boxes: list[dict[str, str]] = []
        self.refers: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.headings = 0
        self.words = {"h1": "", "title": ""}
        self.problems: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._open.append(tag)
        if tag == "html":
            self.language = found.get("lang")
        if tag == "h1":
            self.headings += 1
        if "id" in found:
            self.ids.append(found["id"])
        if tag == "label":
            self.labelled.add(found.get("for", ""))
            self.refers.append(("for", found.get("for", "")))
        for name in ("aria-describedby", "aria-labelledby"):
            self.refers += [(name, one) for one in found.get(name, "").split()]
        if found.get("href", "").startswith("#") and len(found["href"]) > 1:
            self.refers.append(("href", found["href"][1:]))
        if tag in BOXES and found.get("type") not in UNLABELLED:
            self.boxes.append(found)
        if tag == "script" and "src" not in found:
            self.problems.append("an inline script")
        if tag == "img" and "alt" not in found:
            self.problems.append("a picture without alt")
        for name, value in found.items():
            if name == "style" or name.startswith("on"):
                self.problems.append(f"an inline {name} in <{tag}>")
            if value == "None" or "/None" in value or "=None" in value or RAW.search(value):
                self.problems.append(f"<{tag} {name}={value!r}>")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        for tag in self.words:
            if tag in self._open and "svg" not in self._open:
                self.words[tag] += data


def page_problems(html: str) -> list[str]:
    """What is wrong with a page, one line each."""
    page = _Page()
    page.feed(html)
    problems = page.problems
    if page.language not in ("fi", "sv", "en"):
        problems.append(f"lang is {page.language!r}")
    if page.headings != 1 or not page.words["h1"].strip():
        problems.append(f"{page.headings} h1 headings, {page.words['h1'].strip()!r}")
    if not page.words["title"].split("–")[0].strip():
        problems.append("no title")
    problems += [f"id {one!r} is there twice" for one in sorted({i for i in page.ids if page.ids.count(i) > 1})]
    for box in page.boxes:
        if box.get("id") not in page.labelled and not {"aria-label", "aria-labelledby"} & set(box):
            problems.append(f"no label for {box.get('name') or box}")
    problems += [f"{name} names {one!r}, which is not there" for name, one in page.refers if one not in page.ids]
    for text in page.texts:
        if text.strip() == "None" or RAW.search(text):
            problems.append(f"raw words {text.strip()[:80]!r}")
    return problems


class CheckedClient(FlaskClient):
    """A test client that looks at each page it gets."""

    checks = True

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        answer = super().open(*args, **kwargs)  # type: ignore[arg-type]
        if self.checks and answer.mimetype == "text/html" and answer.status_code not in (301, 302, 303, 307, 308):
            problems = page_problems(answer.get_data(as_text=True))
            assert not problems, f"{answer.request.path}: " + "; ".join(problems)
        return answer
