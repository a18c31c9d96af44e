"""A programme's budget year to its end: figures, chart, what more vouchers would do, and the warning limit."""

import csv
import io

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField
from wtforms.validators import InputRequired

from admin import bp
from admin.attempt import attempt
from marketplace.access.actions import Action
from marketplace.use_cases.budget_forecast import Forecast, budget_forecast, set_warning
from marketplace.web.charts import LineData, Series
from marketplace.web.formats import money
from marketplace.web.forms import Form
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import lazy_gettext


class WarningForm(Form):
    percent = IntegerField(lazy_gettext("Warn when so many per cent are promised or used"), [InputRequired()])


def _asked(programme_id: int) -> Forecast:
    more = request.args.get("more", 0, type=int)
    return budget_forecast(desk(), actor(), programme_id, request.args.get("year", type=int), more)


@bp.get("/programmes/<int:programme_id>/forecast")
@may(Action.SEE_BUDGET)
def budget_forecast_page(programme_id: int) -> ResponseReturnValue:
    page = _asked(programme_id)
    return _shown(page, WarningForm(formdata=None, data={"percent": page.warning_percent}))


@bp.post("/programmes/<int:programme_id>/forecast")
@may(Action.SET_APPROPRIATION)
def budget_warning(programme_id: int) -> ResponseReturnValue:
    page, form = _asked(programme_id), WarningForm()
    if form.validate():
        percent = form.percent.data
        done, _nothing = attempt(form, lambda: set_warning(desk(), actor(), programme_id, page.year, percent))
        if done:
            flash(_("The warning limit is now %(percent)d %%.", percent=percent), "ok")
            return redirect(url_for("admin.budget_forecast_page", programme_id=programme_id, year=page.year), 303)
    return _shown(page, form, 422)


@bp.get("/programmes/<int:programme_id>/forecast.csv")
@may(Action.SEE_BUDGET)
def budget_csv(programme_id: int) -> ResponseReturnValue:
    page = _asked(programme_id)
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["what", "cents", "low_cents", "high_cents"])
    stand = page.position
    for name, cents in (("appropriated", stand.appropriated_cents), ("reserved_service", stand.reserved_service_cents),
                        ("reserved_bonus", stand.reserved_bonus_cents), ("used", stand.used_cents),
                        ("free", stand.free_cents), ("warning_limit", page.warning_cents)):  # fmt: skip
        rows.writerow([name, cents, "", ""])
    for number, (used, one) in enumerate(zip(page.used_by_month, page.by_month, strict=True), 1):
        if used is not None:
            rows.writerow([f"used_by_{page.year}-{number:02d}", used, "", ""])
        else:
            values = ["", "", ""] if one is None else [one.cents, one.low, one.high]
            rows.writerow([f"expected_by_{page.year}-{number:02d}", *values])
    rows.writerow(["expected_by_year_end", page.year_end.cents, page.year_end.low, page.year_end.high])
    rows.writerow(["expected_bonuses_in_all", page.bonus_in_all.cents, page.bonus_in_all.low, page.bonus_in_all.high])
    answer = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="budget-{programme_id}-{page.year}.csv"'
    return answer


def _shown(page: Forecast, form: WarningForm, code: int = 200) -> ResponseReturnValue:
    more = request.args.get("more", type=int)
    return render_template(
        "admin/forecast.html", page=page, form=form, chart=_chart(page), more=more, who=actor()
    ), code  # fmt: skip


def _chart(page: Forecast) -> LineData:
    return LineData(
        id="forecast",
        title=_("Use to the end of the year"),
        summary=_(
            "By the end of %(year)d the use is expected to be %(likely)s, eight times in ten between %(low)s and %(high)s.",
            year=page.year, likely=money(page.year_end.cents, True), low=money(page.year_end.low, True),
            high=money(page.year_end.high, True),
        ),
        labels=[f"{number}/{page.year}" for number in range(1, 13)],
        series=[
            Series(_("Used so far"), page.used_by_month),
            Series(_("Expected"), _values(page, "cents"), "forecast"),
        ],
        band=(_values(page, "low"), _values(page, "high")),
        band_name=_("Eight times in ten"),
        limit=(_("Appropriated"), page.position.appropriated_cents),
        show=lambda cents: money(int(cents), True),
        csv_url=url_for("admin.budget_csv", programme_id=page.programme_id, year=page.year),
        label_name=_("Month"),
    )  # fmt: skip


def _values(page: Forecast, name: str) -> list[int | None]:
    """One of the expected values month by month, None where nothing is expected yet."""
    return [None if one is None else getattr(one, name) for one in page.by_month]
