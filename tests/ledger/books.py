"""A context to book in, for the tests of the ledger."""

from dataclasses import replace
from datetime import date

from marketplace.ledger.checks import PostedEntry, as_posted
from marketplace.ledger.entry import Context, Entry

CONTEXT = Context(
    organiser_id=1,
    programme_id=2,
    budget_year=2026,
    municipality="297",
    voucher_id=7,
    provider_id=9,
    cost_centre="4100",
    reason="test",
    actor_id=3,
    day=date(2026, 3, 2),
)
NEXT_YEAR = replace(CONTEXT, budget_year=2027)


def story(*entries: Entry | None) -> list[PostedEntry]:
    return [as_posted(entry) for entry in entries if entry is not None]
