"""The decisions about the company, whole, with the instruction for an appeal; made to be printed."""

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.application_pages import decision_page, decisions_page
from marketplace.web.guard import actor, desk, may
from portal_provider import bp
from portal_provider.organiser import with_organiser


@bp.get("/decisions")
@may(Action.SEE_OWN_COMPANY)
@with_organiser
def decisions() -> ResponseReturnValue:
    return render_template("portal_provider/decisions.html", decisions=decisions_page(desk(), actor()))


@bp.get("/decisions/<int:decision_id>")
@may(Action.SEE_OWN_COMPANY)
@with_organiser
def decision(decision_id: int) -> ResponseReturnValue:
    return render_template("portal_provider/decision.html", page=decision_page(desk(), actor(), decision_id))
