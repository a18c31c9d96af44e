"""When a decision left, by which channel, and the appeal clock that follows from it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from marketplace.clock import SetClock
from marketplace.models.decisions import Delivery
from marketplace.models.trail import AuditEvent
from marketplace.use_cases.decision_pages import decision_list, decision_page
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.record_delivery import DeliveryOrder, record_delivery
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from tests.conftest import TODAY
from tests.makers import client, granted, opened, world


@pytest.mark.parametrize(
    ("channel", "sent", "last_day"),
    [
        ("post", date(2026, 11, 17), date(2026, 12, 28)),  # 24.12. and the holy days after it are passed over
        ("electronic", date(2026, 11, 17), date(2026, 12, 21)),
        ("handed_over", date(2026, 11, 16), date(2026, 12, 16)),
    ],
)
def test_the_appeal_clock(desk: Desk, clock: SetClock, channel: str, sent: date, last_day: date) -> None:
    w = world(desk)
    decision_id = granted(desk, w, client(desk, w)).decision_id
    clock.move_to(TODAY + timedelta(days=2))
    made = record_delivery(desk, w.caseworker, DeliveryOrder(decision_id, channel, sent, "Kirje 12345"))
    assert made.last_day == last_day


def test_what_is_refused_keeps_no_delivery(desk: Desk) -> None:
    w = world(desk)
    decision_id = granted(desk, w, client(desk, w)).decision_id
    for values, code in (
        (("post", TODAY + timedelta(days=1), "Kirje"), "sent_in_future"),
        (("post", TODAY - timedelta(days=1), "Kirje"), "sent_before_made"),
        (("post", TODAY, "  "), "evidence_missing"),
        (("pigeon", TODAY, "Kirje"), "choice_unknown"),
    ):
        with pytest.raises(Refused, match=code):
            record_delivery(desk, w.caseworker, DeliveryOrder(decision_id, *values))
    order = DeliveryOrder(decision_id, "post", TODAY, "Kirje")
    with pytest.raises(Missing):
        record_delivery(desk, w.procurement, order)  # a decision about a client is a caseworker's
    with pytest.raises(Missing):
        record_delivery(desk, world(desk).caseworker, order)
    with pytest.raises(Forbidden):
        record_delivery(desk, w.finance, order)
    with opened(desk, w.caseworker) as tx:
        assert tx.session.scalar(select(func.count()).select_from(Delivery)) == 0


def test_a_second_click_is_one_delivery(desk: Desk) -> None:
    w = world(desk)
    decision_id = granted(desk, w, client(desk, w)).decision_id
    order = DeliveryOrder(decision_id, "post", TODAY, "Kirje", once="d" * 32)
    assert record_delivery(desk, w.caseworker, order) == record_delivery(desk, w.caseworker, order)


def test_reading_a_clients_decision_is_said_to_the_audit(desk: Desk) -> None:
    w = world(desk)
    holder = client(desk, w)
    decision_id = granted(desk, w, holder).decision_id
    decision_page(desk, w.caseworker, decision_id)
    decision_list(desk, w.caseworker)
    listed = decision_list(desk, w.auditor).lines
    assert [line.party for line in listed] == [None]  # an auditor sees numbers, not people
    with pytest.raises(Missing):
        decision_page(desk, w.procurement, decision_id)
    with opened(desk, w.caseworker) as tx:
        reads = tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "client.read")).all()
    assert [(row.client_ids, row.details["page"]) for row in reads] == [
        ([holder.client_id], "decision"),
        ([holder.client_id], "decisions"),
    ]
