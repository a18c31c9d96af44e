"""Needs for service, their measurements, and the grant of a voucher for one."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.case_forms import GrantForm, MeasureForm, NeedForm, ScoreForm
from marketplace.access.actions import Action
from marketplace.use_cases.grant_page import grant_page
from marketplace.use_cases.grant_voucher import GrantOrder, grant_voucher
from marketplace.use_cases.need_pages import MeasureForm as Measured
from marketplace.use_cases.need_pages import NeedForm as Offered
from marketplace.use_cases.need_pages import measure_form, need_form
from marketplace.use_cases.record_need import MeasureOrder, NeedOrder, Score, measure, record_need
from marketplace.web.forms import choices, labelled
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import in_language


@bp.get("/clients/<int:client_id>/needs/new")
@may(Action.RECORD_NEED)
def need_new(client_id: int) -> ResponseReturnValue:
    return _need_form(need_form(desk(), actor(), client_id), NeedForm())


@bp.post("/clients/<int:client_id>/needs/new")
@may(Action.RECORD_NEED)
def need_new_save(client_id: int) -> ResponseReturnValue:
    offered = need_form(desk(), actor(), client_id)
    form = NeedForm()
    _offer(form, offered)
    if form.validate():
        order = NeedOrder(
            client_id=client_id,
            package_id=int(form.package.data),
            category=form.category.data,
            tier=int(form.tier.data),
            goal=form.goal.data or "",
            score=_score(form),
            need_class=(form.need_class.data or "").removeprefix(f"{form.package.data}/") or None,
            once=form.once.data,
        )
        done, need_id = attempt(form, lambda: record_need(desk(), actor(), order))
        if done and need_id is not None:
            flash(_("The need has been recorded. You can grant a voucher now."), "ok")
            return redirect(url_for("admin.need_grant", need_id=need_id), 303)
    return _need_form(offered, form, 422)


def _offer(form: NeedForm, offered: Offered) -> None:
    form.package.choices = choices(
        [("", _("Choose")), *((str(one.id), in_language(one.name)) for one in offered.packages)]
    )
    form.need_class.choices = choices(
        [
            ("", _("No class")),
            *((key, f"{in_language(service)}: {in_language(name)}") for key, service, name in offered.classes),
        ]
    )
    form.category.choices = labelled("need_category", offered.categories, _("Choose"))


def _need_form(offered: Offered, form: NeedForm, code: int = 200) -> ResponseReturnValue:
    _offer(form, offered)
    return render_template("admin/need_form.html", page=offered, form=form), code


def _score(form: ScoreForm) -> Score:
    return Score(
        instrument=form.instrument.data,
        version=form.version.data or "",
        score_hundredths=form["score"].data,
        declined=form.declined.data,
        measured_on=form["measured_on"].data,
    )


@bp.get("/needs/<int:need_id>/measure")
@may(Action.MEASURE)
def need_measure(need_id: int) -> ResponseReturnValue:
    page = measure_form(desk(), actor(), need_id)
    first = page.moments[0] if page.moments else ""
    known = {"moment": first, "instrument": page.instrument, "version": page.version}
    return _measure_form(page, MeasureForm(data=known))


@bp.post("/needs/<int:need_id>/measure")
@may(Action.MEASURE)
def need_measure_save(need_id: int) -> ResponseReturnValue:
    page = measure_form(desk(), actor(), need_id)
    form = MeasureForm()
    form.moment.choices = labelled("moment", page.moments)
    if form.validate():
        order = MeasureOrder(need_id, form.moment.data, _score(form), form.once.data)
        done, client_id = attempt(form, lambda: measure(desk(), actor(), order))
        if done:
            flash(_("The measurement has been recorded."), "ok")
            return redirect(url_for("admin.client", client_id=client_id), 303)
    return _measure_form(page, form, 422)


def _measure_form(page: Measured, form: MeasureForm, code: int = 200) -> ResponseReturnValue:
    form.moment.choices = labelled("moment", page.moments)
    return render_template("admin/need_measure.html", page=page, form=form), code


@bp.get("/needs/<int:need_id>/grant")
@may(Action.GRANT_VOUCHER)
def need_grant(need_id: int) -> ResponseReturnValue:
    return _grant(need_id, GrantForm())


@bp.post("/needs/<int:need_id>/grant")
@may(Action.GRANT_VOUCHER)
def need_grant_save(need_id: int) -> ResponseReturnValue:
    form = GrantForm()
    if form.validate():
        order = GrantOrder(need_id, form.reasons.data or "", form.once.data)
        done, made = attempt(form, lambda: grant_voucher(desk(), actor(), order))
        if done and made is not None:
            flash(_("Voucher %(number)s has been granted. Now send the decision.", number=made.number), "ok")
            return redirect(url_for("admin.decision", decision_id=made.decision_id), 303)
    return _grant(need_id, form, 422)


def _grant(need_id: int, form: GrantForm, code: int = 200) -> ResponseReturnValue:
    return render_template("admin/need_grant.html", page=grant_page(desk(), actor(), need_id), form=form), code
