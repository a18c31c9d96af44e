"""The bank: files out, statements in with a look beforehand, the work list of rows, and the account that is paid from."""

import base64
import binascii
import zlib

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.finance_forms import DebtorForm, NoteForm, RowForm, StatementAgainForm, StatementForm
from admin.press import press
from marketplace.access.actions import Action
from marketplace.use_cases.bank_files import bank_file
from marketplace.use_cases.bank_pages import Candidate, bank_page, bank_row_page
from marketplace.use_cases.debtor_account import DebtorOrder, debtor_accounts, set_debtor_account
from marketplace.use_cases.deliver_files import deliver_again, settle_delivery
from marketplace.use_cases.import_camt import CamtFile, Imported, import_camt, preview_camt
from marketplace.use_cases.payment_pages import batch_page
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.settle_bank_row import SettleRow, settle_bank_row
from marketplace.web.forms import add_refusal, choices
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _

MOST_SHOWN = 200
MOST_BYTES = 4 * 1024 * 1024
"""More than a page takes at once; larger files go by the command line."""

NOT_OURS = 0


@bp.get("/bank")
@may(Action.SEE_INVOICES)
def bank() -> ResponseReturnValue:
    return _bank(StatementForm())


@bp.post("/bank")
@may(Action.CONFIRM_PAYMENT)
def bank_preview() -> ResponseReturnValue:
    """What the file would do; nothing is kept. The file itself travels in the page, so that nothing of it is stored."""
    form = StatementForm()
    if form.validate():
        file = CamtFile((form.file.data.filename or "camt.xml")[-100:], form.file.data.read())
        done, seen = attempt(form, lambda: preview_camt(desk(), actor(), file))
        if done and seen is not None:
            again = StatementAgainForm(formdata=None, data={"name": file.name, "packed": _packed(file.content)})
            return render_template("admin/bank_preview.html", seen=seen, file=file, form=again, shown=MOST_SHOWN)
    return _bank(form, 422)


@bp.post("/bank/import")
@may(Action.CONFIRM_PAYMENT)
def bank_import() -> ResponseReturnValue:
    form = StatementAgainForm()
    form.validate()
    try:
        file = CamtFile(str(form.name.data)[-100:], _unpacked(str(form.packed.data)))
        done = import_camt(desk(), actor(), file)
    except Refused as refused:
        empty = StatementForm(formdata=None)
        add_refusal(empty, refused)
        return _bank(empty, 422)
    flash(_import_words(done), "wait" if done.open or done.returned else "ok")
    return redirect(url_for("admin.bank"), 303)


@bp.get("/bank/rows/<int:row_id>")
@may(Action.CONFIRM_PAYMENT)
def bank_row(row_id: int) -> ResponseReturnValue:
    row, found = bank_row_page(desk(), actor(), row_id)
    return render_template("admin/bank_row.html", row=row, form=_row_form(RowForm(formdata=None), found))


@bp.post("/bank/rows/<int:row_id>")
@may(Action.CONFIRM_PAYMENT)
def bank_row_settle(row_id: int) -> ResponseReturnValue:
    row, found = bank_row_page(desk(), actor(), row_id)
    form = _row_form(RowForm(), found)
    if form.validate():
        order = SettleRow(row_id, form.payment.data or None, str(form.note.data))
        done, _none = attempt(form, lambda: settle_bank_row(desk(), actor(), order))
        if done:
            flash(_("The row is settled."), "ok")
            return redirect(url_for("admin.bank"), 303)
    return render_template("admin/bank_row.html", row=row, form=form), 422


@bp.get("/bank/account")
@may(Action.SET_DEBTOR_ACCOUNT)
def bank_account() -> ResponseReturnValue:
    accounts = debtor_accounts(desk(), actor())
    now = accounts[0]
    form = DebtorForm(data={"name": now.name, "iban": now.iban, "bic": now.bic})
    return render_template("admin/bank_account.html", accounts=accounts, form=form)


