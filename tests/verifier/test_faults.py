"""Every way to break a log that we know of, played against `valinta verify orders` and against the second verifier."""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from click.testing import CliRunner

from marketplace.cli import main
from marketplace.cli import verify as command
from marketplace.clock import SetClock
from marketplace.matching import lines
from marketplace.matching.order import Unit
from marketplace.matching.registry import State
from tests.matching.logs import FIRST_DAY, Book, good_book
from tests.matching.runs import find, reissued, set_field
from tests.verifier.second import PLACE, check, second
from tests.verifier.worlds import DAY, Fields, rechained

TODAY = FIRST_DAY + 40 * DAY
Raw = list[bytes]
Make = Callable[[], Raw]


@cache
def _sound() -> tuple[bytes, ...]:
    return tuple(good_book().raw)


def sound() -> Raw:
    return list(_sound())


def without_source(days: int) -> Raw:
    """A sound log of days without public randomness."""
    book = Book()
    book.register(FIRST_DAY, Unit("u1", "g1"), state=State.APPLIED)
    book.register(FIRST_DAY, Unit("u1", "g1"))
    for number in range(days):
        book.commit(FIRST_DAY + number * DAY, late=True)
        book.beacon(FIRST_DAY + number * DAY)
        book.draw(FIRST_DAY + number * DAY)
    for number in range(days):
        book.reveal(FIRST_DAY + number * DAY)
    return book.raw


def at(place: int, edit: Callable[[bytes], bytes]) -> Make:
    """One line (without its newline) spelled otherwise, and every prev after it made right: only its form is wrong."""

    def make() -> Raw:
        raw = sound()
        raw[place] = edit(raw[place][:-1]) + b"\n"
        for number in range(place % len(raw) + 1, len(raw)):
            fields = json.loads(raw[number])
            raw[number] = raw[number].replace(fields["prev"].encode(), lines.line_hash(raw[number - 1]).encode(), 1)
        return raw

    return make


def put(kind: str, field: str, value: Any, number: int = 0) -> Make:
    """One field of one line set to something, the whole chain computed again."""
    return lambda: rechained(_sound(), set_field(kind, number, field, value))


def after(change: Callable[[Fields], None], raw: Make = sound) -> Make:
    return lambda: rechained(raw(), change)


def drop(kind: str, number: int = 0) -> Callable[[Fields], None]:
    return lambda fields: fields.__delitem__(find(fields, kind, number))


def twice(kind: str, number: int = 0) -> Callable[[Fields], None]:
    return lambda fields: fields.insert(find(fields, kind, number), dict(fields[find(fields, kind, number)]))


def move(kind: str, number: int, to: str, to_number: int) -> Callable[[Fields], None]:
    return lambda fields: fields.insert(find(fields, to, to_number), fields.pop(find(fields, kind, number)))


def every(*changes: Callable[[Fields], None]) -> Callable[[Fields], None]:
    def change(fields: Fields) -> None:
        for one in changes:
            one(fields)

    return change


def swapped(place: int) -> Make:
    raw = sound()
    return lambda: [*raw[:place], raw[place + 1], raw[place], *raw[place + 2 :]]


def suspended_afterwards(fields: Fields) -> None:
    fields.insert(
        find(fields, "list"), {**fields[find(fields, "registry", -1)], "state": "suspended", "day": str(FIRST_DAY)}
    )


def dated_back(fields: Fields) -> None:
    """A registry line of the second day stands above a list that says it is of the first."""
    later = {**fields[find(fields, "registry", -1)], "day": str(FIRST_DAY + DAY)}
    fields.insert(find(fields, "list", 3), later)


def unpromised(fields: Fields) -> None:
    fields.insert(find(fields, "reveal"), {**fields[find(fields, "beacon")], "day": str(FIRST_DAY + 5 * DAY)})


def hidden_late(fields: Fields) -> None:
    """Promised after the lists of the third day, for a day 29 days later."""
    fields.append({**fields[find(fields, "commit")], "day": str(FIRST_DAY + 31 * DAY)})


def reissue_apart(fields: Fields) -> None:
    fields.insert(find(fields, "reissue") + 1, dict(fields[find(fields, "registry", -1)]))


def _reissue(**values: Any) -> Callable[[Fields], None]:
    return lambda fields: fields[find(fields, "reissue")].update(values)


