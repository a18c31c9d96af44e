"""The client's choice of a provider, kept with what was shown to her."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.models.providers import Approval, Provider
from marketplace.models.schema import Json
from marketplace.models.vouchers import Choice, Voucher
from marketplace.pricing.prices import complete
from marketplace.pricing.snapshot import Snapshot
from marketplace.roles import Role
from marketplace.use_cases.bookings import locked
from marketplace.use_cases.card_prices import asked_prices, card_prices, providers_set_prices
from marketplace.use_cases.choice_receipt import issue_receipt
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.moves import move, move_voucher
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.offers import Offer, offer_of
from marketplace.use_cases.price_table import own_rows_of
from marketplace.use_cases.proposal_steps import settle_proposal
from marketplace.use_cases.provider_cards import Wishes, fitting, read_cards
from marketplace.use_cases.refusals import Missing, Refused, Stale

OWN_LOGIN, BY_CODE, ON_PAPER = "own_login", "code", "paper"
"""How a client confirms her choice (fairness B2.22)."""


@dataclass(frozen=True)
class ChoiceOrder:
    """Which provider (its unit code) for which voucher, from a page that was rendered with this check code, the client's
    own filters and this language."""

    voucher_id: int
    unit: str
    check_code: str
    wishes: Wishes = field(default_factory=Wishes)
    language: str = "fi"
    once: str | None = None


@dataclass(frozen=True)
class Chosen:
    choice_id: int


def choose_provider(desk: Desk, actor: Actor, order: ChoiceOrder) -> Chosen:
    """Choose, or change to, a provider. A change needs no reason: the former choice is released in the same transaction,
    all that is left of the voucher moves along, and the former provider's people lose sight of the client.

    Where providers set the price, the one asked today is kept with the choice for ever (money.md 2).

    Refused: voucher_not_open, same_provider, not_on_list, provider_paused, provider_price_missing. Stale (list_changed)
    when the list that the page showed is no longer the list: the page is shown anew and nothing is chosen. Missing for a
    stranger's voucher.
    """
    with desk.transaction(actor, Action.CHOOSE_PROVIDER) as tx:
        if done := tx.first_click("choose_provider", order.once):
            return Chosen(**done)
        voucher = own_voucher(tx, order.voucher_id)
        choice = choose(tx, voucher, order, OWN_LOGIN)
        tx.remember_click("choose_provider", order.once, choice_id=choice.id)
        return Chosen(choice.id)


def choose(tx: Tx, voucher: Voucher, order: ChoiceOrder, channel: str) -> Choice:
    """The step that makes a client's choice on her (locked) voucher, however she confirmed it; the actor is the client.
    A proposal that waited is settled by it: confirmed when it is what she chose, dropped when it is not.

    Refused and Stale as `choose_provider`.
    """
    if voucher.valid_to < tx.today:
        raise Refused("voucher_not_open", None, day=voucher.valid_to)
    offer = offer_of(tx, voucher)
    provider, approval = _chosen(tx, voucher, offer, order.unit)
    if offer.code != order.check_code:
        raise Stale("list_changed")
    if voucher.provider_id == provider.id:
        raise Refused("same_provider", "unit")
    if voucher.provider_id is not None:
        release(tx, voucher, "changed_by_client")
    assist_id = settle_proposal(tx, voucher, provider.id)
    choice = _save(tx, voucher, provider, approval, offer, order, channel, assist_id)
    issue_receipt(tx, choice)
    assisted: dict[str, Any] = {} if assist_id is None else {"assist_id": assist_id}
    tx.audit(
        "provider.choose",
        "voucher",
        voucher.id,
        clients=(voucher.client_id,),
        provider_id=provider.id,
        list_seq=offer.list_seq,
        at_seq=offer.at_seq,
        check_code=offer.code,
        channel=channel,
        **assisted,
    )
    tell_provider(tx, provider.id, "client_has_chosen_you", f"chosen/{choice.id}", number=voucher.number)
    return choice


def own_voucher(tx: Tx, voucher_id: int) -> Voucher:
    """The client's own voucher, locked. Missing for anything else."""
    if tx.session.scalar(select(Voucher.id).where(Voucher.id == voucher_id, visible_vouchers(tx.actor))) is None:
        raise Missing("voucher")
    return locked(tx, voucher_id)[0]


