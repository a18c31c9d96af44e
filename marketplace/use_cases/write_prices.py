"""Writing the price rows and multipliers of a draft, and the classes of need that they tell apart.

A row is a whole: changing it takes the old one out of the draft and puts the new one in. Nothing of this can be done to
a version that has been handed over; the database keeps its rows as they are, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.prices import MultiplierLine, NeedClass, PriceLine
from marketplace.models.programmes import Area, ServicePackage, TermsVersion
from marketplace.pricing.bands import Band, bands_of
from marketplace.pricing.prices import PriceKind
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.price_table import check_free_by_law, check_no_tie, places_of, row_of, table_of
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.use_cases.slugs import free_slug

MOST_CENTS = 100_000_00
MOST_PERCENT = 1_000
MULTIPLIED = (Band.EVENING, Band.SATURDAY, Band.SUNDAY)
"""The bands that can have a multiplier: a weekday's day is what the others are multiples of."""


@dataclass(frozen=True)
class PriceDraft:
    """One row as procurement writes it. None in need_class, area_id, band is "every"; in valid_from the version's first
    day. Gross cents for one unit of the package."""

    kind: str
    value_cents: int
    cap_cents: int | None = None
    cap_percent: int | None = None
    need_class: str | None = None
    area_id: int | None = None
    band: str | None = None
    valid_from: date | None = None
    once: str | None = None


@dataclass(frozen=True)
class MultiplierDraft:
    """One multiplier, in per cent: 115 is 1.15."""

    band: str
    percent: int
    need_class: str | None = None
    area_id: int | None = None
    valid_from: date | None = None
    once: str | None = None


def add_price(desk: Desk, actor: Actor, terms_id: int, draft: PriceDraft) -> int:
    """Put a row into a draft; returns its id.

    Refused at its field: not_a_draft, choice_unknown, band_not_of_unit, start_before_terms (day), not_above_zero,
    cap_missing, cap_not_needed, one_cap_only, cap_below_value (value_cents), free_by_law, price_tie. Missing for a
    stranger's version.
    """
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        if done := tx.first_click("add_price", draft.once):
            return int(done["row_id"])
        terms, package = _draft(tx, terms_id)
        line = _put(tx, terms, package, draft)
        tx.audit("terms.price_add", "terms", terms.id, row=_said(line))
        tx.remember_click("add_price", draft.once, row_id=line.id)
        return line.id


def edit_price(desk: Desk, actor: Actor, row_id: int, draft: PriceDraft) -> int:
    """Put another row in the place of one; returns the version's id. Refused as `add_price`; Missing for a stranger's."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        old = _row(tx, PriceLine, row_id)
        terms, package = _draft(tx, old.terms_id)
        before = _said(old)
        tx.session.delete(old)
        tx.session.flush()
        line = _put(tx, terms, package, draft)
        tx.audit("terms.price_edit", "terms", terms.id, before=before, row=_said(line))
        return terms.id


def remove_price(desk: Desk, actor: Actor, row_id: int) -> int:
    """Take a row out of a draft; returns the version's id. Refused: not_a_draft, price_tie (the row decided between two
    others). Missing for a stranger's."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        old = _row(tx, PriceLine, row_id)
        return _remove(tx, old, "terms.price_remove")


def add_multiplier(desk: Desk, actor: Actor, terms_id: int, draft: MultiplierDraft) -> int:
    """Put a multiplier into a draft; returns its id. Refused at its field: not_a_draft, choice_unknown, band_not_of_unit,
    start_before_terms, multiplier_odd, price_tie. Missing for a stranger's version."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        if done := tx.first_click("add_multiplier", draft.once):
            return int(done["row_id"])
        terms, package = _draft(tx, terms_id)
        line = _put_multiplier(tx, terms, package, draft)
        tx.audit("terms.multiplier_add", "terms", terms.id, row=_said(line))
        tx.remember_click("add_multiplier", draft.once, row_id=line.id)
        return line.id


def edit_multiplier(desk: Desk, actor: Actor, row_id: int, draft: MultiplierDraft) -> int:
    """Put another multiplier in the place of one; returns the version's id. Refused as `add_multiplier`."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        old = _row(tx, MultiplierLine, row_id)
        terms, package = _draft(tx, old.terms_id)
        before = _said(old)
        tx.session.delete(old)
        tx.session.flush()
        line = _put_multiplier(tx, terms, package, draft)
        tx.audit("terms.multiplier_edit", "terms", terms.id, before=before, row=_said(line))
        return terms.id


