"""Every payment check with an example that holds and one that does not."""

from dataclasses import replace
from datetime import date

import pytest

from marketplace.vouchers.line_checks import CHECKS, LineFacts, Result, check_line, first_fault

GOOD = LineFacts(
    day=date(2026, 10, 12),
    amount_cents=13_250,
    engine_cents=13_250,
    first_day=date(2026, 9, 1),
    last_day=date(2026, 12, 31),
    approval_first=date(2026, 1, 1),
    approval_last=None,
    contested=False,
    reversed=False,
    twin=False,
    same_day_hundredths=250,
    most_a_day_hundredths=1_200,
    payee_account=True,
)
BONUS = replace(GOOD, milestone=True, day=date(2027, 3, 1))

BAD = {
    "inside_validity": [{"day": date(2026, 8, 31)}, {"day": date(2027, 1, 1)}],
    "approved_provider": [{"approval_first": date(2026, 10, 13)}, {"approval_last": date(2026, 10, 11)}],
    "price_of_terms": [{"amount_cents": 13_251}, {"amount_cents": 0}],
    "not_contested": [{"contested": True}],
    "stands": [{"reversed": True}],
    "no_twin": [{"twin": True}],
    "possible_day": [{"same_day_hundredths": 1_201}],
    "payee": [{"payee_account": False}],
    "result_shown": [{"milestone": True, "matured": False}, {"milestone": True, "evidence": False}],
}


def test_a_good_line_passes_every_check() -> None:
    assert first_fault(check_line(GOOD)) is None
    assert [result.code for result in check_line(GOOD)] == [code for code, _ in CHECKS]


@pytest.mark.parametrize(
    ("code", "wrong"), [(code, wrong) for code, examples in BAD.items() for wrong in examples], ids=str
)
def test_each_check_finds_its_fault_and_no_other(code: str, wrong: dict[str, object]) -> None:
    results = check_line(replace(GOOD, **wrong))  # type: ignore[arg-type]
    assert [result.code for result in results if not result.ok] == [code]
    assert first_fault(results) == code


def test_every_check_has_a_bad_example() -> None:
    assert set(BAD) == {code for code, _ in CHECKS}


@pytest.mark.parametrize(
    "edge",
    [
        {"day": date(2026, 9, 1)},
        {"day": date(2026, 12, 31)},
        {"approval_last": date(2026, 10, 12)},
        {"approval_first": date(2026, 10, 12)},
        {"amount_cents": 13_249},  # the voucher's last cents ended
        {"same_day_hundredths": 1_200},
        {"most_a_day_hundredths": None, "same_day_hundredths": 99_999},
    ],
    ids=str,
)
def test_the_edges_pass(edge: dict[str, object]) -> None:
    assert first_fault(check_line(replace(GOOD, **edge))) is None  # type: ignore[arg-type]


def test_a_bonus_may_mature_after_the_voucher_and_the_approval() -> None:
    assert first_fault(check_line(replace(BONUS, approval_last=date(2026, 12, 31)))) is None


def test_the_first_fault_is_named() -> None:
    assert first_fault((Result("a", True), Result("b", False), Result("c", False))) == "b"
