"""The file of transfers: valid by the official schema, the same bytes each time, sums to the cent, names as they are."""

from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from marketplace.bank_files import (
    Debtor,
    Transfer,
    TransferFile,
    batch_number_of,
    end_to_end_id,
    message_id,
    payment_of,
)
from marketplace.integrations.pain import transfers_file
from marketplace.references import finnish_reference, rf_reference
from tests.integrations.standin_bank import SPACE, read_pain
from tests.world import IBANS

SCHEMA = etree.XMLSchema(etree.fromstring(files("sepaxml").joinpath("schemas/pain.001.001.09.xsd").read_bytes()))
ONE = Transfer("V1-2026-000001-7", "Äyskärin Työpaja ry", IBANS[1], 1998, rf_reference(finnish_reference("1234567")))
ORDER = TransferFile(
    "V1-2026-000001", datetime(2026, 11, 22, 10, 0, tzinfo=UTC), date(2026, 11, 24),
    Debtor("Kuopion kaupunki", IBANS[0], "NDEAFIHH"), (ONE,),
)  # fmt: skip


def checked(order: TransferFile) -> bytes:
    raw = transfers_file(order)
    SCHEMA.assertValid(etree.fromstring(raw))
    return raw


def test_a_file_is_valid_and_reproducible_and_keeps_names() -> None:
    raw = checked(ORDER)
    assert raw == checked(ORDER)
    assert "Äyskärin Työpaja ry".encode() in raw
    assert b'<InstdAmt Ccy="EUR">19.98</InstdAmt>' in raw
    assert b"<CreDtTm>2026-11-22T12:00:00</CreDtTm>" in raw
    assert b"<BICFI>NDEAFIHH</BICFI>" in raw


def test_a_bank_without_a_bic_is_known_by_the_account() -> None:
    raw = checked(replace(ORDER, debtor=Debtor("Kuopion kaupunki", IBANS[0])))
    assert b"BICFI" not in raw
    assert b"NOTPROVIDED" in raw


def test_the_two_kinds_of_references_are_structured() -> None:
    rf = etree.fromstring(checked(ORDER))
    assert rf.findtext(".//p:CdtrRefInf/p:Tp/p:Issr", namespaces=SPACE) == "ISO"
    finnish = etree.fromstring(checked(replace(ORDER, transfers=(replace(ONE, reference=finnish_reference("1234567")),))))
    assert finnish.find(".//p:Issr", SPACE) is None
    for found in (rf, finnish):
        assert found.findtext(".//p:CdtrRefInf/p:Tp/p:CdOrPrtry/p:Cd", namespaces=SPACE) == "SCOR"
        assert found.find(".//p:Ustrd", SPACE) is None


def test_nothing_and_less_than_nothing_are_refused() -> None:
    for wrong in ((), (replace(ONE, amount_cents=0),), (replace(ONE, amount_cents=-1),)):
        with pytest.raises(ValueError, match="transfer"):
            transfers_file(replace(ORDER, transfers=wrong))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 10**9), st.text(st.characters(min_codepoint=32, max_codepoint=0x24F), min_size=1)),
        min_size=1,
        max_size=8,
    )
)
def test_any_batch_is_valid_and_reads_back_to_the_cent(rows: list[tuple[int, str]]) -> None:
    transfers = tuple(
        Transfer(end_to_end_id(ORDER.message_id, n), f"Oy {name}", IBANS[n % 3], cents, ONE.reference)
        for n, (cents, name) in enumerate(rows, 1)
        if not any(0x7F <= ord(sign) < 0xA0 for sign in name)
    )
    if not transfers:
        return
    raw = checked(replace(ORDER, transfers=transfers))
    read = read_pain(raw)
    assert [(one.end_to_end, one.cents) for one in read.transfers] == [
        (one.end_to_end, one.amount_cents) for one in transfers
    ]
    total = etree.fromstring(raw).findtext(".//p:GrpHdr/p:CtrlSum", namespaces=SPACE)
    assert int(total.replace(".", "")) == sum(one.amount_cents for one in transfers)


@given(st.integers(1, 10**6), st.integers(1, 999_999), st.integers(1, 10**9))
def test_ids_read_back_and_no_strange_one_does(organiser: int, number: int, payment: int) -> None:
    of_batch = message_id(organiser, f"2026-{number:06d}")
    assert batch_number_of(of_batch, organiser) == f"2026-{number:06d}"
    assert batch_number_of(of_batch, organiser + 1) is None
    assert payment_of(end_to_end_id(of_batch, payment)) == (of_batch, payment)
    assert payment_of(f"X{of_batch}-{payment}") is None
    assert len(end_to_end_id(of_batch, payment)) <= 35
