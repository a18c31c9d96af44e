"""The boxes of a form, and the values they give: cents, hundredths, dates, dicts of languages.

A box keeps what was typed when it cannot read it, and says how to write it.
"""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from typing import Any

import wtforms
from wtforms import BooleanField, FormField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.core import UnboundField
from wtforms.validators import Length, StopValidation
from wtforms.widgets import CheckboxInput, ListWidget

from marketplace.web import formats
from marketplace.web.i18n import LazyText, gettext, lazy_gettext, ntranslate, translate

MOST_CENTS = 100_000_000_00
MOST_HUNDREDTHS = 10_000_000_00


class Words:
    """WTForms' own messages come from our catalogues too (marketplace/web/wtforms_words.py names them)."""

    def gettext(self, message: str) -> str:
        return translate(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return ntranslate(singular, plural, n)


def clean_text(value: Any) -> Any:
    """What a person meant to type: composed letters, no control characters, no blanks around, one kind of line end."""
    if not isinstance(value, str):
        return value
    composed = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in composed if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def cleaning(unbound: UnboundField) -> UnboundField:
    """The same field with `clean_text` as its first filter. Passwords stay as typed."""
    kind = unbound.field_class
    if not issubclass(kind, StringField) or issubclass(kind, wtforms.PasswordField):
        return unbound
    filters = [clean_text, *unbound.kwargs.get("filters", ())]
    return UnboundField(kind, *unbound.args, name=unbound.name, **{**unbound.kwargs, "filters": filters})


class PartForm(wtforms.Form):  # type: ignore[misc]
    """The form inside an enclosure: the outer form carries the CSRF token."""

    class Meta(wtforms.meta.DefaultMeta):  # type: ignore[misc]
        def bind_field(self, form: Any, unbound_field: UnboundField, options: dict[str, Any]) -> Any:
            return super().bind_field(form, cleaning(unbound_field), options)

        def get_translations(self, form: Any) -> Words:
            return Words()


class Required:
    """The field must have an answer. 0 and "no" are answers."""

    def __init__(self, message: LazyText | str | None = None) -> None:
        self.message = message
        self.field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        if any(value.strip() if isinstance(value, str) else value for value in field.raw_data or ()):
            return
        field.errors[:] = []
        raise StopValidation(self.message or self.general(field))

    def general(self, field: Any) -> str:
        """The words for a field that has none of its own. They name the field: the summary on top of the page says
        them too.
        """
        if missing := getattr(field, "missing", None):
            return str(missing)
        if isinstance(field, BooleanField):
            return gettext("Tick the box to go on.")
        if isinstance(field, SelectField | SelectMultipleField):
            return gettext("Choose one: %(label)s", label=field.label.text)
        return gettext("Fill in: %(label)s", label=field.label.text)


class Unclear(ValueError):
    """What was typed cannot be understood; the text says how to write it."""


class ParsedField(StringField):  # type: ignore[misc]
    """A text box whose data is a value: None when empty, the typed text kept when it is not understood."""

    missing: LazyText | None = None
    hint: LazyText | None = None
    autocomplete: str | None = None
    inputmode: str | None = None

    def parse(self, text: str) -> Any:
        raise NotImplementedError

    def show(self, value: Any) -> str:
        return str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and (text := clean_text(valuelist[0])):
            self.data = self.parse(text)

    def pre_validate(self, form: Any) -> None:
        if self.process_errors:
            raise StopValidation

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.show(self.data)

    def __call__(self, **attributes: Any) -> Any:
        for name in ("autocomplete", "inputmode"):
            if value := getattr(self, name):
                attributes.setdefault(name, value)
        return super().__call__(**attributes)


_BLANKS = re.compile(r"[\s\u00a0\u202f\u2009]")
_AMOUNT = re.compile(r"^\d+(?:[.,]\d*)?$|^[.,]\d+$")


def parse_amount(text: str) -> Decimal | None:
    """A plain amount as people write it, 1 234,50 or 1234.5; None when it is not one. The sign is kept."""
    bare = _BLANKS.sub("", text).replace("\u2212", "-")
    sign = bare.startswith("-")
    bare = bare.removeprefix("-").removeprefix("+")
    if bare.count(",") and bare.count("."):  # 1.234,50 and 1,234.50: the last mark is the decimal mark
        thousands = "." if bare.rfind(",") > bare.rfind(".") else ","
        whole, *groups = bare[: max(bare.rfind(","), bare.rfind("."))].split(thousands)
        if not (1 <= len(whole) <= 3 and all(len(group) == 3 for group in groups)):
            return None
        bare = bare.replace(thousands, "")
    if not bare.isascii() or not _AMOUNT.match(bare):
        return None
    value = Decimal(bare.replace(",", ".").rstrip("."))
    return -value if sign else value


class MoneyField(ParsedField):
    """1 234,50 or 1234.5 or 12 € becomes int cents."""

    inputmode = "decimal"
    autocomplete = "off"
    missing = lazy_gettext("Write the amount in euros, for example 1250.00.")

    def __init__(self, label: Any = None, validators: Any = None, most_cents: int = MOST_CENTS, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.most_cents = most_cents

    def parse(self, text: str) -> int:
        amount = parse_amount(re.sub(r"(?i)(€|eur(oa|o)?)", "", text))
        if amount is None:
            raise Unclear(gettext("We did not understand the amount. Write it in numbers, for example 1250.00."))
        if amount < 0:
            raise Unclear(gettext("The amount cannot be below zero. Leave out the minus sign."))
        if amount * 100 != int(amount * 100):
            raise Unclear(gettext("The amount has more than two decimals. Round it to whole cents."))
        if amount * 100 > self.most_cents:
            raise Unclear(
                gettext("The amount is too large. Write at most %(most)s.", most=formats.money(self.most_cents))
            )
        return int(amount * 100)

    def show(self, value: int) -> str:
        return formats.money(value).removesuffix("€").strip()


class QuantityField(ParsedField):
    """2,5 becomes 250 hundredths."""

    inputmode = "decimal"
    autocomplete = "off"
    missing = lazy_gettext("Write the quantity in numbers, for example 2.5.")

    def __init__(
        self, label: Any = None, validators: Any = None, most_hundredths: int = MOST_HUNDREDTHS, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, **kwargs)
        self.most_hundredths = most_hundredths

    def parse(self, text: str) -> int:
        amount = parse_amount(re.sub(r"(?i)\s*(h|tuntia|tunti|t|tim|timmar|kpl|st|pv|kk)\.?$", "", text))
        if amount is None:
            raise Unclear(gettext("We did not understand the quantity. Write it in numbers, for example 2.5."))
        if amount < 0:
            raise Unclear(gettext("The quantity cannot be below zero. Leave out the minus sign."))
        if amount * 100 != int(amount * 100):
            raise Unclear(gettext("The quantity has more than two decimals. Write at most two, for example 2.25."))
        if amount * 100 > self.most_hundredths:
            most = formats.number(Decimal(self.most_hundredths) / 100)
            raise Unclear(gettext("The quantity is too large. Write at most %(most)s.", most=most))
        return int(amount * 100)

    def show(self, value: int) -> str:
        return formats.number(Decimal(value) / 100)


_FINNISH_DAY = re.compile(r"^(\d{1,2})(?:[.,/-]\s*|\s+)(\d{1,2})(?:[.,/-]\s*|\s+)(\d{4})$|^(\d{2})(\d{2})(\d{4})$")
_ISO_DAY = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")


class DayField(ParsedField):
    """A calendar day, written 21.11.2026 (2026-11-21 and 21112026 pass too).

    A plain box with its pattern above it: the browser's own picker shows the order of its own language, not of the page's,
    and forgets what it cannot read.
    """

    inputmode = "decimal"
    autocomplete = "off"
    missing = lazy_gettext("Give the date, for example 21.11.2026.")
    hint = lazy_gettext("For example 21.11.2026")

    def parse(self, text: str) -> date:
        if found := _ISO_DAY.match(text):
            year, month, day = (int(part) for part in found.groups())
        elif found := _FINNISH_DAY.match(text):
            day, month, year = (int(part) for part in found.groups() if part is not None)
        else:
            raise Unclear(gettext("We did not understand the date. Write day, month and year, for example 21.11.2026."))
        try:
            parsed = date(year, month, day)
        except ValueError:
            raise Unclear(gettext("There is no such day in the calendar. Check the day and the month.")) from None
        if not 1900 <= year <= 2200:
            raise Unclear(gettext("Check the year. Write it with four numbers, for example 2026."))
        return parsed

    def show(self, value: date) -> str:
        return f"{value.day}.{value.month}.{value.year}"


_CLOCK = re.compile(r"^(\d{1,2})(?:[.:](\d{2}))?$")


class ClockField(ParsedField):
    """A time of the day, written 17.30 or 17:30, becomes the minute of the day; 24.00 is its end."""

    inputmode = "decimal"
    autocomplete = "off"
    missing = lazy_gettext("Write the time, for example 17.30.")
    hint = lazy_gettext("For example 17.30")

    def parse(self, text: str) -> int:
        found = _CLOCK.match(re.sub(r"(?i)^(klo|kl\.?|kello|klockan)\s*", "", text))
        hours, minutes = (int(found[1]), int(found[2] or 0)) if found else (-1, 0)
        if found is None or not 0 <= hours * 60 + minutes <= 24 * 60 or minutes > 59:
            raise Unclear(gettext("We did not understand the time. Write hours and minutes, for example 17.30."))
        return hours * 60 + minutes

    def show(self, value: int) -> str:
        return f"{value // 60}.{value % 60:02d}"


class CheckboxesField(SelectMultipleField):  # type: ignore[misc]
    """Several choices of a few, each with its box."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class _ShortTexts(PartForm):
    fi = StringField(lazy_gettext("In Finnish"))
    sv = StringField(lazy_gettext("In Swedish"))
    en = StringField(lazy_gettext("In English"))


class _LongTexts(PartForm):
    fi = TextAreaField(lazy_gettext("In Finnish"))
    sv = TextAreaField(lazy_gettext("In Swedish"))
    en = TextAreaField(lazy_gettext("In English"))


class LocalizedTextField(FormField):  # type: ignore[misc]
    """One text in three languages: {"fi": .., "sv": .., "en": ..} without the empty ones. Finnish is required unless
    told otherwise.
    """

    localized = True

    def __init__(
        self, label: Any = None, required: bool = True, long: bool = False, most: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(_LongTexts if long else _ShortTexts, label, **kwargs)
        self.needed = required
        self.most = most or (5000 if long else 200)

    def process(self, formdata: Any, data: Any = wtforms.utils.unset_value, extra_filters: Any = None) -> None:
        super().process(formdata, {} if data is None else data, extra_filters)
        for part in self.form:
            part.validators = [Length(max=self.most)]
        if self.needed:
            self.form.fi.validators = [
                Required(gettext("Write at least the Finnish text: %(label)s", label=self.label.text)),
                Length(max=self.most),
            ]
            self.form.fi.flags.required = True

    @property
    def data(self) -> dict[str, str]:
        return {language: text for language, text in self.form.data.items() if text}
