"""The second verifier, the first one, and the functions that draw: three writings of one text, compared at random."""

import json
from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from marketplace.matching import lines
from marketplace.matching.check_code import check_code
from marketplace.matching.order import order
from marketplace.matching.registry import Pair, at_seq, drawn_units, late_units, rendered, until
from marketplace.matching.verify import verify
from tests.matching.logs import FIRST_DAY, Book, good_book, key_of, random_units
from tests.verifier.second import check, second
from tests.verifier.worlds import DAY, Fields, kinds, random_book, rechained

CASES = 10_000
LATER = FIRST_DAY + timedelta(days=400)


def both(raw: Sequence[bytes], today: date, head: str | None, strict: bool) -> int:
    """Both verifiers on one log: the same exit code, the same findings, the same counts; a fault in the same line."""
    report = verify(raw, head=head, today=today, strict=strict)
    code, log, said = check(raw, today, head, strict)
    assert code == report.exit_code, (report.findings, said)
    assert len(log.hashes) == report.lines
    if code != 2:
        mine = Counter(one for one, _words in log.findings if one)
        theirs = Counter(finding.code for finding in report.findings if finding.code not in (0, 5))
        assert mine == theirs
        counts = (
            f"{report.lines} lines, {report.lists} lists, {report.lists_waiting} of them waiting for their key, "
            f"{report.commit_only_days} commit-only days, {report.late_commitments} late commitments, "
            f"{report.reissues} reissues"
        )
        assert counts in said
        assert f"head: {report.head}" in said
    return code


def test_the_draw_agrees_on_random_units() -> None:
    random = Random(31)
    for _ in range(CASES):
        units, key, public = random_units(random), random.randbytes(32), random.randbytes(32)
        number, service = random.randrange(2**53), random.choice(["valmennus", "kartoitus", "a"])
        cut = random.randint(0, len(units))
        drawn, late = units[:cut], units[cut:]
        assert second.draw(key, public, number, service, drawn, late) == order(
            key, public, number, service, drawn, late
        )


def test_what_a_client_saw_agrees_at_random_moments() -> None:
    """Whole logs: for every list, who was drawn, who came late, who is shown at a random moment, and its check code."""
    random = Random(32)
    cases = 0
    while cases < CASES:
        book = random_book(random)
        code, log, said = check(book.raw, LATER)
        assert code in (0, 3), said
        for one in log.lists:
            if one["day"] in log.keys:
                cases += 1
                moment = random.randint(one["seq"], len(book.raw))
                _compare(book, log, one, moment)


def _compare(book: Book, log: Any, one: dict[str, Any], moment: int) -> None:
    pair, day, number = Pair(one["service"], one["area"]), date.fromisoformat(one["day"]), one["list_seq"]
    then = list(until(book.registry, moment))
    drawn = drawn_units(then, pair, one["seq"])
    assert sorted(one["eligible"].items()) == [tuple(unit) for unit in drawn]
    late = late_units(then, pair, one["seq"])
    units = order(key_of(day), book.randomness[day], number, pair.service, drawn, late)
    shown = rendered(units, then, pair)
    assert log.shown(one, moment) == (at_seq(then, pair), shown)
    assert second.check_code(number, moment, shown) == check_code(number, moment, shown)


def test_both_verifiers_agree_on_honest_logs() -> None:
    random = Random(33)
    met: Counter[int] = Counter()
    for _ in range(500):
        book = random_book(random)
        last = date.fromisoformat(
            json.loads(next(line for line in reversed(book.raw) if b'"type":"beacon"' in line))["day"]
        )
        today = last + random.randint(3, 60) * DAY
        met[both(book.raw, today, random.choice([None, book.head]), random.random() < 0.5)] += 1
    assert set(met) == {0, 3, 5}


