"""One voucher's whole life, each step by its own user in a real browser without JavaScript: from the programme that
procurement writes to the money on the provider's account, and the auditor's look at all of it."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from marketplace.clock import SetClock
from marketplace.use_cases.create_organiser import NewOrganiser, create_organiser
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.run_due_work import DUTIES, do
from tests.journeys.walker import Mailbox, Walker, fi
from tests.makers import business_id, identity_code
from tests.portals import CONFIG, portals_app
from tests.web.browser import served

pytestmark = pytest.mark.browser
WORDS = {"name-fi": "Valmennus kohti työtä", "name-sv": "Coachning mot arbete", "name-en": "Coaching toward work"}


class Town:
    """The town in which the walk takes place: its app, its people, its mail."""

    def __init__(self, desk: Desk, clock: SetClock, browser: Browser, address: str, width: int) -> None:
        self.desk, self.clock, self.browser, self.address, self.width = desk, clock, browser, address, width
        self.organiser_id = create_organiser(
            desk,
            NewOrganiser(
                code="kaupunki",
                name={"fi": "Kaupunki", "sv": "Staden", "en": "The Town"},
                kind="municipality",
                business_id=business_id(3_000_001),
                e_invoice_address="003701718820",
                contact="Palveluseteliasiat",
                email="setelit@example.org",
                phone="+358401234567",
                address="Torikatu 1, 70100 Kaupunki",
                municipalities=("Kuopio", "Siilinjärvi"),
                debtor_iban="FI2112345600000785",
                administrator_name="Pää Käyttäjä",
                administrator_email="paa@example.org",
            ),
        )
        self.mailbox = Mailbox(desk, [None, self.organiser_id])
        self.walkers: list[Walker] = []

    def person(self) -> Walker:
        self.walkers.append(Walker(self.browser, self.address, self.width))
        return self.walkers[-1]

    def night(self) -> None:
        """The worker's rounds."""
        for duty in DUTIES:
            done = do(duty, self.desk, None if duty.shared else self.organiser_id)
            assert done.error is None, done.error

    def later(self, days: int) -> None:
        self.clock.move_to(self.clock.today() + timedelta(days=days))
        self.night()


@pytest.fixture(params=[1280, 360], ids=["desktop", "phone"])
def town(own_desk: Desk, clock: SetClock, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Town]:
    from dataclasses import replace

    app = portals_app(own_desk, replace(CONFIG, demo=True), WTF_CSRF_ENABLED=True)
    with served(app) as address:
        made = Town(own_desk, clock, browser, address, request.param)
        yield made
        problems = [one for walker in made.walkers for one in walker.problems]
        for walker in made.walkers:
            walker.close()
        assert problems == []


def test_one_voucher_from_the_terms_to_the_payment(town: Town) -> None:
    staff = staff_arrives(town)
    terms_are_published(town, staff["procurement"], staff["approver"])
    manager, coach = company_gets_on_the_list(town, staff["procurement"])
    client = voucher_is_granted(town, staff["caseworker"])
    client_chooses(town, client, manager)
    visits_are_recorded(town, coach, client, manager, staff["caseworker"])
    job_is_found(town, manager, staff["caseworker"])
    month_is_paid(town, manager, staff["finance"], staff["finance2"])
    auditor_is_bored(town, staff["auditor"])


def staff_arrives(town: Town) -> dict[str, Walker]:
    administrator = town.person().join(town.mailbox, "paa@example.org")
    staff = {}
    for name, role in (
        ("procurement", "procurement"), ("approver", "approver"), ("caseworker", "caseworker"),
        ("finance", "finance"), ("finance2", "finance"), ("auditor", "auditor"),
    ):  # fmt: skip
        email = f"{name}@example.org"
        administrator.go("/admin/staff/invite").fill(name=f"Virkailija {name}", email=email, role=role).send()
        staff[name] = town.person().join(town.mailbox, email).go("/admin/")
    return staff


