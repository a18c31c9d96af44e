"""The ledger: entries that cannot be wrong, recipes that book what they say."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.ledger import recipes
from marketplace.ledger.accounts import BUDGET, MEANINGS, MEMO, USED, Account, stands_on
from marketplace.ledger.entry import Entry, Line, Unbalanced
from marketplace.ledger.shapes import BEFORE_PAYMENT, CONTESTABLE, SHAPES
from marketplace.ledger.tables import refreshed
from marketplace.vouchers.cycles import INVOICE_LINE
from tests.ledger.books import CONTEXT, NEXT_YEAR

A = Account
quick = settings(deadline=None, max_examples=200)
Recipe = Callable[..., Entry | None]


def lines(entry: Entry | None) -> dict[str, int]:
    assert entry is not None
    return {line.account.value: line.cents for line in entry.lines}


# --- entries -------------------------------------------------------------------------------------------------------


def test_an_entry_must_sum_to_zero() -> None:
    with pytest.raises(Unbalanced):
        Entry("k", "grant", CONTEXT, (Line(A.FREE, -10), Line(A.RESERVED_SERVICE, 9)))


def test_the_budget_and_the_memo_pair_each_sum_to_zero() -> None:
    with pytest.raises(Unbalanced):
        Entry("k", "grant", CONTEXT, (Line(A.USED_PAID, -10), Line(A.RECEIVABLE, 10)))


@pytest.mark.parametrize("bad", [1.0, True, "1", None])
def test_a_line_takes_only_integers(bad: object) -> None:
    with pytest.raises(TypeError):
        Line(A.FREE, bad)  # type: ignore[arg-type]


def test_what_says_nothing_is_refused() -> None:
    pair = (Line(A.FREE, -10), Line(A.RESERVED_SERVICE, 10))
    with pytest.raises(ValueError, match="zero cents"):
        Line(A.FREE, 0)
    with pytest.raises(TypeError, match="not an account"):
        Line("free", 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no lines"):
        Entry("k", "grant", CONTEXT, ())
    with pytest.raises(ValueError, match="needs a key"):
        Entry("", "grant", CONTEXT, pair)
    with pytest.raises(ValueError, match="needs a key"):
        Entry("k", "", CONTEXT, pair)
    with pytest.raises(ValueError, match="twice"):
        Entry("k", "grant", CONTEXT, (*pair, Line(A.FREE, -1), Line(A.USED_PAID, 1)))
    with pytest.raises(TypeError):
        replace(CONTEXT, day=datetime(2026, 3, 2))
    with pytest.raises(TypeError):
        replace(CONTEXT, budget_year=2026.0)


# --- recipes -------------------------------------------------------------------------------------------------------

SIMPLE: dict[str, tuple[str, str]] = {
    "appropriate": ("appropriated", "free"),
    "reduce_appropriation": ("free", "appropriated"),
    "reserve_bonus": ("free", "reserved_bonus"),
    "record_event": ("reserved_service", "used_recorded"),
    "mature_bonus": ("reserved_bonus", "used_recorded"),
    "contest": ("used_recorded", "used_contested"),
    "settle_for_provider": ("used_contested", "used_recorded"),
    "make_payable": ("used_recorded", "used_payable"),
    "unmake_payable": ("used_payable", "used_recorded"),
    "approve": ("used_payable", "used_approved"),
    "batch": ("used_approved", "used_in_batch"),
    "unbatch": ("used_in_batch", "used_approved"),
    "send": ("used_in_batch", "used_sent"),
    "confirm_paid": ("used_sent", "used_paid"),
    "payment_returned": ("used_sent", "used_returned"),
    "rebatch": ("used_returned", "used_in_batch"),
    "net_receivable": ("receivable", "receivable_counter"),
    "restore_receivable": ("receivable_counter", "receivable"),
    "collect_receivable": ("receivable", "receivable_counter"),
}


@pytest.mark.parametrize(("name", "way"), SIMPLE.items())
def test_a_simple_recipe_moves_one_amount(name: str, way: tuple[str, str]) -> None:
    recipe: Recipe = getattr(recipes, name)
    entry = recipe("k", CONTEXT, 1_234)
    assert lines(entry) == {way[0]: -1_234, way[1]: 1_234}
    assert entry is not None
    assert (entry.key, entry.recipe, entry.context) == ("k", name, CONTEXT)


def test_a_grant_reserves_service_and_bonus_apart_and_the_rest_comes_back() -> None:
    assert lines(recipes.grant("k", CONTEXT, 1_000, 300)) == {
        "free": -1_300,
        "reserved_service": 1_000,
        "reserved_bonus": 300,
    }
    assert lines(recipes.grant("k", CONTEXT, 1_000)) == {"free": -1_000, "reserved_service": 1_000}
    assert lines(recipes.return_unused("k", CONTEXT, 0, 300)) == {"free": 300, "reserved_bonus": -300}


def test_a_reversal_after_payment_makes_a_debt() -> None:
    entry = recipes.reverse_after_payment("k", CONTEXT, 500, A.RESERVED_BONUS)
    assert lines(entry) == {"used_paid": -500, "reserved_bonus": 500, "receivable": 500, "receivable_counter": -500}


@pytest.mark.parametrize("account", sorted(BEFORE_PAYMENT))
def test_a_reversal_before_payment_takes_it_from_where_it_stands(account: Account) -> None:
    assert lines(recipes.reverse_before_payment("k", CONTEXT, 5, account)) == {account: -5, "reserved_service": 5}


@pytest.mark.parametrize("account", sorted(frozenset(Account) - BEFORE_PAYMENT))
def test_money_that_cannot_be_cancelled_is_not(account: Account) -> None:
    with pytest.raises(ValueError, match="cannot move money"):
        recipes.reverse_before_payment("k", CONTEXT, 5, account)
    with pytest.raises(ValueError, match="cannot move money"):
        recipes.contest("k", CONTEXT, 5, account)


def test_an_objection_stops_money_short_of_a_batch() -> None:
    for account in CONTESTABLE:
        assert lines(recipes.contest("k", CONTEXT, 5, account)) == {account: -5, "used_contested": 5}
    with pytest.raises(ValueError, match="cannot move money"):
        recipes.contest("k", CONTEXT, 5, A.USED_CONTESTED)


def test_a_paid_payment_may_come_back_too() -> None:
    assert lines(recipes.payment_returned("k", CONTEXT, 5, A.USED_PAID)) == {"used_paid": -5, "used_returned": 5}


def test_the_appropriation_moves_along_at_year_end() -> None:
    out = recipes.carry_over_out("o", CONTEXT, service_cents=10, bonus_cents=5, free_cents=1)
    come = recipes.carry_over_in("i", NEXT_YEAR, service_cents=10, bonus_cents=5, free_cents=1)
    assert lines(out) == {"appropriated": 16, "reserved_service": -10, "reserved_bonus": -5, "free": -1}
    assert lines(come) == {account: -cents for account, cents in lines(out).items()}
    assert lines(recipes.carry_over_out("o", CONTEXT, free_cents=1)) == {"appropriated": 1, "free": -1}
    assert lines(recipes.carry_over_in("i", CONTEXT, bonus_cents=1)) == {"appropriated": -1, "reserved_bonus": 1}


def test_what_was_carried_over_can_come_back_to_its_year() -> None:
    out = recipes.carry_back_out("o", NEXT_YEAR, service_cents=10, bonus_cents=5)
    come = recipes.carry_back_in("i", CONTEXT, service_cents=10, bonus_cents=5)
    assert lines(out) == {"appropriated": 15, "reserved_service": -10, "reserved_bonus": -5}
    assert lines(come) == {account: -cents for account, cents in lines(out).items()}


def every_recipe() -> list[tuple[str, Recipe]]:
    return [(name, getattr(recipes, name)) for name in SHAPES]


def extra(name: str) -> tuple[object, ...]:
    return (A.USED_RECORDED,) if name == "reverse_before_payment" else ()


@pytest.mark.parametrize(("name", "recipe"), every_recipe())
def test_every_recipe_refuses_what_is_no_money_and_books_nothing_for_zero(name: str, recipe: Recipe) -> None:
    for bad in (1.0, True, "1", None):
        with pytest.raises(TypeError):
            recipe("k", CONTEXT, bad, *extra(name))
    with pytest.raises(ValueError):
        recipe("k", CONTEXT, -1, *extra(name))
    assert recipe("k", CONTEXT, 0, *extra(name)) is None
    assert recipe.__doc__


@pytest.mark.parametrize(("name", "recipe"), every_recipe())
@quick
@given(cents=st.integers(1, 10**10))
def test_every_recipe_balances_within_its_shape(name: str, recipe: Recipe, cents: int) -> None:
    entry = recipe("k", CONTEXT, cents, *extra(name))
    assert entry is not None
    assert entry.recipe == name
    assert sum(line.cents for line in entry.lines) == 0
    assert all(SHAPES[name].fits(line.account, line.cents) for line in entry.lines)


def test_every_account_has_a_meaning_and_a_recipe() -> None:
    assert set(MEANINGS) == set(Account) == BUDGET | MEMO
    moved = {account for shape in SHAPES.values() for account in shape.credits | shape.debits}
    assert moved == set(Account)


def test_every_state_of_an_invoice_line_has_its_account() -> None:
    stands = {state: stands_on(state) for state in INVOICE_LINE.states}
    assert set(stands.values()) | {A.USED_CONTESTED} == USED
    assert stands_on(None) is stands["returned"] is A.USED_RECORDED
    assert stands_on("passed", contested=True) is A.USED_CONTESTED
    with pytest.raises(ValueError, match="no state draft"):
        stands_on("draft")


def test_the_page_about_money_has_fresh_tables() -> None:
    page = (Path(__file__).parents[2] / "docs" / "money.md").read_text(encoding="utf-8")
    assert refreshed(page) == page, "python -m marketplace.ledger.tables docs/money.md"
    with pytest.raises(ValueError, match="no place"):
        refreshed("# Money")
