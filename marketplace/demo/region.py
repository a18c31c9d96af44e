"""Setting up the demonstration region after the seeds' pilot: its organisers, staff, terms, providers and clients."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor, public, system
from marketplace.clock import SetClock
from marketplace.demo.cast import Cast, read_cast, submitted_applications
from marketplace.demo.facts import CompanyFacts, companies, people
from marketplace.demo.neighbour import second_organiser
from marketplace.demo.packages import Package
from marketplace.demo.talk import tell_competences
from marketplace.demo.terms import write_terms_of_region
from marketplace.models.providers import Approval, RulebookVersion
from marketplace.roles import Role
from marketplace.use_cases.accept_rulebook import accept_rulebook
from marketplace.use_cases.apply import StartApplication, SubmitApplication, start_application, submit_application
from marketplace.use_cases.create_organiser import NewOrganiser, create_organiser
from marketplace.use_cases.decide_application import ApproveOrder, approve_application
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.edit_company import EditCompany, edit_company
from marketplace.use_cases.invite_coach import InviteCoach, invite_coach
from marketplace.use_cases.manage_staff import InviteStaff, invite_staff
from marketplace.use_cases.register_client import ClientFacts, NewClient, register_client
from marketplace.use_cases.register_provider import RegisterProvider, register_provider
from marketplace.use_cases.sites import SiteOrder, add_site
from marketplace.use_cases.tell_places import TellPlaces, tell_places

CODE = "kuopio"
MUNICIPALITIES = {
    "Kuopio": 62, "Siilinjärvi": 14, "Suonenjoki": 7, "Nilsiä": 6, "Maaninka": 4, "Rautalampi": 4, "Tuusniemi": 3,
}  # fmt: skip
"""The pilot's seven municipalities with illustrative shares of its clients."""
STAFF = {
    Role.CASEWORKER: 12, Role.PROCUREMENT: 1, Role.APPROVER: 2, Role.FINANCE: 2, Role.AUDITOR: 1,
}  # fmt: skip
STAFF_NAMES = (
    "Palveluohjaaja {}", "Hankinta-asiantuntija {}", "Hyväksyjä {}", "Talousasiantuntija {}", "Tarkastaja {}",
)  # fmt: skip
SETUP = timedelta(days=35)
"""Terms and keys are ready this long before the first voucher, so that every key is promised in time."""


@dataclass(frozen=True)
class Plan:
    """What is to be built. The months end on `until`."""

    clients: int
    providers: int
    months: int
    seed: int
    until: date

    @property
    def start(self) -> date:
        year, month = divmod(self.until.year * 12 + self.until.month - 1 - self.months, 12)
        return date(year, month + 1, min(self.until.day, 28))


@dataclass
class Stage:
    """A region that is set up and waits for its months."""

    plan: Plan
    desk: Desk
    clock: SetClock
    random: Random
    cast: Cast
    packages: dict[str, tuple[int, Package]]
    areas: dict[str, int]
    companies: dict[int, CompanyFacts]
    clients: list[int]
    caseworker_of: dict[int, Actor]
    tier_of: dict[int, int]
    with_email: set[int]

    @property
    def organiser_id(self) -> int:
        return self.cast.organiser_id


Step = Callable[[str], None]


def set_up(desk: Desk, clock: SetClock, plan: Plan, step: Step) -> Stage:
    """Build the region as it stands on the morning of its first month."""
    random = Random(plan.seed)
    clock.move_to(plan.start - SETUP)
    step("organiser")
    cast = _organiser(desk)
    packages, areas = write_terms_of_region(desk, clock.today(), cast, plan.start.year, plan.until.year)
    step("providers")
    known = _companies(desk, clock, random, plan, cast, packages, areas)
    step("a second organiser")
    second_organiser(desk, clock.today(), plan.until.year, list(known)[:2])
    step("clients")
    clock.move_to(plan.start - timedelta(days=3))
    clients, tiers, keepers, mailed = _clients(desk, random, plan, cast)
    return Stage(plan, desk, clock, random, cast, packages, areas, known, clients, keepers, tiers, mailed)


def _organiser(desk: Desk) -> Cast:
    organiser_id = create_organiser(
        desk,
        NewOrganiser(
            code=CODE,
            name={"fi": "Kuopion seutu (esittely)", "sv": "Kuopioregionen (demonstration)",
                  "en": "Kuopio region (demonstration)"},
            kind="municipality",
            business_id="9000018-5",
            e_invoice_address="003790000185",
            contact="Palveluseteliasiat (esittely)",
            email="palveluseteli@kuopio.example",
            phone="+358401234567",
            address="Tulliportinkatu 31, 70100 Kuopio",
            municipalities=tuple(MUNICIPALITIES),
            debtor_iban="FI2112345600000785",
            administrator_name="Pääkäyttäjä",
            administrator_email="paakayttaja@kuopio.example",
            demonstration=True,
        ),
    )  # fmt: skip
    cast = read_cast(desk, organiser_id)
    for (role, count), name in zip(STAFF.items(), STAFF_NAMES, strict=True):
        for number in range(1, count + 1):
            email = f"{role.value}{number}@kuopio.example"
            invite_staff(desk, cast.one(Role.ADMINISTRATOR), InviteStaff(name.format(number), email, role, "fi"))
    return read_cast(desk, organiser_id)