def terms_are_published(town: Town, officer: Walker, approver: Walker) -> None:
    today = fi(town.clock.today())
    officer.go("/admin/areas/new").fill(**{"name-fi": "Koko seutu"}, municipalities=["Kuopio", "Siilinjärvi"]).send()
    officer.go("/admin/rulebook").send()
    rulebook = urlsplit(officer.page.url).path
    officer.go(f"{rulebook}/edit").fill(valid_from=today, accept_by=today).send()
    officer.go(f"{rulebook}/terms/new").fill(part="general", **{"text-fi": "Kohtele asiakasta hyvin."}).send()
    officer.go(rulebook).press("julkaistavaksi")
    approver.go(rulebook).press("Julkaise sääntökirja")
    officer.go("/admin/programmes/new").fill(
        **{"name-fi": "Työllistymisen tuki", "legal_basis-fi": "Kaupungin palveluseteliohje",
           "appeal_body-fi": "Lautakunta, PL 1, 70100 Kaupunki"},
        board_decision="LTK 1.11.2026 § 1", appeal_route="rectification_30", information_contact="Virkailija, 040 1",
        cost_centre="4101", bonus_reserved_at="grant", need_categories=["direction"],
    ).send()  # fmt: skip
    programme = re.search(r"/programmes/(\d+)", officer.page.url)
    assert programme is not None
    address = f"/admin/programmes/{programme.group(1)}"
    officer.press("julkaistavaksi")
    approver.go(address).press("Julkaise")
    officer.go(f"{address}/appropriation").fill(
        amount="100000", reason="Vuoden määräraha", board_decision="KV 1.11.2026 § 2"
    ).send()
    officer.go(f"{address}/packages/new").fill(
        **WORDS, **{f"{part}-fi": "Kuvaus" for part in ("purpose", "target_group", "content", "effects", "arrival")}
    ).send()
    package = re.search(r"/packages/(\d+)", officer.page.url)
    assert package is not None
    officer.go(f"/admin/packages/{package.group(1)}/terms/new").fill(
        valid_from=today, price="53,00", units="20", validity_days="120", board_decision="LTK 1.11.2026 § 3",
        milestone_1_tier_1="100", milestone_1_tier_2="200", milestone_1_tier_3="300",
        milestone_2_tier_1="100", milestone_2_tier_2="200", milestone_2_tier_3="300",
    ).send()  # fmt: skip
    terms = re.search(r"/terms/(\d+)", officer.page.url)
    assert terms is not None
    officer.press("julkaistavaksi")
    approver.go(f"/admin/terms/{terms.group(1)}").fill(board_decision="LTK 1.11.2026 § 3").press("Julkaise")
    approver.reads("53,00")


def company_gets_on_the_list(town: Town, officer: Walker) -> tuple[Walker, Walker]:
    manager = town.person()
    manager.go("/provider/register").fill(
        business_id=business_id(3_000_123), name="Polku ry", legal_form="association", group="alone",
        iban="FI2112345600000785", email="polku@example.org", phone="040 123 4567", manager_name="Johtaja Polku",
        manager_email="johtaja@example.org",
    ).send()  # fmt: skip
    manager.join(town.mailbox, "johtaja@example.org")
    manager.go("/provider/organisers").reads("Kaupunki")  # the only one here is picked by itself
    manager.go("/provider/company/edit").fill(
        own_words="Etsimme työpaikkoja yhdessä ja tulemme ensimmäisenä päivänä mukaan.", way_of_work="both"
    ).send()
    manager.go("/provider/company/sites/new").fill(
        name="Toimisto", street="Kauppakatu 1", municipality="Kuopio", languages=["fi", "sv"], accessible="yes"
    ).send()
    manager.go("/provider/rulebook").send()
    manager.go("/provider/people/invite").fill(
        name="Valmentaja Polku", email="valmentaja@example.org", role="provider_coach", language="fi"
    ).send()
    coach = town.person().join(town.mailbox, "valmentaja@example.org").go("/provider/")
    manager.go("/provider/applications/new")
    manager.page.locator("main input[type=checkbox]").first.check()
    manager.send().press("Lähet")
    officer.go("/admin/applications").go(officer.link(r"/applications/\d+"))
    approving = officer.page.locator("main form[action$='/approve']")
    for box in approving.locator("input[type=checkbox]").all():
        box.check()
    approving.locator("textarea[name$=reasons]").fill("Tuottaja täyttää sääntökirjan ehdot.")
    officer.send("main form[action$='/approve']")
    anyone = town.person().go("/o/kaupunki/providers").reads("Polku ry", "Etsimme työpaikkoja yhdessä")
    anyone.go("/how-the-order-is-drawn").go("/o/kaupunki/log").go("/accessibility").go("/")
    manager.go("/provider/places")
    manager.fill(free_places="3", next_start=fi(town.clock.today() + timedelta(days=3))).send()
    return manager, coach


