"""What `valinta verify` looked at and what it found, in plain words."""

from marketplace.web.i18n import LazyText, lazy_gettext

TEXTS: dict[str, LazyText] = {
    "verify.ledger": lazy_gettext("Money"),
    "verify.audit": lazy_gettext("Audit"),
    "verify.orders": lazy_gettext("Order of providers"),
    "verify_how.ledger": lazy_gettext(
        "Every entry balances, every budget adds up, and every used cent stands "
        "where its event, invoice line and payment say."
    ),
    "verify_how.audit": lazy_gettext(
        "The rows are sealed in blocks, each block over the one before it. "
        "A row that was changed or taken away breaks the seal."
    ),
    "verify_how.orders": lazy_gettext(
        "The log has no gap and no fork, every list was drawn from the providers that were approved, "
        "and the order follows the rule."
    ),
    "verify_ledger.entries": lazy_gettext("Entries"),
    "verify_ledger.lines": lazy_gettext("Lines of entries"),
    "verify_ledger.vouchers": lazy_gettext("Vouchers"),
    "verify_ledger.budgets": lazy_gettext("Budgets"),
    "verify_audit.blocks": lazy_gettext("Sealed blocks"),
    "verify_audit.sealed rows": lazy_gettext("Sealed rows"),
    "verify_audit.rows not sealed yet": lazy_gettext("Rows that wait for their seal"),
    "verify_orders.lines": lazy_gettext("Lines of the log"),
    "verify_orders.lists": lazy_gettext("Lists drawn"),
    "verify_orders.lists recomputed": lazy_gettext("Lists drawn again and found the same"),
    "verify_orders.lists waiting for their reveal": lazy_gettext("Lists whose key is not public yet"),
    "verify_orders.commit-only days": lazy_gettext("Days without public randomness"),
    "verify_orders.late commitments": lazy_gettext("Keys that were promised late"),
    "finding.month_changed": lazy_gettext("The rows of a frozen month have been changed"),
    "finding.month_differs": lazy_gettext("The rows of a frozen month do not add up to its sums"),
    "finding.month_missing": lazy_gettext("A month is missing between frozen months"),
    "finding.taken_back_twice": lazy_gettext("More was taken back than a frozen month had"),
    "finding.unbalanced": lazy_gettext("An entry does not balance"),
    "finding.empty_line": lazy_gettext("An entry has no lines, or an empty one"),
    "finding.unknown_recipe": lazy_gettext("An entry was made in an unknown way"),
    "finding.unknown_account": lazy_gettext("An entry names an unknown account"),
    "finding.foreign_account": lazy_gettext("An entry moved money that it may not move"),
    "finding.key_twice": lazy_gettext("The same entry is there twice"),
    "finding.overdrawn": lazy_gettext("An account of a budget is overdrawn"),
    "finding.identity": lazy_gettext("A budget does not add up"),
    "finding.voucher_overdrawn": lazy_gettext("A voucher used more than it had"),
    "finding.no_voucher": lazy_gettext("Reserved money belongs to no voucher"),
    "finding.receivable_overdrawn": lazy_gettext("A debt was taken more than once"),
    "finding.carry_over": lazy_gettext("Money that left a year did not arrive in the other"),
    "finding.budget_differs": lazy_gettext("The free money of a budget is not what the ledger says"),
    "finding.reservation_differs": lazy_gettext("A voucher's reservation is not what the ledger says"),
    "finding.units_differ": lazy_gettext("A voucher's remaining hours are not its size less its events"),
    "finding.use_differs": lazy_gettext("Used money does not stand where its event or bonus says"),
    "finding.payment_differs": lazy_gettext("A payment is not the sum of its lines"),
    "finding.netting_differs": lazy_gettext("What was taken off a payment is not what the ledger says"),
    "finding.chain_broken": lazy_gettext("A block does not follow the one before it"),
    "finding.rows_missing": lazy_gettext("Sealed rows are missing"),
    "finding.rows_changed": lazy_gettext("Sealed rows were changed"),
    "finding.orders_1": lazy_gettext("A list is not in the order that was drawn"),
    "finding.orders_2": lazy_gettext("A line of the log was changed, or is not in its form"),
    "finding.orders_3": lazy_gettext("A key was not made public in time"),
    "finding.orders_4": lazy_gettext("A list was not drawn from the approved providers"),
    "finding.orders_5": lazy_gettext("A day has no public randomness"),
    "finding.kept_list_differs": lazy_gettext("A list that pages show is not the one in the log"),
    "finding.registry_differs": lazy_gettext("An approval is not what the log says"),
}
