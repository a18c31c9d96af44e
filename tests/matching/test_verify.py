"""The verifier on sound logs, on damaged ones, and on what an insider who can mend the chain cannot hide."""

from random import Random
from typing import Any

import pytest

from marketplace.matching import lines
from marketplace.matching.order import Unit, order
from marketplace.matching.registry import State, drawn_units
from marketplace.matching.verify import Report
from tests.matching.logs import COACHING, FIRST_DAY, RANDOMNESS, Book, good_book, key_of, rechained
from tests.matching.runs import DAY, Fields, changed, codes, find, reissued, run, set_field


def test_a_sound_log_is_clean() -> None:
    book = good_book()
    report = run(book.raw, head=book.head, strict=True, earlier_heads=[lines.line_hash(book.raw[9])])
    assert report == Report(
        exit_code=0, findings=(), organiser="kuopio", lines=len(book.raw), lists=12, lists_verified=12,
        lists_waiting=0, reissues=0, commit_only_days=0, late_commitments=0, head=book.head,
    )  # fmt: skip


def test_lists_wait_for_their_reveal_and_can_be_checked_in_private() -> None:
    raw = good_book().raw[:-2]
    report = run(raw, FIRST_DAY + 31 * DAY)
    assert (report.exit_code, report.lists_verified, report.lists_waiting) == (0, 4, 8)
    keys = {FIRST_DAY + n * DAY: key_of(FIRST_DAY + n * DAY) for n in range(3)}
    report = run(raw, FIRST_DAY + 31 * DAY, keys=keys)
    assert (report.exit_code, report.lists_verified, report.lists_waiting) == (0, 12, 8)


def test_private_keys_find_a_wrong_order_before_the_reveal_and_a_wrong_key() -> None:
    def change(fields: Fields) -> None:
        del fields[-2:]
        fields[find(fields, "list", -1)]["order_hash"] = "00" * 32

    raw = rechained(good_book().raw, change)
    second, last = FIRST_DAY + DAY, FIRST_DAY + 2 * DAY
    assert run(raw, FIRST_DAY + 31 * DAY).exit_code == 0
    assert run(raw, FIRST_DAY + 31 * DAY, keys={last: key_of(last)}).exit_code == 1
    assert run(raw, FIRST_DAY + 31 * DAY, keys={second: key_of(last)}).exit_code == 1


def test_commit_only_days_and_late_commitments_are_counted() -> None:
    book = Book()
    book.register(FIRST_DAY, Unit("u1", "g1"), state=State.APPLIED)
    book.register(FIRST_DAY, Unit("u1", "g1"))
    for number in range(2):
        book.commit(FIRST_DAY + number * DAY, late=True)
        book.beacon(FIRST_DAY + number * DAY)
        book.draw(FIRST_DAY + number * DAY)
    report = run(book.raw, FIRST_DAY + 2 * DAY)
    assert (report.exit_code, report.commit_only_days, report.late_commitments) == (0, 2, 2)
    report = run(book.raw, FIRST_DAY + 2 * DAY, strict=True)
    assert (report.exit_code, codes(report)) == (5, [(len(book.raw), 5)])


def test_an_empty_pool_and_a_lottery_are_fine() -> None:
    book = Book()
    book.commit(FIRST_DAY)
    book.randomness[FIRST_DAY] = RANDOMNESS
    book.add(lines.beacon_line(FIRST_DAY, "lottery:lotto", RANDOMNESS, round_number=9))
    book.draw(FIRST_DAY)
    book.reveal(FIRST_DAY)
    report = run(book.raw, strict=True)
    assert (report.exit_code, report.lists_verified) == (0, 1)


def test_a_reissue() -> None:
    report = run(reissued().raw)
    assert (report.exit_code, report.reissues, report.lists_waiting) == (0, 1, 1)


# The chain


def test_one_changed_byte_is_found() -> None:
    raw = good_book().raw
    random = Random(1)
    whole = b"".join(raw)
    for _ in range(300):
        place = random.randrange(len(whole))
        other = random.choice([byte for byte in range(256) if byte != whole[place]])
        damaged = whole[:place] + bytes([other]) + whole[place + 1 :]
        report = run(damaged.splitlines(keepends=True), head=lines.line_hash(raw[-1]))
        assert report.exit_code == 2
        assert abs(report.findings[-1].line - 1 - whole[:place].count(b"\n")) <= 1


def test_every_deleted_and_every_swapped_line_is_found() -> None:
    raw = good_book().raw
    head = lines.line_hash(raw[-1])
    for place in range(len(raw)):
        assert run(raw[:place] + raw[place + 1 :], head=head).exit_code == 2
        assert run(raw[: place + 1] + raw[place:], head=head).exit_code == 2
    for place in range(len(raw) - 1):
        assert run([*raw[:place], raw[place + 1], raw[place], *raw[place + 2 :]]).exit_code == 2


def test_a_cut_tail_is_found_with_the_head_only() -> None:
    raw = good_book().raw
    cut = raw[:-3]
    assert run(cut, FIRST_DAY + 31 * DAY).exit_code == 0
    report = run(cut, FIRST_DAY + 31 * DAY, head=lines.line_hash(raw[-1]))
    assert (report.exit_code, codes(report)) == (2, [(len(cut), 2)])
    assert run(raw, head=lines.line_hash(raw[-2])).exit_code == 2, "the head is that of the last line"


