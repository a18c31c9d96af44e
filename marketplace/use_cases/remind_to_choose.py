"""A client who has not chosen is reminded by date, in plain words. Nobody is ever chosen for her (fairness B2.20).

The days are the organiser's, counted from the day on which she became free to choose: the grant, a provider's decline, or
the end of her former provider. When the voucher's last day passes without a choice, `expire_vouchers` gives the case back
to her caseworker as "no choice made".
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.clock import helsinki_day
from marketplace.models.choosing import ChoiceReminder
from marketplace.models.clients import Client
from marketplace.models.people import Organiser
from marketplace.models.vouchers import Voucher, VoucherMove
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.notices import tell_client
from marketplace.use_cases.refusals import Refused

MOST_REMINDERS = 5
LATEST_DAY = 365


@dataclass(frozen=True)
class Due:
    voucher_id: int
    free_since: date
    days: tuple[int, ...]


def reminder_days(desk: Desk, actor: Actor) -> list[int]:
    """After how many days without a choice the organiser reminds."""
    with desk.reading(actor, Action.SET_REMINDERS) as tx:
        return list(tx.session.scalars(select(Organiser.reminder_days).where(Organiser.id == tx.organiser_id)).one())


def set_reminder_days(desk: Desk, actor: Actor, days: list[int]) -> None:
    """Set the days: at most five, each from 1 to 365; none means no reminders. Refused: reminder_days_wrong."""
    with desk.transaction(actor, Action.SET_REMINDERS) as tx:
        wanted = sorted(set(days))
        if len(wanted) > MOST_REMINDERS or any(not 1 <= day <= LATEST_DAY for day in wanted):
            raise Refused("reminder_days_wrong", "days", most=MOST_REMINDERS, latest=LATEST_DAY)
        organiser = tx.session.scalars(
            select(Organiser).where(Organiser.id == tx.organiser_id).execution_options(populate_existing=True)
        ).one()
        before, organiser.reminder_days = list(organiser.reminder_days), wanted
        tx.audit("reminders.set", "organiser", tx.organiser_id, before=before, after=wanted)


def remind_to_choose(desk: Desk, actor: Actor) -> int:
    """Remind every client for whom a day has come; returns how many were reminded. Several days that came at once, after
    a pause of the worker, are one reminder. Each client has a transaction of her own."""
    with desk.reading(actor, Action.RUN_DUE_WORK) as tx:
        found = _due(tx)
    reminded = 0
    for due in found:
        with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
            reminded += _remind(tx, due)
    return reminded


def _due(tx: Tx) -> list[Due]:
    days = tx.session.scalars(select(Organiser.reminder_days).where(Organiser.id == tx.organiser_id)).one()
    if not days:
        return []
    freed = (
        select(func.max(VoucherMove.at))
        .where(VoucherMove.voucher_id == Voucher.id, VoucherMove.target == "granted")
        .correlate(Voucher)
        .scalar_subquery()
    )
    since = func.coalesce(freed, Voucher.granted_at)
    rows = tx.session.execute(
        select(Voucher.id, since)
        .where(
            Voucher.organiser_id == tx.organiser_id,
            Voucher.state == "granted",
            Voucher.valid_to >= tx.today,
            since <= tx.now - timedelta(days=min(days) - 1),
        )
        .order_by(Voucher.id)
    )
    free: dict[int, date] = {voucher_id: helsinki_day(at) for voucher_id, at in rows}
    sent = {
        (row.voucher_id, row.free_since, row.days)
        for row in tx.session.scalars(select(ChoiceReminder).where(ChoiceReminder.voucher_id.in_(free)))
    }
    found = []
    for voucher_id, day in free.items():
        come = [n for n in days if day + timedelta(days=n) <= tx.today]
        new = tuple(n for n in come if (voucher_id, day, n) not in sent)
        if new and max(new) == max(come):
            found.append(Due(voucher_id, day, new))
    return found


def _remind(tx: Tx, due: Due) -> int:
    voucher = tx.session.scalars(select(Voucher).where(Voucher.id == due.voucher_id).with_for_update(key_share=True)).one()
    if voucher.state != "granted":
        return 0
    for days in due.days:
        tx.session.add(
            ChoiceReminder(
                organiser_id=tx.organiser_id, voucher_id=voucher.id, free_since=due.free_since, days=days, at=tx.now
            )
        )
    tx.session.flush()
    client = tx.session.get_one(Client, voucher.client_id)
    key = f"choose_reminder/{voucher.id}/{due.free_since.isoformat()}/{max(due.days)}"
    tell_client(tx, client, "choose_reminder", key, number=voucher.number, valid_to=voucher.valid_to)
    tx.audit("voucher.remind", "voucher", voucher.id, clients=(voucher.client_id,), days=max(due.days))
    return 1
