"""The second, small organiser, which shares two of the providers and nothing else."""

from datetime import date

from marketplace.demo.cast import read_cast, submitted_applications
from marketplace.demo.packages import PACKAGES
from marketplace.demo.rulebook import write_demonstration_rulebook
from marketplace.demo.terms import programme, terms_of
from marketplace.roles import Role
from marketplace.use_cases.accept_rulebook import accept_rulebook
from marketplace.use_cases.apply import StartApplication, SubmitApplication, start_application, submit_application
from marketplace.use_cases.appropriate import AppropriationOrder, set_appropriation
from marketplace.use_cases.create_organiser import NewOrganiser, create_organiser
from marketplace.use_cases.decide_application import ApproveOrder, approve_application
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.manage_staff import InviteStaff, invite_staff
from marketplace.use_cases.write_package import AreaDraft, PackageDraft, create_area, create_package
from marketplace.use_cases.write_programme import (
    create_programme,
    publish_programme,
    submit_programme,
)
from marketplace.use_cases.write_terms import create_terms, publish_terms, submit_terms


def second_organiser(desk: Desk, today: date, year: int, shared: list[int]) -> None:
    """A small neighbour that has two of the same providers on its own list, and nothing else of the first one's."""
    organiser_id = create_organiser(
        desk,
        NewOrganiser(
            code="naapuri",
            name={"fi": "Naapurikunta (esittely)", "sv": "Grannkommunen (demonstration)",
                  "en": "Neighbouring municipality (demonstration)"},
            kind="municipality",
            business_id="9000026-5",
            e_invoice_address="003790000265",
            contact="Palveluseteliasiat (esittely)",
            email="palveluseteli@naapuri.example",
            phone="+358401234568",
            address="Kirkkokatu 1, 74100 Iisalmi",
            municipalities=("Iisalmi",),
            debtor_iban="FI5542345670000081",
            administrator_name="Naapurin pääkäyttäjä",
            administrator_email="paakayttaja@naapuri.example",
            demonstration=True,
        ),
    )  # fmt: skip
    cast = read_cast(desk, organiser_id)
    for role in (Role.CASEWORKER, Role.PROCUREMENT, Role.APPROVER, Role.FINANCE, Role.AUDITOR):
        email = f"{role.value}@naapuri.example"
        invite_staff(desk, cast.one(Role.ADMINISTRATOR), InviteStaff(f"Naapurin {role.value}", email, role, "fi"))
    cast = read_cast(desk, organiser_id)
    officer, approver = cast.one(Role.PROCUREMENT), cast.one(Role.APPROVER)
    made = create_programme(desk, officer, programme())
    submit_programme(desk, officer, made)
    publish_programme(desk, approver, made)
    set_appropriation(desk, officer, AppropriationOrder(made, year, 10_000_000, "Esittely", "Esittely, KH § 3"))
    package = PACKAGES[1]
    package_id = create_package(desk, officer, made, PackageDraft(package.name, package.card))
    terms = create_terms(desk, officer, package_id, terms_of(package, today))
    submit_terms(desk, officer, terms)
    publish_terms(desk, approver, terms, "Esittely, KH § 4")
    area = create_area(desk, officer, AreaDraft({"fi": "Iisalmi"}, ("Iisalmi",), "iisalmi"))
    rulebook = write_demonstration_rulebook(desk, officer, approver, today, package)
    for provider_id in shared:
        manager = cast.managers[provider_id]
        accept_rulebook(desk, manager, rulebook)
        application = start_application(desk, manager, StartApplication(frozenset({(package_id, area)})))
        submit_application(desk, manager, SubmitApplication(application.application_id))
    for application_id, items in submitted_applications(desk, cast):
        approve_application(desk, officer, ApproveOrder(application_id, items, "Tuottaja täyttää sääntökirjan ehdot."))
