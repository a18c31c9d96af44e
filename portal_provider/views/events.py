"""Events: recording one (with its price shown before it is saved), the month's list, taking one back."""

from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.period import add_months
from marketplace.use_cases import provider_event_pages as pages
from marketplace.use_cases.record_event import EventOrder, preview_event, record_event
from marketplace.use_cases.reverse_event import reverse_event
from marketplace.web import formats
from marketplace.web.forms import choices
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from marketplace.web.labels import label
from portal_provider import bp
from portal_provider.organiser import with_organiser
from portal_provider.present import (
    kind_hint,
    month_code,
    month_from,
    page_number,
    price_sentence,
    prices_in_words,
    unit_words,
    with_page,
)
from portal_provider.work_forms import EventForm, ReasonForm, given, mending


class Preview(NamedTuple):
    """What an event would cost and leave, in words."""

    sentence: str
    left: str
    own_share_cents: int


def _form(page: pages.EventForm, asked: bool) -> EventForm:
    form = EventForm() if asked else EventForm(formdata=None, day=page.last_day)
    form.kind.choices = choices((kind.code, label("event_kind", kind.code)) for kind in page.kinds)
    return form


def _render(
    page: pages.EventForm, form: EventForm, status: int = 200, preview: Preview | None = None
) -> ResponseReturnValue:
    hints = {kind.code: kind_hint(kind) for kind in page.kinds}
    html = render_template(
        "portal_provider/event_new.html", page=page, form=form, hints=hints, preview=preview,
        unit=unit_words(page.unit), prices=prices_in_words(page.prices, page.unit),
    )
    return html, status


def _order(voucher_id: int, form: EventForm) -> EventOrder:
    day, quantity = given(form.day), given(form.quantity)
    return EventOrder(
        voucher_id, form.kind.data, day, quantity, form.note.data or "", begins_at=form["begins_at"].data,
        once=form.once.data,
    )  # fmt: skip


def _preview(page: pages.EventForm, form: EventForm) -> Preview:
    price = preview_event(desk(), actor(), _order(page.voucher_id, form))
    kind = next(kind for kind in page.kinds if kind.code == form.kind.data)
    left = formats.quantity(page.units_left_hundredths - price.units_used_hundredths, page.unit)
    sentence = price_sentence(given(form.quantity), page.unit, price.unit_cents, kind, price.amount_cents)
    return Preview(sentence, left, price.own_share_cents)


@bp.get("/clients/<int:voucher_id>/events/new")
@may(Action.RECORD_EVENT)
@with_organiser
def event_new(voucher_id: int) -> ResponseReturnValue:
    page = pages.event_form(desk(), actor(), voucher_id)
    return _render(page, _form(page, asked=False))


@bp.post("/clients/<int:voucher_id>/events/new")
@may(Action.RECORD_EVENT)
@with_organiser
def event_record(voucher_id: int) -> ResponseReturnValue:
    page = pages.event_form(desk(), actor(), voucher_id)
    form = _form(page, asked=True)
    if form.validate():
        with mending(form):
            if request.form.get("do") == "preview":
                return _render(page, form, preview=_preview(page, form))
            done = record_event(desk(), actor(), _order(voucher_id, form))
            amount = formats.money(done.amount_cents)
            left = formats.quantity(done.units_left_hundredths, page.unit)
            flash(gettext("Recorded: %(amount)s. The voucher has %(left)s left.", amount=amount, left=left), "ok")
            if page.former:
                return redirect(url_for("portal_provider.client_former"), 303)
            return redirect(url_for("portal_provider.client", voucher_id=voucher_id), 303)
    return _render(page, form, 422)


@bp.get("/events")
@may(Action.SEE_PROVIDER_CLIENTS)
@with_organiser
def events() -> ResponseReturnValue:
    listing = pages.event_list(desk(), actor(), month_from(request.args.get("month")), page_number())
    return render_template(
        "portal_provider/events.html",
        listing=listing,
        before=month_code(add_months(listing.month, -1)),
        after=month_code(add_months(listing.month, 1)) if listing.has_next_month else None,
        address=with_page(url_for("portal_provider.events"), month=month_code(listing.month)),
    )


@bp.get("/events/<int:event_id>/reverse")
@may(Action.REVERSE_EVENT)
@with_organiser
def event_reverse(event_id: int) -> ResponseReturnValue:
    row = pages.event_page(desk(), actor(), event_id)
    return render_template("portal_provider/event_reverse.html", row=row, form=ReasonForm(formdata=None))


@bp.post("/events/<int:event_id>/reverse")
@may(Action.REVERSE_EVENT)
@with_organiser
def event_reverse_send(event_id: int) -> ResponseReturnValue:
    form = ReasonForm()
    if form.validate():
        with mending(form):
            reverse_event(desk(), actor(), event_id, form.reason.data or "", form.once.data)
            flash(gettext("The event has been reversed. What it had used is on the voucher again."), "ok")
            return redirect(url_for("portal_provider.events", month=request.args.get("month")), 303)
    row = pages.event_page(desk(), actor(), event_id)
    return render_template("portal_provider/event_reverse.html", row=row, form=form), 422
