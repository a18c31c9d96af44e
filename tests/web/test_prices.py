"""Prices through the screens: what organisers have published is entered by procurement and gives the published numbers;
what contradicts itself is refused at its box; what providers ask is on their cards."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.models.decisions import Decision
from marketplace.models.events import Event
from marketplace.models.prices import PriceLine
from marketplace.models.programmes import Area, TermsVersion
from marketplace.models.vouchers import Choice, Voucher
from marketplace.pricing.bands import Band
from marketplace.use_cases.answer_choice import ConfirmOrder, confirm_choice
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.grant_voucher import GrantOrder, grant_voucher
from marketplace.use_cases.record_event import EventOrder, record_event
from marketplace.use_cases.refusals import Refused
from tests.conftest import TODAY
from tests.makers import World, chosen, client, opened, provider, world
from tests.portals import AsPerson
from tests.web.price_office import Office, key, tell, words

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def office(desk: Desk, as_person: AsPerson) -> Office:
    return Office.open(desk, as_person, world(desk))


# --- the published variants (domain.md 2.3) -------------------------------------------------------------------------


def test_a_free_price_above_a_value(desk: Desk, office: Office, as_person: AsPerson) -> None:
    """The service portal's example: the price is 25, the voucher's value 15, the client pays 10."""
    w = office.world
    office.charge("no")
    terms = office.draft(w.package_id, TOMORROW)
    office.price(terms, kind="free", value="15")
    assert "ylittävän osan" in office.table(terms)
    office.publish(terms)
    dear, silent = provider(desk, w, name="Kallis Oy"), provider(desk, w, name="Hiljainen Oy")
    assert tell(as_person, dear, w.package_id, "25", TOMORROW).status_code == 303
    office.days(1)
    holder = client(desk, w)
    voucher_id, promised = office.grant(holder)
    assert (promised.price_cents, promised.value_cents) == (1_500, 60_000)
    with opened(desk, w.caseworker) as tx:
        letter = tx.session.scalars(select(Decision.document).join(Voucher, Voucher.decision_id == Decision.id)).one()
    assert "jota seteli ei kata" in letter

    me = as_person(holder.actor)
    listed = words(me.get(f"/my/vouchers/{voucher_id}/providers"))
    assert "Hinta 25,00 €" in listed
    assert "Sinä maksat 10,00 €" in listed
    assert "ei vielä ilmoitettu" in listed  # of the one that has told no price, in the same place
    with pytest.raises(Refused, match="provider_price_missing"):
        chosen(desk, holder, silent, voucher_id)
    choice_id = chosen(desk, holder, dear, voucher_id)
    confirm_choice(desk, dear.manager, ConfirmOrder(choice_id, TOMORROW))
    # a dearer price from the next day is for others: the choice keeps its own
    assert tell(as_person, dear, w.package_id, "30", TOMORROW + timedelta(days=1)).status_code == 303
    office.days(1)
    record_event(desk, dear.coach, EventOrder(voucher_id, "delivered", TOMORROW + timedelta(days=1), 100))
    with opened(desk, w.caseworker) as tx:
        event = tx.session.scalars(select(Event)).one()
        assert (event.amount_cents, event.own_share_cents) == (1_500, 1_000)
        assert tx.session.get_one(Choice, choice_id).prices == dict.fromkeys(Band, 2_500)
        shown = tx.session.get_one(Choice, choice_id).shown["prices"]
        assert shown[dear.unit][0] == ["day", 2_500, 1_000]
        assert shown[silent.unit] == []
    assert "10,00 €" in words(me.get("/my"))


@pytest.mark.parametrize("most", [50, 35])
def test_a_mark_up_with_a_cap(desk: Desk, office: Office, as_person: AsPerson, most: int) -> None:
    """Espoo lets a provider raise the client's part by at most 50 euros, Turku by at most 35."""
    w = office.world
    office.charge("no")
    terms = office.draft(w.package_id, TOMORROW)
    office.price(terms, kind="markup", value="800", cap=str(most))
    assert f"enintään {most},00 € yli arvon" in office.table(terms)
    office.publish(terms)
    company = provider(desk, w)
    refused = tell(as_person, company, w.package_id, str(801 + most), TOMORROW)
    assert refused.status_code == 422
    assert f"Raja on {800 + most},00 €" in words(refused)
    assert f'value="{801 + most}"' in refused.get_data(as_text=True)
    assert tell(as_person, company, w.package_id, str(800 + most), TOMORROW).status_code == 303
    modest = provider(desk, w)
    office.days(1)
    holder = client(desk, w)
    voucher_id, promised = office.grant(holder)
    assert promised.band(Band.DAY).limit_cents == (800 + most) * 100
    listed = words(as_person(holder.actor).get(f"/my/vouchers/{voucher_id}/providers"))
    assert f"Sinä maksat {most},00 €" in listed
    assert "Sinä maksat 0,00 €" in listed  # the one that asks no mark-up
    assert chosen(desk, holder, modest, voucher_id)


