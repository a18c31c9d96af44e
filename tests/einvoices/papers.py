"""Makers of documents for the tests of the writers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from marketplace.pricing.documents import Document, Kind, Line, Original, Party, Postal, vat_key
from marketplace.pricing.vat import Category, Reason, VatClass, split_lines

TAXED = VatClass(Category.STANDARD, 2550, Reason.TAXABLE)
TAXED_BEFORE = VatClass(Category.STANDARD, 2400, Reason.TAXABLE)
WELFARE = VatClass(Category.EXEMPT, 0, Reason.SOCIAL_WELFARE)
SMALL = VatClass(Category.EXEMPT, 0, Reason.SMALL_BUSINESS)
OUTSIDE = VatClass(Category.OUTSIDE, None, Reason.OUTSIDE)

SELLER = Party(
    "Savon Polku Oy", "0211675-2", "003702116752", "003723327487", Postal("Puijonkatu 1", "70100", "Kuopio"), True
)
BUYER = Party(
    "Kuopion kaupunki", "0171450-7", "003701714507", "003721291126", Postal("Tulliportinkatu 31", "70100", "Kuopio"), True
)
DAY = date(2026, 10, 6)


@dataclass(frozen=True)
class Row:
    """One line to be: gross cents, class, hundredths and unit."""

    gross_cents: int
    vat: VatClass = TAXED
    quantity_hundredths: int = 100
    unit: str = "hour"
    day: date = DAY


def lines(rows: Iterable[Row]) -> tuple[Line, ...]:
    """The rows split into net and tax, each class as a whole."""
    wanted = list(rows)
    split = {
        key: iter(split_lines([row.gross_cents for row in wanted if vat_key(row.vat) == key], key[1]))
        for key in Counter(vat_key(row.vat) for row in wanted)
    }
    return tuple(
        Line(number, "Valmennus kohti työtä, toteutunut", f"2026-{number:06d}", row.unit, row.quantity_hundredths,
             next(split[vat_key(row.vat)]), row.vat, row.day, "4101")
        for number, row in enumerate(wanted, start=1)
    )  # fmt: skip


def document(*rows: Row, kind: Kind = Kind.INVOICE, seller: Party = SELLER, number: str = "0211675-2026-0007") -> Document:
    return Document(
        kind=kind,
        number=number,
        issued_at=datetime(2026, 11, 2, 8, 30, tzinfo=UTC),
        issued_on=date(2026, 11, 2),
        due_on=date(2026, 12, 2),
        seller=seller,
        recipient=BUYER,
        buyer=BUYER,
        payer=BUYER,
        buyer_reference="4101",
        iban="FI2112345600000785",
        bic="NDEAFIHH",
        reference="RF341234561",
        lines=lines(rows or [Row(5330)]),
        original=Original("0211675-2026-0003", date(2026, 10, 2)) if kind is Kind.CREDIT_NOTE else None,
    )


UNREGISTERED = replace(SELLER, registered=False)
BARE = replace(SELLER, operator="", postal=Postal())

CASES: dict[str, Document] = {
    "one line": document(),
    "mixed VAT": document(Row(5330), Row(3333, WELFARE), Row(10_000, TAXED_BEFORE, day=date(2024, 8, 30))),
    "3 x 33.33": document(*[Row(3333)] * 3),
    "0.07 h": document(Row(373, quantity_hundredths=7)),
    "a hundred lines of 0.25 h at 53.33": document(*[Row(1333, quantity_hundredths=25)] * 100),
    "a cent": document(Row(1)),
    "outside the VAT register": document(Row(5330, SMALL), seller=UNREGISTERED),
    "wholly exempt": document(Row(5330, WELFARE), seller=UNREGISTERED),
    "exempt and registered": document(Row(5330, WELFARE)),
    "outside VAT": document(Row(70_000, OUTSIDE, unit="lump_sum")),
    "bonus apart from hours": document(Row(5330), Row(70_000, unit="lump_sum"), Row(26_000, unit="day")),
    "no address, no operator, no BIC": replace(document(seller=BARE), bic=""),
    "another payer": replace(document(), payer=replace(BUYER, name="Työllisyysalue", business_id="0101263-6")),
    "another recipient": replace(document(), recipient=replace(BUYER, name="Taitoa", endpoint="003701012636A1")),
    "signs that hurt": document(seller=replace(SELLER, name="Pöllö & Ääni <Oy> – ”Œuvre” Žižek " + "pitkä nimi " * 8)),
}
CASES |= {
    f"credit: {name}": replace(made, kind=Kind.CREDIT_NOTE, original=Original("0211675-2026-0003", date(2026, 10, 2)))
    for name, made in list(CASES.items())
}
