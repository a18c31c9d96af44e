"""What a provider may try (the numbers are those of the list of attacks in docs/fairness.md), and what stops it."""

from collections import Counter
from random import Random

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.access.actor import public
from marketplace.matching.order import Unit, order
from marketplace.models.providers import Approval, Provider
from marketplace.models.vouchers import Voucher
from marketplace.use_cases.competences import ClaimOrder, claim_competence, own_competences, public_vocabulary
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.keep_competences import TermDraft, add_term, take_off
from marketplace.use_cases.offers import offer_of
from marketplace.use_cases.public_pages import public_list
from marketplace.use_cases.refusals import Refused
from tests import makers

LISTS = 1_200
GROUPS = 24


def _shares(units: list[Unit], seed: int, lists: int = LISTS) -> Counter[str]:
    """How often each unit came first in so many lists, each with a key of its own day."""
    random = Random(seed)
    firsts: Counter[str] = Counter()
    for list_seq in range(1, lists + 1):
        firsts[order(random.randbytes(32), bytes(32), list_seq, "valmennus", units, [])[0]] += 1
    return firsts


def _band(chance: float, lists: int) -> float:
    """How far a fair share may lie from its chance (four standard errors)."""
    return float(4 * (chance * (1 - chance) / lists) ** 0.5)


def _order(desk: Desk, w: makers.World) -> list[str]:
    return [card.unit for card in public_list(desk, public(None), w.organiser_code, None, None).cards]


def _listed(desk: Desk, w: makers.World, voucher_id: int) -> tuple[str, ...]:
    with makers.opened(desk, w.auditor) as tx:
        return offer_of(tx, tx.session.get_one(Voucher, voucher_id)).units


def test_attack_01_a_new_name_moves_nobody(desk: Desk) -> None:
    """Countermeasure: the name is no input of the draw (invariant 3)."""
    w = makers.world(desk)
    companies = [makers.provider(desk, w) for _ in range(6)]
    before = _order(desk, w)
    for name in ("AAA Työ Oy", "!!! 001", "🥇 Paras"):
        with makers.opened(desk, w.procurement) as tx:
            tx.session.execute(update(Provider).where(Provider.id == companies[0].provider_id).values(name=name))
        assert _order(desk, w) == before


def test_attack_02_five_sister_companies_get_one_first_card() -> None:
    """Countermeasure: groups and tiers (invariant 7): the first-place share is that of one group."""
    siblings = [Unit(f"aaa{n}", "attacker") for n in range(5)]
    others = [Unit(f"u{n:02d}", f"g{n:02d}") for n in range(GROUPS - 1)]
    firsts = _shares(siblings + others, 2)
    share = sum(firsts[one.unit] for one in siblings) / LISTS
    assert abs(share - 1 / GROUPS) < _band(1 / GROUPS, LISTS)


def test_attack_04_a_lucky_code_is_not_lucky_again() -> None:
    """Countermeasure: each voucher is a draw of its own; who tries codes until one was lucky has gained nothing."""
    units = [Unit(f"u{n:02d}", f"g{n:02d}") for n in range(12)]
    lucky = _shares(units, 4, 60).most_common(1)[0][0]
    share = _shares(units, 44)[lucky] / LISTS
    assert abs(share - 1 / 12) < _band(1 / 12, LISTS)


def test_attack_06_words_are_limited_and_move_nobody(desk: Desk, session: Session) -> None:
    """Countermeasure: free text never changes the order (15), and everyone's has the same limit (16)."""
    w = makers.world(desk)
    companies = [makers.provider(desk, w) for _ in range(5)]
    before = _order(desk, w)
    stuffed = (("työ valmennus paras " * 20)[:300]).strip()
    with makers.opened(desk, w.procurement) as tx:
        tx.session.execute(update(Provider).where(Provider.id == companies[1].provider_id).values(own_words=stuffed))
    assert _order(desk, w) == before
    longer = update(Provider).where(Provider.id == companies[1].provider_id).values(own_words="x" * 301)
    with pytest.raises(IntegrityError, match="own_words_length"), session.begin_nested():
        session.execute(longer)


def test_attack_07_full_and_free_again_moves_nobody(desk: Desk) -> None:
    """Countermeasure: capacity never affects the order; a full provider keeps its place."""
    w = makers.world(desk)
    companies = [makers.provider(desk, w) for _ in range(5)]
    voucher_id = makers.granted(desk, w, makers.client(desk, w)).voucher_id
    before = _listed(desk, w, voucher_id)
    for values in ({"free_places": 0}, {"paused": True}, {"paused": False, "free_places": 9}):
        with makers.opened(desk, w.procurement) as tx:
            tx.session.execute(update(Approval).where(Approval.id == companies[2].approval_id).values(**values))
        assert _listed(desk, w, voucher_id) == before


def test_attack_05_every_word_of_competence_at_once(desk: Desk) -> None:
    """Countermeasure: three words for everyone, each with evidence; published counts; an audit takes off (17)."""
    w = makers.world(desk)
    companies = [makers.provider(desk, w) for _ in range(4)]
    today = desk.clock.today()
    terms = [add_term(desk, w.procurement, TermDraft({"fi": f"Taito {n}"}, {"fi": "Koulutus."}, today)) for n in range(6)]
    before, greedy = _order(desk, w), companies[2].manager
    with pytest.raises(Refused, match="competence_evidence_missing"):
        claim_competence(desk, greedy, ClaimOrder(terms[0], " ", None, today))
    for number, term in enumerate(terms):
        if number < 3:
            claim_competence(desk, greedy, ClaimOrder(term, "Koulutus 2024", None, today))
        else:
            with pytest.raises(Refused, match="competence_no_room"):
                claim_competence(desk, greedy, ClaimOrder(term, "Koulutus 2024", None, today))
    assert _order(desk, w) == before, "no word moves a card"
    page = public_vocabulary(desk, public(None), w.organiser_code)
    assert [term.providers for term in page.terms] == [1, 1, 1, 0, 0, 0]
    claim_id = own_competences(desk, greedy).claims[0].id
    take_off(desk, w.procurement, claim_id, "Todistus on toisen yrityksen.")
    assert len(own_competences(desk, greedy).claims) == 2
    assert _order(desk, w) == before
