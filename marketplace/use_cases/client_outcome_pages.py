"""What a client sees of the jobs that a provider has reported for her: what is counted, what is missing, what is paid."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_outcomes
from marketplace.models.events import Outcome
from marketplace.models.providers import Provider
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.outcome_countdown import Countdown, countdown, made_of
from marketplace.use_cases.outcome_facts import facts_of


@dataclass(frozen=True)
class JobOfMine:
    """One reported job of the client, with the countdown of each milestone that it can earn for its provider."""

    employer: str
    provider: str
    state: str
    starts_on: date
    ends_on: date | None
    number: str
    countdown: tuple[Countdown, ...]


def my_jobs(desk: Desk, actor: Actor) -> tuple[JobOfMine, ...]:
    """The client's own reported jobs, the newest first; those that were taken back are left out."""
    with desk.reading(actor, Action.SEE_OWN_VOUCHER) as tx:
        rows = tx.session.execute(
            select(Outcome, Voucher, Provider.name)
            .join(Voucher, Voucher.id == Outcome.voucher_id)
            .join(Provider, Provider.id == Outcome.provider_id)
            .where(visible_outcomes(tx.actor), Outcome.state != "withdrawn")
            .order_by(Outcome.starts_on.desc(), Outcome.id.desc())
        ).all()
        outcomes = [row[0] for row in rows]
        facts, made = facts_of(tx, outcomes), made_of(tx, outcomes)
        return tuple(
            JobOfMine(outcome.employer, provider, outcome.state, outcome.starts_on, outcome.ends_on, voucher.number,
                      countdown(facts, made, outcome, voucher))
            for outcome, voucher, provider in rows
        )  # fmt: skip
