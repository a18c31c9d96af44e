#!/usr/bin/env python3
"""Check an order log of Valinta without Valinta.

One file, Python 3.8 or newer, nothing to install. It was written from the published text alone (docs/fairness.md and the
specification that it explains) and shares no line of code with the program that draws the orders and writes the log.

    python3 verify_orders.py LOG [--head HEX] [--strict]   check a log: that its last line is the published head, and
                                                           (strict) that every day had public randomness
    python3 verify_orders.py LOG --list 17                 print the order of list 17, when its key is published
    python3 verify_orders.py --self-test                   draw the published examples

Exit code: 0 clean; 2 the chain, a line's form or the sequence is broken (reading stops there); 1 an order is not the one
that the draw gives; 4 a list was drawn from other providers than the register's; 3 a key should have been published;
5 days without public randomness (with --strict). When several hold, the first in this sentence is the exit code.

How to read this file: part 1 is the draw, part 2 what a line may look like, part 3 what may follow what, part 4 the command.
"""

from __future__ import annotations

import argparse
import base64
import datetime
import hashlib
import hmac
import json
import re
import sys
from typing import Any, Iterable  # noqa: UP035 - Python 3.8 has no other subscriptable one

Members = Iterable[Any]  # of (unit, group): one provider's card, and the providers under the same control


