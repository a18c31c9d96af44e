"""Results by caseworker, for the auditor alone, and only when the organiser has recorded its grounds (fairness B5, C1).

Only pairs that the exact test flags are named, in the order of names. Nobody is ranked, and a flag is a reason to look.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from marketplace.access.actions import Action
from marketplace.access.actor import Actor
from marketplace.matching.statistics.steering import Decided, Flag, assisted_against_own, steering
from marketplace.models.people import Account
from marketplace.models.providers import Provider
from marketplace.period import Period
from marketplace.use_cases.choice_figures import first_of_each, made_choices
from marketplace.use_cases.desk import Desk, Tx
from marketplace.use_cases.fairness_figures import ROLLING, rolling
from marketplace.use_cases.monitoring_grounds import is_open

ENOUGH = 600
"""With fewer choices the test sees almost nothing: power under one in ten even where one client in ten is steered."""


@dataclass(frozen=True)
class NamedFlag:
    """who: the caseworker, "" in the comparison of assisted choices with clients' own."""

    who: str
    provider: str
    observed: int
    expected: float
    q_value: float


@dataclass(frozen=True)
class Tested:
    """choices: first choices that were compared. pairs: how many were tested. alone: choices in places with one caseworker,
    which nothing can be compared with."""

    choices: int
    pairs: int
    alone: int
    flags: tuple[NamedFlag, ...]


@dataclass(frozen=True)
class CaseworkerResults:
    """by_caseworker: None while the results are closed."""

    today: date
    period: Period
    assisted: Tested
    by_caseworker: Tested | None
    enough: int = ENOUGH


def caseworker_results(desk: Desk, actor: Actor) -> CaseworkerResults:
    """The tests over the rolling 24 months. Every look is in the audit."""
    with desk.transaction(actor, Action.SEE_CASEWORKER_RESULTS) as tx:
        period = rolling(tx.today, ROLLING[0])
        choices = first_of_each(made_choices(tx.session, tx.organiser_id, period))
        names = dict(tx.session.execute(select(Provider.unit, Provider.name)).all())
        of_all = assisted_against_own(
            ((one.service, one.area, one.category), one.assisted, one.unit) for one in choices
        )
        assisted = Tested(of_all.choices, of_all.pairs, of_all.alone, _named(of_all.flags, {}, names))
        by_caseworker = None
        if is_open(tx.session, tx.organiser_id):
            looked = steering(Decided((one.service, one.area, one.category), str(one.who), one.unit) for one in choices)
            people = _people(tx, looked.flags)
            by_caseworker = Tested(looked.choices, looked.pairs, looked.alone, _named(looked.flags, people, names))
            tx.audit("monitoring.read", "organiser", tx.organiser_id, flags=len(looked.flags))
        return CaseworkerResults(tx.today, period, assisted, by_caseworker)


def _people(tx: Tx, flags: tuple[Flag, ...]) -> dict[str, str]:
    wanted = [int(flag.who) for flag in flags]
    rows = tx.session.execute(select(Account.id, Account.name).where(Account.id.in_(wanted)))
    return {str(number): name for number, name in rows}


def _named(flags: tuple[Flag, ...], people: dict[str, str], providers: dict[str, str]) -> tuple[NamedFlag, ...]:
    found = (
        NamedFlag(people.get(one.who, ""), providers.get(one.provider, one.provider), one.observed, one.expected,
                  one.q_value)
        for one in flags
    )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.who, one.provider)))
