"""Frozen months as finance and auditors read them; finance freezes the month whose turn it is."""

from datetime import date

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.press import press
from marketplace.access.actions import Action
from marketplace.use_cases.freeze_month import freeze_month
from marketplace.use_cases.month_pages import finance_month, finance_month_rows, finance_months
from marketplace.use_cases.refusals import Missing
from marketplace.web.downloads import download
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.month_file import month_csv, month_named


@bp.get("/invoices/months")
@may(Action.SEE_INVOICES)
def invoice_months() -> ResponseReturnValue:
    return render_template("admin/months.html", page=finance_months(desk(), actor()))


@bp.get("/invoices/months/<month>")
@may(Action.SEE_INVOICES)
def invoice_month(month: str) -> ResponseReturnValue:
    page = finance_month(desk(), actor(), _named(month), request.args.get("page", 1, type=int))
    return render_template("admin/month.html", page=page, code=month)


@bp.get("/invoices/months/<month>.csv")
@may(Action.SEE_INVOICES)
def invoice_month_csv(month: str) -> ResponseReturnValue:
    rows = finance_month_rows(desk(), actor(), _named(month))
    return download(month_csv(rows), "text/csv; charset=utf-8", f"{month}.csv")


@bp.post("/invoices/months/<month>/freeze")
@may(Action.FREEZE_MONTH)
def invoice_month_freeze(month: str) -> ResponseReturnValue:
    day = _named(month)
    return press(
        lambda: freeze_month(desk(), actor(), day),
        _("The month is frozen. It does not change any more."),
        url_for("admin.invoice_months"),
    )


def _named(month: str) -> date:
    found = month_named(month)
    if found is None:
        raise Missing("month")
    return found
