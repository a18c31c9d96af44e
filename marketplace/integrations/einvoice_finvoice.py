"""Finvoice 3.0 (Finance Finland): the invoice (INV01) and the credit note (INV02), with a decimal comma and ISO-8859-15.

A credit note carries minus amounts. Elements stand in the schema's order; texts are cut to the lengths that it allows.
The transport frame around the message is the operator's matter.
"""

from datetime import date

from lxml import etree

from marketplace.integrations.einvoice_xml import UNIT_CODES, Element, amount, cut, leaf, quantity, unit_price
from marketplace.pricing.documents import Document, Line, Party
from marketplace.pricing.vat import Category, percent_text

WRITER = "finvoice-1"
"""The version of this writer, kept beside every file that it has written."""

ENCODING = "ISO-8859-15"
NAME, STREET, EPI_NAME, FREE_TEXT, ARTICLE, VAT_TEXT, REFERENCE = 70, 35, 35, 512, 100, 70, 70
"""The most characters of each kind of text."""

UNIT_NAMES = {"hour": "h", "day": "pv", "month": "kk", "session": "kerta", "lump_sum": "kpl"}
EURO = {"AmountCurrencyIdentifier": "EUR"}
DAY = {"Format": "CCYYMMDD"}
OVT = {"SchemeID": "0216"}


def write_finvoice(document: Document) -> bytes:
    """The document as Finvoice 3.0. The same document always gives the same bytes."""
    root = etree.Element("Finvoice", {"Version": "3.0"})
    _transmission(root, document)
    _party(root, "Seller", document.seller, tax_code=not document.outside)
    leaf(root, "SellerOrganisationUnitNumber", document.seller.endpoint)
    if document.bic:
        account = _add(_add(root, "SellerInformationDetails"), "SellerAccountDetails")
        leaf(account, "SellerAccountID", document.iban, {"IdentificationSchemeName": "IBAN"})
        leaf(account, "SellerBic", document.bic, {"IdentificationSchemeName": "BIC"})
    if document.recipient != document.buyer:
        _party(root, "InvoiceRecipient", document.recipient, tax_code=False)
    _party(root, "Buyer", document.buyer, tax_code=False)
    leaf(root, "BuyerOrganisationUnitNumber", document.recipient.endpoint)
    _details(_add(root, "InvoiceDetails"), document)
    for line in document.lines:
        _row(_add(root, "InvoiceRow"), line, -1 if document.credit else 1)
    _epi(_add(root, "EpiDetails"), document)
    body: bytes = etree.tostring(root, xml_declaration=True, encoding=ENCODING, pretty_print=True)
    return body


def _add(parent: Element, name: str) -> Element:
    return etree.SubElement(parent, name)


def _comma(text: str) -> str:
    return text.replace(".", ",")


def _money(parent: Element, name: str, cents: int) -> None:
    leaf(parent, name, _comma(amount(cents)), EURO)


def _day(parent: Element, name: str, day: date) -> None:
    leaf(parent, name, f"{day:%Y%m%d}", DAY)


def _transmission(root: Element, document: Document) -> None:
    """Who sends it to whom, through whom; left to the operator where one of the two operators is not known."""
    seller, recipient = document.seller, document.recipient
    if not seller.operator or not recipient.operator:
        return
    message = _add(root, "MessageTransmissionDetails")
    sender = _add(message, "MessageSenderDetails")
    leaf(sender, "FromIdentifier", seller.endpoint, OVT)
    leaf(sender, "FromIntermediator", seller.operator)
    receiver = _add(message, "MessageReceiverDetails")
    leaf(receiver, "ToIdentifier", recipient.endpoint, OVT)
    leaf(receiver, "ToIntermediator", recipient.operator)
    details = _add(message, "MessageDetails")
    leaf(details, "MessageIdentifier", document.number)
    leaf(details, "MessageTimeStamp", document.issued_at.isoformat(timespec="seconds"))
    leaf(details, "SpecificationIdentifier", "EN16931")


def _party(root: Element, role: str, party: Party, *, tax_code: bool) -> None:
    details = _add(root, f"{role}PartyDetails")
    leaf(details, f"{role}PartyIdentifier", party.business_id)
    leaf(details, f"{role}OrganisationName", cut(party.name, NAME))
    if tax_code and party.registered:
        leaf(details, f"{role}OrganisationTaxCode", f"FI{party.business_id.replace('-', '')}")
    if party.postal.whole:
        postal = _add(details, f"{role}PostalAddressDetails")
        leaf(postal, f"{role}StreetName", cut(party.postal.street, STREET))
        leaf(postal, f"{role}TownName", cut(party.postal.town, STREET))
        leaf(postal, f"{role}PostCodeIdentifier", party.postal.postcode)
        leaf(postal, "CountryCode", "FI")