# ---------------------------------------------------------------- 1. the draw (VO1)
def canonical(value: object) -> bytes:
    """RFC 8785 for what a log may hold: strings, whole numbers, arrays, objects whose names are plain ASCII."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def digest(key: bytes, *parts: bytes) -> bytes:
    """H of the text: HMAC-SHA256 over the parts, each led by its length in two bytes."""
    return hmac.new(key, b"".join(len(part).to_bytes(2, "big") + part for part in parts), hashlib.sha256).digest()


def draw(key: bytes, randomness: bytes, number: int, service: str, drawn: Members, late: Members = ()) -> list[str]:
    """The units in order. `drawn`: unit and group of the eligible at the draw; `late`: of those approved since, as logged."""
    seed = digest(key, b"valinta/order/1", randomness, number.to_bytes(8, "big"), service.encode())
    families: dict[str, list[str]] = {}
    for unit, group in drawn:
        families.setdefault(group, []).append(unit)
    for family in families.values():
        family.sort(key=lambda unit: (digest(seed, b"U", unit.encode()), unit.encode()))
    for unit, group in late:
        families.setdefault(group, []).append(unit)
    cards = []
    for group, family in families.items():
        for tier, unit in enumerate(family):
            place = digest(seed, b"G", group.encode(), tier.to_bytes(2, "big"))
            cards.append((tier, place, unit.encode(), unit))
    return [card[3] for card in sorted(cards)]


def eligible_hash(drawn: Members) -> str:
    return sha256(canonical(sorted([unit, group] for unit, group in drawn)))


def check_code(number: int, at_seq: int, units: list[str]) -> str:
    """The eight characters on the screen, the print and the receipt."""
    return base64.b32encode(hashlib.sha256(canonical([number, at_seq, units])).digest()).decode()[:8]


# ---------------------------------------------------------------- 2. the form of a line
class Fault(Exception):
    """The log is broken here; nothing after this line can be trusted."""


def need(holds: bool, words: str) -> None:
    if not holds:
        raise Fault(words)


def shaped(pattern: str) -> Any:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def is_number(value: object) -> bool:
    return type(value) is int and 0 <= value < 2**53  # a boolean is no number


def is_day(value: Any) -> bool:
    try:
        return shaped("[0-9]{4}-[0-9]{2}-[0-9]{2}")(value) and ordinal(value) > 0
    except ValueError:
        return False


def ordinal(day: str) -> int:
    return datetime.date.fromisoformat(day).toordinal()


def is_offers(value: Any) -> bool:
    """Pairs of service and area, sorted and each once."""
    if not isinstance(value, list) or not all(isinstance(one, list) and len(one) == 2 for one in value):
        return False
    return all(is_code(code) for one in value for code in one) and value == sorted(map(list, set(map(tuple, value))))


is_code, is_hash = shaped("[a-z0-9-]{1,64}"), shaped("[0-9a-f]{64}")
FORMS: dict[str, dict[str, Any]] = {
    "genesis": {"format": shaped("valinta-order-log/1"), "organiser": is_code},
    "commit": {"day": is_day, "commit": is_hash, "late": lambda value: type(value) is int and value == 1},
    "beacon": {
        "day": is_day, "source": shaped("none|drand:[0-9a-f]{64}|lottery:[a-z0-9-]{1,64}"),
        "round": shaped("|0|[1-9][0-9]{0,15}"), "randomness": is_hash, "signature": shaped("([0-9a-f]{2})+"),
    },
    "registry": {
        "day": is_day, "unit": is_code, "group": is_code, "offers": is_offers,
        "state": shaped("applied|approved|suspended|ended"), "reason_code": shaped("authority|own-request"),
    },
    "reissue": {"list_seq": is_number, "replaces": is_number, "reason_code": is_code},
    "list": {
        "list_seq": is_number, "day": is_day, "service": is_code, "area": is_code, "n": is_number,
        "eligible_hash": is_hash, "order_hash": is_hash,
    },
    "reveal": {"day": is_day, "key": is_hash},
}  # fmt: skip


def parse(raw: bytes) -> dict[str, Any]:
    """One line without its newline as an object of a known type and exactly its fields; or a Fault."""
    need(len(raw) <= 1_000_000, "a line of more than a million bytes")
    try:
        # Cut numbers and fractions as strings do not come back as they were: `canonical` finds them, and doubled names,
        # blanks, a carriage return or another spelling of a letter.
        line = json.loads(raw.decode("utf-8"), parse_int=lambda digits: int(digits[:17]), parse_float=str)
        same = canonical(line) == raw
    except (ValueError, RecursionError) as error:
        raise Fault(f"not JSON in UTF-8: {str(error)[:80]}") from None
    need(isinstance(line, dict) and same, "not the canonical form of an object of strings and whole numbers")
    kind = line.get("type")
    need(isinstance(kind, str) and kind in FORMS, "unknown type of line")
    form = dict(FORMS[kind], seq=is_number, prev=is_hash, type=shaped(kind))
    for name in sorted(set(form) | set(line)):
        need(name in form, f"a field too many: {name[:40]!a}")
        need(name in line or name in ("late", "signature"), f"the field {name} is missing")
        need(name not in line or form[name](line[name]), f"the field {name} holds something else than it may")
    return dict(line)


# ---------------------------------------------------------------- 3. what may follow what
class Log:
    """Everything that the lines so far say: `take` one line after the other, then `finish`."""

    def __init__(self, today: int) -> None:
        self.today = today
        self.hashes: list[str] = []
        self.commits: dict[str, str] = {}
        self.beacons: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.lists: list[dict[str, Any]] = []  # list lines, with who was eligible and whether they say so
        self.register: list[dict[str, Any]] = []
        self.units: dict[str, dict[str, Any]] = {}  # the latest registry line of each unit
        self.pairs: dict[tuple[str, str], dict[str, str]] = {}  # who is eligible now: unit -> group
        self.reissued: list[int] = []
        self.pending = False  # the line above is a reissue
        self.late_commits = 0
        self.latest = self.latest_beacon = 0  # days: of lists and registry lines; of beacons
        self.findings: list[tuple[int, str]] = []  # exit code (0: a remark) and words

    def take(self, raw: bytes) -> None:
        """The next line, with its newline. Raises Fault."""
        need(raw.endswith(b"\n"), "the last line does not end in a newline: something is cut off")
        line, count = parse(raw[:-1]), len(self.hashes)
        need(line["seq"] == count, f"seq is {line['seq']}, not {count}: a line is missing, doubled or moved")
        before = self.hashes[-1] if self.hashes else "0" * 64
        need(line["prev"] == before, "prev is not the hash of the line above: this line or the one above was changed")
        need((line["type"] == "genesis") == (count == 0), "the first line is genesis, and no other")
        need(not self.pending or line["type"] == "list", "the line above is a reissue: its list must follow at once")
        if line["type"] in ("beacon", "registry", "list"):
            need(ordinal(line["day"]) <= self.today, f"{line['day']} has not come yet")
        if count:
            getattr(self, "_" + line["type"])(line, line.get("day", ""))
        self.hashes.append(sha256(raw[:-1]))

    def _find(self, code: int, words: str) -> None:
        self.findings.append((code, f"line {len(self.hashes) + 1}: {words}"))

    def _commit(self, line: dict[str, Any], day: str) -> None:
        need(day not in self.commits, f"a key for {day} is promised already")
        if "late" in line:
            self.late_commits += 1
        elif self.latest or self.latest_beacon:
            ahead = ordinal(day) - max(self.latest, self.latest_beacon)
            need(ahead >= 30, f"the key for {day} is promised less than 30 days ahead, and not marked late")
        self.commits[day] = line["commit"]

    def _beacon(self, line: dict[str, Any], day: str) -> None:
        source, signature = line["source"], line.get("signature")
        need(day in self.commits, f"no key is promised for {day} yet")
        need(day not in self.beacons, f"{day} has its randomness already")
        need(source.startswith("drand:") == (signature is not None), "a signature belongs to drand, and only to drand")
        need((source == "none") == (line["round"] == ""), "a round belongs to every source but 'none'")
        need(source != "none" or line["randomness"] == "0" * 64, "without a source the randomness is 32 zero bytes")
        if signature is not None:
            need(
                sha256(bytes.fromhex(signature)) == line["randomness"],
                "the randomness is not the hash of the signature",
            )
        self.beacons[day] = line
        self.latest_beacon = max(self.latest_beacon, ordinal(day))

    def _registry(self, line: dict[str, Any], day: str) -> None:
        unit = line["unit"]
        if unit not in self.units and line["state"] != "applied":
            self._find(0, f"the first line of {unit} is not its application")
        for service, area in self.units.get(unit, {}).get("offers", []):
            self.pairs.get((service, area), {}).pop(unit, None)
        for service, area in line["offers"] if line["state"] == "approved" else []:
            self.pairs.setdefault((service, area), {})[unit] = line["group"]
        self.units[unit] = line
        self.register.append(line)
        self.latest = max(self.latest, ordinal(day))

    def _reissue(self, line: dict[str, Any], day: str) -> None:
        number, old, due = line["list_seq"], line["replaces"], len(self.lists) + 1
        need(number == due, f"a reissue names list {number}, the next one is {due}")
        need(1 <= old < due, f"a reissue replaces list {old}, which does not exist")
        if old in self.reissued:
            self._find(0, f"list {old} is replaced a second time")
        self.reissued.append(old)
        self.pending = True

    def _list(self, line: dict[str, Any], day: str) -> None:
        number, pair = line["list_seq"], (line["service"], line["area"])
        need(number == len(self.lists) + 1, f"list_seq is {number}, it should be {len(self.lists) + 1}")
        need(day in self.commits, f"list {number}: no key was promised for {day}")
        need(day in self.beacons, f"list {number}: {day} has no randomness yet")
        need(day not in self.keys, f"list {number} is drawn after the key of {day} was published")
        need(ordinal(day) >= self.latest, f"list {number} is of {day}, but a line above is of a later day")
        if ordinal(day) < self.latest_beacon:
            self._find(0, f"list {number} stands below the randomness of a later day")
        eligible = dict(self.pairs.get(pair, {}))
        right = line["n"] == len(eligible) and line["eligible_hash"] == eligible_hash(eligible.items())
        if not right:
            self._find(4, f"list {number} is not drawn from the {len(eligible)} that the register made eligible")
        self.lists.append(dict(line, eligible=eligible, right=right))
        self.latest = max(self.latest, ordinal(day))
        self.pending = False

    def _reveal(self, line: dict[str, Any], day: str) -> None:
        need(day in self.commits, f"a key for {day} was never promised")
        need(day not in self.keys, f"the key of {day} is published already")
        need(sha256(bytes.fromhex(line["key"])) == self.commits[day], f"the key of {day} is not the promised one")
        if self.today < ordinal(day) + 31:
            self._find(0, f"the key of {day} is published before its 31st day")
        self.keys[day] = line["key"]

    def finish(self, head: str | None = None) -> None:
        """What only the end of the log can tell: the head, the orders, the keys that did not come. Raises Fault."""
        need(bool(self.hashes), "the log is empty")
        need(not self.pending, "the log ends with a reissue without its list")
        where = "a line above has it" if head in self.hashes else "no line has it"
        need(head in (None, self.hashes[-1]), f"the hash of the last line is not the head; {where}")
        for one in self.lists:
            day, number = one["day"], one["list_seq"]
            if (
                one["right"]
                and day in self.keys
                and one["order_hash"] != sha256(canonical([number, self.order_of(one)]))
            ):
                self.findings.append((1, f"line {one['seq'] + 1}: list {number} is not in the order that was drawn"))
        for day in sorted({one["day"] for one in self.lists} - set(self.keys)):
            if self.today > ordinal(day) + 31:
                self.findings.append((3, f"the key of {day} should have been published"))

    def order_of(self, one: dict[str, Any], late: Members = ()) -> list[str]:
        """The order of a list whose key is published: as it was drawn, or with those who came since."""
        secret, public = map(bytes.fromhex, (self.keys[one["day"]], self.beacons[one["day"]]["randomness"]))
        return draw(secret, public, one["list_seq"], one["service"], one["eligible"].items(), late)

    def shown(self, one: dict[str, Any], until: int = 2**53) -> tuple[int, list[str]]:
        """What a client saw of a list after the line with seq `until`: at_seq, and the units in order."""
        pair, at_seq = [one["service"], one["area"]], -1
        late: dict[str, str] = {}
        now: dict[str, Any] = {}
        approved: dict[str, bool] = {}
        for step in (step for step in self.register if step["seq"] <= until):
            unit = step["unit"]
            if pair in step["offers"] or pair in now.get(unit, step)["offers"]:
                at_seq = step["seq"]
            now[unit], approved[unit] = step, step["state"] == "approved" and pair in step["offers"]
            if step["seq"] > one["seq"] and approved[unit] and unit not in one["eligible"]:
                late.setdefault(unit, step["group"])
        return at_seq, [unit for unit in self.order_of(one, late.items()) if approved[unit]]


# ---------------------------------------------------------------- 4. the command
def today_in_helsinki() -> int:
    """UTC+2, and UTC+3 from the last Sunday of March to that of October, both at 01:00 UTC."""
    utc = datetime.timezone.utc  # noqa: UP017 - Python 3.8
    now = datetime.datetime.now(utc)
    ends = [datetime.datetime(now.year, month, 31, 1, tzinfo=utc) for month in (3, 10)]
    start, end = (day - datetime.timedelta(days=(day.weekday() + 1) % 7) for day in ends)
    return (now + datetime.timedelta(hours=3 if start <= now < end else 2)).date().toordinal()


def check(lines: Iterable[bytes], today: int, head: Any = None, strict: bool = False) -> tuple[int, Log, list[str]]:
    """Exit code, what was read, and what to say of it. `lines` with their newlines; `today` as date.toordinal()."""
    log, at_end = Log(today), False
    try:
        for raw in lines:
            log.take(raw)
        at_end = True
        log.finish(head)
    except Fault as fault:
        return 2, log, [f"BROKEN at {'the end' if at_end else f'line {len(log.hashes) + 1}'}: {fault}"]
    said = [f"{f'FAULT ({code})' if code else 'remark:'} {words}" for code, words in log.findings]
    waiting = sum(one["day"] not in log.keys for one in log.lists)
    commit_only = sum(beacon["source"] == "none" for beacon in log.beacons.values())
    said.append(f"{len(log.hashes)} lines, {len(log.lists)} lists, {waiting} of them waiting for their key, {commit_only} "
                f"commit-only days, {log.late_commits} late commitments, {len(log.reissued)} reissues")  # fmt: skip
    codes = [code for code, _words in log.findings] + [5] * (strict and commit_only > 0)
    code = next((code for code in (1, 4, 3, 5) if code in codes), 0)
    verdict = {0: "CLEAN", 5: "NOT CLEAN: days without public randomness"}.get(code, "NOT CLEAN")
    return code, log, [*said, f"head: {log.hashes[-1]}", verdict]


def explain(log: Log, number: int) -> list[str]:
    """One list: as drawn, and as a client sees it after the log's last line."""
    one = log.lists[number - 1] if 1 <= number <= len(log.lists) else {}
    if one.get("day") not in log.keys:
        return [f"The key of list {number} is not published yet." if one else f"There is no list {number} in this log."]
    at_seq, units = log.shown(one)
    return [
        f"List {number}, day {one['day']}, service {one['service']}, area {one['area']}: {len(one['eligible'])} providers",
        *(f"{place:5}. {unit}, group {one['eligible'][unit]}" for place, unit in enumerate(log.order_of(one), 1)),
        f"Shown after the last line: {' '.join(units) or 'nobody'}",
        f"Check code: {check_code(number, at_seq, units)} (at_seq {at_seq})",
    ]


