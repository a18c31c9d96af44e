"""Decisions, appeal instructions and notices in a person's words, from whole templates per language.

`templates/decisions/<language>/<kind>.html`, `templates/appeals/<language>/<route>.txt`,
`templates/notices/<language>/<kind>.txt` (the first line is the subject),
`templates/proofs/<language>/<kind>.txt`. Works without a request: the worker uses it too.
"""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from marketplace.web import formats, labels
from marketplace.web.i18n import LANGUAGES, use_language

DOORS = {"client": "", "provider": "/provider", "admin": "/admin"}
"""Where each portal's pages begin."""


class TemplateWording:
    """The house's `ports.Wording`. `base_url` is where the portals are, for the links in mail: `{{ base_url }}/my/`."""

    def __init__(self, base_url: str = "http://127.0.0.1:8000") -> None:
        self._pages = Environment(
            loader=PackageLoader("marketplace.web", "templates"),
            autoescape=select_autoescape(["html"]),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        for name in ("money", "day", "day_words", "moment", "quantity", "month", "percent"):
            self._pages.filters[name] = getattr(formats, name)
        self._pages.globals["label"] = labels.label
        self._pages.globals["bank_reason"] = labels.bank_reason
        self._pages.globals["base_url"] = base_url.rstrip("/")
        self._pages.globals["doors"] = DOORS

    def _render(self, folder: str, language: str, name: str, facts: dict[str, Any]) -> str:
        chosen = language if language in LANGUAGES else "fi"
        with use_language(chosen):
            return self._pages.get_template(f"{folder}/{chosen}/{name}").render(facts)

    def decision(self, kind: str, language: str, facts: dict[str, Any]) -> str:
        return self._render("decisions", language, f"{kind}.html", facts)

    def appeal(self, route: str, language: str, facts: dict[str, Any]) -> str:
        return self._render("appeals", language, f"{route}.txt", facts).strip()

    def notice(self, kind: str, language: str, facts: dict[str, Any]) -> tuple[str, str]:
        subject, _, body = self._render("notices", language, f"{kind}.txt", facts).strip().partition("\n")
        return subject.strip(), body.strip() + "\n"

    def proof(self, kind: str, language: str, facts: dict[str, Any]) -> str:
        """One page for whoever checks a draw."""
        return self._render("proofs", language, f"{kind}.txt", facts)
