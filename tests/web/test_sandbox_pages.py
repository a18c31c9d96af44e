"""The pages of a trial and of the forecast: each state is drawn in every language; the forms and files work."""

from typing import Any

import pytest

from marketplace.access.actor import system
from marketplace.clock import SetClock
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.sandbox import run_replays
from tests.portals import AsPerson
from tests.use_cases.test_replay import draft, lived
from tests.use_cases.test_sandbox import terms_id


def text(answer: Any) -> str:
    found: str = answer.get_data(as_text=True)
    return found


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_a_trial_is_asked_for_waited_for_and_read(
    desk: Desk, clock: SetClock, as_person: AsPerson, language: str
) -> None:
    w = lived(desk, clock, others=4).world
    version = terms_id(desk, w, draft(desk, w, price_cents=20_000))
    officer = as_person(w.procurement, language)
    address = f"/admin/terms/{version}/sandbox"
    assert officer.get(address).status_code == 200
    assert officer.get(f"{address}.csv").status_code == 404
    assert officer.post(address).status_code == 303
    assert "<progress" in text(officer.get(address))
    run_replays(desk, system(w.organiser_id))
    page = text(officer.get(address))
    assert "<progress" not in page
    assert "T0001" in page
    lines = text(officer.get(f"{address}.csv")).splitlines()
    assert lines[1].startswith("all,6,")
    assert "price" in lines[-1]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_forecast_counts_what_more_vouchers_would_do(
    desk: Desk, clock: SetClock, as_person: AsPerson, language: str
) -> None:
    w = lived(desk, clock).world
    address = f"/admin/programmes/{w.programme_id}/forecast"
    officer = as_person(w.procurement, language)
    assert "notice-stop" in text(officer.get(f"{address}?year=2026&more=90000"))
    assert officer.post(f"{address}?year=2026", data={"percent": "120"}).status_code == 422
    assert officer.post(f"{address}?year=2026", data={"percent": "1"}).status_code == 303
    assert "used," in text(officer.get(f"{address}.csv?year=2026"))
    assert text(officer.get("/admin/budget?year=2026")).count("/forecast?year=2026") == 1
