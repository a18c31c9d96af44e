"""A provider's application to one organiser's list: which services, where. Drafted, sent in, answered, taken back."""

from dataclasses import dataclass

from sqlalchemy import delete, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_applications
from marketplace.matching.order import Unit
from marketplace.matching.registry import Reason, State
from marketplace.models.programmes import Area, Programme, ServicePackage, TermsVersion
from marketplace.models.providers import Application, ApplicationItem, Approval, Provider
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.group_steps import group_code
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_staff
from marketplace.use_cases.order_log import head, write_registry
from marketplace.use_cases.own_company import has_accepted, lacks, newest_rulebook, own_provider, provider_id_of
from marketplace.use_cases.refusals import Missing, Refused, Stale

OPEN = ("draft", "submitted", "info_requested")
EDITABLE = ("draft", "info_requested")
ON_THE_LIST = ("approved", "suspended")

Pairs = frozenset[tuple[int, int]]
"""What is applied for: (package id, area id)."""


@dataclass(frozen=True)
class StartApplication:
    pairs: Pairs
    once: str | None = None


@dataclass(frozen=True)
class SubmitApplication:
    """`answer` is needed when procurement has asked for more information."""

    application_id: int
    answer: str = ""


@dataclass(frozen=True)
class ApplicationSaved:
    application_id: int


def start_application(desk: Desk, actor: Actor, order: StartApplication) -> ApplicationSaved:
    """Begin a draft. Refused: application_open (one at a time with an organiser), nothing_applied, pair_not_open,
    legal_form_excluded (package, provision)."""
    with desk.transaction(actor, Action.APPLY) as tx:
        if done := tx.first_click("start_application", order.once):
            return ApplicationSaved(**done)
        provider = own_provider(tx, lock=True)  # two managers starting at once: the second sees the first's draft
        already = select(Application.id).where(Application.provider_id == provider.id, Application.state.in_(OPEN))
        if tx.session.scalar(already.limit(1)) is not None:
            raise Refused("application_open")
        application = Application(organiser_id=tx.organiser_id, provider_id=provider.id, state="draft", made_at=tx.now)
        tx.session.add(application)
        tx.session.flush()
        _save_items(tx, application, order.pairs)
        tx.audit("application.start", "application", application.id, provider_id=provider.id)
        tx.remember_click("start_application", order.once, application_id=application.id)
        return ApplicationSaved(application.id)


def change_application(desk: Desk, actor: Actor, application_id: int, pairs: Pairs) -> None:
    """Change what is applied for, while it is a draft or procurement has asked for more.

    Refused: nothing_applied, pair_not_open. Stale when it has been sent in; Missing for a stranger's.
    """
    with desk.transaction(actor, Action.APPLY) as tx:
        application = _own(tx, application_id)
        if application.state not in EDITABLE:
            raise Stale("no_longer_possible", None, cycle="application", state=application.state)
        tx.session.execute(delete(ApplicationItem).where(ApplicationItem.application_id == application.id))
        _save_items(tx, application, pairs)
        tx.audit("application.change", "application", application.id, pairs=len(pairs))


def submit_application(desk: Desk, actor: Actor, order: SubmitApplication) -> None:
    """Send the application in, or answer and send it again. The unit and its group are logged as applied, so that their
    codes are bound before anybody decides (fairness B1); a unit that is on the list already keeps its line.

    Refused: nothing_applied, site_missing, iban_missing, no_rulebook, rulebook_not_accepted, answer_missing,
    pair_not_open. Stale when it is not to be sent any more; Missing for a stranger's.
    """
    with desk.transaction(actor, Action.APPLY) as tx:
        application = _own(tx, order.application_id)
        asked = application.state == "info_requested"
        provider = own_provider(tx)
        pairs = _pairs_of(tx, application.id)
        _check_open(tx, pairs, provider.id)
        missing = lacks(tx, provider)
        if missing.site:
            raise Refused("site_missing")
        if missing.iban:
            raise Refused("iban_missing")
        rulebook = newest_rulebook(tx)
        if rulebook is None:
            raise Refused("no_rulebook")
        if not has_accepted(tx, rulebook):
            raise Refused("rulebook_not_accepted", None, number=rulebook.number)
        if asked and not order.answer.strip():
            raise Refused("answer_missing", "answer")
        move(tx, "application", application, "submit")
        application.rulebook_version_id = rulebook.id
        application.submitted_at = tx.now
        if asked:
            application.answer = order.answer.strip()
        tx.audit("application.submit", "application", application.id, provider_id=provider.id, answered=asked)
        tell_staff(tx, Role.PROCUREMENT, "application_submitted", f"application/{application.id}/{tx.now.isoformat()}",
                   company=provider.name, answered=asked, day=tx.today)  # fmt: skip
        _log_applied(tx, provider, application)


