"""Peppol BIS Billing 3.0: what the official rules accept, what they refuse, and what an independent reader reads back."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from facturx import parse_ubl_cii_xml
from lxml import etree

from marketplace.integrations.einvoice_ubl import CBC, write_ubl
from marketplace.pricing.documents import Document
from tests.einvoices.official import Judge
from tests.einvoices.papers import CASES, OUTSIDE, WELFARE, Row, document

NS = {"cbc": CBC, "cac": CBC.replace("Basic", "Aggregate")}


def values(body: bytes, path: str) -> list[str]:
    return [one.text for one in etree.fromstring(body).iterfind(path, NS)]


def euros(cents: int) -> Decimal:
    return Decimal(cents) / 100


@pytest.mark.parametrize("case", CASES)
def test_the_official_rules_accept(official: Judge, case: str) -> None:
    assert official(write_ubl(CASES[case])) == []


def _without(name: str) -> Callable[[bytes], bytes]:
    return lambda body: re.sub(rf"\s*<{name}[ >].*?</{name}>".encode(), b"", body, count=1, flags=re.S)


def _instead(old: str, new: str, times: int = 1) -> Callable[[bytes], bytes]:
    def change(body: bytes) -> bytes:
        assert old.encode() in body
        return body.replace(old.encode(), new.encode(), times)

    return change


def _last(old: str, new: str) -> Callable[[bytes], bytes]:
    return lambda body: new.encode().join(body.rsplit(old.encode(), 1))


@pytest.mark.parametrize(
    ("case", "spoil", "said"),
    [
        ("one line", _without("cbc:ID"), "BR-02"),
        ("one line", _without("cbc:IssueDate"), "BR-03"),
        ("one line", _instead(">53.30</cbc:TaxInclusiveAmount>", ">53.31</cbc:TaxInclusiveAmount>"), "BR-CO-15"),
        ("3 x 33.33", _instead(">79.67</cbc:LineExtensionAmount>", ">79.68</cbc:LineExtensionAmount>"), "BR-CO-10"),
        ("one line", _instead('unitCode="HUR"', 'unitCode="tunti"'), "BR-CL-23"),
        ("one line", _instead('schemeID="0216"', 'schemeID="9999"'), "BR-CL-25"),
        ("wholly exempt", _instead("VATEX-EU-132-1G", "VATEX-FI-37"), "BR-CL-22"),
        ("wholly exempt", _without("cac:PartyTaxScheme"), "BR-E-02"),
        ("outside VAT", _last("<cbc:ID>O</cbc:ID>", "<cbc:ID>O</cbc:ID><cbc:Percent>0</cbc:Percent>"), "BR-O-05"),
        ("one line", _instead("cbc:BuyerReference", "cbc:BuyersReference", 2), "XSD"),
        ("credit: one line", _without("cac:Price"), "BR-26"),
    ],
)
def test_the_official_rules_are_awake(
    official: Judge, case: str, spoil: Callable[[bytes], bytes], said: str
) -> None:
    """The judge refuses what is spoilt: a green run above means something."""
    found = official(spoil(write_ubl(CASES[case])))
    assert any(one.startswith(said) for one in found), found


@pytest.mark.parametrize("case", CASES)
def test_the_sums_are_right_to_the_cent(case: str) -> None:
    """What stands in the file, added up by whoever gets it."""
    made, body = CASES[case], write_ubl(CASES[case])
    nets = [Decimal(one) for one in values(body, "{*}InvoiceLine/cbc:LineExtensionAmount")]
    nets += [Decimal(one) for one in values(body, "{*}CreditNoteLine/cbc:LineExtensionAmount")]
    (net,) = values(body, "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount")
    (gross,) = values(body, "cac:LegalMonetaryTotal/cbc:PayableAmount")
    (vat,) = values(body, "cac:TaxTotal/cbc:TaxAmount")
    assert sum(nets) == Decimal(net)
    assert Decimal(net) + Decimal(vat) == Decimal(gross) == euros(sum(line.part.gross_cents for line in made.lines))
    taxes = [Decimal(one) for one in values(body, "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount")]
    bases = [Decimal(one) for one in values(body, "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount")]
    assert (sum(taxes), sum(bases)) == (Decimal(vat), Decimal(net))


@pytest.mark.parametrize("case", CASES)
def test_what_peppol_asks_for_beyond_the_standard(case: str) -> None:
    """BIS Billing 3.0's own rules, by their names, as far as our documents can break them."""
    body = write_ubl(CASES[case])
    root = etree.fromstring(body)
    assert not [one.tag for one in root.iter() if len(one) == 0 and not (one.text or "").strip()]  # R008
    assert len(root.findall("cbc:Note", NS)) <= 1  # R002
    assert values(body, "cbc:ProfileID") == ["urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"]  # R007
    assert values(body, "cbc:CustomizationID")[0].endswith("poacc:billing:3.0")  # R004
    assert values(body, "cbc:BuyerReference")  # R003
    assert [one.get("schemeID") for one in root.iterfind(".//cbc:EndpointID", NS)] == ["0216", "0216"]  # R010, R020, CL008
    assert {one.get("schemeID") for one in root.iterfind(".//cac:PartyLegalEntity/cbc:CompanyID", NS)} == {"0212"}
    assert {one.get("currencyID") for one in root.iter() if one.get("currencyID")} == {"EUR"}  # R051
    assert len(root.findall("cac:TaxTotal", NS)) == 1  # R053, R054
    (first,), (last,) = values(body, "cac:InvoicePeriod/cbc:StartDate"), values(body, "cac:InvoicePeriod/cbc:EndDate")
    for line in [*root.iterfind("{*}InvoiceLine"), *root.iterfind("{*}CreditNoteLine")]:
        day = line.findtext("cac:InvoicePeriod/cbc:StartDate", namespaces=NS)
        assert first <= day <= last  # R110, R111
        quantity = Decimal(line.find("cbc:InvoicedQuantity", NS).text if line.find("cbc:InvoicedQuantity", NS) is not None
                           else line.find("cbc:CreditedQuantity", NS).text)  # fmt: skip
        price = Decimal(line.findtext("cac:Price/cbc:PriceAmount", namespaces=NS))
        net = Decimal(line.findtext("cbc:LineExtensionAmount", namespaces=NS))
        assert quantity > 0
        assert price >= 0
        assert abs(quantity * price - net) <= Decimal("0.02")  # R120


