"""The client's own decisions."""

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.client_decision_pages import my_decision, my_decisions
from marketplace.web.guard import actor, desk, may
from portal_client import bp


@bp.get("/my/decisions")
@may(Action.SEE_OWN_VOUCHER)
def decisions() -> ResponseReturnValue:
    return render_template("portal_client/decisions.html", decisions=my_decisions(desk(), actor()))


@bp.get("/my/decisions/<int:decision_id>")
@may(Action.SEE_OWN_VOUCHER)
def decision(decision_id: int) -> ResponseReturnValue:
    return render_template("portal_client/decision.html", decision=my_decision(desk(), actor(), decision_id))
