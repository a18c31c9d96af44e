"""Finvoice 3.0: elements in the schema's order and within its lengths, a decimal comma, ISO-8859-15, minus on credit."""

import re
from decimal import Decimal

import pytest
from lxml import etree

from marketplace.integrations.einvoice_finvoice import write_finvoice
from marketplace.integrations.einvoice_ubl import write_ubl
from tests.einvoices.papers import CASES
from tests.einvoices.test_ubl import values

ROOT = """MessageTransmissionDetails SellerPartyDetails SellerOrganisationUnitNumber SellerInformationDetails
InvoiceRecipientPartyDetails BuyerPartyDetails BuyerOrganisationUnitNumber InvoiceDetails InvoiceRow EpiDetails"""
DETAILS = """InvoiceTypeCode InvoiceTypeCodeUN InvoiceTypeText OriginCode InvoiceNumber InvoiceDate OriginalInvoiceNumber
OriginalInvoiceDate InvoicingPeriodStartDate InvoicingPeriodEndDate BuyerReferenceIdentifier RowsTotalVatExcludedAmount
InvoiceTotalVatExcludedAmount InvoiceTotalVatAmount InvoiceTotalVatIncludedAmount VatSpecificationDetails
InvoiceFreeText PaymentTermsDetails"""
ROW = """ArticleName InvoicedQuantity StartDate EndDate UnitPriceAmount RowPositionIdentifier RowAccountDimensionText
RowFreeText RowVatRatePercent RowVatCode RowVatAmount RowVatExcludedAmount RowAmount"""
VAT = "VatBaseAmount VatRatePercent VatCode VatRateAmount VatFreeText VatExemptionReasonCode"
ORDER = {
    "Finvoice": ROOT,
    "MessageTransmissionDetails": "MessageSenderDetails MessageReceiverDetails MessageDetails",
    "MessageSenderDetails": "FromIdentifier FromIntermediator",
    "MessageReceiverDetails": "ToIdentifier ToIntermediator",
    "MessageDetails": "MessageIdentifier MessageTimeStamp SpecificationIdentifier",
    "SellerInformationDetails": "SellerAccountDetails",
    "SellerAccountDetails": "SellerAccountID SellerBic",
    "InvoiceDetails": DETAILS,
    "VatSpecificationDetails": VAT,
    "PaymentTermsDetails": "InvoiceDueDate",
    "InvoiceRow": ROW,
    "EpiDetails": "EpiIdentificationDetails EpiPartyDetails EpiPaymentInstructionDetails",
    "EpiIdentificationDetails": "EpiDate EpiReference",
    "EpiPartyDetails": "EpiBfiPartyDetails EpiBeneficiaryPartyDetails",
    "EpiBfiPartyDetails": "EpiBfiIdentifier",
    "EpiBeneficiaryPartyDetails": "EpiNameAddressDetails EpiAccountID",
    "EpiPaymentInstructionDetails": "EpiRemittanceInfoIdentifier EpiInstructedAmount EpiCharge EpiDateOptionDate "
    "EpiPaymentMeansCode",
} | {
    f"{role}{part}": " ".join(name if name == "CountryCode" else f"{role}{name}" for name in names.split())
    for role in ("Seller", "Buyer", "InvoiceRecipient")
    for part, names in (
        ("PartyDetails", "PartyIdentifier OrganisationName OrganisationTaxCode PostalAddressDetails"),
        ("PostalAddressDetails", "StreetName TownName PostCodeIdentifier CountryCode"),
    )
}
"""What may stand in what, in this order. A part that is not here may not stand anywhere."""

REPEATED = {"InvoiceRow", "VatSpecificationDetails"}
ALWAYS = {
    "Finvoice": "SellerPartyDetails BuyerPartyDetails InvoiceDetails InvoiceRow EpiDetails",
    "InvoiceDetails": "InvoiceTypeCode InvoiceTypeText OriginCode InvoiceNumber InvoiceDate InvoiceTotalVatIncludedAmount",
    "EpiDetails": ORDER["EpiDetails"],
    "EpiPartyDetails": ORDER["EpiPartyDetails"],
    "EpiPaymentInstructionDetails": "EpiInstructedAmount EpiCharge EpiDateOptionDate",
}
LENGTHS = {
    "OrganisationName": 70, "StreetName": 35, "TownName": 35, "EpiNameAddressDetails": 35, "InvoiceNumber": 20,
    "InvoiceFreeText": 512, "RowFreeText": 512, "ArticleName": 100, "VatFreeText": 70, "BuyerReferenceIdentifier": 70,
    "UnitNumber": 35, "EpiReference": 35, "MessageIdentifier": 48, "RowAccountDimensionText": 35,
    "Intermediator": 35,
}  # fmt: skip
AMOUNT = re.compile(r"-?\d{1,16},\d{2}")


