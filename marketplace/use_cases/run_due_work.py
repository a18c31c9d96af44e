"""What the system does by itself, by date: a list of duties, each of which does everything that is due, and nothing twice.

A duty is a function of the desk and of the system acting for one organiser; it owns its transactions and returns how many
things it did. To add one, append it to DUTIES with how often it is asked.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor, public, system
from marketplace.models.people import Organiser
from marketplace.use_cases.deliver_files import deliver_files
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.einvoices import write_documents
from marketplace.use_cases.end_approvals import apply_due_approvals
from marketplace.use_cases.expire_vouchers import close_due, expire_due
from marketplace.use_cases.fairness_figures import keep_figures
from marketplace.use_cases.filter_uses import forget_filters
from marketplace.use_cases.freeze_month import freeze_due
from marketplace.use_cases.mature_milestones import mature_due
from marketplace.use_cases.order_log import commit_ahead, open_today, reveal_due
from marketplace.use_cases.published_head import publish_head
from marketplace.use_cases.remind_of_rulebook import remind_of_rulebook
from marketplace.use_cases.remind_to_choose import remind_to_choose
from marketplace.use_cases.sandbox import run_replays
from marketplace.use_cases.seal_audit import seal_audit
from marketplace.use_cases.throttle import forget_old_attempts
from marketplace.use_cases.tidy_assisting import tidy_assisting

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SOON = timedelta(seconds=3)
"""For what somebody waits for at a page."""


@dataclass(frozen=True)
class Duty:
    """`shared`: not any organiser's own, so it is done once and not for each. `slow`: takes seconds and looks at the past
    alone, so that a demonstration that plays months needs it only at their end."""

    name: str
    run: Callable[[Desk, Actor], int]
    every: timedelta
    shared: bool = False
    slow: bool = False


def keep_order_keys(desk: Desk, actor: Actor) -> int:
    """Promise the order keys of the coming days, reveal those that are 31 days old (fairness.md B3)."""
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        return commit_ahead(tx) + reveal_due(tx)


def open_the_day(desk: Desk, actor: Actor) -> int:
    """Open the day also when nothing is drawn on it (docs/fairness.md, a day left blank)."""
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        return int(open_today(tx))


def clear_attempts(desk: Desk, actor: Actor) -> int:
    """Failed logins are kept for a day."""
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        return forget_old_attempts(tx)


def seal(desk: Desk, actor: Actor) -> int:
    """Chain the audit rows that are not sealed yet."""
    return seal_audit(desk, actor.organiser_id)


def end_approvals(desk: Desk, actor: Actor) -> int:
    """End the approvals whose last day has passed; their clients choose again."""
    assert actor.organiser_id is not None
    return apply_due_approvals(desk, actor.organiser_id).approvals


DUTIES: list[Duty] = [
    Duty("order keys", keep_order_keys, HOUR),
    Duty("the day's beacon", open_the_day, 10 * MINUTE),
    Duty("approvals that have ended", end_approvals, HOUR),
    Duty("old login attempts", clear_attempts, HOUR, shared=True),
    Duty("expired vouchers", expire_due, HOUR),
    Duty("assisted choices that are over", tidy_assisting, MINUTE),
    Duty("reminders to choose", remind_to_choose, HOUR),
    Duty("tails that are over", close_due, HOUR),
    Duty("milestones", mature_due, HOUR),
    Duty("months to freeze", freeze_due, HOUR),
    Duty("trials of terms", run_replays, SOON),
    Duty("published heads", publish_head, MINUTE),
    Duty("files for the bank", deliver_files, MINUTE),
    Duty("figures of equal treatment", keep_figures, HOUR, slow=True),
    Duty("filters of a month ago", forget_filters, HOUR),
    Duty("rulebook not accepted", remind_of_rulebook, HOUR),
    Duty("e-invoices", write_documents, MINUTE),
    Duty("audit seals", seal, MINUTE),
    Duty("audit seals of what is shared", seal, MINUTE, shared=True),
]


@dataclass(frozen=True)
class Done:
    """What came of one duty: how many things, or the error that stopped it."""

    duty: str
    organiser_id: int | None
    count: int = 0
    error: Exception | None = None


class Rounds:
    """Remembers, in one worker, when each duty was last asked for each organiser."""

    def __init__(self, duties: list[Duty] | None = None) -> None:
        self.duties = DUTIES if duties is None else duties
        self._asked: dict[tuple[str, int | None], datetime] = {}

    def run(self, desk: Desk, *, everything: bool = False) -> Iterator[Done]:
        """One round: each duty whose time has come (or each, when asked), for each organiser. An error in one does not
        stop the others."""
        now = desk.clock.now()
        everyone = organisers(desk)
        for duty in self.duties:
            for organiser_id in [None] if duty.shared else everyone:
                place = (duty.name, organiser_id)
                last = self._asked.get(place)
                if not everything and last is not None and last <= now < last + duty.every:
                    continue
                self._asked[place] = now
                yield do(duty, desk, organiser_id)


def do(duty: Duty, desk: Desk, organiser_id: int | None) -> Done:
    try:
        return Done(duty.name, organiser_id, duty.run(desk, system(organiser_id)))
    except Exception as error:
        return Done(duty.name, organiser_id, error=error)


def organisers(desk: Desk) -> list[int]:
    """Every organiser of this installation."""
    with desk.reading(public(None), Action.SEE_PUBLIC) as tx:
        return list(tx.session.scalars(select(Organiser.id).order_by(Organiser.id)))
