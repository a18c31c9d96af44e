"""Confirming a proposal with a one-time code that went to the client's own mail or phone (fairness B2.22).

The code is made for her address on record and shown to nobody else; she types it on a page that needs no login and that
a member of staff cannot use. Whoever assists can only ask for a code to be sent.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import func, select, update

from marketplace.access.actions import Action
from marketplace.access.actor import Actor, public
from marketplace.access.filters import visible_vouchers
from marketplace.models.assisting import ChoiceProposal, ConfirmationCode
from marketplace.models.clients import Client
from marketplace.models.people import Organiser
from marketplace.models.programmes import ServicePackage
from marketplace.models.schema import Words
from marketplace.models.trail import AuditEvent
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.bookings import locked
from marketplace.use_cases.card_prices import CardPrice
from marketplace.use_cases.choice_record import wishes_of_record
from marketplace.use_cases.choose_provider import BY_CODE, ChoiceOrder, choose
from marketplace.use_cases.compare_pages import comparison_of
from marketplace.use_cases.conflicts import refuse_conflict
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.notices import tell_client
from marketplace.use_cases.proposal_steps import account_of, eyes_of, waiting_proposal
from marketplace.use_cases.provider_cards import Card, Wishes
from marketplace.use_cases.public_pages import of_organiser
from marketplace.use_cases.refusals import Missing, Refused, Stale
from marketplace.use_cases.secret_notices import tell_client_code
from marketplace.use_cases.throttle import Brake

DIGITS = 8
LIVES = timedelta(minutes=30)
TRIES = 5
MOST_SENT = 3
"""Codes for one proposal within an hour."""

SETTLED = timedelta(days=7)
"""An address that was changed later than this gets no code: whoever writes the address must not also receive the code."""

WAYS = {"mail": "email", "text": "phone"}
"""How a code travels, and the client's column with the address."""


@dataclass(frozen=True)
class CodeTyped:
    """What the client types: her voucher's number and the code. `address`: the network address it came from."""

    organiser_code: str
    number: str
    code: str
    address: str = ""
    check_code: str = ""


@dataclass(frozen=True)
class ToConfirm:
    """What a right code shows before the client says yes: the provider's card and the list that it stands in."""

    organiser: Words
    number: str
    package: Words
    valid_to: date
    unit: str
    own_share_cents: int
    providers_set_prices: bool
    own_price: CardPrice | None  # of the provider, where providers set the price
    prices: dict[int, CardPrice]
    card_unit: str
    cards: tuple[Card, ...]
    present: str | None
    list_seq: int
    at_seq: int
    check_code: str
    today: date


def send_code(desk: Desk, actor: Actor, proposal_id: int, way: str) -> None:
    """Send the client a new code by mail or text message, to the address on record; the one before works no more.

    Refused: conflict_of_interest, way_not_on_record, contact_changed_lately (day), codes_sent_enough. Stale when nothing
    waits. Missing for another organiser's.
    """
    with desk.transaction(actor, Action.ASSIST_CHOICE) as tx:
        if way not in WAYS:
            raise Refused("way_not_on_record")
        proposal, voucher = held_proposal(tx, proposal_id)
        refuse_conflict(tx, vouchers=[voucher.id])
        client = tx.session.get_one(Client, voucher.client_id)
        recipient = getattr(client, WAYS[way])
        if not recipient:
            raise Refused("way_not_on_record")
        _settled(tx, client, WAYS[way])
        _not_too_many(tx, proposal)
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        made = ConfirmationCode(
            organiser_id=tx.organiser_id,
            proposal_id=proposal.id,
            way=way,
            code_hash=_index(tx, proposal.id, code),
            made_by=tx.account_id,
            made_at=tx.now,
            expires_at=tx.now + LIVES,
            tries_left=TRIES,
        )
        tx.session.add(made)
        tx.session.flush()
        place = tx.session.scalars(select(Organiser.code).where(Organiser.id == tx.organiser_id)).one()
        account = account_of(tx, client)
        tell_client_code(tx, client, account.id if account else None, way, recipient, "choice_code",
                         f"choice_code/{made.id}", code, number=voucher.number, place=place,
                         expires_at=made.expires_at)  # fmt: skip
        tx.audit("proposal.send_code", "voucher", voucher.id, clients=(client.id,), proposal_id=proposal.id, way=way)