def _companies(
    desk: Desk,
    clock: SetClock,
    random: Random,
    plan: Plan,
    cast: Cast,
    packages: dict[str, tuple[int, Package]],
    areas: dict[str, int],
) -> dict[int, CompanyFacts]:
    known: dict[int, CompanyFacts] = {}
    facts = companies(random, plan.providers, MUNICIPALITIES)
    for number, company in enumerate(facts):
        # two pairs of sister companies, declared as groups
        sister = facts[number - 1].business_id if number in (6, 13) else None
        order = RegisterProvider(
            business_id=company.business_id,
            name=company.name,
            legal_form=company.legal_form,
            vat_registered=company.vat_registered,
            iban=company.iban,
            e_invoice_address=company.e_invoice_address,
            email=f"toimisto{number + 1}@tuottaja.example",
            phone=company.phone,
            manager_name=f"Johtaja {number + 1}",
            manager_email=f"johtaja{number + 1}@tuottaja.example",
            belongs_to=sister,
            demonstration=True,
        )
        known[register_provider(desk, public(None), order).provider_id] = company
    read_cast(desk, cast.organiser_id, into=cast)
    clock.move_to(plan.start - SETUP + timedelta(days=7))
    rulebook = _first_id(desk, cast, select(RulebookVersion.id))
    # every company applies for about two packages, and for the areas where it has sites
    ids = [package_id for package_id, _ in packages.values()]
    for number, (provider_id, company) in enumerate(known.items()):
        manager = cast.managers[provider_id]
        _tell_about(desk, manager, company, f"toimisto{number + 1}@tuottaja.example")
        for coach in range(company.size if company.size > 1 else 0):
            email = f"valmentaja{number + 1}-{coach + 1}@tuottaja.example"
            invite_coach(desk, manager, InviteCoach(f"Valmentaja {number + 1}-{coach + 1}", email, Role.PROVIDER_COACH))
        accept_rulebook(desk, manager, rulebook)
        wanted = random.sample(ids, k=min(len(ids), 3 if company.size > 1 else 2))
        towns = {town for _, town, _, _ in company.sites}
        places = [area for code, area in areas.items() if towns & AREA_TOWNS[code]] or list(areas.values())[:1]
        pairs = frozenset((package, area) for package in wanted for area in places)
        application = start_application(desk, manager, StartApplication(pairs)).application_id
        submit_application(desk, manager, SubmitApplication(application))
    clock.move_to(plan.start - SETUP + timedelta(days=12))
    for application, items in submitted_applications(desk, cast):
        reasons = "Tuottaja täyttää sääntökirjan ehdot."
        approve_application(desk, cast.one(Role.PROCUREMENT), ApproveOrder(application, items, reasons))
    read_cast(desk, cast.organiser_id, into=Cast(cast.organiser_id))
    tell_all_places(desk, random, cast, 0.8)
    tell_competences(desk, random, cast)
    return known


AREA_TOWNS = {
    "kuopio": {"Kuopio"},
    "siilinjarvi": {"Siilinjärvi", "Maaninka"},
    "muu-seutu": {"Suonenjoki", "Nilsiä", "Rautalampi", "Tuusniemi"},
}


def _tell_about(desk: Desk, manager: Actor, company: CompanyFacts, email: str) -> None:
    edit_company(
        desk,
        manager,
        EditCompany(
            name=company.name,
            email=email,
            phone=company.phone,
            iban=company.iban,
            e_invoice_address=company.e_invoice_address,
            vat_registered=company.vat_registered,
            own_words=company.own_words,
            way_of_work=company.way_of_work,
        ),
    )
    for name, town, languages, accessible in company.sites:
        add_site(desk, manager, SiteOrder(name, "Kauppakatu 1", town, languages, accessible))


def _first_id(desk: Desk, cast: Cast, query: object) -> int:
    with desk.reading(system(cast.organiser_id), Action.RUN_DUE_WORK) as tx:
        return int(tx.session.scalars(query).first() or 0)  # type: ignore[call-overload]


def tell_all_places(desk: Desk, random: Random, cast: Cast, share: float) -> None:
    """Some of the companies tell how many free places they have just now, and from when on."""
    with desk.reading(system(cast.organiser_id), Action.RUN_DUE_WORK) as tx:
        rows = tx.session.execute(
            select(Approval.id, Approval.provider_id)
            .where(Approval.organiser_id == cast.organiser_id, Approval.state == "approved")
            .order_by(Approval.id)
        ).all()
        today = tx.today
    for approval_id, provider_id in rows:
        if random.random() < share:
            places = random.randint(0, 6)
            start = today + timedelta(days=random.randint(3, 21) if places else random.randint(28, 60))
            tell_places(
                desk, cast.managers[provider_id], TellPlaces(approval_id, places, start, random.random() < 0.02)
            )


def _clients(
    desk: Desk, random: Random, plan: Plan, cast: Cast
) -> tuple[list[int], dict[int, int], dict[int, Actor], set[int]]:
    caseworkers = cast.staff[Role.CASEWORKER]
    ids, tiers, keepers = [], {}, {}
    with_email = set()
    for number, person in enumerate(
        people(random, plan.clients, MUNICIPALITIES, plan.start, "asiakas{}@asiakas.example")
    ):
        keeper = caseworkers[number % len(caseworkers)]
        client_id = register_client(
            desk,
            keeper,
            NewClient(
                person.identity_code,
                ClientFacts(
                    first_name=person.first_name,
                    last_name=person.last_name,
                    municipality=person.municipality,
                    language=person.language,
                    address=person.address,
                    protected_address=person.protected,
                    phone=person.phone,
                    email=person.email,
                    unemployed_since=person.unemployed_since,
                    benefit_days=person.benefit_days,
                ),
                allow_temporary=True,
            ),
        )
        ids.append(client_id)
        if person.email:
            with_email.add(client_id)
        tiers[client_id], keepers[client_id] = person.tier, keeper
    return ids, tiers, keepers, with_email
