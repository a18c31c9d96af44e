"""What the pages about programmes, packages and terms read."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Account, Organiser
from marketplace.models.programmes import Area, Programme, ServicePackage, TermsVersion
from marketplace.models.providers import RulebookVersion
from marketplace.pricing.prices import PriceTable
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.package_vat import VatRow, package_vat_rows
from marketplace.use_cases.price_table import general_rows, places_of, table_of
from marketplace.use_cases.refusals import Missing
from marketplace.use_cases.terms_meaning import Meaning, example_class, meaning_of
from marketplace.use_cases.terms_values import Difference, TermsDraft, check, differences, draft_of

Words = dict[str, str]


@dataclass(frozen=True)
class TermsLine:
    """One version of a package's terms in a list. `holds`: past, now, coming, or the state of one in the making."""

    terms_id: int
    number: int
    valid_from: date
    price_cents: int | None  # None: by rows
    units_hundredths: int
    state: str
    holds: str


@dataclass(frozen=True)
class PackageLine:
    package_id: int
    name: Words
    unit: str
    versions: tuple[TermsLine, ...]  # newest first

    @property
    def now(self) -> TermsLine | None:
        return next((one for one in self.versions if one.holds == "now"), None)

    @property
    def next(self) -> TermsLine | None:
        """The version that comes next: published for later, or in the making."""
        coming = [one for one in self.versions if one.holds not in ("now", "past")]
        return coming[-1] if coming else None


@dataclass(frozen=True)
class ProgrammeLine:
    programme_id: int
    name: Words
    state: str
    packages: tuple[PackageLine, ...]


@dataclass(frozen=True)
class Overview:
    """All programmes of the organiser with their packages, its areas, and the number of its newest rulebook."""

    programmes: tuple[ProgrammeLine, ...]
    areas: tuple[tuple[Words, tuple[str, ...]], ...]
    without_area: tuple[str, ...]
    rulebook_number: int | None


def terms_overview(desk: Desk, actor: Actor) -> Overview:
    """The first page of terms: six queries, however many programmes there are."""
    with desk.reading(actor, Action.SEE_TERMS) as tx:
        packages = _packages(tx)
        programmes = tx.session.scalars(select(Programme).order_by(Programme.id)).all()
        areas = tx.session.scalars(select(Area).order_by(Area.id)).all()
        municipalities = tx.session.scalars(
            select(Organiser.municipalities).where(Organiser.id == tx.organiser_id)
        ).one()
        covered = {name for area in areas for name in area.municipalities}
        published = select(RulebookVersion.number).where(RulebookVersion.state == "published")
        newest = published.order_by(RulebookVersion.number.desc()).limit(1)
        return Overview(
            tuple(
                ProgrammeLine(one.id, one.name, one.state, tuple(packages.get(one.id, ()))) for one in programmes
            ),
            tuple((area.name, tuple(area.municipalities)) for area in areas),
            tuple(name for name in municipalities if name not in covered),
            tx.session.scalar(newest),
        )  # fmt: skip


@dataclass(frozen=True)
class ProgrammePage:
    """A programme as it stands, with what may be done with it. `organiser_kind` is shown beside the legal basis."""

    programme_id: int
    values: dict[str, Any]
    code: str
    state: str
    made_by: str
    published_by: str | None
    return_reason: str | None
    organiser: Words
    organiser_kind: str
    packages: tuple[PackageLine, ...]


