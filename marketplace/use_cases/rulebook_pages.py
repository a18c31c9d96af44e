"""What the pages of the rulebook show: its versions, one version with its difference, who has accepted it, what is public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor, public
from marketplace.models.people import Account, Organiser
from marketplace.models.programmes import ServicePackage
from marketplace.models.providers import Approval, Provider, RulebookAcceptance, RulebookVersion
from marketplace.models.schema import Words
from marketplace.rulebook import GENERAL, Change, Numbered, Term, differences, enforced_percent, parts
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.write_rulebook import terms_of


@dataclass(frozen=True)
class Part:
    """The numbered terms of one part. package: the service's name, None for the general part."""

    code: str
    package: Words | None
    terms: tuple[Numbered, ...]


@dataclass(frozen=True)
class PartChanges:
    """What changes in one part."""

    code: str
    package: Words | None
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Text:
    """A version's text. enforced_percent: how many of a hundred terms the program itself holds."""

    number: int
    valid_from: date
    accept_by: date | None
    introduction: Words
    change_note: Words
    parts: tuple[Part, ...]
    enforced_percent: int


@dataclass(frozen=True)
class VersionLine:
    """One version in the list. holds: draft | submitted | coming | now | past."""

    rulebook_id: int
    number: int
    valid_from: date
    terms: int
    published_by: str | None
    holds: str


@dataclass(frozen=True)
class VersionPage:
    """One version for staff. compared_with: the number of the published version before it, with what changes from it.

    accepted and waiting count the providers that are on the list; late are the names of those whose time has passed.
    """

    rulebook_id: int
    state: str
    holds: str
    text: Text
    board_decision: str
    made_by: str | None
    published_by: str | None
    return_reason: str | None
    compared_with: int | None
    changes: tuple[PartChanges, ...]
    accepted: int
    waiting: tuple[tuple[int, str], ...]
    packages: tuple[tuple[str, Words], ...]


@dataclass(frozen=True)
class PublicRulebook:
    organiser: Words
    code: str
    text: Text | None


def rulebook_versions(desk: Desk, actor: Actor) -> tuple[VersionLine, ...]:
    """All versions, newest first. Two queries."""
    with desk.reading(actor, Action.SEE_TERMS) as tx:
        rows = tx.session.execute(
            select(RulebookVersion, Account.name)
            .outerjoin(Account, Account.id == RulebookVersion.published_by)
            .order_by(RulebookVersion.number.desc())
        ).all()
        now = _in_force(tx)
        return tuple(
            VersionLine(row.id, row.number, row.valid_from, len(row.terms), name, _holds(row, now, tx.today))
            for row, name in rows
        )


def rulebook_version(desk: Desk, actor: Actor, version_id: int, language: str) -> VersionPage:
    """One version, its difference from the published one before it in `language`, and who on the list has accepted it.
    Missing for another organiser's."""
    with desk.reading(actor, Action.SEE_TERMS) as tx:
        version = tx.session.scalar(select(RulebookVersion).where(RulebookVersion.id == version_id))
        if version is None:
            raise Missing("rulebook")
        packages = _packages(tx)
        before = tx.session.scalar(
            select(RulebookVersion)
            .where(RulebookVersion.state == "published", RulebookVersion.number < version.number)
            .order_by(RulebookVersion.number.desc())
            .limit(1)
        )
        names = dict(
            tx.session.execute(
                select(Account.id, Account.name).where(Account.id.in_([version.made_by, version.published_by]))
            ).all()
        )
        waiting = tuple(tx.session.execute(not_accepted(version.id)).all()) if version.state == "published" else ()
        on_list = select(func.count(Approval.provider_id.distinct())).where(Approval.state != "ended")
        return VersionPage(
            rulebook_id=version.id,
            state=version.state,
            holds=_holds(version, _in_force(tx), tx.today),
            text=_text(version, packages),
            board_decision=version.board_decision,
            made_by=names.get(version.made_by or 0),
            published_by=names.get(version.published_by or 0),
            return_reason=version.return_reason,
            compared_with=before.number if before else None,
            changes=changes_between(before, version, packages, language) if before else (),
            accepted=(tx.session.scalar(on_list) or 0) - len(waiting),
            waiting=tuple((row[0], row[1]) for row in waiting),
            packages=tuple(packages.items()),
        )


