"""Writing the rulebook: a version is a draft of numbered terms, published by a second officer and never edited after."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import Select, func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Organiser
from marketplace.models.programmes import ServicePackage
from marketplace.models.providers import Approval, RulebookVersion
from marketplace.models.schema import Words
from marketplace.roles import Role
from marketplace.rulebook import ENFORCED, GENERAL, Term, moved, next_key
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.four_eyes import second_person
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_provider, tell_staff
from marketplace.use_cases.own_company import newest_rulebook
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.vouchers.cycles import CYCLES

CHECKS = tuple(ENFORCED)
"""The codes of the checks that a term may name."""

GENERAL_PART = GENERAL

TIME_TO_READ = timedelta(days=30)
"""What a new draft proposes between today and its first day."""

RULEBOOK: Words = {"fi": "Sääntökirja", "sv": "Regelboken", "en": "Rulebook"}
"""How notices to staff name it."""


@dataclass(frozen=True)
class Frame:
    """What a version says around its terms.

    accept_by: the last day on which a provider on the list accepts it or leaves; change_note: what changes, and why.
    """

    valid_from: date
    accept_by: date
    introduction: Words = field(default_factory=dict)
    change_note: Words = field(default_factory=dict)
    board_decision: str = ""


@dataclass(frozen=True)
class TermDraft:
    """One term as written. part: `general` or a package's code; check: a code of `rulebook.ENFORCED`, "" for a person."""

    part: str
    text: Words
    check: str = ""


def start_rulebook(desk: Desk, actor: Actor, once: str | None = None) -> int:
    """Begin the next version with the newest one's terms; returns its id. Refused: draft_exists (`number`)."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        if done := tx.first_click("start_rulebook", once):
            return int(done["rulebook_id"])
        # one writer at a time: numbers follow one another
        tx.session.execute(select(Organiser.id).where(Organiser.id == tx.organiser_id).with_for_update(key_share=True))
        unfinished = tx.session.scalar(select(RulebookVersion.number).where(RulebookVersion.state != "published"))
        if unfinished is not None:
            raise Refused("draft_exists", None, number=unfinished)
        newest = newest_rulebook(tx)
        first_day = max(tx.today + TIME_TO_READ, newest.valid_from + timedelta(days=1) if newest else tx.today)
        version = RulebookVersion(
            organiser_id=tx.organiser_id,
            number=1 if newest is None else newest.number + 1,
            valid_from=first_day,
            accept_by=first_day,
            body=dict(newest.body) if newest else {},
            terms=list(newest.terms) if newest else [],
            state=CYCLES["terms"].initial,
            made_by=tx.account_id,
        )
        tx.session.add(version)
        tx.session.flush()
        tx.audit("rulebook_version.create", "rulebook_version", version.id, number=version.number)
        tx.remember_click("start_rulebook", once, rulebook_id=version.id)
        return version.id


def frame_rulebook(desk: Desk, actor: Actor, version_id: int, frame: Frame) -> None:
    """Write a draft's dates and texts. Refused: not_a_draft, start_in_past, start_not_later, accept_after_start."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        version = _draft(tx, version_id)
        _check_days(tx, frame.valid_from, frame.accept_by)
        version.valid_from, version.accept_by = frame.valid_from, frame.accept_by
        version.body, version.change_note = frame.introduction, frame.change_note
        version.board_decision = frame.board_decision.strip()
        tx.audit("rulebook_version.edit", "rulebook_version", version.id)


def write_term(desk: Desk, actor: Actor, version_id: int, draft: TermDraft, key: int | None = None) -> int:
    """Add a term to a draft (key None) or write one anew; returns its key.

    Refused: not_a_draft, finnish_missing (text), choice_unknown (part, check). Missing for a term that is not there.
    """
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        version = _draft(tx, version_id)
        terms = terms_of(version)
        _check_term(tx, draft)
        made = Term(key or _free_key(tx, terms), draft.part, draft.text, draft.check or None)
        if key is None:
            terms = (*terms, made)
        elif key not in {term.key for term in terms}:
            raise Missing("term")
        else:
            terms = tuple(made if term.key == key else term for term in terms)
        _keep(tx, version, terms)
        return made.key


def drop_term(desk: Desk, actor: Actor, version_id: int, key: int) -> None:
    """Take a term out of a draft; once it is out, nothing happens. Refused: not_a_draft."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        version = _draft(tx, version_id)
        _keep(tx, version, tuple(term for term in terms_of(version) if term.key != key))


def move_term(desk: Desk, actor: Actor, version_id: int, key: int, steps: int) -> None:
    """Move a term up (negative) or down in its part of a draft. Refused: not_a_draft. Missing for no such term."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        version = _draft(tx, version_id)
        terms = terms_of(version)
        if key not in {term.key for term in terms}:
            raise Missing("term")
        _keep(tx, version, moved(terms, key, steps))