def voucher_is_granted(town: Town, caseworker: Walker) -> Walker:
    today = town.clock.today()
    caseworker.go("/admin/clients/new").fill(
        identity_code=identity_code(today.replace(year=1984), 12), first_name="Aino", last_name="Esimerkki",
        municipality="Kuopio", language="fi", address="Puijonkatu 1, 70100 Kuopio",
        unemployed_since=fi(today - timedelta(days=600)), benefit_days="400",
    ).send()  # fmt: skip
    client_page = re.search(r"/admin/clients/\d+", caseworker.page.url)
    assert client_page is not None
    address = client_page.group(0)
    caseworker.go(f"{address}/needs/new")
    package = caseworker.page.locator("main select[name=package] option").nth(1).get_attribute("value")
    assert package is not None
    caseworker.fill(package=package, category="direction", tier="2", goal="Löydän oman alan", instrument="3x10d",
                    version="1", score="52", measured_on=fi(today)).send()  # fmt: skip
    caseworker.go(address).go(caseworker.link(r"/needs/\d+/grant"))
    caseworker.fill(reasons="Asiakas on ollut pitkään työttömänä ja hyötyy valmennuksesta.").send()
    caseworker.reads("1 060,00")
    caseworker.go(address).go(caseworker.link(r"/decisions/\d+")).reads("Esimerkki", "oikaisuvaatimus", "1 060,00")
    caseworker.fill(channel="post", sent_on=fi(today), evidence="Postin kuitti 17").send()
    caseworker.go(f"{address}/invitation").fill(channel="letter").send()
    code = caseworker.page.locator(".letter-code").inner_text().strip()
    client = town.person().go("/login").fill(code=code)
    client.page.locator("form:has(input[name$=code]) button").first.click()
    return client.go("/my").reads("20 tuntia", "0 €")


def client_chooses(town: Town, client: Walker, manager: Walker) -> None:
    client.go("/my/choose").reads("Polku ry", "Tarkistuskoodi")
    shown = client.page.locator("ol.offers").get_attribute("data-code")
    voucher = re.search(r"/vouchers/\d+", client.page.url)
    assert voucher is not None
    client.go(f"/my{voucher.group(0)}/providers?municipality=Kuopio")
    client.go(f"/my{voucher.group(0)}/providers").go(client.link(r"/providers/u")).go(client.link(r"/choose/u"))
    client.press("Kyllä, valitsen")
    client.go(f"/my{voucher.group(0)}/choice").reads("Polku ry", str(shown))
    manager.go("/provider/clients").go(manager.link(r"/clients/\d+")).reads("Aino Esimerkki")
    assert "Löydän oman alan" not in manager.page.content(), "the goal is shown only after the provider has accepted"
    manager.go(manager.link(r"/choices/\d+/confirm")).fill(start_on=fi(town.clock.today())).send()
    client.go("/my").reads("Polku ry")


