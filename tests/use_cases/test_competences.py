"""Special competence: three words for everyone, from a closed list, with evidence; audited, and never in the order."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from marketplace.access.actor import Actor, public
from marketplace.clock import SetClock
from marketplace.models.competences import CompetenceClaim
from marketplace.models.outbox import Message
from marketplace.models.trail import AuditEvent
from marketplace.use_cases.choice_record import choice_record
from marketplace.use_cases.compare_pages import compare_page
from marketplace.use_cases.competences import (
    ClaimOrder,
    claim_competence,
    drop_competence,
    own_competences,
    public_vocabulary,
)
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.keep_competences import TermDraft, add_term, check_claim, end_term, take_off, vocabulary
from marketplace.use_cases.provider_cards import Wishes
from marketplace.use_cases.refusals import Forbidden, Missing, Refused, Stale
from tests.makers import Company, World, chosen, client, granted, opened, provider, world


class Words:
    """A vocabulary of five words and two companies."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.world: World = world(desk)
        self.companies: list[Company] = [provider(desk, self.world) for _ in range(2)]
        self.today = desk.clock.today()
        self.terms = [self.term(f"Osaaminen {letter}") for letter in "ABCDE"]

    def term(self, name: str, start: date | None = None) -> int:
        draft = TermDraft({"fi": name, "sv": name}, {"fi": "Koulutus tai työ."}, start or self.today)
        return add_term(self.desk, self.world.procurement, draft)

    def claim(self, company: int, term: int, **other: object) -> int:
        order = {"evidence": "Koulutus 2024", "link": None, "evidence_on": self.today, **other}
        return claim_competence(self.desk, self.companies[company].manager, ClaimOrder(term, **order))  # type: ignore[arg-type]

    def living(self) -> int:
        with opened(self.desk, self.world.procurement) as tx:
            return len(tx.session.scalars(select(CompetenceClaim).where(CompetenceClaim.ended_at.is_(None))).all())


@pytest.fixture
def words(desk: Desk) -> Words:
    return Words(desk)


def refused(code: str, words: Words, company: int, term: int, **other: object) -> None:
    before = words.living()
    with pytest.raises(Refused) as caught:
        words.claim(company, term, **other)
    assert caught.value.code == code
    assert words.living() == before


def test_three_words_for_everyone_and_a_fourth_is_refused(words: Words) -> None:
    for term in words.terms[:3]:
        words.claim(0, term)
    refused("competence_no_room", words, 0, words.terms[3])
    refused("competence_claimed", words, 1, words.claim(1, words.terms[0]) and words.terms[0])
    page = own_competences(words.desk, words.companies[0].manager)
    assert (len(page.claims), page.room, len(page.open)) == (3, 0, 2)
    drop_competence(words.desk, words.companies[0].manager, page.claims[0].id)
    with pytest.raises(Stale):
        drop_competence(words.desk, words.companies[0].manager, page.claims[0].id)
    assert words.claim(0, words.terms[3])


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"evidence": " "}, "competence_evidence_missing"),
        ({"evidence": "x" * 201}, "competence_evidence_too_long"),
        ({"link": "javascript:alert(1)"}, "competence_link_wrong"),
        ({"link": "https://"}, "competence_link_wrong"),
        ({"link": "https://user@example.org/"}, "competence_link_wrong"),
        ({"link": "https://example.org/ a"}, "competence_link_wrong"),
        ({"link": "https://[broken"}, "competence_link_wrong"),
        ({"evidence_on": date(2026, 11, 17)}, "competence_evidence_in_future"),
    ],
)
def test_a_claim_without_good_evidence_is_refused(words: Words, other: dict[str, object], code: str) -> None:
    refused(code, words, 0, words.terms[0], **other)


def test_words_of_another_organiser_of_tomorrow_and_of_yesterday_are_unknown(words: Words, clock: SetClock) -> None:
    stranger = Words(words.desk)
    refused("competence_unknown", words, 0, stranger.terms[0])
    refused("competence_unknown", words, 0, words.term("Huomenna", words.today + timedelta(days=1)))
    end_term(words.desk, words.world.procurement, words.terms[0], words.today)
    assert words.claim(0, words.terms[0])
    clock.move_to(words.today + timedelta(days=1))
    refused("competence_unknown", words, 1, words.terms[0])
    page = own_competences(words.desk, words.companies[0].manager)
    assert [claim.over for claim in page.claims] == [True]
    assert page.room == 3


