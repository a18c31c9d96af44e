"""Programmes, packages, terms and the rulebook: written by one, published by another, never edited afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.access.actor import Actor
from marketplace.clock import SetClock
from marketplace.models.outbox import Message
from marketplace.models.people import Membership
from marketplace.models.programmes import Area, Programme, ServicePackage, TermsVersion, terms_in_force
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from marketplace.use_cases.terms_values import EventTerm, MilestoneTerm, differences
from marketplace.use_cases.write_package import AreaDraft, PackageDraft, create_area, create_package, edit_package
from marketplace.use_cases.write_programme import (
    create_programme,
    edit_programme,
    publish_programme,
    send_back_programme,
    submit_programme,
)
from marketplace.use_cases.write_terms import create_terms, edit_terms, publish_terms, send_back_terms, submit_terms
from tests.conftest import TODAY
from tests.makers import World, opened, provider, world
from tests.use_cases.procurement import EVENTS, programme_draft, second_officer, terms_draft

WORDS = {"fi": "Kuvaus"}
CARD = dict.fromkeys(("purpose", "target_group", "content", "effects", "arrival"), WORDS)


def terms_row(desk: Desk, w: World, terms_id: int) -> TermsVersion:
    with opened(desk, w.procurement) as tx:
        return tx.session.get_one(TermsVersion, terms_id)


def also_approver(desk: Desk, who: Actor) -> Actor:
    """The same person, wearing the approver's hat."""
    with opened(desk, who) as tx:
        tx.session.add(
            Membership(account_id=who.account_id, role="approver", organiser_id=who.organiser_id, since=tx.now)
        )
    return replace(who, role=Role.APPROVER)


def test_a_programme_is_published_by_another_officer(desk: Desk) -> None:
    w = world(desk)
    made = create_programme(desk, w.procurement, programme_draft())
    edit_programme(desk, w.procurement, made, programme_draft(cost_centre="4103"))
    submit_programme(desk, w.procurement, made)
    publish_programme(desk, w.approver, made)
    with opened(desk, w.procurement) as tx:
        row = tx.session.get_one(Programme, made)
        assert (row.code, row.state, row.cost_centre) == ("tyohon-valmennus", "published", "4103")
        assert row.published_by == w.approver.account_id
    with pytest.raises(Refused, match="not_a_draft"):
        edit_programme(desk, w.procurement, made, programme_draft())


def test_whoever_has_written_a_part_does_not_publish_it(desk: Desk) -> None:
    w = world(desk)
    made = create_programme(desk, w.procurement, programme_draft())
    editor = second_officer(desk, w)
    edit_programme(desk, editor, made, programme_draft(cost_centre="1"))
    submit_programme(desk, w.procurement, made)
    for who in (w.procurement, editor):
        with pytest.raises(Refused, match="four_eyes"):
            publish_programme(desk, also_approver(desk, who), made)
    with opened(desk, w.procurement) as tx:
        assert tx.session.get_one(Programme, made).state == "submitted"


def test_a_programme_sent_back_is_a_draft_with_the_reason(desk: Desk) -> None:
    w = world(desk)
    made = create_programme(desk, w.procurement, programme_draft())
    submit_programme(desk, w.procurement, made)
    with pytest.raises(Refused, match="reasons_missing"):
        send_back_programme(desk, w.approver, made, " ")
    send_back_programme(desk, w.approver, made, "Muutoksenhakuohje puuttuu")
    with opened(desk, w.procurement) as tx:
        row = tx.session.get_one(Programme, made)
        assert (row.state, row.return_reason) == ("draft", "Muutoksenhakuohje puuttuu")
        told = tx.session.scalars(select(Message.recipient)).all()
        assert len(told) == 2  # the approver, then the maker


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": {"sv": "Bara svenska"}}, "name"),
        ({"legal_basis": {"fi": " "}}, "legal_basis"),
        ({"board_decision": ""}, "board_decision"),
        ({"appeal_route": "none"}, "appeal_route"),
        ({"bonus_reserved_at": "never"}, "bonus_reserved_at"),
        ({"need_categories": ()}, "need_categories"),
        ({"need_categories": ("luck",)}, "need_categories"),
    ],
)
def test_a_programme_with_something_missing_is_refused(desk: Desk, wrong: dict[str, object], field: str) -> None:
    w = world(desk)
    with pytest.raises(Refused) as refused:
        create_programme(desk, w.procurement, programme_draft(**wrong))
    assert refused.value.field == field
    with opened(desk, w.procurement) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Programme)) == 1


