"""A provider commits to an organiser's rulebook."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.providers import RulebookAcceptance, RulebookVersion
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.own_company import newest_rulebook, provider_id_of
from marketplace.use_cases.refusals import Missing, Stale


def accept_rulebook(desk: Desk, actor: Actor, version_id: int) -> None:
    """Accept the newest version, the one that was read. A second click changes nothing.

    Stale (rulebook_not_newest) when a newer version has come meanwhile; Missing for another organiser's.
    """
    with desk.transaction(actor, Action.APPLY) as tx:
        version = tx.session.scalar(
            select(RulebookVersion).where(RulebookVersion.id == version_id, RulebookVersion.state == "published")
        )
        if version is None:
            raise Missing("rulebook")
        newest = newest_rulebook(tx)
        if newest is None or newest.id != version.id:
            raise Stale("rulebook_not_newest")
        accepted = tx.session.scalar(
            insert(RulebookAcceptance)
            .values(
                organiser_id=tx.organiser_id,
                provider_id=provider_id_of(tx),
                rulebook_version_id=version.id,
                account_id=tx.account_id,
                at=tx.now,
            )
            .on_conflict_do_nothing()
            .returning(RulebookAcceptance.id)
        )
        if accepted is not None:
            tx.audit("rulebook.accept", "rulebook_version", version.id, number=version.number)