PUBLISHED = (
    "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd",
    "0b9cbed073dfdf31b401ca91faa585755a812225ae5596cab98dbc8c3de21962",
    "u01 u03 u02 u04 u05 u06", "u02 u04 u03 u01 u05 u06", "u05 u06 u04 u02 u03 u01", "u02 u05 u04 u06 u01 u03",
    "u01 u07 u02 u04 u05 u06 u03", "u01 u03 u02 u04 u05 u06 u07", "u08 u01 u03 u02 u04 u05 u06",
    "7324da35c94553e476edcef8de8fb158fd94e5d12246f029b3c011caf1fafb1d",
    "e095b32b128e7fb5c9dec6b9b833431ebc0ea5ce0c125d93034de38412816928", "3DV2R3L6",
)  # fmt: skip


def self_test() -> int:
    """The published examples: commitment, seed, seven lists, the two hashes and the check code. 0 when all agree."""
    key, public = bytes(range(32)), bytes.fromhex("8b676484b5fb1f37f9ec5c413d7d29883504e5b669f604a1ce68b3388e9ae3d9")
    six = [("u01", "ga"), ("u02", "gb"), ("u03", "gc"), ("u04", "gd"), ("u05", "ge"), ("u06", "gf")]
    sister, stranger = ("u07", "gc"), ("u08", "gg")
    lists: list[Any] = [(1, public, six, []), (2, public, six, []), (0, public, six, []), (1, bytes(32), six, [])]
    lists += [(1, public, [*six, sister], []), (1, public, six, [sister]), (1, public, six, [stranger])]
    orders = [draw(key, randomness, number, "valmennus", drawn, late) for number, randomness, drawn, late in lists]
    seed = digest(key, b"valinta/order/1", public, (1).to_bytes(8, "big"), b"valmennus").hex()
    found = [sha256(key), seed, *map(" ".join, orders), eligible_hash(six)]
    found += [sha256(canonical([1, orders[0]])), check_code(1, 17, orders[0])]
    for mine, published in zip(found, PUBLISHED):  # noqa: B905 - `strict` is not in Python 3.8
        print("agrees " if mine == published else "DIFFERS", published)
    return int(found != list(PUBLISHED))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check an order log of Valinta. Exit code 0 means clean.")
    parser.add_argument("log", nargs="?", metavar="LOG", help="the published log, a file of JSON lines")
    parser.add_argument("--head", metavar="HEX", help="the published hash of the last line")
    parser.add_argument("--strict", action="store_true", help="days without public randomness give exit code 5")
    parser.add_argument("--list", type=int, metavar="N", help="print the order of one list")
    parser.add_argument("--today", metavar="DAY", help="check as of this day (YYYY-MM-DD) instead of today")
    parser.add_argument("--self-test", action="store_true", help="draw the published examples and compare")
    asked = parser.parse_args(arguments)
    if asked.self_test:
        return self_test()
    if asked.log is None or not (asked.today is None or is_day(asked.today)):
        parser.error("which log?" if asked.log is None else "--today is a day like 2026-05-31")
    try:
        with open(asked.log, "rb") as lines:
            today = ordinal(asked.today) if asked.today else today_in_helsinki()
            code, log, said = check(lines, today, asked.head, asked.strict)
    except OSError as error:
        parser.error(f"the log cannot be read: {error}")
    if asked.list is not None and code != 2:
        said = explain(log, asked.list) + said
    print("\n".join(said))
    return code


if __name__ == "__main__":
    sys.exit(main())
