"""Procurement keeps the vocabulary of competence: new words, the end of old ones, and a look at what was claimed."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.competences import CompetenceClaim, CompetenceTerm
from marketplace.models.providers import Provider
from marketplace.models.schema import Words
from marketplace.use_cases.competences import Term, term_of
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.notices import tell_provider
from marketplace.use_cases.refusals import Missing, Refused, Stale
from marketplace.use_cases.slugs import free_slug

REASON_MOST = 1000


@dataclass(frozen=True)
class TermLine:
    """A word, how many claim it now, and whether it holds today."""

    term: Term
    claims: int
    in_force: bool


@dataclass(frozen=True)
class ClaimLine:
    """A claim as procurement looks at it: those never looked at come first."""

    id: int
    provider_id: int
    provider: str
    name: Words
    evidence: str
    link: str | None
    evidence_on: date
    checked_on: date | None


@dataclass(frozen=True)
class Vocabulary:
    terms: tuple[TermLine, ...]
    claims: tuple[ClaimLine, ...]
    today: date


@dataclass(frozen=True)
class TermDraft:
    """A new word: its name, what somebody must have shown to claim it, and its first day."""

    name: Words
    meaning: Words
    valid_from: date
    once: str | None = None


def vocabulary(desk: Desk, actor: Actor) -> Vocabulary:
    """All words, and all living claims."""
    with desk.reading(actor, Action.KEEP_COMPETENCES) as tx:
        claims = select(CompetenceClaim.term_id).where(CompetenceClaim.ended_at.is_(None)).subquery()
        terms = tx.session.execute(
            select(CompetenceTerm, func.count(claims.c.term_id))
            .outerjoin(claims, claims.c.term_id == CompetenceTerm.id)
            .group_by(CompetenceTerm.id)
            .order_by(CompetenceTerm.code)
        )
        lines = tuple(TermLine(term_of(term), number, _holds(term, tx.today)) for term, number in terms)
        rows = tx.session.execute(
            select(CompetenceClaim, Provider.name, CompetenceTerm.name)
            .join(Provider, Provider.id == CompetenceClaim.provider_id)
            .join(CompetenceTerm, CompetenceTerm.id == CompetenceClaim.term_id)
            .where(CompetenceClaim.ended_at.is_(None))
            .order_by(CompetenceClaim.checked_on.asc().nulls_first(), CompetenceClaim.id)
        )
        return Vocabulary(lines, tuple(_line(*row) for row in rows), tx.today)


def claim_line(desk: Desk, actor: Actor, claim_id: int) -> ClaimLine:
    """One living claim. Missing when there is none of this organiser's."""
    with desk.reading(actor, Action.KEEP_COMPETENCES) as tx:
        return _line(*_living(tx, claim_id))


def add_term(desk: Desk, actor: Actor, draft: TermDraft) -> int:
    """Add a word to the vocabulary; returns its id. Refused: term_name_missing, term_starts_in_past."""
    with desk.transaction(actor, Action.KEEP_COMPETENCES) as tx:
        if done := tx.first_click("add_term", draft.once):
            return int(done["term_id"])
        if not draft.name.get("fi", "").strip():
            raise Refused("term_name_missing", "name")
        if draft.valid_from < tx.today:
            raise Refused("term_starts_in_past", "valid_from", today=tx.today)
        codes = set(tx.session.scalars(select(CompetenceTerm.code)))
        term = CompetenceTerm(
            organiser_id=tx.organiser_id,
            code=free_slug(draft.name["fi"], codes, "osaaminen"),
            name=draft.name,
            meaning=draft.meaning,
            valid_from=draft.valid_from,
            made_at=tx.now,
            made_by=tx.account_id,
        )
        tx.session.add(term)
        tx.session.flush()
        tx.audit("competence.add_term", "competence", term.id, code=term.code, valid_from=term.valid_from.isoformat())
        tx.remember_click("add_term", draft.once, term_id=term.id)
        return term.id


def end_term(desk: Desk, actor: Actor, term_id: int, last_day: date) -> None:
    """End a word: after its last day it stands on no card and no filter. Refused: term_ends_in_past. Stale when it has an
    end already; Missing for another organiser's."""
    with desk.transaction(actor, Action.KEEP_COMPETENCES) as tx:
        term = tx.session.scalar(select(CompetenceTerm).where(CompetenceTerm.id == term_id).with_for_update())
        if term is None:
            raise Missing("competence")
        if term.ended_on is not None:
            raise Stale("competence_has_ended")
        earliest = max(tx.today, term.valid_from) - timedelta(days=1)
        if last_day < earliest:
            raise Refused("term_ends_in_past", "last_day", earliest=earliest)
        term.ended_on = last_day
        tx.audit("competence.end_term", "competence", term.id, code=term.code, last_day=last_day.isoformat())


def check_claim(desk: Desk, actor: Actor, claim_id: int) -> None:
    """Note that the evidence was looked at today and holds. Missing when the claim has ended or is not there."""
    with desk.transaction(actor, Action.KEEP_COMPETENCES) as tx:
        claim, _, _ = _living(tx, claim_id)
        claim.checked_on, claim.checked_by = tx.today, tx.account_id
        tx.audit("competence.check", "provider", claim.provider_id, claim_id=claim.id)


def take_off(desk: Desk, actor: Actor, claim_id: int, reason: str) -> None:
    """Take a word off a provider, with a reason that the provider reads. Refused: reasons_missing, words_too_long.
    Missing when the claim has ended or is not there."""
    with desk.transaction(actor, Action.KEEP_COMPETENCES) as tx:
        said = reason.strip()
        if not said:
            raise Refused("reasons_missing", "reason")
        if len(said) > REASON_MOST:
            raise Refused("words_too_long", "reason", most=REASON_MOST)
        claim, _, name = _living(tx, claim_id)
        claim.ended_at, claim.ended_by, claim.end_reason = tx.now, tx.account_id, said
        tx.audit("competence.take_off", "provider", claim.provider_id, reason=said, claim_id=claim.id)
        key = f"competence_taken_off/{claim.id}"
        tell_provider(tx, claim.provider_id, "competence_taken_off", key, name=name, reason=said)


def _living(tx: Tx, claim_id: int) -> tuple[CompetenceClaim, str, Words]:
    row = tx.session.execute(
        select(CompetenceClaim, Provider.name, CompetenceTerm.name)
        .join(Provider, Provider.id == CompetenceClaim.provider_id)
        .join(CompetenceTerm, CompetenceTerm.id == CompetenceClaim.term_id)
        .where(CompetenceClaim.id == claim_id, CompetenceClaim.ended_at.is_(None))
        .with_for_update(of=CompetenceClaim)
    ).one_or_none()
    if row is None:
        raise Missing("competence")
    return row[0], row[1], row[2]


def _line(claim: CompetenceClaim, provider: str, name: Words) -> ClaimLine:
    return ClaimLine(
        claim.id, claim.provider_id, provider, name, claim.evidence, claim.link, claim.evidence_on, claim.checked_on
    )


def _holds(term: CompetenceTerm, today: date) -> bool:
    return term.valid_from <= today and (term.ended_on is None or term.ended_on >= today)