def test_cards_show_the_words_to_all_alike_and_the_order_does_not_move(words: Words) -> None:
    holder = client(words.desk, words.world)
    voucher_id = granted(words.desk, words.world, holder).voucher_id
    before = compare_page(words.desk, holder.actor, voucher_id)
    words.claim(0, words.terms[1], link="https://example.org/todistus")
    words.claim(0, words.terms[0])
    words.claim(1, words.terms[1])
    after = compare_page(words.desk, holder.actor, voucher_id)
    assert [card.unit for card in after.everyone] == [card.unit for card in before.everyone]
    cards = {card.unit: card for card in after.everyone}
    assert [claim["code"] for claim in cards[words.companies[0].unit].competences] == ["osaaminen-a", "osaaminen-b"]
    assert [(code, number) for code, _, number in after.counts.competences] == [("osaaminen-a", 1), ("osaaminen-b", 2)]
    narrowed = compare_page(
        words.desk, holder.actor, voucher_id, Wishes(competences=frozenset({"osaaminen-a", "made-up"}))
    )
    assert [card.unit for card in narrowed.left] == [words.companies[0].unit]


def test_the_record_and_the_receipt_keep_what_was_claimed_at_the_choice(words: Words) -> None:
    holder = client(words.desk, words.world)
    voucher_id = granted(words.desk, words.world, holder).voucher_id
    claim_id = words.claim(0, words.terms[0])
    chosen(words.desk, holder, words.companies[0], voucher_id)
    drop_competence(words.desk, words.companies[0].manager, claim_id)
    record = choice_record(words.desk, holder.actor, voucher_id).choices[0]
    kept = {card.unit: card.competences for card in record.cards}
    assert [claim["evidence"] for claim in kept[words.companies[0].unit]] == ["Koulutus 2024"]


def test_procurement_looks_and_takes_off_with_a_reason_that_the_provider_hears(words: Words) -> None:
    claim_id = words.claim(0, words.terms[0])
    officer, manager = words.world.procurement, words.companies[0].manager
    check_claim(words.desk, officer, claim_id)
    assert vocabulary(words.desk, officer).claims[0].checked_on == words.today
    with pytest.raises(Refused):
        take_off(words.desk, officer, claim_id, "  ")
    assert words.living() == 1
    take_off(words.desk, officer, claim_id, "Todistus on toisen yrityksen.")
    with pytest.raises(Missing):
        take_off(words.desk, officer, claim_id, "Uudestaan.")
    page = own_competences(words.desk, manager)
    assert (page.claims, [one.end_reason for one in page.taken_off]) == ((), ["Todistus on toisen yrityksen."])
    with opened(words.desk, words.world.administrator) as tx:
        said = tx.session.scalars(select(AuditEvent).where(AuditEvent.action == "competence.take_off")).one()
        assert (said.reason, said.actor_id) == ("Todistus on toisen yrityksen.", officer.account_id)
        told = tx.session.scalars(select(Message).where(Message.account_id == manager.account_id)).all()
        assert any("Todistus on toisen yrityksen." in message.body for message in told)


def test_the_counts_are_published(words: Words) -> None:
    for company in (0, 1):
        words.claim(company, words.terms[0])
    page = public_vocabulary(words.desk, public(None), words.world.organiser_code)
    assert [term.providers for term in page.terms] == [2, 0, 0, 0, 0]
    assert (page.providers, page.told) == (2, 2)


def test_nobody_else_keeps_the_words_or_claims_them(words: Words) -> None:
    claim_id = words.claim(0, words.terms[0])
    others: list[Actor] = [words.world.caseworker, words.world.auditor, words.companies[0].manager]
    for who in others:
        with pytest.raises(Forbidden):
            take_off(words.desk, who, claim_id, "Syy.")
    with pytest.raises(Forbidden):
        drop_competence(words.desk, words.companies[0].coach, claim_id)
    with pytest.raises(Missing):
        drop_competence(words.desk, words.companies[1].manager, claim_id)
    with pytest.raises(Missing):
        check_claim(words.desk, world(words.desk).procurement, claim_id)
    assert words.living() == 1
