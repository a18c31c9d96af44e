"""A company's sites: where it works, in which languages, and whether one gets in with a wheelchair."""

from dataclasses import dataclass

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.people import Organiser
from marketplace.models.providers import Site
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.own_company import provider_id_of
from marketplace.use_cases.provider_cards import LANGUAGES
from marketplace.use_cases.refusals import Missing, Refused

ACCESSIBLE = ("yes", "no", "not_stated")


@dataclass(frozen=True)
class SiteOrder:
    """What a site is. languages: codes of `provider_cards.LANGUAGES`. accessible: yes, no or not_stated."""

    name: str
    street: str
    municipality: str
    languages: tuple[str, ...]
    accessible: str
    once: str | None = None


@dataclass(frozen=True)
class SiteSaved:
    site_id: int


def add_site(desk: Desk, actor: Actor, order: SiteOrder) -> SiteSaved:
    """Add a site. Refused: site_incomplete, site_language_missing, unknown_accessible."""
    with desk.transaction(actor, Action.EDIT_COMPANY) as tx:
        if done := tx.first_click("add_site", order.once):
            return SiteSaved(**done)
        _check(order)
        site = Site(
            provider_id=provider_id_of(tx),
            name=order.name,
            street=order.street,
            municipality=known_municipality(tx, order.municipality),
            languages=_in_order(order.languages),
            accessible=order.accessible,
        )
        tx.session.add(site)
        tx.session.flush()
        tx.audit("site.add", "site", site.id, provider_id=site.provider_id)
        tx.remember_click("add_site", order.once, site_id=site.id)
        return SiteSaved(site.id)


def edit_site(desk: Desk, actor: Actor, site_id: int, order: SiteOrder) -> SiteSaved:
    """Change an open site. Refused as in `add_site`; Missing for a stranger's or a closed one."""
    with desk.transaction(actor, Action.EDIT_COMPANY) as tx:
        site = _own_open_site(tx, site_id)
        _check(order)
        site.name = order.name
        site.street = order.street
        site.municipality = known_municipality(tx, order.municipality)
        site.languages = _in_order(order.languages)
        site.accessible = order.accessible
        tx.audit("site.edit", "site", site.id, provider_id=site.provider_id)
        return SiteSaved(site.id)


def close_site(desk: Desk, actor: Actor, site_id: int) -> None:
    """Close a site: it leaves the cards at once and stays in the records.

    Refused: last_site (a client must see where to go: the new site is added first). Missing for a stranger's.
    """
    with desk.transaction(actor, Action.EDIT_COMPANY) as tx:
        site = _own_open_site(tx, site_id)
        others = select(Site.id).where(
            Site.provider_id == site.provider_id, Site.closed_on.is_(None), Site.id != site.id
        )
        if tx.session.scalar(others.limit(1)) is None:
            raise Refused("last_site")
        site.closed_on = tx.today
        tx.audit("site.close", "site", site.id, provider_id=site.provider_id)


def known_municipality(tx: Tx, typed: str) -> str:
    """A municipality as its organiser writes it, whatever the capitals it was typed in; others stay as typed."""
    name = " ".join(typed.split())
    known = tx.session.scalars(select(func.unnest(Organiser.municipalities)))
    return next((place for place in known if place.casefold() == name.casefold()), name)


def _check(order: SiteOrder) -> None:
    for field in ("name", "street", "municipality"):
        if not getattr(order, field).strip():
            raise Refused("site_incomplete", field)
    if not order.languages or not set(order.languages) <= set(LANGUAGES):
        raise Refused("site_language_missing", "languages")
    if order.accessible not in ACCESSIBLE:
        raise Refused("unknown_accessible", "accessible")


def _in_order(languages: tuple[str, ...]) -> list[str]:
    return [language for language in LANGUAGES if language in languages]


def _own_open_site(tx: Tx, site_id: int) -> Site:
    # the company's sites are locked together: two people closing the last two would each see the other's still open
    rows = tx.session.scalars(
        select(Site)
        .where(Site.provider_id == provider_id_of(tx), Site.closed_on.is_(None))
        .order_by(Site.id)
        .with_for_update()
    )
    found = next((site for site in rows if site.id == site_id), None)
    if found is None:
        raise Missing("site")
    return found
