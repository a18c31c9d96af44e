"""The pages of outcome bonuses in a real browser: axe finds nothing and nothing sticks out on a phone."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser

from marketplace.clock import SetClock
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.verify_outcome import EvidenceOrder, verify_outcome
from marketplace.use_cases.write_terms import create_terms
from tests.conftest import TODAY
from tests.makers import active_voucher
from tests.portals import portals_app
from tests.use_cases.procurement import terms_draft
from tests.use_cases.settling import outcome
from tests.web.browser import axe_problems, served, small_targets, too_wide
from tests.web.test_procurement_browser import House

pytestmark = pytest.mark.browser


@pytest.fixture
def house(own_desk: Desk, browser: Browser) -> Iterator[House]:
    app = portals_app(own_desk, WTF_CSRF_ENABLED=True, SESSION_COOKIE_NAME="session")
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    with served(app) as address:
        yield House(own_desk, address, serializer, browser)


def test_axe_finds_nothing_on_the_pages_of_bonuses(house: House, clock: SetClock) -> None:
    desk = house.desk
    run = active_voucher(desk)
    w = run.world
    terms_id = create_terms(desk, w.procurement, w.package_id, terms_draft(TODAY + timedelta(days=59)))
    outcome_id = outcome(desk, run)
    clock.move_to(date(2026, 12, 28))
    seen = clock.today()
    verify_outcome(desk, w.caseworker, EvidenceOrder(outcome_id, "employer", "Palkkalaskelma", seen, seen))
    problems = []
    for who, path in (
        (w.procurement, f"/admin/terms/{terms_id}/bonus"),
        (w.approver, f"/admin/terms/{terms_id}/bonus/examples"),
        (w.caseworker, f"/admin/outcomes/{outcome_id}/claw-back"),
        (run.company.manager, f"/provider/clients/{run.voucher_id}/outcome"),
        (run.holder.actor, "/my/jobs"),
    ):
        for width, language in ((1280, "fi"), (360, "sv")):
            page = house.enter(who, width, language)
            page.goto(path)
            found = axe_problems(page) + (too_wide(page) + small_targets(page) if width < 400 else [])
            problems += [f"{path} {width} {language}: {one}" for one in found]
    assert problems == []