def submit_rulebook(desk: Desk, actor: Actor, version_id: int) -> None:
    """Hand a draft over to the approvers. Refused: no_term_yet, change_note_missing (from the second version on), and what
    `frame_rulebook` refuses: days have passed."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        version = _version(tx, version_id)
        move(tx, "terms", version, "submit")
        if not version.terms:
            raise Refused("no_term_yet")
        if version.number > 1 and not version.change_note.get("fi", "").strip():
            raise Refused("change_note_missing")
        _check_days(tx, version.valid_from, version.accept_by)
        version.return_reason = None
        tx.audit("rulebook_version.submit", "rulebook_version", version.id)
        key = f"rulebook_submitted/{version.id}/{tx.now.isoformat()}"
        tell_staff(tx, Role.APPROVER, "waits_for_approver", key, name=RULEBOOK)


def publish_rulebook(desk: Desk, actor: Actor, version_id: int) -> None:
    """Publish a version that another officer has written, and tell every provider on the list at the same moment.

    Refused: four_eyes, start_in_past, start_not_later, accept_after_start.
    """
    with desk.transaction(actor, Action.PUBLISH_TERMS) as tx:
        version = _version(tx, version_id)
        second_person(tx, "rulebook_version", version.id, version.made_by or 0)
        version.published_by, version.published_at = tx.account_id, tx.now
        move(tx, "terms", version, "publish")
        _check_days(tx, version.valid_from, version.accept_by, itself=version.id)
        tx.audit("rulebook.publish", "rulebook_version", version.id, number=version.number)
        for provider_id in tx.session.scalars(on_the_list()):
            tell_provider(
                tx,
                provider_id,
                "rulebook_published",
                f"rulebook/{version.id}/{provider_id}",
                number=version.number,
                valid_from=version.valid_from,
                accept_by=version.accept_by,
                change_note=version.change_note,
            )


def send_back_rulebook(desk: Desk, actor: Actor, version_id: int, reason: str) -> None:
    """Give a version back to be mended. Refused (reasons_missing) without a reason."""
    with desk.transaction(actor, Action.PUBLISH_TERMS) as tx:
        version = _version(tx, version_id)
        if not reason.strip():
            raise Refused("reasons_missing", "reason")
        move(tx, "terms", version, "send_back")
        version.return_reason = reason
        tx.audit("rulebook_version.send_back", "rulebook_version", version.id, reason=reason)
        key = f"rulebook_returned/{version.id}/{tx.now.isoformat()}"
        tell_staff(tx, Role.PROCUREMENT, "sent_back", key, name=RULEBOOK, reason=reason)


def terms_of(version: RulebookVersion) -> tuple[Term, ...]:
    """A version's terms, as values."""
    return tuple(Term.from_json(stored) for stored in version.terms)


def on_the_list() -> Select[int]:
    """The statement that gives the ids of all providers with a living approval."""
    living = select(Approval.provider_id).where(Approval.state != "ended").distinct()
    return living.order_by(Approval.provider_id)


def _check_days(tx: Tx, first_day: date, accept_by: date | None, itself: int | None = None) -> None:
    if first_day < tx.today:
        raise Refused("start_in_past", "valid_from")
    newest = tx.session.scalar(
        select(func.max(RulebookVersion.valid_from)).where(
            RulebookVersion.state == "published", RulebookVersion.id != (itself or 0)
        )
    )
    if newest is not None and first_day <= newest:
        raise Refused("start_not_later", "valid_from", day=newest)
    if accept_by is None or not tx.today <= accept_by <= first_day:
        raise Refused("accept_after_start", "accept_by", day=first_day)


def _check_term(tx: Tx, draft: TermDraft) -> None:
    if not draft.text.get("fi", "").strip():
        raise Refused("finnish_missing", "text")
    if draft.part != GENERAL and tx.session.scalar(
        select(ServicePackage.id).where(ServicePackage.code == draft.part)
    ) is None:  # fmt: skip
        raise Refused("choice_unknown", "part")
    if draft.check and draft.check not in ENFORCED:
        raise Refused("choice_unknown", "check")


def _free_key(tx: Tx, terms: tuple[Term, ...]) -> int:
    """A key that no version has given to another term: a removed term's key is not used again."""
    stored = tx.session.scalars(select(RulebookVersion.terms)).all()
    return next_key(terms, *((Term.from_json(one) for one in version) for version in stored))


def _keep(tx: Tx, version: RulebookVersion, terms: tuple[Term, ...]) -> None:
    version.terms = [term.to_json() for term in terms]
    tx.audit("rulebook_version.edit", "rulebook_version", version.id)


def _draft(tx: Tx, version_id: int) -> RulebookVersion:
    version = _version(tx, version_id)
    if version.state != "draft":
        raise Refused("not_a_draft")
    return version


def _version(tx: Tx, version_id: int) -> RulebookVersion:
    found = tx.session.scalar(
        select(RulebookVersion)
        .where(RulebookVersion.id == version_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing("rulebook")
    return found
