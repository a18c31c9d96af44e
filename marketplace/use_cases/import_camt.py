"""What the bank says has become of the payments: a statement file is read, each row is known once, and what is ours moves.

A row finds its payment by our own ids (PmtInfId of the batch, EndToEndId of the payment), then by reference, amount and
account together. Whatever does not fit exactly waits for a person. All rows of a file are taken, or none.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.bank_files import BookedEntry, Detail, Statement, UnusableFile
from marketplace.models.bank import BankImport, BankRow
from marketplace.models.invoices import Payment, PaymentBatch
from marketplace.use_cases.bank_rows import Answer, answer_of
from marketplace.use_cases.debtor_account import own_accounts
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.importing import Rehearsal
from marketplace.use_cases.receivables import one_at_a_time
from marketplace.use_cases.refusals import Refused


@dataclass(frozen=True)
class CamtFile:
    """A statement file as the bank gave it."""

    name: str
    content: bytes


@dataclass(frozen=True)
class ReadRow:
    """One row and what becomes of it: paid, returned, known (it changes nothing) or open (a person must say).

    `payee`, `batch`: of the payment it is about, where it is known; a batch that was booked as one sum has `payments`.
    """

    what: str
    amount_cents: int
    payee: str
    batch: str
    code: str
    payments: int = 1


@dataclass(frozen=True)
class Imported:
    """`seen`: rows that an earlier file has told already. `pending`: entries that the bank has not booked yet."""

    import_id: int
    rows: tuple[ReadRow, ...]
    paid: int
    returned: int
    known: int
    open: int
    seen: int
    pending: int


def import_camt(desk: Desk, actor: Actor, file: CamtFile) -> Imported:
    """Take what a statement file says; the same file again, or one that says the same, changes nothing.

    Refused (`file`): what `Bank.statements` finds unusable, bank_file_other_account (account). Nothing has changed then.
    """
    with desk.transaction(actor, Action.CONFIRM_PAYMENT) as tx:
        statements = _statements(tx, file.content)
        one_at_a_time(tx)
        note = _noted(tx, file, statements)
        rows: list[ReadRow] = []
        counts: Counter[str] = Counter()
        places: Counter[tuple[object, ...]] = Counter()
        for statement in statements:
            for row in _rows(note, statement, places):
                if _seen(tx, row):
                    counts["seen"] += 1
                    continue
                answer = answer_of(tx, row)
                tx.session.add(row)
                rows.append(_read(tx, row, answer))
                counts[answer.what] += answer.payments
        tx.session.flush()
        said = {name: counts[name] for name in ("paid", "returned", "known", "open", "seen")}
        tx.audit("bank_file.import", "bank_import", note.id, sha256=note.sha256, counts=said)
        pending = sum(one.passed_over for one in statements)
        return Imported(import_id=note.id, rows=tuple(rows), pending=pending, **said)


def preview_camt(desk: Desk, actor: Actor, file: CamtFile) -> Imported:
    """What `import_camt` would do with the file. Nothing is kept. Refused as there."""
    return import_camt(Rehearsal(desk), actor, file)


def _statements(tx: Tx, content: bytes) -> tuple[Statement, ...]:
    if tx.bank is None:
        raise RuntimeError("this desk knows no bank's formats")
    try:
        found = tx.bank.statements(content)
    except UnusableFile as unusable:
        raise Refused(unusable.code, "file", **unusable.values) from None
    own = own_accounts(tx)
    for one in found:
        if one.account not in own:
            raise Refused("bank_file_other_account", "file", account=one.account)
    return found


def _noted(tx: Tx, file: CamtFile, statements: tuple[Statement, ...]) -> BankImport:
    made = BankImport(
        organiser_id=tx.organiser_id,
        name=file.name[:200],
        sha256=hashlib.sha256(file.content).hexdigest(),
        form=statements[0].form,
        entries=sum(len(one.entries) for one in statements),
        imported_by=tx.account_id,
        imported_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    return made


def _rows(note: BankImport, statement: Statement, places: Counter[tuple[object, ...]]) -> Iterator[BankRow]:
    """A row for each payment of each entry; a batch that is booked as one sum is one row. Rows that look the same in one
    file are told apart by their place."""
    for entry in statement.entries:
        for detail in entry.details or (_whole(entry),):
            key = (statement.account, entry.servicer_ref, detail.end_to_end, detail.amount_cents, detail.out)
            yield BankRow(
                organiser_id=note.organiser_id,
                import_id=note.id,
                account=statement.account,
                servicer_ref=entry.servicer_ref,
                end_to_end=detail.end_to_end,
                amount_cents=detail.amount_cents,
                out=detail.out,
                place=places[key],
                booked_on=entry.booked_on,
                batch=entry.batch,
                reference=detail.reference,
                other_account=detail.account,
                came_back=detail.came_back,
                return_code=detail.return_code,
            )
            places[key] += 1


def _whole(entry: BookedEntry) -> Detail:
    return Detail("", entry.amount_cents, entry.out, came_back=entry.came_back)


def _seen(tx: Tx, row: BankRow) -> bool:
    found = tx.session.scalar(
        select(BankRow.id).where(
            BankRow.organiser_id == row.organiser_id,
            BankRow.account == row.account,
            BankRow.servicer_ref == row.servicer_ref,
            BankRow.end_to_end == row.end_to_end,
            BankRow.amount_cents == row.amount_cents,
            BankRow.out == row.out,
            BankRow.place == row.place,
        )
    )
    return found is not None


def _read(tx: Tx, row: BankRow, answer: Answer) -> ReadRow:
    payee = batch = ""
    if row.payment_id is not None:
        payee, batch = tx.session.execute(
            select(Payment.payee, PaymentBatch.number)
            .join(PaymentBatch, PaymentBatch.id == Payment.batch_id)
            .where(Payment.id == row.payment_id)
        ).one()
    elif answer.batch is not None:
        batch = answer.batch.number
    return ReadRow(answer.what, row.amount_cents, payee, batch, row.why_open or row.return_code, answer.payments)
