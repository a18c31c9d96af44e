"""The draws in figures, month by month, for anyone."""

from flask import render_template
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.public_figures import public_figures
from marketplace.web.guard import actor, desk, may
from portal_client import bp


@bp.get("/o/<code>/figures")
@may(Action.SEE_PUBLIC)
def order_figures(code: str) -> ResponseReturnValue:
    return render_template("portal_client/public_figures.html", figures=public_figures(desk(), actor(), code))
