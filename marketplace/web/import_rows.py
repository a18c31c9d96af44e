"""The rows of a region's own lists: their columns, and the portals' own boxes that read each cell.

A cell is understood, or not, exactly as what a person types on a page, and the reason comes in the same words.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, StringField
from wtforms.validators import Length

from marketplace.use_cases.own_company import LEGAL_FORMS
from marketplace.use_cases.provider_cards import LANGUAGES
from marketplace.use_cases.register_client import ClientFacts, NewClient
from marketplace.use_cases.register_provider import RegisterProvider
from marketplace.web.fields import DayField, ParsedField, PartForm, Required, Unclear
from marketplace.web.finnish_fields import (
    BusinessIdField,
    EInvoiceAddressField,
    EmailField,
    IbanField,
    IdentityCodeField,
    PhoneField,
)
from marketplace.web.i18n import LANGUAGES as PAGE_LANGUAGES
from marketplace.web.i18n import gettext, use_language
from marketplace.web.labels import label

MASK = "*"
"""What stands for the hidden marks of an identity code in everything that is printed or written."""


class WordField(ParsedField):
    """One of a few codes, written as the code or as its words in any of the page's languages."""

    family = ""
    codes: tuple[str, ...] = ()
    also: Mapping[str, str] = {}

    def parse(self, text: str) -> str:
        wanted = folded(text)
        for code in self.codes:
            if wanted == folded(code) or wanted in _words(self.family, code):
                return code
        if wanted in self.also:
            return self.also[wanted]
        known = ", ".join(label(self.family, code) for code in self.codes)
        raise Unclear(gettext("“%(written)s” is not one of these: %(known)s.", written=text[:60], known=known))


class LegalFormField(WordField):
    family = "legal_form"
    codes = LEGAL_FORMS
    also = {
        **dict.fromkeys(("oy", "ab", "oyj", "abp", "ky", "kb", "ay", "osakeyhtiö", "aktiebolag", "yritys"), "company"),
        **dict.fromkeys(("tmi", "fma", "toiminimi", "firma"), "sole_trader"),
        **dict.fromkeys(("ry", "rf", "yhdistys", "förening"), "association"),
        **dict.fromkeys(("sr", "säätiö", "stiftelse"), "foundation"),
        **dict.fromkeys(("osk", "anl", "osuuskunta", "andelslag"), "cooperative"),
        **dict.fromkeys(("kunta", "kuntayhtymä", "kommun", "samkommun"), "municipality"),
    }


class LanguageField(WordField):
    """A language in which a client is served."""

    family = "language"
    codes = LANGUAGES


class PageLanguageField(WordField):
    """A language in which the house writes."""

    family = "language"
    codes = PAGE_LANGUAGES


class YesNoField(ParsedField):
    """Yes or no; an empty cell is neither."""

    words = {
        **dict.fromkeys(("kyllä", "k", "on", "x", "ja", "j", "yes", "y", "true", "tosi", "1"), True),
        **dict.fromkeys(("ei", "e", "nej", "n", "no", "false", "epätosi", "0"), False),
    }

    def parse(self, text: str) -> bool:
        found = self.words.get(folded(text))
        if found is None:
            raise Unclear(gettext("Write yes or no."))
        return found


class ListedCodeField(IdentityCodeField):
    """An identity code; one that an earlier list of errors has masked is told apart."""

    def parse(self, text: str) -> str:
        if MASK in text:
            raise Unclear(gettext("The identity code is masked in this file. Write it whole again."))
        return super().parse(text)


class ClientRow(PartForm):
    """One client of a list."""

    identity_code = ListedCodeField(validators=[Required()])
    first_name = StringField(validators=[Required(), Length(max=200)])
    last_name = StringField(validators=[Required(), Length(max=200)])
    municipality = StringField(validators=[Required(), Length(max=60)])
    language = LanguageField(validators=[Required()])
    address = StringField(validators=[Required(), Length(max=200)])
    protected_address = YesNoField(validators=[Required()])
    phone = PhoneField()
    email = EmailField()
    unemployed_since = DayField(validators=[Required()])
    benefit_days = IntegerField(validators=[Required()])
    caseworker = EmailField()

    def order(self, allow_temporary: bool) -> NewClient:
        """What the row asks for; the caseworker is looked up by whoever knows the organiser's people."""
        given = self.data
        facts = ClientFacts(**{field.name: given[field.name] for field in fields(ClientFacts)})
        return NewClient(given["identity_code"], facts, allow_temporary=allow_temporary)


class ProviderRow(PartForm):
    """One company of a list, with whoever is to be its first manager."""

    business_id = BusinessIdField(validators=[Required()])
    name = StringField(validators=[Required(), Length(max=200)])
    legal_form = LegalFormField(validators=[Required()])
    vat_registered = YesNoField(validators=[Required()])
    iban = IbanField(validators=[Required()])
    e_invoice_address = EInvoiceAddressField()
    email = EmailField(validators=[Required()])
    phone = PhoneField(validators=[Required()])
    manager_name = StringField(validators=[Required(), Length(max=200)])
    manager_email = EmailField(validators=[Required()])
    belongs_to = BusinessIdField()
    language = PageLanguageField()

    def order(self, demonstration: bool) -> RegisterProvider:
        """What the row asks for."""
        given = self.data
        return RegisterProvider(**{**given, "language": given["language"] or "fi"}, demonstration=demonstration)


def filled(form: type[PartForm], values: Mapping[str, str]) -> Any:
    """A row's form with its cells in it; `validate()` it before it is asked for an order."""
    return form(MultiDict(values))


def problems(form: Any) -> list[tuple[str, str]]:
    """Every field that could not be read, with the reason in words."""
    return [(field.name, str(text)) for field in form for text in field.errors[:1]]


def folded(text: str) -> str:
    """A word as it is compared: composed, without capitals and outer blanks."""
    return unicodedata.normalize("NFC", text).casefold().strip().rstrip(".")


_KNOWN_WORDS: dict[tuple[str, str], frozenset[str]] = {}


def _words(family: str, code: str) -> frozenset[str]:
    found = _KNOWN_WORDS.get((family, code))
    if found is None:
        words = set()
        for language in PAGE_LANGUAGES:
            with use_language(language):
                words.add(folded(label(family, code)))
        found = _KNOWN_WORDS[family, code] = frozenset(words)
    return found
