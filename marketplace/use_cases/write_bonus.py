"""The outcome bonus of a version of the terms: read with worked examples, tried out, and changed while it is a draft."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.models.programmes import Programme, ServicePackage, TermsVersion
from marketplace.models.schema import Words
from marketplace.outcomes.examples import worked_examples
from marketplace.pricing.rules import milestone_rules
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.refusals import Missing, Refused
from marketplace.use_cases.terms_values import TIERS, MilestoneTerm, check_milestones, draft_of

MIDDLE = TIERS[1]


@dataclass(frozen=True)
class Shown:
    """How one milestone ends in an example: its state, why, and how many days after the first day of work."""

    state: str
    reason: str
    days: int


@dataclass(frozen=True)
class ExampleRow:
    """One case by its code, each milestone's end, and what it pays for a client of the middle tier."""

    code: str
    milestones: tuple[Shown, ...]
    paid_cents: int


@dataclass(frozen=True)
class BonusPage:
    """A version's bonus. `programmes`: the organiser's other programmes, by code, whose bonus may be paid beside it."""

    terms_id: int
    package: Words
    number: int
    state: str
    valid_from: date
    milestones: tuple[MilestoneTerm, ...]
    examples: tuple[ExampleRow, ...]
    programmes: tuple[tuple[str, Words], ...]


def bonus_page(desk: Desk, actor: Actor, terms_id: int, milestones: tuple[MilestoneTerm, ...] | None = None) -> BonusPage:
    """The bonus of a version, or what it would be with these milestones; nothing is saved. Refused at the field as
    `terms_values.check_milestones`; Missing for a stranger's."""
    with desk.reading(actor, Action.SEE_TERMS) as tx:
        terms, package = _found(tx, terms_id)
        if milestones is None:
            milestones = draft_of(terms).milestones
        else:
            check_milestones(milestones)
        others = tx.session.execute(
            select(Programme.code, Programme.name).where(Programme.id != package.programme_id).order_by(Programme.id)
        )
        return BonusPage(
            terms.id, package.name, terms.number, terms.state, terms.valid_from, milestones,
            _examples(milestones, terms), tuple((code, name) for code, name in others),
        )  # fmt: skip


def save_bonus(desk: Desk, actor: Actor, terms_id: int, milestones: tuple[MilestoneTerm, ...]) -> None:
    """Keep the bonus of a draft. Refused (not_a_draft) once it was submitted; at the field as
    `terms_values.check_milestones`; Missing for a stranger's."""
    with desk.transaction(actor, Action.WRITE_TERMS) as tx:
        terms, _package = _found(tx, terms_id, lock=True)
        if terms.state != "draft":
            raise Refused("not_a_draft")
        check_milestones(milestones)
        stored = [term.stored(no) for no, term in enumerate(milestones, 1)]
        terms.bonus_rule = {"milestones": stored} if stored else {}
        tx.audit("terms.edit", "terms", terms.id, part="bonus")


def _found(tx: Tx, terms_id: int, *, lock: bool = False) -> tuple[TermsVersion, ServicePackage]:
    query = (
        select(TermsVersion, ServicePackage)
        .join(ServicePackage, ServicePackage.id == TermsVersion.package_id)
        .where(TermsVersion.id == terms_id)
    )
    row = tx.session.execute(query.with_for_update(of=TermsVersion) if lock else query).one_or_none()
    if row is None:
        raise Missing("terms")
    return row[0], row[1]


def _examples(milestones: tuple[MilestoneTerm, ...], terms: TermsVersion) -> tuple[ExampleRow, ...]:
    if not milestones:
        return ()
    stored = {"milestones": [term.stored(no) for no, term in enumerate(milestones, 1)]}
    rules = milestone_rules(stored, MIDDLE)
    amounts = [rule.amount_cents for rule in rules]
    return tuple(
        ExampleRow(
            one.code,
            tuple(
                Shown(said.state, said.reason_code.value, days)
                for said, days in zip(one.judgements, one.days, strict=True)
            ),
            one.paid_cents(amounts),
        )
        for one in worked_examples(rules, terms.valid_from, terms.validity_days)
    )
