"""A provider's part of the organiser's frozen months: what each came to, and why earlier ones changed."""

from datetime import date

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.month_pages import provider_month, provider_month_rows, provider_months
from marketplace.use_cases.refusals import Missing
from marketplace.web.downloads import download
from marketplace.web.guard import actor, desk, may
from marketplace.web.month_file import month_csv, month_named
from portal_provider import bp
from portal_provider.organiser import with_organiser
from portal_provider.present import page_number


@bp.get("/invoices/months")
@may(Action.SEE_OWN_INVOICES)
@with_organiser
def invoice_months() -> ResponseReturnValue:
    return render_template("portal_provider/months.html", page=provider_months(desk(), actor()))


@bp.get("/invoices/months/<month>")
@may(Action.SEE_OWN_INVOICES)
@with_organiser
def invoice_month(month: str) -> ResponseReturnValue:
    page = provider_month(desk(), actor(), _named(month), page_number())
    return render_template("portal_provider/month.html", page=page, code=month)


@bp.get("/invoices/months/<month>.csv")
@may(Action.SEE_OWN_INVOICES)
@with_organiser
def invoice_month_csv(month: str) -> ResponseReturnValue:
    rows = provider_month_rows(desk(), actor(), _named(month))
    return download(month_csv(rows), "text/csv; charset=utf-8", f"{month}.csv")


def _named(month: str) -> date:
    found = month_named(month)
    if found is None:
        raise Missing("month")
    return found
