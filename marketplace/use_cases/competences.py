"""Special competence: a provider claims words of the organiser's closed vocabulary, each with its evidence.

Every provider has the same room: three words, 200 characters of evidence, one link. The words stand on every card alike,
never touch the order, and filter only when a client says so (fairness B2.16, B2.17).
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy import func, or_, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.competences import CompetenceClaim, CompetenceTerm, in_force
from marketplace.models.people import Organiser
from marketplace.models.providers import Approval
from marketplace.models.schema import Words
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.own_company import own_provider, provider_id_of
from marketplace.use_cases.public_pages import of_organiser
from marketplace.use_cases.refusals import Missing, Refused, Stale

MOST_CLAIMS = 3
EVIDENCE_MOST = 200
LINK_MOST = 300


@dataclass(frozen=True)
class Term:
    """A word of the vocabulary."""

    id: int
    code: str
    name: Words
    meaning: Words
    valid_from: date
    ended_on: date | None


@dataclass(frozen=True)
class Claim:
    """A provider's claim. `over`: its word has ended, so nobody sees it. `end_reason`: procurement's, when it took it off."""

    id: int
    name: Words
    evidence: str
    link: str | None
    evidence_on: date
    checked_on: date | None
    over: bool
    end_reason: str | None


@dataclass(frozen=True)
class OwnCompetences:
    """The company's own words; `open` are those that it may still claim; `taken_off` the newest that procurement ended."""

    claims: tuple[Claim, ...]
    open: tuple[Term, ...]
    taken_off: tuple[Claim, ...]
    today: date

    @property
    def room(self) -> int:
        """How many more words there is room for."""
        return MOST_CLAIMS - sum(not claim.over for claim in self.claims)


@dataclass(frozen=True)
class ClaimOrder:
    """Which word, what shows it (at most 200 characters), where one can see it (or None), and the day of that."""

    term_id: int
    evidence: str
    link: str | None
    evidence_on: date
    once: str | None = None


@dataclass(frozen=True)
class PublicTerm:
    """A word with its meaning, and how many approved providers claim it."""

    name: Words
    meaning: Words
    since: date
    providers: int


@dataclass(frozen=True)
class PublicVocabulary:
    """`providers`: how many the organiser has approved; `told`: how many of them claim anything."""

    organiser: Words
    code: str
    today: date
    terms: tuple[PublicTerm, ...]
    providers: int
    told: int


def own_competences(desk: Desk, actor: Actor) -> OwnCompetences:
    """The company's own words with this organiser."""
    with desk.reading(actor, Action.SEE_OWN_COMPANY) as tx:
        rows = tx.session.execute(
            select(CompetenceClaim, CompetenceTerm)
            .join(CompetenceTerm, CompetenceTerm.id == CompetenceClaim.term_id)
            .where(
                CompetenceClaim.provider_id == provider_id_of(tx),
                or_(CompetenceClaim.ended_at.is_(None), CompetenceClaim.end_reason.is_not(None)),
            )
            .order_by(CompetenceTerm.code, CompetenceClaim.id)
        ).all()
        living = {claim.term_id for claim, _ in rows if claim.ended_at is None}
        terms = tx.session.scalars(select(CompetenceTerm).where(in_force(tx.today)).order_by(CompetenceTerm.code))
        return OwnCompetences(
            claims=tuple(_claim(claim, term, tx.today) for claim, term in rows if claim.ended_at is None),
            open=tuple(term_of(term) for term in terms if term.id not in living),
            taken_off=tuple(_claim(claim, term, tx.today) for claim, term in rows if claim.ended_at is not None),
            today=tx.today,
        )


def claim_competence(desk: Desk, actor: Actor, order: ClaimOrder) -> int:
    """Claim a word. Returns the claim's id.

    Refused: competence_no_room, competence_unknown, competence_claimed, competence_evidence_missing,
    competence_evidence_too_long, competence_link_wrong, competence_evidence_in_future.
    """
    with desk.transaction(actor, Action.EDIT_COMPANY) as tx:
        if done := tx.first_click("claim_competence", order.once):
            return int(done["claim_id"])
        evidence, link = _evidence(tx, order)
        provider = own_provider(tx, lock=True)
        term = tx.session.scalar(select(CompetenceTerm).where(CompetenceTerm.id == order.term_id, in_force(tx.today)))
        if term is None:
            raise Refused("competence_unknown", "term")
        living = tx.session.scalars(
            select(CompetenceClaim.term_id)
            .join(CompetenceTerm, CompetenceTerm.id == CompetenceClaim.term_id)
            .where(CompetenceClaim.provider_id == provider.id, CompetenceClaim.ended_at.is_(None), in_force(tx.today))
        ).all()
        if term.id in living:
            raise Refused("competence_claimed", "term")
        if len(living) >= MOST_CLAIMS:
            raise Refused("competence_no_room", "term", most=MOST_CLAIMS)
        claim = CompetenceClaim(
            organiser_id=tx.organiser_id,
            provider_id=provider.id,
            term_id=term.id,
            evidence=evidence,
            link=link,
            evidence_on=order.evidence_on,
            claimed_at=tx.now,
            claimed_by=tx.account_id,
        )
        tx.session.add(claim)
        tx.session.flush()
        tx.audit("competence.claim", "provider", provider.id, term=term.code, claim_id=claim.id)
        tx.remember_click("claim_competence", order.once, claim_id=claim.id)
        return claim.id


