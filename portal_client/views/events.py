"""What has been done on the client's vouchers, and her word against it."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.client_event_pages import my_event, my_events
from marketplace.use_cases.object_to_event import LONGEST, ObjectionOrder, object_to_event, withdraw_objection
from marketplace.use_cases.refusals import Refused, Stale
from marketplace.web.formats import day
from marketplace.web.forms import add_refusal
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from portal_client import bp
from portal_client.forms import ObjectForm


@bp.get("/my/events")
@may(Action.SEE_OWN_VOUCHER)
def events() -> ResponseReturnValue:
    return render_template("portal_client/events.html", vouchers=my_events(desk(), actor()))


@bp.get("/my/events/<int:event_id>")
@may(Action.SEE_OWN_VOUCHER)
def event(event_id: int) -> ResponseReturnValue:
    return render_template("portal_client/event.html", event=my_event(desk(), actor(), event_id))


@bp.get("/my/events/<int:event_id>/object")
@may(Action.OBJECT_TO_EVENT)
def event_object(event_id: int) -> ResponseReturnValue:
    return _object_page(event_id, ObjectForm(formdata=None))


@bp.post("/my/events/<int:event_id>/object")
@may(Action.OBJECT_TO_EVENT)
def event_object_now(event_id: int) -> ResponseReturnValue:
    form, status = ObjectForm(), 422
    if form.validate():
        try:
            done = object_to_event(desk(), actor(), ObjectionOrder(event_id, form.words.data, form.once.data))
        except Refused as refused:
            add_refusal(form, refused)
            status = 409 if isinstance(refused, Stale) else 422
        else:
            until = day(done.settle_by)
            flash(gettext("Your objection has been sent. It is settled by %(day)s at the latest.", day=until), "ok")
            return redirect(url_for("portal_client.event", event_id=event_id), 303)
    return _object_page(event_id, form, status)


@bp.post("/my/objections/<int:objection_id>/withdraw")
@may(Action.OBJECT_TO_EVENT)
def event_withdraw(objection_id: int) -> ResponseReturnValue:
    event_id = withdraw_objection(desk(), actor(), objection_id)
    flash(gettext("You have taken your objection back."), "ok")
    return redirect(url_for("portal_client.event", event_id=event_id), 303)


def _object_page(event_id: int, form: ObjectForm, status: int = 200) -> ResponseReturnValue:
    found = my_event(desk(), actor(), event_id)
    if found.object_by is None and status == 200:
        # its own page says why: it has been objected to, was taken back, or it is too late
        return redirect(url_for("portal_client.event", event_id=event_id), 303)
    return render_template("portal_client/object.html", event=found, form=form, longest=LONGEST), status