def remove_multiplier(desk: Desk, actor: Actor, row_id: int) -> int:
    """Take a multiplier out of a draft; returns the version's id. Refused: not_a_draft, price_tie."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        return _remove(tx, _row(tx, MultiplierLine, row_id), "terms.multiplier_remove")


def add_need_class(desk: Desk, actor: Actor, package_id: int, name: dict[str, str], once: str | None = None) -> int:
    """A new class of need of a package; returns its id. Its code comes from its name and never changes.

    Refused: finnish_missing. Missing for a stranger's package. From then on every need for the package is assessed with
    its class, and terms are published only when each class has its prices.
    """
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        if done := tx.first_click("add_need_class", once):
            return int(done["class_id"])
        package = tx.session.scalar(select(ServicePackage).where(ServicePackage.id == package_id).with_for_update())
        if package is None:
            raise Missing("package")
        if not name.get("fi", "").strip():
            raise Refused("finnish_missing", "name")
        taken = set(tx.session.scalars(select(NeedClass.code).where(NeedClass.package_id == package.id)))
        made = NeedClass(
            organiser_id=tx.organiser_id,
            package_id=package.id,
            code=free_slug(name["fi"], taken, "luokka"),
            name=name,
            made_by=tx.account_id,
            made_at=tx.now,
        )
        tx.session.add(made)
        tx.session.flush()
        tx.audit("package.need_class", "package", package.id, code=made.code)
        tx.remember_click("add_need_class", once, class_id=made.id)
        return made.id


def copy_prices(tx: Tx, source: TermsVersion, target: TermsVersion) -> None:
    """A new draft begins with the prices of the version before it. A row that has started by the new first day starts
    with it, and one that a newer row of the same scope has replaced by then stays behind."""
    rows = tx.session.scalars(select(PriceLine).where(PriceLine.terms_id == source.id))
    for line in _still(rows, target.valid_from):
        tx.session.add(_copied(tx, line, target, PriceLine))
    multipliers = tx.session.scalars(select(MultiplierLine).where(MultiplierLine.terms_id == source.id))
    for multiplier in _still(multipliers, target.valid_from):
        tx.session.add(_copied(tx, multiplier, target, MultiplierLine))
    tx.session.flush()


def check_rows_start(tx: Tx, terms: TermsVersion, first_day: date) -> None:
    """Refused (rows_before_start) when the version would begin after one of its rows does."""
    starts = [
        start
        for line in (PriceLine, MultiplierLine)
        for start in tx.session.scalars(select(line.valid_from).where(line.terms_id == terms.id))
        if start is not None
    ]
    if starts and min(starts) < first_day:
        raise Refused("rows_before_start", "valid_from", day=min(starts))


Line = PriceLine | MultiplierLine
Kind = TypeVar("Kind", PriceLine, MultiplierLine)


def _still(lines: Iterable[Line], first_day: date) -> list[Line]:
    """The lines that hold on the day or start later: of each scope the newest that has started, and all that come."""
    found: list[Line] = []
    begun: dict[tuple[object, ...], Line] = {}
    for line in lines:
        scope = (line.need_class, line.area_id, line.band)
        if line.valid_from is not None and line.valid_from > first_day:
            found.append(line)
        elif scope not in begun or (line.valid_from or date.min) > (begun[scope].valid_from or date.min):
            begun[scope] = line
    return [*begun.values(), *found]


def _copied(tx: Tx, line: Line, target: TermsVersion, kind: type[Line]) -> Line:
    values = {
        column.name: getattr(line, column.name)
        for column in kind.__table__.columns
        if column.name not in ("id", "terms_id", "valid_from", "made_by", "made_at")
    }
    start = line.valid_from
    kept = start if start is not None and start > target.valid_from else None
    return kind(**values, terms_id=target.id, valid_from=kept, made_by=tx.account_id, made_at=tx.now)


def _draft(tx: Tx, terms_id: int) -> tuple[TermsVersion, ServicePackage]:
    terms = tx.session.scalar(select(TermsVersion).where(TermsVersion.id == terms_id).with_for_update())
    if terms is None:
        raise Missing("terms")
    if terms.state != "draft":
        raise Refused("not_a_draft")
    return terms, tx.session.get_one(ServicePackage, terms.package_id)


def _row(tx: Tx, kind: type[Kind], row_id: int) -> Kind:
    found = tx.session.get(kind, row_id)
    if found is None:
        raise Missing("price row")
    return found


def _remove(tx: Tx, line: Line, action: str) -> int:
    terms, package = _draft(tx, line.terms_id)
    said = _said(line)
    tx.session.delete(line)
    tx.session.flush()
    check_no_tie(table_of(tx, terms, package.unit), places_of(tx, package.id), None)
    tx.audit(action, "terms", terms.id, row=said)
    return terms.id


def _put(tx: Tx, terms: TermsVersion, package: ServicePackage, draft: PriceDraft) -> PriceLine:
    _check_scope(tx, terms, package, draft)
    _check_amounts(draft)
    line = PriceLine(
        organiser_id=tx.organiser_id, terms_id=terms.id, unit=package.unit, made_by=tx.account_id, made_at=tx.now,
        need_class=draft.need_class, area_id=draft.area_id, band=draft.band, valid_from=draft.valid_from,
        kind=draft.kind, value_cents=draft.value_cents, cap_cents=draft.cap_cents, cap_percent=draft.cap_percent,
    )  # fmt: skip
    check_free_by_law(package, [row_of(line, None, terms.valid_from)], "kind")
    _check_tie(tx, terms, package, replace(draft, once=None), line)
    return line


def _put_multiplier(tx: Tx, terms: TermsVersion, package: ServicePackage, draft: MultiplierDraft) -> MultiplierLine:
    _check_scope(tx, terms, package, draft)
    if draft.band not in MULTIPLIED:
        raise Refused("choice_unknown", "band")
    if not 0 < draft.percent <= MOST_PERCENT:
        raise Refused("multiplier_odd", "factor")
    line = MultiplierLine(
        organiser_id=tx.organiser_id, terms_id=terms.id, made_by=tx.account_id, made_at=tx.now,
        need_class=draft.need_class, area_id=draft.area_id, band=draft.band, valid_from=draft.valid_from,
        percent=draft.percent,
    )  # fmt: skip
    _check_tie(tx, terms, package, draft, line)
    return line


def _check_tie(
    tx: Tx, terms: TermsVersion, package: ServicePackage, draft: PriceDraft | MultiplierDraft, line: Line
) -> None:
    kind: type[Line] = type(line)
    same = select(kind.id).where(
        kind.terms_id == terms.id,
        kind.need_class.is_not_distinct_from(draft.need_class),
        kind.area_id.is_not_distinct_from(draft.area_id),
        kind.band.is_not_distinct_from(draft.band),
        kind.valid_from.is_not_distinct_from(draft.valid_from),
    )
    if tx.session.scalar(same) is not None:
        raise Refused("price_row_twice", "area")
    tx.session.add(line)
    tx.session.flush()
    check_no_tie(table_of(tx, terms, package.unit), places_of(tx, package.id), "area")


def _check_scope(
    tx: Tx, terms: TermsVersion, package: ServicePackage, draft: PriceDraft | MultiplierDraft
) -> None:  # fmt: skip
    if draft.need_class is not None and draft.need_class not in places_of(tx, package.id).classes:
        raise Refused("choice_unknown", "need_class")
    if draft.area_id is not None and tx.session.scalar(select(Area.id).where(Area.id == draft.area_id)) is None:
        raise Refused("choice_unknown", "area")
    if draft.band is not None:
        if draft.band not in set(Band):
            raise Refused("choice_unknown", "band")
        if draft.band not in bands_of(package.unit):
            raise Refused("band_not_of_unit", "band")
    if draft.valid_from is not None and draft.valid_from < terms.valid_from:
        raise Refused("start_before_terms", "valid_from", day=terms.valid_from)


def _check_amounts(draft: PriceDraft) -> None:
    if draft.kind not in set(PriceKind):
        raise Refused("choice_unknown", "kind")
    if not 0 < draft.value_cents <= MOST_CENTS:
        raise Refused("not_above_zero", "value")
    capped = draft.cap_cents is not None, draft.cap_percent is not None
    if draft.kind in (PriceKind.FIXED, PriceKind.FREE):
        for given, field in zip(capped, ("cap", "cap_percent"), strict=True):
            if given:
                raise Refused("cap_not_needed", field)
    if draft.kind == PriceKind.CEILING:
        if capped[1]:
            raise Refused("cap_not_needed", "cap_percent")
        if draft.cap_cents is None:
            raise Refused("cap_missing", "cap")
        if draft.cap_cents < draft.value_cents:
            raise Refused("cap_below_value", "cap", value_cents=draft.value_cents)
    if draft.kind == PriceKind.MARKUP:
        if all(capped):
            raise Refused("one_cap_only", "cap_percent")
        if not any(capped):
            raise Refused("cap_missing", "cap")
    if draft.cap_cents is not None and not 0 <= draft.cap_cents <= MOST_CENTS:
        raise Refused("amount_negative", "cap")
    if draft.cap_percent is not None and not 0 <= draft.cap_percent <= MOST_PERCENT:
        raise Refused("markup_odd", "cap_percent", most=MOST_PERCENT)


def _said(line: Line) -> dict[str, object]:
    """A row as plain values, for the audit."""
    names = ("need_class", "area_id", "band", "kind", "value_cents", "cap_cents", "cap_percent", "percent")
    found: dict[str, object] = {name: value for name in names if (value := getattr(line, name, None)) is not None}
    if line.valid_from is not None:
        found["valid_from"] = line.valid_from.isoformat()
    return found
