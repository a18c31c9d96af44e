"""The bank's answer: account statements (camt.053) and notifications (camt.054) of ISO 20022, every version from .02 on.

Read by the elements' own names, whatever the version's namespace. A file is input from outside: no document type, no
entity, no network, a bounded size; one fault anywhere and nothing of it is used.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, cast

from lxml import etree

from marketplace.bank_files import BookedEntry, Detail, Statement, UnusableFile

MOST_BYTES = 20 * 1024 * 1024
MOST_ENTRIES = 100_000
NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(camt\.05[34])\.001\.(\d\d)")
CONTAINERS = {"camt.053": ("BkToCstmrStmt", "Stmt"), "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}
OLDEST = 2

Element = Any
"""An element of lxml, which tells no types."""


def statements(raw: bytes) -> tuple[Statement, ...]:
    """Every statement of a file.

    UnusableFile: bank_file_too_large (most_megabytes), bank_file_broken, bank_file_doctype, bank_file_not_camt,
    bank_file_too_many (most), bank_file_currency (currency), bank_file_sum (entry, details), bank_file_lacks (element).
    """
    root = _parsed(raw)
    form = _form(root)
    message, statement = CONTAINERS[form]
    top = _one(root, message)
    found = list(_all(top, statement)) if top is not None else []
    if not found:
        raise UnusableFile("bank_file_not_camt")
    if sum(1 for one in found for _entry in _all(one, "Ntry")) > MOST_ENTRIES:
        raise UnusableFile("bank_file_too_many", most=MOST_ENTRIES)
    return tuple(_statement(one, form) for one in found)


def _parsed(raw: bytes) -> Element:
    if len(raw) > MOST_BYTES:
        raise UnusableFile("bank_file_too_large", most_megabytes=MOST_BYTES // 1024 // 1024)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError):
        # a document type is told apart also when its tricks have stopped the parser
        raise UnusableFile("bank_file_doctype" if b"<!DOCTYPE" in raw[:4096] else "bank_file_broken") from None
    if root.getroottree().docinfo.doctype:
        raise UnusableFile("bank_file_doctype")
    return root


def _form(root: Element) -> Literal["camt.053", "camt.054"]:
    name = etree.QName(root)
    found = NAMESPACE.fullmatch(name.namespace or "")
    if name.localname != "Document" or found is None or int(found[2]) < OLDEST:
        raise UnusableFile("bank_file_not_camt")
    return cast(Literal["camt.053", "camt.054"], found[1])


def _statement(top: Element, form: Literal["camt.053", "camt.054"]) -> Statement:
    account = _text(top, "Acct", "Id", "IBAN")
    if not account:
        raise UnusableFile("bank_file_lacks", element="Acct/Id/IBAN")
    booked: list[BookedEntry] = []
    passed_over = 0
    for number, entry in enumerate(_all(top, "Ntry"), 1):
        if (_text(entry, "Sts", "Cd") or _text(entry, "Sts")) == "BOOK":
            booked.append(_booked(entry, f"{_text(top, 'Id')}/{_text(entry, 'NtryRef') or number}"))
        else:
            passed_over += 1
    return Statement(form, account.replace(" ", ""), tuple(booked), passed_over)


def _booked(entry: Element, place: str) -> BookedEntry:
    """An entry, whose details must sum to it. `place` names it where the bank has given it no id of its own."""
    cents, out = _amount(_one(entry, "Amt")), _out(entry)
    if out is None:
        raise UnusableFile("bank_file_lacks", element="Ntry/CdtDbtInd")
    came_back = _text(entry, "RvslInd") in ("true", "1") and not out
    groups = list(_all(entry, "NtryDtls"))
    batches = {_text(group, "Btch", "PmtInfId") for group in groups} - {""}
    rows = [row for group in groups for row in _all(group, "TxDtls")]
    alone = len(rows) == 1
    details = tuple(_detail(row, cents if alone else None, out, came_back) for row in rows)
    batches |= {_text(row, "Refs", "PmtInfId") for row in rows} - {""}
    if details:
        total = sum(one.amount_cents if one.out == out else -one.amount_cents for one in details)
        if total != cents:
            raise UnusableFile("bank_file_sum", entry=cents, details=total)
    servicer = _text(entry, "AcctSvcrRef") or next(filter(None, (_text(r, "Refs", "AcctSvcrRef") for r in rows)), "")
    batch = batches.pop() if len(batches) == 1 else ""
    return BookedEntry(servicer or place, batch, _booked_on(entry), cents, out, came_back, details)


def _detail(row: Element, entry_cents: int | None, entry_out: bool, entry_came_back: bool) -> Detail:
    told = _one(row, "Amt")
    if told is None:
        told = _one(row, "AmtDtls", "TxAmt", "Amt")
    if told is not None:
        cents = _amount(told)
    elif entry_cents is not None:
        cents = entry_cents
    else:
        raise UnusableFile("bank_file_lacks", element="TxDtls/Amt")
    own = _out(row)
    out = entry_out if own is None else own
    returned = _one(row, "RtrInf")
    other = ("CdtrAcct",) if out else ("DbtrAcct", "CdtrAcct")
    accounts = (_text(row, "RltdPties", side, "Id", "IBAN") for side in other)
    return Detail(
        end_to_end=_told(_text(row, "Refs", "EndToEndId")),
        amount_cents=cents,
        out=out,
        reference=_text(row, "RmtInf", "Strd", "CdtrRefInf", "Ref").replace(" ", ""),
        account=next(filter(None, accounts), "").replace(" ", ""),
        came_back=not out and (entry_came_back or returned is not None),
        return_code=(_text(row, "RtrInf", "Rsn", "Cd") or _text(row, "RtrInf", "Rsn", "Prtry"))[:35],
    )


def _told(end_to_end: str) -> str:
    return "" if end_to_end == "NOTPROVIDED" else end_to_end


def _amount(told: Element | None) -> int:
    """Whole cents of an amount in euros."""
    if told is None:
        raise UnusableFile("bank_file_lacks", element="Amt")
    currency = told.get("Ccy", "")
    if currency != "EUR":
        raise UnusableFile("bank_file_currency", currency=currency[:3] or "?")
    text = (told.text or "").strip()
    try:
        if not re.fullmatch(r"\d{1,13}(\.\d{1,5})?", text):
            raise InvalidOperation
        cents = Decimal(text) * 100
        if cents != int(cents):
            raise InvalidOperation
    except InvalidOperation:
        raise UnusableFile("bank_file_lacks", element="Amt") from None
    return int(cents)


def _out(where: Element) -> bool | None:
    said = _text(where, "CdtDbtInd")
    return {"DBIT": True, "CRDT": False}.get(said)


def _booked_on(entry: Element) -> date:
    for name in ("BookgDt", "ValDt"):
        told = _text(entry, name, "Dt") or _text(entry, name, "DtTm")
        try:
            return date.fromisoformat(told[:10])
        except ValueError:
            continue
    raise UnusableFile("bank_file_lacks", element="Ntry/BookgDt")


def _all(parent: Element, name: str) -> Iterator[Element]:
    return (child for child in parent if etree.QName(child).localname == name)


def _one(parent: Element, *names: str) -> Element | None:
    for name in names:
        parent = next(_all(parent, name), None)
        if parent is None:
            return None
    return parent


def _text(parent: Element, *names: str) -> str:
    found = _one(parent, *names)
    return "" if found is None else (found.text or "").strip()
