"""The company's special competence: at most three words of the organiser's vocabulary, each with its evidence."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from marketplace.access.actions import Action
from marketplace.roles import Role
from marketplace.use_cases.competences import (
    EVIDENCE_MOST,
    LINK_MOST,
    MOST_CLAIMS,
    ClaimOrder,
    claim_competence,
    drop_competence,
    own_competences,
)
from marketplace.use_cases.refusals import Refused
from marketplace.web.forms import DayField, OnceForm, Required, add_refusal, choices
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext, in_language, lazy_gettext
from portal_provider import bp
from portal_provider.organiser import with_organiser


class CompetenceForm(OnceForm):
    """One word and what shows it."""

    term = SelectField(lazy_gettext("Competence"), [Required()], choices=[])
    evidence = TextAreaField(lazy_gettext("What shows it"), [Required(), Length(max=EVIDENCE_MOST)])
    link = StringField(lazy_gettext("Web address where one can see it"), [Length(max=LINK_MOST)])
    evidence_on = DayField(lazy_gettext("Day of the evidence"), [Required()])


def _page(form: CompetenceForm | None = None, status: int = 200) -> ResponseReturnValue:
    page = own_competences(desk(), actor())
    form = form or CompetenceForm(formdata=None)
    form.term.choices = choices([("", "–"), *((str(term.id), in_language(term.name)) for term in page.open)])
    manager = actor().role is Role.PROVIDER_MANAGER
    whole = render_template("portal_provider/competence.html", page=page, form=form, most=MOST_CLAIMS, may_edit=manager)
    return whole, status


@bp.get("/company/competence")
@may(Action.SEE_OWN_COMPANY)
@with_organiser
def company_competence() -> ResponseReturnValue:
    return _page()


@bp.post("/company/competence")
@may(Action.EDIT_COMPANY)
@with_organiser
def company_competence_claim() -> ResponseReturnValue:
    form = CompetenceForm()
    form.term.choices = choices(
        (str(term.id), in_language(term.name)) for term in own_competences(desk(), actor()).open
    )
    if form.validate():
        order = ClaimOrder(
            int(form.term.data), form.evidence.data or "", form.link.data, form["evidence_on"].data, form.once.data
        )
        try:
            claim_competence(desk(), actor(), order)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            flash(gettext("Added. Clients see it at once, with its evidence."), "ok")
            return redirect(url_for("portal_provider.company_competence"), 303)
    return _page(form, 422)


@bp.post("/company/competence/<int:claim_id>/drop")
@may(Action.EDIT_COMPANY)
@with_organiser
def company_competence_drop(claim_id: int) -> ResponseReturnValue:
    drop_competence(desk(), actor(), claim_id)
    flash(gettext("Taken back. Clients no longer see it."), "ok")
    return redirect(url_for("portal_provider.company_competence"), 303)