def programme_page(desk: Desk, actor: Actor, programme_id: int) -> ProgrammePage:
    """One programme. Missing for a stranger's."""
    with desk.reading(actor, Action.SEE_TERMS) as tx:
        row = tx.session.scalar(select(Programme).where(Programme.id == programme_id))
        if row is None:
            raise Missing("programme")
        names = _names(tx, row.made_by, row.published_by)
        organiser = tx.session.scalars(select(Organiser).where(Organiser.id == tx.organiser_id)).one()
        fields = ("name", "legal_basis", "board_decision", "appeal_route", "appeal_body", "information_contact",
                  "cost_centre", "bonus_reserved_at", "need_categories")  # fmt: skip
        return ProgrammePage(
            programme_id=row.id,
            values={field: getattr(row, field) for field in fields},
            code=row.code,
            state=row.state,
            made_by=names[row.made_by],
            published_by=names.get(row.published_by or 0),
            return_reason=row.return_reason,
            organiser=organiser.name,
            organiser_kind=organiser.kind,
            packages=tuple(_packages(tx, row.id).get(row.id, ())),
        )


def organiser_of(desk: Desk, actor: Actor) -> tuple[Words, str, tuple[str, ...]]:
    """The organiser's name, kind and municipalities, for forms that show whose programme is written."""
    with desk.reading(actor, Action.SEE_TERMS) as tx:
        row = tx.session.scalars(select(Organiser).where(Organiser.id == tx.organiser_id)).one()
        return row.name, row.kind, tuple(row.municipalities)


@dataclass(frozen=True)
class PackagePage:
    package_id: int
    programme_id: int
    programme: Words
    code: str
    name: Words
    unit: str
    card: dict[str, Words]
    free_by_law: bool
    legal_forms_excluded: dict[str, str]  # with the provision of each
    classes: tuple[Words, ...]  # of need, that the prices tell apart
    versions: tuple[TermsLine, ...]
    newest: TermsDraft | None  # the values that a new version begins with
    free_from: date  # the first day on which a new version may start
    open_terms_id: int | None  # the version in the making
    vat: tuple[VatRow, ...]  # what has been decided of its tax, by first day


def package_page(desk: Desk, actor: Actor, package_id: int) -> PackagePage:
    """One package with all its versions. Missing for a stranger's."""
    with desk.reading(actor, Action.SEE_TERMS) as tx:
        found = tx.session.execute(
            select(ServicePackage, Programme)
            .join(Programme, Programme.id == ServicePackage.programme_id)
            .where(ServicePackage.id == package_id)
        ).one_or_none()
        if found is None:
            raise Missing("package")
        package, programme = found
        rows = _versions(tx, {package.id})
        published = [row for row in rows if row.state == "published"]
        newest = max(published, key=lambda row: row.valid_from, default=None)
        first = tx.today if newest is None else max(tx.today, newest.valid_from + timedelta(days=1))
        making = next((row.id for row in rows if row.state != "published"), None)
        return PackagePage(
            package.id, programme.id, programme.name, package.code, package.name, package.unit, package.card,
            package.free_by_law, package.legal_forms_excluded, tuple(places_of(tx, package.id).classes.values()),
            _lines(rows, tx.today), draft_of(newest) if newest else None, first, making,
            package_vat_rows(tx, package.id),
        )  # fmt: skip


@dataclass(frozen=True)
class TermsPage:
    terms_id: int
    package_id: int
    package: Words
    unit: str
    number: int
    state: str
    holds: str
    draft: TermsDraft
    meaning: Meaning | None  # None while the prices lack what the example needs
    changes: tuple[Difference, ...]
    compared_with: int | None  # the number of the version before it
    made_by: str
    published_by: str | None
    return_reason: str | None


