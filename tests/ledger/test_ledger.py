"""The ledger: entries that cannot be wrong, recipes that book what they say, checks that find what is wrong."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.ledger import recipes
from marketplace.ledger.accounts import BUDGET, CREDIT_SIDE, MEANINGS, MEMO, USED, Account, position, stands_on
from marketplace.ledger.checks import PostedEntry, as_posted, balances, check_ledger
from marketplace.ledger.entry import Context, Entry, Line, Unbalanced
from marketplace.ledger.shapes import BEFORE_PAYMENT, CONTESTABLE, SHAPES
from marketplace.ledger.tables import refreshed
from marketplace.vouchers.cycles import INVOICE_LINE

A = Account
CONTEXT = Context(
    organiser_id=1,
    programme_id=2,
    budget_year=2026,
    municipality="297",
    voucher_id=7,
    provider_id=9,
    cost_centre="4100",
    reason="test",
    actor_id=3,
    day=date(2026, 3, 2),
)
NEXT_YEAR = replace(CONTEXT, budget_year=2027)
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


# --- whole stories -------------------------------------------------------------------------------------------------


def story(*entries: Entry | None) -> list[PostedEntry]:
    return [as_posted(entry) for entry in entries if entry is not None]


def test_a_voucher_from_grant_to_the_last_cent() -> None:
    rows = story(
        recipes.appropriate("1", replace(CONTEXT, voucher_id=None), 100_000),
        recipes.grant("2", CONTEXT, 20_000, 5_000),
        recipes.record_event("3", CONTEXT, 4_000),
        recipes.record_event("4", CONTEXT, 1_000),
        recipes.contest("5", CONTEXT, 1_000),
        recipes.reverse_before_payment("6", CONTEXT, 1_000, A.USED_CONTESTED),
        recipes.make_payable("7", CONTEXT, 4_000),
        recipes.approve("8", CONTEXT, 4_000),
        recipes.batch("9", CONTEXT, 4_000),
        recipes.send("10", CONTEXT, 4_000),
        recipes.confirm_paid("11", CONTEXT, 4_000),
        recipes.reverse_after_payment("12", CONTEXT, 4_000),
        recipes.mature_bonus("13", CONTEXT, 2_000),
        recipes.net_receivable("14", NEXT_YEAR, 1_500),
        recipes.return_unused("15", CONTEXT, 20_000, 3_000),
    )
    assert check_ledger(rows) == []
    figures = position(balances(rows)[1, 2, 2026])
    assert figures.holds
    assert (figures.appropriated_cents, figures.free_cents, figures.used_cents) == (100_000, 98_000, 2_000)
    assert (figures.reserved_service_cents, figures.reserved_bonus_cents, figures.receivable_cents) == (0, 0, 4_000)


step = st.tuples(st.sampled_from(sorted(SHAPES)), st.integers(0, 3), st.integers(0, 2), st.integers(1, 1_000))


@quick
@given(st.lists(step, max_size=60))
def test_any_history_keeps_the_identity_and_passes_the_checks(steps: list[tuple[str, int, int, int]]) -> None:
    """Random recipes with amounts that are there to be moved: the ledger stays sound at the end of any of them."""
    rows = story(recipes.appropriate("start", replace(CONTEXT, voucher_id=None), 50_000))
    left: Counter[tuple[int | None, str]] = Counter({(None, "free"): 50_000 - 9_000})  # free money is common
    for voucher_id in range(3):
        rows += story(recipes.grant(f"grant{voucher_id}", replace(CONTEXT, voucher_id=voucher_id), 2_000, 1_000))
        left += Counter({(voucher_id, "reserved_service"): 2_000, (voucher_id, "reserved_bonus"): 1_000})
    owed: Counter[int] = Counter()
    for number, (name, which, voucher_id, cents) in enumerate(steps):
        shape = SHAPES[name]
        recipe: Recipe = getattr(recipes, name)
        context = replace(CONTEXT, voucher_id=voucher_id, provider_id=5)
        options = sorted(shape.credits - MEMO - CREDIT_SIDE) or [A.FREE]
        account = options[which % len(options)]
        owner = None if account is A.FREE else voucher_id
        if name == "appropriate":
            cents_moved = cents
        elif shape.credits == {A.RECEIVABLE}:
            cents_moved = min(cents, owed[5])
        else:
            cents_moved = min(cents, left[owner, account])
        arguments: tuple[object, ...] = (cents_moved,)
        if name in ("return_unused", "carry_over_out"):
            where = [A.RESERVED_SERVICE, A.RESERVED_BONUS, A.FREE].index(account)
            arguments = (*(0 for _ in range(where)), cents_moved)
        elif name in ("reverse_before_payment", "contest", "payment_returned"):
            arguments = (cents_moved, account)
        elif name == "carry_over_in":
            continue  # posted with its twin below
        entry = recipe(f"{number}", context, *arguments)
        rows += story(entry)
        if name == "carry_over_out":
            rows += story(recipes.carry_over_in(f"{number}in", replace(context, budget_year=2027), *arguments))
        for line in entry.lines if entry else ():
            if line.account is A.RECEIVABLE:
                owed[5] += line.cents
            else:
                left[None if line.account is A.FREE else voucher_id, line.account] += line.cents
    assert check_ledger(rows) == []
    assert all(position(accounts).holds for accounts in balances(rows).values())


# --- the checks find what is wrong ---------------------------------------------------------------------------------

SOUND = story(
    recipes.appropriate("1", replace(CONTEXT, voucher_id=None), 1_000),
    recipes.grant("2", CONTEXT, 400, 100),
    recipes.record_event("3", CONTEXT, 50),
)


def row(recipe: str, *pairs: tuple[str, int], key: str = "x", year: int = 2026, voucher: int | None = 7) -> PostedEntry:
    return PostedEntry(key, recipe, 1, 2, year, voucher, 9, pairs)


@pytest.mark.parametrize(
    ("bad", "codes"),
    [
        (row("grant", ("free", -5), ("reserved_service", 4)), {"unbalanced", "identity"}),
        (row("reverse_after_payment", ("reserved_service", 4), ("receivable_counter", -4)), {"unbalanced", "identity"}),
        (row("grant", ("free", 0), ("reserved_service", 0)), {"empty_line"}),
        (row("grant"), {"empty_line"}),
        (row("gift", ("free", -5), ("reserved_service", 5)), {"unknown_recipe"}),
        (row("grant", ("free", -5), ("pocket", 5)), {"unknown_account", "unbalanced", "identity"}),
        (row("grant", ("free", 5), ("reserved_service", -5)), {"foreign_account"}),
        (row("grant", ("free", -5), ("used_paid", 5)), {"foreign_account"}),
        (row("record_event", ("reserved_service", -5), ("used_recorded", 5), key="3"), {"key_twice"}),
        (row("grant", ("free", -501), ("reserved_service", 501)), {"overdrawn"}),
        (row("reduce_appropriation", ("free", -1_001), ("appropriated", 1_001), voucher=None), {"overdrawn"}),
        (
            row("record_event", ("reserved_service", -50), ("used_recorded", 50), voucher=8),
            {"voucher_overdrawn"},
        ),
        (row("grant", ("free", -5), ("reserved_service", 5), voucher=None), {"no_voucher"}),
        (row("net_receivable", ("receivable", -5), ("receivable_counter", 5)), {"receivable_overdrawn"}),
        (row("carry_over_out", ("appropriated", 5), ("free", -5)), {"carry_over"}),
        (row("carry_over_in", ("appropriated", -5), ("free", 5), year=2027), {"carry_over"}),
    ],
)
def test_each_fault_is_found(bad: PostedEntry, codes: set[str]) -> None:
    assert check_ledger(SOUND) == []
    findings = check_ledger([*SOUND, bad])
    assert {finding.code for finding in findings} == codes
    assert all(finding.where and finding.message for finding in findings)


def test_the_same_key_of_another_organiser_is_another_key() -> None:
    assert check_ledger([*SOUND, *(replace(entry, organiser_id=2) for entry in SOUND)]) == []


def test_the_page_about_money_has_fresh_tables() -> None:
    page = (Path(__file__).parents[2] / "docs" / "money.md").read_text(encoding="utf-8")
    assert refreshed(page) == page, "python -m marketplace.ledger.tables docs/money.md"
    with pytest.raises(ValueError, match="no place"):
        refreshed("# Money")