def test_multipliers_by_time(desk: Desk, office: Office, as_person: AsPerson) -> None:
    """Lapland's home care: 36 euros, x 1.15 in the evening, x 1.2 on Saturday, x 2 on Sunday and holidays."""
    w = office.world
    terms = office.draft(w.package_id, TOMORROW, price="36")
    for band, factor in (("evening", "1,15"), ("saturday", "1,2"), ("sunday", "2")):
        office.multiply(terms, band, factor)
    page = office.table(terms)
    for price in ("36,00 €", "41,40 €", "43,20 €", "72,00 €"):
        assert price in page
    assert "40 h × 72,00 € = 2 880,00 €" in page
    office.publish(terms)
    office.days(1)
    company, holder = provider(desk, w), client(desk, w)
    voucher_id, promised = office.grant(holder)
    assert {one.band: one.price_cents for one in promised.bands} == {
        Band.DAY: 3_600, Band.EVENING: 4_140, Band.SATURDAY: 4_320, Band.SUNDAY: 7_200,
    }  # fmt: skip
    choice_id = chosen(desk, holder, company, voucher_id)
    confirm_choice(desk, company.manager, ConfirmOrder(choice_id, TOMORROW))
    office.days(25)  # the holidays of December have passed
    coach = as_person(company.coach)
    place = f"/provider/clients/{voucher_id}/events/new"
    data = {"kind": "delivered", "quantity": "1", "day": "2026-11-20", "note": ""}
    unsaid = coach.post(place, data={**data, "once": key()})
    assert unsaid.status_code == 422
    assert 'href="#begins_at"' in unsaid.get_data(as_text=True)
    for day, begins in (("2026-11-20", "17.59"), ("2026-11-20", "18.00"), ("2026-11-21", ""), ("2026-12-06", "")):
        saved = coach.post(place, data={**data, "day": day, "begins_at": begins, "once": key()})
        assert saved.status_code == 303, words(saved)
    with opened(desk, w.caseworker) as tx:
        amounts = tx.session.scalars(select(Event.amount_cents).order_by(Event.id)).all()
        assert amounts == [3_600, 4_140, 4_320, 7_200]


def test_need_classes(office: Office) -> None:
    """Lapland's disability housing: 97, 120, 160 and 185 euros a day by class; the fifth class is individual."""
    package = office.package("day", free_by_law="yes")
    codes = [office.need_class(package, f"Luokka {no}") for no in ("I", "II", "III", "IV", "V")]
    terms = office.draft(package, TOMORROW, units="30")
    prices = dict(zip(codes, ("97", "120", "160", "185"), strict=False))
    for code, price in prices.items():
        office.price(terms, need_class=code, value=price)
    lacking = office.table(terms)
    assert "6 yhdistelmältä puuttuu vielä hinta" in lacking
    assert "Luokka V, Kuopio, arkipäivä" in lacking
    refused = office.officer.post(f"/admin/terms/{terms}/submit")
    assert refused.status_code == 422
    assert "Luokka V" in words(refused)
    office.price(terms, need_class=codes[4], value="210,50")
    assert "kaikilla 30" in office.table(terms)
    assert "160,00 €" in office.table(terms, need_class=codes[2])
    office.publish(terms)
    office.days(1)
    values = [office.grant(office.need(package, code))[1].price_cents for code in codes]
    assert values == [9_700, 12_000, 16_000, 18_500, 21_050]
    nobody = office.need(package, None)
    with pytest.raises(Refused, match="need_class_missing"):
        office.grant(nobody)


def test_a_dated_maximum(office: Office) -> None:
    """Lapland's maximum: 160 euros a day, 180 from a later day, both decided at once."""
    package = office.package("day")
    later = TODAY + timedelta(days=40)
    terms = office.draft(package, TOMORROW, units="10")
    office.price(terms, kind="ceiling", value="160", cap="160")
    office.price(terms, kind="ceiling", value="180", cap="180", valid_from=later.isoformat())
    assert "180,00 €" in office.table(terms, day=later.isoformat())
    office.publish(terms)
    office.days(1)
    before = office.grant(office.need(package))[1]
    office.clock.move_to(later)
    after = office.grant(office.need(package))[1]
    assert (before.band(Band.DAY).limit_cents, after.band(Band.DAY).limit_cents) == (16_000, 18_000)
    assert (before.value_cents, after.value_cents) == (160_000, 180_000)


