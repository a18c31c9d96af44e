"""The yearly appropriation: raised and lowered by the ledger, never below what is promised."""

import pytest
from sqlalchemy import select

from marketplace.models.ledger_rows import LedgerEntry
from marketplace.models.programmes import Budget
from marketplace.use_cases.appropriate import AppropriationOrder, set_appropriation
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Forbidden, Missing, Refused
from marketplace.use_cases.write_programme import create_programme
from tests.conftest import TODAY
from tests.makers import World, client, granted, opened, world
from tests.use_cases.procurement import programme_draft


def order(w: World, cents: int, **values: object) -> AppropriationOrder:
    usual = {"programme_id": w.programme_id, "year": TODAY.year, "reason": "Talousarvio", "board_decision": "KV § 1"}
    return AppropriationOrder(amount_cents=cents, **{**usual, **values})  # type: ignore[arg-type]


def free(desk: Desk, w: World, year: int = TODAY.year) -> int | None:
    with opened(desk, w.finance) as tx:
        return tx.session.scalar(select(Budget.free_cents).where(Budget.year == year))


def entries(desk: Desk, w: World) -> list[str]:
    with opened(desk, w.finance) as tx:
        return list(tx.session.scalars(select(LedgerEntry.recipe).order_by(LedgerEntry.id)))


def test_raising_and_lowering_book_the_difference(desk: Desk) -> None:
    w = world(desk, budget_cents=1_000_000)
    raised = set_appropriation(desk, w.procurement, order(w, 1_500_000))
    assert (raised.before_cents, raised.amount_cents, raised.free_cents) == (1_000_000, 1_500_000, 1_500_000)
    set_appropriation(desk, w.procurement, order(w, 900_000))
    assert free(desk, w) == 900_000
    assert entries(desk, w) == ["appropriate", "appropriate", "reduce_appropriation"]


def test_never_below_what_is_promised(desk: Desk) -> None:
    w = world(desk, budget_cents=1_000_000)
    granted(desk, w, client(desk, w, tier=3))  # 2 120 € and a bonus of 1 800 €
    with pytest.raises(Refused, match="below_promised") as refused:
        set_appropriation(desk, w.procurement, order(w, 391_999))
    assert refused.value.values == {"least_cents": 392_000}
    assert free(desk, w) == 608_000
    assert set_appropriation(desk, w.procurement, order(w, 392_000)).free_cents == 0


def test_a_new_year_gets_its_own_budget(desk: Desk) -> None:
    w = world(desk)
    set_appropriation(desk, w.procurement, order(w, 500_000, year=TODAY.year + 1))
    assert free(desk, w, TODAY.year + 1) == 500_000


def test_a_second_click_books_once(desk: Desk) -> None:
    w = world(desk, budget_cents=100)
    click = order(w, 500, once="b" * 32)
    assert set_appropriation(desk, w.procurement, click) == set_appropriation(desk, w.procurement, click)
    assert free(desk, w) == 500


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"reason": " "}, "reasons_missing"),
        ({"board_decision": ""}, "text_missing"),
        ({"year": TODAY.year - 1}, "year_out_of_reach"),
        ({"year": TODAY.year + 3}, "year_out_of_reach"),
        ({"amount_cents": -1}, "amount_negative"),
        ({"amount_cents": 100}, "same_amount"),
    ],
)
def test_what_is_refused_books_nothing(desk: Desk, values: dict[str, object], code: str) -> None:
    w = world(desk, budget_cents=100)
    with pytest.raises(Refused, match=code):
        set_appropriation(desk, w.procurement, order(w, **{"cents": values.pop("amount_cents", 700), **values}))  # type: ignore[arg-type]
    assert (free(desk, w), len(entries(desk, w))) == (100, 1)


def test_only_procurement_and_only_its_own_published_programmes(desk: Desk) -> None:
    w = world(desk)
    with pytest.raises(Forbidden):
        set_appropriation(desk, w.finance, order(w, 1))
    with pytest.raises(Missing):
        set_appropriation(desk, world(desk).procurement, order(w, 1))
    draft = create_programme(desk, w.procurement, programme_draft())
    with pytest.raises(Refused, match="programme_not_published"):
        set_appropriation(desk, w.procurement, order(w, 1, programme_id=draft))
