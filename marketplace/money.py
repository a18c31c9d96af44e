"""Money: integer cents, quantities in integer hundredths, and the only rounding of the house.

Every amount of a formula is multiplied first and rounded once, half up: 0.5 cent becomes 1 cent. A negative amount
mirrors its positive twin (-0.5 becomes -1), so that a correction takes back exactly what was booked.
Floats, decimals and bools are refused with TypeError: 0.1 + 0.2 has no place near public money.
"""

HUNDREDTHS = 100
PERCENT = 100
BASIS_POINTS = 10_000


def whole(value: object, name: str = "value") -> int:
    """Give the value back if it is a true integer.

    Errors: TypeError for a float, a Decimal, a bool or anything else that is not an int.
    """
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    return value


def not_negative(value: object, name: str = "value") -> int:
    """Give the value back if it is an integer of zero or more.

    Errors: TypeError as in `whole`; ValueError below zero.
    """
    number = whole(value, name)
    if number < 0:
        raise ValueError(f"{name} must not be negative, got {number}")
    return number


def divide(numerator: int, denominator: int) -> int:
    """The one rounding: numerator / denominator to the nearest integer, halves away from zero.

    Errors: TypeError for anything but ints; ValueError when the denominator is not positive.
    """
    whole(numerator, "numerator")
    if whole(denominator, "denominator") <= 0:
        raise ValueError("denominator must be positive")
    size = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -size if numerator < 0 else size


def product(quantity_hundredths: int, price_cents: int, percent: int = 100) -> int:
    """quantity x price x percent in cents, rounded once at the end.

    quantity_hundredths: hundredths of the unit (0.25 h = 25). price_cents: gross cents for one unit. percent: 0 to 100
    for a paid share, but any integer is taken. Errors: TypeError for floats and bools.
    """
    numerator = whole(quantity_hundredths, "quantity_hundredths") * whole(price_cents, "price_cents")
    return divide(numerator * whole(percent, "percent"), HUNDREDTHS * PERCENT)


def times(quantity_hundredths: int, price_cents: int) -> int:
    """quantity x price in cents, rounded once. Errors: TypeError for floats and bools."""
    return product(quantity_hundredths, price_cents)


def share(amount: int, percent: int) -> int:
    """A percentage of an amount (cents or hundredths), rounded once. Errors: TypeError for floats and bools."""
    return divide(whole(amount, "amount") * whole(percent, "percent"), PERCENT)


def split_gross(gross_cents: int, vat_basis_points: int) -> tuple[int, int]:
    """Split a gross amount into (net_cents, vat_cents); the two always sum to the gross.

    vat_basis_points: the rate in hundredths of a percent (25.5 % = 2550, exempt = 0). The net is rounded, the tax is
    the rest. Errors: TypeError for floats and bools; ValueError for a negative rate.
    """
    whole(gross_cents, "gross_cents")
    rate = not_negative(vat_basis_points, "vat_basis_points")
    net_cents = divide(gross_cents * BASIS_POINTS, BASIS_POINTS + rate)
    return net_cents, gross_cents - net_cents