VALUES: list[Any] = [
    0, 1, 2, 3, -1, 2**53 - 1, 2**53, 10**30, 1.5, True, False, None, {}, [], [[]], [None], [["a", "b"]], [["a", 1]],
    [["valmennus", "muualla"]], "", "0", "07", "7", "none", "list", "approved", "suspended", "ended", "u0", "u1", "g0", "g1",
    "valmennus", "muualla", "9999-12-31", "0001-01-01", "2026-03-02", "2026-05-05", "2026-02-30", "20260302", "00" * 32,
    "ab" * 32, "00", "x" * 64, "x" * 65, "A", "\U0001f600", "u1\n", "drand:" + "ab" * 32, "lottery:lotto",
]  # fmt: skip


def _tamper(random: Random) -> Any:
    """One change of the kind an insider could try: a field, a line less, a line twice, two lines swapped, a line moved."""

    def change(fields: Fields) -> None:
        place, other = random.randrange(len(fields)), random.randrange(len(fields))
        match random.randrange(6):
            case 0 | 1:
                names = [name for name in fields[place] if name not in ("seq", "prev")]
                donors = [line for line in fields if line["type"] == fields[place]["type"]]
                name = random.choice([*names, "late", "signature", "other"])
                donor = random.choice(donors)
                fields[place][name] = random.choice(VALUES) if random.random() < 0.6 else donor.get(name, "")
            case 2:
                del fields[place]
            case 3:
                fields.insert(other, dict(fields[place]))
            case 4:
                fields[place], fields[other] = fields[other], fields[place]
            case 5:
                fields.insert(other, fields.pop(place))

    return change


def test_both_verifiers_agree_on_rechained_logs_with_any_change() -> None:
    random = Random(34)
    met: Counter[int] = Counter()
    for _ in range(500):
        book = random_book(random)
        for _ in range(8):
            raw = rechained(book.raw, _tamper(random))
            head = lines.line_hash(raw[-1]) if random.random() < 0.7 else book.head
            met[both(raw, FIRST_DAY + random.randint(300, 400) * DAY, head, random.random() < 0.3)] += 1
    assert set(met) == {0, 1, 2, 3, 4, 5}


def test_both_verifiers_agree_on_damaged_bytes() -> None:
    random = Random(35)
    whole = b"".join(good_book(days=2, lists_a_day=2, units=4).raw)
    for _ in range(3_000):
        place, size = random.randrange(len(whole) + 1), random.randint(0, 3)
        damaged = whole[:place] + random.randbytes(size) + whole[place + random.randint(0, 3) :]
        assert both(
            damaged.splitlines(keepends=True) if b"\r" not in damaged else _cut(damaged), LATER, None, False
        ) in (0, 2)


def _cut(whole: bytes) -> list[bytes]:
    """Lines as a file opened in binary gives them: only a newline ends one."""
    return [line + b"\n" for line in whole.split(b"\n")[:-1]] + [line for line in whole.split(b"\n")[-1:] if line]


def test_the_random_worlds_hold_everything() -> None:
    random = Random(36)
    books = [random_book(random) for _ in range(200)]
    assert {kind for book in books for kind in kinds(book.raw)} == {
        "genesis", "commit", "beacon", "registry", "reissue", "list", "reveal",
    }  # fmt: skip
    whole = b"".join(line for book in books for line in book.raw)
    for part in (b'"late":1', b'"none"', b"drand:", b"lottery:", b"suspended", b"kartoitus", b"muualla"):
        assert part in whole
    late = [
        late_units(book.registry, Pair(line["service"], line["area"]), line["seq"])
        for book in books for line in map(json.loads, book.raw) if line["type"] == "list"
    ]  # fmt: skip
    assert any(late)
    assert any(len({unit.group for unit in units}) < len(units) for units in late)
    groups: dict[tuple[int, str], set[str]] = {}
    for number, book in enumerate(books):
        for line in book.registry:
            groups.setdefault((number, line.unit), set()).add(line.group)
    assert any(len(found) > 1 for found in groups.values())
