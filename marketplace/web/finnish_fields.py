"""Boxes for what Finland numbers: persons, businesses, accounts, e-invoice addresses, and the ways to reach somebody."""

import re

from email_validator import EmailNotValidError, validate_email
from flask import current_app
from stdnum import exceptions as stdnum_errors
from stdnum import iban
from stdnum.fi import hetu, ytunnus

from marketplace.web.fields import ParsedField, Unclear
from marketplace.web.i18n import gettext, lazy_gettext

_SEPARATORS = re.compile(r"[\s\u00a0\u202f\-\u2010-\u2015().]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")


class IdentityCodeField(ParsedField):
    """A Finnish personal identity code. Temporary ones (900–999) pass where the app's ALLOW_TEMPORARY_IDENTITY_CODES
    says so.
    """

    autocomplete = "off"
    missing = lazy_gettext("Write the personal identity code, for example 131052-308T.")

    def parse(self, text: str) -> str:
        code = _DASHES.sub("-", text).replace(" ", "").upper()
        try:
            return str(
                hetu.validate(code, allow_temporary=bool(current_app.config.get("ALLOW_TEMPORARY_IDENTITY_CODES")))
            )
        except stdnum_errors.InvalidFormat:
            problem = gettext("Check the personal identity code. It has 11 characters, for example 131052-308T.")
        except stdnum_errors.InvalidChecksum:
            problem = gettext("Check the personal identity code. A number or a letter in it is wrong.")
        except stdnum_errors.ValidationError:
            problem = gettext("Check the personal identity code. There is no such code in use.")
        raise Unclear(problem)


def business_id(text: str) -> str | None:
    """1234567-8 from whatever way it was typed (six digits of old ids get their zero), or None when it is not a
    business id.
    """
    bare = _SEPARATORS.sub("", text).upper().removeprefix("FI")
    if not bare.isdigit() or not bare.isascii() or len(bare) not in (7, 8):
        return None
    bare = bare.zfill(8)
    return str(ytunnus.format(bare)) if ytunnus.is_valid(bare) else None


class BusinessIdField(ParsedField):
    """A Finnish business id, 1234567-8."""

    autocomplete = "off"
    missing = lazy_gettext("Write the business ID, for example 1234567-1.")

    def parse(self, text: str) -> str:
        found = business_id(text)
        if found is None:
            raise Unclear(
                gettext("Check the business ID. It has seven numbers, a dash and one number, for example 1234567-1.")
            )
        return found


class IbanField(ParsedField):
    """A bank account number of any IBAN country, kept without spaces and shown in fours."""

    autocomplete = "off"
    missing = lazy_gettext("Write the account number, for example FI21 1234 5600 0007 85.")

    def parse(self, text: str) -> str:
        bare = _SEPARATORS.sub("", text).upper()
        if not iban.is_valid(bare):
            raise Unclear(
                gettext("Check the account number. It begins with two letters, for example FI21 1234 5600 0007 85.")
            )
        return bare

    def show(self, value: str) -> str:
        return " ".join(value[i : i + 4] for i in range(0, len(value), 4))


class EInvoiceAddressField(ParsedField):
    """Where an e-invoice goes: an OVT (0037, the business id's eight digits, at most five more marks) or an IBAN."""

    autocomplete = "off"
    missing = lazy_gettext("Write the e-invoice address, for example 003712345671.")

    def parse(self, text: str) -> str:
        bare = _SEPARATORS.sub("", text).upper()
        if bare.startswith("0037"):
            if not re.fullmatch(r"0037\d{8}[0-9A-Z]{0,5}", bare):
                raise Unclear(
                    gettext("Check the e-invoice address. After 0037 come the eight numbers of the business ID.")
                )
            if business_id(bare[4:12]) is None:
                raise Unclear(gettext("Check the e-invoice address. The business ID in it is not right."))
            return bare
        if not iban.is_valid(bare):
            raise Unclear(
                gettext("Check the e-invoice address. It begins with 0037, or it is an account number in IBAN form.")
            )
        return bare


class EmailField(ParsedField):
    """An e-mail address. Its form is checked, not whether somebody reads it."""

    autocomplete = "email"
    inputmode = "email"
    missing = lazy_gettext("Write the e-mail address, for example matti.virtanen@posti.fi.")

    def parse(self, text: str) -> str:
        problem = gettext("Check the e-mail address. Write it like this: matti.virtanen@posti.fi.")
        try:
            address = validate_email(text, check_deliverability=False, globally_deliverable=False).normalized
        except EmailNotValidError:
            raise Unclear(problem) from None
        if "." not in address.rpartition("@")[2]:
            raise Unclear(problem)
        return address

    def __call__(self, **attributes: object) -> object:
        attributes.setdefault("type", "email")
        return super().__call__(**attributes)


class PhoneField(ParsedField):
    """A phone number, kept as +358401234567. A number without a country is Finnish."""

    autocomplete = "tel"
    inputmode = "tel"
    missing = lazy_gettext("Write the phone number, for example 040 123 4567.")

    def parse(self, text: str) -> str:
        bare = re.sub(r"[\s\u00a0\u202f\-\u2010-\u2015()./]", "", text.replace("(0)", ""))
        if bare.startswith("00"):
            bare = "+" + bare[2:]
        elif bare.startswith("0"):
            bare = "+358" + bare[1:]
        if bare.startswith("+3580"):
            bare = "+358" + bare[5:]
        good = r"\+358[1-9]\d{4,11}" if bare.startswith("+358") else r"\+[1-9]\d{6,14}"
        if not bare.isascii() or not re.fullmatch(good, bare):
            raise Unclear(
                gettext(
                    "Check the phone number. Write it like this: 040 123 4567, or with its country: +46 70 123 4567."
                )
            )
        return bare

    def show(self, value: str) -> str:
        return phone(value)

    def __call__(self, **attributes: object) -> object:
        attributes.setdefault("type", "tel")
        return super().__call__(**attributes)


def phone(value: str) -> str:
    """+358401234567 as a Finn writes it: 040 123 4567. Other countries stay whole."""
    if not value.startswith("+358"):
        return value
    national = "0" + value[4:]
    return " ".join(part for part in (national[:3], national[3:6], national[6:]) if part)
