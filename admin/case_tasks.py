"""What waits for a caseworker, as tasks of the first page."""

from collections.abc import Iterator

from flask import url_for

from admin.today_tasks import Task, tasks_for
from marketplace.roles import Role
from marketplace.use_cases.case_today import CaseToday, case_today
from marketplace.web import formats
from marketplace.web.guard import actor, desk
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import ngettext


@tasks_for(Role.CASEWORKER)
def caseworker_tasks() -> Iterator[Task]:
    found = case_today(desk(), actor())
    yield from _objections(found)
    yield from _jobs(found)
    yield from _clients(found)


def _objections(found: CaseToday) -> Iterator[Task]:
    for one in found.objections:
        yield Task(
            title=_("An objection on voucher %(number)s", number=one.voucher),
            why=_("The provider has given its side. Settle it.")
            if one.answered
            else _("Waiting for the provider's side."),
            url=url_for("admin.objection", objection_id=one.id),
            button=_("Settle") if one.answered else _("Look"),
            deadline=_("by %(day)s", day=formats.day(one.settle_by)),
            urgent=one.answered or one.late,
        )


def _jobs(found: CaseToday) -> Iterator[Task]:
    if found.outcomes:
        yield Task(
            title=ngettext("%(n)d reported job to verify", "%(n)d reported jobs to verify", found.outcomes),
            why=_("The bonus begins to run when the job has been verified."),
            url=url_for("admin.outcomes"),
            button=_("Verify"),
            urgent=True,
        )
    if found.evidence:
        yield Task(
            title=ngettext("%(n)d job needs evidence", "%(n)d jobs need evidence", found.evidence),
            why=_("A milestone is full within a week, and nothing shows yet that the job has lasted."),
            url=url_for("admin.outcomes"),
            button=_("Add evidence"),
        )


def _clients(found: CaseToday) -> Iterator[Task]:
    if found.unchosen:
        yield Task(
            title=ngettext(
                "%(n)d client has not chosen a provider", "%(n)d clients have not chosen a provider", found.unchosen
            ),
            why=_("A week has passed. Ask whether help is needed. The choice is the client's own."),
            url=url_for("admin.clients", waiting="choice"),
            button=_("See who"),
        )
    if found.given_back:
        yield Task(
            title=ngettext("%(n)d case came back: no choice made", "%(n)d cases came back: no choice made", found.given_back),
            why=_("The voucher's last day passed and no provider was chosen. Arrange the service otherwise."),
            url=url_for("admin.clients", waiting="no_choice"),
            button=_("See who"),
            urgent=True,
        )
    if found.expiring:
        yield Task(
            title=ngettext("%(n)d voucher expires soon", "%(n)d vouchers expire soon", found.expiring),
            why=_("Extend it if the service is still needed. Otherwise nothing need be done."),
            url=url_for("admin.clients", waiting="expiry"),
            button=_("See which"),
            deadline=_("the first on %(day)s", day=formats.day(found.first_expiry)),
        )
    if found.measurements:
        yield Task(
            title=ngettext(
                "%(n)d client waits for the end measurement",
                "%(n)d clients wait for the end measurement",
                found.measurements,
            ),
            why=_("The service is over. The second measurement shows what has changed."),
            url=url_for("admin.clients", waiting="measurement"),
            button=_("See who"),
        )
