"""Who works here: the administrator invites and ends."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField
from wtforms.validators import Length

from admin import bp
from admin.attempt import attempt
from marketplace.access.actions import Action
from marketplace.roles import STAFF, Role
from marketplace.use_cases.manage_staff import InviteStaff, StaffMember, end_staff, invite_staff, staff_list
from marketplace.use_cases.refusals import Refused
from marketplace.web.forms import EmailField, Form, OnceForm, Required, add_refusal, choices, labelled
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import LANGUAGE_NAMES, lazy_gettext
from marketplace.web.i18n import gettext as _

ROLES = [role.value for role in Role if role in STAFF]


class InviteForm(OnceForm):
    name = StringField(lazy_gettext("Name"), [Required(lazy_gettext("Write the person's name.")), Length(max=200)])
    email = EmailField(lazy_gettext("E-mail address"), [Required()], render_kw={"autocomplete": "off"})
    role = SelectField(
        lazy_gettext("Role"),
        [Required(lazy_gettext("Choose the role."))],
        choices=labelled("role", ROLES, lazy_gettext("Choose a role")),
    )
    language = SelectField(lazy_gettext("Language of the mail"), choices=choices(LANGUAGE_NAMES.items()))


@bp.get("/staff")
@may(Action.MANAGE_STAFF)
def staff() -> ResponseReturnValue:
    return render_template("admin/staff.html", members=staff_list(desk(), actor()))


@bp.get("/staff/invite")
@may(Action.MANAGE_STAFF)
def staff_invite() -> ResponseReturnValue:
    return render_template("admin/staff_invite.html", form=InviteForm())


@bp.post("/staff/invite")
@may(Action.MANAGE_STAFF)
def staff_send() -> ResponseReturnValue:
    form = InviteForm()
    if form.validate():
        order = InviteStaff(
            name=str(form["name"].data),
            email=str(form.email.data),
            role=Role(form.role.data),
            language=form.language.data,
            once=form.once.data,
        )
        done, _membership = attempt(form, lambda: invite_staff(desk(), actor(), order))
        if done:
            flash(_("%(name)s has been invited. The mail is on its way.", name=order.name), "ok")
            return redirect(url_for("admin.staff"), 303)
    return render_template("admin/staff_invite.html", form=form), 422


def _member(membership_id: int) -> StaffMember:
    for member in staff_list(desk(), actor()):
        if member.membership_id == membership_id:
            return member
    abort(404)


@bp.get("/staff/<int:membership_id>/end")
@may(Action.MANAGE_STAFF)
def staff_end(membership_id: int) -> ResponseReturnValue:
    return render_template("admin/staff_end.html", member=_member(membership_id), form=Form())


@bp.post("/staff/<int:membership_id>/end")
@may(Action.MANAGE_STAFF)
def staff_end_now(membership_id: int) -> ResponseReturnValue:
    form = Form()
    try:
        name = end_staff(desk(), actor(), membership_id)
    except Refused as refused:
        add_refusal(form, refused)
        return render_template("admin/staff_end.html", member=_member(membership_id), form=form), 422
    flash(_("The role of %(name)s has ended.", name=name), "ok")
    return redirect(url_for("admin.staff"), 303)