def tree(case: str) -> etree._Element:
    return etree.fromstring(write_finvoice(CASES[case]))


@pytest.mark.parametrize("case", CASES)
def test_every_part_stands_where_the_schema_has_it(case: str) -> None:
    for element in tree(case).iter():
        children = [child.tag for child in element]
        order = ORDER.get(element.tag, "").split()
        if not order:
            assert not children, element.tag
            assert (element.text or "").strip(), f"{element.tag} is empty"
            continue
        places = [order.index(tag) for tag in children]
        assert places == sorted(places), element.tag
        assert len([tag for tag in children if tag not in REPEATED]) == len({*children} - REPEATED), element.tag
        assert {*ALWAYS.get(element.tag, "").split()} <= {*children}, element.tag


@pytest.mark.parametrize("case", CASES)
def test_every_value_has_its_form(case: str) -> None:
    root = tree(case)
    assert (root.tag, root.get("Version"), root.nsmap) == ("Finvoice", "3.0", {})
    for element in root.iter():
        text = element.text or ""
        if element.get("AmountCurrencyIdentifier") and element.tag != "UnitPriceAmount":
            assert AMOUNT.fullmatch(text), f"{element.tag} {text}"
        if element.get("Format") == "CCYYMMDD":
            assert re.fullmatch(r"20\d{6}", text), f"{element.tag} {text}"
        if element.tag.endswith(("Percent", "Quantity", "UnitPriceAmount")):
            assert re.fullmatch(r"-?\d+(,\d+)?", text), f"{element.tag} {text}"
        for name, most in LENGTHS.items():
            if element.tag.endswith(name):
                assert len(text) <= most, f"{element.tag} {text}"
    assert root.findtext("EpiDetails/EpiIdentificationDetails/EpiReference")


@pytest.mark.parametrize("case", CASES)
def test_the_sums_are_those_of_the_other_format(case: str) -> None:
    """The official rules see the twin in UBL; this one has the same amounts, negative on a credit note."""
    root, made = tree(case), CASES[case]
    sign = -1 if made.credit else 1

    def cents(path: str) -> Decimal:
        return sign * sum(Decimal((one.text or "").replace(",", ".")) for one in root.iterfind(path))

    body = write_ubl(made)
    for path, twin in (
        ("InvoiceDetails/InvoiceTotalVatIncludedAmount", "cac:LegalMonetaryTotal/cbc:PayableAmount"),
        ("InvoiceDetails/InvoiceTotalVatExcludedAmount", "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount"),
        ("InvoiceDetails/InvoiceTotalVatAmount", "cac:TaxTotal/cbc:TaxAmount"),
        ("InvoiceDetails/VatSpecificationDetails/VatRateAmount", "cac:TaxTotal/cbc:TaxAmount"),
        ("InvoiceRow/RowVatExcludedAmount", "cac:LegalMonetaryTotal/cbc:LineExtensionAmount"),
        ("InvoiceRow/RowAmount", "cac:LegalMonetaryTotal/cbc:PayableAmount"),
        ("EpiDetails//EpiInstructedAmount", "cac:LegalMonetaryTotal/cbc:PayableAmount"),
    ):
        assert cents(path) == Decimal(values(body, twin)[0]), path
    kind = ("INV02", "381") if made.credit else ("INV01", "380")
    assert (root.findtext("InvoiceDetails/InvoiceTypeCode"), root.findtext("InvoiceDetails/InvoiceTypeCodeUN")) == kind
    assert (root.find("InvoiceDetails/OriginalInvoiceNumber") is not None) == made.credit


def test_the_bytes_are_in_the_charset_that_they_name() -> None:
    body = write_finvoice(CASES["signs that hurt"])
    assert body.startswith(b"<?xml version='1.0' encoding='ISO-8859-15'?>")
    assert "Pöllö &amp; Ääni &lt;Oy&gt; &#8211; &#8221;Œuvre&#8221; Žižek".encode("iso-8859-15") in body
    assert etree.fromstring(body).findtext("SellerPartyDetails/SellerOrganisationName").startswith("Pöllö & Ääni <Oy> –")


def test_outside_vat_no_rate_and_no_tax_number() -> None:
    root = tree("outside VAT")
    assert root.find(".//SellerOrganisationTaxCode") is None
    assert root.find(".//VatRatePercent") is None
    assert root.findtext(".//VatExemptionReasonCode") == "VATEX-EU-O"
    assert tree("one line").findtext(".//SellerOrganisationTaxCode") == "FI02116752"


def test_a_recipient_of_its_own_gets_it() -> None:
    root = tree("another recipient")
    assert root.findtext("InvoiceRecipientPartyDetails/InvoiceRecipientOrganisationName") == "Taitoa"
    assert root.findtext(".//ToIdentifier") == "003701012636A1"
    assert tree("one line").find("InvoiceRecipientPartyDetails") is None
