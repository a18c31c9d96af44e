"""Facts of invented people and companies, from a random generator: valid in form, never anybody's own.

Identity codes come from the never-issued individual numbers 900 to 999; business ids from numbers that are not issued;
IBANs from a bank code that no bank has. All pass their check digits.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FIRST_NAMES = (
    "Aino", "Anna", "Anneli", "Eeva", "Elina", "Hanna", "Helena", "Johanna", "Kaisa", "Kristiina", "Laura", "Leena",
    "Maarit", "Maria", "Marja", "Minna", "Päivi", "Riitta", "Sari", "Tiina", "Antti", "Heikki", "Ilkka", "Janne", "Jari",
    "Juha", "Jukka", "Kari", "Markku", "Marko", "Matti", "Mika", "Mikko", "Pekka", "Petri", "Sami", "Seppo", "Timo",
    "Tuomas", "Ville", "Amina", "Olena", "Natalia", "Yusuf", "Ahmed", "Svetlana",
)  # fmt: skip
LAST_NAMES = (
    "Aalto", "Ahola", "Hakala", "Harju", "Heikkilä", "Hiltunen", "Hirvonen", "Huttunen", "Jokinen", "Kallio", "Karppinen",
    "Kauppinen", "Kettunen", "Kokkonen", "Koponen", "Korhonen", "Laitinen", "Lappalainen", "Leskinen", "Manninen",
    "Miettinen", "Mustonen", "Niskanen", "Nykänen", "Pitkänen", "Rautiainen", "Rissanen", "Räsänen", "Savolainen",
    "Tolvanen", "Turunen", "Vainio", "Väisänen", "Hassan", "Kovalenko", "Petrova",
)  # fmt: skip
STREETS = ("Kauppakatu", "Asemakatu", "Koulutie", "Rantatie", "Kirkkotie", "Puistokatu", "Myllytie", "Niittypolku")
COMPANY_WORDS = (
    "Askel", "Harppaus", "Honka", "Kaari", "Kataja", "Kipinä", "Kumppani", "Lähtö", "Lumme", "Luotsi", "Mahdollisuus",
    "Oivallus", "Oma Tie", "Pihlaja", "Polku", "Ponnistus", "Raita", "Reitti", "Rinki", "Savotta", "Silta", "Suunta",
    "Taito", "Tekijä", "Tuomi", "Uusi Alku", "Valo", "Verso", "Virta", "Ytimekäs",
)  # fmt: skip
COMPANY_KINDS = (
    ("company", "{} Valmennus Oy"),
    ("association", "{} ry"),
    ("sole_trader", "Tmi {}"),
    ("foundation", "{}-säätiö sr"),
    ("cooperative", "Osuuskunta {}"),
    ("company", "{} Työ Oy"),
    ("association", "{}-työpaja ry"),
)
OWN_WORDS = (
    "Etsimme työpaikkoja yhdessä ja tulemme ensimmäisenä työpäivänä mukaan.",
    "Lyhyet työjaksot oikeissa yrityksissä. Oma valmentaja koko ajan.",
    "Olen ollut itse pitkään työttömänä. Autan sinua ottamaan seuraavan askeleen.",
    "Pienet ryhmät, rauhallinen tahti ja paljon tekemistä käsillä.",
    "Kokemusta mielenterveyskuntoutujien tukemisesta. Edetään sinun tahdissasi.",
    "Logistiikka, keittiö ja puhtausala. Tunnemme alueen työnantajat.",
    "Tuemme erityisesti yli 50-vuotiaita ja alanvaihtajia.",
    "Opinnot, oppisopimus ja korttikoulutukset. Autamme papereissa.",
    "Vi hjälper också på svenska. Tavataan kotona, kirjastossa tai verkossa.",
    "Suomen kieltä työn ohessa. Puhumme myös arabiaa, venäjää ja englantia.",
    "Luonto ja eläimet mukana valmennuksessa.",
    "",
)
LANGUAGES = ("fi", "fi", "fi", "fi", "fi", "fi", "fi", "fi", "sv", "en", "ru", "ar", "uk")


@dataclass(frozen=True)
class PersonFacts:
    identity_code: str
    first_name: str
    last_name: str
    birth_date: date
    municipality: str
    language: str
    address: str
    protected: bool
    email: str | None
    phone: str
    unemployed_since: date
    benefit_days: int
    tier: int


@dataclass(frozen=True)
class CompanyFacts:
    business_id: str
    name: str
    legal_form: str
    vat_registered: bool
    iban: str
    e_invoice_address: str
    phone: str
    own_words: str
    way_of_work: str
    size: int
    sites: tuple[tuple[str, str, tuple[str, ...], str], ...]


def identity_code(birth: date, number: int) -> str:
    """An identity code from the never-issued range (individual numbers 900 to 999), with a right check character."""
    sign = "-" if birth.year < 2000 else "A"
    code = f"{900 + number % 100}"
    check = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(f"{birth:%d%m%y}{code}") % 31]
    return f"{birth:%d%m%y}{sign}{code}{check}"


def business_id(number: int) -> str:
    """A business id with a right check digit, from numbers of 9,000,000 and up that are not issued."""
    while True:
        digits = f"{9_000_000 + number:07d}"
        rest = sum(int(digit) * weight for digit, weight in zip(digits, (7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
        if rest != 1:
            return f"{digits}-{(11 - rest) % 11}"
        number += 100_000


def iban(number: int) -> str:
    """A Finnish IBAN that passes both of its checks, of a bank code (99) that no bank has."""
    body = f"99{number:011d}"
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(body)))
    luhn = -sum(value - 9 if value > 9 else value for value in doubled) % 10
    check = 98 - int(f"{body}{luhn}151800") % 97
    return f"FI{check:02d}{body}{luhn}"


def people(
    random: Random, count: int, municipalities: dict[str, int], start: date, caught_email: str
) -> list[PersonFacts]:
    """Clients who meet the target group's rule on the first day: 30 to 55 years, long unemployed."""
    found: list[PersonFacts] = []
    used: set[str] = set()
    names = list(municipalities)
    weights = list(municipalities.values())
    while len(found) < count:
        birth = start - timedelta(days=random.randint(30 * 366 + 200, 55 * 365))
        code = identity_code(birth, random.randrange(100))
        if code in used:
            continue
        used.add(code)
        municipality = random.choices(names, weights)[0]
        first, last = random.choice(FIRST_NAMES), random.choice(LAST_NAMES)
        days = random.choice((380, 420, 520, 610, 800, 1100))
        number = len(found) + 1
        found.append(
            PersonFacts(
                identity_code=code,
                first_name=first,
                last_name=last,
                birth_date=birth,
                municipality=municipality,
                language=random.choice(LANGUAGES),
                address=f"{random.choice(STREETS)} {random.randint(1, 60)}, 70100 {municipality}",
                protected=random.random() < 0.03,
                email=caught_email.format(number) if random.random() < 0.6 else None,
                phone=f"+35840{random.randint(1_000_000, 9_999_999)}",
                unemployed_since=start - timedelta(days=days),
                benefit_days=min(500, days * 5 // 7),
                tier=random.choices((1, 2, 3), (35, 40, 25))[0],
            )
        )
    return found


def companies(random: Random, count: int, municipalities: dict[str, int]) -> list[CompanyFacts]:
    """Providers of different legal form, size and specialism, with one to three sites."""
    words = list(COMPANY_WORDS)
    random.shuffle(words)
    names = list(municipalities)
    found = []
    for number in range(count):
        form, pattern = COMPANY_KINDS[number % len(COMPANY_KINDS)]
        word = words[number % len(words)]
        suffix = "" if number < len(words) else " " + ("Plus", "Nova", "Duo")[number // len(words) % 3]
        size = 1 if form == "sole_trader" else random.choice((1, 2, 2, 3))
        company = business_id(number * 7 + 11)
        sites = tuple(
            (
                f"{'Toimipaikka' if place else 'Päätoimipaikka'} {town}",
                town,
                tuple(dict.fromkeys(["fi", *random.sample(LANGUAGES, 2)])),
                random.choices(("yes", "no", "not_stated"), (6, 1, 3))[0],
            )
            for place, town in enumerate(random.sample(names, min(size, len(names))))
        )
        found.append(
            CompanyFacts(
                business_id=company,
                name=pattern.format(word + suffix),
                legal_form=form,
                vat_registered=form not in ("association", "foundation"),
                iban=iban(number + 1),
                e_invoice_address="0037" + company.replace("-", ""),
                phone=f"+35850{random.randint(1_000_000, 9_999_999)}",
                own_words=OWN_WORDS[number % len(OWN_WORDS)],
                way_of_work=random.choice(("individual", "group", "both", "both")),
                size=size,
                sites=sites,
            )
        )
    return found
