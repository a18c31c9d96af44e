"""The pages of equal treatment in a real browser: axe finds nothing, nothing sticks out, the charts have their tables."""

from datetime import timedelta

import pytest

from marketplace.clock import SetClock
from tests.makers import chosen, client, granted, provider, world
from tests.web.browser import axe_problems, small_targets, too_wide
from tests.web.test_procurement_browser import House, house  # noqa: F401  the fixture

pytestmark = pytest.mark.browser


def test_the_pages_are_clean_on_both_widths(house: House, clock: SetClock) -> None:  # noqa: F811
    w = world(house.desk)
    companies = [provider(house.desk, w) for _ in range(3)]
    for number in range(22):
        holder = client(house.desk, w)
        voucher_id = granted(house.desk, w, holder).voucher_id
        chosen(house.desk, holder, companies[number % 3], voucher_id)
    clock.move_to(clock.today() + timedelta(days=1))
    pages = (
        (w.procurement, "/admin/monitor"),
        (w.auditor, "/admin/monitor/caseworkers"),
        (w.administrator, "/admin/staff/monitoring"),
        (companies[0].manager, "/provider/company/exposure"),
    )
    for actor, path in pages:
        for width, language in ((1280, "fi"), (360, "sv")):
            page = house.enter(actor, width, language)
            page.goto(path)
            for details in page.locator("main details > summary").all():
                if details.is_visible():
                    details.click()
            assert axe_problems(page) + too_wide(page) + small_targets(page) == [], (path, width)
