"""What somebody in the house may try (numbers as in docs/fairness.md): caseworker, administrator, municipality, reader."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.access.actor import public
from marketplace.matching.check_code import check_code
from marketplace.matching.head import reaches
from marketplace.matching.lines import encode, line_hash
from marketplace.matching.order import Unit
from marketplace.matching.verify import verify
from marketplace.matching.verify_draw import redraw
from marketplace.models.assisting import AssistStep
from marketplace.models.clients import Client
from marketplace.models.order_log import randomness_of
from marketplace.models.trail import OrderLogLine
from marketplace.models.vouchers import Choice, OfferList, Voucher
from marketplace.use_cases import compare_pages, offers
from marketplace.use_cases.assist import StartOrder, assisted_list, start_assisting, stop_assisting
from marketplace.use_cases.choose_provider import ChoiceOrder, choose_provider
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.offers import offer_of
from marketplace.use_cases.order_log import key_of
from marketplace.use_cases.propose import ProposeOrder, propose
from marketplace.use_cases.provider_cards import Wishes
from marketplace.use_cases.public_log import head_now
from marketplace.use_cases.refusals import Forbidden, Refused
from marketplace.use_cases.verify_orders import log_bytes, verify_orders
from tests import makers
from tests.attacks.test_provider_attacks import LISTS, _band, _shares
from tests.conftest import TODAY
from tests.portals import AsPerson
from tests.web.rendered import read_list, words_of


@pytest.fixture
def w(desk: Desk) -> makers.World:
    made = makers.world(desk)
    for _ in range(6):
        makers.provider(desk, made)
    return made


def _granted(desk: Desk, w: makers.World) -> tuple[makers.Person, int]:
    holder = makers.client(desk, w)
    return holder, makers.granted(desk, w, holder).voucher_id


def _by_the_log(desk: Desk, w: makers.World, voucher_id: int) -> str:
    """The check code of the list as an outsider draws it anew, by the verifier's own program."""
    with makers.opened(desk, w.auditor) as tx:
        drawn = tx.session.scalars(select(OfferList).where(OfferList.voucher_id == voucher_id)).one()
        at_seq = offer_of(tx, tx.session.get_one(Voucher, voucher_id)).at_seq
        key, randomness = key_of(tx, drawn.day), randomness_of(tx.session, drawn.day)
        assert key is not None
        assert randomness is not None
        pool = zip(drawn.units, drawn.groups, strict=True)
        return check_code(drawn.list_seq, at_seq, redraw(key, randomness, drawn.list_seq, drawn.service, pool))


def test_attack_10_take_this_one_on_a_screen_that_was_filtered_before(
    desk: Desk, w: makers.World, as_person: AsPerson
) -> None:
    """Countermeasure: assisting shows exactly the client's list with empty filters (14, 21), and every touch is kept; what
    the caseworker writes down is no choice."""
    holder, voucher_id = _granted(desk, w)
    own = read_list(as_person(holder.actor).get(f"/my/vouchers/{voucher_id}/providers").text)
    order = StartOrder(voucher_id, "asked_for_help")
    assist_id = start_assisting(desk, w.caseworker, order)
    shown = assisted_list(desk, w.caseworker, assist_id).comparison
    assert [card.unit for card in shown.left] == [card.unit for card in shown.everyone] == own.units
    assert not shown.wishes
    assisted_list(desk, w.caseworker, assist_id, Wishes(languages=frozenset({"fi"}), taking=True))
    propose(desk, w.caseworker, ProposeOrder(assist_id, own.units[-1], own.code))
    stop_assisting(desk, w.caseworker, assist_id)
    again = start_assisting(desk, w.caseworker, order)
    assert not assisted_list(desk, w.caseworker, again).comparison.wishes, "no filter of before is left on her screen"
    with makers.opened(desk, w.auditor) as tx:
        steps = tx.session.scalars(select(AssistStep).order_by(AssistStep.id)).all()
        assert [(step.kind, step.filters) for step in steps[:3]] == [
            ("list", {}), ("list", {"language": ["fi"], "taking": True}), ("proposal", {}),
        ]  # fmt: skip
        assert tx.session.scalars(select(Choice.id)).all() == []


def test_attack_11_nobody_chooses_for_the_client(desk: Desk, w: makers.World) -> None:
    """Countermeasure: only the client can choose (22), and no role can order or shortlist (5)."""
    _holder, voucher_id = _granted(desk, w)
    with makers.opened(desk, w.auditor) as tx:
        offer = offer_of(tx, tx.session.get_one(Voucher, voucher_id))
    for who in (w.caseworker, w.procurement, w.approver, w.finance, w.auditor, w.administrator):
        with pytest.raises(Forbidden):
            choose_provider(desk, who, ChoiceOrder(voucher_id, offer.units[0], offer.code))


def test_attack_12_a_second_voucher_for_a_better_list(desk: Desk, session: Session, w: makers.World) -> None:
    """Countermeasure: one list a voucher (25), numbers without a gap: nothing new can be drawn, and nothing left out.
    Cancelling the decision to get another says so in the log (tests/web/test_process_rules.py)."""
    holder, voucher_id = _granted(desk, w)
    with pytest.raises(Refused, match="voucher_already_open"):
        makers.granted(desk, w, holder)
    makers.see(session, w.organiser_id)
    assert session.scalars(select(OfferList.voucher_id)).all() == [voucher_id]
    lines = [json.loads(line) for line in log_bytes(session, w.organiser_id)]
    makers.granted(desk, w, makers.client(desk, w))
    lines = [json.loads(line) for line in log_bytes(session, w.organiser_id)]
    without_first = [line for line in lines if line.get("list_seq") != 1]
    report = verify(_chained(without_first), head=None, today=TODAY, strict=False)
    assert report.exit_code == 2


