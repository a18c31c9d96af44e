"""A stand-in bank: reads a file of transfers as a bank would, and answers with statements of several versions and moods."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from lxml import etree

SPACE = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@dataclass(frozen=True)
class Ordered:
    """A transfer as the bank has read it."""

    end_to_end: str
    cents: int
    payee: str
    iban: str
    reference: str


@dataclass(frozen=True)
class Order:
    batch: str
    account: str
    pay_on: date
    transfers: tuple[Ordered, ...]

    @property
    def cents(self) -> int:
        return sum(one.cents for one in self.transfers)


def read_pain(raw: bytes) -> Order:
    group = etree.fromstring(raw).find(".//p:PmtInf", SPACE)

    def text(where: etree._Element, path: str) -> str:
        return where.findtext(path, "", SPACE)

    transfers = tuple(
        Ordered(
            text(one, "p:PmtId/p:EndToEndId"),
            int(text(one, "p:Amt/p:InstdAmt").replace(".", "")),
            text(one, "p:Cdtr/p:Nm"),
            text(one, "p:CdtrAcct/p:Id/p:IBAN"),
            text(one, "p:RmtInf/p:Strd/p:CdtrRefInf/p:Ref"),
        )
        for one in group.findall("p:CdtTrfTxInf", SPACE)
    )
    return Order(
        text(group, "p:PmtInfId"), text(group, "p:DbtrAcct/p:Id/p:IBAN"),
        date.fromisoformat(text(group, "p:ReqdExctnDt/p:Dt")), transfers,
    )  # fmt: skip


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def detail(
    one: Ordered, *, batch: str = "", out: bool = True, code: str = "", version: int = 8, end_to_end: str | None = None,
) -> str:  # fmt: skip
    """A TxDtls; with a code the money comes back."""
    side, other = ("DBIT", "CdtrAcct") if out else ("CRDT", "DbtrAcct")
    amount = f'<Amt Ccy="EUR">{euros(one.cents)}</Amt>'
    amount = f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>" if version < 4 else f"{amount}<CdtDbtInd>{side}</CdtDbtInd>"
    group = f"<PmtInfId>{batch}</PmtInfId>" if batch else ""
    own_id = one.end_to_end if end_to_end is None else end_to_end
    own_id = f"<EndToEndId>{own_id}</EndToEndId>" if own_id else ""
    reference = f"<RmtInf><Strd><CdtrRefInf><Ref>{one.reference}</Ref></CdtrRefInf></Strd></RmtInf>"
    back = f"<RtrInf><Rsn><Cd>{code}</Cd></Rsn></RtrInf>" if code else ""
    return (
        f"<TxDtls><Refs>{group}{own_id}</Refs>{amount}"
        f"<RltdPties><{other}><Id><IBAN>{one.iban}</IBAN></Id></{other}></RltdPties>{reference}{back}</TxDtls>"
    )


def entry(
    ref: str, cents: int, day: date, details: Iterable[str] = (), *, out: bool = True, batch: str = "",
    status: str = "BOOK", version: int = 8,
) -> str:  # fmt: skip
    side = "DBIT" if out else "CRDT"
    state = f"<Sts>{status}</Sts>" if version < 4 else f"<Sts><Cd>{status}</Cd></Sts>"
    group = f"<Btch><PmtInfId>{batch}</PmtInfId></Btch>" if batch else ""
    body = group + "".join(details)
    inner = f"<NtryDtls>{body}</NtryDtls>" if body else ""
    return (
        f'<Ntry><NtryRef>1</NtryRef><Amt Ccy="EUR">{euros(cents)}</Amt><CdtDbtInd>{side}</CdtDbtInd>{state}'
        f"<BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>{ref}</AcctSvcrRef>"
        f"<BkTxCd><Prtry><Cd>PMNT</Cd></Prtry></BkTxCd>{inner}</Ntry>"
    )


def statement(account: str, entries: Sequence[str], *, form: str = "camt.053", version: int = 8, name: str = "S1") -> bytes:
    message, part = {"camt.053": ("BkToCstmrStmt", "Stmt"), "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}[form]
    made = "2026-11-20T12:00:00"
    balance = (
        '<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2026-11-20</Dt></Dt></Bal>"
        if form == "camt.053"
        else ""
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:{form}.001.{version:02d}">'
        f"<{message}><GrpHdr><MsgId>{name}</MsgId><CreDtTm>{made}</CreDtTm></GrpHdr><{part}><Id>{name}</Id>"
        f"<CreDtTm>{made}</CreDtTm><Acct><Id><IBAN>{account}</IBAN></Id></Acct>{balance}{''.join(entries)}"
        f"</{part}></{message}></Document>"
    ).encode()


def batch_answer(
    order: Order, day: date, *, back: dict[str, str] | None = None, ref: str = "A1", **form: object
) -> bytes:  # fmt: skip
    """The batch as one entry with its details; the payments of `back` (by their id) came back with a code."""
    version = int(str(form.get("version", 8)))
    rows = [detail(one, batch=order.batch, version=version) for one in order.transfers]
    entries = [entry(ref, order.cents, day, rows, batch=order.batch, version=version)]
    for number, one in enumerate(order.transfers):
        if code := (back or {}).get(one.end_to_end):
            returned = detail(one, out=False, code=code, version=version)
            entries.append(entry(f"{ref}-R{number}", one.cents, day, [returned], out=False, version=version))
    return statement(order.account, entries, **form)  # type: ignore[arg-type]
