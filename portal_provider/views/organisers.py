"""The organisers: which one to work with now, which ones to apply to."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.application_pages import organisers_page
from marketplace.use_cases.pick_organiser import pick_organiser
from marketplace.web.entrance_pages import sit_down
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext, in_language
from portal_provider import bp


@bp.get("/organisers")
@may(Action.SEE_OWN_COMPANY)
def organisers() -> ResponseReturnValue:
    return render_template("portal_provider/organisers.html", organisers=organisers_page(desk(), actor()))


@bp.post("/organisers/<int:organiser_id>")
@may(Action.SEE_OWN_COMPANY)
def organiser_pick(organiser_id: int) -> ResponseReturnValue:
    seat = pick_organiser(desk(), actor(), organiser_id)
    sit_down(seat)
    flash(gettext("You now work with: %(organiser)s.", organiser=in_language(seat.organiser_name)), "ok")
    return redirect(url_for("portal_provider.today"), 303)
