"""What a company's pages of applying show: its applications, what is open to apply for, the rulebook, its decisions,
and the organisers that it may turn to."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Subquery, select, text

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_applications, visible_decisions
from marketplace.models.decisions import Decision
from marketplace.models.people import Organiser
from marketplace.models.programmes import Area, ServicePackage
from marketplace.models.providers import (
    Application,
    ApplicationItem,
    Approval,
    RulebookAcceptance,
    RulebookVersion,
)
from marketplace.models.schema import Words
from marketplace.use_cases.apply import ON_THE_LIST, OPEN, Pairs, open_pairs
from marketplace.use_cases.approvals import accepted_rulebook
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.own_company import Lacks, lacks, newest_rulebook, own_provider, provider_id_of
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.rulebook_pages import PartChanges, Text, changes_between, text_for


@dataclass(frozen=True)
class PairRow:
    package_id: int
    area_id: int
    package: Words
    area: Words
    state: str = ""  # of the approval, where it is one
    last_day: date | None = None  # the day that was set for its end, where one is


@dataclass(frozen=True)
class ApplicationRow:
    id: int
    state: str
    made_at: datetime
    submitted_at: datetime | None
    pairs: tuple[PairRow, ...]
    decision_id: int | None


@dataclass(frozen=True)
class ApplicationsPage:
    """`listed`: where the company is on the list. `open`: the application under way, if there is one."""

    organiser: Words
    listed: tuple[PairRow, ...]
    applications: tuple[ApplicationRow, ...]
    open: int | None
    can_apply: bool
    rulebook_number: int | None
    rulebook_accepted: bool


@dataclass(frozen=True)
class PackageChoice:
    """A package with the areas in which it may be applied for, (id, name)."""

    id: int
    name: Words
    purpose: Words
    areas: tuple[tuple[int, Words], ...]


@dataclass(frozen=True)
class ApplicationForm:
    """What may be chosen, and what is chosen now (nothing for a new application)."""

    organiser: Words
    packages: tuple[PackageChoice, ...]
    chosen: Pairs


@dataclass(frozen=True)
class ApplicationPage:
    row: ApplicationRow
    organiser: Words
    question: str | None
    answer: str | None
    lacks: Lacks
    rulebook_number: int | None

    @property
    def ready(self) -> bool:
        """Whether nothing is missing from sending it in."""
        return bool(self.row.pairs) and not self.lacks.data and not self.lacks.rulebook


@dataclass(frozen=True)
class RulebookPage:
    """The newest version. changes: what is different from the version that the company accepted last (`changes_from`)."""

    id: int
    organiser: Words
    text: Text
    changes_from: int | None
    changes: tuple[PartChanges, ...]
    accepted_at: datetime | None


@dataclass(frozen=True)
class DecisionRow:
    id: int
    number: str
    kind: str
    made_on: date


@dataclass(frozen=True)
class DecisionPage:
    """`document` is the decision as it was made, whole (HTML from the house's own templates)."""

    row: DecisionRow
    document: str
    language: str


@dataclass(frozen=True)
class OrganiserRow:
    """`standing`: listed (on its list or suspended from it), applied (an application under way) or none."""

    id: int
    code: str
    name: Words
    kind: str
    municipalities: tuple[str, ...]
    standing: str
    current: bool


def applications_page(desk: Desk, actor: Actor) -> ApplicationsPage:
    with desk.reading(actor, Action.APPLY) as tx:
        own = Approval.provider_id == provider_id_of(tx)
        listed = _pairs(
            tx,
            select(Approval.package_id, Approval.area_id, Approval.state, Approval.ended_on)
            .where(own, Approval.state.in_(ON_THE_LIST))
            .subquery(),
        )
        rows = tx.session.scalars(
            select(Application).where(visible_applications(actor)).order_by(Application.id.desc())
        ).all()
        applications = tuple(_row(tx, row) for row in rows)
        under_way = next((row.id for row in applications if row.state in OPEN), None)
        rulebook = newest_rulebook(tx)
        return ApplicationsPage(
            organiser=_organiser(tx),
            listed=listed,
            applications=applications,
            open=under_way,
            can_apply=under_way is None and bool(open_pairs(tx)),
            rulebook_number=rulebook.number if rulebook else None,
            rulebook_accepted=rulebook is not None and _accepted_at(tx, rulebook) is not None,
        )


def application_form(desk: Desk, actor: Actor, application_id: int | None = None) -> ApplicationForm:
    """What may be applied for. Missing for a stranger's application."""
    with desk.reading(actor, Action.APPLY) as tx:
        chosen: Pairs = frozenset()
        if application_id is not None:
            row = _row(tx, _own(tx, application_id))
            chosen = frozenset((pair.package_id, pair.area_id) for pair in row.pairs)
        allowed = open_pairs(tx)
        areas = [(row[0], row[1]) for row in tx.session.execute(select(Area.id, Area.name).order_by(Area.code))]
        packages = tx.session.scalars(select(ServicePackage).order_by(ServicePackage.code))
        choices = (
            PackageChoice(
                package.id,
                package.name,
                package.card.get("purpose") or {},
                tuple((area, name) for area, name in areas if (package.id, area) in allowed),
            )
            for package in packages
        )
        return ApplicationForm(_organiser(tx), tuple(choice for choice in choices if choice.areas), chosen & allowed)


def application_page(desk: Desk, actor: Actor, application_id: int) -> ApplicationPage:
    """Missing for a stranger's."""
    with desk.reading(actor, Action.APPLY) as tx:
        application = _own(tx, application_id)
        rulebook = newest_rulebook(tx)
        return ApplicationPage(
            row=_row(tx, application),
            organiser=_organiser(tx),
            question=application.question,
            answer=application.answer,
            lacks=lacks(tx, own_provider(tx)),
            rulebook_number=rulebook.number if rulebook else None,
        )


def rulebook_page(desk: Desk, actor: Actor, language: str = "fi") -> RulebookPage | None:
    """The newest rulebook of the organiser, with what changed since the one accepted last; None before the first."""
    with desk.reading(actor, Action.APPLY) as tx:
        version = newest_rulebook(tx)
        if version is None:
            return None
        text, packages = text_for(tx, version)
        last = accepted_rulebook(tx, provider_id_of(tx))
        before = last if last is not None and last.id != version.id else None
        return RulebookPage(
            id=version.id,
            organiser=_organiser(tx),
            text=text,
            changes_from=before.number if before else None,
            changes=changes_between(before, version, packages, language) if before else (),
            accepted_at=_accepted_at(tx, version),
        )


def decisions_page(desk: Desk, actor: Actor) -> tuple[DecisionRow, ...]:
    """The decisions that this organiser has made about the company, newest first."""
    with desk.reading(actor, Action.SEE_OWN_COMPANY) as tx:
        rows = tx.session.execute(
            select(Decision.id, Decision.number, Decision.kind, Decision.made_on)
            .where(visible_decisions(actor), Decision.provider_id.is_not(None))
            .order_by(Decision.id.desc())
        )
        return tuple(DecisionRow(*row) for row in rows)


def decision_page(desk: Desk, actor: Actor, decision_id: int) -> DecisionPage:
    """Missing for a stranger's."""
    with desk.reading(actor, Action.SEE_OWN_COMPANY) as tx:
        found = tx.session.scalar(select(Decision).where(Decision.id == decision_id, visible_decisions(actor)))
        if found is None:
            raise Missing("decision")
        row = DecisionRow(found.id, found.number, found.kind, found.made_on)
        return DecisionPage(row, found.document, found.language)


def organisers_page(desk: Desk, actor: Actor) -> tuple[OrganiserRow, ...]:
    """All organisers, those that the company works with first. Each is looked at as itself: row security shows no
    other's applications."""
    with desk.reading(actor, Action.SEE_OWN_COMPANY) as tx:
        rows = []
        for organiser in tx.session.scalars(select(Organiser).order_by(Organiser.code)).all():
            tx.session.execute(text("select set_config('app.organiser', :o, true)"), {"o": str(organiser.id)})
            rows.append(
                OrganiserRow(
                    id=organiser.id,
                    code=organiser.code,
                    name=organiser.name,
                    kind=organiser.kind,
                    municipalities=tuple(organiser.municipalities),
                    standing=_standing(tx),
                    current=organiser.id == actor.organiser_id,
                )
            )
        place = {"listed": 0, "applied": 1, "none": 2}
        return tuple(sorted(rows, key=lambda row: place[row.standing]))


def _standing(tx: Tx) -> str:
    provider_id = provider_id_of(tx)
    listed = select(Approval.id).where(Approval.provider_id == provider_id, Approval.state.in_(ON_THE_LIST))
    if tx.session.scalar(listed.limit(1)) is not None:
        return "listed"
    applied = select(Application.id).where(Application.provider_id == provider_id, Application.state.in_(OPEN))
    return "none" if tx.session.scalar(applied.limit(1)) is None else "applied"


def _organiser(tx: Tx) -> Words:
    return tx.session.scalars(select(Organiser.name).where(Organiser.id == tx.organiser_id)).one()


def _own(tx: Tx, application_id: int) -> Application:
    found = tx.session.scalar(
        select(Application).where(Application.id == application_id, visible_applications(tx.actor))
    )
    if found is None:
        raise Missing("application")
    return found


def _row(tx: Tx, application: Application) -> ApplicationRow:
    pairs = _pairs(
        tx,
        select(ApplicationItem.package_id, ApplicationItem.area_id)
        .where(ApplicationItem.application_id == application.id)
        .subquery(),
    )
    return ApplicationRow(
        application.id, application.state, application.made_at, application.submitted_at, pairs, application.decision_id
    )


def _pairs(tx: Tx, found: Subquery) -> tuple[PairRow, ...]:
    """The rows (package id, area id, and perhaps state and last day of the approval) with the names of both."""
    named = tx.session.execute(
        select(ServicePackage.name, Area.name, *found.c)
        .join(ServicePackage, ServicePackage.id == found.c.package_id)
        .join(Area, Area.id == found.c.area_id)
        .order_by(ServicePackage.code, Area.code)
    )
    return tuple(
        PairRow(package_id, area_id, package, area, *approval)
        for package, area, package_id, area_id, *approval in named
    )


def _accepted_at(tx: Tx, version: RulebookVersion) -> datetime | None:
    return tx.session.scalar(
        select(RulebookAcceptance.at).where(
            RulebookAcceptance.provider_id == provider_id_of(tx), RulebookAcceptance.rulebook_version_id == version.id
        )
    )