def public_rulebook(desk: Desk, code: str) -> PublicRulebook:
    """The rulebook in force, as anyone may read it. Missing for an organiser that does not exist."""
    with desk.looking() as session:
        found = session.execute(select(Organiser.id, Organiser.name).where(Organiser.code == code)).one_or_none()
    if found is None:
        raise Missing("organiser")
    with desk.reading(public(found.id), Action.SEE_PUBLIC) as tx:
        number = _in_force(tx)
        version = tx.session.scalar(select(RulebookVersion).where(RulebookVersion.number == number))
        return PublicRulebook(found.name, code, _text(version, _packages(tx)) if version else None)


def not_accepted(version_id: int) -> Select[int, str]:
    """The statement that gives the providers on the list that have accepted neither this version nor a later one."""
    number = select(RulebookVersion.number).where(RulebookVersion.id == version_id).scalar_subquery()
    accepted = (
        select(RulebookAcceptance.id)
        .join(RulebookVersion, RulebookVersion.id == RulebookAcceptance.rulebook_version_id)
        .where(RulebookAcceptance.provider_id == Provider.id, RulebookVersion.number >= number)
    )
    living = select(Approval.id).where(Approval.provider_id == Provider.id, Approval.state != "ended")
    return select(Provider.id, Provider.name).where(living.exists(), ~accepted.exists()).order_by(Provider.name)


def changes_between(
    before: RulebookVersion, after: RulebookVersion, packages: dict[str, Words], language: str
) -> tuple[PartChanges, ...]:
    """What changes from one version to another, part by part."""
    found = differences(terms_of(before), terms_of(after), language)
    return tuple(
        PartChanges(code, packages.get(code), tuple(one for one in found if one.part == code))
        for code in sorted({one.part for one in found}, key=lambda code: (code != GENERAL, code))
    )


def text_for(tx: Tx, version: RulebookVersion) -> tuple[Text, dict[str, Words]]:
    """A version's text with the names of its parts, for another page's own transaction."""
    packages = _packages(tx)
    return _text(version, packages), packages


def _text(version: RulebookVersion, packages: dict[str, Words]) -> Text:
    terms = terms_of(version)
    return Text(
        number=version.number,
        valid_from=version.valid_from,
        accept_by=version.accept_by,
        introduction=version.body,
        change_note=version.change_note,
        parts=tuple(Part(code, packages.get(code), rows) for code, rows in parts(terms)),
        enforced_percent=enforced_percent(terms),
    )


def term_of(page: VersionPage, key: int) -> Term:
    """One term of a version's page. Missing when it has none of that key."""
    found = (row.term for part in page.text.parts for row in part.terms if row.term.key == key)
    term = next(found, None)
    if term is None:
        raise Missing("term")
    return term


def _packages(tx: Tx) -> dict[str, Words]:
    rows: Sequence[tuple[str, Words]] = [
        (code, name)
        for code, name in tx.session.execute(
            select(ServicePackage.code, ServicePackage.name).order_by(ServicePackage.id)
        )
    ]
    return dict(rows)


def _in_force(tx: Tx) -> int | None:
    """The number of the version that holds today."""
    return tx.session.scalar(
        select(RulebookVersion.number)
        .where(RulebookVersion.state == "published", RulebookVersion.valid_from <= tx.today)
        .order_by(RulebookVersion.number.desc())
        .limit(1)
    )


def _holds(row: RulebookVersion, in_force: int | None, today: date) -> str:
    if row.state != "published":
        return row.state
    if row.valid_from > today:
        return "coming"
    return "now" if row.number == in_force else "past"

