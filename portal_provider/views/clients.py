"""The company's clients: the list, one client, and those who have left but whose visits can still be recorded."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.use_cases.provider_event_pages import former_clients
from marketplace.use_cases.provider_work_pages import SHOWS, ListQuery, client_list, client_page
from marketplace.web.finnish_fields import phone
from marketplace.web.guard import actor, desk, may
from portal_provider import bp
from portal_provider.organiser import with_organiser
from portal_provider.present import language_words, page_number, with_page


@bp.get("/clients")
@may(Action.SEE_PROVIDER_CLIENTS)
@with_organiser
def clients() -> ResponseReturnValue:
    show = request.args.get("show", "now")
    search = request.args.get("q", "").strip()[:100]
    query = ListQuery(show if show in SHOWS else "now", search, page_number())
    listing = client_list(desk(), actor(), query)
    address = with_page(url_for("portal_provider.clients"), show=query.show, q=search)
    return render_template("portal_provider/clients.html", listing=listing, query=query, address=address)


@bp.get("/clients/<int:voucher_id>")
@may(Action.SEE_PROVIDER_CLIENTS)
@with_organiser
def client(voucher_id: int) -> ResponseReturnValue:
    page = client_page(desk(), actor(), voucher_id)
    return render_template(
        "portal_provider/client.html", page=page, language=language_words(page.language), phone=phone
    )


@bp.get("/clients/former")
@may(Action.RECORD_EVENT)
@with_organiser
def client_former() -> ResponseReturnValue:
    return render_template("portal_provider/client_former.html", rows=former_clients(desk(), actor()))
