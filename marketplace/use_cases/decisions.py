"""The step that makes an administrative decision inside another use case's transaction (hallintolaki 44-46 §)."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from marketplace.models.decisions import Decision
from marketplace.models.numbers import numbered
from marketplace.models.people import Account, Organiser
from marketplace.models.programmes import Programme
from marketplace.use_cases.desk import Tx
from marketplace.use_cases.refusals import Refused

LANGUAGES = ("fi", "sv", "en")
APPEAL_DAYS = {"rectification_30": 30, "local_government_14": 14}


@dataclass(frozen=True)
class Draft:
    """What a decision says. `facts` fill the legal template of the kind; `reasons` are the maker's own."""

    kind: str
    programme: Programme
    outcome: str
    reasons: str
    language: str
    client_id: int | None = None
    provider_id: int | None = None
    amends_id: int | None = None
    facts: dict[str, Any] = field(default_factory=dict)


def make_decision(tx: Tx, draft: Draft) -> Decision:
    """Number, write and keep a decision. Refused when reasons are missing; nothing else can be left out, because it
    comes from the programme and the acting person."""
    if not draft.reasons.strip():
        raise Refused("reasons_missing", "reasons")
    language = draft.language if draft.language in LANGUAGES else "fi"
    programme = draft.programme
    organiser = tx.session.scalars(select(Organiser).where(Organiser.id == tx.organiser_id)).one()
    maker = tx.session.scalars(select(Account).where(Account.id == tx.account_id)).one()
    basis = programme.legal_basis.get(language) or programme.legal_basis["fi"]
    facts: dict[str, Any] = {
        "organiser": organiser.name.get(language) or organiser.name["fi"],
        "organiser_address": organiser.address,
        "demonstration": organiser.demonstration,
        "programme": programme.name.get(language) or programme.name["fi"],
        "board_decision": programme.board_decision,
        "maker": maker.name,
        "role": tx.actor.role.value if tx.actor.role else "",
        "legal_basis": basis,
        "reasons": draft.reasons,
        "outcome": draft.outcome,
        "information_contact": programme.information_contact,
        "made_on": tx.today,
        "appeal_body": programme.appeal_body.get(language) or programme.appeal_body["fi"],
        "appeal_days": APPEAL_DAYS[programme.appeal_route],
        **draft.facts,
    }
    facts["number"] = numbered(tx.session, tx.organiser_id, "decision", tx.today.year)
    facts["appeal_instruction"] = tx.wording.appeal(programme.appeal_route, language, facts)
    document = tx.wording.decision(draft.kind, language, facts)
    decision = Decision(
        organiser_id=tx.organiser_id,
        number=facts["number"],
        kind=draft.kind,
        maker_id=tx.account_id,
        maker=maker.name,
        client_id=draft.client_id,
        provider_id=draft.provider_id,
        amends_id=draft.amends_id,
        outcome=draft.outcome,
        legal_basis=basis,
        reasons=draft.reasons,
        information_contact=programme.information_contact,
        appeal_instruction=facts["appeal_instruction"],
        appeal_days=facts["appeal_days"],
        language=language,
        document=document,
        document_sha256=hashlib.sha256(document.encode()).hexdigest(),
        made_on=tx.today,
        at=tx.now,
    )
    tx.session.add(decision)
    tx.session.flush()
    return decision