def drop_competence(desk: Desk, actor: Actor, claim_id: int) -> None:
    """Take an own word back. Stale when it has ended already; Missing for a stranger's."""
    with desk.transaction(actor, Action.EDIT_COMPANY) as tx:
        provider = own_provider(tx, lock=True)
        claim = tx.session.scalar(
            select(CompetenceClaim)
            .where(CompetenceClaim.id == claim_id, CompetenceClaim.provider_id == provider.id)
            .execution_options(populate_existing=True)
        )
        if claim is None:
            raise Missing("competence")
        if claim.ended_at is not None:
            raise Stale("competence_has_ended")
        claim.ended_at, claim.ended_by = tx.now, tx.account_id
        tx.audit("competence.drop", "provider", provider.id, claim_id=claim.id)


def public_vocabulary(desk: Desk, actor: Actor, code: str) -> PublicVocabulary:
    """An organiser's vocabulary with the published counts, for anyone. Missing for an unknown organiser."""
    with desk.reading(of_organiser(desk, actor, code), Action.SEE_PUBLIC) as tx:
        approved = select(Approval.provider_id).where(Approval.state == "approved").distinct()
        claims = (
            select(CompetenceClaim.term_id, CompetenceClaim.provider_id)
            .where(CompetenceClaim.ended_at.is_(None), CompetenceClaim.provider_id.in_(approved))
            .subquery()
        )
        rows = tx.session.execute(
            select(CompetenceTerm, func.count(claims.c.provider_id))
            .outerjoin(claims, claims.c.term_id == CompetenceTerm.id)
            .where(in_force(tx.today))
            .group_by(CompetenceTerm.id)
            .order_by(CompetenceTerm.code)
        ).all()
        in_use = [term.id for term, _ in rows]
        told = select(func.count(claims.c.provider_id.distinct())).where(claims.c.term_id.in_(in_use))
        return PublicVocabulary(
            organiser=tx.session.scalars(select(Organiser.name).where(Organiser.id == tx.organiser_id)).one(),
            code=code,
            today=tx.today,
            terms=tuple(PublicTerm(term.name, term.meaning, term.valid_from, number) for term, number in rows),
            providers=len(tx.session.scalars(approved).all()),
            told=tx.session.scalars(told).one(),
        )


def term_of(term: CompetenceTerm) -> Term:
    """A word as pages take it."""
    return Term(term.id, term.code, term.name, term.meaning, term.valid_from, term.ended_on)


def _claim(claim: CompetenceClaim, term: CompetenceTerm, today: date) -> Claim:
    return Claim(
        id=claim.id,
        name=term.name,
        evidence=claim.evidence,
        link=claim.link,
        evidence_on=claim.evidence_on,
        checked_on=claim.checked_on,
        over=term.ended_on is not None and term.ended_on < today,
        end_reason=claim.end_reason,
    )


def _evidence(tx: Tx, order: ClaimOrder) -> tuple[str, str | None]:
    evidence, link = order.evidence.strip(), (order.link or "").strip() or None
    if not evidence:
        raise Refused("competence_evidence_missing", "evidence")
    if len(evidence) > EVIDENCE_MOST:
        raise Refused("competence_evidence_too_long", "evidence", most=EVIDENCE_MOST)
    if link is not None and not _is_web_address(link):
        raise Refused("competence_link_wrong", "link")
    if order.evidence_on > tx.today:
        raise Refused("competence_evidence_in_future", "evidence_on", today=tx.today)
    return evidence, link


def _is_web_address(link: str) -> bool:
    """An address of the web and nothing else: it becomes a link on every client's page."""
    if len(link) > LINK_MOST or any(sign.isspace() for sign in link):
        return False
    try:
        parts = urlsplit(link)
        return parts.scheme in ("https", "http") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
