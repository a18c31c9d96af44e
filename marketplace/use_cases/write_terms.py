"""Writing the terms of a package: versions that start on a day, are published by a second officer and never edited."""

from datetime import date

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.programmes import Programme, ServicePackage, TermsVersion
from marketplace.models.providers import Approval
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.four_eyes import second_person
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_provider, tell_staff
from marketplace.use_cases.price_table import check_no_tie, check_whole, places_of, table_of
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.use_cases.terms_values import TermsDraft, check, differences, draft_of
from marketplace.use_cases.write_prices import check_rows_start, copy_prices
from marketplace.vouchers.cycles import CYCLES


def create_terms(desk: Desk, actor: Actor, package_id: int, draft: TermsDraft) -> int:
    """A new version's draft, which begins with the price rows of the newest published one; returns its id.

    Refused: draft_exists (a package has one version in the making at a time), start_in_past, start_not_later (than the
    newest published one, `day`), price_tie, and what `terms_values.check` refuses. Missing for a stranger's package.
    """
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        if done := tx.first_click("create_terms", draft.once):
            return int(done["terms_id"])
        package = _lock_package(tx, package_id)
        open_one = select(TermsVersion.number).where(
            TermsVersion.package_id == package_id, TermsVersion.state != "published"
        )
        if (number := tx.session.scalar(open_one)) is not None:
            raise Refused("draft_exists", None, number=number)
        _check(tx, package_id, draft)
        last = tx.session.scalar(select(func.max(TermsVersion.number)).where(TermsVersion.package_id == package_id))
        terms = TermsVersion(
            organiser_id=tx.organiser_id,
            package_id=package_id,
            number=(last or 0) + 1,
            state=CYCLES["terms"].initial,
            made_by=tx.account_id,
            made_at=tx.now,
            **_values(draft),
        )
        tx.session.add(terms)
        tx.session.flush()
        newest = _newest(tx, package_id)
        if newest is not None:
            copy_prices(tx, newest, terms)
        check_no_tie(table_of(tx, terms, package.unit), places_of(tx, package_id), "price")
        tx.audit("terms.create", "terms", terms.id, number=terms.number, package_id=package_id)
        tx.remember_click("create_terms", draft.once, terms_id=terms.id)
        return terms.id


def edit_terms(desk: Desk, actor: Actor, terms_id: int, draft: TermsDraft) -> None:
    """Change a draft. Refused (not_a_draft) once it was submitted; otherwise as `create_terms`."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        terms = _terms(tx, terms_id)
        if terms.state != "draft":
            raise Refused("not_a_draft")
        _check(tx, terms.package_id, draft)
        for name, value in _values(draft).items():
            setattr(terms, name, value)
        tx.session.flush()
        check_rows_start(tx, terms, draft.valid_from)
        package = _package(tx, terms)
        check_no_tie(table_of(tx, terms, package.unit), places_of(tx, package.id), "price")
        tx.audit("terms.edit", "terms", terms.id)


def submit_terms(desk: Desk, actor: Actor, terms_id: int) -> None:
    """Hand the draft over to the approvers. The start is looked at again: days have passed.

    Refused: start_in_past, start_not_later, and what `price_table.check_whole` asks of the prices.
    """
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        terms = _terms(tx, terms_id)
        move(tx, "terms", terms, "submit")
        _check_start(tx, terms.package_id, terms.valid_from, None)
        check_whole(tx, _package(tx, terms), terms)
        terms.return_reason = None
        tx.audit("terms.submit", "terms", terms.id)
        key = f"terms_submitted/{terms.id}/{tx.now.isoformat()}"
        tell_staff(tx, Role.APPROVER, "waits_for_approver", key, name=_package(tx, terms).name)


def publish_terms(desk: Desk, actor: Actor, terms_id: int, board_decision: str | None = None) -> None:
    """Put the version in force from its first day and tell the providers of the package.

    board_decision: by which the approver publishes; None keeps the draft's own. Refused: four_eyes, text_missing
    (without a board decision), programme_not_published, start_in_past, start_not_later, and what
    `price_table.check_whole` asks: an area or a class may have been made since the draft was handed over.
    """
    with desk.transaction(actor, Action.PUBLISH_TERMS) as tx:
        terms = _terms(tx, terms_id)
        second_person(tx, "terms", terms.id, terms.made_by)
        decision = (terms.board_decision if board_decision is None else board_decision).strip()
        if not decision:
            raise Refused("text_missing", "board_decision")
        package = _package(tx, terms)
        programme_state = select(Programme.state).where(Programme.id == package.programme_id)
        if tx.session.scalar(programme_state) != "published":
            raise Refused("programme_not_published")
        check_whole(tx, package, terms)
        before = _newest(tx, package.id)
        terms.published_by, terms.published_at, terms.board_decision = tx.account_id, tx.now, decision
        move(tx, "terms", terms, "publish")
        _check_start(tx, terms.package_id, terms.valid_from, None, itself=terms.id)
        tx.audit("terms.publish", "terms", terms.id, number=terms.number, board_decision=decision)
        _tell_everyone(tx, package, terms, before)


def send_back_terms(desk: Desk, actor: Actor, terms_id: int, reason: str) -> None:
    """Give the version back to be mended. Refused (reasons_missing) without a reason."""
    with desk.transaction(actor, Action.PUBLISH_TERMS) as tx:
        terms = _terms(tx, terms_id)
        if not reason.strip():
            raise Refused("reasons_missing", "reason")
        move(tx, "terms", terms, "send_back")
        terms.return_reason = reason
        tx.audit("terms.send_back", "terms", terms.id, reason=reason)
        key = f"terms_returned/{terms.id}/{tx.now.isoformat()}"
        tell_staff(tx, Role.PROCUREMENT, "sent_back", key, name=_package(tx, terms).name, reason=reason)


def newest_start(tx: Tx, package_id: int, itself: int | None = None) -> date | None:
    """The first day of the package's newest published version (other than `itself`)."""
    query = select(func.max(TermsVersion.valid_from)).where(
        TermsVersion.package_id == package_id, TermsVersion.state == "published"
    )
    if itself is not None:
        query = query.where(TermsVersion.id != itself)
    found: date | None = tx.session.scalar(query)
    return found


