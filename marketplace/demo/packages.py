"""The four service packages bought by voucher in the pilot's year 2013 (national review of 28.2.2014), as service cards.

Prices, sizes and bonuses are illustrative: the sources do not give them. They are chosen so that the pilot's yearly
900,000 EUR suffices with some room.
"""

from dataclasses import dataclass

Words = dict[str, str]


@dataclass(frozen=True)
class Package:
    """A service card with its illustrative terms. Price: gross cents an hour; size: hundredths of an hour; bonus: cents
    a tier and milestone. `weight` is its share of the granted vouchers, `job` how often it ends in a job."""

    name: Words
    card: dict[str, Words]
    price_cents: int
    units_hundredths: int
    validity_days: int
    bonus_cents: tuple[int, int, int] | None
    weight: int
    job: float
    category: str


def _words(fi: str, sv: str, en: str) -> Words:
    return {"fi": fi, "sv": sv, "en": en}


TARGET = _words(
    "30–55-vuotiaat, jotka ovat saaneet työttömyysetuutta 500 päivää tai olleet työttöminä vähintään 12 kuukautta.",
    "Personer i åldern 30–55 år som har fått arbetslöshetsförmån i 500 dagar eller varit arbetslösa i minst 12 månader.",
    "People aged 30 to 55 who have had 500 days of unemployment benefit or have been unemployed for at least 12 months.",
)
ARRIVAL = _words(
    "Palveluohjaaja arvioi palvelun tarpeen yhdessä asiakkaan kanssa. Asiakas valitsee tuottajan itse.",
    "Servicehandledaren bedömer behovet tillsammans med klienten. Klienten väljer själv producent.",
    "The caseworker assesses the need together with the client. The client chooses the provider.",
)

PACKAGES = (
    Package(
        name=_words(
            "Työkyvyn ja edellytysten kartoitus",
            "Kartläggning av arbetsförmåga och förutsättningar",
            "Mapping of work ability and prerequisites",
        ),
        card={
            "purpose": _words(
                "Selvitetään, mikä työ on mahdollista ja mikä sitä auttaa.",
                "Vi reder ut vilket arbete som är möjligt och vad som hjälper.",
                "To find out which work is possible and what helps.",
            ),
            "target_group": TARGET,
            "content": _words(
                "Keskusteluja, tutustumista työtehtäviin ja yhteinen yhteenveto.",
                "Samtal, provande av arbetsuppgifter och en gemensam sammanfattning.",
                "Talks, trying out tasks and a summary written together.",
            ),
            "effects": _words(
                "Asiakkaalla on käsitys omasta työkyvystään ja seuraavasta askeleesta.",
                "Klienten har en bild av sin arbetsförmåga och nästa steg.",
                "The client knows her work ability and the next step.",
            ),
            "arrival": ARRIVAL,
        },
        price_cents=4_900,
        units_hundredths=900,
        validity_days=90,
        bonus_cents=None,
        weight=30,
        job=0.0,
        category="work_ability",
    ),
    Package(
        name=_words("Työhön suuntaava valmennus", "Coachning mot arbete", "Coaching toward work"),
        card={
            "purpose": _words(
                "Löydetään oma suunta ja harjoitellaan työelämän taitoja.",
                "Vi hittar den egna riktningen och övar arbetslivets färdigheter.",
                "To find one's own direction and practise the skills of working life.",
            ),
            "target_group": TARGET,
            "content": _words(
                "Valmennusta yksin tai pienessä ryhmässä, tutustumista työpaikkoihin.",
                "Coachning ensam eller i liten grupp, besök på arbetsplatser.",
                "Coaching alone or in a small group, visits to workplaces.",
            ),
            "effects": _words(
                "Asiakkaalla on suunnitelma ja ensimmäiset yhteydet työpaikkoihin.",
                "Klienten har en plan och de första kontakterna till arbetsplatser.",
                "The client has a plan and the first contacts with workplaces.",
            ),
            "arrival": ARRIVAL,
        },
        price_cents=4_200,
        units_hundredths=1_600,
        validity_days=150,
        bonus_cents=(8_000, 12_000, 16_000),
        weight=40,
        job=0.12,
        category="direction",
    ),
    Package(
        name=_words(
            "Henkilökohtainen tuki työn tai opintojen aloittamiseen",
            "Personligt stöd i att börja arbeta eller studera",
            "Personal support in starting work or studies",
        ),
        card={
            "purpose": _words(
                "Autetaan työn tai opintojen alkuun ja ensimmäisten viikkojen yli.",
                "Vi hjälper i gång med arbete eller studier och över de första veckorna.",
                "To help work or studies to begin and the first weeks to go well.",
            ),
            "target_group": TARGET,
            "content": _words(
                "Valmentaja on mukana haussa, aloituksessa ja työpaikalla.",
                "Coachen är med i sökandet, starten och på arbetsplatsen.",
                "The coach is there in the search, at the start and at the workplace.",
            ),
            "effects": _words(
                "Työ tai opinnot alkavat ja jatkuvat.",
                "Arbetet eller studierna börjar och fortsätter.",
                "Work or studies begin and go on.",
            ),
            "arrival": ARRIVAL,
        },
        price_cents=4_600,
        units_hundredths=1_400,
        validity_days=180,
        bonus_cents=(10_000, 15_000, 20_000),
        weight=20,
        job=0.38,
        category="starting_work",
    ),
    Package(
        name=_words(
            "Henkilökohtainen tuki oppisopimuskoulutukseen",
            "Personligt stöd i läroavtalsutbildning",
            "Personal support in apprenticeship",
        ),
        card={
            "purpose": _words(
                "Tuetaan oppisopimuksen alkua ja opintoja työn ohessa.",
                "Vi stöder läroavtalets början och studierna vid sidan av arbetet.",
                "To support the start of an apprenticeship and studying beside work.",
            ),
            "target_group": TARGET,
            "content": _words(
                "Valmentaja auttaa työnantajan löytämisessä, sopimuksessa ja opiskelussa.",
                "Coachen hjälper med arbetsgivare, avtal och studier.",
                "The coach helps to find an employer, with the contract and with studying.",
            ),
            "effects": _words(
                "Oppisopimus alkaa ja opinnot etenevät.",
                "Läroavtalet börjar och studierna framskrider.",
                "The apprenticeship begins and the studies go on.",
            ),
            "arrival": ARRIVAL,
        },
        price_cents=4_800,
        units_hundredths=1_600,
        validity_days=210,
        bonus_cents=(10_000, 15_000, 20_000),
        weight=10,
        job=0.45,
        category="apprenticeship",
    ),
)
"""What the pilot bought by voucher."""

EVENTS = {"delivered": (100, 100), "no_show": (100, 50), "late_cancel": (50, 50), "provider_cancel": (0, 0)}
"""Unit use and paid share of each event, in per cent (illustrative)."""
