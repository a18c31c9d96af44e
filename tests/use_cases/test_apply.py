"""Applying to an organiser's list: draft, send, answer, take back; and what the order log hears of it."""

import json

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.models.outbox import Message
from marketplace.models.providers import Application, ApplicationItem, Approval, RulebookVersion, Site
from marketplace.models.trail import OrderLogLine
from marketplace.use_cases.accept_rulebook import accept_rulebook
from marketplace.use_cases.application_pages import (
    application_form,
    application_page,
    applications_page,
    decisions_page,
    organisers_page,
    rulebook_page,
)
from marketplace.use_cases.apply import (
    StartApplication,
    SubmitApplication,
    change_application,
    start_application,
    submit_application,
    withdraw_application,
)
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from tests import makers


@pytest.fixture
def w(desk: Desk) -> makers.World:
    return makers.world(desk)


@pytest.fixture
def newcomer(desk: Desk, w: makers.World) -> makers.Company:
    """A company that is on nobody's list (any more)."""
    return makers.provider(desk, w, approved=False)


def _here(w: makers.World) -> frozenset[tuple[int, int]]:
    return frozenset({(w.package_id, w.area_id)})


def _there(w: makers.World) -> frozenset[tuple[int, int]]:
    return frozenset({(w.package_id, w.other_area_id)})


def _draft(desk: Desk, company: makers.Company, pairs: frozenset[tuple[int, int]]) -> int:
    return start_application(desk, company.manager, StartApplication(pairs)).application_id


def _sent(desk: Desk, w: makers.World, company: makers.Company) -> int:
    number = _draft(desk, company, _there(w))
    accept_rulebook(desk, company.manager, w.rulebook_id)
    submit_application(desk, company.manager, SubmitApplication(number))
    return number


def _registry(session: Session, w: makers.World, unit: str) -> list[dict[str, object]]:
    makers.see(session, w.organiser_id)
    lines = session.scalars(select(OrderLogLine.line).where(OrderLogLine.type == "registry").order_by(OrderLogLine.seq))
    return [line for line in map(json.loads, lines) if line["unit"] == unit]


def _set_state(session: Session, w: makers.World, number: int, state: str, **values: object) -> None:
    makers.see(session, w.organiser_id)
    application = session.get_one(Application, number)
    application.state = state
    for name, value in values.items():
        setattr(application, name, value)
    session.commit()


def test_an_application_is_drafted_changed_and_sent(
    desk: Desk, session: Session, w: makers.World, newcomer: makers.Company
) -> None:
    number = _draft(desk, newcomer, _here(w))
    change_application(desk, newcomer.manager, number, _there(w))
    assert application_form(desk, newcomer.manager, number).chosen == _there(w)
    assert not application_page(desk, newcomer.manager, number).ready
    accept_rulebook(desk, newcomer.manager, w.rulebook_id)
    accept_rulebook(desk, newcomer.manager, w.rulebook_id)
    assert application_page(desk, newcomer.manager, number).ready
    submit_application(desk, newcomer.manager, SubmitApplication(number))
    page = applications_page(desk, newcomer.manager)
    assert [row.state for row in page.applications] == ["submitted"]
    assert (page.open, page.can_apply, page.rulebook_accepted) == (number, False, True)
    makers.see(session, w.organiser_id)
    saved = session.get_one(Application, number)
    assert saved.rulebook_version_id == w.rulebook_id
    told = session.scalars(select(Message.account_id).where(Message.subject.contains(newcomer.name))).all()
    assert told == [w.procurement.account_id]


def test_the_ids_are_logged_as_applied_when_nothing_is_approved(
    desk: Desk, session: Session, w: makers.World, newcomer: makers.Company
) -> None:
    _sent(desk, w, newcomer)
    (line,) = _registry(session, w, newcomer.unit)
    assert (line["state"], line["reason_code"]) == ("applied", "own-request")
    assert line["offers"] == [[w.package_code, "muut"]]


def test_an_approved_unit_keeps_its_line(desk: Desk, session: Session, w: makers.World) -> None:
    listed = makers.provider(desk, w)
    before = _registry(session, w, listed.unit)
    _sent(desk, w, listed)
    assert _registry(session, w, listed.unit) == before
    assert before[-1]["state"] == "approved"


def test_a_suspended_unit_keeps_its_line(desk: Desk, session: Session, w: makers.World) -> None:
    listed = makers.provider(desk, w)
    makers.see(session, w.organiser_id)
    session.get_one(Approval, listed.approval_id).state = "suspended"
    session.commit()
    before = _registry(session, w, listed.unit)
    _sent(desk, w, listed)
    assert _registry(session, w, listed.unit) == before


def test_only_one_application_at_a_time(
    desk: Desk, session: Session, w: makers.World, newcomer: makers.Company
) -> None:
    number = _draft(desk, newcomer, _here(w))
    with pytest.raises(Refused, match="application_open"):
        _draft(desk, newcomer, _there(w))
    withdraw_application(desk, newcomer.manager, number)
    assert _draft(desk, newcomer, _there(w)) != number


def test_a_second_click_starts_one_application(desk: Desk, w: makers.World, newcomer: makers.Company) -> None:
    order = StartApplication(_here(w), "b" * 32)
    assert start_application(desk, newcomer.manager, order) == start_application(desk, newcomer.manager, order)