@pytest.mark.parametrize("case", [name for name in CASES if "signs" not in name])
def test_an_independent_reader_reads_the_same(case: str) -> None:
    made = CASES[case]
    read = parse_ubl_cii_xml(write_ubl(made))
    text = json.dumps(read, default=str)
    assert read["BT-1"] == made.number
    assert str(read["BT-2"])[:10] == made.issued_on.isoformat()
    assert read["BT-3"] == ("381" if made.credit else "380")
    assert Decimal(read["BT-115"]) == euros(made.total.gross_cents)
    assert Decimal(read["BT-109"]) == euros(made.total.net_cents)
    assert Decimal(read["BT-110"]) == euros(made.total.vat_cents)
    assert len(read["BG-25"]) == len(made.lines)
    breakdown = [(one["BT-118"], Decimal(one["BT-116"]), Decimal(one["BT-117"])) for one in read["BG-23"]]
    assert breakdown == [
        (one.vat.category.value, euros(one.part.net_cents), euros(one.part.vat_cents)) for one in made.subtotals
    ]
    for told in (made.iban, made.reference, made.buyer_reference, made.seller.name, made.buyer.name, made.lines[0].voucher):
        assert told in text


def test_the_same_document_gives_the_same_bytes() -> None:
    for made in CASES.values():
        assert write_ubl(made) == write_ubl(Document.from_json(json.loads(json.dumps(made.to_json()))))


def test_a_pure_document_refuses_what_no_format_could_carry() -> None:
    good = document()
    for spoil in (
        {"number": "1" * 21},
        {"number": ""},
        {"lines": ()},
        {"buyer_reference": ""},
        {"original": CASES["credit: one line"].original},
        {"lines": document(Row(1, OUTSIDE)).lines + good.lines},
        {"lines": document(Row(1, WELFARE)).lines + CASES["outside the VAT register"].lines},
    ):
        with pytest.raises(ValueError, match="document|credit note|classes"):
            replace(good, **spoil)


def test_a_seller_outside_the_register_has_another_scheme_than_vat() -> None:
    schemes = values(write_ubl(CASES["wholly exempt"]), "cac:AccountingSupplierParty//cac:PartyTaxScheme//cbc:ID")
    assert schemes == ["TAX"]
    assert not values(write_ubl(CASES["outside VAT"]), ".//cac:PartyTaxScheme//cbc:ID")
    assert values(write_ubl(CASES["one line"]), ".//cac:PartyTaxScheme/cbc:CompanyID") == ["FI02116752"]


def test_the_rate_follows_the_day_of_delivery_line_by_line() -> None:
    percents = values(write_ubl(CASES["mixed VAT"]), "cac:InvoiceLine//cbc:Percent")
    assert percents == ["25.5", "0", "24"]
    assert CASES["mixed VAT"].first_day == date(2024, 8, 30)
