"""The first page: what needs this person, each with its reason and one button."""

from collections.abc import Iterable

from flask import abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from marketplace.access.actions import Action
from marketplace.roles import PROVIDERS, Role
from marketplace.use_cases.provider_company_pages import company_tasks
from marketplace.web.guard import actor, desk, may
from marketplace.web.i18n import gettext, in_language, ngettext
from portal_provider import bp, navigation  # noqa: F401  the portal has a menu once it has a first page
from portal_provider.today_tasks import Task, panels_of, tasks_for, tasks_of


@bp.get("/")
@may(Action.SEE_TODAY)
def today() -> ResponseReturnValue:
    who = actor()
    if who.role not in PROVIDERS:  # everyone has a first page, but this one is the provider's
        abort(403)
    organiser = in_language(current_user.session.organiser_name)
    return render_template(
        "portal_provider/today.html", tasks=tasks_of(who), panels=panels_of(who), organiser=organiser
    )


@tasks_for(Role.PROVIDER_MANAGER)
def own_company_tasks() -> Iterable[Task]:
    """What the company's data and its application ask."""
    now = company_tasks(desk(), actor())
    if now.question is not None:
        yield Task(
            title=gettext("Procurement has asked about your application"),
            why=gettext("The application goes on when you have answered."),
            url=url_for("portal_provider.application", application_id=now.question),
            button=gettext("Answer"),
            urgent=True,
        )
    if now.company_incomplete:
        yield Task(
            title=gettext("Your company's data is not complete"),
            why=gettext("An application needs an account number and at least one site."),
            url=url_for("portal_provider.company"),
            button=gettext("Complete"),
            urgent=True,
        )
    if not now.organiser_picked:
        yield Task(
            title=gettext("Choose the organiser to work with"),
            why=gettext("You apply to each organiser separately, and work with one at a time."),
            url=url_for("portal_provider.organisers"),
            button=gettext("Choose an organiser"),
        )
    if now.rulebook is not None:
        yield Task(
            title=gettext("Version %(number)s of the rulebook waits for you", number=now.rulebook),
            why=gettext("Read what has changed and accept it to stay on the list."),
            url=url_for("portal_provider.rulebook"),
            button=gettext("Read and accept"),
        )
    yield from _calmer_tasks(now.draft, now.may_apply, now.places_to_tell, now.own_words_missing)


def _calmer_tasks(draft: int | None, may_apply: bool, places: int, own_words_missing: bool) -> Iterable[Task]:
    if draft is not None:
        yield Task(
            title=gettext("Your application has not been sent"),
            why=gettext("Nobody else sees a draft."),
            url=url_for("portal_provider.application", application_id=draft),
            button=gettext("Continue"),
        )
    if may_apply:
        yield Task(
            title=gettext("You are not on this organiser's list yet"),
            why=gettext("Everyone who meets the conditions is approved. Apply for the services that you can give."),
            url=url_for("portal_provider.application_new"),
            button=gettext("Apply"),
        )
    if places:
        yield Task(
            title=gettext("Tell how many free places you have"),
            why=ngettext(
                "In %(n)d service clients see “not known”, because what you told is over 30 days old.",
                "In %(n)d services clients see “not known”, because what you told is over 30 days old.",
                places,
            ),
            url=url_for("portal_provider.places"),
            button=gettext("Tell"),
        )
    if own_words_missing:
        yield Task(
            title=gettext("Tell what you are good at"),
            why=gettext("Clients compare providers by these words. Now they see “not stated”."),
            url=url_for("portal_provider.company_edit"),
            button=gettext("Write"),
        )