def test_a_fixed_price_with_a_bonus(office: Office) -> None:
    """As in Kuopio: the municipality's price is the price, the client pays nothing, a part depends on the result."""
    w = office.world
    bonus = {f"milestone_1_tier_{tier}": str(amount) for tier, amount in ((1, 300), (2, 500), (3, 700))}
    terms = office.draft(w.package_id, TOMORROW, price="49", milestone_1_days="42", milestone_1_hours="18", **bonus)
    assert "0 €" in office.table(terms)
    office.publish(terms)
    office.days(1)
    voucher_id, promised = office.grant(client(office.desk, w))
    assert (promised.value_cents, promised.milestones[0].amount_cents, promised.own_share_cents) == (196_000, 50_000, 0)
    with opened(office.desk, w.caseworker) as tx:
        voucher = tx.session.get_one(Voucher, voucher_id)
        assert (voucher.reserved_service_cents, voucher.reserved_bonus_cents) == (196_000, 50_000)


# --- a new version and a running voucher ----------------------------------------------------------------------------


def test_another_rate_for_one_group_from_a_day(office: Office) -> None:
    """The request that could not be expressed: one group's rate changes; a running voucher keeps its own."""
    w = office.world
    before = office.grant(client(office.desk, w))[1]
    young = office.need_class(w.package_id, "Alle 25-vuotiaat")
    terms = office.draft(w.package_id, TOMORROW, price="53")
    office.price(terms, need_class=young, value="61,20")
    office.publish(terms)
    office.days(1)
    usual = office.grant(client(office.desk, w))[1]
    group_id, group = office.grant(office.need(w.package_id, young))
    assert (before.price_cents, usual.price_cents, group.price_cents) == (5_300, 5_300, 6_120)
    with opened(office.desk, w.caseworker) as tx:
        assert tx.session.get_one(Voucher, group_id).reserved_service_cents == 244_800
        decision = tx.session.scalars(select(Voucher.decision_id).where(Voucher.id == group_id)).one()
        assert decision


def test_a_new_version_begins_with_the_rows_of_the_last(office: Office) -> None:
    package = office.package("hour", free_by_law="yes")
    terms = office.draft(package, TOMORROW)
    office.price(terms, value="50")
    office.price(terms, value="52", valid_from=(TODAY + timedelta(days=10)).isoformat())
    office.price(terms, value="60", valid_from=(TODAY + timedelta(days=90)).isoformat())
    office.multiply(terms, "sunday", "2")
    office.publish(terms)
    second = office.draft(package, TODAY + timedelta(days=30))
    with opened(office.desk, office.world.procurement) as tx:
        rows = tx.session.execute(
            select(PriceLine.value_cents, PriceLine.valid_from)
            .where(PriceLine.terms_id == second).order_by(PriceLine.value_cents)
        ).all()  # fmt: skip
    assert [tuple(row) for row in rows] == [(5_200, None), (6_000, TODAY + timedelta(days=90))]
    # what is published stays as it is, also for the database
    first = office.officer.get(f"/admin/terms/{terms}/prices")
    assert "Lisää hinta" not in words(first)
    assert office.try_price(terms, value="1").status_code == 422


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "box"),
    [
        ({"value": ""}, "value"),
        ({"value": "-5"}, "value"),
        ({"value": "0"}, "value"),
        ({"cap": "60"}, "cap"),
        ({"kind": "ceiling"}, "cap"),
        ({"kind": "ceiling", "cap": "49"}, "cap"),
        ({"kind": "ceiling", "cap": "60", "cap_percent": "10"}, "cap_percent"),
        ({"kind": "markup"}, "cap"),
        ({"kind": "markup", "cap": "5", "cap_percent": "10"}, "cap_percent"),
        ({"kind": "markup", "cap_percent": "-1"}, "cap_percent"),
        ({"kind": "free", "cap": "60"}, "cap"),
        ({"valid_from": "1.1.2026"}, "valid_from"),
        ({"valid_from": "ensi viikolla"}, "valid_from"),
        ({"band": "evening"}, "band"),
        ({"area": "999999"}, "area"),
        ({}, "area"),
    ],
)
def test_bad_rows_are_said_at_their_box(office: Office, wrong: dict[str, str], box: str) -> None:
    """The last one says what a row of the draft says already."""
    package = office.package("day")
    terms = office.draft(package, TOMORROW)
    office.price(terms, value="48")
    answer = office.try_price(terms, **{"value": "50", **wrong})
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'href="#{box}"' in text
    assert f'value="{wrong.get("value", "50")}"' in text  # what was typed stays
    with opened(office.desk, office.world.procurement) as tx:
        assert tx.session.scalar(select(func.count()).select_from(PriceLine)) == 1


