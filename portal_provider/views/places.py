"""Free places: told for each service and area, with the day on which they were true."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.provider_company_pages import PlacesRow, places_page
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.tell_places import TellPlaces, tell_places
from marketplace.web.forms import add_refusal
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from portal_provider import bp
from portal_provider.company_forms import PlacesForm
from portal_provider.organiser import with_organiser


def _form(row: PlacesRow) -> PlacesForm:
    return PlacesForm(formdata=None, obj=row, prefix=f"a{row.approval_id}-")


def _page(asked: PlacesForm | None = None, asked_id: int | None = None, status: int = 200) -> ResponseReturnValue:
    rows = places_page(desk(), actor())
    forms = {row.approval_id: _form(row) for row in rows}
    if asked is not None and asked_id in forms:
        forms[asked_id] = asked
    page = render_template("portal_provider/places.html", rows=rows, forms=forms, form=asked)
    return page, status


@bp.get("/places")
@may(Action.TELL_PLACES)
@with_organiser
def places() -> ResponseReturnValue:
    return _page()


@bp.post("/places/<int:approval_id>")
@may(Action.TELL_PLACES)
@with_organiser
def places_tell(approval_id: int) -> ResponseReturnValue:
    form = PlacesForm(prefix=f"a{approval_id}-")
    if form.validate():
        told = TellPlaces(approval_id, form.free_places.data, form.next_start.data, form.paused.data)
        try:
            tell_places(desk(), actor(), told)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(gettext("Thank you. Clients see this at once, with today's date."), "ok")
            return redirect(url_for("portal_provider.places"), 303)
    return _page(form, approval_id, 422)
