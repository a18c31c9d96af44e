"""The vectors of VO1 and the invariants of the order; the numbers are those of docs/fairness.md."""

import ast
import inspect
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from marketplace.matching import order as order_module
from marketplace.matching.check_code import check_code
from marketplace.matching.lines import eligible_hash, order_hash
from marketplace.matching.order import Unit, commit, order, placements, seed
from tests.matching.logs import KEY, RANDOMNESS, market, random_units

CASES = 10_000
SIX = [Unit(f"u0{number}", f"g{letter}") for number, letter in enumerate("abcdef", start=1)]


def draw(list_seq: int, drawn: list[Unit] = SIX, late: tuple[Unit, ...] = (), randomness: bytes = RANDOMNESS) -> str:
    return " ".join(order(KEY, randomness, list_seq, "valmennus", drawn, late))


def test_vectors() -> None:
    assert commit(KEY) == "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd"
    expected_seed = "0b9cbed073dfdf31b401ca91faa585755a812225ae5596cab98dbc8c3de21962"
    assert seed(KEY, RANDOMNESS, 1, "valmennus").hex() == expected_seed
    assert draw(1) == "u01 u03 u02 u04 u05 u06"
    assert draw(2) == "u02 u04 u03 u01 u05 u06"
    assert draw(0) == "u05 u06 u04 u02 u03 u01"
    assert draw(1, randomness=bytes(32)) == "u02 u05 u04 u06 u01 u03"
    assert draw(1, [*SIX, Unit("u07", "gc")]) == "u01 u07 u02 u04 u05 u06 u03"
    assert draw(1, late=(Unit("u07", "gc"),)) == "u01 u03 u02 u04 u05 u06 u07"
    assert draw(1, late=(Unit("u08", "gg"),)) == "u08 u01 u03 u02 u04 u05 u06"
    assert eligible_hash(SIX) == "7324da35c94553e476edcef8de8fb158fd94e5d12246f029b3c011caf1fafb1d"
    assert order_hash(1, draw(1).split()) == "e095b32b128e7fb5c9dec6b9b833431ebc0ea5ce0c125d93034de38412816928"
    assert check_code(1, 17, draw(1).split()) == "3DV2R3L6"


def test_nobody_and_one() -> None:
    assert draw(1, []) == ""
    assert draw(1, SIX[:1]) == "u01"
    assert draw(1, [], (SIX[0],)) == "u01"


@pytest.mark.parametrize(
    ("key", "randomness", "list_seq", "drawn", "late"),
    [
        (b"x" * 31, RANDOMNESS, 1, SIX, []),
        (KEY.hex().encode(), RANDOMNESS, 1, SIX, []),
        (KEY, b"", 1, SIX, []),
        (KEY, RANDOMNESS, -1, SIX, []),
        (KEY, RANDOMNESS, 2**64, SIX, []),
        (KEY, RANDOMNESS, True, SIX, []),
        (KEY, RANDOMNESS, 1, [*SIX, SIX[0]], []),
        (KEY, RANDOMNESS, 1, SIX, [SIX[0]]),
        (KEY, RANDOMNESS, 1, [Unit("u" * 65_536, "g"), Unit("u", "g")], []),
        (KEY, RANDOMNESS, 1, [Unit("u", "g" * 65_536)], []),
    ],
)
def test_refused(key: bytes, randomness: bytes, list_seq: int, drawn: list[Unit], late: list[Unit]) -> None:
    with pytest.raises(ValueError):
        order(key, randomness, list_seq, "valmennus", drawn, late)


def test_invariant_01_same_arguments_same_list() -> None:
    random = Random(1)
    for _ in range(CASES):
        key, randomness, list_seq = random.randbytes(32), random.randbytes(32), random.randrange(2**53)
        units, late = random_units(random), [Unit(f"late{number}", f"g{number}") for number in range(2)]
        first = order(key, randomness, list_seq, "valmennus", units, late)
        assert order(key, randomness, list_seq, "valmennus", tuple(units), tuple(late)) == first
        assert sorted(first) == sorted(unit.unit for unit in [*units, *late])