@bp.post("/bank/account")
@may(Action.SET_DEBTOR_ACCOUNT)
def bank_account_set() -> ResponseReturnValue:
    form = DebtorForm()
    if form.validate():
        order = DebtorOrder(str(form["name"].data), str(form.iban.data), str(form.bic.data or ""), form.once.data)
        done, _none = attempt(form, lambda: set_debtor_account(desk(), actor(), order))
        if done:
            flash(_("Saved. The next bank file pays from this account."), "ok")
            return redirect(url_for("admin.bank_account"), 303)
    return render_template("admin/bank_account.html", accounts=debtor_accounts(desk(), actor()), form=form), 422


@bp.get("/payments/<int:batch_id>/file")
@may(Action.MAKE_BATCH)
def batch_file(batch_id: int) -> ResponseReturnValue:
    kept = bank_file(desk(), actor(), batch_id)
    return Response(
        kept.content,
        mimetype="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{kept.name}"', "Cache-Control": "no-store"},
    )


@bp.get("/payments/<int:batch_id>/delivery")
@may(Action.CONFIRM_PAYMENT)
def batch_delivery(batch_id: int) -> ResponseReturnValue:
    return render_template("admin/batch_delivery.html", page=batch_page(desk(), actor(), batch_id), form=NoteForm())


@bp.post("/payments/<int:batch_id>/delivery")
@may(Action.CONFIRM_PAYMENT)
def batch_delivery_settle(batch_id: int) -> ResponseReturnValue:
    form = NoteForm()
    if form.validate():
        done, _none = attempt(form, lambda: settle_delivery(desk(), actor(), batch_id, str(form.note.data)))
        if done:
            flash(_("Marked as done."), "ok")
            return redirect(url_for("admin.batch", batch_id=batch_id), 303)
    return render_template("admin/batch_delivery.html", page=batch_page(desk(), actor(), batch_id), form=form), 422


@bp.post("/payments/<int:batch_id>/delivery/again")
@may(Action.CONFIRM_PAYMENT)
def batch_delivery_again(batch_id: int) -> ResponseReturnValue:
    said = _("The file is tried again.")
    return press(lambda: deliver_again(desk(), actor(), batch_id), said, url_for("admin.batch", batch_id=batch_id))


def _bank(form: StatementForm, code: int = 200) -> ResponseReturnValue:
    return render_template("admin/bank.html", page=bank_page(desk(), actor()), form=form), code


def _row_form(form: RowForm, found: tuple[Candidate, ...]) -> RowForm:
    words = [
        _("%(payee)s, batch %(batch)s, reference %(reference)s",
          payee=one.payee, batch=one.batch, reference=one.reference)
        for one in found
    ]  # fmt: skip
    pairs = [(str(one.payment_id), text) for one, text in zip(found, words, strict=True)]
    form.payment.choices = choices([*pairs, (str(NOT_OURS), _("None of these payments"))])
    return form


def _packed(content: bytes) -> str:
    return base64.b64encode(zlib.compress(content, 9)).decode()


def _unpacked(packed: str) -> bytes:
    """The file that the page carried, never larger than a page can send. Refused: bank_file_page_lost."""
    try:
        opened = zlib.decompressobj()
        content = opened.decompress(base64.b64decode(packed, validate=True), MOST_BYTES)
    except (binascii.Error, zlib.error, ValueError):
        raise Refused("bank_file_page_lost", "file") from None
    if not opened.eof:
        raise Refused("bank_file_page_lost", "file")
    return content


def _import_words(done: Imported) -> str:
    if not (done.paid or done.returned or done.known or done.open):
        return _("Everything in the file was known already. Nothing was changed.")
    return _(
        "Read. Paid: %(paid)s. Came back: %(returned)s. On the work list: %(open)s.",
        paid=done.paid, returned=done.returned, open=done.open,
    )  # fmt: skip
