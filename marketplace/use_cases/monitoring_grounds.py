"""Whether results by caseworker are open to the auditor. They are closed until the organiser has recorded its impact
assessment and the co-operation with its staff (fairness A6, B5)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.fairness import MonitoringGrounds
from marketplace.models.people import Account
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Refused


@dataclass(frozen=True)
class OpenOrder:
    """The day and reference of the impact assessment, and of the co-operation with staff."""

    assessed_on: date | None
    assessment: str
    agreed_on: date | None
    agreement: str
    once: str | None = None


@dataclass(frozen=True)
class Grounds:
    """One entry: opened on these grounds, or closed."""

    open: bool
    assessed_on: date | None
    assessment: str | None
    agreed_on: date | None
    agreement: str | None
    made_by: str
    made_at: datetime


@dataclass(frozen=True)
class GroundsPage:
    """All entries, newest first; the newest holds."""

    today: date
    entries: tuple[Grounds, ...]

    @property
    def open(self) -> bool:
        return bool(self.entries) and self.entries[0].open


def is_open(session: Session, organiser_id: int) -> bool:
    """Whether the auditor may see results by caseworker now."""
    latest = (
        select(MonitoringGrounds.open)
        .where(MonitoringGrounds.organiser_id == organiser_id)
        .order_by(MonitoringGrounds.id.desc())
        .limit(1)
    )
    return bool(session.scalar(latest))


def grounds_page(desk: Desk, actor: Actor) -> GroundsPage:
    """What has been recorded, by whom and when."""
    with desk.reading(actor, Action.SET_MONITORING) as tx:
        rows = tx.session.execute(
            select(MonitoringGrounds, Account.name)
            .join(Account, Account.id == MonitoringGrounds.made_by)
            .where(MonitoringGrounds.organiser_id == tx.organiser_id)
            .order_by(MonitoringGrounds.id.desc())
        )
        entries = tuple(
            Grounds(row.open, row.assessed_on, row.assessment, row.agreed_on, row.agreement, name, row.made_at)
            for row, name in rows
        )
        return GroundsPage(tx.today, entries)


def open_results(desk: Desk, actor: Actor, order: OpenOrder) -> None:
    """Open results by caseworker to the auditor. Refused: grounds_missing, grounds_later (a day to come)."""
    with desk.transaction(actor, Action.SET_MONITORING) as tx:
        if tx.first_click("open_results", order.once) is not None:
            return
        for field in ("assessed_on", "assessment", "agreed_on", "agreement"):
            value = getattr(order, field)
            if not value or not str(value).strip():
                raise Refused("grounds_missing", field)
            if isinstance(value, date) and value > tx.today:
                raise Refused("grounds_later", field)
        tx.session.add(
            MonitoringGrounds(
                organiser_id=tx.organiser_id,
                open=True,
                assessed_on=order.assessed_on,
                assessment=order.assessment.strip(),
                agreed_on=order.agreed_on,
                agreement=order.agreement.strip(),
                made_by=tx.account_id,
                made_at=tx.now,
            )
        )
        tx.audit("monitoring.open", "organiser", tx.organiser_id)
        tx.remember_click("open_results", order.once, open=True)


def close_results(desk: Desk, actor: Actor) -> None:
    """Close them again. Nothing happens when they are closed."""
    with desk.transaction(actor, Action.SET_MONITORING) as tx:
        if is_open(tx.session, tx.organiser_id):
            tx.session.add(
                MonitoringGrounds(organiser_id=tx.organiser_id, open=False, made_by=tx.account_id, made_at=tx.now)
            )
            tx.audit("monitoring.close", "organiser", tx.organiser_id)
