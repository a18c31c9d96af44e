"""Doing things at the same instant, each in a thread and on a connection of its own, and looking whether all is clean."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from marketplace.access.actor import Actor
from marketplace.use_cases.desk import Desk
from marketplace.use_cases.refusals import Refused
from marketplace.use_cases.verify_audit import verify_audit
from marketplace.use_cases.verify_ledger import verify_ledger
from marketplace.use_cases.verify_orders import verify_orders
from tests.makers import see

Result = TypeVar("Result")


def at_once(calls: Sequence[Callable[[], Result]]) -> list[Result | str]:
    """Start all calls together; each one's result, or the code with which it was refused. Any other error is raised."""
    start = Barrier(len(calls))

    def one(call: Callable[[], Result]) -> Result | str:
        start.wait()
        try:
            return call()
        except Refused as refused:
            return refused.code

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def faults(desk: Desk, auditor: Actor) -> list[str]:
    """What the three verifications find, as they see it at one moment."""
    organiser_id = auditor.organiser_id
    assert organiser_id is not None
    with desk._sessions() as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        see(session, organiser_id)
        checks = (
            verify_ledger(session, organiser_id),
            verify_audit(session, organiser_id),
            verify_orders(session, organiser_id, desk.clock.today(), vault=desk.vault),
        )
        return [f"{item.code} {item.where}: {item.message}" for check in checks for item in check.findings]


def counted(results: Iterable[object]) -> dict[str, int]:
    """How many of each refusal there are; what was done counts as "done"."""
    found: dict[str, int] = {}
    for result in results:
        word = result if isinstance(result, str) else "done"
        found[word] = found.get(word, 0) + 1
    return found
