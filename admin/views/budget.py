"""Where the money of each programme stands, and the yearly appropriation."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.terms_forms import AppropriationForm
from marketplace.access.actions import Action
from marketplace.use_cases.appropriate import AppropriationOrder, set_appropriation
from marketplace.use_cases.budget_pages import BudgetPage, budget_page
from marketplace.use_cases.terms_pages import programme_page
from marketplace.web.formats import money
from marketplace.web.forms import choices
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _


@bp.get("/budget")
@may(Action.SEE_BUDGET)
def budget() -> ResponseReturnValue:
    page = budget_page(desk(), actor(), request.args.get("year", type=int))
    return render_template("admin/budget.html", page=page, who=actor())


@bp.get("/programmes/<int:programme_id>/appropriation")
@may(Action.SET_APPROPRIATION)
def appropriation(programme_id: int) -> ResponseReturnValue:
    page = budget_page(desk(), actor(), request.args.get("year", type=int))
    return _form(AppropriationForm(data={"year": page.year}), programme_id, page)


@bp.post("/programmes/<int:programme_id>/appropriation")
@may(Action.SET_APPROPRIATION)
def appropriation_set(programme_id: int) -> ResponseReturnValue:
    page = budget_page(desk(), actor(), request.form.get("year", type=int))
    form = AppropriationForm()
    form.year.choices = choices((str(year), str(year)) for year in page.open_years)
    if form.validate():
        order = AppropriationOrder(
            programme_id,
            form.year.data,
            form["amount"].data,
            form.reason.data,
            form.board_decision.data,
            form.once.data,
        )
        done, made = attempt(form, lambda: set_appropriation(desk(), actor(), order))
        if done and made is not None:
            amounts = {"amount": money(made.amount_cents), "free": money(made.free_cents)}
            flash(_("The appropriation is now %(amount)s, of which %(free)s is free.", **amounts), "ok")
            return redirect(url_for("admin.budget", year=form.year.data), 303)
    return _form(form, programme_id, page, 422)


def _form(form: AppropriationForm, programme_id: int, page: BudgetPage, code: int = 200) -> ResponseReturnValue:
    form.year.choices = choices((str(year), str(year)) for year in page.open_years)
    line = next((one for one in page.lines if one.programme_id == programme_id), None)
    programme = programme_page(desk(), actor(), programme_id)
    return render_template("admin/appropriation.html", form=form, line=line, page=page, programme=programme), code
