"""Asking, visiting and noting through the pages of both sides."""

import pytest

from marketplace.use_cases.ask_provider import threads_to_us
from marketplace.use_cases.desk import Desk
from tests.portals import AsPerson
from tests.use_cases.test_ask_provider import Asking


@pytest.fixture
def asking(desk: Desk) -> Asking:
    return Asking(desk)


def test_through_the_pages(asking: Asking, as_person: AsPerson) -> None:
    browser, company = as_person(asking.holder.actor), as_person(asking.company.coach)
    start = f"/my/vouchers/{asking.voucher_id}/providers/{asking.company.unit}"
    sent = browser.post(f"{start}/ask", data={"once": "a" * 32, "words": "Onko hissi?", "visit": "y"})
    assert (sent.status_code, sent.location) == (303, f"{start}/ask")
    assert browser.post(f"{start}/ask", data={"once": "a" * 32, "words": "Onko hissi?"}).status_code == 303
    assert asking.messages() == 1
    empty = browser.post(f"{start}/ask", data={"once": "b" * 32, "words": ""})
    assert empty.status_code == 422
    thread_id = threads_to_us(asking.desk, asking.company.coach)[0].id
    page = company.get(f"/provider/questions/{thread_id}").text
    assert "Onko hissi?" in page
    assert "Salaneva" not in page
    assert "kysymys odottaa" in company.get("/provider/").text
    answer = {"once": "c" * 32, "words": "On.", "day1": "20.11.2026", "time1": "9.30"}
    assert company.post(f"/provider/questions/{thread_id}", data=answer).status_code == 303
    assert "20.11.2026 klo 09:30" in browser.get(f"{start}/ask").text
    assert "Tuottaja on vastannut" in browser.get("/my/questions").text
    assert browser.post(f"{start}/visit", data={"time": "2026-11-20 09:30"}).status_code == 303
    assert "Käynti sovittu" in company.get(f"/provider/questions/{thread_id}").text
    assert browser.post(f"{start}/note", data={"words": "Hissi on."}).status_code == 303
    assert "Hissi on." in browser.get(start).text
