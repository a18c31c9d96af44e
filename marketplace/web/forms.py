"""Forms that say what is wrong and how to mend it.

`Form` has the CSRF token, strips what is typed and speaks the reader's language; `OnceForm` also carries the key
that makes a second click harmless. Use `Required()` for what must be filled: unlike WTForms' own it lets 0 pass and
keeps a field's better message.
"""

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any, Protocol

import wtforms
from flask import Flask
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFProtect
from wtforms import FormField, HiddenField
from wtforms.fields import SelectChoice
from wtforms.fields.core import UnboundField
from wtforms.validators import StopValidation

from marketplace.web.fields import (
    CheckboxesField,
    ClockField,
    DayField,
    LocalizedTextField,
    MoneyField,
    ParsedField,
    QuantityField,
    Required,
    Unclear,
    Words,
    cleaning,
)
from marketplace.web.finnish_fields import (
    BusinessIdField,
    EInvoiceAddressField,
    EmailField,
    IbanField,
    IdentityCodeField,
    PhoneField,
)
from marketplace.web.i18n import LazyText, gettext
from marketplace.web.labels import label, refusal_text

csrf = CSRFProtect()


class Form(FlaskForm):  # type: ignore[misc]
    """The base of every form of the house."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def bind_field(self, form: Any, unbound_field: UnboundField, options: dict[str, Any]) -> Any:
            return super().bind_field(form, cleaning(unbound_field), options)

        def get_translations(self, form: Any) -> Words:
            return Words()


def choices(pairs: Iterable[tuple[str, str | LazyText]]) -> list[SelectChoice]:
    """The choices of a select, radio or check box field, from values and their words."""
    return [SelectChoice(value, text) for value, text in pairs]


def labelled(family: str, codes: Iterable[str], first: str | LazyText | None = None) -> list[SelectChoice]:
    """The same from codes whose words stand in web/labels. `first` is an empty choice on top, such as "Choose"."""
    empty = [] if first is None else [SelectChoice("", first)]
    return empty + [SelectChoice(str(code), LazyText(partial(label, family, str(code)), code)) for code in codes]


class OnceForm(Form):
    """A form that creates something: its key is made when the page is shown, and a second click carries the same key."""

    once = HiddenField(default=lambda: secrets.token_hex(16))

    def validate_once(self, field: Any) -> None:
        if not re.fullmatch(r"[0-9a-f]{32}", field.data or ""):
            raise StopValidation(gettext("This page was not whole. Open it again and send the form once more."))


class Refusal(Protocol):
    """What a use case's Refused looks like from here."""

    @property
    def code(self) -> str: ...
    @property
    def field(self) -> str | None: ...
    @property
    def values(self) -> Mapping[str, object]: ...


def add_refusal(form: Any, refused: Refusal) -> None:
    """Shows a use case's refusal at its field, or at the top of the form when it is about the whole."""
    text = refusal_text(refused.code, refused.values)
    field = form[refused.field] if refused.field and refused.field in form else None
    if field is None or isinstance(field, HiddenField):
        form.form_errors.append(text)
    elif isinstance(field, FormField):
        first = next(iter(field.form))
        first.errors = [*first.errors, text]
    else:
        field.errors = [*field.errors, text]


def form_errors(form: Any) -> Iterator[tuple[str | None, str]]:
    """Every error of a form in its order, with the id of the box to mend (None: the form as a whole)."""
    for text in getattr(form, "form_errors", ()):
        yield None, str(text)
    for field in form:
        if isinstance(field, FormField):
            yield from form_errors(field.form)
        elif hasattr(field, "entries"):
            for entry in field.entries:
                yield from form_errors(entry.form) if isinstance(entry, FormField) else _field_errors(entry)
            if not any(entry.errors for entry in field.entries):
                yield from _field_errors(field)
        else:
            yield from _field_errors(field)


def _field_errors(field: Any) -> Iterator[tuple[str | None, str]]:
    for text in field.errors:
        yield None if isinstance(field, HiddenField) else first_box(field), str(text)


def box_kind(field: Any) -> str:
    """How a macro draws a field: localized, choices (a group of boxes), checkbox, select or box."""
    if isinstance(field, LocalizedTextField):
        return "localized"
    if isinstance(field, wtforms.BooleanField):
        return "checkbox"
    if isinstance(field, wtforms.SelectField | wtforms.SelectMultipleField):
        return "select" if isinstance(field.widget, wtforms.widgets.Select) else "choices"
    return "box"


def first_box(field: Any) -> str:
    """The id an error links to: of a group of choices, its first box."""
    if box_kind(field) == "choices":
        return f"{field.id}-0"
    return str(field.id)


def init_forms(app: Flask) -> None:
    # the token lives as long as the session: nobody's long form is lost
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
    csrf.init_app(app)
    app.jinja_env.globals.update(form_errors=form_errors, first_box=first_box, box_kind=box_kind)


__all__ = [
    "BusinessIdField",
    "CheckboxesField",
    "ClockField",
    "DayField",
    "EInvoiceAddressField",
    "EmailField",
    "Form",
    "IbanField",
    "IdentityCodeField",
    "LocalizedTextField",
    "MoneyField",
    "OnceForm",
    "ParsedField",
    "PhoneField",
    "QuantityField",
    "Required",
    "Unclear",
    "add_refusal",
    "choices",
    "csrf",
    "labelled",
]
