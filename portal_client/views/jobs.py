"""The client's jobs as her providers have reported them, and what is counted of them."""

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.client_outcome_pages import my_jobs
from marketplace.web.guard import actor, desk, may
from portal_client import bp


@bp.get("/my/jobs")
@may(Action.SEE_OWN_VOUCHER)
def jobs() -> ResponseReturnValue:
    return render_template("portal_client/jobs.html", jobs=my_jobs(desk(), actor()))