def _details(root: Element, document: Document) -> None:
    sign = -1 if document.credit else 1
    total = document.total
    leaf(root, "InvoiceTypeCode", "INV02" if document.credit else "INV01")
    leaf(root, "InvoiceTypeCodeUN", "381" if document.credit else "380")
    leaf(root, "InvoiceTypeText", "HYVITYSLASKU" if document.credit else "LASKU")
    leaf(root, "OriginCode", "Original")
    leaf(root, "InvoiceNumber", document.number)
    _day(root, "InvoiceDate", document.issued_on)
    if document.original is not None:
        leaf(root, "OriginalInvoiceNumber", document.original.number)
        _day(root, "OriginalInvoiceDate", document.original.issued_on)
    _day(root, "InvoicingPeriodStartDate", document.first_day)
    _day(root, "InvoicingPeriodEndDate", document.last_day)
    leaf(root, "BuyerReferenceIdentifier", cut(document.buyer_reference, REFERENCE))
    _money(root, "RowsTotalVatExcludedAmount", sign * total.net_cents)
    _money(root, "InvoiceTotalVatExcludedAmount", sign * total.net_cents)
    _money(root, "InvoiceTotalVatAmount", sign * total.vat_cents)
    _money(root, "InvoiceTotalVatIncludedAmount", sign * total.gross_cents)
    _breakdown(root, document, sign)
    leaf(root, "InvoiceFreeText", cut(document.note, FREE_TEXT))
    terms = _add(root, "PaymentTermsDetails")
    _day(terms, "InvoiceDueDate", document.due_on)


def _breakdown(root: Element, document: Document, sign: int) -> None:
    for subtotal in document.subtotals:
        of = _add(root, "VatSpecificationDetails")
        _money(of, "VatBaseAmount", sign * subtotal.part.net_cents)
        if subtotal.vat.category is not Category.OUTSIDE:
            leaf(of, "VatRatePercent", _comma(percent_text(subtotal.vat.points)))
        leaf(of, "VatCode", subtotal.vat.category.value)
        _money(of, "VatRateAmount", sign * subtotal.part.vat_cents)
        leaf(of, "VatFreeText", cut(subtotal.vat.exemption_text or "", VAT_TEXT))
        leaf(of, "VatExemptionReasonCode", subtotal.vat.exemption_code or "")


def _row(root: Element, line: Line, sign: int) -> None:
    units = {"QuantityUnitCode": UNIT_NAMES[line.unit], "QuantityUnitCodeUN": UNIT_CODES[line.unit]}
    leaf(root, "ArticleName", cut(line.text, ARTICLE))
    leaf(root, "InvoicedQuantity", _comma(quantity(sign * line.quantity_hundredths)), units)
    _day(root, "StartDate", line.day)
    _day(root, "EndDate", line.day)
    price = {**EURO, "UnitPriceUnitCode": UNIT_NAMES[line.unit], "QuantityUnitCodeUN": UNIT_CODES[line.unit]}
    leaf(root, "UnitPriceAmount", _comma(unit_price(line)), price)
    leaf(root, "RowPositionIdentifier", str(line.number))
    leaf(root, "RowAccountDimensionText", cut(line.cost_centre, STREET))
    leaf(root, "RowFreeText", cut(line.note, FREE_TEXT))
    if line.vat.category is not Category.OUTSIDE:
        leaf(root, "RowVatRatePercent", _comma(percent_text(line.vat.points)))
    leaf(root, "RowVatCode", line.vat.category.value)
    _money(root, "RowVatAmount", sign * line.part.vat_cents)
    _money(root, "RowVatExcludedAmount", sign * line.part.net_cents)
    _money(root, "RowAmount", sign * line.part.gross_cents)


def _epi(root: Element, document: Document) -> None:
    """The payment order, mandatory also on a credit note, where nothing is to be paid."""
    identification = _add(root, "EpiIdentificationDetails")
    _day(identification, "EpiDate", document.issued_on)
    leaf(identification, "EpiReference", document.number)
    parties = _add(root, "EpiPartyDetails")
    bank = _add(parties, "EpiBfiPartyDetails")
    leaf(bank, "EpiBfiIdentifier", document.bic, {"IdentificationSchemeName": "BIC"})
    beneficiary = _add(parties, "EpiBeneficiaryPartyDetails")
    leaf(beneficiary, "EpiNameAddressDetails", cut(document.seller.name, EPI_NAME))
    leaf(beneficiary, "EpiAccountID", document.iban, {"IdentificationSchemeName": "IBAN"})
    instruction = _add(root, "EpiPaymentInstructionDetails")
    leaf(instruction, "EpiRemittanceInfoIdentifier", document.reference, {"IdentificationSchemeName": "ISO"})
    _money(instruction, "EpiInstructedAmount", (-1 if document.credit else 1) * document.total.gross_cents)
    leaf(instruction, "EpiCharge", "SHA", {"ChargeOption": "SHA"})
    _day(instruction, "EpiDateOptionDate", document.due_on)
    leaf(instruction, "EpiPaymentMeansCode", "58")
