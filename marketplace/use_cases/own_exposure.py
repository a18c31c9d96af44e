"""A provider's own exposure: where its card stood, against what chance gives, and what came of it. Nobody else's."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.matching.statistics.chance import FEWEST, UnitBand
from marketplace.matching.statistics.places import PlaceRow, places_of
from marketplace.models.people import Organiser
from marketplace.models.schema import Words
from marketplace.models.vouchers import Choice
from marketplace.period import Period
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.fairness_figures import Drawn, drawn_lists, read_kept, rolling
from marketplace.use_cases.own_company import own_provider

MONTHS = 12


@dataclass(frozen=True)
class OwnExposure:
    """The last twelve months until yesterday. places: none when there are fewer than `fewest` lists. share: the exposure
    by its equal share, when it has been worked out. expected: how many of the choices made from these lists would be the
    provider's if every card were chosen equally often. declines: the provider's own, by reason."""

    organiser: Words
    today: date
    period: Period
    lists: int
    places: tuple[PlaceRow, ...]
    share: UnitBand | None
    chosen: int
    expected: float
    declined: tuple[tuple[str, int], ...]
    fewest: int = FEWEST


def own_exposure(desk: Desk, actor: Actor) -> OwnExposure:
    """The acting person's company with the organiser that was picked. Missing for whoever has no company."""
    with desk.reading(actor, Action.SEE_OWN_EXPOSURE) as tx:
        company = own_provider(tx)
        period = rolling(tx.today, MONTHS)
        lists = drawn_lists(tx.session, tx.organiser_id, period, company.unit)
        enough = len(lists) >= FEWEST
        chosen, expected = _chosen(tx, company.id, lists)
        return OwnExposure(
            organiser=tx.session.get_one(Organiser, tx.organiser_id).name,
            today=tx.today,
            period=period,
            lists=len(lists),
            places=places_of(company.unit, [one.impression for one in lists]) if enough else (),
            share=_share(tx, period, company.unit),
            chosen=chosen,
            expected=expected,
            declined=_declined(tx, company.id, lists),
        )


def _share(tx: Tx, period: Period, unit: str) -> UnitBand | None:
    kept = read_kept(tx, period)
    bands = kept.exposure.units if kept is not None and kept.exposure is not None else ()
    return next((one for one in bands if one.unit == unit), None)


def _chosen(tx: Tx, provider_id: int, lists: list[Drawn]) -> tuple[int, float]:
    """How many of the lists ended in a first choice of this provider, and how many would by equal chances."""
    width = {one.voucher_id: len(one.impression.units) for one in lists}
    rows = tx.session.execute(
        select(Choice.voucher_id, Choice.provider_id).where(Choice.voucher_id.in_(list(width))).order_by(Choice.id)
    )
    first: dict[int, int] = {}
    for voucher_id, chosen_id in rows:
        first.setdefault(voucher_id, chosen_id)
    mine = sum(chosen_id == provider_id for chosen_id in first.values())
    return mine, sum(1 / width[voucher_id] for voucher_id in first)


def _declined(tx: Tx, provider_id: int, lists: list[Drawn]) -> tuple[tuple[str, int], ...]:
    rows = tx.session.scalars(
        select(Choice.decline_reason).where(
            Choice.provider_id == provider_id,
            Choice.voucher_id.in_([one.voucher_id for one in lists]),
            Choice.state == "declined",
        )
    )
    return tuple(sorted(Counter(reason or "" for reason in rows).items()))
