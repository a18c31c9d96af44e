"""The demonstration's rulebook: the headings that the published rulebooks have in common, in terms of our own."""

from datetime import date

from marketplace.access.actor import Actor
from marketplace.demo.packages import Package
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.slugs import free_slug
from marketplace.use_cases.write_rulebook import (
    Frame,
    TermDraft,
    frame_rulebook,
    publish_rulebook,
    start_rulebook,
    submit_rulebook,
    write_term,
)

INTRODUCTION = {
    "fi": "Esittelyn sääntökirja. Tuottaja sitoutuu siihen hakeutuessaan luetteloon.",
    "sv": "Demonstrationens regelbok. Producenten förbinder sig till den när den ansöker till listan.",
    "en": "The demonstration's rulebook. A provider commits to it when it applies to the list.",
}
GENERAL, COACHING = "general", "coaching"

TERMS: tuple[tuple[str, str, str, str, str], ...] = (
    (GENERAL, "",
     "Asiakas valitsee tuottajan itse. Tuottaja ei houkuttele asiakkaita lahjoilla eikä pyydä ketään suosittelemaan itseään.",
     "Klienten väljer själv sin producent. Producenten lockar inte klienter med gåvor och ber ingen rekommendera sig.",
     "The client chooses the provider herself. The provider offers no gifts and asks nobody to recommend it."),
    (GENERAL, "listed_decline",
     "Tuottaja ottaa vastaan jokaisen asiakkaan, joka valitsee sen, ellei luettelossa oleva syy estä sitä.",
     "Producenten tar emot varje klient som väljer den, om inte ett skäl på listan hindrar det.",
     "The provider takes every client who chooses it, unless a listed reason prevents it."),
    (GENERAL, "approved_on_the_day",
     "Palvelua annetaan setelillä vain hyväksynnän aikana.",
     "Tjänsten ges mot sedel endast medan godkännandet gäller.",
     "The service is given by voucher only while the approval holds."),
    (GENERAL, "inside_validity",
     "Palvelu annetaan setelin voimassaoloaikana.",
     "Tjänsten ges under sedelns giltighetstid.",
     "The service is given while the voucher is valid."),
    (GENERAL, "nothing_ahead",
     "Käynti kirjataan vasta, kun se on tapahtunut.",
     "Ett besök antecknas först när det har ägt rum.",
     "A visit is recorded only when it has happened."),
    (GENERAL, "recorded_in_time",
     "Käynnit kirjataan viimeistään setelin päättymistä seuraavana kirjausaikana.",
     "Besöken antecknas senast under registreringstiden efter att sedeln har upphört.",
     "Visits are recorded at the latest in the recording time that follows the voucher's end."),
    (GENERAL, "price_of_terms",
     "Järjestäjältä ei veloiteta enempää kuin setelin myöntämispäivän hinta.",
     "Anordnaren debiteras inte mer än priset på den dag då sedeln beviljades.",
     "The organiser is charged no more than the price of the day on which the voucher was granted."),
    (GENERAL, "contested_waits",
     "Asiakkaan kiistämä käynti maksetaan vasta, kun asia on selvitetty.",
     "Ett besök som klienten bestrider betalas först när saken är utredd.",
     "A visit that the client objects to is paid only after the matter has been settled."),
    (GENERAL, "",
     "Tuottajalla on palveluun riittävä vastuuvakuutus ja se korvaa aiheuttamansa vahingon.",
     "Producenten har en tillräcklig ansvarsförsäkring för tjänsten och ersätter den skada den vållar.",
     "The provider has sufficient liability insurance for the service and makes good the damage that it causes."),
    (GENERAL, "",
     "Asiakkaan tietoja käsittelevät vain ne, jotka tarvitsevat niitä työssään. Tiedot ovat salassa pidettäviä.",
     "Klientens uppgifter behandlas endast av dem som behöver dem i sitt arbete. Uppgifterna är sekretessbelagda.",
     "The client's data are handled only by those who need them in their work. The data are secret."),
    (GENERAL, "",
     "Järjestäjä valvoo palvelun laatua ja voi tutustua sen antamiseen. Olennainen rikkomus voi päättää hyväksynnän.",
     "Anordnaren övervakar tjänstens kvalitet och kan följa hur den ges. Ett väsentligt brott kan avsluta godkännandet.",
     "The organiser supervises the quality and may look at how the service is given. A serious breach can end the approval."),
    (COACHING, "bonus_shown",
     "Tulospalkkio maksetaan, kun työ on kestänyt sovitun ajan ja siitä on näyttöä.",
     "Resultatpremien betalas när arbetet har varat den avtalade tiden och det finns belägg för det.",
     "The outcome bonus is paid when the job has lasted the agreed time and there is evidence of it."),
)  # fmt: skip


def write_demonstration_rulebook(
    desk: Desk, officer: Actor, approver: Actor, first_day: date, coaching: Package
) -> int:
    """The first version, written by one officer and published by another; returns its id."""
    parts = {GENERAL: GENERAL, COACHING: free_slug(coaching.name["fi"], set(), "palvelu")}
    version = start_rulebook(desk, officer)
    frame_rulebook(desk, officer, version, Frame(first_day, first_day, INTRODUCTION, {}, "Esittely, LTK 2026 § 15"))
    for part, check, fi, sv, en in TERMS:
        write_term(desk, officer, version, TermDraft(parts[part], {"fi": fi, "sv": sv, "en": en}, check))
    submit_rulebook(desk, officer, version)
    publish_rulebook(desk, approver, version)
    return version
