"""Whole histories of the ledger, and the checks that find what is wrong in them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.ledger import recipes
from marketplace.ledger.accounts import CREDIT_SIDE, MEMO, Account, position
from marketplace.ledger.checks import PostedEntry, balances, check_ledger
from marketplace.ledger.entry import Entry
from marketplace.ledger.shapes import SHAPES
from tests.ledger.books import CONTEXT, NEXT_YEAR, story

A = Account
quick = settings(deadline=None, max_examples=200)
Recipe = Callable[..., Entry | None]

# --- whole stories -------------------------------------------------------------------------------------------------


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
        elif name == "carry_back_out":
            arguments = (0, cents_moved) if account is A.RESERVED_BONUS else (cents_moved,)
        elif name in ("carry_over_in", "carry_back_in"):
            continue  # posted with its twin below
        entry = recipe(f"{number}", context, *arguments)
        rows += story(entry)
        if name == "carry_over_out":
            rows += story(recipes.carry_over_in(f"{number}in", replace(context, budget_year=2027), *arguments))
        elif name == "carry_back_out":
            rows += story(recipes.carry_back_in(f"{number}in", replace(context, budget_year=2025), *arguments))
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
            row("record_event", ("reserved_service", -1), ("used_recorded", 1), voucher=8),
            {"voucher_overdrawn"},
        ),
        (row("grant", ("free", -5), ("reserved_service", 5), voucher=None), {"no_voucher"}),
        (row("net_receivable", ("receivable", -1), ("receivable_counter", 1)), {"receivable_overdrawn"}),
        (row("carry_over_out", ("appropriated", 5), ("free", -5)), {"carry_over"}),
        (row("carry_over_in", ("appropriated", -5), ("free", 5), year=2027), {"carry_over"}),
        (row("carry_back_out", ("appropriated", 5), ("reserved_service", -5)), {"carry_over"}),
        (row("carry_back_in", ("appropriated", -5), ("reserved_service", 5), year=2025), {"carry_over"}),
    ],
)
def test_each_fault_is_found(bad: PostedEntry, codes: set[str]) -> None:
    assert check_ledger(SOUND) == []
    findings = check_ledger([*SOUND, bad])
    assert {finding.code for finding in findings} == codes
    assert all(finding.where and finding.message for finding in findings)


def test_what_comes_out_even_is_no_fault() -> None:
    all_back = story(
        recipes.appropriate("1", CONTEXT, 50),
        recipes.reduce_appropriation("2", CONTEXT, 50),
        recipes.appropriate("3", NEXT_YEAR, 50),
        recipes.grant("4", NEXT_YEAR, 50),
        recipes.record_event("5", NEXT_YEAR, 50),
        recipes.make_payable("6", NEXT_YEAR, 50),
        recipes.approve("7", NEXT_YEAR, 50),
        recipes.batch("8", NEXT_YEAR, 50),
        recipes.send("9", NEXT_YEAR, 50),
        recipes.confirm_paid("10", NEXT_YEAR, 50),
        recipes.reverse_after_payment("11", NEXT_YEAR, 50),
        recipes.collect_receivable("12", NEXT_YEAR, 50),
    )
    assert check_ledger(all_back) == []


def test_the_same_key_of_another_organiser_is_another_key() -> None:
    assert check_ledger([*SOUND, *(replace(entry, organiser_id=2) for entry in SOUND)]) == []
