"""A provider's own prices, where the organiser's terms leave the price to it."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.tell_price import own_price_page, tell_price, withdraw_price
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext
from portal_provider import bp
from portal_provider.organiser import with_organiser
from portal_provider.price_forms import OwnPriceForm
from portal_provider.work_forms import mending


def _prefix(package_id: int) -> str:
    """The names of a package's own boxes: a page may have several forms."""
    return f"package-{package_id}-"


def _page(package_id: int | None = None, asked: OwnPriceForm | None = None, status: int = 200) -> ResponseReturnValue:
    page = own_price_page(desk(), actor())
    forms = {one.package_id: OwnPriceForm(formdata=None, prefix=_prefix(one.package_id)).offer(one) for one in page.packages}
    if asked is not None and package_id is not None:
        forms[package_id] = asked
    return render_template("portal_provider/prices.html", page=page, forms=forms, form=asked), status


@bp.get("/prices")
@may(Action.TELL_PRICE)
@with_organiser
def prices() -> ResponseReturnValue:
    return _page()


@bp.post("/prices/<int:package_id>")
@may(Action.TELL_PRICE)
@with_organiser
def price_tell(package_id: int) -> ResponseReturnValue:
    package = next((one for one in own_price_page(desk(), actor()).packages if one.package_id == package_id), None)
    if package is None:
        abort(404)
    form = OwnPriceForm(prefix=_prefix(package_id)).offer(package)
    if form.validate():
        with mending(form):
            tell_price(desk(), actor(), form.order(package_id))
            flash(gettext("Your price is saved. Clients see it from its first day on."), "ok")
            return redirect(url_for("portal_provider.prices"), 303)
    return _page(package_id, form, 422)


@bp.post("/prices/told/<int:provider_price_id>/withdraw")
@may(Action.TELL_PRICE)
@with_organiser
def price_withdraw(provider_price_id: int) -> ResponseReturnValue:
    withdraw_price(desk(), actor(), provider_price_id)
    flash(gettext("The price was taken back before it started."), "ok")
    return redirect(url_for("portal_provider.prices"), 303)
