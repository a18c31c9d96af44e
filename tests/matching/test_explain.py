from marketplace.matching import lines
from marketplace.matching.explain import explain
from marketplace.matching.order import Unit, commit, order, sibling_digest
from tests.matching.logs import COACHING, FIRST_DAY, KEY, RANDOMNESS

SIX = [Unit(f"u0{number}", f"g{letter}") for number, letter in enumerate("abcdef", start=1)]
DRAWN = [*SIX, Unit("u07", "gc")]
LATE = [Unit("u09", "gc"), Unit("u08", "gg")]


def test_every_step_of_one_list() -> None:
    drawn_order = order(KEY, RANDOMNESS, 1, "valmennus", DRAWN, [])
    line = lines.list_line(1, FIRST_DAY, COACHING, DRAWN, drawn_order)
    told = explain(line, key=KEY, randomness=RANDOMNESS, drawn=DRAWN, late=LATE, shown={"u01", "u07"})
    assert told.seed == "0b9cbed073dfdf31b401ca91faa585755a812225ae5596cab98dbc8c3de21962"
    assert told.commitment == commit(KEY)
    assert (told.list_seq, told.day, told.service, told.area) == (1, "2026-03-02", "valmennus", "pohjois-savo")
    assert told.drawn_order == tuple(drawn_order) == ("u01", "u07", "u02", "u04", "u05", "u06", "u03")
    assert told.n_holds
    assert told.eligible_holds
    assert told.order_holds
    places = {place.unit: place for place in told.places}
    assert [place.unit for place in told.places] == order(KEY, RANDOMNESS, 1, "valmennus", DRAWN, LATE)
    assert [place.position for place in told.places] == list(range(1, 10))
    assert [(place.tier, place.digest) for place in told.places] == sorted((p.tier, p.digest) for p in told.places)
    assert {unit for unit, place in places.items() if place.late} == {"u08", "u09"}
    assert {unit for unit, place in places.items() if place.shown} == {"u01", "u07"}
    assert {unit for unit, place in places.items() if place.sibling_digest} == {"u03", "u07"}
    assert places["u07"].sibling_digest == sibling_digest(bytes.fromhex(told.seed), "u07").hex()
    assert places["u07"].sibling_digest < places["u03"].sibling_digest
    assert (places["u07"].tier, places["u03"].tier, places["u09"].tier, places["u08"].tier) == (0, 1, 2, 0)


def test_a_list_that_does_not_hold_says_so() -> None:
    line = lines.list_line(1, FIRST_DAY, COACHING, DRAWN, [unit.unit for unit in DRAWN])
    told = explain(line, key=KEY, randomness=RANDOMNESS, drawn=DRAWN)
    assert (told.n_holds, told.eligible_holds, told.order_holds) == (True, True, False)
    told = explain(line, key=KEY, randomness=RANDOMNESS, drawn=SIX)
    assert (told.n_holds, told.eligible_holds, told.order_holds) == (False, False, False)
    assert all(place.shown for place in told.places)