def test_codes_come_from_names_and_never_twice(desk: Desk) -> None:
    w = world(desk)
    for _ in range(2):
        create_programme(desk, w.procurement, programme_draft())
    with opened(desk, w.procurement) as tx:
        codes = set(tx.session.scalars(select(Programme.code)))
    assert {"tyohon-valmennus", "tyohon-valmennus-2"} <= codes


def test_a_package_has_its_whole_card(desk: Desk) -> None:
    w = world(desk)
    with pytest.raises(Refused) as refused:
        create_package(desk, w.procurement, w.programme_id, PackageDraft(WORDS, {**CARD, "effects": {}}))
    assert (refused.value.code, refused.value.field) == ("finnish_missing", "effects")
    made = create_package(desk, w.procurement, w.programme_id, PackageDraft({"fi": "Työkyvyn kartoitus"}, CARD, "day"))
    edit_package(desk, w.procurement, made, PackageDraft({"fi": "Kartoitus"}, CARD, "hour"))
    with opened(desk, w.procurement) as tx:
        row = tx.session.get_one(ServicePackage, made)
        assert (row.code, row.name, row.unit) == ("tyokyvyn-kartoitus", {"fi": "Kartoitus"}, "day")
    with pytest.raises(Missing):
        edit_package(desk, world(desk).procurement, made, PackageDraft(WORDS, CARD))


def test_a_municipality_lies_in_one_area(desk: Desk) -> None:
    w = world(desk)
    for names, code in ((("Kuopio",), "municipality_has_area"), (("Tampere",), "municipality_unknown"), ((), "")):
        with pytest.raises(Refused, match=code or "municipality_unknown"):
            create_area(desk, w.procurement, AreaDraft({"fi": "Uusi"}, names))
    with opened(desk, w.procurement) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Area)) == 2


def test_a_new_version_holds_from_its_day(desk: Desk) -> None:
    w = world(desk)
    start = TODAY + timedelta(days=30)
    made = create_terms(desk, w.procurement, w.package_id, terms_draft(start, price_cents=5_600, board_decision=""))
    submit_terms(desk, w.procurement, made)
    with pytest.raises(Refused, match="text_missing"):
        publish_terms(desk, w.approver, made)
    company = provider(desk, w)
    publish_terms(desk, w.approver, made, "LTK 5.11.2026 § 9")
    with opened(desk, w.procurement) as tx:
        prices = [terms_in_force(tx.session, w.package_id, day) for day in (start - timedelta(days=1), start)]
        assert [row.price_cents for row in prices if row] == [5_300, 5_600]
        newest = tx.session.get_one(TermsVersion, made)
        assert (newest.number, newest.board_decision) == (2, "LTK 5.11.2026 § 9")
        told = tx.session.scalars(select(Message.subject).where(Message.account_id == company.manager.account_id)).all()
        assert told == ["Uudet ehdot: Valmennus kohti työtä"]


def test_a_published_version_is_never_edited(desk: Desk) -> None:
    w = world(desk)
    made = create_terms(desk, w.procurement, w.package_id, terms_draft(TODAY))
    submit_terms(desk, w.procurement, made)
    publish_terms(desk, w.approver, made)
    with pytest.raises(Refused, match="not_a_draft"):
        edit_terms(desk, w.procurement, made, terms_draft(TODAY, price_cents=1))
    with pytest.raises(Stale):
        publish_terms(desk, w.approver, made)
    assert terms_row(desk, w, made).price_cents == 5_300


@pytest.mark.parametrize(("days", "code"), [(-1, "start_in_past"), (-300, "start_in_past"), (0, None)])
def test_terms_do_not_start_in_the_past(desk: Desk, days: int, code: str | None) -> None:
    w = world(desk)
    if code is None:
        create_terms(desk, w.procurement, w.package_id, terms_draft(TODAY + timedelta(days=days)))
        return
    with pytest.raises(Refused) as refused:
        create_terms(desk, w.procurement, w.package_id, terms_draft(TODAY + timedelta(days=days)))
    assert (refused.value.code, refused.value.field) == (code, "valid_from")


