"""What the official rules of e-invoices do not look at, looked at before a document is sent: numbers that must be right by
their own check digits, and the longest term of a public payer."""

from collections.abc import Callable
from datetime import timedelta

from stdnum import iban
from stdnum.fi import ytunnus

from marketplace.pricing.documents import Document
from marketplace.references import is_ovt, is_reference

LONGEST_TERM = timedelta(days=30)
"""Act 30/2013, 4 §."""

Check = Callable[[Document], bool]

CHECKS: tuple[tuple[str, Check], ...] = (
    ("seller_business_id", lambda paper: ytunnus.is_valid(paper.seller.business_id)),
    ("buyer_business_id", lambda paper: ytunnus.is_valid(paper.buyer.business_id)),
    ("recipient_business_id", lambda paper: ytunnus.is_valid(paper.recipient.business_id)),
    ("payer_business_id", lambda paper: ytunnus.is_valid(paper.payer.business_id)),
    ("seller_address", lambda paper: is_ovt(paper.seller.endpoint)),
    ("recipient_address", lambda paper: is_ovt(paper.recipient.endpoint)),
    ("account", lambda paper: iban.is_valid(paper.iban)),
    ("reference", lambda paper: is_reference(paper.reference)),
    ("due_date", lambda paper: paper.issued_on <= paper.due_on <= paper.issued_on + LONGEST_TERM),
)


def faults(paper: Document) -> tuple[str, ...]:
    """The codes of what is wrong with a document; empty when it may go."""
    return tuple(code for code, holds in CHECKS if not holds(paper))
