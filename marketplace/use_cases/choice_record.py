"""The choice receipt: what the client was shown and chose, as it was kept at that moment."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.access.filters import visible_vouchers
from marketplace.models.people import Account, Organiser
from marketplace.models.programmes import ServicePackage
from marketplace.models.providers import Provider
from marketplace.models.schema import Words
from marketplace.models.vouchers import Choice, Voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.provider_cards import Card, Wishes
from marketplace.use_cases.refusals import Missing


@dataclass(frozen=True)
class ChoiceRecord:
    """One choice. `cards`: the whole list as shown, in its order; `left`: the units that the client's filters left.
    `together`: the units of each card, where sister companies shared one; else each alone."""

    id: int
    chosen_unit: str
    chosen_name: str
    state: str
    decline_reason: str | None
    end_reason: str | None
    chosen_at: datetime
    channel: str
    list_seq: int
    at_seq: int
    check_code: str
    language: str
    wishes: Wishes
    cards: tuple[Card, ...]
    left: frozenset[str]
    together: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class VoucherChoices:
    """A voucher's choices, newest first."""

    voucher_id: int
    number: str
    package: Words
    holder: str
    organiser_code: str
    choices: tuple[ChoiceRecord, ...]


def choice_record(desk: Desk, actor: Actor, voucher_id: int) -> VoucherChoices:
    """What the client was shown and chose, each time. Missing for a stranger's voucher."""
    with desk.reading(actor, Action.SEE_OWN_VOUCHER) as tx:
        voucher = tx.session.execute(
            select(Voucher.number, ServicePackage.name)
            .join(ServicePackage, ServicePackage.id == Voucher.package_id)
            .where(Voucher.id == voucher_id, visible_vouchers(tx.actor))
        ).one_or_none()
        if voucher is None:
            raise Missing("voucher")
        rows = tx.session.execute(
            select(Choice, Provider.unit, Provider.name)
            .join(Provider, Provider.id == Choice.provider_id)
            .where(Choice.voucher_id == voucher_id, Choice.organiser_id == tx.organiser_id)
            .order_by(Choice.id.desc())
        ).all()
        holder = tx.session.scalars(select(Account.name).where(Account.id == tx.account_id)).one()
        code = tx.session.scalars(select(Organiser.code).where(Organiser.id == tx.organiser_id)).one()
        return VoucherChoices(
            voucher_id=voucher_id,
            number=voucher.number,
            package=voucher.name,
            holder=holder,
            organiser_code=code,
            choices=tuple(_record(*row) for row in rows),
        )


def _record(choice: Choice, unit: str, name: str) -> ChoiceRecord:
    shown = choice.shown
    cards = tuple(_card(one) for one in shown.get("cards", []))
    return ChoiceRecord(
        id=choice.id,
        chosen_unit=unit,
        # the name as it was shown; a later change of name does not touch the record
        chosen_name=next((card.name for card in cards if card.unit == unit), name),
        state=choice.state,
        decline_reason=choice.decline_reason,
        end_reason=choice.end_reason,
        chosen_at=choice.chosen_at,
        channel=choice.channel,
        list_seq=choice.list_seq,
        at_seq=choice.at_seq,
        check_code=choice.check_code,
        language=shown.get("language", "fi"),
        wishes=wishes_of_record(shown.get("filters", {})),
        cards=cards,
        left=frozenset(shown.get("left", [card.unit for card in cards])),
        together=tuple(map(tuple, shown.get("together", [[card.unit] for card in cards]))),
    )


def _card(kept: dict[str, Any]) -> Card:
    def day(name: str) -> date | None:
        return date.fromisoformat(kept[name]) if kept[name] else None

    return Card(
        provider_id=0,
        approval_id=0,
        unit=kept["unit"],
        name=kept["name"],
        own_words=kept["own_words"],
        way_of_work=kept["way_of_work"],
        municipalities=kept["municipalities"],
        languages=kept["languages"],
        accessible=kept["accessible"],
        free_places=kept["free_places"],
        next_start=day("next_start"),
        as_of=day("as_of"),
        paused=kept["paused"],
        competences=kept.get("competences", []),
    )


def wishes_of_record(kept: dict[str, Any]) -> Wishes:
    """The filters of a record (`Wishes.said`), read back."""
    return Wishes(
        municipalities=frozenset(kept.get("municipality", ())),
        languages=frozenset(kept.get("language", ())),
        ways=frozenset(kept.get("way", ())),
        accessible=bool(kept.get("accessible")),
        soon=bool(kept.get("soon")),
        taking=bool(kept.get("taking")),
        competences=frozenset(kept.get("competence", ())),
        sort=kept.get("sort", ""),
    )
