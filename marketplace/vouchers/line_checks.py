"""The payment checks of an invoice line: a list of named, pure checks. Each says what was looked at and whether it holds.

The words of each code (what was checked; what is wrong and the next step) live with the other words, one per language.
Payment checks may pass a line by themselves (money.md 9); everything else about money is a person's to decide.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class LineFacts:
    """What the checks look at. Amounts in cents, quantities in hundredths of the unit.

    `engine_cents` is what the price engine gives for the recorded quantity by the voucher's snapshot, or the milestone's
    amount; `same_day_hundredths` is what was recorded for the client that day altogether, `most_a_day_hundredths` the
    limit where the unit has one; `twin` tells of an earlier event with the same day, kind, quantity and note.
    """

    day: date
    amount_cents: int
    engine_cents: int
    first_day: date
    last_day: date
    approval_first: date
    approval_last: date | None
    contested: bool
    reversed: bool
    twin: bool
    same_day_hundredths: int
    most_a_day_hundredths: int | None
    payee_account: bool
    milestone: bool = False
    matured: bool = True
    evidence: bool = True


@dataclass(frozen=True)
class Result:
    """One check's name and whether it held."""

    code: str
    ok: bool


def _inside_validity(line: LineFacts) -> bool:
    """The day lies within the voucher's validity; a milestone may mature after it (domain.md T8)."""
    return line.milestone or line.first_day <= line.day <= line.last_day


def _approved_provider(line: LineFacts) -> bool:
    """The provider was approved on the day of delivery; a bonus was earned when the job began."""
    if line.milestone:
        return True
    return line.approval_first <= line.day and (line.approval_last is None or line.day <= line.approval_last)


def _price_of_terms(line: LineFacts) -> bool:
    """Never above the price promised at the grant (less only where the voucher's last cents ended)."""
    return 0 < line.amount_cents <= line.engine_cents


def _not_contested(line: LineFacts) -> bool:
    return not line.contested


def _stands(line: LineFacts) -> bool:
    return not line.reversed


def _no_twin(line: LineFacts) -> bool:
    """The same day, kind, quantity and note twice is most often one visit recorded by two people."""
    return not line.twin


def _possible_day(line: LineFacts) -> bool:
    return line.most_a_day_hundredths is None or line.same_day_hundredths <= line.most_a_day_hundredths


def _payee(line: LineFacts) -> bool:
    return line.payee_account


def _result_shown(line: LineFacts) -> bool:
    """A bonus needs a matured milestone and evidence that somebody else than the payee can be asked about."""
    return not line.milestone or (line.matured and line.evidence)


CHECKS: tuple[tuple[str, Callable[[LineFacts], bool]], ...] = (
    ("inside_validity", _inside_validity),
    ("approved_provider", _approved_provider),
    ("price_of_terms", _price_of_terms),
    ("not_contested", _not_contested),
    ("stands", _stands),
    ("no_twin", _no_twin),
    ("possible_day", _possible_day),
    ("payee", _payee),
    ("result_shown", _result_shown),
)


def check_line(line: LineFacts) -> tuple[Result, ...]:
    """Run every check; a line passes when all hold."""
    return tuple(Result(code, check(line)) for code, check in CHECKS)


def first_fault(results: tuple[Result, ...]) -> str | None:
    """The code of the first check that did not hold; None when the line passes."""
    return next((result.code for result in results if not result.ok), None)
