"""How the company has been shown to clients: its own places, against what chance gives."""

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.own_exposure import OwnExposure, own_exposure
from marketplace.web.charts import BandData, BandRow
from marketplace.web.formats import figure
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from portal_provider import bp
from portal_provider.organiser import with_organiser


@bp.get("/company/exposure")
@may(Action.SEE_OWN_EXPOSURE)
@with_organiser
def company_exposure() -> ResponseReturnValue:
    page = own_exposure(desk(), actor())
    return render_template("portal_provider/exposure.html", page=page, chart=_chart(page))


def _chart(page: OwnExposure) -> BandData | None:
    if not page.places:
        return None
    inside = all(row.inside for row in page.places)
    return BandData(
        id="places",
        title=_("Where your card stood"),
        summary=_("Each of your places is as common as chance makes it.")
        if inside
        else _("Some places are more or less common than chance makes them. The organiser's auditor sees the same."),
        rows=[BandRow(_place(row.first, row.last), row.times, row.low, row.high) for row in page.places],
        name_label=_("Place on the list"),
        value_label=_("Times"),
        band_label=_("What chance allows"),
        show=figure,
    )


def _place(first: int, last: int | None) -> str:
    if first == last:
        return _("Place %(n)s", n=first)
    if last is None:
        return _("Place %(n)s or later", n=first)
    return _("Places %(first)s to %(last)s", first=first, last=last)
