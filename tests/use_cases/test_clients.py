"""Clients, needs, measurements, the grant's preview, and what a caseworker's pages read and leave in the audit."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.clock import SetClock
from marketplace.models.clients import Client, Measurement, Need
from marketplace.models.people import Invitation, Membership
from marketplace.models.trail import AuditEvent
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.amend_voucher import EndOrder, end_open_voucher
from marketplace.use_cases.case_objection_pages import objection_list, objection_page
from marketplace.use_cases.case_outcome_pages import outcome_list, outcome_page
from marketplace.use_cases.case_voucher_page import case_voucher_page
from marketplace.use_cases.client_page import client_choices, client_file, client_page, reveal_address
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.find_clients import client_list, find_clients
from marketplace.use_cases.grant_page import grant_page
from marketplace.use_cases.invite_client import invite_client
from marketplace.use_cases.need_pages import measure_form, need_form
from marketplace.use_cases.record_need import MeasureOrder, NeedOrder, Score, measure, record_need
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.use_cases.register_client import (
    ClientFacts,
    NewClient,
    edit_client,
    hetu_birth,
    move_client,
    register_client,
)
from tests.makers import World, active_voucher, client, granted, identity_code, opened, provider, world
from tests.use_cases.settling import event, objection, outcome

BORN = date(1979, 5, 17)
CODE = identity_code(BORN, 7)
FACTS = ClientFacts(
    first_name="Aino",
    last_name="Virtanen",
    municipality="Kuopio",
    language="fi",
    address="Puijonkatu 1, 70100 Kuopio",
    protected_address=False,
    phone="+358401234567",
    email=None,
    unemployed_since=date(2025, 1, 2),
    benefit_days=510,
)


def new(code: str = CODE, facts: ClientFacts = FACTS, once: str | None = None) -> NewClient:
    return NewClient(code, facts, allow_temporary=True, once=once)


def clients(desk: Desk, w: World) -> int:
    with opened(desk, w.caseworker) as tx:
        return tx.session.scalars(select(func.count()).select_from(Client)).one()


def test_a_client_is_kept_encrypted_and_found_by_her_whole_code(desk: Desk) -> None:
    w = world(desk)
    client_id = register_client(desk, w.caseworker, new(once="a" * 32))
    assert register_client(desk, w.caseworker, new(once="a" * 32)) == client_id
    with opened(desk, w.caseworker) as tx:
        row = tx.session.get_one(Client, client_id)
        assert CODE.encode() not in row.identity_code
        assert tx.vault.open(row.identity_code, "identity-code") == CODE.encode()
        assert (row.birth_date, row.caseworker_id) == (BORN, w.caseworker.account_id)
        trail = tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "client.register")).one()
        assert trail.client_ids == [client_id]
        assert CODE not in str(trail.details)
    found = find_clients(desk, w.other_caseworker, CODE.lower(), allow_temporary=True)
    assert [row.client_id for row in found.rows] == [client_id]
    assert find_clients(desk, world(desk).caseworker, CODE, allow_temporary=True).rows == ()


def test_a_second_client_with_the_same_code_points_to_the_first(desk: Desk) -> None:
    w = world(desk)
    client_id = register_client(desk, w.caseworker, new())
    with pytest.raises(Refused) as refused:
        register_client(desk, w.other_caseworker, new(facts=replace(FACTS, first_name="Toinen")))
    assert (refused.value.code, refused.value.field) == ("client_exists", "identity_code")
    assert refused.value.values == {"client_id": client_id, "name": "Aino Virtanen"}
    assert clients(desk, w) == 1
    # another organiser's client of the same code is another client (money.md 8)
    assert register_client(desk, world(desk).caseworker, new()) != client_id


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"first_name": " "}, "name_missing"),
        ({"last_name": "x" * 201}, "too_long"),
        ({"municipality": "Helsinki"}, "municipality_not_ours"),
        ({"language": "xx"}, "unknown_language"),
        ({"address": " "}, "address_missing"),
        ({"unemployed_since": date(2026, 11, 17)}, "unemployed_in_future"),
        ({"unemployed_since": date(1979, 5, 16)}, "unemployed_before_birth"),
        ({"benefit_days": -1}, "benefit_days_wrong"),
    ],
)
def test_wrong_facts_register_nobody(desk: Desk, change: dict[str, object], code: str) -> None:
    w = world(desk)
    with pytest.raises(Refused) as refused:
        register_client(desk, w.caseworker, new(facts=replace(FACTS, **change)))  # type: ignore[arg-type]
    assert refused.value.code == code
    assert clients(desk, w) == 0


@pytest.mark.parametrize("code", ["", "170579-9078", CODE[:-1] + "?", "310279-900X"])
def test_a_wrong_identity_code_registers_nobody(desk: Desk, code: str) -> None:
    w = world(desk)
    with pytest.raises(Refused, match="identity_code_wrong"):
        register_client(desk, w.caseworker, new(code))
    with pytest.raises(Refused, match="identity_code_wrong"):  # the 900 range only where it is allowed
        register_client(desk, w.caseworker, NewClient(CODE, FACTS))
    assert clients(desk, w) == 0


def test_a_code_tells_the_birth_date() -> None:
    assert [hetu_birth(code) for code in ("131052-308T", "131052Y308T", "010203A902P", "010170+902X")] == [
        date(1952, 10, 13), date(1952, 10, 13), date(2003, 2, 1), date(1870, 1, 1),
    ]  # fmt: skip


def test_editing_keeps_a_protected_address_that_was_not_typed(desk: Desk) -> None:
    w = world(desk)
    client_id = register_client(desk, w.caseworker, new(facts=replace(FACTS, protected_address=True)))
    edit_client(desk, w.caseworker, client_id, replace(FACTS, protected_address=True, address="", phone=None))
    with opened(desk, w.caseworker) as tx:
        row = tx.session.get_one(Client, client_id)
        assert (row.address, row.phone) == (FACTS.address, None)
        trail = tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "client.edit")).one()
        assert trail.details == {"fields": ["phone"]}
    with pytest.raises(Missing):
        edit_client(desk, world(desk).caseworker, client_id, FACTS)
    with pytest.raises(Forbidden):
        edit_client(desk, w.finance, client_id, FACTS)


def test_moving_to_another_caseworker_takes_the_vouchers_along(desk: Desk) -> None:
    run = active_voucher(desk)
    w = run.world
    assert w.other_caseworker.account_id is not None
    assert w.finance.account_id is not None
    with pytest.raises(Refused, match="not_a_caseworker"):
        move_client(desk, w.caseworker, run.holder.client_id, w.finance.account_id)
    assert (w.other_caseworker.account_id, w.other_caseworker.name) in client_choices(desk, w.caseworker).caseworkers
    move_client(desk, w.caseworker, run.holder.client_id, w.other_caseworker.account_id)
    with opened(desk, w.caseworker) as tx:
        assert tx.session.get_one(Voucher, run.voucher_id).caseworker_id == w.other_caseworker.account_id
    assert client_list(desk, w.caseworker).rows == ()
    assert len(client_list(desk, w.other_caseworker).rows) == 1


SCORE = Score("kykyviisari", "2.0", 450, False, date(2026, 11, 16))


def need(client_id: int, package_id: int, **changes: object) -> NeedOrder:
    values = {"category": "direction", "tier": 2, "goal": "Oma suunta löytyy", "score": SCORE, **changes}
    return NeedOrder(client_id, package_id, **values)  # type: ignore[arg-type]


def test_a_need_comes_with_its_first_measurement(desk: Desk) -> None:
    w = world(desk)
    client_id = register_client(desk, w.caseworker, new())
    assert [one.id for one in need_form(desk, w.caseworker, client_id).packages] == [w.package_id]
    order = need(client_id, w.package_id, once="d" * 32)
    need_id = record_need(desk, w.caseworker, order)
    assert record_need(desk, w.caseworker, order) == need_id
    page = client_page(desk, w.caseworker, client_id)
    assert (page.needs[0].tier, page.needs[0].measurements[0].score_hundredths) == (2, 450)
    assert measure_form(desk, w.caseworker, need_id).moments == ("end", "later")
    later = MeasureOrder(need_id, "end", replace(SCORE, score_hundredths=None, declined=True))
    assert measure(desk, w.caseworker, later) == client_id
    with pytest.raises(Refused, match="measured_already"):
        measure(desk, w.caseworker, later)
    with pytest.raises(Refused, match="moment_not_listed"):
        measure(desk, w.caseworker, replace(later, moment="start"))
    with pytest.raises(Missing):
        measure(desk, world(desk).caseworker, replace(later, moment="later"))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"package_id": 999_999}, "package_not_open"),
        ({"category": "studies"}, "category_not_listed"),
        ({"tier": 4}, "tier_not_listed"),
        ({"goal": ""}, "goal_missing"),
        ({"goal": "x" * 501}, "too_long"),
        ({"score": replace(SCORE, instrument="crystal ball")}, "instrument_not_listed"),
        ({"score": replace(SCORE, version=" ")}, "version_missing"),
        ({"score": replace(SCORE, declined=True)}, "score_or_declined"),
        ({"score": replace(SCORE, score_hundredths=None)}, "score_or_declined"),
        ({"score": replace(SCORE, score_hundredths=1_001)}, "score_too_high"),
        ({"score": replace(SCORE, measured_on=date(2026, 11, 17))}, "measured_in_future"),
    ],
)
def test_a_wrong_need_is_not_recorded(desk: Desk, changes: dict[str, object], code: str) -> None:
    w = world(desk)
    client_id = register_client(desk, w.caseworker, new())
    with pytest.raises(Refused) as refused:
        record_need(desk, w.caseworker, replace(need(client_id, w.package_id), **changes))  # type: ignore[arg-type]
    assert refused.value.code == code
    with opened(desk, w.caseworker) as tx:
        assert tx.session.scalars(select(Need)).all() == []
        assert tx.session.scalars(select(Measurement)).all() == []


def test_a_protected_address_is_shown_for_a_reason_only(desk: Desk) -> None:
    w = world(desk)
    holder = client(desk, w, protected=True)
    assert client_page(desk, w.caseworker, holder.client_id).client.address is None
    assert client_file(desk, w.caseworker, holder.client_id).address is None
    assert invite_client(desk, w.caseworker, holder.client_id).address is None
    with pytest.raises(Refused, match="reveal_reason_missing"):
        reveal_address(desk, w.caseworker, holder.client_id, " ")
    with pytest.raises(Missing):
        reveal_address(desk, world(desk).caseworker, holder.client_id, "Uteliaisuus")
    assert reveal_address(desk, w.caseworker, holder.client_id, "Kirje viedään käsin") == "Puijonkatu 1, 70100 Kuopio"
    seen = client_page(desk, w.caseworker, holder.client_id).seen
    assert ("client.reveal_address", "Kirje viedään käsin") in {(line.action, line.reason) for line in seen}
    assert sum(line.action == "client.reveal_address" for line in seen) == 1


def test_the_list_shows_ones_own_and_says_so_to_the_audit(desk: Desk) -> None:
    w = world(desk)
    holders = [client(desk, w, name=("Eeva", last)) for last in ("Salo", "Aho", "Mäki")]
    voucher = granted(desk, w, holders[0])
    page = client_list(desk, w.caseworker)
    assert [row.last_name for row in page.rows] == ["Aho", "Mäki", "Salo"]
    assert page.rows[2].voucher_number == voucher.number
    assert (page.total, page.page, page.pages) == (3, 1, 1)
    assert client_list(desk, w.caseworker, page=9).page == 1
    assert client_list(desk, w.other_caseworker).rows == ()
    assert len(client_list(desk, w.other_caseworker, everyone=True).rows) == 3
    assert [row.last_name for row in find_clients(desk, w.other_caseworker, "eeva mä").rows] == ["Mäki"]
    assert find_clients(desk, w.other_caseworker, "%").rows == find_clients(desk, w.caseworker, " ").rows == ()
    assert client_list(desk, world(desk).caseworker, everyone=True).rows == ()
    with opened(desk, w.caseworker) as tx:
        reads = tx.session.scalars(select(AuditEvent.client_ids).where(AuditEvent.subject == "client_list")).all()
        assert sorted(reads[0]) == sorted(holder.client_id for holder in holders)
    with pytest.raises(Forbidden):
        client_list(desk, w.finance)


def test_who_waits_is_found(desk: Desk, clock: SetClock) -> None:
    w = world(desk, validity_days=60)
    waiting, running = client(desk, w), client(desk, w)
    granted(desk, w, waiting)
    record_need(desk, w.caseworker, need(running.client_id, w.package_id))
    run = active_voucher(desk, w, holder=running)

    def found(what: str) -> list[int]:
        return [row.client_id for row in client_list(desk, w.caseworker, waiting=what).rows]

    assert (found("choice"), found("expiry"), found("measurement")) == ([], [], [])
    clock.move_to(clock.today() + timedelta(days=7))
    assert found("choice") == [waiting.client_id]
    clock.move_to(clock.today() + timedelta(days=25))
    assert sorted(found("expiry")) == sorted([waiting.client_id, running.client_id])
    end_open_voucher(desk, w.caseworker, EndOrder(run.voucher_id, "completed", clock.today()))
    assert found("expiry") == [waiting.client_id]
    assert found("measurement") == []  # its need was recorded without a first measurement


def test_the_preview_of_a_grant_says_what_it_takes(desk: Desk) -> None:
    w = world(desk, budget_cents=400_000)
    provider(desk, w)
    holder = client(desk, w)
    promise = grant_page(desk, w.caseworker, holder.need_id).promise
    assert promise is not None
    assert (promise.value_cents, promise.bonus_cents, promise.reserved_cents) == (212_000, 140_000, 352_000)
    assert (promise.free_cents, promise.enough, promise.providers) == (400_000, True, 1)
    granted(desk, w, holder)
    blocked = grant_page(desk, w.caseworker, holder.need_id).blocked
    assert blocked is not None
    assert blocked[0] == "voucher_already_open"
    other = grant_page(desk, w.caseworker, client(desk, w).need_id).promise
    assert other is not None
    assert not other.enough
    with pytest.raises(Missing):
        grant_page(desk, world(desk).caseworker, holder.need_id)


def test_a_new_code_ends_the_old_one(desk: Desk) -> None:
    w = world(desk)
    client_id = register_client(desk, w.caseworker, new())
    assert client_file(desk, w.caseworker, client_id).way_in == "none"
    first = invite_client(desk, w.caseworker, client_id)
    second = invite_client(desk, w.caseworker, client_id)
    assert first.code != second.code
    assert second.code is not None
    assert client_file(desk, w.caseworker, client_id).way_in == "letter"
    with opened(desk, w.caseworker) as tx:
        assert tx.session.scalars(select(func.count()).where(Membership.client_id == client_id)).one() == 1
        living = select(func.count()).where(Invitation.account_id == second.account_id, Invitation.used_at.is_(None))
        assert tx.session.scalars(living).one() == 1
    with pytest.raises(Missing):
        invite_client(desk, world(desk).caseworker, client_id)


def test_pages_about_a_voucher_are_an_organisers_own(desk: Desk) -> None:
    run = active_voucher(desk)
    event_id = event(desk, run)
    objection_id, outcome_id = objection(desk, run, event_id), outcome(desk, run)
    w, stranger = run.world, world(desk).caseworker
    page = case_voucher_page(desk, w.caseworker, run.voucher_id)
    assert (page.money.used_cents, page.money.left_cents) == (10_600, 212_000 - 10_600)
    assert (page.events[0].objection_id, page.outcomes[0].id) == (objection_id, outcome_id)
    assert [move.move for move in page.moves] == ["confirm", "choose", "grant"]
    assert objection_page(desk, w.caseworker, objection_id).can_settle is False
    assert [mark.days_done for mark in outcome_page(desk, w.caseworker, outcome_id).milestones] == [0, 0]
    assert len(objection_list(desk, w.caseworker).rows) == len(outcome_list(desk, w.caseworker).rows) == 1
    assert len(objection_list(desk, stranger).rows) == len(outcome_list(desk, stranger).rows) == 0
    for read, number in (
        (client_page, run.holder.client_id),
        (case_voucher_page, run.voucher_id),
        (objection_page, objection_id),
        (outcome_page, outcome_id),
        (need_form, run.holder.client_id),
        (measure_form, run.holder.need_id),
    ):
        with pytest.raises(Missing):
            read(desk, stranger, number)
