"""A hundred times as many vouchers: the base region's copied in bulk, as the owner, with all that hangs on them.

Ids, numbers and keys are moved along by a stride a copy, so every copy stands on its own client, need, decision, list and
ledger entries. Triggers and foreign keys are asleep meanwhile; what the pages read is whole.
"""

from sqlalchemy import Engine, Table, text

from marketplace.models import metadata

TABLES = (
    "client", "need", "decision", "voucher", "voucher_move", "offer_list", "order_log_line", "choice", "ledger_entry",
    "ledger_line", "audit_event",
)  # fmt: skip
STRIDE = 50_000
"""Ids from copy to copy; every table's ids have a range of ten million to themselves."""

COPIED = {
    "voucher": "true",
    "client": "id in (select client_id from voucher)",
    "need": "id in (select need_id from voucher)",
    "decision": "id in (select decision_id from voucher)",
    "order_log_line": "type = 'list'",
    "ledger_entry": "voucher_id is not null",
    "ledger_line": "entry_id in (select id from ledger_entry where voucher_id is not null)",
    "audit_event": "cardinality(client_ids) > 0",
}
INSTEAD = {
    ("client", "identity_index"): "sha256(convert_to(id || '/' || copy, 'UTF8'))",
    ("voucher", "number"): "number || '-' || copy",
    ("decision", "number"): "number || '-' || copy",
    ("voucher", "list_seq"): "list_seq + copy * {stride}",
    ("offer_list", "list_seq"): "list_seq + copy * {stride}",
    ("offer_list", "seq"): "seq + copy * {stride}",
    ("order_log_line", "seq"): "seq + copy * {stride}",
    ("choice", "list_seq"): "list_seq + copy * {stride}",
    ("choice", "shown"): "'{{}}'::jsonb",  # the record of what was shown is long, and no page that is measured reads it
    ("ledger_entry", "key"): "key || '/' || copy",
    ("audit_event", "client_ids"): "array(select one + copy * {stride} from unnest(client_ids) as one)",
    ("audit_event", "subject_id"): "subject_id + copy * {stride}",
}


def multiply(owner: Engine, times: int) -> int:
    """Make every voucher `times` vouchers. Returns how many there are then."""
    with owner.begin() as connection:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text("set local synchronous_commit = off"))
        for name in TABLES:
            connection.execute(text(_copy(metadata.tables[name])), {"last": times - 1})
        count = connection.execute(text("select count(*) from voucher")).scalar_one()
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
    return int(count)


def _copy(table: Table) -> str:
    columns = [f'"{column.name}"' for column in table.columns]
    values = [_value(table, column.name) for column in table.columns]
    return (
        f'insert into "{table.name}" ({", ".join(columns)}) overriding system value '
        f'select {", ".join(values)} from "{table.name}", generate_series(1, :last) as copy '
        f"where {COPIED.get(table.name, 'true')}"
    )


def _value(table: Table, name: str) -> str:
    instead = INSTEAD.get((table.name, name))
    if instead is not None:
        return instead.format(stride=STRIDE)
    column = table.columns[name]
    copied = {key.column.table.name for key in column.foreign_keys} & set(TABLES)
    moves = column.primary_key or copied
    return f'"{name}" + copy * {STRIDE}' if moves else f'"{name}"'
