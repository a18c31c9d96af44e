"""Gap-free numbers, taken in the transaction of the fact that they number."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from marketplace.models.decisions import Counter
from marketplace.models.einvoices import ProviderSeries


def next_number(session: Session, organiser_id: int, series: str) -> int:
    """The next number of a series (1, 2, 3 ...). The series is locked until the transaction ends, so that no number is
    lost or given twice: take it late, and in this order: voucher, decision, order-log head."""
    row = insert(Counter).values(organiser_id=organiser_id, series=series, last=1)
    taken: int | None = session.scalar(
        row.on_conflict_do_update(index_elements=["organiser_id", "series"], set_={"last": Counter.last + 1}).returning(
            Counter.last
        )
    )
    assert taken is not None
    return taken


def next_of_provider(session: Session, provider_id: int, kind: str, year: int) -> int:
    """The next number of a provider's own documents of a kind in a year, whichever organiser they go to: a seller never
    gives a number twice. Locked until the transaction ends; taken after `next_number`."""
    row = insert(ProviderSeries).values(provider_id=provider_id, kind=kind, year=year, last=1)
    taken: int | None = session.scalar(
        row.on_conflict_do_update(
            index_elements=["provider_id", "kind", "year"], set_={"last": ProviderSeries.last + 1}
        ).returning(ProviderSeries.last)
    )
    assert taken is not None
    return taken


def numbered(session: Session, organiser_id: int, kind: str, year: int) -> str:
    """A number as people read it: '2026-000412'."""
    return f"{year}-{next_number(session, organiser_id, f'{kind}/{year}'):06d}"
