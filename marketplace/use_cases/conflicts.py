"""The step that keeps a person with a declared interest out of a case (fairness B2.24): one for every use case in which
a provider is eligible or paid. Most people have declared nothing, and then it is one query.
"""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import Select, func, select, union
from sqlalchemy.orm import Session

from marketplace.models.people import Interest as InterestRow
from marketplace.models.people import InterestEnd
from marketplace.models.providers import Approval, Provider
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.refusals import Refused
from marketplace.vouchers.conflicts import Interest, conflicting

LIVING = ("approved", "suspended")
"""Approvals that count as eligible: a suspended provider may be back tomorrow."""


def refuse_conflict(
    tx: Tx, providers: Iterable[int] = (), vouchers: Iterable[int] = (), pairs: Iterable[tuple[int, int]] = ()
) -> None:
    """Refused (conflict_of_interest, with the companies' names) when the acting person has declared an interest in a
    group of these providers, of any provider eligible for these vouchers, or of any provider eligible for these
    (package_id, area_id) pairs. A provider's own people and the system declare nothing and pass."""
    if tx.actor.account_id is None:
        return
    interests = declared_by(tx.session, tx.actor.account_id)
    if not interests:
        return
    found = conflicting(interests, _groups(tx, set(providers), set(vouchers), set(pairs)), tx.today)
    if found:
        raise Refused("conflict_of_interest", None, names=", ".join(names_of(tx.session, found)))


def declared_by(session: Session, account_id: int) -> list[Interest]:
    """Every interest that a person has declared, ended ones too."""
    rows = session.execute(_declared().where(InterestRow.account_id == account_id))
    return [Interest(row.control_group_id, row.since, row.last_day) for row in rows]


def _declared() -> Select[tuple[int, date, date | None]]:
    last = func.least(InterestRow.until, InterestEnd.last_day).label("last_day")  # least() passes over what is null
    return select(InterestRow.control_group_id, InterestRow.since, last).outerjoin(
        InterestEnd, InterestEnd.interest_id == InterestRow.id
    )


def names_of(session: Session, groups: Iterable[int]) -> list[str]:
    """The companies of groups, by name."""
    return list(session.scalars(select(Provider.name).where(Provider.control_group_id.in_(groups)).order_by(Provider.name)))


def _groups(tx: Tx, providers: set[int], vouchers: set[int], pairs: set[tuple[int, int]]) -> list[int]:
    """The control groups that are eligible or paid in what is being done."""
    group = select(Provider.control_group_id)
    wanted = [group.where(Provider.id.in_(providers))]
    eligible = group.join(Approval, Approval.provider_id == Provider.id).where(
        Approval.organiser_id == tx.organiser_id, Approval.state.in_(LIVING)
    )
    wanted += [eligible.where(Approval.package_id == package, Approval.area_id == area) for package, area in pairs]
    if vouchers:
        same_pair = (Voucher.package_id == Approval.package_id) & (Voucher.area_id == Approval.area_id)
        wanted.append(eligible.join(Voucher, same_pair).where(Voucher.id.in_(vouchers)))
        wanted.append(group.join(Voucher, Voucher.provider_id == Provider.id).where(Voucher.id.in_(vouchers)))
    return list(tx.session.scalars(union(*wanted)))
