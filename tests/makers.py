"""Makers of the rows that a test stands on: keyword-only, with sane defaults. What a use case can make, it makes.

`world(desk)` gives one organiser with its people, a published programme with one package on terms, two areas and a
budget; `provider(...)`, `client(...)`, `granted(...)`, `active_voucher(...)` build on it.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from marketplace.access.actor import Actor
from marketplace.matching.order import Unit
from marketplace.matching.registry import Reason, State
from marketplace.models.clients import Client, Need
from marketplace.models.providers import Approval, ApprovalMove, ControlGroup, Provider, Site
from marketplace.models.vouchers import Voucher
from marketplace.roles import Role
from marketplace.use_cases.answer_choice import ConfirmOrder, confirm_choice
from marketplace.use_cases.choose_provider import ChoiceOrder, choose_provider
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.grant_voucher import Granted, GrantOrder, grant_voucher
from marketplace.use_cases.offers import offer_of
from marketplace.use_cases.order_log import write_registry
from tests.world import (  # noqa: F401  tests find every maker here
    BONUS_RULE,
    EVENT_RULES,
    IBANS,
    World,
    _numbers,
    account,
    business_id,
    identity_code,
    opened,
    person,
    see,
    world,
)


@dataclass
class Company:
    """A provider with its people, approved for the world's package in the world's area."""

    provider_id: int
    unit: str
    name: str
    approval_id: int
    manager: Actor
    coach: Actor


def provider(
    desk: Desk, w: World, *, name: str = "", group_of: Company | None = None, paused: bool = False,
    language: str = "fi", approved: bool = True,
) -> Company:  # fmt: skip
    """A company with one site, a manager and a coach, approved for the world's package and area."""
    number = next(_numbers)
    with opened(desk, w.procurement) as tx:
        if group_of is None:
            group = ControlGroup(code=f"g{number:06d}")
            tx.session.add(group)
            tx.session.flush()
        else:
            group = tx.session.scalars(
                select(ControlGroup)
                .join(Provider, Provider.control_group_id == ControlGroup.id)
                .where(Provider.id == group_of.provider_id)
            ).one()
        made = Provider(
            business_id=business_id(2_000_000 + number),
            unit=f"u{number:06d}",
            control_group_id=group.id,
            name=name or f"Tuottaja {number} Oy",
            legal_form="company",
            vat_registered=True,
            iban=IBANS[number % 3],
            e_invoice_address=None,
            email=f"tuottaja{number}@example.org",
            phone="+358401234567",
            own_words="Etsimme työpaikkoja yhdessä.",
            registered_at=tx.now,
        )
        tx.session.add(made)
        tx.session.flush()
        tx.session.add(
            Site(provider_id=made.id, name="Toimisto", street="Kauppakatu 1", municipality="Kuopio",
                 languages=["fi", "en"], accessible="yes")
        )  # fmt: skip
        approval = Approval(
            organiser_id=w.organiser_id,
            provider_id=made.id,
            package_id=w.package_id,
            area_id=w.area_id,
            state="approved" if approved else "ended",
            valid_from=tx.today - timedelta(days=200),
            paused=paused,
            free_places=3,
            next_start=tx.today,
            places_as_of=tx.today,
        )
        tx.session.add(approval)
        tx.session.flush()
        if approved:
            tx.session.add(
                ApprovalMove(organiser_id=w.organiser_id, approval_id=approval.id, move="approve",
                             day=approval.valid_from, at=tx.now, actor_id=w.procurement.account_id, reason="")
            )  # fmt: skip
            offers = [(w.package_code, w.area_code)]
            write_registry(tx, Unit(made.unit, group.code), offers, State.APPROVED, Reason.AUTHORITY)
        ids = made.id, made.unit, made.name, approval.id
    manager = person(desk, Role.PROVIDER_MANAGER, organiser_id=w.organiser_id, provider_id=ids[0], language=language)
    coach = person(desk, Role.PROVIDER_COACH, organiser_id=w.organiser_id, provider_id=ids[0], language=language)
    return Company(*ids, manager, coach)


@dataclass
class Person:
    """A client with a need and a way in."""

    client_id: int
    need_id: int
    actor: Actor


def client(
    desk: Desk, w: World, *, municipality: str = "Kuopio", protected: bool = False, language: str = "fi",
    tier: int = 2, email: str | None = None, name: tuple[str, str] | None = None,
) -> Person:  # fmt: skip
    number = next(_numbers)
    birth = date(1980, 1, 1) + timedelta(days=number)
    first, last = name or ("Aino", f"Esimerkki{number}")
    code = identity_code(birth, number)
    with opened(desk, w.caseworker) as tx:
        made = Client(
            organiser_id=w.organiser_id,
            identity_code=tx.vault.seal(code.encode(), "identity-code"),
            identity_index=tx.vault.index(code, f"identity-code/{w.organiser_id}"),
            first_name=first,
            last_name=last,
            birth_date=birth,
            municipality=municipality,
            language=language,
            address="Puijonkatu 1, 70100 Kuopio",
            protected_address=protected,
            phone=None,
            email=email,
            unemployed_since=tx.today - timedelta(days=700),
            benefit_days=500,
            caseworker_id=w.caseworker.account_id,
            registered_at=tx.now,
        )
        tx.session.add(made)
        tx.session.flush()
        assert w.caseworker.account_id is not None
        need = Need(
            organiser_id=w.organiser_id,
            client_id=made.id,
            package_id=w.package_id,
            category="direction",
            tier=tier,
            goal="Oma suunta löytyy",
            assessed_on=tx.today,
            caseworker_id=w.caseworker.account_id,
            at=tx.now,
        )
        tx.session.add(need)
        tx.session.flush()
        ids = made.id, need.id
    actor = person(
        desk, Role.CLIENT, organiser_id=w.organiser_id, client_id=ids[0], name=f"{first} {last}", language=language
    )
    return Person(*ids, actor)


def granted(desk: Desk, w: World, holder: Person) -> Granted:
    return grant_voucher(desk, w.caseworker, GrantOrder(holder.need_id, "Tarvitsee tukea työn aloittamiseen."))


def chosen(desk: Desk, holder: Person, company: Company, voucher_id: int) -> int:
    """The client chooses the company; returns the choice's id."""
    with opened(desk, holder.actor) as tx:
        code = offer_of(tx, tx.session.get_one(Voucher, voucher_id)).code
    return choose_provider(desk, holder.actor, ChoiceOrder(voucher_id, company.unit, code)).choice_id


@dataclass
class Running:
    """A voucher in use: granted, chosen, confirmed from today."""

    world: World
    holder: Person
    company: Company
    voucher_id: int
    choice_id: int


def active_voucher(
    desk: Desk, w: World | None = None, *, company: Company | None = None, holder: Person | None = None
) -> Running:
    w = w or world(desk)
    company = company or provider(desk, w)
    holder = holder or client(desk, w)
    voucher_id = granted(desk, w, holder).voucher_id
    choice_id = chosen(desk, holder, company, voucher_id)
    confirm_choice(desk, company.manager, ConfirmOrder(choice_id, desk.clock.today()))
    return Running(w, holder, company, voucher_id, choice_id)
