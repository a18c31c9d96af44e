"""Writing a service package with its service card (domain.md 3.1), and the areas in which packages are bought."""

import re
from dataclasses import dataclass, field

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Organiser
from marketplace.models.programmes import Area, Programme, ServicePackage
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.own_company import LEGAL_FORMS
from marketplace.use_cases.package_vat import VatOrder, add_package_vat
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.use_cases.slugs import free_slug

CARD_PARTS = ("purpose", "target_group", "content", "effects", "arrival")
UNITS = ("hour", "day", "month", "session", "lump_sum")
CODE = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True)
class PackageDraft:
    """A package as procurement describes it. `card` has a text (dict of languages) for each of CARD_PARTS.

    The unit is fixed for ever, like the code: vouchers have been granted in it. free_by_law: no price may leave the client
    anything to pay (domain.md, fact 3). legal_forms_excluded: which legal forms may not provide it, each with the provision
    that says so (fact 10). vat_basis: what it is for value added tax at first (package_vat); taxable, as most of these
    services are, unless somebody says otherwise.
    """

    name: dict[str, str]
    card: dict[str, dict[str, str]]
    unit: str = "hour"
    free_by_law: bool = True
    legal_forms_excluded: dict[str, str] = field(default_factory=dict)
    once: str | None = None
    vat_basis: str = "taxable"


@dataclass(frozen=True)
class AreaDraft:
    """A pool of municipalities in which the same providers are offered (fairness B1). The code comes from the name."""

    name: dict[str, str]
    municipalities: tuple[str, ...]
    code: str = ""
    once: str | None = None


def create_package(desk: Desk, actor: Actor, programme_id: int, draft: PackageDraft) -> int:
    """A new package in a programme; returns its id. Refused at the field that is missing or unknown."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        if done := tx.first_click("create_package", draft.once):
            return int(done["package_id"])
        if tx.session.scalar(select(Programme.id).where(Programme.id == programme_id)) is None:
            raise Missing("programme")
        _check(draft)
        if draft.unit not in UNITS:
            raise Refused("choice_unknown", "unit")
        codes = set(tx.session.scalars(select(ServicePackage.code)))
        package = ServicePackage(
            organiser_id=tx.organiser_id,
            programme_id=programme_id,
            code=free_slug(draft.name["fi"], codes, "palvelu"),
            name=draft.name,
            card={part: draft.card[part] for part in CARD_PARTS},
            unit=draft.unit,
            free_by_law=draft.free_by_law,
            legal_forms_excluded=draft.legal_forms_excluded,
            made_at=tx.now,
        )
        tx.session.add(package)
        tx.session.flush()
        add_package_vat(tx, VatOrder(package.id, tx.today, draft.vat_basis))
        tx.audit("package.create", "package", package.id, code=package.code)
        tx.remember_click("create_package", draft.once, package_id=package.id)
        return package.id


def edit_package(desk: Desk, actor: Actor, package_id: int, draft: PackageDraft) -> None:
    """Mend the name and the card. What it costs and how it is paid are terms, never words of the card."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        package = tx.session.scalar(select(ServicePackage).where(ServicePackage.id == package_id).with_for_update())
        if package is None:
            raise Missing("package")
        _check(draft)
        before = {"name": package.name, "card": package.card, "free_by_law": package.free_by_law}
        package.name = draft.name
        package.free_by_law = draft.free_by_law
        package.legal_forms_excluded = draft.legal_forms_excluded
        package.card = {part: draft.card[part] for part in CARD_PARTS}
        tx.audit("package.edit", "package", package.id, before=before)


def create_area(desk: Desk, actor: Actor, draft: AreaDraft) -> int:
    """A new area; returns its id. An area is never edited: lists have been drawn in it.

    Refused: finnish_missing, municipality_unknown, municipality_has_area (a municipality lies in one area only).
    """
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        if done := tx.first_click("create_area", draft.once):
            return int(done["area_id"])
        if not draft.name.get("fi", "").strip():
            raise Refused("finnish_missing", "name")
        areas = _check_municipalities(tx, draft.municipalities)
        area = Area(
            organiser_id=tx.organiser_id,
            code=_area_code(draft, {area.code for area in areas}),
            name=draft.name,
            municipalities=list(draft.municipalities),
        )
        tx.session.add(area)
        tx.session.flush()
        tx.audit("area.create", "area", area.id, code=area.code, municipalities=area.municipalities)
        tx.remember_click("create_area", draft.once, area_id=area.id)
        return area.id


def _check(draft: PackageDraft) -> None:
    if set(draft.legal_forms_excluded) - set(LEGAL_FORMS):
        raise Refused("choice_unknown", "legal_forms")
    if not all(provision.strip() for provision in draft.legal_forms_excluded.values()):
        raise Refused("text_missing", "provision")
    if not draft.name.get("fi", "").strip():
        raise Refused("finnish_missing", "name")
    for part in CARD_PARTS:
        if not draft.card.get(part, {}).get("fi", "").strip():
            raise Refused("finnish_missing", part)


def _check_municipalities(tx: Tx, municipalities: tuple[str, ...]) -> list[Area]:
    # one writer at a time: two areas at once could take the same municipality
    organiser = tx.session.scalars(
        select(Organiser).where(Organiser.id == tx.organiser_id).with_for_update(key_share=True)
    ).one()
    if not municipalities or set(municipalities) - set(organiser.municipalities):
        raise Refused("municipality_unknown", "municipalities")
    areas = list(tx.session.scalars(select(Area)))
    for area in areas:
        for name in municipalities:
            if name in area.municipalities:
                raise Refused("municipality_has_area", "municipalities", municipality=name, area=area.name)
    return areas


def _area_code(draft: AreaDraft, taken: set[str]) -> str:
    if draft.code and (draft.code in taken or not CODE.fullmatch(draft.code)):
        raise Refused("code_taken", "code")
    return draft.code or free_slug(draft.name["fi"], taken, "alue")