def test_a_tie_cannot_be_saved(office: Office) -> None:
    package = office.package("hour")
    code = office.need_class(package, "Nuoret")
    terms = office.draft(package, TOMORROW)
    office.price(terms, value="50")
    office.price(terms, value="60", need_class=code)
    crossing = {"value": "70", "area": str(office.world.area_id)}
    refused = office.try_price(terms, **crossing)
    assert refused.status_code == 422
    assert "Nuoret, Kuopio, arkipäivä" in words(refused)
    office.price(terms, value="65", need_class=code, area=str(office.world.area_id))
    office.price(terms, **crossing)
    with opened(office.desk, office.world.procurement) as tx:
        between = tx.session.scalars(select(PriceLine.id).where(PriceLine.value_cents == 6_500)).one()
    # the row that decides between the two cannot be taken out before one of them
    assert office.officer.post(f"/admin/prices/{between}/remove").status_code == 422
    edited = office.officer.post(
        f"/admin/prices/{between}/edit",
        data={"need_class": code, "area": str(office.world.area_id), "band": "", "kind": "fixed", "value": "66",
              "valid_from": "", "once": key()},
    )  # fmt: skip
    assert edited.status_code == 303
    assert "66,00 €" in office.table(terms, need_class=code)


def test_where_the_law_makes_it_free_no_row_leaves_a_part(office: Office) -> None:
    package = office.package("hour", free_by_law="yes")
    terms = office.draft(package, TOMORROW)
    for wrong in ({"kind": "free"}, {"kind": "markup", "cap": "5"}, {"kind": "ceiling", "cap": "51"}):
        refused = office.try_price(terms, value="50", **wrong)
        assert refused.status_code == 422
        assert "maksuton" in words(refused)
    office.price(terms, value="50", kind="ceiling", cap="50")


def test_a_multiplier_that_cannot_be_is_refused(office: Office) -> None:
    package = office.package("hour")
    terms = office.draft(package, TOMORROW)
    place = f"/admin/terms/{terms}/multipliers/new"
    data = {"need_class": "", "area": "", "valid_from": "", "band": "evening", "factor": "1,15"}
    for wrong, box in (({"factor": "0"}, "factor"), ({"factor": "11"}, "factor"), ({"band": "day"}, "band")):
        answer = office.officer.post(place, data={**data, **wrong, "once": key()})
        assert answer.status_code == 422
        assert f'href="#{box}"' in answer.get_data(as_text=True)
    once = key()
    assert office.officer.post(place, data={**data, "once": once}).status_code == 303
    assert office.officer.post(place, data={**data, "once": once}).status_code == 303
    assert office.officer.post(place, data={**data, "once": key()}).status_code == 422


def test_a_grant_without_a_price_names_the_missing_row(desk: Desk, office: Office) -> None:
    """An area that was made after the terms: the error names the row, and nothing is granted."""
    w = office.world
    terms = office.draft(w.package_id, TOMORROW)
    for area in (w.area_id, w.other_area_id):
        office.price(terms, value="50", area=str(area))
    office.publish(terms)
    office.days(1)
    with opened(desk, w.procurement) as tx:
        version = tx.session.get_one(TermsVersion, terms)
        assert version.price_cents is None
    new_class = office.need_class(w.package_id, "Uusi luokka")
    holder = office.need(w.package_id, new_class)
    assert office.grant(holder)[1].price_cents == 5_000  # the rows without a class hold for it too
    with pytest.raises(Refused, match="price_missing") as refused:
        _grant_elsewhere(desk, w)
    assert refused.value.values["day"] == TOMORROW


def _grant_elsewhere(desk: Desk, w: World) -> None:
    with opened(desk, w.procurement) as tx:
        tx.session.add(
            Area(organiser_id=w.organiser_id, code="nilsia", name={"fi": "Nilsiä"}, municipalities=["Nilsiä"])
        )
    holder = client(desk, w, municipality="Nilsiä")
    grant_voucher(desk, w.caseworker, GrantOrder(holder.need_id, "Perustelu"))
