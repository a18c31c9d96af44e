"""One organiser with its people, its published programme and its money: what `tests.makers` builds on."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.access.actor import Actor
from marketplace.ledger import recipes
from marketplace.models.einvoices import PackageVat
from marketplace.models.ledger import lock_budget, post
from marketplace.models.people import Account, Membership, Organiser
from marketplace.models.programmes import Area, Budget, Programme, ServicePackage, TermsVersion
from marketplace.models.providers import RulebookVersion
from marketplace.references import ovt_of
from marketplace.roles import Role
from marketplace.use_cases.bookings import programme_context
from marketplace.use_cases.desk import Desk, Tx

_numbers = itertools.count(1)
IBANS = ("FI2112345600000785", "FI5542345670000081", "FI4250001510000023")


@contextmanager
def opened(desk: Desk, actor: Actor) -> Iterator[Tx]:
    """A transaction without an action, for makers only."""
    with desk._sessions.begin() as session:
        see(session, actor.organiser_id)
        yield Tx(session, actor, desk.clock.now(), desk.clock.today(), desk.vault, desk.wording, desk.heads)


def see(session: Session, organiser_id: int | None) -> None:
    """Look with one organiser's eyes (row-level security)."""
    session.execute(text("select set_config('app.organiser', :o, true)"), {"o": str(organiser_id or "")})


def business_id(number: int) -> str:
    """A business id with a right check digit."""
    while True:
        digits = f"{number:07d}"
        rest = sum(int(d) * w for d, w in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        if rest != 1:
            return f"{digits}-{0 if rest == 0 else 11 - rest}"
        number += 1_000_000


def identity_code(birth: date, number: int) -> str:
    """An identity code from the never-issued 900 range, with a right check character."""
    sign = "-" if birth.year < 2000 else "A"
    middle = 900 + number % 100
    check = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(f"{birth:%d%m%y}{middle}") % 31]
    return f"{birth:%d%m%y}{sign}{middle}{check}"


@dataclass
class World:
    """One organiser with its people. Every `*_actor` is ready to be handed to a use case."""

    organiser_id: int
    organiser_code: str
    programme_id: int
    package_id: int
    package_code: str
    area_id: int
    area_code: str
    other_area_id: int
    rulebook_id: int
    caseworker: Actor
    other_caseworker: Actor
    procurement: Actor
    approver: Actor
    finance: Actor
    other_finance: Actor
    auditor: Actor
    administrator: Actor


def account(session: Session, now: Any, *, name: str = "", email: str | None = "", language: str = "fi") -> Account:
    number = next(_numbers)
    made = Account(
        email=f"person{number}@example.org" if email == "" else email,
        name=name or f"Person {number}",
        language=language,
        demonstration=False,
    )
    session.add(made)
    session.flush()
    return made


def person(
    desk: Desk,
    role: Role,
    *,
    organiser_id: int | None,
    provider_id: int | None = None,
    client_id: int | None = None,
    name: str = "",
    language: str = "fi",
) -> Actor:
    """An account with one membership, as an actor."""
    with opened(desk, Actor(role=None)) as tx:
        made = account(tx.session, tx.now, name=name, language=language)
        tx.session.add(
            Membership(
                account_id=made.id,
                role=role.value,
                organiser_id=None if provider_id else organiser_id,
                provider_id=provider_id,
                client_id=client_id,
                since=tx.now,
            )
        )
        return Actor(role, made.id, organiser_id, provider_id, client_id, made.name, language)


EVENT_RULES = {
    "delivered": {"unit_use_percent": 100, "paid_share_percent": 100},
    "no_show": {"unit_use_percent": 100, "paid_share_percent": 50},
    "late_cancel": {"unit_use_percent": 50, "paid_share_percent": 50},
    "provider_cancel": {"unit_use_percent": 0, "paid_share_percent": 0},
}
BONUS_RULE = {
    "milestones": [
        {
            "no": 1,
            "days": 42,
            "amount_cents": {"1": 50_000, "2": 70_000, "3": 90_000},
            "min_weekly_hours_hundredths": 1800,
        },
        {
            "no": 2,
            "days": 182,
            "amount_cents": {"1": 50_000, "2": 70_000, "3": 90_000},
            "min_weekly_hours_hundredths": 1800,
        },
    ]
}


