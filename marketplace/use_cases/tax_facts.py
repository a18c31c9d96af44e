"""The step that says the tax class of what a provider bills: from what procurement has decided of the package, what the
provider has stated of itself, and the client's own decision and plan, on the day of delivery."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.models.clients import Need
from marketplace.models.einvoices import PackageVat, ProviderVat
from marketplace.models.programmes import ServicePackage
from marketplace.models.providers import Provider
from marketplace.models.vouchers import Voucher
from marketplace.pricing.vat import (
    Basis,
    BonusVat,
    ClientBasis,
    MissingFact,
    RateKind,
    Service,
    Supplier,
    VatClass,
    classify,
)
from marketplace.use_cases.billable import Billable
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.refusals import Refused

Dated = tuple[date, int]


@dataclass(frozen=True)
class Bought:
    """What the class of a voucher's deliveries depends on besides the provider."""

    package_id: int
    package: dict[str, str]
    client: ClientBasis


@dataclass(frozen=True)
class TaxBook:
    """The dated facts of one provider and of the packages that it bills, in memory for a whole invoice."""

    supplier_now: Supplier
    supplier: tuple[tuple[date, Supplier], ...]
    packages: dict[int, tuple[tuple[date, Service], ...]]
    vouchers: dict[int, Bought]

    def supplier_on(self, day: date) -> Supplier:
        """What the provider had stated for a day; before its first statement, what it says of itself now."""
        return next((said for first, said in reversed(self.supplier) if first <= day), self.supplier_now)

    def service_on(self, package_id: int, day: date) -> Service:
        """What had been decided of a package for a day. Undecided: a service without a basis."""
        decided = self.packages.get(package_id, ())
        return next((service for first, service in reversed(decided) if first <= day), Service(None))

    def of(self, voucher_id: int, day: date, *, bonus: bool) -> VatClass:
        """The class of one delivery. Errors: MissingFact."""
        bought = self.vouchers[voucher_id]
        service = self.service_on(bought.package_id, day)
        return classify(service, self.supplier_on(day), bought.client, day, bonus=bonus)


def tax_book(tx: Tx, provider_id: int, voucher_ids: Iterable[int]) -> TaxBook:
    """Read the facts, in four queries."""
    rows = tx.session.execute(
        select(Voucher.id, Voucher.decision_id, Voucher.package_id, ServicePackage.name, Need.goal)
        .join(ServicePackage, ServicePackage.id == Voucher.package_id)
        .join(Need, Need.id == Voucher.need_id)
        .where(Voucher.id.in_(set(voucher_ids)))
    ).all()
    # the decision is the grant itself; the plan is the goal that was written down when the need was assessed with her
    vouchers = {
        row.id: Bought(row.package_id, row.name, ClientBasis(row.decision_id is not None, bool(row.goal.strip())))
        for row in rows
    }
    registered = tx.session.scalars(select(Provider.vat_registered).where(Provider.id == provider_id)).one()
    stated = supplier_history(tx, provider_id)
    packages = {bought.package_id for bought in vouchers.values()}
    now = stated[0][1] if stated else Supplier(registered)
    return TaxBook(now, stated, package_history(tx, packages), vouchers)


def supplier_history(tx: Tx, provider_id: int) -> tuple[tuple[date, Supplier], ...]:
    """What a provider has stated of itself, by the first day of each statement; a correction of a day replaces it."""
    rows = tx.session.scalars(
        select(ProviderVat)
        .where(ProviderVat.provider_id == provider_id)
        .order_by(ProviderVat.valid_from, ProviderVat.id)
    )
    by_day = {row.valid_from: Supplier(row.registered, row.supervised, row.own_control) for row in rows}
    return tuple(by_day.items())


def package_history(tx: Tx, package_ids: set[int]) -> dict[int, tuple[tuple[date, Service], ...]]:
    """What has been decided of each package, by the first day of each decision; a correction of a day replaces it."""
    rows = tx.session.scalars(
        select(PackageVat)
        .where(PackageVat.package_id.in_(package_ids))
        .order_by(PackageVat.valid_from, PackageVat.id)
    )
    found: dict[int, dict[date, Service]] = {}
    for row in rows:
        service = Service(Basis(row.basis), RateKind(row.rate), BonusVat(row.bonus))
        found.setdefault(row.package_id, {})[row.valid_from] = service
    return {package_id: tuple(by_day.items()) for package_id, by_day in found.items()}


def tax_classes(tx: Tx, provider_id: int, lines: Sequence[Billable]) -> list[VatClass]:
    """The class of each line. Refused where a fact is missing, naming it and who states it: vat_service_basis (package:
    procurement, on the package's page), vat_supervised and vat_own_control (the provider, on its company's page)."""
    book = tax_book(tx, provider_id, (line.voucher_id for line in lines))
    found = []
    for line in lines:
        try:
            found.append(book.of(line.voucher_id, line.day, bonus=line.milestone_id is not None))
        except MissingFact as missing:
            name = book.vouchers[line.voucher_id].package
            package = name.get(tx.actor.language) or name["fi"]
            raise Refused(f"vat_{missing.fact.value}", None, package=package) from None
    return found
