"""Equal treatment in figures: the monitor, results by caseworker for the auditor, and the grounds that open them."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField
from wtforms.validators import Length

from admin import bp
from admin.attempt import attempt
from admin.monitor_charts import effective_chart, exposure_chart, first_chart, share_chart
from admin.monitor_csv import TABLES, as_csv
from marketplace.access.actions import Action
from marketplace.use_cases.caseworker_results import caseworker_results
from marketplace.use_cases.monitor_pages import Monitor
from marketplace.use_cases.monitor_pages import monitor as monitor_page
from marketplace.use_cases.monitoring_grounds import OpenOrder, close_results, grounds_page, open_results
from marketplace.web.forms import DayField, OnceForm, Required
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import lazy_gettext


class GroundsForm(OnceForm):
    assessed_on = DayField(lazy_gettext("Day of the impact assessment"), [Required()])
    assessment = StringField(lazy_gettext("Where the impact assessment is"), [Required(), Length(max=200)])
    agreed_on = DayField(lazy_gettext("Day of the co-operation with staff"), [Required()])
    agreement = StringField(lazy_gettext("Where its record is"), [Required(), Length(max=200)])


def _asked() -> Monitor:
    return monitor_page(desk(), actor(), request.args.get("period", ""))


@bp.get("/monitor")
@may(Action.SEE_MONITOR)
def monitor() -> ResponseReturnValue:
    page = _asked()
    charts = {"exposure": exposure_chart(page), "first": first_chart(page), "effective": effective_chart(page)}
    if page.choices is not None:
        charts["declined"] = share_chart(page, page.choices.by_need, "declined", _("Declined by providers"))
    return render_template("admin/monitor.html", page=page, charts=charts, who=actor())


@bp.get("/monitor/<what>.csv")
@may(Action.SEE_MONITOR)
def monitor_csv(what: str) -> ResponseReturnValue:
    if what not in TABLES:
        abort(404)
    page = _asked()
    answer = Response(as_csv(page, what), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{what}-{page.code}.csv"'
    return answer


@bp.get("/monitor/caseworkers")
@may(Action.SEE_CASEWORKER_RESULTS)
def monitor_caseworkers() -> ResponseReturnValue:
    return render_template("admin/monitor_caseworkers.html", page=caseworker_results(desk(), actor()))


@bp.get("/staff/monitoring")
@may(Action.SET_MONITORING)
def staff_monitoring() -> ResponseReturnValue:
    return _grounds(GroundsForm())


@bp.post("/staff/monitoring")
@may(Action.SET_MONITORING)
def staff_monitoring_open() -> ResponseReturnValue:
    form = GroundsForm()
    if form.validate():
        order = OpenOrder(
            form.assessed_on.data, form.assessment.data, form.agreed_on.data, form.agreement.data, form.once.data
        )
        done, _nothing = attempt(form, lambda: open_results(desk(), actor(), order))
        if done:
            flash(_("The auditor now sees the results by caseworker."), "ok")
            return redirect(url_for("admin.staff_monitoring"), 303)
    return _grounds(form, 422)


@bp.post("/staff/monitoring/close")
@may(Action.SET_MONITORING)
def staff_monitoring_close() -> ResponseReturnValue:
    close_results(desk(), actor())
    flash(_("The results by caseworker are closed."), "ok")
    return redirect(url_for("admin.staff_monitoring"), 303)


def _grounds(form: GroundsForm, code: int = 200) -> ResponseReturnValue:
    page = grounds_page(desk(), actor())
    return render_template("admin/staff_monitoring.html", form=form, page=page), code
