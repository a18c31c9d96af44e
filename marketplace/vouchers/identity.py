"""Ages from a birth date, for target groups. Identity codes are read elsewhere, at the edge; a rule only needs the age."""

from datetime import date

from marketplace.period import add_months, plain_day


def day_of_age(birth: date, years: int) -> date:
    """The day on which a person born on `birth` turns `years`; for a 29 February in a common year, 1 March."""
    plain_day(birth, "birth")
    turned = add_months(birth, 12 * years)
    return turned if turned.day == birth.day else date(turned.year, 3, 1)


def age_on(birth: date, day: date) -> int:
    """Full years of age on the day. Errors: ValueError when the day is before the birth."""
    if plain_day(day) < plain_day(birth, "birth"):
        raise ValueError("nobody has an age before the birth")
    years = day.year - birth.year
    return years if day >= day_of_age(birth, years) else years - 1


def in_age_group(birth: date, day: date, *, lowest: int | None = None, highest: int | None = None) -> bool:
    """Is the person within the target group on the day? Both ends belong to it (30 to 55: until the eve of 56)."""
    age = age_on(birth, day)
    return (lowest is None or age >= lowest) and (highest is None or age <= highest)
