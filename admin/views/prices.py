"""The price table of a version of the terms: rows, multipliers, what is missing, and what one client would be promised."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from admin import bp
from admin.attempt import attempt
from admin.price_forms import (
    MultiplierForm,
    NeedClassForm,
    PreviewForm,
    PriceForm,
    multiplier_values,
    price_values,
)
from marketplace.access.actions import Action
from marketplace.use_cases import write_prices
from marketplace.use_cases.price_pages import RowPage, multiplier_page, new_row_page, price_page, price_row_page
from marketplace.use_cases.terms_pages import package_page
from marketplace.web.forms import Form, choices
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import in_language


@bp.get("/terms/<int:terms_id>/prices")
@may(Action.SEE_TERMS)
def terms_prices(terms_id: int) -> ResponseReturnValue:
    return _table(terms_id)


def _table(terms_id: int, form: Form | None = None, code: int = 200) -> ResponseReturnValue:
    """The page; `form` carries what was refused of a row that could not be taken out."""
    asked = PreviewForm(request.args, meta={"csrf": False})
    unread = bool(asked["day"].process_errors)
    area, day = request.args.get("area", type=int), None if unread else asked["day"].data
    page = price_page(desk(), actor(), terms_id, request.args.get("need_class"), area, day)
    if not unread:
        asked = PreviewForm(formdata=None, data={"day": page.preview_day})
    classes = [(code, in_language(name)) for code, name in page.choices.classes]
    asked.need_class.choices = choices([("", _("No class")), *classes])
    asked.area.choices = choices((str(area_id), in_language(name)) for area_id, name in page.choices.areas)
    asked.need_class.data, asked.area.data = page.preview_class or "", str(page.preview_area)
    writable = page.state == "draft" and actor().role == "procurement"
    html = render_template(
        "admin/price_table.html", page=page, asked=asked, form=form or Form(formdata=None), writable=writable
    )
    return html, code


@bp.get("/terms/<int:terms_id>/prices/new")
@may(Action.WRITE_TERMS)
def terms_price_new(terms_id: int) -> ResponseReturnValue:
    page = new_row_page(desk(), actor(), terms_id)
    return _price(PriceForm().offer(page.choices), page)


@bp.post("/terms/<int:terms_id>/prices/new")
@may(Action.WRITE_TERMS)
def terms_price_add(terms_id: int) -> ResponseReturnValue:
    page = new_row_page(desk(), actor(), terms_id)
    form = PriceForm().offer(page.choices)
    if form.validate():
        done, _none = attempt(form, lambda: write_prices.add_price(desk(), actor(), terms_id, form.draft()))
        if done:
            return _saved(terms_id, _("The price was added to the draft."))
    return _price(form, page, 422)


@bp.get("/prices/<int:price_row_id>/edit")
@may(Action.WRITE_TERMS)
def terms_price_edit(price_row_id: int) -> ResponseReturnValue:
    page = price_row_page(desk(), actor(), price_row_id)
    assert page.price is not None
    return _price(PriceForm(data=price_values(page.price)).offer(page.choices), page)


@bp.post("/prices/<int:price_row_id>/edit")
@may(Action.WRITE_TERMS)
def terms_price_save(price_row_id: int) -> ResponseReturnValue:
    page = price_row_page(desk(), actor(), price_row_id)
    form = PriceForm().offer(page.choices)
    if form.validate():
        done, _none = attempt(form, lambda: write_prices.edit_price(desk(), actor(), price_row_id, form.draft()))
        if done:
            return _saved(page.terms_id, _("The price was changed."))
    return _price(form, page, 422)


@bp.post("/prices/<int:price_row_id>/remove")
@may(Action.WRITE_TERMS)
def terms_price_remove(price_row_id: int) -> ResponseReturnValue:
    page = price_row_page(desk(), actor(), price_row_id)
    return _removed(page.terms_id, lambda: write_prices.remove_price(desk(), actor(), price_row_id))


@bp.get("/terms/<int:terms_id>/multipliers/new")
@may(Action.WRITE_TERMS)
def terms_multiplier_new(terms_id: int) -> ResponseReturnValue:
    page = new_row_page(desk(), actor(), terms_id)
    return _multiplier(MultiplierForm().offer(page.choices), page)


@bp.post("/terms/<int:terms_id>/multipliers/new")
@may(Action.WRITE_TERMS)
def terms_multiplier_add(terms_id: int) -> ResponseReturnValue:
    page = new_row_page(desk(), actor(), terms_id)
    form = MultiplierForm().offer(page.choices)
    if form.validate():
        done, _none = attempt(form, lambda: write_prices.add_multiplier(desk(), actor(), terms_id, form.draft()))
        if done:
            return _saved(terms_id, _("The multiplier was added to the draft."))
    return _multiplier(form, page, 422)


@bp.get("/multipliers/<int:multiplier_id>/edit")
@may(Action.WRITE_TERMS)
def terms_multiplier_edit(multiplier_id: int) -> ResponseReturnValue:
    page = multiplier_page(desk(), actor(), multiplier_id)
    assert page.multiplier is not None
    return _multiplier(MultiplierForm(data=multiplier_values(page.multiplier)).offer(page.choices), page)


@bp.post("/multipliers/<int:multiplier_id>/edit")
@may(Action.WRITE_TERMS)
def terms_multiplier_save(multiplier_id: int) -> ResponseReturnValue:
    page = multiplier_page(desk(), actor(), multiplier_id)
    form = MultiplierForm().offer(page.choices)
    if form.validate():
        done, _none = attempt(form, lambda: write_prices.edit_multiplier(desk(), actor(), multiplier_id, form.draft()))
        if done:
            return _saved(page.terms_id, _("The multiplier was changed."))
    return _multiplier(form, page, 422)


@bp.post("/multipliers/<int:multiplier_id>/remove")
@may(Action.WRITE_TERMS)
def terms_multiplier_remove(multiplier_id: int) -> ResponseReturnValue:
    page = multiplier_page(desk(), actor(), multiplier_id)
    return _removed(page.terms_id, lambda: write_prices.remove_multiplier(desk(), actor(), multiplier_id))


@bp.get("/packages/<int:package_id>/classes/new")
@may(Action.WRITE_TERMS)
def package_class_new(package_id: int) -> ResponseReturnValue:
    page = package_page(desk(), actor(), package_id)
    return render_template("admin/need_class_form.html", form=NeedClassForm(), page=page)


@bp.post("/packages/<int:package_id>/classes/new")
@may(Action.WRITE_TERMS)
def package_class_add(package_id: int) -> ResponseReturnValue:
    form = NeedClassForm()
    if form.validate():
        name, once = form["name"].data, form.once.data
        done, _none = attempt(form, lambda: write_prices.add_need_class(desk(), actor(), package_id, name, once))
        if done:
            words = _("The class was added. Give it its own price in the price table, or let the general price hold for it.")
            flash(words, "ok")
            return redirect(url_for("admin.package", package_id=package_id), 303)
    page = package_page(desk(), actor(), package_id)
    return render_template("admin/need_class_form.html", form=form, page=page), 422


def _price(form: PriceForm, page: RowPage, code: int = 200) -> ResponseReturnValue:
    return render_template("admin/price_form.html", form=form, page=page), code


def _multiplier(form: MultiplierForm, page: RowPage, code: int = 200) -> ResponseReturnValue:
    return render_template("admin/multiplier_form.html", form=form, page=page), code


def _saved(terms_id: int, words: str) -> ResponseReturnValue:
    flash(words, "ok")
    return redirect(url_for("admin.terms_prices", terms_id=terms_id), 303)


def _removed(terms_id: int, call: Callable[[], int]) -> ResponseReturnValue:
    form = Form(formdata=None)
    done, _none = attempt(form, call)
    if not done:
        return _table(terms_id, form, 422)
    return _saved(terms_id, _("The row was taken out of the draft."))
