"""Value added tax: the class with its reason, the rate of the day of delivery, and parts that sum to the whole."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.money import split_gross
from marketplace.pricing.vat import (
    RATES,
    Basis,
    BonusVat,
    Category,
    ClientBasis,
    Fact,
    MissingFact,
    Part,
    RateKind,
    Service,
    Supplier,
    classify,
    percent_text,
    rate_on,
    share_of,
    split_lines,
)

DAY = date(2026, 10, 6)
COACHING = Service(Basis.TAXABLE)
WELFARE = Service(Basis.SOCIAL_WELFARE)
COMPANY = Supplier(registered=True, supervised=True, own_control=True)
INDIVIDUAL = ClientBasis(decision=True, plan=True)


@pytest.mark.parametrize(
    ("kind", "day", "points"),
    [
        (RateKind.GENERAL, date(2024, 8, 31), 2400),
        (RateKind.GENERAL, date(2024, 9, 1), 2550),
        (RateKind.GENERAL, DAY, 2550),
        (RateKind.REDUCED, date(2025, 12, 31), 1400),
        (RateKind.REDUCED, date(2026, 1, 1), 1350),
        (RateKind.LOWEST, DAY, 1000),
    ],
)
def test_the_rate_is_that_of_the_day_of_delivery(kind: RateKind, day: date, points: int) -> None:
    assert rate_on(kind, day) == points
    assert classify(Service(Basis.TAXABLE, kind), COMPANY, INDIVIDUAL, day).basis_points == points


def test_no_rate_is_guessed_before_the_table_begins() -> None:
    with pytest.raises(ValueError, match="2012-12-31"):
        rate_on(RateKind.GENERAL, date(2012, 12, 31))


@pytest.mark.parametrize(
    ("service", "supplier", "client", "category", "reason"),
    [
        (COACHING, COMPANY, INDIVIDUAL, "S", "taxable"),
        (WELFARE, COMPANY, INDIVIDUAL, "E", "social_welfare"),
        (Service(Basis.HEALTH_CARE), COMPANY, INDIVIDUAL, "E", "health_care"),
        (WELFARE, replace(COMPANY, registered=False), INDIVIDUAL, "E", "social_welfare"),
        # every condition of the exemption must hold at once
        (WELFARE, COMPANY, ClientBasis(decision=False, plan=True), "S", "no_decision"),
        (WELFARE, COMPANY, ClientBasis(decision=True, plan=False), "S", "no_plan"),
        (WELFARE, replace(COMPANY, supervised=False), INDIVIDUAL, "S", "not_supervised"),
        (WELFARE, replace(COMPANY, own_control=False), INDIVIDUAL, "S", "no_own_control"),
        # outside the register nobody charges tax, whatever the service is
        (COACHING, Supplier(registered=False), INDIVIDUAL, "E", "small_business"),
        (WELFARE, Supplier(registered=False, supervised=False), INDIVIDUAL, "E", "small_business"),
        (Service(Basis.OUTSIDE), Supplier(registered=None), INDIVIDUAL, "O", "outside"),
    ],
)
def test_the_class_follows_from_the_facts(
    service: Service, supplier: Supplier, client: ClientBasis, category: str, reason: str
) -> None:
    found = classify(service, supplier, client, DAY)
    assert (found.category, found.reason) == (category, reason)
    assert (found.exemption_text is None) == (category == "S")
    assert found.points == (2550 if category == "S" else 0)


def test_the_codes_of_the_european_list() -> None:
    codes = {
        basis: classify(Service(basis), COMPANY, INDIVIDUAL, DAY).exemption_code for basis in Basis if basis != "taxable"
    }
    assert codes == {
        "social_welfare": "VATEX-EU-132-1G",
        "health_care": "VATEX-EU-132-1C",
        "outside": "VATEX-EU-O",
    }
    assert classify(COACHING, Supplier(registered=False), INDIVIDUAL, DAY).exemption_code is None


@pytest.mark.parametrize("bonus", list(BonusVat))
def test_a_bonus_follows_its_service_unless_the_package_says_otherwise(bonus: BonusVat) -> None:
    service = Service(Basis.SOCIAL_WELFARE, bonus=bonus)
    assert classify(service, COMPANY, INDIVIDUAL, DAY).category == Category.EXEMPT
    expected = Category.OUTSIDE if bonus is BonusVat.OUTSIDE else Category.EXEMPT
    assert classify(service, COMPANY, INDIVIDUAL, DAY, bonus=True).category == expected


@pytest.mark.parametrize(
    ("service", "supplier", "fact"),
    [
        (Service(None), COMPANY, Fact.SERVICE_BASIS),
        (COACHING, Supplier(registered=None), Fact.REGISTERED),
        (WELFARE, Supplier(registered=True), Fact.SUPERVISED),
        (WELFARE, Supplier(registered=True, supervised=True), Fact.OWN_CONTROL),
    ],
)
def test_a_missing_fact_is_named_and_never_guessed(service: Service, supplier: Supplier, fact: Fact) -> None:
    with pytest.raises(MissingFact) as missing:
        classify(service, supplier, INDIVIDUAL, DAY)
    assert missing.value.fact is fact


def test_a_rate_is_written_as_a_plain_number() -> None:
    points = (2550, 2400, 1350, 1000, 0, 1005)
    assert [percent_text(one) for one in points] == ["25.5", "24", "13.5", "10", "0", "10.05"]


amounts = st.lists(st.integers(0, 500_000), min_size=1, max_size=120)
rates = st.sampled_from([0, 1000, 1350, 1400, 2400, 2550])


@given(amounts, rates)
def test_the_parts_of_a_class_sum_to_the_whole(gross: list[int], points: int) -> None:
    parts = split_lines(gross, points)
    assert [part.gross_cents for part in parts] == gross
    net, vat = split_gross(sum(gross), points)
    assert (sum(part.net_cents for part in parts), sum(part.vat_cents for part in parts)) == (net, vat)
    # the tax of the class is its net times the rate, but for the cent that no net could give
    assert abs(vat * 10_000 - net * points) <= 6_275
    for part, whole in zip(parts, gross, strict=True):
        assert part.net_cents >= 0
        assert part.vat_cents >= 0
        assert abs(part.net_cents * (10_000 + points) - whole * 10_000) <= 10_000 + points


@given(st.integers(1, 500_000), rates, st.data())
def test_what_is_credited_piece_by_piece_sums_to_the_line(gross: int, points: int, data: st.DataObject) -> None:
    (whole,) = split_lines([gross], points)
    taken, pieces = 0, []
    while taken < gross:
        piece = data.draw(st.integers(1, gross - taken))
        pieces.append(share_of(whole, piece, taken))
        taken += piece
        if len(pieces) == 20:
            pieces.append(share_of(whole, gross - taken, taken)) if taken < gross else None
            break
    assert sum(piece.net_cents for piece in pieces) == whole.net_cents
    assert sum(piece.vat_cents for piece in pieces) == whole.vat_cents
    assert all(piece.net_cents >= 0 and piece.vat_cents >= 0 for piece in pieces)


def test_never_more_than_is_left() -> None:
    part = Part(2656, 677)
    assert share_of(part, 3333) == part
    for amount, before in ((3334, 0), (1, 3333), (1001, 2333), (0, 0), (-1, 0)):
        with pytest.raises(ValueError, match="left"):
            share_of(part, amount, before)


@pytest.mark.parametrize(
    ("gross", "net", "vat"),
    [([3333] * 3, 7967, 2032), ([1333] * 100, 106_215, 27_085), ([373], 297, 76)],
    ids=["3 x 33.33", "a hundred lines of 0.25 h at 53.33", "0.07 h at 53.33"],
)
def test_the_sums_that_go_wrong_elsewhere(gross: list[int], net: int, vat: int) -> None:
    parts = split_lines(gross, 2550)
    assert (sum(part.net_cents for part in parts), sum(part.vat_cents for part in parts)) == (net, vat)


@given(st.dates(date(2013, 1, 1), date(2030, 1, 1)), st.sampled_from(RateKind))
def test_a_rate_holds_until_the_next_one_starts(day: date, kind: RateKind) -> None:
    later = rate_on(kind, day + timedelta(days=1))
    starts = {first for first, _ in RATES[kind]}
    assert later == rate_on(kind, day) or day + timedelta(days=1) in starts