def text(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def edit(line: bytes) -> bytes:
        assert old in line
        return line.replace(old, new, 1)

    return edit


DEEP = 100_000
LIST = next(place for place, line in enumerate(_sound()) if b'"type":"list"' in line)
CHANGED: dict[str, tuple[Make, int]] = {
    "nothing": (sound, 0),
    "one byte of a hash changed": (lambda: [*sound()[:LIST], _flipped(sound()[LIST]), *sound()[LIST + 1 :]], 2),
    "first line deleted": (lambda: sound()[1:], 2),
    "a line deleted": (lambda: [*sound()[:LIST], *sound()[LIST + 1 :]], 2),
    "a line twice": (lambda: [*sound()[:LIST], *sound()[LIST - 1 :]], 2),
    "two lines swapped": (swapped(LIST), 2),
    "last two lines swapped": (swapped(len(_sound()) - 2), 2),
    "two logs, one after the other": (lambda: sound() * 2, 2),
    # hostile
    "empty file": (lambda: [], 2),
    "one newline": (lambda: [b"\n"], 2),
    "no last newline": (lambda: [*sound()[:-1], sound()[-1][:-1]], 2),
    "blank line at the end": (lambda: [*sound(), b"\n"], 2),
    "CRLF": (lambda: [line[:-1] + b"\r\n" for line in sound()], 2),
    "CR only": (lambda: [b"".join(sound()).replace(b"\n", b"\r")], 2),
    "UTF-16": (lambda: [b"".join(sound()).decode().encode("utf-16")], 2),
    "byte order mark": (at(0, lambda line: b"\xef\xbb\xbf" + line), 2),
    "invalid JSON": (at(LIST, lambda line: line[:-1]), 2),
    "not UTF-8": (at(LIST, text(b'"area":"', b'"area":"\xff')), 2),
    "NUL": (at(LIST, text(b'"area":"', b'"area":"\0')), 2),
    "an escaped letter": (at(LIST, text(b'"area":"p', b'"area":"\\u0070')), 2),
    "half a surrogate": (at(LIST, text(b'"area":"', b'"area":"\\ud800')), 2),
    "a whole surrogate pair": (at(LIST, text(b'"area":"', b'"area":"\\ud83d\\ude00')), 2),
    "a blank": (at(LIST, text(b'"n":', b'"n": ')), 2),
    "a blank at the end": (at(LIST, lambda line: line + b" "), 2),
    "keys in another order": (at(LIST, lambda line: _turned(line)), 2),
    "duplicate keys": (at(LIST, text(b'"n":12,', b'"n":12,"n":12,')), 2),
    "duplicate keys, the last one right": (at(LIST, text(b'"n":12,', b'"n":13,"n":12,')), 2),
    "a second object": (at(LIST, lambda line: line + line), 2),
    "an array": (at(LIST, lambda line: b"[" + line + b"]"), 2),
    "huge number": (at(LIST, text(b'"n":12', b'"n":1' + b"0" * 5000)), 2),
    "very huge number": (at(LIST, text(b'"n":12', b'"n":1' + b"0" * 500_000)), 2),
    "huge seq": (at(LIST, text(b'"seq":', b'"seq":9007199254740993')), 2),
    "deep nesting": (at(LIST, lambda line: b'{"a":' + b"[" * DEEP + b"]" * DEEP + b"}"), 2),
    "deep nesting, never closed": (at(LIST, lambda line: b'{"a":' * DEEP), 2),
    "a line of two million bytes": (at(LIST, text(b'"area":"', b'"area":"' + b"x" * 2_000_000)), 2),
    "a float": (at(LIST, text(b'"n":12', b'"n":12.0')), 2),
    "an exponent": (at(LIST, text(b'"n":12', b'"n":12e0')), 2),
    "infinity": (at(LIST, text(b'"n":12', b'"n":Infinity')), 2),
    "not a number": (at(LIST, text(b'"n":12', b'"n":NaN')), 2),
    "a leading zero": (at(LIST, text(b'"n":12', b'"n":012')), 2),
    "minus zero": (at(0, text(b'"seq":0', b'"seq":-0')), 2),
    "true for a number": (put("list", "n", True), 2),
    "true for seq": (at(1, text(b'"seq":1', b'"seq":true')), 2),
    "true for late": (put("commit", "late", True), 2),
    "null": (put("list", "n", None), 2),
    "a number as text": (put("list", "n", "12"), 2),
    "a number below zero": (put("list", "n", -12), 2),
    "a number of 2^53": (put("list", "n", 2**53), 2),
    "a field too many": (put("list", "client", "matti"), 2),
    "an unknown type": (put("list", "type", "lists"), 2),
    "a type that is no text": (put("list", "type", ["list"]), 2),
    "upper-case hex": (put("reveal", "key", "AB" * 32), 2),
    "a day that is none": (put("list", "day", "2026-02-30"), 2),
    "a day of the last year there is": (put("commit", "day", "9999-12-31"), 2),
    "a code with a newline": (put("list", "area", "muualla\n"), 2),
    "offers out of order": (put("registry", "offers", [["b", "a"], ["a", "b"]]), 2),
    "an offer twice": (put("registry", "offers", [["a", "b"], ["a", "b"]]), 2),
    # the whole chain computed again
    "a wrong order": (put("list", "order_hash", "00" * 32), 1),
    "the order of another list": (put("list", "order_hash", json.loads(_sound()[LIST + 1])["order_hash"]), 1),
    "a wrong reveal": (put("reveal", "key", "00" * 32), 2),
    "the key of another day": (put("reveal", "key", json.loads(_sound()[-1])["key"]), 2),
    "another promise": (put("commit", "commit", "00" * 32), 2),
    "another eligible set": (put("list", "eligible_hash", "00" * 32), 4),
    "another number of eligible": (put("list", "n", 11), 4),
    "another area": (put("list", "area", "muualla"), 4),
    "a rival suspended afterwards": (after(suspended_afterwards), 4),
    "a rival's approval deleted": (after(drop("registry", 3)), 4),
    "an overdue reveal": (after(drop("reveal", -1)), 3),
    "randomness that is not the signature's": (put("beacon", "randomness", "00" * 32), 2),
    "another signature": (put("beacon", "signature", "00" * 96), 2),
    "a source of one's own": (put("beacon", "source", "dice:ours"), 2),
    "a commitment after the beacon": (after(move("commit", 0, "list", 0)), 2),
    "a beacon without a commitment": (after(unpromised), 2),
    "a beacon after the first list": (after(move("beacon", 0, "list", 1)), 2),
    "two commitments": (after(twice("commit")), 2),
    "two beacons": (after(twice("beacon")), 2),
    "two reveals": (after(twice("reveal")), 2),
    "a list after its key": (after(move("reveal", 0, "list", 3)), 2),
    "a gap in list_seq": (after(drop("list", 3)), 2),
    "a list twice": (after(twice("list", 3)), 2),
    "two lists swapped": (after(move("list", 5, "list", 4)), 2),
    "a list dated back before a list": (put("list", "day", str(FIRST_DAY), -1), 2),
    "a list dated back before a registry line": (after(dated_back), 2),
    "a list of tomorrow": (put("list", "day", str(TODAY + DAY), -1), 2),
    "a registry line of tomorrow": (put("registry", "day", str(TODAY + DAY), -1), 2),
    "a promise that hides that it is late": (after(hidden_late), 2),
    "no genesis": (after(drop("genesis")), 2),
    "a second genesis": (after(twice("genesis")), 2),
    # reissues
    "a reissue in its place": (lambda: reissued().raw, 0),
    "a reissue apart from its list": (after(reissue_apart, lambda: reissued().raw), 2),
    "a reissue at the end": (after(drop("list", -1), lambda: reissued().raw), 2),
    "a reissue of another list": (after(_reissue(list_seq=14), lambda: reissued().raw), 2),
    "a reissue of a list that is none": (after(_reissue(replaces=13), lambda: reissued().raw), 2),
    "a reissue of list 0": (after(_reissue(replaces=0), lambda: reissued().raw), 2),
    # which fault wins
    "order, set and reveal": (
        after(every(set_field("list", 0, "order_hash", "00" * 32), set_field("list", 1, "n", 3), drop("reveal", -1))), 1,
    ),
    "set and reveal": (after(every(set_field("list", 1, "n", 3), drop("reveal", -1))), 4),
    "a wrong order, and the last line not JSON": (
        lambda: [*rechained(_sound(), set_field("list", 0, "order_hash", "00" * 32)), b"x\n"], 2,
    ),
}  # fmt: skip


def _flipped(line: bytes) -> bytes:
    place = line.index(b'"order_hash":"') + 20
    return line[:place] + (b"0" if line[place : place + 1] != b"0" else b"1") + line[place + 1 :]


def _turned(line: bytes) -> bytes:
    return json.dumps(dict(reversed(json.loads(line).items())), separators=(",", ":")).encode()


def played(folder: Path, raw: Raw, today: date, monkeypatch: pytest.MonkeyPatch, *options: str) -> tuple[int, int]:
    """The exit codes of both commands on a file."""
    log = folder / "orders.jsonl"
    log.write_bytes(b"".join(raw))
    monkeypatch.setattr(command, "SystemClock", lambda: SetClock(today))
    first = CliRunner().invoke(main, ["verify", "orders", "--log", str(log), *options])
    assert first.exception is None or isinstance(first.exception, SystemExit), first.exception
    assert "Traceback" not in first.output
    return first.exit_code, second.main([str(log), "--today", str(today), *options])


@pytest.mark.parametrize("what", CHANGED)
def test_both_give_the_right_exit_code(what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make, code = CHANGED[what]
    assert played(tmp_path, make(), TODAY, monkeypatch, *(["--strict"] if what == "nothing" else [])) == (code, code)


@pytest.mark.parametrize(("strict", "code"), [(True, 5), (False, 0)])
def test_days_without_public_randomness(
    strict: bool, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ["--strict"] if strict else []
    assert played(tmp_path, without_source(2), TODAY, monkeypatch, *options) == (code, code)
    overdue = without_source(2)[:-1]
    assert played(tmp_path, overdue, TODAY, monkeypatch, *options) == (3, 3), "an overdue reveal wins"


@pytest.mark.parametrize(
    ("cut", "head", "code"), [(0, -1, 0), (1, -1, 2), (3, -1, 2), (3, -4, 0), (0, -2, 2), (3, 0, 2)]
)
def test_the_tail_cut(cut: int, head: int, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`head`: which line's hash was published. Without the head a cut tail cannot be seen."""
    raw, today = sound()[: len(_sound()) - cut], FIRST_DAY + 31 * DAY
    published = lines.line_hash(_sound()[head])
    assert played(tmp_path, raw, today, monkeypatch, "--head", published) == (code, code)
    assert played(tmp_path, raw, today, monkeypatch) == (0, 0)


@pytest.mark.parametrize(("days", "code"), [(30, 0), (31, 0), (32, 3), (400, 3)])
def test_when_a_reveal_is_overdue(days: int, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = good_book(days=1).raw[:-1]
    assert played(tmp_path, raw, FIRST_DAY + days * DAY, monkeypatch) == (code, code)


def test_any_one_byte_changed() -> None:
    """At every place of a small log, to a byte chosen at random: never accepted, with the published head at hand."""
    random = Random(41)
    raw = good_book(days=1, lists_a_day=1, units=2).raw
    whole, head = b"".join(raw), lines.line_hash(raw[-1])
    for place in range(len(whole)):
        other = random.choice([byte for byte in range(256) if byte != whole[place]])
        damaged = whole[:place] + bytes([other]) + whole[place + 1 :]
        cut = [line + b"\n" for line in damaged.split(b"\n")[:-1]] + [
            line for line in damaged.split(b"\n")[-1:] if line
        ]
        assert command.verify_log(cut, head=head, today=TODAY, strict=False).exit_code == 2
        assert check(cut, TODAY, head)[0] == 2


def test_the_second_verifier_stands_alone(tmp_path: Path) -> None:
    """Run as an outsider does: without this project on the path, and not looking at the environment."""
    log = tmp_path / "orders.jsonl"
    log.write_bytes(b"".join(sound()))

    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        whole = [sys.executable, "-I", "-S", str(PLACE), *words]
        return subprocess.run(whole, cwd=tmp_path, capture_output=True, text=True, timeout=60)

    clean = run(str(log), "--head", lines.line_hash(sound()[-1]), "--strict", "--today", str(TODAY))
    assert (clean.returncode, clean.stdout.splitlines()[-1], clean.stderr) == (0, "CLEAN", "")
    assert run("--self-test").returncode == 0
    listed = run(str(log), "--list", "2", "--today", str(TODAY))
    assert listed.stdout.startswith(
        "List 2, day 2026-03-02, service valmennus, area pohjois-savo: 12 providers\n    1. u"
    )
    assert "There is no list 99" in run(str(log), "--list", "99", "--today", str(TODAY)).stdout
    log.write_bytes(b"".join(sound()[:-3]))
    assert "not published yet" in run(str(log), "--list", "2", "--today", str(FIRST_DAY + 3 * DAY)).stdout
    assert run(str(tmp_path / "nowhere")).returncode == 2
    assert run().returncode == 2
