"""What procurement writes before the first voucher: the programme, the packages on their terms, areas and rulebook."""

from datetime import date

from marketplace.demo.cast import Cast
from marketplace.demo.packages import EVENTS, PACKAGES, Package
from marketplace.demo.rulebook import write_demonstration_rulebook
from marketplace.roles import Role
from marketplace.use_cases.appropriate import AppropriationOrder, set_appropriation
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.terms_values import EventTerm, MilestoneTerm, TermsDraft
from marketplace.use_cases.write_package import AreaDraft, PackageDraft, create_area, create_package
from marketplace.use_cases.write_programme import (
    ProgrammeDraft,
    create_programme,
    publish_programme,
    submit_programme,
)
from marketplace.use_cases.write_terms import create_terms, publish_terms, submit_terms

BUDGET_CENTS = 90_000_000
"""The pilot's client-service purchases, 900,000 EUR a year (the pilot's own page)."""


def write_terms_of_region(
    desk: Desk, today: date, cast: Cast, first_year: int, last_year: int
) -> tuple[dict[str, tuple[int, Package]], dict[str, int]]:
    officer, approver = cast.one(Role.PROCUREMENT), cast.one(Role.APPROVER)
    made = create_programme(desk, officer, programme())
    submit_programme(desk, officer, made)
    publish_programme(desk, approver, made)
    for year in range(first_year, last_year + 1):
        set_appropriation(
            desk,
            officer,
            AppropriationOrder(made, year, BUDGET_CENTS, "Pilotin vuosittainen määräraha (esittely)",
                               f"Esittely, LTK {year - 1} § 12"),
        )  # fmt: skip
    packages = {}
    for package in PACKAGES:
        package_id = create_package(desk, officer, made, PackageDraft(package.name, package.card))
        terms = create_terms(desk, officer, package_id, terms_of(package, today))
        submit_terms(desk, officer, terms)
        publish_terms(desk, approver, terms, "Esittely, LTK 2026 § 14")
        packages[str(package_id)] = (package_id, package)
    areas = {}
    for code, name, towns in (
        ("kuopio", "Kuopio", ("Kuopio",)),
        ("siilinjarvi", "Siilinjärvi ja Maaninka", ("Siilinjärvi", "Maaninka")),
        ("muu-seutu", "Muu seutu", ("Suonenjoki", "Nilsiä", "Rautalampi", "Tuusniemi")),
    ):
        areas[code] = create_area(desk, officer, AreaDraft({"fi": name, "sv": name, "en": name}, towns, code))
    write_demonstration_rulebook(desk, officer, approver, today, PACKAGES[1])
    return packages, areas


def terms_of(package: Package, first_day: date) -> TermsDraft:
    """A package's illustrative terms as procurement writes them."""
    milestones: tuple[MilestoneTerm, ...] = ()
    if package.bonus_cents:
        amounts = dict(zip((1, 2, 3), package.bonus_cents, strict=True))
        milestones = (MilestoneTerm(42, amounts, 1800), MilestoneTerm(182, amounts, 1800))
    return TermsDraft(
        valid_from=first_day,
        price_cents=package.price_cents,
        units_hundredths=package.units_hundredths,
        validity_days=package.validity_days,
        events={kind: EventTerm(*percent) for kind, percent in EVENTS.items()},
        milestones=milestones,
        board_decision="Esittely, LTK 2026 § 13",
    )


def programme() -> ProgrammeDraft:
    return ProgrammeDraft(
        name={"fi": "Työllistymisen tuen palveluseteli", "sv": "Servicesedel för stöd i sysselsättning",
              "en": "Voucher for employment support"},
        legal_basis={
            "fi": "Laki sosiaali- ja terveydenhuollon palvelusetelistä (569/2009), kuten Kuopion pilotissa 2012–2015. "
                  "Tämä on esittely: nykyisen järjestäjän on ilmoitettava oma oikeusperustansa.",
            "sv": "Lagen om servicesedlar inom social- och hälsovården (569/2009), som i Kuopiopiloten 2012–2015. "
                  "Detta är en demonstration: dagens anordnare ska ange sin egen rättsgrund.",
            "en": "Act on service vouchers in social and health care (569/2009), as in the Kuopio pilot of 2012 to 2015. "
                  "This is a demonstration: an organiser of today must state its own legal basis.",
        },
        board_decision="Esittely, LTK 2026 § 11",
        appeal_route="rectification_30",
        appeal_body={
            "fi": "Perusturvalautakunta (esittely), PL 228, 70101 Kuopio",
            "sv": "Grundtrygghetsnämnden (demonstration), PB 228, 70101 Kuopio",
            "en": "Board for Social Services (demonstration), PO Box 228, 70101 Kuopio",
        },
        information_contact="Palveluseteliasiat (esittely), p. 040 123 4567, palveluseteli@kuopio.example",
        cost_centre="4101",
        bonus_reserved_at="grant",
        need_categories=("work_ability", "direction", "starting_work", "apprenticeship"),
    )  # fmt: skip
