"""Procurement says what a package is for value added tax, from a day on: never edited, a change is a new decision."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.einvoices import PackageVat
from marketplace.models.programmes import ServicePackage
from marketplace.pricing.vat import Basis, BonusVat, RateKind
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing, Refused

BASES = tuple(basis.value for basis in Basis)
RATES = tuple(kind.value for kind in RateKind)
BONUSES = tuple(bonus.value for bonus in BonusVat)


@dataclass(frozen=True)
class VatOrder:
    """What a package is from a day on. `ground`: on whose word: a ruling, a tax adviser, a decision."""

    package_id: int
    valid_from: date
    basis: str = "taxable"
    rate: str = "general"
    bonus: str = "as_service"
    ground: str = ""


@dataclass(frozen=True)
class VatRow:
    """One decision as it was made; the newest of the last start holds."""

    valid_from: date
    basis: str
    rate: str
    bonus: str
    ground: str


def decide_package_vat(desk: Desk, actor: Actor, order: VatOrder) -> None:
    """Decide what a package is from a day on. What was invoiced before stays as it was.

    Refused: choice_unknown (basis, rate, bonus), vat_ground_missing (ground). Missing for a stranger's package.
    """
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        if tx.session.scalar(select(ServicePackage.id).where(ServicePackage.id == order.package_id)) is None:
            raise Missing("package")
        if not order.ground.strip():
            raise Refused("vat_ground_missing", "ground")
        add_package_vat(tx, order)


def add_package_vat(tx: Tx, order: VatOrder) -> None:
    """The step that keeps a decision. Refused: choice_unknown."""
    for field, value, known in (("basis", order.basis, BASES), ("rate", order.rate, RATES),
                                ("bonus", order.bonus, BONUSES)):  # fmt: skip
        if value not in known:
            raise Refused("choice_unknown", field)
    tx.session.add(
        PackageVat(
            organiser_id=tx.organiser_id,
            package_id=order.package_id,
            valid_from=order.valid_from,
            basis=order.basis,
            rate=order.rate,
            bonus=order.bonus,
            ground=order.ground.strip(),
            said_by=tx.actor.account_id,
            said_at=tx.now,
        )
    )
    tx.audit("package.vat", "package", order.package_id, basis=order.basis, rate=order.rate, bonus=order.bonus,
             valid_from=order.valid_from.isoformat())  # fmt: skip


def package_vat_page(desk: Desk, actor: Actor, package_id: int) -> tuple[VatRow, ...]:
    """Every decision about a package, the one that holds last. Missing for a stranger's package."""
    with desk.reading(actor, Action.SEE_TERMS) as tx:
        if tx.session.scalar(select(ServicePackage.id).where(ServicePackage.id == package_id)) is None:
            raise Missing("package")
        return package_vat_rows(tx, package_id)


def package_vat_rows(tx: Tx, package_id: int) -> tuple[VatRow, ...]:
    """Every decision about a package, by its first day."""
    rows = tx.session.scalars(
        select(PackageVat)
        .where(PackageVat.package_id == package_id)
        .order_by(PackageVat.valid_from, PackageVat.id)
    )
    return tuple(VatRow(row.valid_from, row.basis, row.rate, row.bonus, row.ground) for row in rows)
