"""Value added tax: the class of a supply with its reason, the dated rates, and the split of gross amounts.

The class is never a constant: it follows from what the service is, who supplies it and on which basis the client gets it
(domain.md 9.6), on the day of delivery. A fact that is not known is an error that names it, never a guess.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from marketplace.money import BASIS_POINTS, divide, not_negative, split_gross, whole
from marketplace.period import plain_day


class Category(StrEnum):
    """The class as an e-invoice names it (UNTDID 5305)."""

    STANDARD = "S"
    EXEMPT = "E"
    OUTSIDE = "O"


class Basis(StrEnum):
    """What the organiser has decided that a service is."""

    TAXABLE = "taxable"
    SOCIAL_WELFARE = "social_welfare"
    HEALTH_CARE = "health_care"
    OUTSIDE = "outside"


class RateKind(StrEnum):
    """Which of the rates a taxable supply has (VAT Act 1501/1993: 84 §, 85 §, 85 a §)."""

    GENERAL = "general"
    REDUCED = "reduced"
    LOWEST = "lowest"


class BonusVat(StrEnum):
    """How a bonus is taxed: as the service that it belongs to, or not at all (a tax adviser's word, per package)."""

    AS_SERVICE = "as_service"
    OUTSIDE = "outside"


class Reason(StrEnum):
    """Why a supply has its class. The words of each are with the other words, in three languages."""

    TAXABLE = "taxable"
    NO_DECISION = "no_decision"
    NO_PLAN = "no_plan"
    NOT_SUPERVISED = "not_supervised"
    NO_OWN_CONTROL = "no_own_control"
    SOCIAL_WELFARE = "social_welfare"
    HEALTH_CARE = "health_care"
    SMALL_BUSINESS = "small_business"
    OUTSIDE = "outside"


class Fact(StrEnum):
    """A fact that somebody has to state before the class can be said."""

    SERVICE_BASIS = "service_basis"
    REGISTERED = "registered"
    SUPERVISED = "supervised"
    OWN_CONTROL = "own_control"


class MissingFact(ValueError):
    """The class cannot be said: `fact` is not known."""

    def __init__(self, fact: Fact) -> None:
        super().__init__(f"not known: {fact.value}")
        self.fact = fact


RATES: dict[RateKind, tuple[tuple[date, int], ...]] = {
    # act 1202/2012; act 367/2024 from 1.9.2024
    RateKind.GENERAL: ((date(2013, 1, 1), 2400), (date(2024, 9, 1), 2550)),
    # act 1202/2012; government bill 93/2025 from 1.1.2026
    RateKind.REDUCED: ((date(2013, 1, 1), 1400), (date(2026, 1, 1), 1350)),
    RateKind.LOWEST: ((date(2013, 1, 1), 1000),),
}
"""Basis points (25.5 % = 2550) from a day on, the earliest first. A new rate is a new row."""


def rate_on(kind: RateKind, day: date) -> int:
    """The rate of a kind on a day of delivery, in basis points. Errors: ValueError before the table begins."""
    found = [points for first, points in RATES[kind] if first <= plain_day(day)]
    if not found:
        raise ValueError(f"no {kind.value} rate is known for {day}")
    return found[-1]


@dataclass(frozen=True)
class Service:
    """What is supplied. `basis` is None while the organiser has not decided it."""

    basis: Basis | None
    rate: RateKind = RateKind.GENERAL
    bonus: BonusVat = BonusVat.AS_SERVICE


@dataclass(frozen=True)
class Supplier:
    """Who supplies it, on that day: in the VAT register; in the authorities' register of private social or health care
    providers; with an own-control plan. None: not stated."""

    registered: bool | None
    supervised: bool | None = None
    own_control: bool | None = None


@dataclass(frozen=True)
class ClientBasis:
    """On which basis the client gets it: by a decision of an authority (or a written contract), and by a plan made with
    her after her own need was assessed."""

    decision: bool
    plan: bool


@dataclass(frozen=True, order=True)
class VatClass:
    """A class with its rate in basis points (None where no rate belongs: O) and the reason for it."""

    category: Category
    basis_points: int | None
    reason: Reason

    @property
    def points(self) -> int:
        """The rate as a number: zero where none is charged."""
        return self.basis_points or 0

    @property
    def exemption_code(self) -> str | None:
        """The code of the exemption in the European list (VATEX), where it has one of its own."""
        return EXEMPTIONS.get(self.reason, (None, None))[0]

    @property
    def exemption_text(self) -> str | None:
        """The provision, as it must stand on the invoice (VAT Act 209 e §). None where tax is charged."""
        return EXEMPTIONS.get(self.reason, (None, None))[1]


EXEMPTIONS: dict[Reason, tuple[str | None, str]] = {
    Reason.SOCIAL_WELFARE: ("VATEX-EU-132-1G", "AVL 37 § (sosiaalihuolto)"),
    Reason.HEALTH_CARE: ("VATEX-EU-132-1C", "AVL 34 § (terveyden- ja sairaanhoito)"),
    Reason.SMALL_BUSINESS: (None, "AVL 3 § (vähäinen liiketoiminta)"),
    Reason.OUTSIDE: ("VATEX-EU-O", "Ei arvonlisäveron soveltamisalalla"),
}


def classify(service: Service, supplier: Supplier, client: ClientBasis, day: date, *, bonus: bool = False) -> VatClass:
    """The class of one supply on its day of delivery, with the reason.

    Social welfare (VAT Act 37-38 §) and health care (34-35 §) are exempt only when all conditions hold at once: the
    client has a decision and a plan of her own, and the provider is supervised and has an own-control plan. When one
    fails, the supply is taxed as any other; a provider outside the VAT register charges none (3 §).
    Errors: MissingFact names what has to be stated first; ValueError for a day before the rates are known.
    """
    if service.basis is None:
        raise MissingFact(Fact.SERVICE_BASIS)
    if service.basis is Basis.OUTSIDE or (bonus and service.bonus is BonusVat.OUTSIDE):
        return VatClass(Category.OUTSIDE, None, Reason.OUTSIDE)
    fault = Reason.TAXABLE
    if service.basis is not Basis.TAXABLE:
        found = _first_fault(supplier, client)
        if found is None:
            return VatClass(Category.EXEMPT, 0, Reason(service.basis.value))
        fault = found
    if supplier.registered is None:
        raise MissingFact(Fact.REGISTERED)
    if not supplier.registered:
        return VatClass(Category.EXEMPT, 0, Reason.SMALL_BUSINESS)
    return VatClass(Category.STANDARD, rate_on(service.rate, day), fault)


def _first_fault(supplier: Supplier, client: ClientBasis) -> Reason | None:
    """The first condition of the exemption that does not hold; None when all do."""
    if not client.decision:
        return Reason.NO_DECISION
    if not client.plan:
        return Reason.NO_PLAN
    if supplier.supervised is None:
        raise MissingFact(Fact.SUPERVISED)
    if not supplier.supervised:
        return Reason.NOT_SUPERVISED
    if supplier.own_control is None:
        raise MissingFact(Fact.OWN_CONTROL)
    return None if supplier.own_control else Reason.NO_OWN_CONTROL


@dataclass(frozen=True)
class Part:
    """A gross amount as net and tax, in cents; the two always sum to the gross."""

    net_cents: int
    vat_cents: int

    @property
    def gross_cents(self) -> int:
        return self.net_cents + self.vat_cents


def split_lines(gross_cents: Sequence[int], basis_points: int) -> tuple[Part, ...]:
    """Split the lines of one class and rate. The tax is rounded once, for the class as a whole: the nets of all lines
    sum to the rounded net of their total, and every line's net and tax sum to the line.

    The rounding is spread by running totals, so no line is more than a cent from its own exact net.
    Errors: TypeError for amounts that are not integers, ValueError for negative ones or a negative rate.
    """
    parts, running, running_net = [], 0, 0
    for gross in gross_cents:
        running += not_negative(gross, "gross_cents")
        net_so_far, _ = split_gross(running, basis_points)
        net = net_so_far - running_net
        parts.append(Part(net, gross - net))
        running_net = net_so_far
    return tuple(parts)


def share_of(part: Part, gross_cents: int, taken_before_cents: int = 0) -> Part:
    """The net and tax of a part of a line, after some of it was taken before: when the whole line has been taken, the
    parts sum to exactly the line's own net and tax.

    Errors: ValueError for an amount that is not positive or that is more than what is left of the line.
    """
    before, taken = not_negative(taken_before_cents, "taken_before_cents"), whole(gross_cents, "gross_cents")
    if taken <= 0 or before + taken > part.gross_cents:
        raise ValueError(f"{taken} cents cannot be taken: {part.gross_cents - before} are left")
    net = _net_of(part, before + taken) - _net_of(part, before)
    return Part(net, taken - net)


def _net_of(part: Part, gross_cents: int) -> int:
    return divide(part.net_cents * gross_cents, part.gross_cents)


def percent_text(basis_points: int) -> str:
    """A rate as a plain decimal number: 25.5, 24, 0. Errors: ValueError for a negative one."""
    whole_percent, rest = divmod(not_negative(basis_points, "basis_points"), BASIS_POINTS // 100)
    return f"{whole_percent}.{rest:02d}".rstrip("0").rstrip(".") if rest else str(whole_percent)
