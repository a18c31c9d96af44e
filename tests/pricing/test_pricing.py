"""The grant's promise and what events cost by it."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from marketplace.pricing.events import EventPrice, TooMuch, price_event
from marketplace.pricing.rules import EventKind, EventRule, MilestoneRule, event_rules, milestone_rules
from marketplace.pricing.snapshot import NoRule, Snapshot, bonus_maximum, voucher_value

RULES = (
    EventRule(EventKind.DELIVERED, 100, 100),
    EventRule(EventKind.NO_SHOW, 100, 50),
    EventRule(EventKind.LATE_CANCEL, 50, 25),
    EventRule(EventKind.PROVIDER_CANCEL, 0, 0),
)
MILESTONES = (
    MilestoneRule(1, 42, 50_000, 1_800),
    MilestoneRule(2, 182, 100_000, 1_800, employer_change_allowed=True, max_gap_days=14, subsidised_counts=False),
)
quick = settings(deadline=None)


def snapshot(price_cents: int = 6_250, units_hundredths: int = 4_000, **changes: Any) -> Snapshot:
    values: dict[str, Any] = {
        "programme_code": "tyohon",
        "package_code": "valmennus",
        "terms_no": 3,
        "legal_basis": "sosiaalihuoltolaki 17 §",
        "unit": "hour",
        "price_cents": price_cents,
        "units_hundredths": units_hundredths,
        "value_cents": voucher_value(price_cents, units_hundredths),
        "event_rules": RULES,
        "milestones": MILESTONES,
        "tier": 2,
    }
    return Snapshot(**{**values, **changes})


percents = st.integers(0, 100)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    rules = []
    for kind in EventKind:
        use = draw(percents)
        rules.append(EventRule(kind, use, draw(st.integers(0, use))))
    milestones = tuple(
        MilestoneRule(no, 30 * no, draw(st.integers(0, 10**6)), draw(st.integers(0, 4_000)), draw(st.booleans()))
        for no in range(1, draw(st.integers(0, 3)) + 1)
    )
    return snapshot(
        price_cents=draw(st.integers(1, 20_000)),
        units_hundredths=draw(st.integers(1, 10_000)),
        event_rules=tuple(rules),
        milestones=milestones,
        own_share_cents=draw(st.integers(0, 1_000)),
        bonus_reserved_at=draw(st.sampled_from(["grant", "outcome"])),
    )


# --- the snapshot --------------------------------------------------------------------------------------------------


def test_the_value_is_units_times_price_and_the_bonus_is_its_maximum() -> None:
    assert snapshot().value_cents == voucher_value(6_250, 4_000) == 250_000
    assert bonus_maximum(snapshot()) == 150_000
    assert bonus_maximum(snapshot(milestones=())) == 0


@quick
@given(snapshots())
def test_a_snapshot_survives_storage(promise: Snapshot) -> None:
    stored = json.loads(json.dumps(promise.to_json()))
    assert Snapshot.from_json(stored) == promise
    assert Snapshot.from_json(stored).to_json() == stored


@pytest.mark.parametrize(
    "spoil",
    [
        lambda stored: stored.pop("tier"),
        lambda stored: stored.update(extra=1),
        lambda stored: stored.update(form=3),
        lambda stored: stored.update(price_cents=62.5),
        lambda stored: stored.update(price_cents=True),
        lambda stored: stored.update(price_cents=-1),
        lambda stored: stored.update(value_cents=249_999),
        lambda stored: stored.update(unit=""),
        lambda stored: stored.update(legal_basis=None),
        lambda stored: stored.update(bonus_reserved_at="never"),
        lambda stored: stored["event_rules"].pop(0),
        lambda stored: stored["event_rules"].append(stored["event_rules"][0]),
        lambda stored: stored["event_rules"][0].update(kind="festival"),
        lambda stored: stored["event_rules"][0].update(extra=1),
        lambda stored: stored["event_rules"][0].update(unit_use_percent=101),
        lambda stored: stored["event_rules"][1].update(paid_share_percent=50.0),
        lambda stored: stored["milestones"].reverse(),
        lambda stored: stored["milestones"][0].pop("max_gap_days"),
        lambda stored: stored["milestones"][0].update(days=0),
        lambda stored: stored["milestones"][0].update(subsidised_counts=1),
        lambda stored: stored.update(milestones=["first"]),
    ],
)
def test_a_spoilt_snapshot_is_refused(spoil: Any) -> None:
    stored = json.loads(json.dumps(snapshot().to_json()))
    assert Snapshot.from_json(stored) == snapshot()
    spoil(stored)
    with pytest.raises((ValueError, TypeError)):
        Snapshot.from_json(stored)


def test_a_kind_is_never_paid_for_more_than_it_uses() -> None:
    with pytest.raises(ValueError, match="more"):
        EventRule(EventKind.NO_SHOW, 40, 50)
    with pytest.raises(TypeError):
        EventRule("no_show", 50, 50)  # type: ignore[arg-type]


def test_rules_are_found_by_kind_and_number() -> None:
    assert snapshot().rule("no_show") is RULES[1]
    assert snapshot().milestone(2) is MILESTONES[1]
    with pytest.raises(NoRule):
        snapshot(event_rules=RULES[:1]).rule(EventKind.LATE_CANCEL)
    with pytest.raises(NoRule):
        snapshot().milestone(3)


# --- the terms that the snapshot is taken from ----------------------------------------------------------------------

EVENT_TERMS = {
    "no_show": {"unit_use_percent": 100, "paid_share_percent": 50},
    "delivered": {"unit_use_percent": 100, "paid_share_percent": 100},
}
BONUS_TERMS = {
    "milestones": [
        {"no": 2, "days": 182, "amount_cents": {"1": 60_000, "2": 100_000, "3": 140_000}, "max_gap_days": 7},
        {"no": 1, "days": 42, "amount_cents": {"1": 30_000, "2": 50_000, "3": 70_000}},
    ]
}


def test_rules_are_read_from_the_terms() -> None:
    assert event_rules(EVENT_TERMS) == RULES[:2]
    assert milestone_rules(BONUS_TERMS, 2) == (
        MilestoneRule(1, 42, 50_000),
        MilestoneRule(2, 182, 100_000, max_gap_days=7),
    )
    assert milestone_rules({}, 1) == ()
    assert MilestoneRule(1, 42, 50_000) == MilestoneRule(1, 42, 50_000, 0, False, 0, True)


@pytest.mark.parametrize(
    "terms",
    [
        {},
        {"delivered": {"unit_use_percent": 100}},
        {"delivered": {"unit_use_percent": 100, "paid_share_percent": 100, "note": 1}},
        {**EVENT_TERMS, "festival": {"unit_use_percent": 1, "paid_share_percent": 1}},
        {"delivered": [100, 100]},
        {"delivered": {"unit_use_percent": 100, "paid_share_percent": "100"}},
    ],
)
def test_spoilt_event_terms_are_refused(terms: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        event_rules(terms)


@pytest.mark.parametrize(
    "milestones",
    [
        [{"no": 1, "days": 42, "amount_cents": {"1": 1}}],
        [{"no": 1, "days": 42, "amount_cents": {"2": 1.5}}],
        [{"no": 1, "days": 42, "amount_cents": {"2": 1}, "hours": 3}],
        [{"no": 1, "amount_cents": {"2": 1}}],
        [{"no": 1, "days": 42, "amount_cents": {"2": 1}}, {"no": 1, "days": 90, "amount_cents": {"2": 1}}],
        [{"no": 1, "days": 42, "amount_cents": {"2": 1}}, {"no": 2, "days": 42, "amount_cents": {"2": 1}}],
    ],
)
def test_spoilt_bonus_terms_are_refused(milestones: list[dict[str, Any]]) -> None:
    with pytest.raises((ValueError, TypeError)):
        milestone_rules({"milestones": milestones}, 2)


# --- events --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "quantity", "expected"),
    [
        ("delivered", 150, EventPrice(150, 9_375, 150)),
        ("no_show", 150, EventPrice(150, 4_688)),  # 46.875 EUR: one rounding, half up
        ("late_cancel", 125, EventPrice(63, 1_953)),  # 0.625 h is 0.63 h; 19.53125 EUR, not from the rounded units
        ("provider_cancel", 150, EventPrice(0, 0)),
    ],
)
def test_an_event_is_priced_by_its_kind(kind: str, quantity: int, expected: EventPrice) -> None:
    assert price_event(snapshot(own_share_cents=100), kind, quantity, 4_000, 250_000) == expected


def test_an_event_that_needs_more_units_than_are_left_is_refused_whole() -> None:
    with pytest.raises(TooMuch) as refused:
        price_event(snapshot(), EventKind.DELIVERED, 201, 200, 250_000)
    assert (refused.value.units_left_hundredths, refused.value.units_needed_hundredths) == (200, 201)
    assert price_event(snapshot(), EventKind.DELIVERED, 200, 200, 250_000) == EventPrice(200, 12_500, 0)
    assert price_event(snapshot(), EventKind.PROVIDER_CANCEL, 300, 0, 0) == EventPrice(0, 0)


def test_rounding_up_never_spends_more_than_the_value() -> None:
    # 1 h at 0.50 EUR in four quarters: 12.5 cents each, rounded up to 13; the last one gives the two cents back
    small = snapshot(price_cents=50, units_hundredths=100)
    units, cents, paid = 100, small.value_cents, []
    for _ in range(4):
        price = price_event(small, "delivered", 25, units, cents)
        units, cents = units - price.units_used_hundredths, cents - price.amount_cents
        paid.append(price.amount_cents)
    assert (paid, units, cents) == ([13, 13, 13, 11], 0, 0)


@pytest.mark.parametrize("bad", [1.0, True, "1", None])
def test_an_event_takes_only_integers(bad: Any) -> None:
    for arguments in ((bad, 100, 100), (100, bad, 100), (100, 100, bad)):
        with pytest.raises(TypeError):
            price_event(snapshot(), "delivered", *arguments)


@pytest.mark.parametrize("arguments", [(0, 100, 100), (-1, 100, 100), (100, -1, 100), (100, 100, -1)])
def test_nonsense_is_refused(arguments: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError):
        price_event(snapshot(), "delivered", *arguments)


steps = st.lists(st.tuples(st.sampled_from(EventKind), st.integers(1, 800)), max_size=60)


@quick
@given(snapshots(), steps)
def test_no_sequence_of_events_exceeds_the_value_or_the_units(
    promise: Snapshot, events: list[tuple[EventKind, int]]
) -> None:
    units, cents = promise.units_hundredths, promise.value_cents
    for kind, quantity in events:
        try:
            price = price_event(promise, kind, quantity, units, cents)
        except TooMuch:
            continue
        assert price.units_used_hundredths >= 0
        assert price.amount_cents >= 0
        units, cents = units - price.units_used_hundredths, cents - price.amount_cents
        assert units >= 0
        assert cents >= 0


@quick
@given(st.integers(1, 20_000), st.lists(st.integers(1, 800), min_size=1, max_size=60))
def test_using_every_unit_pays_the_whole_value_but_for_fractions_of_a_cent(price: int, quantities: list[int]) -> None:
    promise = snapshot(price_cents=price, units_hundredths=sum(quantities))
    units, cents, cut = promise.units_hundredths, promise.value_cents, 0
    for quantity in quantities:
        event = price_event(promise, "delivered", quantity, units, cents)
        cut += price_event(promise, "delivered", quantity, units, 10**9).amount_cents - event.amount_cents
        units, cents = units - quantity, cents - event.amount_cents
    assert units == 0
    assert 2 * cut <= len(quantities) + 1
    assert 2 * cents <= len(quantities) + 1


@quick
@given(snapshots(), st.sampled_from(EventKind), st.integers(1, 800))
def test_a_promise_does_not_depend_on_what_came_after(promise: Snapshot, kind: EventKind, quantity: int) -> None:
    assume(quantity <= promise.units_hundredths)
    later = replace(promise, terms_no=promise.terms_no + 1, tier=3)
    whole = (promise.units_hundredths, promise.value_cents)
    assert price_event(promise, kind, quantity, *whole) == price_event(later, kind, quantity, *whole)