def visits_are_recorded(town: Town, coach: Walker, client: Walker, manager: Walker, caseworker: Walker) -> None:
    coach.go("/provider/clients").go(coach.link(r"/clients/\d+")).go(coach.link(r"/events/new"))
    coach.fill(day=fi(town.clock.today()), kind="delivered", quantity="2,5", note="Tavattiin toimistolla")
    coach.press("Näytä ensin hinta").reads("132,50").press("Tallenna")
    coach.go("/provider/clients").go(coach.link(r"/clients/\d+")).go(coach.link(r"/events/new"))
    coach.fill(day=fi(town.clock.today()), kind="no_show", quantity="1").press("Tallenna")
    client.go("/my/events").reads("132,50", "26,50")
    client.go(client.link(r"/events/\d+$")).go(client.link(r"/object$")).fill(words="Olin paikalla koko ajan.").send()
    manager.go("/provider/objections").go(manager.link(r"/objections/\d+"))
    manager.fill(answer="Odotimme tunnin, asiakasta ei näkynyt.").send()
    caseworker.go("/admin/objections").go(caseworker.link(r"/objections/\d+"))
    caseworker.fill(uphold="no", settlement="Molempia on kuultu. Merkintä pitää paikkansa.").send()
    client.go("/my/data").reads("Polku ry")
    client.go("/my/decisions").go(client.link(r"/decisions/\d+")).reads("Esimerkki")


def job_is_found(town: Town, manager: Walker, caseworker: Walker) -> None:
    start = town.clock.today()
    manager.go("/provider/clients").go(manager.link(r"/clients/\d+")).go(manager.link(r"/outcome$"))
    manager.fill(employer="Leipomo Oy", starts_on=fi(start), weekly_hours="30", contract="permanent",
                 own_group="no", previous_employer="no").send()  # fmt: skip
    town.later(43)
    caseworker.go("/admin/outcomes").go(caseworker.link(r"/outcomes/\d+")).go(caseworker.link(r"/verify$"))
    caseworker.fill(grade="employer", description="Työnantaja vahvisti puhelimessa.", seen_on=fi(town.clock.today()),
                    covers_to=fi(town.clock.today())).send()  # fmt: skip
    town.night()
    manager.go("/provider/outcomes").reads("Leipomo Oy", "400,00 €")
    need = caseworker.go("/admin/clients")
    need.go(need.link(r"/clients/\d+$"))
    need.go(need.link(r"/needs/\d+/measure")).fill(
        moment="end", instrument="3x10d", version="1", score="61", measured_on=fi(town.clock.today())
    ).send()


def month_is_paid(town: Town, manager: Walker, finance: Walker, second: Walker) -> None:
    manager.go("/provider/invoices/new").reads("132,50", "26,50").send()
    manager.go("/provider/invoices").go(manager.link(r"/invoices/\d+"))
    # the visits were in November, the bonus matured in December: it comes on that month's invoice
    manager.go("/provider/invoices/new?month=2026-12").reads("200,00").send()
    finance.go("/admin/invoices")
    arrived = finance.page.locator("main a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    arrived = sorted({href for href in arrived if href and re.search(r"/invoices/\d+$", href)})
    assert len(arrived) == 2
    for invoice in arrived:
        finance.go(invoice).press("€")  # the button says how much is approved
    finance.go("/admin/payments").fill(pay_on=fi(town.clock.today())).send()
    batch = re.search(r"/admin/payments/\d+", finance.page.url)
    assert batch is not None
    second.go(batch.group(0)).press("Hyväksy")
    finance.go("/admin/bank/account").fill(name="Kaupunki", iban="FI21 1234 5600 0007 85", bic="NDEAFIHH").send()
    finance.go(batch.group(0)).press("Tee maksuaineisto pankille")
    finance.go(f"{batch.group(0)}/confirm").fill(paid_on=fi(town.clock.today()), confirmation="Tiliote 12").send()
    manager.go("/provider/invoices").reads("Maksettu", "159,00", "200,00")
    finance.go("/admin/budget").reads("100 000,00")


def auditor_is_bored(town: Town, auditor: Walker) -> None:
    town.night()
    auditor.go("/admin/verification")
    assert auditor.page.locator("main .tag-stop").count() == 0, auditor.page.locator("main").inner_text()
    auditor.go("/admin/audit").go("/admin/decisions").go("/admin/")
