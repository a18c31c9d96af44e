"""Steps about a provider's approvals inside another use case's transaction: locks, moves, the registry line, words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from marketplace.matching.order import Unit
from marketplace.matching.registry import Reason, State
from marketplace.models.order_log import pairs_of_unit
from marketplace.models.people import Account, Membership
from marketplace.models.programmes import Area, Programme, ServicePackage
from marketplace.models.providers import (
    Application,
    Approval,
    ApprovalMove,
    Provider,
    RulebookAcceptance,
    RulebookVersion,
)
from marketplace.roles import Role
from marketplace.use_cases.conflicts import declared_by
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.group_steps import group_code, group_ids
from marketplace.use_cases.order_log import write_registry
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.vouchers.conflicts import conflicting


@dataclass(frozen=True)
class Pairing:
    """A package in an area, with the names that decisions print."""

    package: ServicePackage
    area: Area
    programme: Programme

    def words(self, language: str) -> tuple[str, str]:
        return in_words(self.package.name, language), in_words(self.area.name, language)


def in_words(text: dict[str, str], language: str) -> str:
    """An organiser's text in a language, or in Finnish."""
    return text.get(language) or text["fi"]


def lock_provider(tx: Tx, provider_id: int) -> Provider:
    """The company, locked against another change of its approvals at the same time. Missing when there is none."""
    provider = tx.session.scalar(select(Provider).where(Provider.id == provider_id).with_for_update(key_share=True))
    if provider is None:
        raise Missing("provider")
    return provider


def no_own_interest(tx: Tx, provider: Provider) -> None:
    """Refused (own_interest) when the acting person has declared an interest in the provider's group (fairness B2.24)."""
    interests = declared_by(tx.session, tx.account_id)
    if conflicting(interests, {provider.control_group_id, *group_ids(tx, [provider]).values()}, tx.today):
        raise Refused("own_interest")


def living_approvals(tx: Tx, provider_id: int) -> list[Approval]:
    """The provider's approvals with this organiser that have not ended, locked, in a fixed order."""
    return list(
        tx.session.scalars(
            select(Approval)
            .where(Approval.provider_id == provider_id, Approval.state != "ended")
            .order_by(Approval.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )


def pairings(tx: Tx, keys: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Pairing]:
    """The packages and areas of (package_id, area_id) keys, in two queries."""
    wanted = set(keys)
    packages = {
        package.id: (package, programme)
        for package, programme in tx.session.execute(
            select(ServicePackage, Programme)
            .join(Programme, Programme.id == ServicePackage.programme_id)
            .where(ServicePackage.id.in_({package_id for package_id, _area in wanted}))
        )
    }
    areas = {
        area.id: area
        for area in tx.session.scalars(select(Area).where(Area.id.in_({area_id for _package, area_id in wanted})))
    }
    return {key: Pairing(packages[key[0]][0], areas[key[1]], packages[key[0]][1]) for key in wanted}


def keep_move(tx: Tx, approval: Approval, move: str, reason: str) -> None:
    """Keep a move of an approval for ever."""
    tx.session.add(
        ApprovalMove(
            organiser_id=tx.organiser_id,
            approval_id=approval.id,
            move=move,
            day=tx.today,
            at=tx.now,
            actor_id=tx.actor.account_id,
            reason=reason,
        )
    )


def log_registry(tx: Tx, provider: Provider, reason: Reason) -> int:
    """One registry line with the provider's whole state as its (locked) approvals say it now. Last in the lock order."""
    rows: Sequence[tuple[str, str, str]] = [
        (state, package, area)
        for state, package, area in tx.session.execute(
            select(Approval.state, ServicePackage.code, Area.code)
            .join(ServicePackage, ServicePackage.id == Approval.package_id)
            .join(Area, Area.id == Approval.area_id)
            .where(Approval.provider_id == provider.id, Approval.state != "ended")
        )
    ]
    approved = {(package, area) for state, package, area in rows if state == "approved"}
    suspended = {(package, area) for state, package, area in rows if state == "suspended"}
    if approved:
        state, offers = State.APPROVED, approved
    elif suspended:
        state, offers = State.SUSPENDED, suspended
    else:
        state, offers = State.ENDED, {(pair.service, pair.area) for pair in pairs_of_unit(tx.session, provider.unit)}
    return write_registry(tx, Unit(provider.unit, group_code(tx, provider)), offers, state, reason)


def provider_language(tx: Tx, provider_id: int) -> str:
    """The language in which a provider is written to: its first manager's. Finnish without one."""
    found: str | None = tx.session.scalar(
        select(Account.language)
        .join(Membership, Membership.account_id == Account.id)
        .where(
            Membership.provider_id == provider_id,
            Membership.role == Role.PROVIDER_MANAGER.value,
            Membership.ended_at.is_(None),
        )
        .order_by(Membership.id)
        .limit(1)
    )
    return found if found in ("fi", "sv", "en") else "fi"


def rulebook_in_force(tx: Tx) -> RulebookVersion | None:
    """The version of the rulebook that holds today: the one that started last."""
    return tx.session.scalar(
        select(RulebookVersion)
        .where(RulebookVersion.state == "published", RulebookVersion.valid_from <= tx.today)
        .order_by(RulebookVersion.valid_from.desc())
        .limit(1)
    )


def accepted_rulebook(tx: Tx, provider_id: int) -> RulebookVersion | None:
    """The newest version that the provider has accepted, by itself or with an application."""
    by_itself = select(RulebookAcceptance.rulebook_version_id).where(RulebookAcceptance.provider_id == provider_id)
    with_application = select(Application.rulebook_version_id).where(
        Application.provider_id == provider_id, Application.rulebook_version_id.is_not(None)
    )
    return tx.session.scalar(
        select(RulebookVersion)
        .where(RulebookVersion.id.in_(by_itself) | RulebookVersion.id.in_(with_application))
        .order_by(RulebookVersion.number.desc())
        .limit(1)
    )