def terms_page(desk: Desk, actor: Actor, terms_id: int) -> TermsPage:
    """One version: its values, what they mean, and what it changes. Missing for a stranger's."""
    with desk.reading(actor, Action.SEE_TERMS) as tx:
        row = tx.session.scalar(select(TermsVersion).where(TermsVersion.id == terms_id))
        if row is None:
            raise Missing("terms")
        versions = _versions(tx, {row.package_id})
        line = next(one for one in _lines(versions, tx.today) if one.terms_id == row.id)
        before = max(
            (one for one in versions if one.state == "published" and one.valid_from < row.valid_from),
            key=lambda one: one.valid_from,
            default=None,
        )
        package, programme = _package(tx, row.package_id)
        draft, table = draft_of(row), table_of(tx, row, package.unit)
        names = _names(tx, row.made_by, row.published_by)
        return TermsPage(
            terms_id=row.id,
            package_id=package.id,
            package=package.name,
            unit=package.unit,
            number=row.number,
            state=row.state,
            holds=line.holds,
            draft=draft,
            meaning=meaning_of(tx, programme, package, draft, table, example_class(tx, package, table)),
            changes=differences(draft_of(before) if before else None, draft),
            compared_with=before.number if before else None,
            made_by=names[row.made_by],
            published_by=names.get(row.published_by or 0),
            return_reason=row.return_reason,
        )


def explain_terms(
    desk: Desk, actor: Actor, package_id: int, draft: TermsDraft, terms_id: int | None = None
) -> Meaning | None:
    """What a draft would mean, before it is saved, with the price rows of the version that it would change. Refused as
    `terms_values.check` says; Missing for a stranger's."""
    with desk.reading(actor, Action.WRITE_TERMS) as tx:
        package, programme = _package(tx, package_id)
        check(draft)
        rows = general_rows(draft.price_cents, package.unit, draft.valid_from)
        stored = (
            None
            if terms_id is None
            else tx.session.scalar(
                select(TermsVersion).where(TermsVersion.id == terms_id, TermsVersion.package_id == package_id)
            )
        )
        if stored is None:
            return meaning_of(tx, programme, package, draft, PriceTable(rows))
        table = table_of(tx, stored, package.unit)
        kept = tuple(
            row for row in table.rows if row not in general_rows(stored.price_cents, package.unit, stored.valid_from)
        )
        changed = PriceTable((*rows, *kept), table.multipliers)
        return meaning_of(tx, programme, package, draft, changed, example_class(tx, package, changed))


def _package(tx: Tx, package_id: int) -> tuple[ServicePackage, Programme]:
    found = tx.session.execute(
        select(ServicePackage, Programme)
        .join(Programme, Programme.id == ServicePackage.programme_id)
        .where(ServicePackage.id == package_id)
    ).one_or_none()
    if found is None:
        raise Missing("package")
    return found[0], found[1]


def _packages(tx: Tx, programme_id: int | None = None) -> dict[int, list[PackageLine]]:
    query = select(ServicePackage).order_by(ServicePackage.id)
    if programme_id is not None:
        query = query.where(ServicePackage.programme_id == programme_id)
    packages = tx.session.scalars(query).all()
    rows = _versions(tx, {package.id for package in packages})
    found: dict[int, list[PackageLine]] = {}
    for package in packages:
        mine = _lines([row for row in rows if row.package_id == package.id], tx.today)
        found.setdefault(package.programme_id, []).append(PackageLine(package.id, package.name, package.unit, mine))
    return found


def _versions(tx: Tx, package_ids: set[int]) -> list[TermsVersion]:
    query = select(TermsVersion).where(TermsVersion.package_id.in_(package_ids))
    return list(tx.session.scalars(query.order_by(TermsVersion.valid_from.desc(), TermsVersion.id.desc())))


def _lines(rows: list[TermsVersion], today: date) -> tuple[TermsLine, ...]:
    now = next((row for row in rows if row.state == "published" and row.valid_from <= today), None)

    def holds(row: TermsVersion) -> str:
        if row.state != "published":
            return row.state
        if row is now:
            return "now"
        return "coming" if row.valid_from > today else "past"

    return tuple(
        TermsLine(row.id, row.number, row.valid_from, row.price_cents, row.units_hundredths, row.state, holds(row))
        for row in rows
    )


def _names(tx: Tx, *account_ids: int | None) -> dict[int, str]:
    wanted = [account_id for account_id in account_ids if account_id is not None]
    rows = tx.session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}
