"""What waits for procurement and for the approvers, as tasks of the first page."""

from collections.abc import Iterator

from flask import url_for

from admin.today_tasks import Task, tasks_for
from marketplace.roles import Role
from marketplace.use_cases.admin_procurement_pages import Making, approver_today, procurement_today
from marketplace.web import formats
from marketplace.web.guard import actor, desk
from marketplace.web.i18n import gettext as _
from marketplace.web.i18n import in_language, ngettext


@tasks_for(Role.PROCUREMENT)
def procurement_tasks() -> Iterator[Task]:
    found = procurement_today(desk(), actor())
    for line in found.applications:
        yield Task(
            title=_("%(name)s has applied to the list", name=line.provider),
            why=_(
                "Sent %(day)s: %(what)s",
                day=formats.day_of(line.submitted_at),
                what=ngettext("%(n)d service and area", "%(n)d services and areas", line.pairs),
            ),
            url=url_for("admin.application", application_id=line.application_id),
            button=_("Decide"),
            urgent=True,
        )
    if found.unsent:
        yield Task(
            title=ngettext("%(n)d decision has not been sent", "%(n)d decisions have not been sent", found.unsent),
            why=_("The time for asking for rectification starts when it has been sent and that is recorded."),
            url=url_for("admin.decisions", unsent=1),
            button=_("Record sending"),
        )
    for making in found.making:
        yield _draft(making)
    for package_id, name in found.without_terms:
        yield Task(
            title=_("%(name)s has no terms yet", name=in_language(name)),
            why=_("Without terms no voucher can be granted for it."),
            url=url_for("admin.package", package_id=package_id),
            button=_("Write terms"),
        )
    for provider_id, company in found.rulebook_late:
        yield Task(
            title=_("%(name)s has not accepted the rulebook in time", name=company),
            why=_("Hear the provider and decide whether its approval goes on."),
            url=url_for("admin.provider", provider_id=provider_id),
            button=_("Look at it"),
            urgent=True,
        )
    for provider_id, company in found.suspended:
        yield Task(
            title=_("%(name)s is suspended", name=company),
            why=_("Restore it when the matter is in order, or end its approval."),
            url=url_for("admin.provider", provider_id=provider_id),
            button=_("Look at it"),
        )


@tasks_for(Role.APPROVER)
def approver_tasks() -> Iterator[Task]:
    for making in approver_today(desk(), actor()):
        yield Task(
            title=_title(making),
            why=" ".join(
                part
                for part in (
                    _("Starts %(day)s.", day=formats.day(making.valid_from)) if making.valid_from else "",
                    _("Read it through. Publish it, or send it back with a reason."),
                )
                if part
            ),
            url=_place(making),
            button=_("Read and decide"),
            urgent=True,
        )


def _draft(making: Making) -> Task:
    return Task(
        title=_title(making),
        why=(
            _("Sent back: %(reason)s", reason=making.returned)
            if making.returned
            else _("Still a draft. Finish it and hand it over.")
        ),
        url=_place(making),
        button=_("Finish the draft"),
        deadline=_("starts %(day)s", day=formats.day(making.valid_from)) if making.valid_from else None,
        urgent=bool(making.returned),
    )


def _title(making: Making) -> str:
    if making.kind == "terms":
        return _("Terms of %(name)s, version %(number)s", name=in_language(making.name), number=making.number)
    if making.kind == "rulebook":
        return _("Rulebook, version %(n)d", n=making.number)
    return _("Programme %(name)s", name=in_language(making.name))


def _place(making: Making) -> str:
    if making.kind == "terms":
        return url_for("admin.terms_version", terms_id=making.thing_id)
    if making.kind == "rulebook":
        return url_for("admin.rulebook_version_page", rulebook_id=making.thing_id)
    return url_for("admin.programme", programme_id=making.thing_id)
