"""The client's own data, and who has read or changed it."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.who_has_seen_me import who_has_seen_me
from marketplace.web.guard import actor, desk, may
from portal_client import bp
from portal_client.present import said_reason


@bp.get("/my/data")
@may(Action.SEE_WHO_HAS_SEEN)
def my_data() -> ResponseReturnValue:
    with_own = request.args.get("own") == "1"
    data = who_has_seen_me(desk(), actor(), request.args.get("page", 1, type=int), with_own)

    def page_url(number: int) -> str:
        return url_for("portal_client.my_data", page=number, own="1" if with_own else None)

    return render_template("portal_client/my_data.html", data=data, page_url=page_url, said_reason=said_reason)