def test_terms_start_later_than_the_newest(desk: Desk) -> None:
    w = world(desk)
    later = TODAY + timedelta(days=20)
    made = create_terms(desk, w.procurement, w.package_id, terms_draft(later))
    submit_terms(desk, w.procurement, made)
    publish_terms(desk, w.approver, made)
    with pytest.raises(Refused, match="start_not_later") as refused:
        create_terms(desk, w.procurement, w.package_id, terms_draft(later))
    assert refused.value.values == {"day": later}
    create_terms(desk, w.procurement, w.package_id, terms_draft(later + timedelta(days=1)))
    with pytest.raises(Refused, match="draft_exists"):
        create_terms(desk, w.procurement, w.package_id, terms_draft(later + timedelta(days=2)))


def test_a_draft_that_waited_too_long_is_not_published(desk: Desk, clock: SetClock) -> None:
    w = world(desk)
    made = create_terms(desk, w.procurement, w.package_id, terms_draft(TODAY))
    submit_terms(desk, w.procurement, made)
    clock.move_to(TODAY + timedelta(days=1))
    with pytest.raises(Refused, match="start_in_past"):
        publish_terms(desk, w.approver, made)
    assert terms_row(desk, w, made).state == "submitted"
    send_back_terms(desk, w.approver, made, "Alkupäivä on mennyt")
    edit_terms(desk, w.procurement, made, terms_draft(TODAY + timedelta(days=5)))
    assert terms_row(desk, w, made).return_reason == "Alkupäivä on mennyt"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"price_cents": 0}, "price"),
        ({"units_hundredths": -100}, "units"),
        ({"validity_days": 0}, "validity_days"),
        ({"events": {**EVENTS, "no_show": EventTerm(50, 60)}}, "no_show_paid"),
        ({"events": {**EVENTS, "no_show": EventTerm(101, 50)}}, "no_show_use"),
        ({"milestones": (MilestoneTerm(42, {1: 1, 2: 1, 3: 1}), MilestoneTerm(42, {1: 1, 2: 1, 3: 1}))}, "milestone_2_days"),
        ({"milestones": (MilestoneTerm(42, {1: 1, 2: -1, 3: 1}),)}, "milestone_1_tier_1"),
    ],
)
def test_terms_that_pricing_could_not_read_are_refused(desk: Desk, wrong: dict[str, object], field: str) -> None:
    w = world(desk)
    with pytest.raises(Refused) as refused:
        create_terms(desk, w.procurement, w.package_id, terms_draft(TODAY, **wrong))
    assert refused.value.field == field
    with opened(desk, w.procurement) as tx:
        assert tx.session.scalar(select(func.count()).select_from(TermsVersion)) == 1


def test_terms_are_procurements_to_write_and_approvers_to_publish(desk: Desk) -> None:
    w = world(desk)
    with pytest.raises(Forbidden):
        create_terms(desk, w.approver, w.package_id, terms_draft(TODAY))
    made = create_terms(desk, w.procurement, w.package_id, terms_draft(TODAY))
    submit_terms(desk, w.procurement, made)
    with pytest.raises(Forbidden):
        publish_terms(desk, w.procurement, made)
    with pytest.raises(Refused, match="four_eyes"):
        publish_terms(desk, also_approver(desk, w.procurement), made)
    with pytest.raises(Missing):
        publish_terms(desk, world(desk).approver, made)
    assert terms_row(desk, w, made).state == "submitted"


def test_the_differences_of_two_versions() -> None:
    old = terms_draft(TODAY)
    new = terms_draft(TODAY, price_cents=5_600, events={**EVENTS, "no_show": EventTerm(100, 60)}, milestones=())
    found = [(one.part, one.no, one.detail, one.old, one.new) for one in differences(old, new)]
    assert found[:2] == [("price", None, None, 5_300, 5_600), ("paid_share_percent", None, "no_show", 50, 60)]
    assert ("milestone_amount", 1, "3", 90_000, None) in found
    assert differences(old, old) == differences(None, new) == ()
