"""What the daily work puts on the first page: its tasks, where the money is, and the jobs whose bonuses are on their way."""

from collections.abc import Iterable
from typing import Any

from flask import url_for

from marketplace.roles import Role
from marketplace.use_cases.invoice_pages import invoice_list
from marketplace.use_cases.provider_outcome_pages import outcome_list
from marketplace.use_cases.provider_tasks import Waiting, WorkTasks, work_tasks
from marketplace.web import formats
from marketplace.web.guard import actor, desk
from marketplace.web.i18n import gettext, ngettext
from portal_provider.present import money_sentence
from portal_provider.today_tasks import Task, panel_for, tasks_for

NEWEST = 4


@tasks_for(Role.PROVIDER_MANAGER, Role.PROVIDER_COACH)
def daily_work() -> Iterable[Task]:
    """Clients to answer, objections, the month's invoice, lines to mend, bonuses that lack evidence, former clients."""
    if actor().organiser_id is None:
        return
    now = work_tasks(desk(), actor())
    if now.clients is not None:
        yield _clients(now.clients, now)
    if now.objections is not None:
        yield _objections(now.objections, now)
    yield from _money(now)
    if now.lacking_evidence:
        yield Task(
            title=ngettext(
                "A bonus is due soon, but nothing shows yet that the job has lasted",
                "%(n)d bonuses are due soon, but nothing shows yet that the jobs have lasted",
                now.lacking_evidence,
            ),
            why=gettext("Ask the client or the employer to tell the caseworker."),
            url=url_for("portal_provider.outcomes"),
            button=gettext("Look"),
        )
    if now.former:
        yield Task(
            title=ngettext("A client has left you", "%(n)d clients have left you", now.former),
            why=gettext("Record the visits that took place before that, while it is still possible."),
            url=url_for("portal_provider.client_former"),
            button=gettext("Look"),
        )


def _clients(waiting: Waiting, now: WorkTasks) -> Task:
    if waiting.only_id is not None:
        url = url_for("portal_provider.choice_confirm", choice_id=waiting.only_id)
    else:
        url = url_for("portal_provider.clients")
    return Task(
        title=ngettext("A new client has chosen you", "%(n)d new clients have chosen you", waiting.count),
        why=gettext("Confirm a place, or give the reason why you cannot."),
        url=url,
        button=gettext("Answer"),
        deadline=_until(waiting, now),
        urgent=True,
    )


def _objections(waiting: Waiting, now: WorkTasks) -> Task:
    if waiting.only_id is not None:
        url = url_for("portal_provider.objection", objection_id=waiting.only_id)
    else:
        url = url_for("portal_provider.objections")
    return Task(
        title=ngettext("A client has objected to an event", "Clients have objected to %(n)d events", waiting.count),
        why=gettext("Tell how it was from your side. A caseworker reads both sides and settles it."),
        url=url,
        button=gettext("Answer"),
        deadline=_until(waiting, now),
        urgent=True,
    )


def _until(waiting: Waiting, now: WorkTasks) -> str:
    if waiting.until < now.today:
        return gettext("Late since %(day)s", day=formats.day_short(waiting.until))
    if waiting.until == now.today:
        return gettext("Today at the latest")
    return gettext("%(day)s at the latest", day=formats.day_short(waiting.until))


def _money(now: WorkTasks) -> Iterable[Task]:
    if now.invoice is not None:
        lines = ngettext("%(n)d line", "%(n)d lines", now.invoice.lines)
        faulty = (
            ngettext("%(n)d needs mending.", "%(n)d need mending.", now.invoice.faulty) if now.invoice.faulty else ""
        )
        yield Task(
            title=gettext("The invoice of %(month)s is ready to be sent", month=formats.month(now.invoice.month)),
            why=" ".join((f"{lines}, {formats.money(now.invoice.total_cents)}.", faulty)).strip(),
            url=url_for("portal_provider.invoice_new"),
            button=gettext("Check and send"),
        )
    if now.to_mend:
        yield Task(
            title=ngettext("An invoice line came back", "%(n)d invoice lines came back", now.to_mend),
            why=gettext("Each says what is wrong and what to do."),
            url=url_for("portal_provider.invoices") + "#to-mend",
            button=gettext("Mend"),
        )


@panel_for(Role.PROVIDER_MANAGER)
def money_panel() -> tuple[str, dict[str, Any]]:
    listing = invoice_list(desk(), actor(), most=NEWEST)
    return "portal_provider/_panel_money.html", {"rows": listing.rows, "sentence": money_sentence}


@panel_for(Role.PROVIDER_MANAGER, Role.PROVIDER_COACH)
def outcomes_panel() -> tuple[str, dict[str, Any]]:
    listing = outcome_list(desk(), actor(), only_living=True)
    return "portal_provider/_panel_outcomes.html", {"rows": listing.rows[:NEWEST], "total": listing.total}
