"""Process rules 20, 23 and 25 of fairness.md B2 through the web. Rules 21, 22 and 24 are in test_process_rules_assist.py."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from marketplace.clock import SetClock
from marketplace.models.outbox import Message
from marketplace.models.trail import AuditEvent, OrderLogLine
from marketplace.models.vouchers import Choice, OfferList, Voucher, VoucherMove
from marketplace.period import Period
from marketplace.use_cases.choice_figures import made_choices
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.fairness_figures import reissued_lists
from marketplace.use_cases.run_due_work import DUTIES, do
from marketplace.use_cases.verify_orders import log_bytes, verify_orders
from tests.makers import opened
from tests.portals import AsPerson
from tests.verifier.second import faults
from tests.web.rendered import read_list
from tests.web.test_client_choice import choose_url, confirmation
from tests.web.test_client_list import Market

ONCE = "{:032x}"


@pytest.fixture
def market(desk: Desk) -> Market:
    return Market(desk, providers=4)


def work(market: Market, name: str) -> int:
    duty = next(one for one in DUTIES if name in one.name)
    return do(duty, market.desk, market.world.organiser_id).count


def voucher(market: Market) -> Voucher:
    with opened(market.desk, market.world.caseworker) as tx:
        return tx.session.get_one(Voucher, market.voucher_id)


def test_rule_20_not_choosing_leaves_the_voucher_open_and_then_returns_the_case(
    market: Market, as_person: AsPerson, clock: SetClock
) -> None:
    own, keeper = as_person(market.holder.actor), as_person(market.world.caseworker)
    clock.move_to(clock.now().replace(hour=12) + (voucher(market).valid_to - clock.today()))
    assert work(market, "expire") == 0
    assert read_list(own.get(market.url).text).units == market.offered()[0], "open to the very last day"
    clock.move_to(clock.now() + timedelta(days=1))
    assert work(market, "expire") == 1
    with opened(market.desk, market.world.caseworker) as tx:
        kept = tx.session.get_one(Voucher, market.voucher_id)
        assert (kept.provider_id, kept.choice_id, kept.had_provider) == (None, None, False)
        expiry = tx.session.scalars(select(VoucherMove).where(VoucherMove.move == "expire")).one()
        assert expiry.reason == "no_choice"
        assert tx.session.scalars(select(func.count(Choice.id))).one() == 0
        told = set(tx.session.scalars(select(Message.account_id).where(Message.key.like("%no_choice%"))))
        managers = {company.manager.account_id for company in market.companies}
        assert market.world.caseworker.account_id in told
        assert not told & managers
    assert keeper.get(f"/admin/vouchers/{market.voucher_id}").status_code == 200
    for company in market.companies:
        assert kept.number not in as_person(company.manager).get("/provider/clients").text


def test_rule_23_a_change_needs_no_reason_and_both_are_kept_and_counted(
    market: Market, as_person: AsPerson, clock: SetClock
) -> None:
    own = as_person(market.holder.actor)
    units, code = market.offered()
    for number, unit in enumerate((units[2], units[0], units[3])):
        clock.move_to(clock.now() + timedelta(days=10 * number))
        page = read_list(own.get(market.url).text)
        assert (page.units, page.code) == (units, code), "the same list, also when she changes"
        boxes = confirmation(own, market, unit)
        assert "reason" not in boxes
        assert own.post(choose_url(market, unit), data=boxes).status_code == 303
    with opened(market.desk, market.world.auditor) as tx:
        made = tx.session.scalars(select(Choice).order_by(Choice.id)).all()
        assert [choice.state for choice in made] == ["released", "released", "proposed"]
        assert {choice.list_seq for choice in made} == {1}
        said = tx.session.scalars(select(AuditEvent.action).where(AuditEvent.action == "provider.choose")).all()
        assert len(said) == 3
        period = Period(clock.today() - timedelta(days=60), clock.today())
        counted = made_choices(tx.session, tx.organiser_id, period)
    assert [one.came for one in counted] == ["changed_soon", "changed_later", "stands"], "after 10 days, and after 20"


def test_rule_25_a_second_list_needs_a_cancelled_decision_and_the_log_says_so(
    market: Market, as_person: AsPerson, clock: SetClock
) -> None:
    keeper = as_person(market.world.caseworker)
    grant = f"/admin/needs/{market.holder.need_id}/grant"
    asked = {"reasons": "Tarvitsee tukea työn aloittamiseen.", "once": ONCE.format(1)}
    assert keeper.post(grant, data=asked).status_code == 422, "one list a voucher, and one voucher at a time"
    with opened(market.desk, market.world.auditor) as tx:
        assert tx.session.scalars(select(OfferList.list_seq)).all() == [1]
    ended = keeper.post(
        f"/admin/vouchers/{market.voucher_id}/revoke", data={"reasons": "Päätös oli virheellinen.", "once": ONCE.format(2)}
    )
    assert ended.status_code == 303
    clock.move_to(clock.now() + timedelta(days=1))
    assert keeper.post(grant, data=asked | {"once": ONCE.format(3)}).status_code == 303
    with opened(market.desk, market.world.auditor) as tx:
        lines = [json.loads(line) for line in tx.session.scalars(select(OrderLogLine.line).order_by(OrderLogLine.seq))]
        assert [line["type"] for line in lines[-2:]] == ["reissue", "list"]
        assert (lines[-2]["list_seq"], lines[-2]["replaces"]) == (2, 1)
        assert lines[-2]["reason_code"] == "cancelled-decision"
        assert reissued_lists(tx.session, tx.organiser_id, Period(clock.today(), clock.today())) == 1
        checked = verify_orders(tx.session, tx.organiser_id, clock.today(), vault=tx.vault)
        assert checked.clean, checked.findings
        raw = list(log_bytes(tx.session, tx.organiser_id))
    assert faults(raw, clock.today()) == []


def test_rule_25_what_the_client_refused_is_no_reissue(market: Market, as_person: AsPerson) -> None:
    """Her own word cancels no decision: the next voucher has a list of its own that replaces nothing."""
    own, keeper = as_person(market.holder.actor), as_person(market.world.caseworker)
    refused = own.post(f"/my/vouchers/{market.voucher_id}/refuse", data={"once": ONCE.format(1), "reason": "Haluan odottaa."})
    assert refused.status_code == 303
    asked = {"reasons": "Tarvitsee tukea työn aloittamiseen.", "once": ONCE.format(2)}
    assert keeper.post(f"/admin/needs/{market.holder.need_id}/grant", data=asked).status_code == 303
    with opened(market.desk, market.world.auditor) as tx:
        types = tx.session.scalars(select(OrderLogLine.type).order_by(OrderLogLine.seq)).all()
        assert types.count("list") == 2
        assert "reissue" not in types
