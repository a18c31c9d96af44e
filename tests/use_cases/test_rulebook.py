"""The rulebook: a draft of one officer, published by another, accepted by the providers or left by a date."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.models.outbox import Message
from marketplace.models.providers import RulebookVersion
from marketplace.use_cases.accept_rulebook import accept_rulebook
from marketplace.use_cases.admin_procurement_pages import procurement_today
from marketplace.use_cases.application_pages import rulebook_page
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from marketplace.use_cases.remind_of_rulebook import remind_of_rulebook
from marketplace.use_cases.rulebook_pages import public_rulebook, rulebook_version, rulebook_versions
from marketplace.use_cases.write_rulebook import (
    Frame,
    TermDraft,
    drop_term,
    frame_rulebook,
    move_term,
    publish_rulebook,
    send_back_rulebook,
    start_rulebook,
    submit_rulebook,
    write_term,
)
from tests.conftest import TODAY
from tests.makers import World, opened, provider, world

START = TODAY + timedelta(days=30)
FRAME = Frame(START, START - timedelta(days=5), {"fi": "Johdanto"}, {"fi": "Kirjaus muuttuu."}, "LTK § 9")


def published(desk: Desk, w: World, frame: Frame = FRAME) -> int:
    """A second version: the first one's term in other words, and a new one."""
    version = start_rulebook(desk, w.procurement)
    frame_rulebook(desk, w.procurement, version, frame)
    write_term(desk, w.procurement, version, TermDraft("general", {"fi": "Käynti kirjataan heti."}, "nothing_ahead"), 1)
    write_term(desk, w.procurement, version, TermDraft("valmennus", {"fi": "Valmentaja on paikalla."}))
    submit_rulebook(desk, w.procurement, version)
    publish_rulebook(desk, w.approver, version)
    return version


def number_of(desk: Desk, w: World, what: object) -> int:
    with opened(desk, w.procurement) as tx:
        return tx.session.scalar(what) or 0  # type: ignore[call-overload,no-any-return]


def test_a_version_is_written_by_one_and_published_by_another(desk: Desk) -> None:
    w = world(desk)
    company = provider(desk, w)
    version = start_rulebook(desk, w.procurement, "a" * 32)
    assert start_rulebook(desk, w.procurement, "a" * 32) == version
    with pytest.raises(Refused, match="draft_exists"):
        start_rulebook(desk, w.procurement)
    frame_rulebook(desk, w.procurement, version, replace(FRAME, change_note={}))
    with pytest.raises(Refused, match="change_note_missing"):
        submit_rulebook(desk, w.procurement, version)
    frame_rulebook(desk, w.procurement, version, FRAME)
    submit_rulebook(desk, w.procurement, version)
    with pytest.raises(Refused, match="not_a_draft"):
        write_term(desk, w.procurement, version, TermDraft("general", {"fi": "x"}))
    with pytest.raises(Forbidden):
        publish_rulebook(desk, w.procurement, version)
    send_back_rulebook(desk, w.approver, version, "Täsmennä")
    submit_rulebook(desk, w.procurement, version)
    publish_rulebook(desk, w.approver, version)
    with pytest.raises(Stale):
        publish_rulebook(desk, w.approver, version)
    told = select(func.count()).where(
        Message.account_id == company.manager.account_id, Message.key.contains("rulebook/")
    )
    assert number_of(desk, w, told) == 1
    assert [(line.number, line.holds) for line in rulebook_versions(desk, w.finance)] == [(2, "coming"), (1, "now")]


def test_a_published_version_is_never_edited_whoever_tries(desk: Desk) -> None:
    w = world(desk)
    version = published(desk, w)
    with pytest.raises(Refused, match="not_a_draft"):
        drop_term(desk, w.procurement, version, 1)
    with pytest.raises(DBAPIError, match="append-only"), opened(desk, w.procurement) as tx:
        tx.session.execute(text("update rulebook_version set board_decision = 'x' where id = :id"), {"id": version})