def look_at_proposal(desk: Desk, actor: Actor, typed: CodeTyped) -> ToConfirm:
    """What waits behind a code, for the client to look at. The code stays as it is.

    Refused: own_device_only (somebody else is logged in here), choice_code_wrong (whatever was wrong), too_many_attempts.
    """
    found = _try(desk, actor, typed, confirm=False)
    assert isinstance(found, ToConfirm)
    return found


def confirm_by_code(desk: Desk, actor: Actor, typed: CodeTyped) -> int:
    """Make the client's choice of what waits; the code is used up. Returns the choice's id.

    Refused as `look_at_proposal`, and as `choose_provider`: a refusal leaves the code alive. Stale (list_changed) when the
    list is no longer the one of the page.
    """
    found = _try(desk, actor, typed, confirm=True)
    assert isinstance(found, int)
    return found


def held_proposal(tx: Tx, proposal_id: int) -> tuple[ChoiceProposal, Voucher]:
    """A caseworker's organiser's proposal that waits, with its voucher, both locked. Stale when it waits no more."""
    voucher_id = tx.session.scalar(
        select(ChoiceProposal.voucher_id)
        .join(Voucher, Voucher.id == ChoiceProposal.voucher_id)
        .where(ChoiceProposal.id == proposal_id, visible_vouchers(tx.actor))
    )
    if voucher_id is None:
        raise Missing("proposal")
    voucher = locked(tx, voucher_id)[0]
    proposal = waiting_proposal(tx, voucher_id)
    if proposal is None or proposal.id != proposal_id:
        raise Stale("no_longer_possible")
    return proposal, voucher


def as_client(tx: Tx, voucher: Voucher) -> Tx:
    """The same transaction with the voucher's holder as its actor: she has shown by a code or a signature that it is she."""
    client = tx.session.get_one(Client, voucher.client_id)
    account = account_of(tx, client)
    return replace(
        tx,
        actor=Actor(
            role=Role.CLIENT,
            account_id=account.id if account else None,
            organiser_id=voucher.organiser_id,
            client_id=client.id,
            name=f"{client.first_name} {client.last_name}",
        ),
    )


def order_of_proposal(proposal: ChoiceProposal, check_code: str | None = None) -> ChoiceOrder:
    """The client's choice as it was noted: what was rendered then is kept with it."""
    return ChoiceOrder(
        voucher_id=proposal.voucher_id,
        unit=proposal.unit,
        check_code=check_code or proposal.check_code,
        wishes=wishes_of_record(proposal.filters),
        language=proposal.language,
    )


def tell_chosen(tx: Tx, voucher: Voucher, choice_id: int, channel: str) -> None:
    """The client hears afterwards what was chosen in her name, and what to do when that is wrong."""
    client = tx.session.get_one(Client, voucher.client_id)
    tell_client(tx, client, "choice_confirmed", f"choice_confirmed/{choice_id}", number=voucher.number, channel=channel)


def _try(desk: Desk, actor: Actor, typed: CodeTyped, *, confirm: bool) -> ToConfirm | int:
    if actor.role not in (None, Role.CLIENT):
        raise Refused("own_device_only")
    of = of_organiser(desk, actor, typed.organiser_code)
    with desk.transaction(public(of.organiser_id, actor.language), Action.CONFIRM_BY_CODE) as tx:
        brake = Brake(tx, f"choice/{of.organiser_id}/{_plain(typed.number)}", typed.address)
        brake.check()
        found = _open(tx, typed)
        if found is not None:
            code, proposal, voucher = found
            client_tx = as_client(tx, voucher)
            if not confirm:
                return _to_confirm(tx, proposal, voucher)
            choice = choose(client_tx, voucher, order_of_proposal(proposal, typed.check_code), BY_CODE)
            code.ended_at = tx.now
            tell_chosen(tx, voucher, choice.id, BY_CODE)
            brake.succeeded()
            return choice.id
        brake.failed()
    # raised after the transaction, which has to keep the failure
    raise Refused("choice_code_wrong", "code")


