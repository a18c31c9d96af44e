"""Jobs that clients have found: reporting one, its countdown to each milestone, taking a report back, its end."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.end_job import JobEnd, end_job
from marketplace.use_cases.provider_outcome_pages import outcome_form, outcome_list, outcome_page
from marketplace.use_cases.report_outcome import ReportOrder, WithdrawOrder, report_outcome, withdraw_outcome
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from portal_provider import bp
from portal_provider.organiser import with_organiser
from portal_provider.present import page_number, with_page
from portal_provider.work_forms import JobEndForm, OutcomeForm, ReasonForm, given, mending


@bp.get("/outcomes")
@may(Action.REPORT_OUTCOME)
@with_organiser
def outcomes() -> ResponseReturnValue:
    listing = outcome_list(desk(), actor(), page_number())
    address = with_page(url_for("portal_provider.outcomes"))
    return render_template("portal_provider/outcomes.html", listing=listing, address=address)


@bp.get("/outcomes/<int:outcome_id>")
@may(Action.REPORT_OUTCOME)
@with_organiser
def outcome(outcome_id: int) -> ResponseReturnValue:
    return render_template("portal_provider/outcome.html", row=outcome_page(desk(), actor(), outcome_id))


@bp.get("/clients/<int:voucher_id>/outcome")
@may(Action.REPORT_OUTCOME)
@with_organiser
def outcome_new(voucher_id: int) -> ResponseReturnValue:
    page = outcome_form(desk(), actor(), voucher_id)
    return render_template("portal_provider/outcome_new.html", page=page, form=OutcomeForm(formdata=None))


@bp.post("/clients/<int:voucher_id>/outcome")
@may(Action.REPORT_OUTCOME)
@with_organiser
def outcome_report(voucher_id: int) -> ResponseReturnValue:
    form = OutcomeForm()
    if form.validate():
        with mending(form):
            outcome_id = report_outcome(desk(), actor(), _order(voucher_id, form))
            flash(gettext("The job has been reported. A caseworker checks it next."), "ok")
            return redirect(url_for("portal_provider.outcome", outcome_id=outcome_id), 303)
    page = outcome_form(desk(), actor(), voucher_id)
    return render_template("portal_provider/outcome_new.html", page=page, form=form), 422


def _order(voucher_id: int, form: OutcomeForm) -> ReportOrder:
    return ReportOrder(
        voucher_id=voucher_id,
        starts_on=given(form.starts_on),
        weekly_hours_hundredths=given(form.weekly_hours),
        employer=form.employer.data or "",
        employer_business_id=form.employer_business_id.data,
        contract=form.contract.data,
        subsidised=form.subsidised.data,
        ends_on=form.ends_on.data,
        once=form.once.data,
        own_group=form.own_group.data == "yes",
        previous_employer=form.previous_employer.data == "yes",
        subsidised_to=form.subsidised_to.data,
        monthly_pay_cents=form.monthly_pay.data,
        beside=form.beside.data,
    )


@bp.get("/outcomes/<int:outcome_id>/withdraw")
@may(Action.REPORT_OUTCOME)
@with_organiser
def outcome_withdraw(outcome_id: int) -> ResponseReturnValue:
    row = outcome_page(desk(), actor(), outcome_id)
    return render_template("portal_provider/outcome_withdraw.html", row=row, form=ReasonForm(formdata=None))


@bp.post("/outcomes/<int:outcome_id>/withdraw")
@may(Action.REPORT_OUTCOME)
@with_organiser
def outcome_withdraw_send(outcome_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate():
        with mending(form):
            withdraw_outcome(desk(), actor(), WithdrawOrder(outcome_id, form.reason.data or ""))
            flash(gettext("The report has been taken back. The caseworker has been told."), "ok")
            return redirect(url_for("portal_provider.outcomes"), 303)
    row = outcome_page(desk(), actor(), outcome_id)
    return render_template("portal_provider/outcome_withdraw.html", row=row, form=form), 422


@bp.get("/outcomes/<int:outcome_id>/end")
@may(Action.REPORT_OUTCOME)
@with_organiser
def outcome_end(outcome_id: int) -> ResponseReturnValue:
    row = outcome_page(desk(), actor(), outcome_id)
    return render_template("portal_provider/outcome_end.html", row=row, form=JobEndForm(formdata=None))


@bp.post("/outcomes/<int:outcome_id>/end")
@may(Action.REPORT_OUTCOME)
@with_organiser
def outcome_end_send(outcome_id: int) -> ResponseReturnValue:
    form = JobEndForm()
    if form.validate():
        with mending(form):
            end_job(desk(), actor(), JobEnd(outcome_id, given(form.last_day), form.reason.data or ""))
            flash(gettext("The end of the job has been recorded."), "ok")
            return redirect(url_for("portal_provider.outcome", outcome_id=outcome_id), 303)
    row = outcome_page(desk(), actor(), outcome_id)
    return render_template("portal_provider/outcome_end.html", row=row, form=form), 422