def test_a_log_rewritten_from_the_middle_misses_an_earlier_head() -> None:
    raw = good_book().raw
    other = rechained(raw, set_field("list", 0, "area", "muualla"))
    assert run(raw, earlier_heads=map(lines.line_hash, raw)).exit_code == 0
    report = run(other, earlier_heads=[lines.line_hash(raw[-5])])
    assert report.exit_code == 2


@pytest.mark.parametrize(
    "bad",
    [
        b"", b"\n", b"{}\n", b"[]\n", b"null\n", b"{\n", b"\xff\n", b'{"type":"list"}\n', b'{"type":["list"]}\n', b"x" * 9,
        b"[" * 100_000 + b"]" * 100_000 + b"\n", b'{"a":' + b"1" * 5000 + b"}\n", b'"' + b"x" * 1_000_001 + b'"\n',
        b'{"type":"genesis","type":"genesis"}\n', b'{"a":"\\ud800"}\n', b'{"a":NaN}\n',
    ],
)  # fmt: skip
def test_lines_that_are_no_lines(bad: bytes) -> None:
    raw = good_book().raw
    for place in (0, 5, len(raw)):
        report = run([*raw[:place], bad, *raw[place:]])
        assert (report.exit_code, codes(report)[-1]) == (2, (place + 1, 2))


def test_a_line_spelled_otherwise_is_refused() -> None:
    raw = good_book().raw
    for spelled in (raw[-1].replace(b":", b": ", 1), raw[-1][:-1], raw[-1][:-1] + b" \n", raw[-1][:-1] + b"\r\n"):
        assert run([*raw[:-1], spelled]).exit_code == 2


def test_an_empty_log() -> None:
    assert codes(run([])) == [(0, 2)]


def test_a_fault_wins_and_stops() -> None:
    book = good_book()
    raw = rechained(book.raw, set_field("list", 0, "order_hash", "00" * 32))
    report = run([*raw, b"{}\n", *raw])
    assert (report.exit_code, report.lines) == (2, len(raw))
    assert codes(report)[-1] == (len(raw) + 1, 2)


# What an insider who can make the chain whole again cannot hide


def test_a_wrong_order() -> None:
    def favourite_first(fields: Fields) -> None:
        book = good_book()
        pool = drawn_units(book.registry, COACHING, 10**6)
        right = order(key_of(FIRST_DAY), book.randomness[FIRST_DAY], 2, COACHING.service, pool, [])
        cheat = sorted(right, key=lambda unit: unit != right[-1])
        fields[find(fields, "list", 1)]["order_hash"] = lines.order_hash(2, cheat)

    report = changed(favourite_first)
    line = [lines.decode(raw)["type"] for raw in good_book().raw].index("list") + 2
    assert (report.exit_code, codes(report), report.lists_verified) == (1, [(line, 1)], 11)
    assert "list 2" in report.findings[0].text


@pytest.mark.parametrize(("field", "value"), [("n", 11), ("eligible_hash", "00" * 32), ("area", "muualla")])
def test_a_wrong_eligible_set(field: str, value: Any) -> None:
    report = changed(set_field("list", 3, field, value))
    assert (report.exit_code, len(report.findings), report.lists_verified) == (4, 1, 11)


def test_a_rival_left_out_of_the_draw() -> None:
    book = good_book()
    fields = [lines.decode(raw) for raw in book.raw]
    pool = drawn_units(book.registry, COACHING, 10**6)[1:]
    right = order(key_of(FIRST_DAY), book.randomness[FIRST_DAY], 2, COACHING.service, pool, [])
    cheat = lines.list_line(2, FIRST_DAY, COACHING, pool, right)
    place = find(fields, "list", 1)
    report = changed(lambda fields: fields[place].update(cheat))
    assert (report.exit_code, codes(report)) == (4, [(place + 1, 4)])


def test_a_suspension_written_afterwards() -> None:
    def change(fields: Fields) -> None:
        place = find(fields, "list", 0)
        fields.insert(place, {**fields[find(fields, "registry", -1)], "state": "suspended", "day": str(FIRST_DAY)})

    assert changed(change).exit_code == 4


def test_an_order_wrong_and_a_set_wrong_and_a_key_overdue() -> None:
    def change(fields: Fields) -> None:
        fields[find(fields, "list", 0)]["order_hash"] = "00" * 32
        fields[find(fields, "list", 1)]["n"] = 3
        del fields[-1]

    report = changed(change, strict=True)
    assert (report.exit_code, {finding.code for finding in report.findings}) == (1, {1, 3, 4})


@pytest.mark.parametrize(("days", "code"), [(30, 0), (31, 0), (32, 3), (400, 3)])
def test_a_key_is_overdue_from_the_32nd_day(days: int, code: int) -> None:
    book = good_book(days=1)
    report = run(book.raw[:-1], FIRST_DAY + days * DAY)
    assert (report.exit_code, report.lists_waiting) == (code, 4)


def test_a_day_without_lists_is_not_overdue() -> None:
    book = good_book()
    book.commit(FIRST_DAY + 60 * DAY)
    book.beacon(FIRST_DAY + 60 * DAY)
    assert run(book.raw, FIRST_DAY + 300 * DAY).exit_code == 0
