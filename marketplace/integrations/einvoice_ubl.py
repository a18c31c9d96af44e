"""Peppol BIS Billing 3.0: the invoice and the credit note in UBL 2.1.

Only what the rules ask for or accounts payable uses is written (invoicing.md 6). Elements stand in the schema's order.
"""

from lxml import etree

from marketplace.integrations.einvoice_xml import UNIT_CODES, Element, amount, leaf, quantity, unit_price
from marketplace.pricing.documents import Document, Line, Party
from marketplace.pricing.vat import Category, VatClass, percent_text

WRITER = "ubl-1"
"""The version of this writer, kept beside every file that it has written."""

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC = f"{UBL}CommonAggregateComponents-2"
CBC = f"{UBL}CommonBasicComponents-2"
CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
OVT, BUSINESS_ID = "0216", "0212"
"""Finnish schemes: the e-invoice address (OVT) and the business id."""

SEPA_TRANSFER = "58"
EURO = {"currencyID": "EUR"}


def write_ubl(document: Document) -> bytes:
    """The document as UBL, UTF-8. The same document always gives the same bytes."""
    kind = "CreditNote" if document.credit else "Invoice"
    root = etree.Element(f"{{{UBL}{kind}-2}}{kind}", nsmap={None: f"{UBL}{kind}-2", "cac": CAC, "cbc": CBC})
    _head(root, document)
    _party(_add(root, "AccountingSupplierParty"), document.seller, document.seller.endpoint, document)
    # the buyer's electronic address is the recipient's: where the document goes
    _party(_add(root, "AccountingCustomerParty"), document.buyer, document.recipient.endpoint, document, buyer=True)
    _payment(root, document)
    _totals(root, document)
    for line in document.lines:
        _line(_add(root, f"{kind}Line"), line, "CreditedQuantity" if document.credit else "InvoicedQuantity")
    body: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return body


def _add(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, f"{{{CAC}}}{name}")


def _leaf(parent: Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    leaf(parent, f"{{{CBC}}}{name}", text, attributes)


def _money(parent: Element, name: str, cents: int) -> None:
    _leaf(parent, name, amount(cents), EURO)


def _head(root: Element, document: Document) -> None:
    _leaf(root, "CustomizationID", CUSTOMIZATION)
    _leaf(root, "ProfileID", PROFILE)
    _leaf(root, "ID", document.number)
    _leaf(root, "IssueDate", document.issued_on.isoformat())
    if document.credit:
        _leaf(root, "CreditNoteTypeCode", "381")
    else:
        _leaf(root, "DueDate", document.due_on.isoformat())
        _leaf(root, "InvoiceTypeCode", "380")
    _leaf(root, "Note", document.note)
    _leaf(root, "DocumentCurrencyCode", "EUR")
    _leaf(root, "BuyerReference", document.buyer_reference)
    period = _add(root, "InvoicePeriod")
    _leaf(period, "StartDate", document.first_day.isoformat())
    _leaf(period, "EndDate", document.last_day.isoformat())
    if document.original is not None:
        reference = _add(_add(root, "BillingReference"), "InvoiceDocumentReference")
        _leaf(reference, "ID", document.original.number)
        _leaf(reference, "IssueDate", document.original.issued_on.isoformat())


def _party(parent: Element, party: Party, endpoint: str, document: Document, *, buyer: bool = False) -> None:
    root = _add(parent, "Party")
    _leaf(root, "EndpointID", endpoint, {"schemeID": OVT})
    _leaf(_add(root, "PartyName"), "Name", party.name)
    postal = _add(root, "PostalAddress")
    _leaf(postal, "StreetName", party.postal.street)
    _leaf(postal, "CityName", party.postal.town)
    _leaf(postal, "PostalZone", party.postal.postcode)
    _leaf(_add(postal, "Country"), "IdentificationCode", "FI")
    if not buyer and not document.outside:
        scheme = _add(root, "PartyTaxScheme")
        # outside the VAT register the seller is named by its business id, under another scheme than VAT (BR-E-02)
        tax_number = f"FI{party.business_id.replace('-', '')}" if party.registered else party.business_id
        _leaf(scheme, "CompanyID", tax_number)
        _leaf(_add(scheme, "TaxScheme"), "ID", "VAT" if party.registered else "TAX")
    legal = _add(root, "PartyLegalEntity")
    _leaf(legal, "RegistrationName", party.name)
    _leaf(legal, "CompanyID", party.business_id, {"schemeID": BUSINESS_ID})


def _payment(root: Element, document: Document) -> None:
    means = _add(root, "PaymentMeans")
    _leaf(means, "PaymentMeansCode", SEPA_TRANSFER)
    _leaf(means, "PaymentID", document.reference)
    account = _add(means, "PayeeFinancialAccount")
    _leaf(account, "ID", document.iban)
    _leaf(account, "Name", document.seller.name)
    if document.bic:
        _leaf(_add(account, "FinancialInstitutionBranch"), "ID", document.bic)


def _totals(root: Element, document: Document) -> None:
    tax = _add(root, "TaxTotal")
    _money(tax, "TaxAmount", document.total.vat_cents)
    for subtotal in document.subtotals:
        of = _add(tax, "TaxSubtotal")
        _money(of, "TaxableAmount", subtotal.part.net_cents)
        _money(of, "TaxAmount", subtotal.part.vat_cents)
        _category(of, "TaxCategory", subtotal.vat, with_reason=True)
    total = _add(root, "LegalMonetaryTotal")
    _money(total, "LineExtensionAmount", document.total.net_cents)
    _money(total, "TaxExclusiveAmount", document.total.net_cents)
    _money(total, "TaxInclusiveAmount", document.total.gross_cents)
    _money(total, "PayableAmount", document.total.gross_cents)


def _category(parent: Element, name: str, vat: VatClass, *, with_reason: bool = False) -> None:
    root = _add(parent, name)
    _leaf(root, "ID", vat.category.value)
    if vat.category is not Category.OUTSIDE:
        _leaf(root, "Percent", percent_text(vat.points))
    if with_reason:
        _leaf(root, "TaxExemptionReasonCode", vat.exemption_code or "")
        _leaf(root, "TaxExemptionReason", vat.exemption_text or "")
    _leaf(_add(root, "TaxScheme"), "ID", "VAT")


def _line(root: Element, line: Line, quantity_name: str) -> None:
    unit = {"unitCode": UNIT_CODES[line.unit]}
    _leaf(root, "ID", str(line.number))
    _leaf(root, "Note", line.note)
    _leaf(root, quantity_name, quantity(line.quantity_hundredths), unit)
    _money(root, "LineExtensionAmount", line.part.net_cents)
    _leaf(root, "AccountingCost", line.cost_centre)
    period = _add(root, "InvoicePeriod")
    _leaf(period, "StartDate", line.day.isoformat())
    _leaf(period, "EndDate", line.day.isoformat())
    item = _add(root, "Item")
    _leaf(item, "Name", line.text)
    _category(item, "ClassifiedTaxCategory", line.vat)
    _leaf(_add(root, "Price"), "PriceAmount", unit_price(line), EURO)
