"""The verifier on logs whose lines are sound one by one, but not together; and its remarks."""

import pytest

from marketplace.matching import lines
from marketplace.matching.canonical import canonical
from marketplace.matching.order import Unit
from tests.matching.logs import FIRST_DAY, Book, good_book, rechained
from tests.matching.runs import DAY, Change, Fields, changed, codes, find, reissued, run, set_field


def drop(kind: str, number: int) -> Change:
    def change(fields: Fields) -> None:
        del fields[find(fields, kind, number)]

    return change


def twice(kind: str, number: int) -> Change:
    return lambda fields: fields.insert(find(fields, kind, number), dict(fields[find(fields, kind, number)]))


def move(kind: str, number: int, to: str, to_number: int) -> Change:
    def change(fields: Fields) -> None:
        line = fields.pop(find(fields, kind, number))
        fields.insert(find(fields, to, to_number), line)

    return change


BREAKS: dict[str, Change] = {
    "a key that was not committed to": set_field("reveal", 0, "key", "00" * 32),
    "no commitment": drop("commit", 1),
    "no beacon": drop("beacon", 1),
    "two commitments": twice("commit", 1),
    "two beacons": twice("beacon", 1),
    "two reveals": twice("reveal", 1),
    "commitment after the beacon": move("commit", 0, "list", 0),
    "beacon after the first list": move("beacon", 0, "list", 1),
    "key revealed before the last list": move("reveal", 0, "list", 3),
    "a list missing": drop("list", 3),
    "a list twice": twice("list", 3),
    "lists swapped": move("list", 5, "list", 4),
    "a list of an earlier day": set_field("list", -1, "day", str(FIRST_DAY)),
    "a list of a day without commitment": set_field("list", -1, "day", "2027-01-01"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_broken_sequences(what: str) -> None:
    report = changed(BREAKS[what])
    assert report.exit_code == 2
    assert report.findings[-1].text.endswith(".")


BEACONS = {
    "another signature": (b'"signature":"', b'"signature":"00', "SHA-256 of the drand signature"),
    "no signature": (b'"signature":', b'"signatura":', "no field 'signatura'"),
    "no round": (b'"round":"72785"', b'"round":""', "which round"),
    "a lottery with a signature": (b'"drand:' + b"ab" * 32, b'"lottery:lotto', "A lottery has no signature"),
    "a day without a source, but with a round": (b'"drand:' + b"ab" * 32, b'"none', "no round and no signature"),
}


@pytest.mark.parametrize("what", BEACONS)
def test_broken_beacons(what: str) -> None:
    old, new, text = BEACONS[what]
    raw = good_book().raw
    place = next(n for n, line in enumerate(raw) if b'"type":"beacon"' in line)
    report = run([*raw[:place], raw[place].replace(old, new), *raw[place + 1 :]])
    assert (report.exit_code, codes(report)) == (2, [(place + 1, 2)])
    assert text in report.findings[0].text


def test_a_day_without_a_source_has_zero_bytes() -> None:
    book = Book()
    book.commit(FIRST_DAY)
    book.beacon(FIRST_DAY)
    assert run(book.raw).exit_code == 0
    report = run([*book.raw[:-1], book.raw[-1].replace(b"0" * 63, b"0" * 62 + b"1", 1)])
    assert (report.exit_code, "32 zero bytes" in report.findings[0].text) == (2, True)


def test_a_commitment_that_is_not_30_days_ahead_must_be_marked() -> None:
    def book(ahead: int, late: bool) -> list[bytes]:
        made = good_book()
        made.commit(FIRST_DAY + 2 * DAY + ahead * DAY, late=late)
        return made.raw

    assert run(book(30, False)).exit_code == 0
    assert run(book(29, False)).exit_code == 2
    assert run(book(29, True)).exit_code == 0
    assert run(book(29, True)).late_commitments == 1


def test_no_line_is_of_a_day_still_to_come() -> None:
    assert run(good_book().raw[:-3], FIRST_DAY + 2 * DAY).exit_code == 0
    assert run(good_book().raw[:-3], FIRST_DAY + DAY).exit_code == 2


@pytest.mark.parametrize(
    ("list_seq", "replaces", "follow"),
    [(14, 2, True), (12, 2, True), (13, 13, True), (13, 99, True), (13, 2, False)],
)
def test_broken_reissues(list_seq: int, replaces: int, follow: bool) -> None:
    book = good_book()
    day = FIRST_DAY + 9 * DAY
    book.commit(day, late=True)
    book.beacon(day)
    book.add(lines.reissue_line(list_seq, replaces, "cancelled-decision"))
    if follow:
        book.draw(day)
    assert run(book.raw).exit_code == 2


def test_a_reissue_must_stand_right_before_its_list() -> None:
    def part(fields: Fields) -> None:
        place = find(fields, "reissue")
        fields.insert(place + 1, dict(fields[find(fields, "registry", -1)]))

    assert run(rechained(reissued().raw, part)).exit_code == 2


def test_the_round_of_a_known_chain_must_be_the_first_of_the_day() -> None:
    raw = good_book().raw
    beacon = next(lines.decode(line) for line in raw if b'"type":"beacon"' in line)
    chain = beacon["source"].removeprefix("drand:")
    assert run(raw, chains={"cd" * 32: (0, 1)}).exit_code == 0
    report = run(raw, chains={chain: (1_595_431_050, 30)})
    assert (report.exit_code, report.findings[0].text.split(" is ")[0]) == (2, f"The beacon of {FIRST_DAY}")


def test_remarks_do_not_change_the_exit_code() -> None:
    book = good_book(days=1)
    for number in (1, 2):
        book.commit(FIRST_DAY + number * DAY, late=True)
        book.beacon(FIRST_DAY + number * DAY)
    book.register(FIRST_DAY, Unit("new", "new"))
    for _ in range(2):
        book.add(lines.reissue_line(book.lists + 1, 1, "cancelled-decision"))
        book.draw(FIRST_DAY + DAY)
    report = run(book.raw, FIRST_DAY + 2 * DAY)
    text = " ".join(finding.text for finding in report.findings)
    assert report.exit_code == 0
    assert {finding.code for finding in report.findings} == {0}
    for part in ("replaced once before", "stands after a beacon of", "before the 31st day", "is not their application"):
        assert part in text
    assert sum("before the 31st day" in finding.text for finding in report.findings) == 1


def test_early_reveals_are_seen_by_a_later_list_or_by_the_day_of_the_check() -> None:
    book = good_book(days=1)
    assert [f.code for f in run(book.raw, FIRST_DAY + 30 * DAY).findings] == [0]
    assert run(book.raw, FIRST_DAY + 31 * DAY).findings == ()


@pytest.mark.parametrize("cheat", ["seq", "no genesis", "two geneses"])
def test_lines_that_are_chained_but_misnumbered(cheat: str) -> None:
    """Written past the writer, which refuses them: every prev is right, and the place of a line is not."""
    fields = [lines.decode(raw) for raw in good_book().raw]
    if cheat == "seq":
        fields[7]["seq"] = 8
    elif cheat == "no genesis":
        fields = [{**line, "seq": seq} for seq, line in enumerate(fields[1:])]
    else:
        fields.insert(3, dict(fields[0]))
        fields = [{**line, "seq": seq} for seq, line in enumerate(fields)]
    raw: list[bytes] = []
    for line in fields:
        prev = lines.line_hash(raw[-1]) if raw else lines.FIRST_PREV
        raw.append(canonical({**line, "prev": prev}) + b"\n")
    place = {"seq": 8, "no genesis": 1, "two geneses": 4}[cheat]
    assert codes(run(raw)) == [(place, 2)]