def world(
    desk: Desk,
    *,
    code: str = "",
    budget_cents: int = 90_000_000,
    price_cents: int = 5_300,
    units_hundredths: int = 4_000,
    validity_days: int = 180,
    bonus_reserved_at: str = "grant",
    appeal_route: str = "rectification_30",
) -> World:
    number = next(_numbers)
    code = code or f"seutu-{number}"
    with opened(desk, Actor(role=None)) as tx:
        organiser = Organiser(
            code=code,
            name={"fi": f"Seutu {number}", "sv": f"Region {number}", "en": f"Region {number}"},
            kind="municipality",
            business_id=business_id(1_000_000 + number),
            e_invoice_address=ovt_of(business_id(1_000_000 + number)),
            contact="Palveluseteliasiat",
            email="setelit@example.org",
            phone="+358401234567",
            address="Tulliportinkatu 31, 70100 Kuopio",
            municipalities=["Kuopio", "Siilinjärvi", "Suonenjoki"],
            debtor_iban=IBANS[0],
        )
        tx.session.add(organiser)
        tx.session.flush()
        organiser_id = organiser.id
    staff = {
        name: person(desk, role, organiser_id=organiser_id)
        for name, role in {
            "caseworker": Role.CASEWORKER,
            "other_caseworker": Role.CASEWORKER,
            "procurement": Role.PROCUREMENT,
            "approver": Role.APPROVER,
            "finance": Role.FINANCE,
            "other_finance": Role.FINANCE,
            "auditor": Role.AUDITOR,
            "administrator": Role.ADMINISTRATOR,
        }.items()
    }
    with opened(desk, staff["procurement"]) as tx:
        rows = _terms(tx, staff, code, price_cents, units_hundredths, validity_days, bonus_reserved_at, appeal_route)
        programme, package, areas, rulebook = rows
        tx.session.add(Budget(organiser_id=organiser_id, programme_id=programme.id, year=tx.today.year))
        tx.session.flush()
        budget = lock_budget(tx.session, programme.id, tx.today.year)
        context = programme_context(tx, programme, tx.today.year, "appropriation")
        post(
            tx.session,
            recipes.appropriate(f"appropriation/{programme.id}", context, budget_cents),
            tx.now,
            budget=budget,
        )
        return World(
            organiser_id, code, programme.id, package.id, package.code, areas[0].id, areas[0].code, areas[1].id,
            rulebook.id, **staff,
        )  # fmt: skip


def _terms(tx: Tx, staff: dict[str, Actor], code: str, price_cents: int, units_hundredths: int, validity_days: int,
           bonus_reserved_at: str, appeal_route: str) -> Any:  # fmt: skip
    assert staff["procurement"].account_id
    assert staff["approver"].account_id
    maker, approver = staff["procurement"].account_id, staff["approver"].account_id
    organiser_id = tx.organiser_id
    programme = Programme(
        organiser_id=organiser_id,
        code="tyollistymisen-tuki",
        name={"fi": "Työllistymisen tuki", "sv": "Stöd för sysselsättning", "en": "Employment support"},
        legal_basis={"fi": "Kunnan oma palveluseteliohje", "sv": "Kommunens anvisning", "en": "Municipal rules"},
        board_decision="LTK 1.1.2026 § 1",
        appeal_route=appeal_route,
        appeal_body={"fi": "Lautakunta, PL 1, 70100 Kuopio", "sv": "Nämnden", "en": "The board"},
        information_contact="Palveluseteliasiat, p. 040 123 4567",
        cost_centre="4101",
        bonus_reserved_at=bonus_reserved_at,
        need_categories=["work_ability", "direction", "starting_work"],
        state="published",
        made_by=maker,
        published_by=approver,
        published_at=tx.now,
    )
    tx.session.add(programme)
    tx.session.flush()
    words = {"fi": "Valmennus kohti työtä", "sv": "Coachning mot arbete", "en": "Coaching toward work"}
    package = ServicePackage(
        organiser_id=organiser_id,
        programme_id=programme.id,
        code="valmennus",
        name=words,
        card=dict.fromkeys(("purpose", "target_group", "content", "effects", "arrival"), words),
        unit="hour",
        made_at=tx.now,
    )
    areas = [
        Area(organiser_id=organiser_id, code="kuopio", name={"fi": "Kuopio"}, municipalities=["Kuopio"]),
        Area(organiser_id=organiser_id, code="muut", name={"fi": "Muut"}, municipalities=["Siilinjärvi", "Suonenjoki"]),
    ]
    rulebook = RulebookVersion(
        organiser_id=organiser_id,
        number=1,
        valid_from=tx.today - timedelta(days=400),
        body={"fi": "Sääntökirja", "sv": "Regelbok", "en": "Rulebook"},
        terms=[{"key": 1, "part": "general", "text": {"fi": "Käynti kirjataan."}, "check": "nothing_ahead"}],
        state="published",
        published_at=tx.now,
        published_by=approver,
    )
    tx.session.add_all([package, *areas, rulebook])
    tx.session.flush()
    tx.session.add(
        PackageVat(
            organiser_id=organiser_id,
            package_id=package.id,
            valid_from=date(2024, 1, 1),
            basis="taxable",
            rate="general",
            bonus="as_service",
            ground="LTK 1.1.2026 § 3",
            said_by=maker,
            said_at=tx.now,
        )
    )
    tx.session.add(
        TermsVersion(
            organiser_id=organiser_id,
            package_id=package.id,
            number=1,
            valid_from=tx.today - timedelta(days=300),
            price_cents=price_cents,
            units_hundredths=units_hundredths,
            validity_days=validity_days,
            event_rules=EVENT_RULES,
            bonus_rule=BONUS_RULE,
            board_decision="LTK 1.1.2026 § 2",
            state="published",
            made_by=maker,
            made_at=tx.now,
            published_by=approver,
            published_at=tx.now,
        )
    )
    return programme, package, areas, rulebook
