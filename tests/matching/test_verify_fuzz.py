"""The verifier against the writer on random worlds: two writings of one rule must agree, and neither may fall over."""

import ast
import json
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

from marketplace.matching import lines, verify_draw, verify_form
from marketplace.matching import verify as verify_module
from marketplace.matching.order import Unit, order
from marketplace.matching.registry import Reason, State, drawn_units
from tests.matching.logs import COACHING, FIRST_DAY, KEY, MAPPING, RANDOMNESS, Book, random_registry, random_units
from tests.matching.runs import DAY, reissued, run


def spelled(line: dict[str, Any]) -> bytes:
    """A line in canonical form without the writer's checks."""
    return json.dumps(line, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def test_the_verifier_shares_no_code_with_the_writer() -> None:
    allowed = {"verify_draw", "verify_form"}
    for module in (verify_module, verify_draw, verify_form):
        tree = ast.parse(Path(str(module.__file__)).read_text())
        names = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        names |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
        ours = {name.rsplit(".", 1)[-1] for name in names if name.startswith("marketplace")}
        assert ours <= allowed


def test_both_writings_of_the_draw_agree() -> None:
    random = Random(5)
    for _ in range(10_000):
        units, key, list_seq = random_units(random), random.randbytes(32), random.randrange(2**53)
        service = random.choice(["valmennus", "kartoitus", "a"])
        assert verify_draw.redraw(key, RANDOMNESS, list_seq, service, units) == order(
            key, RANDOMNESS, list_seq, service, units, []
        )


def test_both_readings_of_the_registry_agree() -> None:
    random = Random(6)
    for _ in range(2_000):
        history = random_registry(random, 12)
        registry = verify_draw.Registry()
        for line in history:
            offers = [list(pair) for pair in sorted(line.offers)]
            registry.take({"unit": line.unit, "group": line.group, "state": str(line.state), "offers": offers})
            for pair in (COACHING, MAPPING):
                pool = drawn_units(history, pair, line.seq + 1)
                assert registry.pool(*pair) == (tuple(pool), lines.eligible_hash(pool))


def test_random_honest_logs_are_clean() -> None:
    """Providers come, go, return and change hands while lists are drawn: nothing of it is a fault."""
    random = Random(7)
    for _ in range(150):
        book = Book()
        day = FIRST_DAY
        revealed: list[date] = []
        for _ in range(random.randint(1, 5)):
            book.commit(day, late=day > FIRST_DAY)
            book.beacon(day, random.choice(["none", "drand:" + "ab" * 32]))
            revealed.append(day)
            for _ in range(random.randint(0, 8)):
                change = random_registry(random, 1)[0]
                book.register(day, Unit(change.unit, change.group), sorted(change.offers), change.state)
                if random.random() < 0.5:
                    if book.lists and random.random() < 0.2:
                        book.add(lines.reissue_line(book.lists + 1, random.randint(1, book.lists), "error"))
                    book.draw(day, random.choice([COACHING, MAPPING]))
            day += random.randint(1, 3) * DAY
        for each in revealed:
            book.reveal(each)
        report = run(book.raw, FIRST_DAY + 60 * DAY, head=book.head)
        assert (report.exit_code, report.lists_verified) == (0, book.lists)


def test_random_damage_never_raises() -> None:
    random = Random(8)
    raw = reissued().raw
    for _ in range(1_500):
        damaged = list(raw)
        for _ in range(random.randint(1, 3)):
            place = random.randrange(len(damaged))
            line = damaged[place]
            cut = random.randrange(len(line) + 1)
            damaged[place] = random.choice(
                [line[:cut], line[:cut] + random.randbytes(2) + line[cut:], random.choice(raw), b"", line[cut:]]
            )
        assert run(damaged).exit_code in (0, 2)


def test_random_changes_of_fields_never_raise_past_the_writer() -> None:
    """Any field of any line set to any value, and the chain made whole: the verifier answers, whatever the answer."""
    random = Random(9)
    raw = reissued().raw
    values: list[Any] = [
        0, 1, -1, 2**53, 10**30, 1.5, True, None, {}, [], [[]], [None], [["a", "b"]], [["a", 1]],
        "", "none", "list", "reveal",
        "9999-12-31", "0001-01-01", "2026-03-02", "00" * 32, "00", "x" * 65, "\U0001f600", "drand:" + "00" * 32,
    ]  # fmt: skip
    for _ in range(1_500):
        fields = [lines.decode(line) for line in raw]
        line = random.choice(fields)
        line[random.choice([name for name in line if name != "prev"])] = random.choice(values)
        made, prev = [], lines.FIRST_PREV
        for each in fields:
            made.append(spelled({**each, "prev": prev}))
            prev = lines.line_hash(made[-1])
        report = run(made)
        assert report.exit_code in (0, 1, 2, 3, 4)
        assert report.lines <= len(made)


def test_reading_agrees_with_the_writer_on_every_field() -> None:
    """What the writer refuses the verifier refuses, and the other way round."""
    random = Random(10)
    samples = [lines.decode(line) for line in reissued().raw] + [
        lines.decode(lines.encode(lines.beacon_line(FIRST_DAY, "lottery:x", KEY, round_number=1), 3, "ab" * 32)),
    ]
    ended = lines.registry_line(FIRST_DAY, Unit("a", "b"), [], State.ENDED, Reason.OWN_REQUEST)
    samples.append(lines.decode(lines.encode(ended, 3, "ab" * 32)))
    pool: list[Any] = [value for line in samples for value in line.values()]
    pool += [0, 1, 2, -1, 2**53, True, 1.0, None, [["b", "a"], ["a", "b"]], [["a"]]]
    pool += ["", "7", "07", "x" * 64, "x" * 65, "ab", "abc", "2026-02-30", "20260302"]
    names = sorted({name for line in samples for name in line}) + ["other"]
    for _ in range(20_000):
        line = dict(random.choice(samples))
        name = random.choice(names)
        if random.random() < 0.2:
            line.pop(name, None)
        else:
            line[name] = random.choice(pool)
        text = spelled(line)
        try:
            lines.decode(text)
            written = True
        except ValueError:
            written = False
        try:
            verify_form.read(text)
            read = True
        except verify_form.Fault:
            read = False
        genesis_place = (line.get("type") == "genesis", line.get("seq") == 0, line.get("prev") == lines.FIRST_PREV)
        if len(set(genesis_place)) == 1:  # where a line stands is the verifier's sequence, not its form
            assert written == read, text
