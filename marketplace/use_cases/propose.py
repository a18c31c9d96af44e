"""Noting which provider a client says she wants, while assisting her: a proposal that waits for her own word."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.clock import helsinki_day
from marketplace.models.assisting import ChoiceProposal, ConfirmationCode
from marketplace.models.clients import Client
from marketplace.models.people import Organiser
from marketplace.models.programmes import ServicePackage
from marketplace.models.providers import Provider
from marketplace.models.schema import Words
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.assist import note_step, open_session
from marketplace.use_cases.bookings import locked
from marketplace.use_cases.choose_provider import own_voucher
from marketplace.use_cases.compare_pages import comparison_of
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.notices import tell_client
from marketplace.use_cases.proposal_steps import account_of, close_proposal, eyes_of, waiting_proposal
from marketplace.use_cases.provider_cards import Card, Wishes
from marketplace.use_cases.refusals import Missing, Refused, Stale

WAITS = timedelta(days=14)
"""A proposal that nobody confirms is forgotten after this."""


@dataclass(frozen=True)
class ProposeOrder:
    """What the client said, from a page that was rendered with this check code, these filters and this language."""

    assist_id: int
    unit: str
    check_code: str
    wishes: Wishes = field(default_factory=Wishes)
    language: str = "fi"
    once: str | None = None


@dataclass(frozen=True)
class ProposalPage:
    """A proposal with its ways to the client's own word. `mail`, `phone`: hidden but for their ends, None when there is
    none on record; `has_login`: she can come in and confirm by herself. `cards`: the list in its drawn order, now.
    `code_*`: the newest code that was sent and still works."""

    id: int
    state: str
    voucher_id: int
    number: str
    client: str
    client_id: int
    organiser: Words
    organiser_code: str
    package: Words
    unit: str
    provider: str
    list_seq: int
    at_seq: int
    check_code: str
    changed: bool
    proposed_at: datetime
    expires_on: date
    has_login: bool
    mail: str | None
    phone: str | None
    code_sent_at: datetime | None
    code_way: str | None
    cards: tuple[Card, ...]
    today: date


def propose(desk: Desk, actor: Actor, order: ProposeOrder) -> int:
    """Note the client's word; returns the proposal's id. An earlier one that waits is replaced. Nothing moves, and no
    provider is told; the client is, in her own channel.

    Refused: conflict_of_interest, not_on_list, provider_paused, same_provider. Stale: assist_over, list_changed.
    """
    with desk.transaction(actor, Action.ASSIST_CHOICE) as tx:
        if done := tx.first_click("propose", order.once):
            return int(done["proposal_id"])
        assist, eyes = open_session(tx, order.assist_id)
        voucher = locked(tx, assist.voucher_id)[0]
        found = comparison_of(eyes, voucher.id, order.wishes)
        if not found.voucher.open:
            raise Refused("voucher_not_open", None, day=found.voucher.valid_to)
        card = _picked(found.everyone, order.unit)
        code = found.code_of([one.unit for one in found.everyone])
        if code != order.check_code:
            raise Stale("list_changed")
        if voucher.provider_id == card.provider_id:
            raise Refused("same_provider", "unit")
        _end_earlier(tx, voucher.id)
        wishes = order.wishes.known(found.everyone)
        made = ChoiceProposal(
            organiser_id=tx.organiser_id,
            voucher_id=voucher.id,
            assist_id=assist.id,
            provider_id=card.provider_id,
            unit=card.unit,
            list_seq=found.list_seq,
            at_seq=found.at_seq,
            check_code=code,
            filters=wishes.said(),
            language=order.language,
            state="waiting",
            proposed_by=tx.account_id,
            proposed_at=tx.now,
            expires_at=tx.now + WAITS,
        )
        tx.session.add(made)
        tx.session.flush()
        note_step(tx, assist, "proposal", wishes, [card.unit])
        tx.audit("proposal.note", "voucher", voucher.id, clients=(voucher.client_id,), proposal_id=made.id,
                 unit=card.unit, check_code=code)  # fmt: skip
        _tell(tx, made, voucher)
        tx.remember_click("propose", order.once, proposal_id=made.id)
        return made.id


def drop_proposal(desk: Desk, actor: Actor, voucher_id: int) -> None:
    """The client does not want what was noted. Stale when nothing waits. Missing for a stranger's voucher."""
    with desk.transaction(actor, Action.CHOOSE_PROVIDER) as tx:
        voucher = own_voucher(tx, voucher_id)
        proposal = waiting_proposal(tx, voucher.id)
        if proposal is None:
            raise Stale("no_longer_possible")
        close_proposal(tx, proposal, "drop")
        tx.audit("proposal.drop", "voucher", voucher.id, clients=(voucher.client_id,), proposal_id=proposal.id)


