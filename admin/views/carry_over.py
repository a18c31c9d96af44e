"""The year's end: finance's decision that moves what open vouchers have reserved to the next year."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.finance_forms import CarryOverForm
from admin.press import press
from marketplace.access.actions import Action
from marketplace.use_cases.carry_over import CarriedOver, CarryOverOrder, carry_over, carry_over_rest
from marketplace.use_cases.finance_tasks import YearEnd, year_ends
from marketplace.use_cases.refusals import Missing
from marketplace.web.formats import money
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import ngettext


@bp.get("/budget/year-end")
@may(Action.SEE_BUDGET)
def budget_year_end() -> ResponseReturnValue:
    return render_template("admin/year_end.html", rows=year_ends(desk(), actor()), who=actor())


@bp.get("/budget/<int:programme_id>/year-end/<int:year>")
@may(Action.CARRY_OVER)
def budget_carry_over(programme_id: int, year: int) -> ResponseReturnValue:
    return _form(programme_id, year, CarryOverForm())


@bp.post("/budget/<int:programme_id>/year-end/<int:year>")
@may(Action.CARRY_OVER)
def budget_carried_over(programme_id: int, year: int) -> ResponseReturnValue:
    form = CarryOverForm()
    if form.validate():
        order = CarryOverOrder(programme_id, year, form.decision.data or "", form["decided_on"].data)
        done, moved = attempt(form, lambda: carry_over(desk(), actor(), order))
        if done and moved is not None:
            flash(_said(moved), "ok")
            return redirect(url_for("admin.budget_year_end"), 303)
    return _form(programme_id, year, form, 422)


@bp.post("/budget/<int:programme_id>/year-end/<int:year>/rest")
@may(Action.CARRY_OVER)
def budget_carry_over_rest(programme_id: int, year: int) -> ResponseReturnValue:
    return press(
        lambda: carry_over_rest(desk(), actor(), programme_id, year),
        _("What had not moved yet has moved now, by the same decision."),
        url_for("admin.budget_year_end"),
    )


def _said(moved: CarriedOver) -> str:
    cents = money(moved.service_cents + moved.bonus_cents)
    return ngettext(
        "The decision is stored. %(money)s of %(num)d voucher moved to the next year.",
        "The decision is stored. %(money)s of %(num)d vouchers moved to the next year.",
        moved.vouchers,
        money=cents,
    )


def _form(programme_id: int, year: int, form: CarryOverForm, code: int = 200) -> ResponseReturnValue:
    return render_template("admin/carry_over.html", row=_row(programme_id, year), form=form), code


def _row(programme_id: int, year: int) -> YearEnd:
    for row in year_ends(desk(), actor()):
        if (row.programme_id, row.year) == (programme_id, year):
            return row
    raise Missing("budget")
