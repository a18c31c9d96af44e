"""What Finnish invoices are addressed and paid by: payment references (the domestic one and ISO 11649), e-invoice addresses,
a receiver's own reference, and a bank's code."""

import re

from stdnum import iso11649
from stdnum.fi import ytunnus


def finnish_reference(digits: str) -> str:
    """The domestic reference: 3 to 19 digits and their check digit. ValueError for anything else.

    Weights 7, 3, 1 from the right; the check digit brings the sum to the next ten (Finance Finland's standard).
    """
    digits = digits.lstrip("0")
    if not digits.isdecimal() or not 3 <= len(digits) <= 19:
        raise ValueError(f"a reference is made of 3 to 19 digits, not of {digits!r}")
    total = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(digits)))
    return f"{digits}{-total % 10}"


def rf_reference(reference: str) -> str:
    """The creditor reference RF.. of a domestic one: check digits by modulo 97 (ISO 11649)."""
    as_number = "".join(str(int(sign, 36)) for sign in f"{reference}RF00")
    return f"RF{98 - int(as_number) % 97:02d}{reference}"


def is_reference(text: str) -> bool:
    """Whether a payment reference is right by its own check digits: a domestic one, or RF.. (ISO 11649)."""
    bare = text.replace(" ", "").upper()
    if bare.startswith("RF"):
        return len(bare) <= 25 and iso11649.is_valid(bare)
    digits = bare.lstrip("0")
    return digits.isascii() and digits.isdecimal() and 4 <= len(digits) <= 20 and finnish_reference(digits[:-1]) == digits


def ovt_of(business_id: str) -> str:
    """The e-invoice address that every Finnish company has: 0037 and its business id without the dash."""
    return f"0037{business_id.replace('-', '')}"


def is_ovt(text: str) -> bool:
    """Whether an e-invoice address is an OVT: 0037, a right business id, at most five marks of the company's own."""
    return re.fullmatch(r"0037\d{8}[0-9A-Z]{0,5}", text) is not None and ytunnus.is_valid(text[4:12])


def is_operator(text: str) -> bool:
    """Whether a text can name who carries e-invoices: an OVT, or a bank's or operator's own code of letters and digits."""
    return is_ovt(text) if text.startswith("0037") else re.fullmatch(r"[A-Z0-9]{4,35}", text) is not None


def fits_form(text: str, form: str) -> bool:
    """Whether a text has the form that its receiver asks for: 9 stands for a digit, A for a letter, everything else for
    itself. An empty form takes any text."""
    if not form:
        return True
    marks = {"9": str.isdecimal, "A": str.isalpha}
    return len(text) == len(form) and all(
        marks[mark](sign) if mark in marks else mark == sign for sign, mark in zip(text, form, strict=True)
    )


BANKS = {
    "1": "NDEAFIHH", "2": "NDEAFIHH", "36": "SBANFIHH", "39": "SBANFIHH", "405": "HELSFIHH", "497": "HELSFIHH",
    "47": "POPFFI22", "5": "OKOYFIHH", "6": "AABAFI22", "8": "DABAFIHH",
}  # fmt: skip
"""Banks by the first digits of a Finnish account number (Finance Finland's list, the larger ones)."""


def finnish_bic(iban: str) -> str:
    """The bank's BIC of a Finnish account number; empty when it is not one of the banks that we know. A payment in the
    euro area goes without it."""
    if not iban.startswith("FI"):
        return ""
    return next((BANKS[iban[4 : 4 + size]] for size in (3, 2, 1) if iban[4 : 4 + size] in BANKS), "")
