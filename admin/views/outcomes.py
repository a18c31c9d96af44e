"""Reported outcomes: the list, and one with its evidence and milestones, to be verified or rejected."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.case_forms import ClawBackForm, EndJobForm, EvidenceForm, RejectOutcomeForm
from marketplace.access.actions import Action
from marketplace.use_cases.case_outcome_pages import OutcomePage, outcome_list, outcome_page
from marketplace.use_cases.claw_back import ClawBackOrder, claw_back
from marketplace.use_cases.end_job import JobEnd, end_job
from marketplace.use_cases.verify_outcome import (
    EvidenceOrder,
    RejectOrder,
    add_evidence,
    reject_outcome,
    verify_outcome,
)
from marketplace.web.formats import money
from marketplace.web.forms import Form
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import ngettext


@bp.get("/outcomes")
@may(Action.VERIFY_OUTCOME)
def outcomes() -> ResponseReturnValue:
    page = outcome_list(desk(), actor(), request.args.get("page", 1, type=int))
    return render_template("admin/outcomes.html", page=page)


@bp.get("/outcomes/<int:outcome_id>")
@may(Action.VERIFY_OUTCOME)
def outcome(outcome_id: int) -> ResponseReturnValue:
    return render_template("admin/outcome.html", page=outcome_page(desk(), actor(), outcome_id))


@bp.get("/outcomes/<int:outcome_id>/verify")
@may(Action.VERIFY_OUTCOME)
def outcome_verify(outcome_id: int) -> ResponseReturnValue:
    return _shown("admin/outcome_evidence.html", outcome_id, EvidenceForm())


@bp.post("/outcomes/<int:outcome_id>/verify")
@may(Action.VERIFY_OUTCOME)
def outcome_verify_save(outcome_id: int) -> ResponseReturnValue:
    form = EvidenceForm()
    if form.validate():
        done, _none = attempt(form, lambda: verify_outcome(desk(), actor(), _evidence(outcome_id, form)))
        if done:
            flash(_("The job has been verified. Its milestones have begun to run."), "ok")
            return redirect(url_for("admin.outcome", outcome_id=outcome_id), 303)
    return _shown("admin/outcome_evidence.html", outcome_id, form, 422)


@bp.get("/outcomes/<int:outcome_id>/evidence")
@may(Action.VERIFY_OUTCOME)
def outcome_evidence(outcome_id: int) -> ResponseReturnValue:
    return _shown("admin/outcome_evidence.html", outcome_id, EvidenceForm())


@bp.post("/outcomes/<int:outcome_id>/evidence")
@may(Action.VERIFY_OUTCOME)
def outcome_evidence_save(outcome_id: int) -> ResponseReturnValue:
    form = EvidenceForm()
    if form.validate():
        done, settled = attempt(form, lambda: add_evidence(desk(), actor(), _evidence(outcome_id, form)))
        if done:
            flash(_("The evidence has been added."), "ok")
            if settled:
                flash(ngettext("%(n)d milestone was settled.", "%(n)d milestones were settled.", settled), "ok")
            return redirect(url_for("admin.outcome", outcome_id=outcome_id), 303)
    return _shown("admin/outcome_evidence.html", outcome_id, form, 422)


def _evidence(outcome_id: int, form: EvidenceForm) -> EvidenceOrder:
    return EvidenceOrder(
        outcome_id,
        form.grade.data,
        form.description.data or "",
        form["seen_on"].data,
        form["covers_to"].data,
        form.once.data,
        form["covers_from"].data,
    )


@bp.get("/outcomes/<int:outcome_id>/reject")
@may(Action.VERIFY_OUTCOME)
def outcome_reject(outcome_id: int) -> ResponseReturnValue:
    return _shown("admin/outcome_reject.html", outcome_id, RejectOutcomeForm())


@bp.post("/outcomes/<int:outcome_id>/reject")
@may(Action.VERIFY_OUTCOME)
def outcome_reject_save(outcome_id: int) -> ResponseReturnValue:
    form = RejectOutcomeForm()
    if form.validate():
        order = RejectOrder(outcome_id, form.reasons.data or "")
        done, _none = attempt(form, lambda: reject_outcome(desk(), actor(), order))
        if done:
            flash(_("The report was not accepted. The provider gets your reasons."), "ok")
            return redirect(url_for("admin.outcome", outcome_id=outcome_id), 303)
    return _shown("admin/outcome_reject.html", outcome_id, form, 422)


@bp.get("/outcomes/<int:outcome_id>/claw-back")
@may(Action.VERIFY_OUTCOME)
def outcome_claw_back(outcome_id: int) -> ResponseReturnValue:
    return _claw_back(outcome_page(desk(), actor(), outcome_id), ClawBackForm(formdata=None))


@bp.post("/outcomes/<int:outcome_id>/claw-back")
@may(Action.VERIFY_OUTCOME)
def outcome_claw_back_save(outcome_id: int) -> ResponseReturnValue:
    page, form = outcome_page(desk(), actor(), outcome_id), ClawBackForm()
    _earned(page, form)
    if form.validate():
        order = ClawBackOrder(outcome_id, form.number.data, form.ground.data, form.reasons.data or "", form.once.data)
        done, decision_id = attempt(form, lambda: claw_back(desk(), actor(), order))
        if done:
            flash(_("The bonus is taken back. The decision can be sent to the provider."), "ok")
            return redirect(url_for("admin.decision", decision_id=decision_id), 303)
    return _claw_back(page, form, 422)


def _earned(page: OutcomePage, form: ClawBackForm) -> None:
    form.number.choices = [
        (one.number, _("Milestone %(n)d, %(amount)s", n=one.number, amount=money(one.amount_cents)))
        for one in page.earned
    ]


def _claw_back(page: OutcomePage, form: ClawBackForm, code: int = 200) -> ResponseReturnValue:
    _earned(page, form)
    return render_template("admin/outcome_claw_back.html", page=page, form=form), code


@bp.get("/outcomes/<int:outcome_id>/end")
@may(Action.VERIFY_OUTCOME)
def outcome_end(outcome_id: int) -> ResponseReturnValue:
    return _shown("admin/outcome_end.html", outcome_id, EndJobForm())


@bp.post("/outcomes/<int:outcome_id>/end")
@may(Action.VERIFY_OUTCOME)
def outcome_end_save(outcome_id: int) -> ResponseReturnValue:
    form = EndJobForm()
    if form.validate():
        order = JobEnd(outcome_id, form["last_day"].data, form.reason.data or "")
        done, _none = attempt(form, lambda: end_job(desk(), actor(), order))
        if done:
            flash(_("The end of the job has been recorded."), "ok")
            return redirect(url_for("admin.outcome", outcome_id=outcome_id), 303)
    return _shown("admin/outcome_end.html", outcome_id, form, 422)


def _shown(template: str, outcome_id: int, form: Form, code: int = 200) -> ResponseReturnValue:
    return render_template(template, page=outcome_page(desk(), actor(), outcome_id), form=form), code