def _newest(tx: Tx, package_id: int) -> TermsVersion | None:
    return tx.session.scalar(
        select(TermsVersion)
        .where(TermsVersion.package_id == package_id, TermsVersion.state == "published")
        .order_by(TermsVersion.valid_from.desc())
        .limit(1)
    )


def _check(tx: Tx, package_id: int, draft: TermsDraft) -> None:
    check(draft)
    _check_start(tx, package_id, draft.valid_from, "valid_from")


def _check_start(tx: Tx, package_id: int, day: date, field: str | None, itself: int | None = None) -> None:
    if day < tx.today:
        raise Refused("start_in_past", field)
    newest = newest_start(tx, package_id, itself)
    if newest is not None and day <= newest:
        raise Refused("start_not_later", field, day=newest)


def _lock_package(tx: Tx, package_id: int) -> ServicePackage:
    package = tx.session.scalar(
        select(ServicePackage).where(ServicePackage.id == package_id).with_for_update(key_share=True)
    )
    if package is None:
        raise Missing("package")
    return package


def _package(tx: Tx, terms: TermsVersion) -> ServicePackage:
    return _lock_package(tx, terms.package_id)


def _terms(tx: Tx, terms_id: int) -> TermsVersion:
    found = tx.session.scalar(
        select(TermsVersion)
        .where(TermsVersion.id == terms_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing("terms")
    return found


def _values(draft: TermsDraft) -> dict[str, object]:
    return {
        "valid_from": draft.valid_from,
        "price_cents": draft.price_cents,
        "units_hundredths": draft.units_hundredths,
        "validity_days": draft.validity_days,
        "evening_from": draft.evening_from,
        "event_rules": draft.event_rules(),
        "bonus_rule": draft.bonus_rule(),
        "board_decision": draft.board_decision.strip(),
    }


def _tell_everyone(tx: Tx, package: ServicePackage, terms: TermsVersion, before: TermsVersion | None) -> None:
    """Every provider of the package and every caseworker hear of it at the same moment (domain.md E7), with what changes
    from the version before, old and new."""
    facts = {
        "name": package.name,
        "valid_from": terms.valid_from,
        "price_cents": terms.price_cents,
        "unit": package.unit,
        "differences": differences(None if before is None else draft_of(before), draft_of(terms)),
    }
    offering = select(Approval.provider_id).where(Approval.package_id == package.id, Approval.state != "ended")
    for provider_id in tx.session.scalars(offering.distinct().order_by(Approval.provider_id)):
        tell_provider(tx, provider_id, "terms_published", f"terms_published/{terms.id}/{provider_id}", **facts)
    tell_staff(tx, Role.CASEWORKER, "terms_published", f"terms_published/{terms.id}/staff", **facts)
