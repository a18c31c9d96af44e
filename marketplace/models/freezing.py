"""Freezing a month in one statement, and its bytes: the database's side of `marketplace.ledger.months`.

The statement says what that module's `next_rows` says (a test holds them together), for all providers of an organiser at
once and without a row ever leaving the database.
"""

from collections.abc import Iterator
from datetime import date
from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.period import Period

ROWS_A_FETCH = 2000

NEXT_ROWS = """
with stand as (
    select coalesce(event_id, -milestone_id) as source, sum(quantity_hundredths) as quantity,
           sum(amount_cents) as cents, max(vat_category) as vat_category, max(vat_basis_points) as vat_basis_points
    from frozen_row where organiser_id = :organiser group by source
), line as (
    select id, event_id, milestone_id, vat_category, vat_basis_points
    from invoice_line where organiser_id = :organiser and state <> 'returned'
), credited as (
    select line_id, sum(amount_cents) as cents, max(credit_note_id) as note_id
    from credit_note_line where organiser_id = :organiser group by line_id
), settled as (
    select distinct on (event_id) event_id, state, settled_at, settled_by
    from objection where organiser_id = :organiser and state in ('upheld', 'dismissed', 'withdrawn')
    order by event_id, id desc
), fact as (
    select e.id as event_id, null::bigint as milestone_id, e.provider_id, e.voucher_id, e.day, e.budget_year,
           e.quantity_hundredths as quantity, line.vat_category, line.vat_basis_points,
           case when e.state = 'reversed' then 0 else e.amount_cents - coalesce(credited.cents, 0) end as cents,
           case when e.state = 'reversed' then case settled.state when 'upheld' then 'upheld' else 'reversed' end
                when credited.cents > 0 then 'credited'
                when settled.state is not null then 'stands'
                when e.day < :first then 'late' else 'recorded' end as why,
           case when e.state = 'reversed' then e.reversed_at
                when credited.cents > 0 then note.made_at
                else coalesce(settled.settled_at, e.recorded_at) end as caused_at,
           case when e.state = 'reversed' then e.reversed_by
                when credited.cents > 0 then note.made_by
                when settled.state is not null then settled.settled_by
                else e.coach_id end as caused_by
    from event e
    left join line on line.event_id = e.id
    left join credited on credited.line_id = line.id
    left join credit_note note on note.id = credited.note_id
    left join settled on settled.event_id = e.id
    where e.organiser_id = :organiser and e.day >= :start and e.day < :end and e.state <> 'objected'
    union all
    select null, m.id, m.provider_id, m.voucher_id, m.due_on, coalesce(m.budget_year, extract(year from m.due_on)),
           100, line.vat_category, line.vat_basis_points,
           case when m.state in ('matured', 'billed') then m.amount_cents else 0 end,
           case when m.state in ('matured', 'billed') then 'matured' else 'clawed_back' end,
           m.settled_at, decision.maker_id
    from milestone m
    left join line on line.milestone_id = m.id
    left join decision on decision.id = m.decision_id
    where m.organiser_id = :organiser and m.due_on >= :start and m.due_on < :end and m.settled_at is not null
), changed as (
    select fact.*, coalesce(stand.quantity, 0) as old_quantity, coalesce(stand.cents, 0) as old_cents,
           stand.cents is not null as known, stand.vat_category as old_vat_category,
           stand.vat_basis_points as old_vat_basis_points
    from fact left join stand on stand.source = coalesce(fact.event_id, -fact.milestone_id)
    where (coalesce(stand.quantity, 0), coalesce(stand.cents, 0))
       <> (case when fact.cents = 0 then 0 else fact.quantity end, fact.cents)
), rows as (
    select 'take_back' as kind, event_id, milestone_id, provider_id, voucher_id, day, budget_year,
           -old_quantity as quantity, -old_cents as cents,
           coalesce(old_vat_category, vat_category) as vat_category,
           coalesce(old_vat_basis_points, vat_basis_points) as vat_basis_points, why, caused_at, caused_by
    from changed where old_cents <> 0
    union all
    select case when known then 'new' else 'original' end, event_id, milestone_id, provider_id, voucher_id, day,
           budget_year, quantity, cents, vat_category, vat_basis_points, why, caused_at, caused_by
    from changed where cents <> 0
)
insert into frozen_row (organiser_id, month_id, number, provider_id, voucher_id, event_id, milestone_id, kind, day,
    quantity_hundredths, amount_cents, budget_year, vat_category, vat_basis_points, why, caused_at, caused_by)
select :organiser, :month, row_number() over (order by provider_id, day, event_id, milestone_id, kind <> 'take_back'),
    provider_id, voucher_id, event_id, milestone_id, kind, day, quantity, cents, budget_year,
    vat_category, vat_basis_points, why, caused_at, caused_by
from rows
order by provider_id, day, event_id, milestone_id, kind <> 'take_back'
"""

LINES = """
select concat_ws(';', number, kind, provider_id, voucher_id,
    coalesce('event/' || event_id, 'milestone/' || milestone_id), to_char(day, 'YYYY-MM-DD'),
    quantity_hundredths, amount_cents, budget_year, coalesce(vat_category, '-'),
    coalesce(vat_basis_points::text, '-'), why,
    to_char(caused_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), coalesce(caused_by::text, '-'))
from frozen_row where month_id = :month order by number
"""


def insert_rows(session: Session, organiser_id: int, month_id: int, start: date, month: Period) -> None:
    """Write the rows of a month that is being frozen. `start`: the first day of the first month ever frozen."""
    values = {"organiser": organiser_id, "month": month_id, "start": start, "first": month.first, "end": month.end}
    session.execute(text(NEXT_ROWS), values)


def month_lines(session: Session, month_id: int, month: date, previous: str) -> Iterator[bytes]:
    """The bytes of a frozen month, line by line as they are read: a head line that names the month and the hash of the
    month before (or "-"), then its rows in their order. Integers, days and moments in one fixed form, fields parted by
    semicolons, each line ended by a line feed."""
    yield f"valinta-month;1;{month:%Y-%m};{previous or '-'}\n".encode()
    found = session.execute(text(LINES), {"month": month_id}, execution_options={"yield_per": ROWS_A_FETCH})
    for (line,) in found:
        yield f"{line}\n".encode()


def month_hash(session: Session, month_id: int, month: date, previous: str) -> str:
    """SHA-256 of a month's bytes, in hexadecimal digits."""
    taken = sha256()
    for line in month_lines(session, month_id, month, previous):
        taken.update(line)
    return taken.hexdigest()
