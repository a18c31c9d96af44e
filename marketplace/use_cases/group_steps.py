"""Which control group a company is in, as this organiser sees it: its own ruling first, else the company's declaration."""

from collections.abc import Iterable

from sqlalchemy import select

from marketplace.models.order_rules import GroupRuling
from marketplace.models.providers import ControlGroup, Provider
from marketplace.use_cases.desk import Tx


def group_ids(tx: Tx, providers: Iterable[Provider]) -> dict[int, int]:
    """The control group's id of each company (by the company's id), in one query."""
    declared = {one.id: one.control_group_id for one in providers}
    ruled = tx.session.execute(
        select(GroupRuling.provider_id, GroupRuling.control_group_id)
        .where(GroupRuling.organiser_id == tx.organiser_id, GroupRuling.provider_id.in_(declared))
        .order_by(GroupRuling.id)
    )
    return declared | dict(ruled.all())


def group_code(tx: Tx, provider: Provider) -> str:
    """The code of the company's group: what the next registry line says."""
    group_id = group_ids(tx, [provider])[provider.id]
    return tx.session.scalars(select(ControlGroup.code).where(ControlGroup.id == group_id)).one()
