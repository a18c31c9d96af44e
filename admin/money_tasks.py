"""What waits for finance and for the auditor, as tasks of the first page."""

from collections.abc import Iterator

from flask import url_for

from admin.today_tasks import Task, tasks_for
from marketplace.roles import Role
from marketplace.use_cases.finance_tasks import FinanceToday, WaitingBatch, WaitingMoney, YearEnd, finance_today
from marketplace.web import formats
from marketplace.web.guard import actor, desk
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import in_language, ngettext

SOON = 7
"""Days before the last day of payment from which on a task is urgent."""


@tasks_for(Role.FINANCE)
def finance_tasks() -> Iterator[Task]:
    found = finance_today(desk(), actor())
    for batch in found.batches:
        yield _batch(batch, found)
    if found.to_approve.things:
        yield Task(
            title=ngettext(
                "%(num)d invoice waits for your approval",
                "%(num)d invoices wait for your approval",
                found.to_approve.things,
            ),
            why=_("The lines passed the checks, %(money)s together.", money=formats.money(found.to_approve.cents)),
            url=url_for("admin.invoices", state="to_approve"),
            button=_("Look through"),
            deadline=_due(found.to_approve),
            urgent=_soon(found.to_approve, found),
        )
    if found.to_pay.things:
        yield Task(
            title=_("%(money)s is ready to be paid", money=formats.money(found.to_pay.cents)),
            why=ngettext("To %(num)d provider.", "To %(num)d providers.", found.to_pay.things),
            url=url_for("admin.payments"),
            button=_("Make a payment batch"),
            deadline=_due(found.to_pay),
            urgent=_soon(found.to_pay, found),
        )
    if found.open_rows:
        yield Task(
            title=ngettext(
                "%(num)d row of the bank's statements waits for you",
                "%(num)d rows of the bank's statements wait for you",
                found.open_rows,
            ),
            why=_("It could not be told which payment it is about."),
            url=url_for("admin.bank"),
            button=_("Settle"),
        )
    if found.stuck_files:
        yield Task(
            title=ngettext(
                "%(num)d bank file did not reach the bank", "%(num)d bank files did not reach the bank", found.stuck_files
            ),
            why=_("The bank's folder could not be written to. Providers wait for this money."),
            url=url_for("admin.payments"),
            button=_("See why"),
            urgent=True,
        )
    for year_end in found.year_ends:
        yield _year_end(year_end)


@tasks_for(Role.AUDITOR)
def auditor_tasks() -> Iterator[Task]:
    yield Task(
        title=_("Verify the books"),
        why=_("Money, audit and the order of providers are computed anew, all at one moment."),
        url=url_for("admin.verification"),
        button=_("Compute"),
    )


def _batch(batch: WaitingBatch, found: FinanceToday) -> Task:
    title, why, button = _batch_words(batch)
    waits_for_me = batch.state != "draft" or not batch.mine
    return Task(
        title=title,
        why=why,
        url=url_for("admin.batch", batch_id=batch.batch_id),
        button=button,
        deadline=_("to be paid %(day)s", day=formats.day(batch.pay_on)),
        urgent=waits_for_me and batch.pay_on <= found.today,
    )


def _batch_words(batch: WaitingBatch) -> tuple[str, str, str]:
    """A batch's title, why it waits, and the words of its button."""
    money = formats.money(batch.cents)
    if batch.state == "draft" and batch.mine:
        return (
            _("Batch %(number)s waits for another person", number=batch.number),
            _("You made it, %(money)s together. Somebody else must approve it.", money=money),
            _("Look at it"),
        )
    if batch.state == "draft":
        return (
            _("Batch %(number)s waits for your approval", number=batch.number),
            _("Another person made it, %(money)s together.", money=money),
            _("Look through"),
        )
    if batch.state == "approved":
        return (
            _("Batch %(number)s can go to the bank", number=batch.number),
            _("It has been approved, %(money)s together.", money=money),
            _("Send"),
        )
    return (
        ngettext(
            "%(num)d payment of batch %(number)s waits for the bank",
            "%(num)d payments of batch %(number)s wait for the bank",
            batch.payments,
            number=batch.number,
        ),
        _("Confirm when the statement shows that the bank has paid, %(money)s together.", money=money),
        _("Confirm"),
    )


def _year_end(row: YearEnd) -> Task:
    return Task(
        title=_("%(programme)s: carry %(year)s over", programme=in_language(row.name), year=row.year),
        why=ngettext(
            "%(num)d open voucher has its money in the old year. Until it moves, no event of this year can be recorded.",
            "%(num)d open vouchers have their money in the old year. Until it moves, no event of this year can be recorded.",
            row.vouchers,
        )
        if row.decision is None
        else _("The decision is there, but something has come to stand in the old year since."),
        url=url_for("admin.budget_year_end"),
        button=_("Look at it"),
        urgent=row.decision is None,
    )


def _due(money: WaitingMoney) -> str | None:
    return _("on the account by %(day)s", day=formats.day(money.due_on)) if money.due_on else None


def _soon(money: WaitingMoney, found: FinanceToday) -> bool:
    return money.due_on is not None and (money.due_on - found.today).days <= SOON
