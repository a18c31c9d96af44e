"""The published head: signed, outside the database, and stronger than a restore."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.access.actor import public, system
from marketplace.clock import SetClock
from marketplace.integrations.head_files import HeadFiles
from marketplace.integrations.signing import is_signed
from marketplace.matching.head import BadHead, checked_head, reaches, signed_bytes
from marketplace.models.trail import OrderLogHead
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.public_log import head_now
from marketplace.use_cases.published_head import publish_head
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.use_cases.verify_orders import log_bytes
from tests import makers
from tests.conftest import TODAY, Database

ANYONE = public(None)


@pytest.fixture
def w(desk: Desk, tmp_path: Path) -> makers.World:
    desk.heads = HeadFiles(tmp_path / "heads")
    return makers.world(desk)


def test_the_head_is_published_signed_and_reached(desk: Desk, session: Session, w: makers.World, tmp_path: Path) -> None:
    assert publish_head(desk, system(w.organiser_id)) == 0  # nothing is written yet
    with pytest.raises(Missing):
        head_now(desk, ANYONE, w.organiser_code)
    makers.provider(desk, w)
    assert publish_head(desk, system(w.organiser_id)) == 1
    assert publish_head(desk, system(w.organiser_id)) == 0
    file = tmp_path / "heads" / w.organiser_code / f"{TODAY}.json"
    head = checked_head(json.loads(file.read_text()))
    assert head == head_now(desk, ANYONE, w.organiser_code)
    key, signature = bytes.fromhex(head["public_key"]), bytes.fromhex(head["signature"])
    assert is_signed(key, signature, signed_bytes(head))
    assert not is_signed(key, signature, signed_bytes(head | {"seq": head["seq"] + 1}))
    makers.see(session, w.organiser_id)
    lines = list(log_bytes(session, w.organiser_id))
    assert reaches(lines, head) == ""
    assert "ends before" in reaches(lines[:-1], head)
    assert "another" in reaches([*lines[:-1], b"{}\n"], head)


def test_a_day_has_one_file_and_the_newest_counts(desk: Desk, w: makers.World, tmp_path: Path, clock: SetClock) -> None:
    makers.provider(desk, w)
    publish_head(desk, system(w.organiser_id))
    makers.provider(desk, w)
    publish_head(desk, system(w.organiser_id))
    clock.move_to(TODAY + timedelta(days=1))
    publish_head(desk, system(w.organiser_id))
    place = tmp_path / "heads" / w.organiser_code
    assert sorted(path.name for path in place.iterdir()) == [f"{TODAY}.json", f"{TODAY + timedelta(days=1)}.json"]
    assert desk.heads is not None
    newest = desk.heads.newest(w.organiser_code)
    assert newest is not None
    assert newest["day"] == "2026-11-17"


@pytest.mark.parametrize(("seq", "digest", "code"), [(10**6, "0" * 64, "log_behind"), (0, "0" * 64, "log_forked")])
def test_nothing_is_drawn_while_the_log_does_not_reach_its_head(
    desk: Desk, session: Session, w: makers.World, seq: int, digest: str, code: str
) -> None:
    makers.provider(desk, w)
    holder = makers.client(desk, w)
    assert desk.heads is not None
    desk.heads.put(w.organiser_code, TODAY.isoformat(), {"seq": seq, "hash": digest, "day": TODAY.isoformat()})
    makers.see(session, w.organiser_id)
    before = session.scalars(select(OrderLogHead.seq)).one()
    with pytest.raises(Refused, match=code):
        makers.granted(desk, w, holder)
    with pytest.raises(Refused, match=code):
        publish_head(desk, system(w.organiser_id))  # and the older head is not put over the newer one
    newest = desk.heads.newest(w.organiser_code)
    assert newest is not None
    assert newest["seq"] == seq
    session.expire_all()
    assert session.scalars(select(OrderLogHead.seq)).one() == before
    assert session.scalars(select(Voucher.id)).all() == []


def test_a_head_that_cannot_be_read_stops_the_draw_too(desk: Desk, w: makers.World, tmp_path: Path) -> None:
    makers.provider(desk, w)
    holder = makers.client(desk, w)
    place = tmp_path / "heads" / w.organiser_code
    place.mkdir(parents=True)
    (place / "2026-11-16.json").write_text("half a fi")
    with pytest.raises(Refused, match="head_unreadable"):
        makers.granted(desk, w, holder)
    (place / "2026-11-16.json").unlink()
    makers.granted(desk, w, holder)


def test_a_real_restore_is_noticed(own_desk: Desk, own_database: Database, tmp_path: Path) -> None:
    """The database goes back to an older copy of itself; the shelf does not."""
    own_desk.heads = HeadFiles(tmp_path / "heads")
    w = makers.world(own_desk)
    makers.provider(own_desk, w)
    publish_head(own_desk, system(w.organiser_id))
    engine = own_database.owner()
    with engine.begin() as connection:
        old = connection.execute(text("select seq, hash, list_seq, day from order_log_head")).one()
    makers.granted(own_desk, w, makers.client(own_desk, w))
    publish_head(own_desk, system(w.organiser_id))
    holder = makers.client(own_desk, w)
    with engine.begin() as connection:
        connection.execute(text("set session_replication_role = replica"))  # as a restore: without the fences
        connection.execute(text("delete from order_log_line where seq > :seq"), {"seq": old.seq})
        connection.execute(
            text("update order_log_head set seq = :seq, hash = :hash, list_seq = :list_seq, day = :day"), dict(old._mapping)
        )
    engine.dispose()
    with pytest.raises(Refused, match="log_behind"):
        makers.granted(own_desk, w, holder)


@pytest.mark.parametrize(
    "change",
    [{"seq": -1}, {"seq": True}, {"hash": "A" * 64}, {"format": "other"}, {"extra": 1}, {"signature": "00"}, {"day": 7}],
)
def test_what_is_no_head_is_said_to_be_none(desk: Desk, w: makers.World, change: dict[str, object]) -> None:
    makers.provider(desk, w)
    head = head_now(desk, ANYONE, w.organiser_code)
    with pytest.raises(BadHead):
        checked_head(head | change)
    with pytest.raises(BadHead):
        checked_head([head])
