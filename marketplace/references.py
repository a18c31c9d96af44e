"""Payment references: the Finnish one (check digit by weights 7, 3, 1) and its international form (ISO 11649)."""


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
