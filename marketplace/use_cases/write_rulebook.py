"""Publishing a version of the rulebook: what providers commit to. A version is never edited; a new one follows."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Organiser
from marketplace.models.providers import Approval, RulebookVersion
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.refusals import Refused


@dataclass(frozen=True)
class RulebookOrder:
    """The whole text of the new version (dict of languages) and its first day."""

    body: dict[str, str]
    valid_from: date
    once: str | None = None


def publish_rulebook(desk: Desk, actor: Actor, order: RulebookOrder) -> int:
    """Publish the next version and tell every provider on the list; returns its id.

    Refused: finnish_missing, start_in_past, start_not_later (than the newest version's, shown as `day`).
    """
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        if done := tx.first_click("publish_rulebook", order.once):
            return int(done["rulebook_id"])
        if not order.body.get("fi", "").strip():
            raise Refused("finnish_missing", "body")
        if order.valid_from < tx.today:
            raise Refused("start_in_past", "valid_from")
        # one writer at a time: numbers follow one another
        tx.session.execute(select(Organiser.id).where(Organiser.id == tx.organiser_id).with_for_update(key_share=True))
        number, newest = tx.session.execute(
            select(func.max(RulebookVersion.number), func.max(RulebookVersion.valid_from))
        ).one()
        if newest is not None and order.valid_from <= newest:
            raise Refused("start_not_later", "valid_from", day=newest)
        version = RulebookVersion(
            organiser_id=tx.organiser_id,
            number=(number or 0) + 1,
            valid_from=order.valid_from,
            body=order.body,
            published_at=tx.now,
            published_by=tx.account_id,
        )
        tx.session.add(version)
        tx.session.flush()
        tx.audit("rulebook.publish", "rulebook_version", version.id, number=version.number)
        living = select(Approval.provider_id).where(Approval.state != "ended").distinct()
        for provider_id in tx.session.scalars(living.order_by(Approval.provider_id)):
            tell_provider(
                tx,
                provider_id,
                "rulebook_published",
                f"rulebook/{version.id}/{provider_id}",
                number=version.number,
                valid_from=version.valid_from,
            )
        tx.remember_click("publish_rulebook", order.once, rulebook_id=version.id)
        return version.id
