"""The first page of everyone who works for the organiser: what waits for this person."""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from admin import bp, navigation, procurement_tasks  # noqa: F401  a first page has a menu and tasks
from admin.today_tasks import tasks_of
from marketplace.access.actions import Action
from marketplace.roles import STAFF
from marketplace.web.guard import actor, may


@bp.get("/")
@may(Action.SEE_TODAY)
def today() -> ResponseReturnValue:
    who = actor()
    if who.role not in STAFF:  # everyone has a first page, but this one is the organiser's
        abort(403)
    return render_template("admin/today.html", tasks=tasks_of(who), name=who.name)
