"""The bank's statements: versions, both forms, returns; and files that are broken or mean harm."""

import contextlib
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.bank_files import UnusableFile
from marketplace.integrations.camt import MOST_BYTES, statements
from tests.integrations.standin_bank import Order, Ordered, batch_answer, detail, entry, statement
from tests.world import IBANS

DAY = date(2026, 11, 20)
FIRST = Ordered("V1-2026-000001-1", 10_050, "Oy A", IBANS[1], "RF181234")
SECOND = Ordered("V1-2026-000001-2", 7, "Oy B", IBANS[2], "RF471235")
ORDER = Order("V1-2026-000001", IBANS[0], DAY, (FIRST, SECOND))


@pytest.mark.parametrize("version", [2, 4, 8, 12])
@pytest.mark.parametrize("form", ["camt.053", "camt.054"])
def test_a_batch_with_a_return_is_read_in_every_version(form: str, version: int) -> None:
    raw = batch_answer(ORDER, DAY, back={SECOND.end_to_end: "AC04"}, form=form, version=version)
    (found,) = statements(raw)
    assert (found.form, found.account) == (form, IBANS[0])
    paid, back = found.entries
    assert (paid.batch, paid.amount_cents, paid.out, paid.came_back) == (ORDER.batch, 10_057, True, False)
    assert [(one.end_to_end, one.amount_cents, one.reference, one.account) for one in paid.details] == [
        (one.end_to_end, one.cents, one.reference, one.iban) for one in ORDER.transfers
    ]
    (returned,) = back.details
    assert (returned.came_back, returned.return_code, returned.out) == (True, "AC04", False)


def test_what_is_not_booked_is_passed_over_and_a_reversal_is_a_return() -> None:
    reversal = entry("R", 7, DAY, [detail(SECOND, out=False)], out=False).replace("<Sts>", "<RvslInd>true</RvslInd><Sts>")
    (found,) = statements(statement(IBANS[0], [entry("P", 7, DAY, status="PDNG"), reversal]))
    assert found.passed_over == 1
    assert found.entries[0].details[0].came_back


def test_an_entry_without_the_banks_id_is_named_by_its_place() -> None:
    bare = entry("", 7, DAY).replace("<AcctSvcrRef></AcctSvcrRef>", "").replace("<NtryRef>1</NtryRef>", "")
    first, second = statements(statement(IBANS[0], [bare, bare], name="Tiliote 7"))[0].entries
    assert (first.servicer_ref, second.servicer_ref) == ("Tiliote 7/1", "Tiliote 7/2")


GOOD = batch_answer(ORDER, DAY).decode()
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))


def with_type(inside: str, used: str = "") -> bytes:
    return GOOD.replace("?><Document", f'?><!DOCTYPE Document [{inside}]><Document').replace(
        "<MsgId>S1</MsgId>", f"<MsgId>{used or 'S1'}</MsgId>"
    ).encode()  # fmt: skip


HOSTILE = {
    "an outside file": (with_type('<!ENTITY x SYSTEM "file:///etc/passwd">', "&x;"), "bank_file_doctype"),
    "an outside address": (with_type('<!ENTITY x SYSTEM "http://127.0.0.1:9/x">', "&x;"), "bank_file_doctype"),
    "an outside type": (
        GOOD.replace("?><Document", '?><!DOCTYPE Document SYSTEM "http://127.0.0.1:9/x.dtd"><Document').encode(),
        "bank_file_doctype",
    ),
    "a billion laughs": (with_type(f'<!ENTITY l0 "ha">{LAUGHS}', "&l9;"), "bank_file_doctype"),
    "another root": (GOOD.replace("Document", "Dokument").encode(), "bank_file_not_camt"),
    "a file of ours": (GOOD.replace("camt.053", "pain.001").encode(), "bank_file_not_camt"),
    "too old": (GOOD.replace("053.001.08", "053.001.01").encode(), "bank_file_not_camt"),
    "no statement": (GOOD.replace("Stmt>", "Other>").encode(), "bank_file_not_camt"),
    "no XML": (b"Arvopaiva;Maara\n1.1.;100", "bank_file_broken"),
    "nothing": (b"", "bank_file_broken"),
    "half": (GOOD[: len(GOOD) // 2].encode(), "bank_file_broken"),
    "huge": (b" " * (MOST_BYTES + 1), "bank_file_too_large"),
    "deep": (b"<a>" * 100_000, "bank_file_broken"),
    "a wrong sum": (GOOD.replace("100.57", "100.58").encode(), "bank_file_sum"),
    "another currency": (GOOD.replace('Ccy="EUR"', 'Ccy="SEK"').encode(), "bank_file_currency"),
    "no number": (GOOD.replace("100.57", "a lot").encode(), "bank_file_lacks"),
    "below nothing": (GOOD.replace(">100.57", ">-100.57").encode(), "bank_file_lacks"),
    "parts of cents": (GOOD.replace("100.57", "100.571").encode(), "bank_file_lacks"),
    "no day": (GOOD.replace("2026-11-20</Dt></BookgDt>", "yesterday</Dt></BookgDt>").encode(), "bank_file_lacks"),
    "no account": (GOOD.replace("<Acct><Id><IBAN>", "<Acct><Id><BBAN>").encode(), "bank_file_broken"),
    "no direction": (GOOD.replace("<CdtDbtInd>DBIT</CdtDbtInd>", "").encode(), "bank_file_lacks"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_broken_or_harmful_file_is_refused_with_its_reason(what: str) -> None:
    raw, code = HOSTILE[what]
    with pytest.raises(UnusableFile) as refused:
        statements(raw)
    assert refused.value.code == code


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_file_is_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    raw = bytearray(GOOD.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(UnusableFile):
        statements(bytes(raw))