@pytest.mark.parametrize(
    ("draft", "code", "field"),
    [
        (TermDraft("general", {"sv": "bara"}), "finnish_missing", "text"),
        (TermDraft("puutarha", {"fi": "x"}), "choice_unknown", "part"),
        (TermDraft("general", {"fi": "x"}, "magic"), "choice_unknown", "check"),
    ],
)
def test_bad_terms_are_refused_at_their_field(desk: Desk, draft: TermDraft, code: str, field: str) -> None:
    w = world(desk)
    version = start_rulebook(desk, w.procurement)
    with pytest.raises(Refused) as refused:
        write_term(desk, w.procurement, version, draft)
    assert (refused.value.code, refused.value.field) == (code, field)
    assert len(rulebook_version(desk, w.procurement, version, "fi").text.parts[0].terms) == 1


@pytest.mark.parametrize(
    ("days", "accept", "code"),
    [
        (-1, -1, "start_in_past"),
        (-500, -500, "start_in_past"),
        (5, 6, "accept_after_start"),
        (5, -1, "accept_after_start"),
    ],
)
def test_days_that_cannot_be(desk: Desk, days: int, accept: int, code: str) -> None:
    w = world(desk)
    version = start_rulebook(desk, w.procurement)
    frame = Frame(TODAY + timedelta(days=days), TODAY + timedelta(days=accept))
    with pytest.raises(Refused, match=code):
        frame_rulebook(desk, w.procurement, version, frame)


def test_terms_are_moved_and_taken_out_and_their_keys_stay(desk: Desk) -> None:
    w = world(desk)
    version = start_rulebook(desk, w.procurement)
    second = write_term(desk, w.procurement, version, TermDraft("general", {"fi": "Toinen"}))
    move_term(desk, w.procurement, version, second, -1)
    drop_term(desk, w.procurement, version, 1)
    assert write_term(desk, w.procurement, version, TermDraft("general", {"fi": "Kolmas"})) == second + 1
    page = rulebook_version(desk, w.procurement, version, "fi")
    assert [one.kind for one in page.changes[0].changes] == ["added", "added", "removed"]
    with pytest.raises(Missing):
        move_term(desk, w.procurement, version, 99, 1)


def test_a_provider_sees_what_changes_and_accepts(desk: Desk) -> None:
    w = world(desk)
    company = provider(desk, w)
    accept_rulebook(desk, company.manager, w.rulebook_id)
    version = published(desk, w)
    page = rulebook_page(desk, company.manager)
    assert page is not None
    assert (page.id, page.changes_from) == (version, 1)
    assert [one.kind for part in page.changes for one in part.changes] == ["changed", "added"]
    assert [name for _id, name in rulebook_version(desk, w.procurement, version, "fi").waiting] == [company.name]
    accept_rulebook(desk, company.manager, version)
    after = rulebook_version(desk, w.procurement, version, "fi")
    assert (after.accepted, after.waiting) == (1, ())


def test_reminders_come_once_and_then_a_person_decides(desk: Desk, clock: SetClock) -> None:
    w = world(desk)
    company = provider(desk, w)
    published(desk, w)
    worker = system(w.organiser_id)
    last = FRAME.accept_by
    steps = []
    for days in (20, 14, 10, 3, 3, 0, -1, -2):
        clock.move_to(last - timedelta(days=days))
        steps.append(remind_of_rulebook(desk, worker))
    assert steps == [0, 1, 0, 1, 0, 0, 1, 0]
    assert procurement_today(desk, w.procurement).rulebook_late == ((company.provider_id, company.name),)


def test_anyone_may_read_the_one_in_force(desk: Desk, clock: SetClock) -> None:
    w = world(desk)
    published(desk, w)
    now = public_rulebook(desk, w.organiser_code).text
    assert now is not None
    assert (now.number, now.enforced_percent) == (1, 100)
    clock.move_to(START)
    later = public_rulebook(desk, w.organiser_code).text
    assert later is not None
    assert (later.number, later.enforced_percent) == (2, 50)
    with pytest.raises(Missing):
        public_rulebook(desk, "ei-ole")


def test_another_organisers_rulebook_is_not_there(desk: Desk) -> None:
    w, other = world(desk), world(desk)
    with pytest.raises(Missing):
        rulebook_version(desk, other.procurement, w.rulebook_id, "fi")
    with opened(desk, w.procurement) as tx:
        assert tx.session.scalar(select(func.count()).select_from(RulebookVersion)) == 1
