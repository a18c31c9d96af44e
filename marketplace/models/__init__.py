"""Every table, in one import, so that the metadata is whole."""

from marketplace.models import (  # noqa: F401  importing a module is what registers its tables
    assisting,
    bank,
    choosing,
    clients,
    competences,
    contacts,
    decisions,
    einvoices,
    events,
    fairness,
    invoices,
    ledger_rows,
    months,
    order_rules,
    outbox,
    people,
    prices,
    programmes,
    providers,
    receipts,
    replays,
    trail,
    vouchers,
)
from marketplace.models.schema import Base

metadata = Base.metadata