@pytest.mark.parametrize(
    "surroundings", [{"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "77", "LC_ALL": "C", "TZ": "Asia/Tokyo"}]
)
def test_invariant_01_same_list_in_another_process(surroundings: dict[str, str]) -> None:
    program = (
        "from tests.matching.logs import *\n"
        "print(*order(KEY, RANDOMNESS, 5, 'valmennus', market(200, 90), []))"
    )
    root = Path(order_module.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, env=os.environ | surroundings, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == order(KEY, RANDOMNESS, 5, "valmennus", market(200, 90), [])


def test_invariant_02_order_of_rows_changes_nothing() -> None:
    random = Random(2)
    for _ in range(CASES):
        units = random_units(random)
        key = random.randbytes(32)
        before = order(key, RANDOMNESS, 1, "valmennus", units, [])
        random.shuffle(units)
        assert order(key, RANDOMNESS, 1, "valmennus", units, []) == before


@pytest.mark.parametrize("relabelled", [False, True])
def test_invariant_02_every_place_is_equally_likely(relabelled: bool) -> None:
    """Chi-square of the 12 x 12 matrix of units and places over 1,200 lists; fresh codes give the same distribution."""
    random = Random(22)
    lists, size = 1200, 12
    codes = [f"id-{random.randbytes(8).hex()}" if relabelled else f"u{number}" for number in range(size)]
    units = [Unit(code, f"{code}-group") for code in codes]
    counts: Counter[tuple[str, int]] = Counter()
    for list_seq in range(1, lists + 1):
        counts.update((unit, place) for place, unit in enumerate(order(KEY, RANDOMNESS, list_seq, "valmennus", units, [])))
    expected = lists / size
    statistic = sum((counts[code, place] - expected) ** 2 / expected for code in codes for place in range(size))
    freedom = (size - 1) ** 2
    assert statistic * (size - 1) / size < _chi_square_999(freedom)


def _chi_square_999(freedom: int) -> float:
    """The value that chance exceeds once in a thousand (Wilson and Hilferty)."""
    return float(freedom * (1 - 2 / (9 * freedom) + 3.0902 * (2 / (9 * freedom)) ** 0.5) ** 3)


def test_invariants_03_04_the_order_sees_nothing_else() -> None:
    """No parameter, field or import through which a name, a price, a payment or the database could reach the order."""
    names = list(inspect.signature(order).parameters)
    assert names == ["key", "randomness", "list_seq", "service", "drawn", "late"]
    assert Unit._fields == ("unit", "group")
    tree = ast.parse(Path(order_module.__file__).read_text())
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported == {"collections.abc", "hashlib", "hmac", "struct", "typing"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"open", "eval", "exec", "compile", "__import__", "getattr", "globals", "vars"}


def test_invariant_06_another_group_changes_no_relative_order() -> None:
    random = Random(6)
    for _ in range(CASES):
        units, key, list_seq = random_units(random), random.randbytes(32), random.randrange(1, 2**20)
        stranger = Unit(f"x{random.randrange(10_000)}", "another-group")
        alone = order(key, RANDOMNESS, list_seq, "valmennus", units, [])
        drawn = order(key, RANDOMNESS, list_seq, "valmennus", [*units, stranger], [])
        late = order(key, RANDOMNESS, list_seq, "valmennus", units, [stranger])
        assert [unit for unit in drawn if unit != stranger.unit] == alone
        assert late == drawn, "a new group enters at its own key, whether it was drawn or came late"


def test_invariant_07_a_sibling_leaves_the_first_tier_of_groups_unchanged() -> None:
    random = Random(7)
    for _ in range(CASES):
        units, key = random_units(random) or [Unit("u1", "g1")], random.randbytes(32)
        sibling = Unit("sibling", random.choice(units).group)
        before = placements(key, RANDOMNESS, 1, "valmennus", units, [])
        for after in (
            placements(key, RANDOMNESS, 1, "valmennus", [*units, sibling], []),
            placements(key, RANDOMNESS, 1, "valmennus", units, [sibling]),
        ):
            assert [p.group for p in after if p.tier == 0] == [p.group for p in before if p.tier == 0]


def test_invariant_08_a_late_sibling_displaces_no_card() -> None:
    random = Random(8)
    for _ in range(CASES):
        units, key = random_units(random) or [Unit("u1", "g1")], random.randbytes(32)
        late = [Unit(f"late{number}", f"g{random.randrange(8)}") for number in range(random.randint(1, 4))]
        before = placements(key, RANDOMNESS, 1, "valmennus", units, [])
        after = placements(key, RANDOMNESS, 1, "valmennus", units, late)
        codes = {unit.unit for unit in units}
        assert [place for place in after if place.unit in codes] == before, "same tier, same digest, same relative order"
        tier = {place.unit: place.tier for place in after}
        size = Counter(unit.group for unit in units)
        for newcomer in late:
            assert tier[newcomer.unit] == size[newcomer.group], "the next free tier of its group"
            size[newcomer.group] += 1


def test_invariant_09_the_code_decides_only_when_digests_are_equal(monkeypatch: pytest.MonkeyPatch) -> None:
    random = Random(9)
    for _ in range(CASES):
        found = placements(random.randbytes(32), RANDOMNESS, 1, "valmennus", random_units(random), [])
        places = [(place.tier, place.digest) for place in found]
        assert places == sorted(places)
        assert len(set(places)) == len(places)
    monkeypatch.setattr(order_module, "hmac_digest", lambda *_: b"\0" * 32)
    units = [Unit("b", "g1"), Unit("a", "g2"), Unit("aa", "g1"), Unit("\u00e4", "g3"), Unit("B", "g4")]
    assert order(KEY, RANDOMNESS, 1, "valmennus", units, []) == ["B", "a", "aa", "\u00e4", "b"]


def test_invariant_10_deleting_rows_keeps_the_order_of_the_rest() -> None:
    random = Random(10)
    for _ in range(CASES):
        units = random_units(random)
        found = order(random.randbytes(32), RANDOMNESS, 1, "valmennus", units, [])
        kept = {unit for unit in found if random.random() < 0.5}
        price = {unit: random.randrange(3) for unit in found}
        filtered = [unit for unit in found if unit in kept]
        by_price = sorted(filtered, key=price.__getitem__)
        place = {unit: number for number, unit in enumerate(found)}
        for one, two in zip(by_price, by_price[1:], strict=False):
            assert (price[one], place[one]) < (price[two], place[two]), "a client's sort breaks ties by the neutral order"
        assert sorted(by_price, key=place.__getitem__) == filtered, "back to the neutral order"
