"""The worker's duty: reminds providers that have not accepted the newest rulebook, and tells procurement when the time is
over. The system ends no approval by itself: that is a person's decision, with reasons and an appeal (money.md 9)."""

from datetime import timedelta

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.outbox import Message
from marketplace.models.providers import RulebookVersion
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.notices import tell_provider, tell_staff
from marketplace.use_cases.own_company import newest_rulebook
from marketplace.use_cases.rulebook_pages import not_accepted

REMIND_BEFORE = (timedelta(days=14), timedelta(days=3))
"""How long before the last day a provider is reminded."""


def remind_of_rulebook(desk: Desk, actor: Actor) -> int:
    """Take the step that is due, once; returns how many notices were written."""
    with desk.transaction(actor, Action.RUN_DUE_WORK) as tx:
        version = newest_rulebook(tx)
        if version is None or version.accept_by is None:
            return 0
        if tx.today > version.accept_by:
            return _say_late(tx, version)
        step = next((before for before in sorted(REMIND_BEFORE) if version.accept_by - tx.today <= before), None)
        return 0 if step is None else _remind(tx, version, step)


def _remind(tx: Tx, version: RulebookVersion, step: timedelta) -> int:
    key = f"rulebook_reminder/{version.id}/{step.days}/"
    before = _written(tx, key)
    for provider_id, _name in tx.session.execute(not_accepted(version.id)).all():
        facts = {"number": version.number, "accept_by": version.accept_by}
        tell_provider(tx, provider_id, "rulebook_reminder", f"{key}{provider_id}", **facts)
    return _written(tx, key) - before


def _say_late(tx: Tx, version: RulebookVersion) -> int:
    key = f"rulebook_late/{version.id}"
    names = [name for _id, name in tx.session.execute(not_accepted(version.id)).all()]
    before = _written(tx, key)
    if names:
        tell_staff(tx, Role.PROCUREMENT, "rulebook_late", key, number=version.number, names=names)
    return _written(tx, key) - before


def _written(tx: Tx, key: str) -> int:
    """How many notices of one step there are: each is written once, whoever asks."""
    tx.session.flush()
    pattern = f"{tx.organiser_id}/{key}%"
    return tx.session.scalar(select(func.count()).select_from(Message).where(Message.key.like(pattern))) or 0
