"""Two providers claim the same job of the same person at the same instant, each on a voucher of its own: it pays once."""

from datetime import date, timedelta
from functools import partial

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from marketplace.models.events import Milestone, Outcome
from marketplace.models.ledger_rows import LedgerLine
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.verify_outcome import EvidenceOrder, verify_outcome
from tests.concurrency.at_once import at_once, counted
from tests.makers import Running, active_voucher, client, opened, provider, world

ROUNDS = 200
FIRST_BONUS = 70_000


def claimed(desk: Desk, run: Running, provider_id: int, client_id: int, number: int) -> int:
    """A voucher of this client with this provider, and the report of a job that has lasted 60 days; the outcome's id."""
    w = run.world
    started = desk.clock.today() - timedelta(days=60)
    with opened(desk, w.caseworker) as tx:
        like = tx.session.get_one(Voucher, run.voucher_id)
        values = {column.key: getattr(like, column.key) for column in inspect(Voucher).columns if column.key != "id"}
        voucher = Voucher(**{
            **values, "number": f"kilpa-{number}", "list_seq": 1_000 + number, "client_id": client_id,
            "provider_id": provider_id, "valid_from": started, "reserved_service_cents": 0, "reserved_bonus_cents": 0,
        })  # fmt: skip
        tx.session.add(voucher)
        tx.session.flush()
        outcome = Outcome(
            organiser_id=w.organiser_id, voucher_id=voucher.id, client_id=client_id, provider_id=provider_id,
            kind="employment", employer="Kahvila Kanerva Oy", employer_business_id="0101263-6", contract="permanent",
            subsidised=False, starts_on=started, weekly_hours_hundredths=3_000, state="reported",
            reported_by=run.company.coach.account_id, reported_at=tx.now,
        )  # fmt: skip
        tx.session.add(outcome)
        tx.session.flush()
        return outcome.id


def test_two_claims_at_the_same_instant_pay_once_two_hundred_times(own_desk: Desk) -> None:
    w = world(own_desk, budget_cents=1_000_000_000, bonus_reserved_at="outcome")
    run = active_voucher(own_desk, w)
    rival = provider(own_desk, w)
    today = own_desk.clock.today()
    for turn in range(ROUNDS):
        holder = client(own_desk, w)
        claims = [
            claimed(own_desk, run, company.provider_id, holder.client_id, 2 * turn + place)
            for place, company in enumerate((run.company, rival))
        ]
        orders = [EvidenceOrder(claim, "employer", "Palkkalaskelma", today, today) for claim in claims]
        results = at_once([partial(verify_outcome, own_desk, w.caseworker, order) for order in orders])
        assert counted(results) == {"done": 2}
        with opened(own_desk, w.caseworker) as tx:
            rows = tx.session.execute(
                select(Milestone.number, Milestone.state, Milestone.reason)
                .where(Milestone.client_id == holder.client_id)
                .order_by(Milestone.state, Milestone.number)
            ).all()
        assert [tuple(row) for row in rows] == [
            (1, "broken", "already_counted"), (2, "broken", "already_counted"), (1, "matured", "lasted"),
            (2, "waiting", None),
        ]  # fmt: skip
    with opened(own_desk, w.finance) as tx:
        used = tx.session.scalar(select(func.sum(LedgerLine.cents)).where(LedgerLine.account == "used_recorded"))
        assert used == ROUNDS * FIRST_BONUS


def test_the_database_itself_counts_a_day_once(own_desk: Desk) -> None:
    """Also for whoever forgets to judge: the same person, programme and number cannot count one day twice."""
    run = active_voucher(own_desk)
    today = own_desk.clock.today()
    outcomes = [claimed(own_desk, run, run.company.provider_id, run.holder.client_id, number) for number in range(2)]

    def keep(outcome_id: int, first: date, last: date) -> None:
        with opened(own_desk, run.world.caseworker) as tx:
            outcome = tx.session.get_one(Outcome, outcome_id)
            tx.session.add(
                Milestone(
                    organiser_id=outcome.organiser_id, outcome_id=outcome.id, voucher_id=outcome.voucher_id,
                    client_id=outcome.client_id, provider_id=outcome.provider_id,
                    programme_id=run.world.programme_id, number=1, counted_from=first, counted_to=last, due_on=last,
                    amount_cents=1, state="waiting",
                )
            )  # fmt: skip

    keep(outcomes[0], today, today + timedelta(days=41))
    with pytest.raises(IntegrityError, match="ex_milestone_person_once"):
        keep(outcomes[1], today + timedelta(days=41), today + timedelta(days=80))
    keep(outcomes[1], today + timedelta(days=42), today + timedelta(days=80))
