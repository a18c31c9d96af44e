"""Answering a client who has chosen the company: a place from a day on, or a listed reason why not."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.answer_choice import ConfirmOrder, DeclineOrder, confirm_choice, decline_choice
from marketplace.use_cases.provider_work_pages import choice_page
from marketplace.web.finnish_fields import phone
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from portal_provider import bp
from portal_provider.organiser import with_organiser
from portal_provider.present import language_words
from portal_provider.work_forms import ConfirmForm, DeclineForm, given, mending


def _page(choice_id: int, template: str, form: ConfirmForm | DeclineForm, status: int = 200) -> ResponseReturnValue:
    page = choice_page(desk(), actor(), choice_id)
    if page.accepted:  # a colleague was first, and said yes
        return redirect(url_for("portal_provider.client", voucher_id=page.voucher_id), 303)
    words = language_words(page.language)
    return render_template(f"portal_provider/{template}", page=page, form=form, language=words, phone=phone), status


@bp.get("/choices/<int:choice_id>/confirm")
@may(Action.ANSWER_CHOICE)
@with_organiser
def choice_confirm(choice_id: int) -> ResponseReturnValue:
    return _page(choice_id, "choice_confirm.html", ConfirmForm(formdata=None))


@bp.post("/choices/<int:choice_id>/confirm")
@may(Action.ANSWER_CHOICE)
@with_organiser
def choice_confirm_send(choice_id: int) -> ResponseReturnValue:
    form = ConfirmForm()
    if form.validate():
        with mending(form):
            voucher_id = confirm_choice(desk(), actor(), ConfirmOrder(choice_id, given(form.start_on)))
            flash(gettext("The place is confirmed. The client has been told."), "ok")
            return redirect(url_for("portal_provider.client", voucher_id=voucher_id), 303)
    return _page(choice_id, "choice_confirm.html", form, 422)


@bp.get("/choices/<int:choice_id>/decline")
@may(Action.ANSWER_CHOICE)
@with_organiser
def choice_decline(choice_id: int) -> ResponseReturnValue:
    return _page(choice_id, "choice_decline.html", DeclineForm(formdata=None))


@bp.post("/choices/<int:choice_id>/decline")
@may(Action.ANSWER_CHOICE)
@with_organiser
def choice_decline_send(choice_id: int) -> ResponseReturnValue:
    form = DeclineForm()
    if form.validate():
        with mending(form):
            decline_choice(desk(), actor(), DeclineOrder(choice_id, form.reason.data))
            flash(gettext("Your answer has been sent. The client chooses again."), "ok")
            return redirect(url_for("portal_provider.clients"), 303)
    return _page(choice_id, "choice_decline.html", form, 422)
