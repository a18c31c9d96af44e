"""The invoice and the credit note as one pure model, from which every format is written.

Amounts are integer cents and always positive, also on a credit note (a format that wants minus amounts writes them);
quantities are hundredths. A document names no client: a line carries the number of its voucher and nothing else of her.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Self

from marketplace.money import whole
from marketplace.pricing.vat import Category, Part, Reason, VatClass

FORM = 1
"""The form of the stored content; a reader that meets another one must say so instead of guessing."""

MOST_NUMBER = 20
"""The longest document number that every format can carry (Finvoice 3.0)."""


class Kind(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True)
class Postal:
    """A postal address in Finland; what is not known is empty."""

    street: str = ""
    postcode: str = ""
    town: str = ""

    @property
    def whole(self) -> bool:
        return bool(self.street and self.postcode and self.town)


@dataclass(frozen=True)
class Party:
    """A company or an authority. `endpoint`: its e-invoice address as an OVT (0037...); `operator`: who carries its
    e-invoices, empty when not known; `registered`: in the VAT register."""

    name: str
    business_id: str
    endpoint: str
    operator: str = ""
    postal: Postal = Postal()
    registered: bool = False


@dataclass(frozen=True)
class Original:
    """The invoice that a credit note takes back, wholly or in part."""

    number: str
    issued_on: date


@dataclass(frozen=True)
class Line:
    """One delivery or one bonus. `text` says what it is, without a word about whom; the part is never negative."""

    number: int
    text: str
    voucher: str
    unit: str
    quantity_hundredths: int
    part: Part
    vat: VatClass
    day: date
    cost_centre: str = ""

    def __post_init__(self) -> None:
        if whole(self.quantity_hundredths, "quantity_hundredths") <= 0:
            raise ValueError(f"line {self.number} has no quantity")
        if self.part.net_cents < 0 or self.part.vat_cents < 0:
            raise ValueError(f"line {self.number} has a negative amount")

    @property
    def note(self) -> str:
        """The only trace of the client: the number of the voucher, which tells nothing outside the house."""
        return f"Palveluseteli {self.voucher}"


@dataclass(frozen=True)
class Subtotal:
    """What stands under one class and rate."""

    vat: VatClass
    part: Part


@dataclass(frozen=True)
class Document:
    """One invoice or credit note. `recipient` gets it, `buyer` bought, `payer` pays: three fields, also where they are
    one today (money.md 6). Errors: ValueError when it could not be written in every format.
    """

    kind: Kind
    number: str
    issued_at: datetime
    issued_on: date
    due_on: date
    seller: Party
    recipient: Party
    buyer: Party
    payer: Party
    buyer_reference: str
    iban: str
    bic: str
    reference: str
    lines: tuple[Line, ...]
    original: Original | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.number) <= MOST_NUMBER:
            raise ValueError(f"a document number has 1 to {MOST_NUMBER} characters")
        if not self.lines:
            raise ValueError("a document without lines")
        if (self.kind is Kind.CREDIT_NOTE) != (self.original is not None):
            raise ValueError("a credit note, and nothing else, names the invoice that it takes back")
        if len(documents_needed(line.vat for line in self.lines)) != 1:
            raise ValueError("these classes cannot stand on one document")
        if not self.buyer_reference:
            raise ValueError("a document needs the buyer's reference")

    @property
    def credit(self) -> bool:
        return self.kind is Kind.CREDIT_NOTE

    @property
    def note(self) -> str:
        """What is said of the whole in words, at most once (PEPPOL-EN16931-R002)."""
        said = [f"Hyvitys laskusta {self.original.number}."] if self.original else []
        if self.payer != self.buyer:
            said.append(f"Maksaja: {self.payer.name}, {self.payer.business_id}.")
        return " ".join(said)

    @property
    def outside(self) -> bool:
        """Nothing on it is subject to VAT: no VAT number may stand on it (BR-O-02)."""
        return self.lines[0].vat.category is Category.OUTSIDE

    @property
    def subtotals(self) -> tuple[Subtotal, ...]:
        """One for each class and rate, in order: the sums of its lines."""
        found: dict[VatKey, list[Line]] = {}
        for line in self.lines:
            found.setdefault(vat_key(line.vat), []).append(line)
        return tuple(
            Subtotal(of[0].vat, Part(sum(line.part.net_cents for line in of), sum(line.part.vat_cents for line in of)))
            for _, of in sorted(found.items())
        )

    @property
    def total(self) -> Part:
        """Net and tax of the whole document."""
        return Part(sum(line.part.net_cents for line in self.lines), sum(line.part.vat_cents for line in self.lines))

    @property
    def first_day(self) -> date:
        return min(line.day for line in self.lines)

    @property
    def last_day(self) -> date:
        return max(line.day for line in self.lines)

    def to_json(self) -> dict[str, Any]:
        """The document as a JSON object; `from_json` gives back an equal one."""
        return {"form": FORM, **_plain(asdict(self))}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """The document from its stored content. Errors: ValueError for another form."""
        if stored.get("form") != FORM:
            raise ValueError(f"a document of form {stored.get('form')} cannot be read here")
        values = {name: value for name, value in stored.items() if name != "form"}
        original = values["original"]
        values |= {
            "kind": Kind(values["kind"]),
            "issued_at": datetime.fromisoformat(values["issued_at"]),
            "issued_on": date.fromisoformat(values["issued_on"]),
            "due_on": date.fromisoformat(values["due_on"]),
            "lines": tuple(_line(line) for line in values["lines"]),
            "original": original and Original(original["number"], date.fromisoformat(original["issued_on"])),
        }
        for name in ("seller", "recipient", "buyer", "payer"):
            values[name] = Party(**{**values[name], "postal": Postal(**values[name]["postal"])})
        return cls(**values)


VatKey = tuple[str, int, str]


def vat_key(vat: VatClass) -> VatKey:
    """What makes a breakdown of its own: the class, the rate and, where none is charged, the reason. Why a supply is
    taxed although it might have been exempt does not."""
    reason = "" if vat.category is Category.STANDARD else vat.reason.value
    return vat.category.value, vat.points, reason


def documents_needed(classes: Iterable[VatClass]) -> tuple[frozenset[VatKey], ...]:
    """Which classes share a document, one set for each document that is needed.

    What is outside VAT stands alone (BR-O-11 to 14), and a document has one exemption with one reason (BR-E-01); what is
    taxed, at whatever rates, goes with the first exemption.
    """
    keys = sorted({vat_key(vat) for vat in classes})
    taxed = [key for key in keys if key[0] == Category.STANDARD]
    alone = [key for key in keys if key[0] != Category.STANDARD]
    exempt = [key for key in alone if key[0] == Category.EXEMPT]
    shared = frozenset(taxed + exempt[:1])
    return tuple([shared] * bool(shared) + [frozenset([key]) for key in alone if key not in shared])


def _line(stored: Mapping[str, Any]) -> Line:
    vat = stored["vat"]
    return Line(
        **{
            **stored,
            "part": Part(**stored["part"]),
            "vat": VatClass(Category(vat["category"]), vat["basis_points"], Reason(vat["reason"])),
            "day": date.fromisoformat(stored["day"]),
        }
    )


def _plain(value: Any) -> Any:
    """Days and moments as ISO text, tuples as lists, codes as text."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
