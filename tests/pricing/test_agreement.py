"""The promise of one engine: for the same realised history the comparison page, the reservation, the events, the claim
lines and a replay agree to the cent. Over at least 2,000 random tables, grants, choices, reliefs and histories."""

import json
from datetime import timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from marketplace.money import product, share
from marketplace.pricing.bands import Band
from marketplace.pricing.events import EventPrice, TooMuch, price_event, unit_price, worth
from marketplace.pricing.prices import MissingPrice, PriceTable, complete, first_tie, own_prices, tie_among
from marketplace.pricing.replay import Happening, Relief, relief_on, relief_reserve, replay
from marketplace.pricing.rules import EventKind, EventRule
from marketplace.pricing.snapshot import Snapshot
from tests.pricing import tables
from tests.pricing.tables import AREAS, CLASSES, FIRST, promise

HISTORIES = 2_000


@st.composite
def grants(draw: st.DrawFn) -> tuple[Snapshot, dict[Band, int]]:
    """A grant by a random table, with what a random provider asks for it."""
    general = draw(tables.rows().map(lambda one: tables.row(one.value_cents, one.kind, cap_cents=one.cap_cents,
                                                            cap_percent=one.cap_percent)))  # fmt: skip
    table = PriceTable(
        (general, *draw(st.lists(tables.rows(), max_size=4))), tuple(draw(st.lists(tables.multipliers(), max_size=3)))
    )
    assume(first_tie(table) is None)
    need, area, day = draw(st.sampled_from((None, *CLASSES))), draw(st.sampled_from(AREAS)), draw(tables.days)
    rules = []
    for kind in EventKind:
        use = draw(st.integers(0, 100))
        rules.append(EventRule(kind, use, draw(st.integers(0, use)), draw(st.sampled_from((None, 0, 40, 100)))))
    try:
        found = promise(table, day, draw(st.integers(1, 8_000)), need_class=need, area=area, rules=tuple(rules))
    except MissingPrice:
        assume(False)
    own_rows = draw(st.lists(tables.own_rows(), max_size=4))
    assume(tie_among(own_rows, "hour") is None)
    own = own_prices(found.bands, own_rows, "hour", need, area, day + timedelta(days=3))
    for one in found.bands:  # the rest a provider says at the choice
        if one.price_cents is None and one.band not in own:
            own[one.band] = draw(st.integers(0, 30_000 if one.limit_cents is None else one.limit_cents))
    assert complete(found.bands, own)
    return found, own


events = st.tuples(st.sampled_from(EventKind), st.integers(0, 200), st.integers(1, 900), st.integers(0, 1439))
reliefs = st.lists(st.builds(Relief, tables.days, st.integers(0, 4_000)), max_size=2)


@settings(
    max_examples=HISTORIES, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(grants(), st.lists(events, max_size=25), reliefs)
def test_page_reservation_events_claim_and_replay_agree(
    grant: tuple[Snapshot, dict[Band, int]], asked: list[tuple[EventKind, int, int, int]], decided: list[Relief]
) -> None:
    promised, own = grant
    stored = Snapshot.from_json(json.loads(json.dumps(promised.to_json())))
    assert stored == promised
    page = {one.band: unit_price(one, own) for one in promised.bands}  # what the client sees before she chooses
    for shown in page.values():
        assert shown.organiser_cents + shown.client_cents == shown.price_cents
        assert shown.organiser_cents <= promised.top_cents

    most = max((one.relief_cents for one in decided), default=0)
    reserved = promised.value_cents + relief_reserve(promised.units_hundredths, most)
    units, cents, paid_by_client = promised.units_hundredths, reserved, 0
    recorded: list[EventPrice] = []
    history: list[Happening] = []
    for kind, after, quantity, minute in asked:
        day = FIRST + timedelta(days=after)
        band, relief = promised.band_at(day, minute), relief_on(decided, day)
        try:
            price = price_event(promised, kind, quantity, units, cents, band=band, own=own, relief_cents=relief)
        except TooMuch:
            continue
        full = worth(
            stored, kind, quantity, band=band, own=own, relief_cents=relief
        )  # the claim line, from the stored promise
        one = unit_price(promised.band(band), own, relief)
        rule = promised.rule(kind)
        assert one.client_cents == max(0, page[band].client_cents - relief)
        assert full.own_share_cents == price.own_share_cents == product(quantity, one.client_cents, rule.owed_percent)
        assert full.units_used_hundredths == price.units_used_hundredths == share(quantity, rule.unit_use_percent)
        assert full.amount_cents == product(quantity, one.organiser_cents, rule.paid_share_percent)
        # only the halves of cents, rounded up before, are ever cut off
        assert price.amount_cents == min(full.amount_cents, cents)
        assert full.amount_cents - price.amount_cents <= len(recorded) + 1
        units, cents = units - price.units_used_hundredths, cents - price.amount_cents
        recorded.append(price)
        paid_by_client += price.own_share_cents
        history.append(Happening(kind, day, quantity, minute, own))

    again = replay(stored, history, decided, reserved)
    assert again.prices == tuple(recorded)
    assert (again.units_left_hundredths, again.cents_left) == (units, cents)
    assert again.amount_cents + again.cents_left == reserved
    assert again.own_share_cents == paid_by_client
    assert again.cents_left >= 0
    if not decided:
        assert again.amount_cents <= promised.value_cents
    if all(one.price_cents is not None for one in promised.bands):
        assert paid_by_client == 0


def test_form_1_is_read_as_one_price_at_any_time() -> None:
    values = promise(PriceTable((tables.row(6_250),)), FIRST).to_json()
    old = {name: value for name, value in values.items() if name not in ("need_class", "area", "bands", "evening_from")}
    old = {**old, "form": 1, "own_share_cents": 300}
    old["event_rules"] = [{n: v for n, v in rule.items() if n != "own_share_percent"} for rule in old["event_rules"]]
    promised = Snapshot.from_json(old)
    for band in Band:
        one = unit_price(promised.band(band))
        assert (one.price_cents, one.organiser_cents, one.client_cents) == (6_550, 6_250, 300)
        assert worth(promised, "delivered", 150, band=band).amount_cents == 9_375
        assert worth(promised, "delivered", 150, band=band).own_share_cents == 450
        assert worth(promised, "no_show", 150, band=band).own_share_cents == 0
    assert Snapshot.from_json(promised.to_json()) == promised
