"""Makers of what procurement writes and decides."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from marketplace.models.providers import Application, ApplicationItem, Provider
from marketplace.roles import Role
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.terms_values import EventTerm, MilestoneTerm, TermsDraft
from marketplace.use_cases.write_programme import ProgrammeDraft
from tests.makers import Company, World, opened, person, provider


def programme_draft(**values: Any) -> ProgrammeDraft:
    words = {
        "name": {"fi": "Työhön valmennus", "sv": "Coachning"},
        "legal_basis": {"fi": "Laki 569/2009"},
        "board_decision": "LTK 2.2.2026 § 3",
        "appeal_route": "rectification_30",
        "appeal_body": {"fi": "Lautakunta, PL 1, 70100 Kuopio"},
        "information_contact": "Palveluseteliasiat, p. 040 123 4567",
        "cost_centre": "4102",
        "bonus_reserved_at": "grant",
        "need_categories": ("direction", "starting_work"),
    }
    return ProgrammeDraft(**{**words, **values})


EVENTS = {
    "delivered": EventTerm(100, 100),
    "no_show": EventTerm(100, 50),
    "late_cancel": EventTerm(50, 50),
    "provider_cancel": EventTerm(0, 0),
}


def terms_draft(valid_from: date, **values: Any) -> TermsDraft:
    usual: dict[str, Any] = {
        "price_cents": 5_300,
        "units_hundredths": 4_000,
        "validity_days": 180,
        "events": EVENTS,
        "milestones": (
            MilestoneTerm(42, {1: 50_000, 2: 70_000, 3: 90_000}, 1_800),
            MilestoneTerm(182, {1: 50_000, 2: 70_000, 3: 90_000}, 1_800),
        ),
        "board_decision": "LTK 2.2.2026 § 4",
    }
    return TermsDraft(valid_from, **{**usual, **values})


def second_officer(desk: Desk, w: World) -> Any:
    return person(desk, Role.PROCUREMENT, organiser_id=w.organiser_id)


def application(
    desk: Desk, w: World, *, company: Company | None = None, pairs: list[tuple[int, int]] | None = None,
    state: str = "submitted", with_rulebook: bool = True,
) -> tuple[int, list[int], Company]:  # fmt: skip
    """An application as the provider has sent it in: its id, its items' ids, and the company."""
    company = company or provider(desk, w, approved=False)
    with opened(desk, w.procurement) as tx:
        made = Application(
            organiser_id=w.organiser_id,
            provider_id=company.provider_id,
            state=state,
            rulebook_version_id=w.rulebook_id if with_rulebook else None,
            made_at=tx.now - timedelta(days=2),
            submitted_at=tx.now,
        )
        tx.session.add(made)
        tx.session.flush()
        items = [
            ApplicationItem(organiser_id=w.organiser_id, application_id=made.id, package_id=package, area_id=area)
            for package, area in pairs or [(w.package_id, w.area_id), (w.package_id, w.other_area_id)]
        ]
        tx.session.add_all(items)
        tx.session.flush()
        return made.id, [item.id for item in items], company


def unit_of(desk: Desk, w: World, provider_id: int) -> str:
    with opened(desk, w.procurement) as tx:
        return tx.session.scalars(select(Provider.unit).where(Provider.id == provider_id)).one()
