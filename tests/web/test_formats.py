"""How money, days and amounts are written in the three languages."""

from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from marketplace.web import formats
from marketplace.web.i18n import use_language


def plain(text: str) -> str:
    """With common blanks and a common minus, to compare."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2212", "-")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fi", ["1 234,50 €", "0,00 €", "-5,05 €", "900 000 €", "0 €"]),
        ("sv", ["1 234,50 €", "0,00 €", "-5,05 €", "900 000 €", "0 €"]),
        ("en", ["1,234.50 €", "0.00 €", "-5.05 €", "900,000 €", "0 €"]),
    ],
)
def test_money(language: str, written: list[str]) -> None:
    with use_language(language):
        shown = [formats.money(123450), formats.money(0), formats.money(-505)]
        shown += [formats.money(90_000_000, short=True), formats.money(0, short=True)]
        assert [plain(one) for one in shown] == written
        assert plain(formats.money(123450, short=True)) == written[0]


def test_money_refuses_what_is_not_cents() -> None:
    assert formats.money(None) == "–"
    for wrong in (1.5, Decimal(1), "1"):
        with pytest.raises(TypeError):
            formats.money(wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("fi", ["21.11.2026", "21.11.", "21. marraskuuta 2026", "marraskuu 2026", "1.11.2026–21.11.2026"]),
        ("sv", ["21.11.2026", "21.11.", "21 november 2026", "november 2026", "1.11.2026–21.11.2026"]),
        ("en", ["21 Nov 2026", "21 Nov", "21 November 2026", "November 2026", "1 Nov 2026–21 Nov 2026"]),
    ],
)
def test_days(language: str, written: list[str]) -> None:
    day = date(2026, 11, 21)
    with use_language(language):
        shown = [formats.day(day), formats.day_short(day), formats.day_words(day), formats.month(day)]
        shown.append(formats.days(date(2026, 11, 1), day))
        assert [plain(one) for one in shown] == written
        assert formats.day(None) == formats.day_words(None) == "–"
        assert formats.days(None, None) == "–"


@pytest.mark.parametrize(
    ("language", "written"),
    [("fi", "21.11.2026 klo 14.05"), ("sv", "21.11.2026 kl. 14.05"), ("en", "21 Nov 2026 at 14:05")],
)
def test_moments_are_in_finnish_time(language: str, written: str) -> None:
    with use_language(language):
        assert plain(formats.moment(datetime(2026, 11, 21, 12, 5, tzinfo=UTC))) == written


def test_moments_know_summer_and_the_change_of_day() -> None:
    assert formats.moment(datetime(2026, 7, 1, 21, 30, tzinfo=UTC)) == "2.7.2026 klo 0.30"
    assert formats.day_of(datetime(2026, 7, 1, 21, 30, tzinfo=UTC)) == "2.7.2026"
    assert formats.time_of_day(datetime(2026, 7, 1, 9, 30, tzinfo=UTC)) == "klo 12.30"
    assert formats.iso(date(2026, 7, 1)) == "2026-07-01"
    assert formats.moment(None) == formats.day_of(None) == formats.time_of_day(None) == "–"
    with pytest.raises(ValueError, match="time zone"):
        formats.moment(datetime(2026, 7, 1))


@pytest.mark.parametrize(
    ("language", "hundredths", "unit", "long", "short"),
    [
        ("fi", 250, "hour", "2,5 tuntia", "2,5 h"),
        ("fi", 100, "hour", "1 tunti", "1 h"),
        ("fi", 25, "hour", "0,25 tuntia", "0,25 h"),
        ("fi", 4000, "hour", "40 tuntia", "40 h"),
        ("fi", 300, "day", "3 päivää", "3 pv"),
        ("fi", 200, "month", "2 kuukautta", "2 kk"),
        ("fi", 100, "session", "1 tapaaminen", "1 ×"),
        ("fi", 100, "lump_sum", "1 kertakorvaus", "1 ×"),
        ("sv", 100, "hour", "1 timme", "1 h"),
        ("sv", 250, "hour", "2,5 timmar", "2,5 h"),
        ("en", 100, "hour", "1 hour", "1 h"),
        ("en", 123456, "session", "1,234.56 sessions", "1,234.56 ×"),
    ],
)
def test_quantities(language: str, hundredths: int, unit: str, long: str, short: str) -> None:
    with use_language(language):
        assert plain(formats.quantity(hundredths, unit)) == long
        assert plain(formats.quantity(hundredths, unit, short=True)) == short


def test_unknown_units_are_an_error_and_unknown_amounts_a_dash() -> None:
    assert formats.quantity(None, "hour") == "–"
    with pytest.raises(KeyError):
        formats.quantity(100, "parsec")


def test_prices_and_shares() -> None:
    assert plain(formats.unit_price(6200, "hour")) == "62,00 € / tunti"
    assert formats.unit_price(None, "hour") == "–"
    assert plain(formats.percent(Fraction(9, 20))) == "45 %"
    assert plain(formats.percent(0.999, decimals=1)) == "99,9 %"
    assert formats.percent(None) == "–"
    assert plain(formats.number(12500)) == "12 500"
    assert plain(formats.number(Decimal("2.50"))) == "2,5"
    assert formats.number(None) == "–"
