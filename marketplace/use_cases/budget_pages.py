"""What the budget page reads: where each programme's money stands, added up from the ledger."""

from dataclasses import dataclass

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.ledger.accounts import USED, Account, Position, position
from marketplace.models.budgets import balances
from marketplace.models.programmes import Budget, Programme
from marketplace.use_cases.desk import Desk

STEPS = tuple(account for account in Account if account in USED)


@dataclass(frozen=True)
class BudgetLine:
    """A programme's year. `steps`: (code of the step, cents) in the order in which money travels."""

    programme_id: int
    name: dict[str, str]
    year: int
    position: Position
    steps: tuple[tuple[str, int], ...]
    carry_over_decision: str | None
    warning_percent: int

    @property
    def warns(self) -> bool:
        """Whether the organiser wants to be warned: so much is promised or used."""
        whole = self.position.appropriated_cents
        return whole > 0 and (whole - self.position.free_cents) * 100 >= whole * self.warning_percent


@dataclass(frozen=True)
class BudgetPage:
    """The budgets of one year, with their sum; `years` are those that have a budget, `open_years` those in which an
    appropriation may be set."""

    year: int
    years: tuple[int, ...]
    open_years: tuple[int, ...]
    lines: tuple[BudgetLine, ...]
    total: Position
    without: tuple[tuple[int, dict[str, str]], ...]  # published programmes that have no budget in the year


def budget_page(desk: Desk, actor: Actor, year: int | None = None) -> BudgetPage:
    """The budgets of a year (this one unless asked), in four queries."""
    with desk.reading(actor, Action.SEE_BUDGET) as tx:
        shown = year or tx.today.year
        years = set(tx.session.scalars(select(Budget.year).distinct())) | {tx.today.year}
        rows = tx.session.execute(
            select(Budget, Programme.name)
            .join(Programme, Programme.id == Budget.programme_id)
            .where(Budget.year == shown)
            .order_by(Budget.programme_id)
        ).all()
        found = balances(tx.session, year=shown)
        lines = []
        for budget, name in rows:
            mine = found.get((budget.programme_id, shown), {})
            steps = tuple((account.value, mine.get(account, 0)) for account in STEPS)
            lines.append(
                BudgetLine(budget.programme_id, name, shown, position(mine), steps, budget.carry_over_decision,
                           budget.warning_percent)  # fmt: skip
            )
        budgeted = {line.programme_id for line in lines}
        others = tx.session.execute(
            select(Programme.id, Programme.name).where(Programme.state == "published").order_by(Programme.id)
        )
        total: dict[str, int] = {}
        for line in lines:
            for account, cents in found.get((line.programme_id, shown), {}).items():
                total[account] = total.get(account, 0) + cents
        return BudgetPage(
            shown,
            tuple(sorted(years)),
            tuple(range(tx.today.year, tx.today.year + 3)),
            tuple(lines),
            position(total),
            tuple((programme_id, name) for programme_id, name in others if programme_id not in budgeted),
        )
