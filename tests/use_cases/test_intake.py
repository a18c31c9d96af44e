"""Not choosing, changing and being declined: reminders by date, the case that goes back, and what is counted of it all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.models.choosing import ChoiceReminder, IntakeFlip
from marketplace.models.outbox import Message
from marketplace.models.trail import AuditEvent
from marketplace.models.vouchers import Choice, Voucher, VoucherMove
from marketplace.use_cases.answer_choice import DeclineOrder, decline_choice
from marketplace.use_cases.case_today import case_today
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.expire_vouchers import expire_due
from marketplace.use_cases.find_clients import client_list
from marketplace.use_cases.intake import intake_counts
from marketplace.use_cases.refusals import Forbidden, Refused
from marketplace.use_cases.remind_to_choose import remind_to_choose, reminder_days, set_reminder_days
from marketplace.use_cases.tell_places import TellPlaces, tell_places
from tests.makers import Person, World, chosen, client, granted, opened, provider, world


def waiting(desk: Desk) -> tuple[World, Person, int]:
    w = world(desk)
    holder = client(desk, w, email="aino@example.org")
    return w, holder, granted(desk, w, holder).voucher_id


def letters(desk: Desk, w: World, word: str) -> list[Message]:
    with opened(desk, w.administrator) as tx:
        found = tx.session.scalars(select(Message).where(Message.key.contains(word)).order_by(Message.id))
        return list(found)


def test_reminders_come_by_their_days_and_once(desk: Desk, clock: SetClock) -> None:
    w, _, voucher_id = waiting(desk)
    start, worker = clock.today(), system(w.organiser_id)
    sent = []
    for offset in range(50):
        clock.move_to(start + timedelta(days=offset))
        if remind_to_choose(desk, worker):
            sent.append(offset)
        assert remind_to_choose(desk, worker) == 0
    assert sent == [14, 42]
    found = letters(desk, w, "choose_reminder")
    assert [message.recipient for message in found] == ["aino@example.org"] * 2
    assert "Sinä valitset itse" in found[0].body
    with opened(desk, w.auditor) as tx:
        voucher = tx.session.get_one(Voucher, voucher_id)
        assert (voucher.state, voucher.provider_id) == ("granted", None)


def test_days_that_came_while_the_worker_slept_are_one_reminder(desk: Desk, clock: SetClock) -> None:
    w, _, _ = waiting(desk)
    clock.move_to(clock.today() + timedelta(days=60))
    assert remind_to_choose(desk, system(w.organiser_id)) == 1
    assert len(letters(desk, w, "choose_reminder")) == 1
    with opened(desk, w.auditor) as tx:
        assert sorted(tx.session.scalars(select(ChoiceReminder.days))) == [14, 42]


def test_after_a_decline_the_days_begin_anew_and_who_has_chosen_is_left_alone(desk: Desk, clock: SetClock) -> None:
    w, holder, voucher_id = waiting(desk)
    companies = [provider(desk, w), provider(desk, w)]
    start, worker = clock.today(), system(w.organiser_id)
    clock.move_to(start + timedelta(days=10))
    choice_id = chosen(desk, holder, companies[0], voucher_id)
    clock.move_to(start + timedelta(days=20))
    assert remind_to_choose(desk, worker) == 0
    decline_choice(desk, companies[0].manager, DeclineOrder(choice_id, "no_capacity"))
    clock.move_to(start + timedelta(days=33))
    assert remind_to_choose(desk, worker) == 0
    clock.move_to(start + timedelta(days=34))
    assert remind_to_choose(desk, worker) == 1


def test_the_days_are_procurements(desk: Desk, clock: SetClock) -> None:
    w, _, _ = waiting(desk)
    for wrong in ([0], [366], [1, 2, 3, 4, 5, 6]):
        with pytest.raises(Refused):
            set_reminder_days(desk, w.procurement, wrong)
    assert reminder_days(desk, w.procurement) == [14, 42]
    with pytest.raises(Forbidden):
        set_reminder_days(desk, w.caseworker, [3])
    set_reminder_days(desk, w.procurement, [7, 3, 7])
    assert reminder_days(desk, w.procurement) == [3, 7]
    set_reminder_days(desk, w.procurement, [])
    clock.move_to(clock.today() + timedelta(days=60))
    assert remind_to_choose(desk, system(w.organiser_id)) == 0


def test_without_a_choice_the_case_goes_back_and_to_no_provider(desk: Desk, clock: SetClock) -> None:
    w, holder, voucher_id = waiting(desk)
    company = provider(desk, w)
    with opened(desk, w.auditor) as tx:
        last = tx.session.get_one(Voucher, voucher_id).valid_to
    clock.move_to(last + timedelta(days=1))
    assert expire_due(desk, system(w.organiser_id)) == 1
    with opened(desk, w.auditor) as tx:
        assert tx.session.scalars(select(Choice)).all() == []
        moves = select(VoucherMove.reason).where(VoucherMove.move == "expire")
        assert tx.session.scalars(moves).all() == ["no_choice"]
        said = tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "voucher.expire")).one()
        assert said.details["chosen"] is False
        told = {m.account_id for m in tx.session.scalars(select(Message).where(Message.key.contains("no_choice")))}
        assert w.caseworker.account_id in told
        assert company.manager.account_id not in told
    assert case_today(desk, w.caseworker).given_back == 1
    assert [row.client_id for row in client_list(desk, w.caseworker, waiting="no_choice").rows] == [holder.client_id]
    assert case_today(desk, w.other_caseworker).given_back == 0


def test_a_voucher_that_was_used_does_not_go_back_as_unchosen(desk: Desk, clock: SetClock) -> None:
    w, holder, voucher_id = waiting(desk)
    chosen(desk, holder, provider(desk, w), voucher_id)
    clock.move_to(clock.today() + timedelta(days=400))
    assert expire_due(desk, system(w.organiser_id)) == 1
    assert case_today(desk, w.caseworker).given_back == 0
    assert letters(desk, w, "no_choice") == []


def test_flips_are_kept_with_the_needs_of_those_who_met_them(desk: Desk) -> None:
    w = world(desk)
    company = provider(desk, w)
    for _ in range(5):
        granted(desk, w, client(desk, w))

    def tell(places: int | None, *, paused: bool = False) -> None:
        tell_places(desk, company.manager, TellPlaces(company.approval_id, places, None, paused))

    for places, paused in ((0, False), (0, False), (2, False), (2, True), (None, False)):
        tell(places, paused=paused)
    with opened(desk, w.procurement) as tx:
        flips = tx.session.scalars(select(IntakeFlip).order_by(IntakeFlip.id)).all()
        assert [flip.flip for flip in flips] == ["full", "free", "pause", "resume"]
        assert all(flip.waiting == {"direction": 5} for flip in flips)
    counts = intake_counts(desk, w.procurement)
    assert [(need.category, need.choices, need.full, need.paused) for need in counts.needs] == [("direction", None, 5, 5)]


def test_counts_below_five_are_hidden_and_declines_and_changes_are_counted(desk: Desk, clock: SetClock) -> None:
    w = world(desk)
    companies = [provider(desk, w), provider(desk, w)]
    people = [client(desk, w) for _ in range(6)]
    vouchers = [granted(desk, w, holder).voucher_id for holder in people]
    for n, (holder, voucher_id) in enumerate(zip(people, vouchers, strict=True)):
        choice_id = chosen(desk, holder, companies[0], voucher_id)
        decline_choice(desk, companies[0].manager, DeclineOrder(choice_id, "no_capacity"))
        if n == 3:
            early = intake_counts(desk, w.procurement)
            assert (early.needs[0].choices, early.needs[0].declines, early.reasons) == (None, None, ())
    counts = intake_counts(desk, w.procurement)
    assert (counts.needs[0].choices, counts.needs[0].declines, counts.needs[0].decline_percent) == (6, 6, 100)
    assert counts.reasons == (("no_capacity", 6),)
    for holder, voucher_id in zip(people, vouchers, strict=True):
        chosen(desk, holder, companies[0], voucher_id)
    clock.move_to(clock.today() + timedelta(days=14))
    for holder, voucher_id in zip(people[:5], vouchers, strict=False):
        chosen(desk, holder, companies[1], voucher_id)
    counts = intake_counts(desk, w.procurement)
    assert (counts.changes, counts.early_changes) == (5, 5)
    clock.move_to(clock.today() + timedelta(days=1))
    chosen(desk, people[5], companies[1], vouchers[5])
    counts = intake_counts(desk, w.procurement)
    assert (counts.changes, counts.early_changes) == (6, None)
    with opened(desk, w.auditor) as tx:
        # both sides of a change are there for ever
        reasons = tx.session.scalars(select(VoucherMove.reason).where(VoucherMove.move == "release")).all()
        assert reasons == ["changed_by_client"] * 6
        assert len(tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "provider.choose")).all()) == 18
    with pytest.raises(Forbidden):
        intake_counts(desk, w.caseworker)