def release(tx: Tx, voucher: Voucher, reason: str, role: Role | None = None) -> None:
    """Let a (locked) voucher's present choice go: the client is free to choose, her value is intact."""
    choice = tx.session.scalars(
        select(Choice).where(Choice.id == voucher.choice_id).with_for_update(key_share=True)
    ).one()
    move(tx, "choice", choice, "release", role)
    choice.ended_at, choice.end_reason = tx.now, reason
    move_voucher(tx, voucher, "release", reason=reason, role=role)
    voucher.provider_id = None
    voucher.choice_id = None
    tx.session.flush()
    tell_provider(tx, choice.provider_id, "client_has_left", f"released/{choice.id}", number=voucher.number)


def _chosen(tx: Tx, voucher: Voucher, offer: Offer, unit: str) -> tuple[Provider, Approval]:
    if unit not in offer.units:
        raise Refused("not_on_list", "unit")
    row = tx.session.execute(
        select(Provider, Approval)
        .join(Approval, Approval.provider_id == Provider.id)
        .where(
            Provider.unit == unit,
            Approval.organiser_id == tx.organiser_id,
            Approval.package_id == voucher.package_id,
            Approval.area_id == voucher.area_id,
        )
        # an approval that is being ended right now either waits for this choice or is seen by it
        .with_for_update(of=Approval, read=True)
    ).one_or_none()
    if row is None or row[1].state != "approved":
        raise Refused("not_on_list", "unit")
    if row[1].paused:
        raise Refused("provider_paused", "unit", name=row[0].name)
    return row[0], row[1]


def _shown(tx: Tx, voucher: Voucher, offer: Offer, order: ChoiceOrder) -> Json:
    """What the client was shown, whole: the list in its order, every card's fields, her filters and what they left."""
    cards = read_cards(tx, voucher.package_id, voucher.area_id, offer.units)
    in_order = [cards[unit] for unit in offer.units if unit in cards]
    laid_out = [cards[unit] for card in offer.cards for unit in card if unit in cards]
    shared = {"together": [list(card) for card in offer.cards]} if len(offer.cards) < len(offer.units) else {}
    wishes = order.wishes.known(in_order)
    snapshot = Snapshot.from_json(voucher.snapshot)
    prices = card_prices(tx, snapshot, voucher.package_id, voucher.id, [card.provider_id for card in in_order])
    asked = {card.unit: prices[card.provider_id].said() for card in in_order if prices}
    return {
        "units": list(offer.units),
        "cards": [card.said() for card in in_order],
        "filters": wishes.said(),
        "left": [card.unit for card in fitting(laid_out, wishes, tx.today)],
        "language": order.language,
        **({"prices": asked} if asked else {}),
        **shared,
    }


def _prices(tx: Tx, voucher: Voucher, provider: Provider) -> Json | None:
    """What the provider asks today for this voucher, by band; None where the grant fixes the price. Refused
    (provider_price_missing) when it has not told all, or asks more than the grant allows."""
    snapshot = Snapshot.from_json(voucher.snapshot)
    if not providers_set_prices(snapshot):
        return None
    rows = own_rows_of(tx, voucher.package_id, [provider.id]).get(provider.id, [])
    own = asked_prices(snapshot, rows, tx.today)
    if not complete(snapshot.bands, own):
        raise Refused("provider_price_missing", "unit", name=provider.name)
    return {band.value: cents for band, cents in own.items()}


def _save(
    tx: Tx, voucher: Voucher, provider: Provider, approval: Approval, offer: Offer, order: ChoiceOrder, channel: str,
    assist_id: int | None,
) -> Choice:  # fmt: skip
    prices = _prices(tx, voucher, provider)
    move_voucher(tx, voucher, "choose")
    choice = Choice(
        organiser_id=tx.organiser_id,
        voucher_id=voucher.id,
        provider_id=provider.id,
        approval_id=approval.id,
        state="proposed",
        list_seq=offer.list_seq,
        at_seq=offer.at_seq,
        check_code=offer.code,
        prices=prices,
        shown=_shown(tx, voucher, offer, order),
        channel=channel,
        assist_id=assist_id,
        chosen_at=tx.now,
    )
    tx.session.add(choice)
    tx.session.flush()
    voucher.choice_id = choice.id
    voucher.provider_id = provider.id
    return choice