def test_attack_13_a_shortlist_of_ones_own_has_another_code(desk: Desk, w: makers.World, as_person: AsPerson) -> None:
    """Countermeasure: the official page and print say which list they are a part of, with the whole list's code (19)."""
    holder, voucher_id = _granted(desk, w)
    html = as_person(holder.actor).get(f"/my/vouchers/{voucher_id}/providers").text
    whole = read_list(html)
    short = whole.units[2:4]
    assert check_code(int(whole.marks["data-list"]), int(whole.marks["data-at"]), short) != whole.code
    filtered = as_person(holder.actor).get(f"/my/vouchers/{voucher_id}/providers?language=en").text
    assert whole.code in words_of(filtered)


@pytest.mark.parametrize("lie", ["favourite first", "rival hidden"])
def test_attack_15_a_server_that_shows_another_order_than_it_logs_is_caught(
    desk: Desk, w: makers.World, as_person: AsPerson, monkeypatch: pytest.MonkeyPatch, lie: str
) -> None:
    """Countermeasure: the check code is computed from what was rendered, and an outsider recomputes the list."""
    holder, voucher_id = _granted(desk, w)
    address = f"/my/vouchers/{voucher_id}/providers"
    honest = read_list(as_person(holder.actor).get(address).text)
    true_code = _by_the_log(desk, w, voucher_id)
    assert honest.code == honest.marks["data-code"] == true_code
    real = offers.order_of

    def boosted(tx: object, drawn: object) -> list[str]:
        units = real(tx, drawn)  # type: ignore[arg-type]
        return [units[-1], *units[:-1]] if lie == "favourite first" else units[1:]

    monkeypatch.setattr(offers, "order_of", boosted)
    lied = read_list(as_person(holder.actor).get(address).text)
    assert lied.units != honest.units
    assert lied.code == lied.marks["data-code"]  # the server cannot help saying what it rendered
    assert lied.code != true_code
    assert vars(compare_pages)["offer_among"] is offers.offer_among  # the page has no other way to its order


def test_attack_18_a_rewritten_log_does_not_reach_its_published_head(
    desk: Desk, session: Session, w: makers.World
) -> None:
    """Countermeasure: the chain, and heads that others have kept."""
    _granted(desk, w)
    head = head_now(desk, public(None), w.organiser_code)
    makers.see(session, w.organiser_id)
    raw = list(log_bytes(session, w.organiser_id))
    changed = [line.replace(b'"state":"approved"', b'"state":"suspended"', 1) for line in raw]
    assert changed != raw
    assert verify(changed, head=None, today=TODAY, strict=False).exit_code == 2
    rechained = list(_chained([json.loads(line) for line in changed]))
    assert reaches(raw, head) == ""
    assert reaches(rechained, head) != ""


def test_attack_19_the_municipalitys_own_unit_is_one_like_any() -> None:
    """Countermeasure: an own unit is an ordinary group; the draw has no field by which it could know it."""
    units = [Unit("kunnan-oma", "kunta"), *(Unit(f"u{n:02d}", f"g{n:02d}") for n in range(11))]
    share = _shares(units, 19)["kunnan-oma"] / LISTS
    assert abs(share - 1 / 12) < _band(1 / 12, LISTS)
    assert Unit._fields == ("unit", "group")


def test_attack_20_the_log_tells_nothing_of_clients_and_choices(desk: Desk, session: Session, w: makers.World) -> None:
    """Countermeasure: no field for a client, a caseworker or a choice; nothing of a day before its reveal."""
    holder, voucher_id = _granted(desk, w)
    with makers.opened(desk, w.auditor) as tx:
        offer = offer_of(tx, tx.session.get_one(Voucher, voucher_id))
    before = _lines(session, w)
    choose_provider(desk, holder.actor, ChoiceOrder(voucher_id, offer.units[0], offer.code))
    assert _lines(session, w) == before  # a choice writes no line at all
    number = session.scalars(select(Voucher.number).where(Voucher.id == voucher_id)).one()
    name = session.scalars(select(Client.last_name).where(Client.id == holder.client_id)).one()
    whole = "\n".join(before)
    assert number not in whole
    assert name not in whole
    known = {"type", "seq", "prev", "list_seq", "day", "service", "area", "n", "eligible_hash", "order_hash"}
    lists = [json.loads(line) for line in before if '"type":"list"' in line]
    assert lists
    assert all(set(line) == known for line in lists)
    assert verify_orders(session, w.organiser_id, TODAY, vault=desk.vault).clean


def _lines(session: Session, w: makers.World) -> list[str]:
    makers.see(session, w.organiser_id)
    return list(session.scalars(select(OrderLogLine.line).order_by(OrderLogLine.seq)))


def _chained(lines: list[dict[str, object]]) -> list[bytes]:
    """The same facts, numbered and chained anew: what a forger with the whole database would write."""
    done: list[bytes] = []
    prev = "0" * 64
    for seq, line in enumerate(lines):
        fields = {name: value for name, value in line.items() if name not in ("seq", "prev")}
        raw = encode(fields, seq, prev)
        done.append(raw)
        prev = line_hash(raw)
    return done


