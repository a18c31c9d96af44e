"""The company's people: who has access, inviting, ending."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.roles import Role
from marketplace.use_cases.invite_coach import InviteCoach, end_person, invite_coach
from marketplace.use_cases.provider_company_pages import people_page
from marketplace.use_cases.refusals import Refused
from marketplace.web.forms import add_refusal
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from marketplace.web.labels import refusal_text
from portal_provider import bp
from portal_provider.company_forms import InviteForm


@bp.get("/people")
@may(Action.INVITE_COACH)
def people() -> ResponseReturnValue:
    return render_template("portal_provider/people.html", people=people_page(desk(), actor()))


@bp.get("/people/invite")
@may(Action.INVITE_COACH)
def people_invite() -> ResponseReturnValue:
    return render_template("portal_provider/people_invite.html", form=InviteForm(formdata=None))


@bp.post("/people/invite")
@may(Action.INVITE_COACH)
def people_send() -> ResponseReturnValue:
    form = InviteForm()
    if form.validate():
        order = InviteCoach(
            name=form.name.data or "",
            email=form.email.data or "",
            phone=form.phone.data,
            role=Role(form.role.data),
            language=form.language.data,
            once=form.once.data,
        )
        try:
            invite_coach(desk(), actor(), order)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(gettext("The invitation is on its way to %(email)s.", email=order.email), "ok")
            return redirect(url_for("portal_provider.people"), 303)
    return render_template("portal_provider/people_invite.html", form=form), 422


@bp.post("/people/<int:membership_id>/end")
@may(Action.INVITE_COACH)
def people_end(membership_id: int) -> ResponseReturnValue:
    try:
        end_person(desk(), actor(), membership_id)
    except Refused as refused:
        flash(refusal_text(refused.code, refused.values), "stop")
    else:
        flash(gettext("The access has ended."), "ok")
    return redirect(url_for("portal_provider.people"), 303)