@pytest.mark.parametrize("pairs", ["none", "unknown", "listed"])
def test_what_cannot_be_applied_for(desk: Desk, session: Session, w: makers.World, pairs: str) -> None:
    listed = makers.provider(desk, w)
    asked = {"none": frozenset(), "unknown": frozenset({(10**9, w.area_id)}), "listed": _here(w)}[pairs]
    with pytest.raises(Refused):
        _draft(desk, listed, asked)
    makers.see(session, w.organiser_id)
    assert session.scalar(select(func.count()).select_from(Application)) == 0
    assert session.scalar(select(func.count()).select_from(ApplicationItem)) == 0


def test_sending_needs_rulebook_and_site(
    desk: Desk, session: Session, w: makers.World, newcomer: makers.Company
) -> None:
    number = _draft(desk, newcomer, _here(w))
    with pytest.raises(Refused, match="rulebook_not_accepted"):
        submit_application(desk, newcomer.manager, SubmitApplication(number))
    accept_rulebook(desk, newcomer.manager, w.rulebook_id)
    session.scalars(select(Site).where(Site.provider_id == newcomer.provider_id)).one().closed_on = desk.clock.today()
    session.commit()
    with pytest.raises(Refused, match="site_missing"):
        submit_application(desk, newcomer.manager, SubmitApplication(number))
    assert application_page(desk, newcomer.manager, number).row.state == "draft"
    assert _registry(session, w, newcomer.unit) == []


def test_the_newest_rulebook_must_be_accepted(
    desk: Desk, session: Session, w: makers.World, newcomer: makers.Company
) -> None:
    number = _draft(desk, newcomer, _here(w))
    accept_rulebook(desk, newcomer.manager, w.rulebook_id)
    with makers.opened(desk, w.approver) as tx:
        newer = RulebookVersion(organiser_id=w.organiser_id, number=2, valid_from=tx.today, body={"fi": "Uusi"},
                                published_at=tx.now, published_by=tx.account_id)  # fmt: skip
        tx.session.add(newer)
    with pytest.raises(Refused, match="rulebook_not_accepted"):
        submit_application(desk, newcomer.manager, SubmitApplication(number))
    with pytest.raises(Stale, match="rulebook_not_newest"):
        accept_rulebook(desk, newcomer.manager, w.rulebook_id)
    page = rulebook_page(desk, newcomer.manager)
    assert page is not None
    assert (page.text.number, page.accepted_at) == (2, None)
    accept_rulebook(desk, newcomer.manager, page.id)
    submit_application(desk, newcomer.manager, SubmitApplication(number))


def test_a_question_is_answered(desk: Desk, session: Session, w: makers.World, newcomer: makers.Company) -> None:
    number = _sent(desk, w, newcomer)
    with pytest.raises(Stale):
        change_application(desk, newcomer.manager, number, _here(w))
    _set_state(session, w, number, "info_requested", question="Kuka valmentaa?")
    with pytest.raises(Refused, match="answer_missing"):
        submit_application(desk, newcomer.manager, SubmitApplication(number, " "))
    assert application_page(desk, newcomer.manager, number).row.state == "info_requested"
    submit_application(desk, newcomer.manager, SubmitApplication(number, "Maija."))
    page = application_page(desk, newcomer.manager, number)
    assert (page.row.state, page.answer) == ("submitted", "Maija.")


def test_a_decided_application_stays_decided(
    desk: Desk, session: Session, w: makers.World, newcomer: makers.Company
) -> None:
    number = _sent(desk, w, newcomer)
    _set_state(session, w, number, "rejected")
    for act in (
        lambda: withdraw_application(desk, newcomer.manager, number),
        lambda: submit_application(desk, newcomer.manager, SubmitApplication(number)),
    ):
        with pytest.raises(Stale):
            act()
    assert application_page(desk, newcomer.manager, number).row.state == "rejected"


def test_strangers_and_coaches(desk: Desk, w: makers.World, newcomer: makers.Company) -> None:
    number = _draft(desk, newcomer, _here(w))
    other = makers.provider(desk, w)
    elsewhere = makers.provider(desk, makers.world(desk))
    for stranger in (other, elsewhere):
        for act in (application_page, withdraw_application):
            with pytest.raises(Missing):
                act(desk, stranger.manager, number)
    with pytest.raises(Missing):
        accept_rulebook(desk, elsewhere.manager, w.rulebook_id)
    with pytest.raises(Forbidden):
        withdraw_application(desk, newcomer.coach, number)
    assert application_page(desk, newcomer.manager, number).row.state == "draft"


def test_the_organisers_and_the_decisions(desk: Desk, w: makers.World, newcomer: makers.Company) -> None:
    other = makers.world(desk)
    _draft(desk, newcomer, _here(w))
    rows = {row.id: row for row in organisers_page(desk, newcomer.manager)}
    assert (rows[w.organiser_id].standing, rows[w.organiser_id].current) == ("applied", True)
    assert (rows[other.organiser_id].standing, rows[other.organiser_id].current) == ("none", False)
    assert decisions_page(desk, newcomer.manager) == ()