def proposal_page(desk: Desk, actor: Actor, proposal_id: int) -> ProposalPage:
    """A proposal as a caseworker sees it, also for printing the form. Missing for another organiser's."""
    with desk.reading(actor, Action.ASSIST_CHOICE) as tx:
        row = tx.session.execute(
            select(ChoiceProposal, Voucher, Client, Provider.name, ServicePackage.name, Organiser.name, Organiser.code)
            .join(Voucher, Voucher.id == ChoiceProposal.voucher_id)
            .join(Client, Client.id == Voucher.client_id)
            .join(Provider, Provider.id == ChoiceProposal.provider_id)
            .join(ServicePackage, ServicePackage.id == Voucher.package_id)
            .join(Organiser, Organiser.id == Voucher.organiser_id)
            .where(ChoiceProposal.id == proposal_id, visible_vouchers(tx.actor))
        ).one_or_none()
        if row is None:
            raise Missing("proposal")
        proposal, voucher, client, provider, package, organiser, organiser_code = row
        found = comparison_of(eyes_of(tx, client.id), voucher.id, Wishes())
        sent = tx.session.execute(
            select(ConfirmationCode.made_at, ConfirmationCode.way).where(
                ConfirmationCode.proposal_id == proposal.id,
                ConfirmationCode.ended_at.is_(None),
                ConfirmationCode.expires_at > tx.now,
            )
        ).one_or_none()
        tx.audit("client.read", "voucher", voucher.id, clients=(client.id,), page="proposal")
        account = account_of(tx, client)
        return ProposalPage(
            id=proposal.id,
            state="lapsed" if proposal.state == "waiting" and not _living(tx, proposal, voucher) else proposal.state,
            voucher_id=voucher.id,
            number=voucher.number,
            client=f"{client.first_name} {client.last_name}",
            client_id=client.id,
            organiser=organiser,
            organiser_code=organiser_code,
            package=package,
            unit=proposal.unit,
            provider=provider,
            list_seq=proposal.list_seq,
            at_seq=proposal.at_seq,
            check_code=proposal.check_code,
            changed=proposal.check_code != found.code_of([card.unit for card in found.everyone]),
            proposed_at=proposal.proposed_at,
            expires_on=helsinki_day(proposal.expires_at),
            has_login=account is not None,
            mail=_hidden_mail(client.email),
            phone=f"… {client.phone[-3:]}" if client.phone else None,
            code_sent_at=sent.made_at if sent else None,
            code_way=sent.way if sent else None,
            cards=found.everyone,
            today=tx.today,
        )


def _living(tx: Tx, proposal: ChoiceProposal, voucher: Voucher) -> bool:
    return proposal.expires_at > tx.now and voucher.valid_to >= tx.today


def _picked(cards: tuple[Card, ...], unit: str) -> Card:
    card = next((card for card in cards if card.unit == unit), None)
    if card is None:
        raise Refused("not_on_list", "unit")
    if card.paused:
        raise Refused("provider_paused", "unit", name=card.name)
    return card


def _end_earlier(tx: Tx, voucher_id: int) -> None:
    earlier = tx.session.scalar(
        select(ChoiceProposal).where(ChoiceProposal.voucher_id == voucher_id, ChoiceProposal.state == "waiting")
    )
    if earlier is not None:
        close_proposal(tx, earlier, "replace")


def _tell(tx: Tx, proposal: ChoiceProposal, voucher: Voucher) -> None:
    client = tx.session.get_one(Client, voucher.client_id)
    if client.email and account_of(tx, client) is not None:
        tell_client(tx, client, "choice_waits", f"choice_waits/{proposal.id}", number=voucher.number)


def _hidden_mail(address: str | None) -> str | None:
    if not address:
        return None
    name, _at, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"
