"""Credit transfers for the bank: pain.001.001.09 (ISO 20022), as European banks take it.

Every id and moment comes from the batch, so the same batch gives the same bytes. Names stay as they are, with ä and ö.
A reference is told in its structured form: RF.. by its ISO issuer, a Finnish one as a bare creditor reference (SCOR).
"""

from lxml import etree

from marketplace.bank_files import Transfer, TransferFile
from marketplace.clock import HELSINKI
from marketplace.integrations.einvoice_xml import Element, amount, cut, leaf

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
NAME_LENGTH = 70
"""The SEPA rulebook's longest name, shorter than the schema's."""


def transfers_file(order: TransferFile) -> bytes:
    """The file's bytes. ValueError when there is nothing to pay in it, or an amount is not above zero."""
    if not order.transfers:
        raise ValueError("a file of transfers has at least one")
    if any(one.amount_cents <= 0 for one in order.transfers):
        raise ValueError("a transfer is of more than zero cents")
    root = etree.Element("Document", nsmap={None: NAMESPACE})
    top = etree.SubElement(root, "CstmrCdtTrfInitn")
    total = amount(sum(one.amount_cents for one in order.transfers))
    head = etree.SubElement(top, "GrpHdr")
    leaf(head, "MsgId", order.message_id)
    leaf(head, "CreDtTm", order.made_at.astimezone(HELSINKI).strftime("%Y-%m-%dT%H:%M:%S"))
    leaf(head, "NbOfTxs", str(len(order.transfers)))
    leaf(head, "CtrlSum", total)
    leaf(etree.SubElement(head, "InitgPty"), "Nm", cut(order.debtor.name, NAME_LENGTH))
    _group(top, order, total)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _group(top: Element, order: TransferFile, total: str) -> None:
    group = etree.SubElement(top, "PmtInf")
    leaf(group, "PmtInfId", order.message_id)
    leaf(group, "PmtMtd", "TRF")
    leaf(group, "BtchBookg", "true")
    leaf(group, "NbOfTxs", str(len(order.transfers)))
    leaf(group, "CtrlSum", total)
    leaf(_path(group, "PmtTpInf", "SvcLvl"), "Cd", "SEPA")
    leaf(etree.SubElement(group, "ReqdExctnDt"), "Dt", order.pay_on.isoformat())
    leaf(etree.SubElement(group, "Dbtr"), "Nm", cut(order.debtor.name, NAME_LENGTH))
    leaf(_path(group, "DbtrAcct", "Id"), "IBAN", order.debtor.iban)
    bank = _path(group, "DbtrAgt", "FinInstnId")
    if order.debtor.bic:
        leaf(bank, "BICFI", order.debtor.bic)
    else:
        leaf(etree.SubElement(bank, "Othr"), "Id", "NOTPROVIDED")
    leaf(group, "ChrgBr", "SLEV")
    for one in order.transfers:
        _transfer(group, one)


def _transfer(group: Element, one: Transfer) -> None:
    transfer = etree.SubElement(group, "CdtTrfTxInf")
    leaf(etree.SubElement(transfer, "PmtId"), "EndToEndId", one.end_to_end)
    leaf(etree.SubElement(transfer, "Amt"), "InstdAmt", amount(one.amount_cents), {"Ccy": "EUR"})
    leaf(etree.SubElement(transfer, "Cdtr"), "Nm", cut(one.payee, NAME_LENGTH))
    leaf(_path(transfer, "CdtrAcct", "Id"), "IBAN", one.iban)
    if one.reference:
        reference = _path(transfer, "RmtInf", "Strd", "CdtrRefInf")
        kind = etree.SubElement(reference, "Tp")
        leaf(etree.SubElement(kind, "CdOrPrtry"), "Cd", "SCOR")
        if one.reference.startswith("RF"):
            leaf(kind, "Issr", "ISO")
        leaf(reference, "Ref", one.reference)


def _path(parent: Element, *names: str) -> Element:
    """Add elements one inside the other; the innermost."""
    for name in names:
        parent = etree.SubElement(parent, name)
    return parent
