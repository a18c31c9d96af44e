"""What the page of a trial reads: how far it is, and what it came to."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.programmes import ServicePackage, TermsVersion
from marketplace.models.replays import ReplayRun
from marketplace.models.schema import Words
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.sandbox_figures import Figures


@dataclass(frozen=True)
class SandboxPage:
    """A version and its newest trial. state: None when it was never tried."""

    terms_id: int
    package: Words
    number: int
    valid_from: date
    state: str | None = None
    asked_at: datetime | None = None
    looked_on: date | None = None
    done: int = 0
    of: int = 0
    figures: Figures | None = None

    @property
    def busy(self) -> bool:
        return self.state in ("waiting", "running")


def sandbox_page(desk: Desk, actor: Actor, terms_id: int) -> SandboxPage:
    """The newest trial of a version, in two queries. Missing for a stranger's."""
    with desk.reading(actor, Action.SEE_TRIAL) as tx:
        row = tx.session.execute(
            select(TermsVersion, ServicePackage.name)
            .join(ServicePackage, ServicePackage.id == TermsVersion.package_id)
            .where(TermsVersion.id == terms_id)
        ).one_or_none()
        if row is None:
            raise Missing("terms")
        terms, package = row
        run = tx.session.scalar(
            select(ReplayRun).where(ReplayRun.terms_id == terms_id).order_by(ReplayRun.id.desc()).limit(1)
        )
        if run is None:
            return SandboxPage(terms_id, package, terms.number, terms.valid_from)
        figures = None if run.result is None else Figures.from_json(run.result)
        return SandboxPage(terms_id, package, terms.number, terms.valid_from, run.state, run.asked_at, run.looked_on,
                           run.done_count, run.of_count, figures)  # fmt: skip
