"""The words of codes: roles, states, reasons, refusals.

Each module of this folder has `TEXTS: dict[str, LazyText]`. In a module named `refusals_*` the key is the refusal's
code; elsewhere it is `family.code`, as in `"voucher.issued"`. A module may also have `KINDS: dict[str, str]` that
gives a state its colour (ok, wait, stop, plain). Add a module rather than a second home for a family; a code said
twice stops the start.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from flask import Flask, current_app, has_app_context

from marketplace.web import formats
from marketplace.web.i18n import LazyText, gettext, in_language

REFUSALS = "refusals_"


class TwiceNamed(Exception):
    """One code has two texts."""


class NoLabel(LookupError):
    """A code has no text."""


@cache
def texts() -> Mapping[str, LazyText]:
    merged: dict[str, LazyText] = {}
    for module in iter_modules(__path__):
        prefix = "refusal." if module.name.startswith(REFUSALS) else ""
        for code, text in import_module(f"{__name__}.{module.name}").TEXTS.items():
            if prefix + code in merged:
                raise TwiceNamed(f"{prefix}{code} is named again in {module.name}")
            if not prefix and "." not in code:
                raise TwiceNamed(f"{code} in {module.name} does not say its family (family.code)")
            merged[prefix + code] = text
    return merged


@cache
def kinds() -> Mapping[str, str]:
    merged: dict[str, str] = {}
    for module in iter_modules(__path__):
        merged |= getattr(import_module(f"{__name__}.{module.name}"), "KINDS", {})
    return merged


def _strict() -> bool:
    return not has_app_context() or bool(current_app.testing or current_app.debug)


def label(family: str, code: str) -> str:
    """The words of a code: `label("role", "client")`. In production a code without words is "other" rather than an
    error page.
    """
    found = texts().get(f"{family}.{code}")
    if found is None:
        if _strict():
            raise NoLabel(f"{family}.{code}")
        return gettext("other")
    return str(found)


def kind(family: str, code: str) -> str:
    """The colour that repeats what the words say."""
    return kinds().get(f"{family}.{code}", "plain")


def refusal_text(code: str, values: Mapping[str, object] | None = None) -> str:
    """Why it could not be done and what to do, with the refusal's values written out.

    Values are shown by their names: `*_cents` as money, `*_hundredths` as a number; dates, moments and language
    dicts by their type; a code of an enumeration by its label (`Band.EVENING` is "band.evening"), several in a row.
    """
    found = texts().get(f"refusal.{code}")
    if found is None:
        if _strict():
            raise NoLabel(f"refusal.{code}")
        return gettext("This could not be done. Check what you wrote and try again.")
    return found % {name: _show(name, value) for name, value in (values or {}).items()}


def _show(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    if isinstance(value, int) and name.endswith("_cents"):
        return formats.money(value)
    if isinstance(value, int) and name.endswith("_hundredths"):
        return formats.number(Decimal(value) / 100)
    if isinstance(value, Mapping):
        return in_language(value)
    if isinstance(value, StrEnum):
        return label(type(value).__name__.lower(), value)
    if isinstance(value, tuple):
        return ", ".join(str(_show(name, part)) for part in value)
    return value


def bank_reason(reason: str) -> str:
    """Why the bank gave a payment back, in words; a code without words, or what a person wrote, as it is."""
    found = texts().get(f"bank_code.{reason}")
    return reason if found is None else str(found)


def init_labels(app: Flask) -> None:
    texts()
    kinds()
    app.jinja_env.globals["label"] = label
    app.jinja_env.globals["bank_reason"] = bank_reason
    app.jinja_env.globals["label_kind"] = kind
    app.jinja_env.filters["label"] = lambda code, family: label(family, code)