def withdraw_application(desk: Desk, actor: Actor, application_id: int) -> None:
    """Take an application back before it is decided. Stale when it has been decided; Missing for a stranger's."""
    with desk.transaction(actor, Action.APPLY) as tx:
        application = _own(tx, application_id)
        move(tx, "application", application, "withdraw")
        tx.audit("application.withdraw", "application", application.id, provider_id=application.provider_id)


def open_pairs(tx: Tx) -> Pairs:
    """The pairs that the acting company may apply for: packages of published programmes on published terms, in every
    area, without those where it is on the list already."""
    packages = tx.session.scalars(
        select(ServicePackage.id)
        .join(Programme, Programme.id == ServicePackage.programme_id)
        .where(
            Programme.state == "published",
            ServicePackage.id.in_(select(TermsVersion.package_id).where(TermsVersion.state == "published")),
        )
    ).all()
    areas = tx.session.scalars(select(Area.id)).all()
    return frozenset((package, area) for package in packages for area in areas) - listed_pairs(tx)


def listed_pairs(tx: Tx) -> Pairs:
    """The pairs where the acting company is on the list, or suspended from it."""
    rows = tx.session.execute(
        select(Approval.package_id, Approval.area_id).where(
            Approval.provider_id == provider_id_of(tx), Approval.state.in_(ON_THE_LIST)
        )
    )
    return frozenset((package, area) for package, area in rows)


def _own(tx: Tx, application_id: int) -> Application:
    found = tx.session.scalar(
        select(Application).where(Application.id == application_id, visible_applications(tx.actor)).with_for_update()
    )
    if found is None:
        raise Missing("application")
    return found


def _save_items(tx: Tx, application: Application, pairs: Pairs) -> None:
    _check_open(tx, pairs, application.provider_id)
    tx.session.add_all(
        ApplicationItem(organiser_id=tx.organiser_id, application_id=application.id, package_id=package, area_id=area)
        for package, area in sorted(pairs)
    )
    tx.session.flush()


def _check_open(tx: Tx, pairs: Pairs, provider_id: int) -> None:
    if not pairs:
        raise Refused("nothing_applied")
    if not pairs <= open_pairs(tx):
        raise Refused("pair_not_open")
    legal_form = tx.session.scalars(select(Provider.legal_form).where(Provider.id == provider_id)).one()
    wanted = select(ServicePackage).where(ServicePackage.id.in_({package for package, _area in pairs}))
    for package in tx.session.scalars(wanted.order_by(ServicePackage.id)):
        if (provision := package.legal_forms_excluded.get(legal_form)) is not None:
            raise Refused("legal_form_excluded", None, package=package.name, provision=provision)


def _pairs_of(tx: Tx, application_id: int) -> Pairs:
    rows = tx.session.execute(
        select(ApplicationItem.package_id, ApplicationItem.area_id).where(
            ApplicationItem.application_id == application_id
        )
    )
    return frozenset((package, area) for package, area in rows)


def _log_applied(tx: Tx, provider: Provider, application: Application) -> None:
    """One registry line, state `applied`. A line replaces the unit's whole state, so none is written for a unit that is
    on the list: its ids are in the log already, and its approved pairs must stay approved.

    The head is locked before looking: an approval that is being made right now is either seen here or writes its own
    line after this one.
    """
    log = head(tx)
    if listed_pairs(tx):
        return
    offers = [
        (package, area)
        for package, area in tx.session.execute(
            select(ServicePackage.code, Area.code)
            .select_from(ApplicationItem)
            .join(ServicePackage, ServicePackage.id == ApplicationItem.package_id)
            .join(Area, Area.id == ApplicationItem.area_id)
            .where(ApplicationItem.application_id == application.id)
        )
    ]
    write_registry(tx, Unit(provider.unit, group_code(tx, provider)), offers, State.APPLIED, Reason.OWN_REQUEST, log)
