"""The database's own fences, made from the marks on the tables: grants, append-only triggers, row-level security.

The application connects as the role `valinta_app`. It may insert and select; it may update only the columns that a table
lists as mutable; it may delete nowhere but in the two tables that say so. The owner, who migrates, is not the application.
"""

from collections.abc import Iterator

from sqlalchemy import MetaData, Table

APP_ROLE = "valinta_app"
CURRENT_ORGANISER = "nullif(current_setting('app.organiser', true), '')::bigint"


def fence_statements(metadata: MetaData) -> Iterator[str]:
    """All statements that put the fences up, to be run by the owner after the tables exist."""
    yield from _role()
    yield from _functions()
    for table in metadata.sorted_tables:
        yield from _grants(table)
        yield from _append_only(table)
        yield from _row_security(table)
    yield (
        "create constraint trigger ledger_line_balanced after insert on ledger_line "
        "deferrable initially deferred for each row execute function ledger_entry_must_balance()"
    )


def _role() -> Iterator[str]:
    yield f"""do $$ begin
        if not exists (select from pg_roles where rolname = '{APP_ROLE}') then
            create role {APP_ROLE} login nosuperuser nobypassrls nocreatedb nocreaterole;
        end if;
        if not pg_has_role(current_user, '{APP_ROLE}', 'set') then
            execute format('grant {APP_ROLE} to %I', current_user);
        end if;
    end $$"""
    yield f"grant usage on schema public to {APP_ROLE}"


def _functions() -> Iterator[str]:
    yield """create or replace function refuse_change() returns trigger language plpgsql as $$
        begin
            raise exception '% is append-only: facts are added, never edited', tg_table_name
                using errcode = 'restrict_violation';
        end $$"""
    yield """create or replace function ledger_entry_must_balance() returns trigger language plpgsql as $$
        declare total bigint;
        begin
            select sum(cents) into total from ledger_line where entry_id = new.entry_id;
            if total <> 0 then
                raise exception 'ledger entry % is out of balance by % cents', new.entry_id, total
                    using errcode = 'check_violation';
            end if;
            return null;
        end $$"""


def _grants(table: Table) -> Iterator[str]:
    yield f'grant select, insert on "{table.name}" to {APP_ROLE}'
    mutable = table.info.get("mutable", frozenset())
    if mutable:
        unknown = mutable - {column.name for column in table.columns}
        if unknown:
            raise ValueError(f"{table.name}: not columns: {sorted(unknown)}")
        columns = ", ".join(f'"{name}"' for name in sorted(mutable))
        yield f'grant update ({columns}) on "{table.name}" to {APP_ROLE}'
    if table.info.get("deletable"):
        yield f'grant delete on "{table.name}" to {APP_ROLE}'


def _append_only(table: Table) -> Iterator[str]:
    if table.info.get("append_only"):
        yield (
            f'create trigger {table.name}_append_only before update or delete on "{table.name}" '
            "for each row execute function refuse_change()"
        )
        yield (
            f'create trigger {table.name}_no_truncate before truncate on "{table.name}" '
            "for each statement execute function refuse_change()"
        )


def _row_security(table: Table) -> Iterator[str]:
    column = table.columns.get("organiser_id")
    shared = table.info.get("organiser_or_shared", False)
    if column is None or (column.nullable and not shared):
        return
    rule = f"organiser_id = {CURRENT_ORGANISER}"
    if shared:
        rule = f"(organiser_id is null or {rule})"
    yield f'alter table "{table.name}" enable row level security'
    yield f'create policy own_organiser on "{table.name}" using ({rule}) with check ({rule})'
