"""The public pages, open to anyone: the front page, an organiser's services and providers, how the order is drawn, the
log's head, the accessibility statement."""

import json
from dataclasses import replace
from pathlib import Path
from typing import cast

from flask import Flask, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.access.actions import Action
from marketplace.roles import Role
from marketplace.use_cases.choice_receipt import receipt_keys as read_keys
from marketplace.use_cases.competences import public_vocabulary
from marketplace.use_cases.order_example import invented_example, released_example
from marketplace.use_cases.provider_cards import count, fitting
from marketplace.use_cases.public_log import head_now, public_log, released_lines
from marketplace.use_cases.public_pages import front_page, organiser_front, public_list, public_profile
from marketplace.use_cases.rulebook_pages import public_rulebook
from marketplace.web.doors import has_page
from marketplace.web.finnish_fields import phone
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import lazy_gettext
from marketplace.web.portals import footer_link
from portal_client import bp
from portal_client.cards import CardWords, FilterWords, wishes_of

PAGE = 100
"""Up to this many cards stand on one page, more on numbered pages in the same order (fairness B2.13)."""


VERIFIER = Path(__file__).parents[2] / "docs" / "verifier" / "verify_orders.py"
"""In a checkout; an installation without docs/ shows no link."""


def _page_number(pages: int) -> int:
    number = request.args.get("page", 1, type=int)
    if not 1 <= number <= pages:
        abort(404)
    return number


@bp.get("/")
@may(Action.SEE_PUBLIC)
def front() -> ResponseReturnValue:
    """A client who has logged in goes on to her own page."""
    if actor().role is Role.CLIENT and has_page("portal_client.today"):
        return redirect(url_for("portal_client.today"), 303)
    return render_template("portal_client/public_front.html", organisers=front_page(desk(), actor()))


@bp.get("/o/<code>/")
@may(Action.SEE_PUBLIC)
def organiser_page(code: str) -> ResponseReturnValue:
    page = organiser_front(desk(), actor(), code)
    return render_template("portal_client/public_organiser.html", page=page, phone=phone(page.organiser.phone))


@bp.get("/o/<code>/rulebook")
@may(Action.SEE_PUBLIC)
def rulebook(code: str) -> ResponseReturnValue:
    """What every provider commits to, for anyone to read."""
    return render_template("portal_client/public_rulebook.html", page=public_rulebook(desk(), code))


@bp.get("/providers")
@may(Action.SEE_PUBLIC)
def providers() -> ResponseReturnValue:
    """The way to the list: with one organiser straight to it, with several by choosing."""
    organisers = front_page(desk(), actor())
    if len(organisers) == 1:
        return redirect(url_for("portal_client.providers_of", code=organisers[0].code), 303)
    return render_template("portal_client/public_organisers.html", organisers=organisers)


@bp.get("/o/<code>/providers")
@may(Action.SEE_PUBLIC)
def providers_of(code: str) -> ResponseReturnValue:
    asked = request.args
    page = public_list(desk(), actor(), code, asked.get("package") or None, asked.get("area") or None)
    wishes = replace(wishes_of(asked), sort="")  # the public list stands as it was drawn, always
    words = CardWords(page.today)
    found = fitting(page.laid_out, wishes, page.today)
    cards = page.cards_of(found)
    pages = max(1, -(-len(cards) // PAGE))
    number = _page_number(pages)
    kept = {name: asked.getlist(name) for name in asked if name != "page"}
    return render_template(
        "portal_client/public_providers.html",
        page=page,
        cards=[words.views(card) for card in cards[(number - 1) * PAGE : number * PAGE]],
        places=page.places if page.shared else {},
        titles=words.titles,
        filters=FilterWords(count(page.cards, page.today), wishes),
        filtered=bool(wishes),
        found=len(found),
        number=number,
        pages=pages,
        page_url=lambda n: url_for("portal_client.providers_of", code=code, **kept, page=n),  # type: ignore[arg-type]
    )


@bp.get("/o/<code>/providers/<unit>")
@may(Action.SEE_PUBLIC)
def provider(code: str, unit: str) -> ResponseReturnValue:
    page = public_profile(desk(), actor(), code, unit)
    words = CardWords(page.today)
    claims = [words.competence(claim) for claim in page.competences]
    return render_template(
        "portal_client/public_provider.html", page=page, words=words, claims=claims, phone=phone(page.phone)
    )


@bp.get("/how-the-order-is-drawn")
@may(Action.SEE_PUBLIC)
def how_order() -> ResponseReturnValue:
    """The words, a draw to redo (an organiser's own, when `organiser` names it and one is public), the logs, the verifier."""
    asked = request.args.get("organiser")
    released = released_example(desk(), actor(), asked) if asked else None
    return render_template(
        "portal_client/public_order.html",
        organisers=front_page(desk(), actor()),
        asked=asked,
        example=released or invented_example(),
        has_verifier=VERIFIER.is_file(),
    )


@bp.get("/how-the-order-is-drawn/verify_orders.py")
@may(Action.SEE_PUBLIC)
def verifier() -> ResponseReturnValue:
    """The verifier that outsiders use: one file, as it stands in docs/verifier."""
    if not VERIFIER.is_file():
        abort(404)
    return Response(VERIFIER.read_text("utf-8"), mimetype="text/x-python", headers={
        "Content-Disposition": 'attachment; filename="verify_orders.py"'
    })  # fmt: skip


@bp.get("/o/<code>/log")
@may(Action.SEE_PUBLIC)
def order_log(code: str) -> ResponseReturnValue:
    return render_template("portal_client/public_log.html", page=public_log(desk(), actor(), code))


@bp.get("/o/<code>/log/lines")
@may(Action.SEE_PUBLIC)
def order_log_lines(code: str) -> ResponseReturnValue:
    start = request.args.get("from", 0, type=int)
    lines = released_lines(desk(), actor(), code, start)
    body = "".join(f"{line}\n" for line in lines)
    return Response(body, mimetype="application/jsonl", headers={
        "Content-Disposition": f'attachment; filename="{code}-order-log.jsonl"'
    })  # fmt: skip


@bp.get("/o/<code>/competences")
@may(Action.SEE_PUBLIC)
def competences(code: str) -> ResponseReturnValue:
    return render_template("portal_client/competences.html", page=public_vocabulary(desk(), actor(), code))


@bp.get("/o/<code>/receipt-keys")
@may(Action.SEE_PUBLIC)
def receipt_keys(code: str) -> ResponseReturnValue:
    return render_template("portal_client/receipt_keys.html", page=read_keys(desk(), actor(), code))


@bp.get("/o/<code>/log/head")
@may(Action.SEE_PUBLIC)
def order_log_head(code: str) -> ResponseReturnValue:
    """The signed head as it is now: a small file to be kept."""
    head = head_now(desk(), actor(), code)
    return Response(json.dumps(head, sort_keys=True, indent=1) + "\n", mimetype="application/json", headers={
        "Content-Disposition": f'attachment; filename="{code}-head-{head["day"]}.json"'
    })  # fmt: skip


@bp.get("/accessibility")
@may(Action.SEE_PUBLIC)
def accessibility() -> ResponseReturnValue:
    return render_template("portal_client/public_accessibility.html", organisers=front_page(desk(), actor()))


def _footer(app: Flask) -> None:
    footer_link(app, "portal_client.how_order", lazy_gettext("How is the order drawn?"))
    footer_link(app, "portal_client.accessibility", lazy_gettext("Accessibility statement"))


bp.record_once(lambda state: _footer(cast(Flask, state.app)))
