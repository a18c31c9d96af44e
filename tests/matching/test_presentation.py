"""One card a group: what is shown is what was drawn, only closer together."""

from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.matching.order import Unit, order
from marketplace.matching.presentation import cards

GROUPS = st.lists(st.sampled_from("abcdefgh"), max_size=30)
THOROUGH = settings(max_examples=1_000)


def _listed(groups: list[str]) -> list[tuple[str, str]]:
    return [(f"u{place:02}", group) for place, group in enumerate(groups)]


@THOROUGH
@given(GROUPS)
def test_nothing_is_lost_or_added(groups: list[str]) -> None:
    rendered = _listed(groups)
    assert sorted(unit for card in cards(rendered) for unit in card) == sorted(unit for unit, _group in rendered)
    group_of = dict(rendered)
    assert [len({group_of[unit] for unit in card}) for card in cards(rendered)] == [1] * len(set(groups))


@THOROUGH
@given(GROUPS)
def test_a_card_stands_where_its_first_unit_does_and_sisters_keep_their_order(groups: list[str]) -> None:
    place = {unit: number for number, (unit, _group) in enumerate(_listed(groups))}
    made = cards(_listed(groups))
    firsts = [place[card[0]] for card in made]
    assert firsts == sorted(firsts)
    assert all([place[unit] for unit in card] == sorted(place[unit] for unit in card) for card in made)


@given(st.integers(0, 30))
def test_with_one_unit_a_group_it_is_the_plain_list(number: int) -> None:
    rendered = [(f"u{place}", f"g{place}") for place in range(number)]
    assert cards(rendered) == tuple((unit,) for unit, _group in rendered)


@THOROUGH
@given(GROUPS, st.sets(st.integers(0, 29)))
def test_filtering_a_laid_out_list_moves_no_card(groups: list[str], gone: set[int]) -> None:
    """A filter leaves units out of the laid out list: laying out what is left again changes nothing (B2.10)."""
    rendered = _listed(groups)
    group_of = dict(rendered)
    laid_out = [unit for card in cards(rendered) for unit in card]
    left = [unit for unit in laid_out if int(unit[1:]) not in gone]
    again = cards((unit, group_of[unit]) for unit in left)
    assert [unit for card in again for unit in card] == left


@settings(max_examples=300)
@given(GROUPS.filter(bool), st.integers(1, 1_000), st.sampled_from("abcdefgh"))
def test_a_further_sister_gives_her_group_no_better_place(groups: list[str], number: int, group: str) -> None:
    """Attack 2: however many companies a group registers, it has one card, at the place of its one first-tier unit."""
    units = [Unit(f"u{place:02}", name) for place, name in enumerate([*groups, group])]
    more = [*units, Unit("u99", group)]

    def laid_out(drawn: list[Unit]) -> list[str]:
        group_of = dict(drawn)
        listed = order(b"k" * 32, b"r" * 32, number, "valmennus", drawn, [])
        return [group_of[card[0]] for card in cards((unit, group_of[unit]) for unit in listed)]

    assert laid_out(units) == laid_out(more)
