"""What an auditor can prove: the verifications, the order log to take along, the audit trail, a voucher's entries."""

import csv
import io
from datetime import date

from flask import Response, render_template, request
from flask.typing import ResponseReturnValue

from admin import bp, finance_words  # noqa: F401  filters and words of the templates
from admin.audit_forms import AuditFilterForm, VoucherForm, actions_with_words
from marketplace.access.actions import Action
from marketplace.use_cases.auditor_pages import (
    AuditFilter,
    VoucherMoney,
    audit_trail,
    order_log,
    verification,
    voucher_money,
)
from marketplace.use_cases.refusals import Missing
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _

LINES = "application/jsonl"


@bp.get("/verification", endpoint="verification")
@may(Action.VERIFY)
def verification_page() -> ResponseReturnValue:
    return render_template("admin/verification.html", page=verification(desk(), actor()))


@bp.get("/verification/orders.jsonl")
@may(Action.VERIFY)
def verification_log() -> ResponseReturnValue:
    log = order_log(desk(), actor())
    body = b"".join(row.line.encode() + b"\n" for row in log.rows)
    return _download(body, LINES, f"{log.organiser_code}-orders.jsonl")


@bp.get("/verification/orders.csv")
@may(Action.VERIFY)
def verification_csv() -> ResponseReturnValue:
    log = order_log(desk(), actor())
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(("seq", "type", "day", "hash", "line"))
    writer.writerows((row.seq, row.type, row.day or "", row.hash, row.line) for row in log.rows)
    # the mark tells spreadsheets that the letters are UTF-8
    return _download(
        b"\xef\xbb\xbf" + out.getvalue().encode(), "text/csv; charset=utf-8", f"{log.organiser_code}-orders.csv"
    )


@bp.get("/audit")
@may(Action.SEE_AUDIT)
def audit() -> ResponseReturnValue:
    form = AuditFilterForm(request.args)
    good = form.validate()

    def day(name: str) -> date | None:
        found: date | None = form[name].data
        return found

    wanted = AuditFilter(
        who=form.who.data or "",
        role=form.role.data or "",
        action=form.done.data or "",
        voucher=form.voucher.data or "",
        first=day("first"),
        last=day("last"),
        page=request.args.get("page", 1, type=int),
    )
    page = audit_trail(desk(), actor(), wanted)
    form.done.choices = actions_with_words(page.actions)
    if not page.known:
        form.voucher.errors = [*form.voucher.errors, _("There is no voucher with this number. Check it.")]
    filtered = {name: value for name, value in request.args.items() if name in form and value}
    code = 200 if good and page.known else 422
    return render_template("admin/audit.html", page=page, form=form, filtered=filtered), code


@bp.get("/audit/voucher")
@may(Action.SEE_INVOICES)
def audit_voucher() -> ResponseReturnValue:
    form = VoucherForm(request.args)
    found: VoucherMoney | None = None
    code = 200
    if request.args.get("number", "").strip():
        try:
            found = voucher_money(desk(), actor(), form.number.data)
        except Missing:
            form.number.errors = [_("There is no voucher with this number. Check it.")]
            code = 422
    return render_template("admin/audit_voucher.html", form=form, found=found), code


def _download(body: bytes, kind: str, name: str) -> Response:
    answer = Response(body, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