def _open(tx: Tx, typed: CodeTyped) -> tuple[ConfirmationCode, ChoiceProposal, Voucher] | None:
    """The living code with what it opens; None when anything is wrong, and then a try is used up."""
    voucher_id = tx.session.scalar(
        select(Voucher.id).where(Voucher.number == _plain(typed.number), Voucher.organiser_id == tx.organiser_id)
    )
    if voucher_id is None:
        return None
    voucher = locked(tx, voucher_id)[0]
    proposal = waiting_proposal(tx, voucher_id)
    if proposal is None:
        return None
    code = tx.session.scalar(
        select(ConfirmationCode)
        .where(
            ConfirmationCode.proposal_id == proposal.id,
            ConfirmationCode.ended_at.is_(None),
            ConfirmationCode.expires_at > tx.now,
        )
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    if code is None:
        return None
    digits = "".join(mark for mark in typed.code if mark.isdigit())
    if secrets.compare_digest(code.code_hash, _index(tx, proposal.id, digits)):
        return code, proposal, voucher
    code.tries_left -= 1
    if code.tries_left == 0:
        code.ended_at = tx.now
    return None


def _to_confirm(tx: Tx, proposal: ChoiceProposal, voucher: Voucher) -> ToConfirm:
    found = comparison_of(eyes_of(tx, voucher.client_id), voucher.id, Wishes())
    name = tx.session.scalars(select(Organiser.name).where(Organiser.id == tx.organiser_id)).one()
    package = tx.session.scalars(select(ServicePackage.name).where(ServicePackage.id == voucher.package_id)).one()
    chosen = next((card for card in found.everyone if card.unit == proposal.unit), None)
    if chosen is None:
        raise Refused("not_on_list")
    return ToConfirm(
        organiser=name,
        number=voucher.number,
        package=package,
        valid_to=voucher.valid_to,
        unit=found.voucher.unit,
        own_share_cents=found.voucher.own_share_cents,
        providers_set_prices=found.voucher.providers_set_prices,
        own_price=found.prices.get(chosen.provider_id),
        prices=found.prices,
        card_unit=proposal.unit,
        cards=found.everyone,
        present=found.voucher.provider_name,
        list_seq=found.list_seq,
        at_seq=found.at_seq,
        check_code=found.code_of([card.unit for card in found.everyone]),
        today=tx.today,
    )


def _settled(tx: Tx, client: Client, column: str) -> None:
    """Refused while the address on record is too new for anybody but its owner to have chosen it."""
    changed = tx.session.scalar(
        select(func.max(AuditEvent.at)).where(
            AuditEvent.subject == "client",
            AuditEvent.subject_id == client.id,
            AuditEvent.action == "client.edit",
            AuditEvent.details["fields"].contains([column]),
        )
    )
    if changed is not None and changed > tx.now - SETTLED:
        raise Refused("contact_changed_lately", None, day=(changed + SETTLED).date())


def _not_too_many(tx: Tx, proposal: ChoiceProposal) -> None:
    mine = ConfirmationCode.proposal_id == proposal.id
    sent = tx.session.scalar(
        select(func.count()).where(mine, ConfirmationCode.made_at > tx.now - timedelta(hours=1))
    )
    if (sent or 0) >= MOST_SENT:
        raise Refused("codes_sent_enough")
    tx.session.execute(
        update(ConfirmationCode).where(mine, ConfirmationCode.ended_at.is_(None)).values(ended_at=tx.now)
    )


def _index(tx: Tx, proposal_id: int, code: str) -> str:
    return tx.vault.index(code, f"choice-code/{proposal_id}").hex()


def _plain(number: str) -> str:
    return number.strip().upper()
