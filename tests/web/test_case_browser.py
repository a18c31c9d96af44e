"""The caseworker's pages in a real browser: axe finds nothing, nothing sticks out at 320 px, and from the register to the
grant all of it works without JavaScript."""

from datetime import date

import pytest

from marketplace.use_cases.answer_objection import AnswerObjection, answer_objection
from marketplace.use_cases.verify_outcome import EvidenceOrder, verify_outcome
from tests.makers import active_voucher, client, identity_code, provider, world
from tests.use_cases.settling import event, objection, outcome
from tests.web.browser import axe_problems, small_targets, too_wide
from tests.web.test_procurement_browser import House, house  # noqa: F401  the fixture

pytestmark = pytest.mark.browser


def pages(house: House) -> tuple[object, tuple[str, ...]]:  # noqa: F811
    """A caseworker with something of everything, and the addresses of her pages."""
    desk = house.desk
    run = active_voucher(desk)
    w, holder = run.world, run.holder
    hidden = client(desk, w, protected=True, email="aino@example.org")
    answered = objection(desk, run, event(desk, run))
    answer_objection(desk, run.company.manager, AnswerObjection(answered, "Odotimme ovella tunnin."))
    reported, other = outcome(desk, run), active_voucher(desk, w)
    verified, today = outcome(desk, other), desk.clock.today()
    verify_outcome(desk, w.caseworker, EvidenceOrder(verified, "employer", "Työsopimus", today, today))
    return w.caseworker, (
        "", "clients", "clients?waiting=choice", "clients/new", f"clients/{holder.client_id}",
        f"clients/{hidden.client_id}", f"clients/{hidden.client_id}/edit", f"clients/{hidden.client_id}/address",
        f"clients/{holder.client_id}/caseworker", f"clients/{holder.client_id}/end",
        f"clients/{hidden.client_id}/invitation", f"clients/{holder.client_id}/needs/new",
        f"needs/{holder.need_id}/measure", f"needs/{hidden.need_id}/grant", f"vouchers/{run.voucher_id}",
        f"vouchers/{run.voucher_id}/extend", f"vouchers/{run.voucher_id}/revoke", f"vouchers/{run.voucher_id}/end",
        "objections", f"objections/{answered}", "outcomes", f"outcomes/{reported}", f"outcomes/{verified}",
        f"outcomes/{reported}/verify", f"outcomes/{reported}/reject", f"outcomes/{verified}/end",
    )  # fmt: skip


def test_axe_finds_nothing_on_the_caseworkers_pages(house: House) -> None:  # noqa: F811
    who, paths = pages(house)
    problems = []
    for width, language in ((1280, "fi"), (320, "sv")):
        page = house.enter(who, width, language)  # type: ignore[arg-type]
        for path in paths:
            page.goto(f"/admin/{path}")
            problems += [f"{path} {width} {language}: {one}" for one in axe_problems(page)]
            if width < 400:
                problems += [f"{path} {width} {language}: {one}" for one in too_wide(page) + small_targets(page)]
    assert problems == []


def test_a_client_is_found_and_her_letter_is_made_without_javascript(house: House) -> None:  # noqa: F811
    w = world(house.desk)
    provider(house.desk, w)
    holder = client(house.desk, w, name=("Aino", "Virtanen"))
    page = house.enter(w.caseworker, width=360, javascript=False)
    page.goto("/admin/clients")
    page.get_by_label("Nimi tai henkilötunnus").fill(identity_code(date(1971, 2, 3), 5))
    page.get_by_role("button", name="Hae").click()
    assert page.get_by_role("heading", name="Kenelläkään asiakkaalla ei ole tätä henkilötunnusta").is_visible()
    page.get_by_label("Nimi tai henkilötunnus").fill("virta")
    page.get_by_role("button", name="Hae").click()
    page.get_by_role("link", name="Virtanen Aino").click()
    page.get_by_role("link", name="Myönnä seteli").click()
    page.get_by_role("button", name="Myönnä seteli").click()
    assert page.get_by_role("alert").is_visible()
    page.get_by_label("Päätöksen perustelut").fill("Tarvitsee tukea työn aloittamiseen.")
    page.get_by_role("button", name="Myönnä seteli").click()
    assert "/admin/decisions/" in page.url
    page.goto(f"/admin/clients/{holder.client_id}/invitation")
    page.get_by_role("button", name="Tee koodi tai linkki").click()
    assert page.locator(".letter-code").is_visible()
