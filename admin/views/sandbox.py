"""Trying a version of the terms on past vouchers: asked for, waited for, read as figures, chart and CSV."""

import csv
import io

from flask import Response, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from marketplace.access.actions import Action
from marketplace.use_cases.sandbox import ask_replay
from marketplace.use_cases.sandbox_pages import SandboxPage, sandbox_page
from marketplace.web.charts import BandData, BandRow
from marketplace.web.formats import money
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.labels import label

AMOUNTS = ("reserved_service", "reserved_bonus", "service", "bonus", "own_share")


@bp.get("/terms/<int:terms_id>/sandbox")
@may(Action.SEE_TRIAL)
def sandbox(terms_id: int) -> ResponseReturnValue:
    page = sandbox_page(desk(), actor(), terms_id)
    return render_template("admin/sandbox.html", page=page, chart=_chart(page), who=actor())


@bp.post("/terms/<int:terms_id>/sandbox")
@may(Action.TRY_TERMS)
def sandbox_try(terms_id: int) -> ResponseReturnValue:
    ask_replay(desk(), actor(), terms_id)
    return redirect(url_for("admin.sandbox", terms_id=terms_id), 303)


@bp.get("/terms/<int:terms_id>/sandbox.csv")
@may(Action.SEE_TRIAL)
def sandbox_csv(terms_id: int) -> ResponseReturnValue:
    page = sandbox_page(desk(), actor(), terms_id)
    if page.figures is None:
        abort(404)
    found = page.figures
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["what", "vouchers", *(f"{name}_before_cents" for name in AMOUNTS),
                   *(f"{name}_after_cents" for name in AMOUNTS), "why"])  # fmt: skip
    rows.writerow(["all", found.vouchers - found.unpriced, *found.before.values, *found.after.values, ""])
    for kind, groups in (("provider", found.sizes), ("tier", found.tiers)):
        for one in groups:
            rows.writerow([f"{kind}:{'+'.join(one.codes)}", one.vouchers, *one.before.values, *one.after.values, ""])
    for case in found.cases:
        rows.writerow([case.code, 1, *case.before.values, *case.after.values, " ".join(case.why)])
    answer = Response(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="trial-{page.terms_id}.csv"'
    return answer


def _chart(page: SandboxPage) -> BandData | None:
    """What a voucher pays on average in each group: the band goes from then to the draft, the dot is the draft."""
    if page.figures is None or not (page.figures.sizes or page.figures.tiers):
        return None
    rows = []
    for family, groups in (("provider_size", page.figures.sizes), ("client_tier", page.figures.tiers)):
        for one in groups:
            name = " + ".join(label(family, code) for code in one.codes)
            before, after = one.before.paid // one.vouchers, one.after.paid // one.vouchers
            rows.append(BandRow(name, after, min(before, after), max(before, after)))
    return BandData(
        id="trial",
        title=_("What a voucher costs on average"),
        summary=_("The dot is this version. The band goes from what was paid to what this version would pay."),
        rows=rows,
        name_label=_("Group"),
        value_label=_("By this version"),
        band_label=_("From what was paid to this version"),
        show=lambda cents: money(int(cents), True),
        csv_url=url_for("admin.sandbox_csv", terms_id=page.terms_id),
    )
