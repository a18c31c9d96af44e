"""Writing a voucher programme: its draft by procurement, its publication by a second officer."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.programmes import Programme
from marketplace.roles import Role
from marketplace.use_cases.decisions import APPEAL_DAYS
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.four_eyes import second_person
from marketplace.use_cases.moves import move
from marketplace.use_cases.notices import tell_staff
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.use_cases.slugs import free_slug
from marketplace.vouchers.cycles import CYCLES

NEED_CATEGORIES = ("work_ability", "direction", "starting_work", "studies", "apprenticeship", "staying_at_work")
"""The needs that a programme may answer to; the words are in the labels."""

BONUS_RESERVED_AT = ("grant", "outcome")
LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True)
class ProgrammeDraft:
    """What procurement writes. Texts are dicts of languages with Finnish always there; the code comes from the name."""

    name: dict[str, str]
    legal_basis: dict[str, str]
    board_decision: str
    appeal_route: str
    appeal_body: dict[str, str]
    information_contact: str
    cost_centre: str
    bonus_reserved_at: str
    need_categories: tuple[str, ...]
    once: str | None = None


def create_programme(desk: Desk, actor: Actor, draft: ProgrammeDraft) -> int:
    """A new draft; returns its id. Refused at the field that is missing or unknown."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        if done := tx.first_click("create_programme", draft.once):
            return int(done["programme_id"])
        _check(draft)
        codes = set(tx.session.scalars(select(Programme.code)))
        programme = Programme(
            organiser_id=tx.organiser_id,
            code=free_slug(draft.name["fi"], codes, "ohjelma"),
            state=CYCLES["programme"].initial,
            made_by=tx.account_id,
            **_values(draft),
        )
        tx.session.add(programme)
        tx.session.flush()
        tx.audit("programme.create", "programme", programme.id, code=programme.code)
        tx.remember_click("create_programme", draft.once, programme_id=programme.id)
        return programme.id


def edit_programme(desk: Desk, actor: Actor, programme_id: int, draft: ProgrammeDraft) -> None:
    """Change a draft. Refused (not_a_draft) once it was submitted; otherwise as `create_programme`."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        programme = _programme(tx, programme_id)
        if programme.state != "draft":
            raise Refused("not_a_draft")
        _check(draft)
        for name, value in _values(draft).items():
            setattr(programme, name, value)
        tx.audit("programme.edit", "programme", programme.id)


def submit_programme(desk: Desk, actor: Actor, programme_id: int) -> None:
    """Hand the draft over to the approvers."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        programme = _programme(tx, programme_id)
        move(tx, "programme", programme, "submit")
        programme.return_reason = None
        tx.audit("programme.submit", "programme", programme.id)
        key = f"programme_submitted/{programme.id}/{tx.now.isoformat()}"
        tell_staff(tx, Role.APPROVER, "waits_for_approver", key, name=programme.name)


def publish_programme(desk: Desk, actor: Actor, programme_id: int) -> None:
    """Put the programme in force. Refused (four_eyes) to whoever has written it."""
    with desk.transaction(actor, Action.PUBLISH_TERMS) as tx:
        programme = _programme(tx, programme_id)
        second_person(tx, "programme", programme.id, programme.made_by)
        programme.published_by, programme.published_at = tx.account_id, tx.now
        move(tx, "programme", programme, "publish")
        tx.audit("programme.publish", "programme", programme.id, board_decision=programme.board_decision)


def send_back_programme(desk: Desk, actor: Actor, programme_id: int, reason: str) -> None:
    """Give the programme back to be mended. Refused (reasons_missing) without a reason."""
    with desk.transaction(actor, Action.PUBLISH_TERMS) as tx:
        programme = _programme(tx, programme_id)
        if not reason.strip():
            raise Refused("reasons_missing", "reason")
        move(tx, "programme", programme, "send_back")
        programme.return_reason = reason
        tx.audit("programme.send_back", "programme", programme.id, reason=reason)
        key = f"programme_returned/{programme.id}/{tx.now.isoformat()}"
        tell_staff(tx, Role.PROCUREMENT, "sent_back", key, name=programme.name, reason=reason)


def _programme(tx: Tx, programme_id: int) -> Programme:
    found = tx.session.scalar(
        select(Programme)
        .where(Programme.id == programme_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise Missing("programme")
    return found


def _values(draft: ProgrammeDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "legal_basis": draft.legal_basis,
        "board_decision": draft.board_decision.strip(),
        "appeal_route": draft.appeal_route,
        "appeal_body": draft.appeal_body,
        "information_contact": draft.information_contact.strip(),
        "cost_centre": draft.cost_centre.strip(),
        "bonus_reserved_at": draft.bonus_reserved_at,
        "need_categories": list(draft.need_categories),
    }


def _check(draft: ProgrammeDraft) -> None:
    """Nothing that a decision needs may be missing (hallintolaki 44-46 §): it would stop the first grant."""
    for field in ("name", "legal_basis", "appeal_body"):
        if not getattr(draft, field).get("fi", "").strip():
            raise Refused("finnish_missing", field)
    for field in ("board_decision", "information_contact", "cost_centre"):
        if not getattr(draft, field).strip():
            raise Refused("text_missing", field)
    if draft.appeal_route not in APPEAL_DAYS:
        raise Refused("choice_unknown", "appeal_route")
    if draft.bonus_reserved_at not in BONUS_RESERVED_AT:
        raise Refused("choice_unknown", "bonus_reserved_at")
    if not draft.need_categories or set(draft.need_categories) - set(NEED_CATEGORIES):
        raise Refused("choice_unknown", "need_categories")
