"""A milestone is counted once a person and period; what a provider states of a job; decisions about bonuses."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KEY = "(client_id::numeric * 1000000000000 + programme_id) * 10000000000 + number * 10000000"
PERSON_ONCE = (
    f"exclude using gist (numrange({KEY} + (counted_from - date '2000-01-01'), "
    f"{KEY} + (counted_to - date '2000-01-01'), '[]') with &&) "
    "where (counted_from is not null and state in ('waiting', 'matured', 'billed'))"
)
"""One person's (client, programme, number) days as one range; a plain range needs no extension of the database."""


def upgrade() -> None:
    op.add_column("evidence", sa.Column("covers_from", sa.Date(), nullable=True))
    op.add_column("milestone", sa.Column("programme_id", sa.BigInteger(), nullable=True))
    op.execute(
        "update milestone set programme_id = voucher.programme_id from voucher where voucher.id = milestone.voucher_id"
    )
    op.alter_column("milestone", "programme_id", nullable=False)
    op.add_column("milestone", sa.Column("counted_from", sa.Date(), nullable=True))
    op.add_column("milestone", sa.Column("counted_to", sa.Date(), nullable=True))
    op.add_column("milestone", sa.Column("decision_id", sa.BigInteger(), nullable=True))
    op.create_index(op.f("ix_milestone_client_id"), "milestone", ["client_id"], unique=False)
    op.create_foreign_key(op.f("fk_milestone_decision_id"), "milestone", "decision", ["decision_id"], ["id"])
    op.create_foreign_key(op.f("fk_milestone_programme_id"), "milestone", "programme", ["programme_id"], ["id"])
    op.add_column("outcome", sa.Column("subsidised_to", sa.Date(), nullable=True))
    op.add_column(
        "outcome", sa.Column("own_group_stated", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "outcome", sa.Column("previous_employer_stated", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("outcome", sa.Column("beside", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("outcome", sa.Column("planned_ends_on", sa.Date(), nullable=True))
    op.add_column("outcome", sa.Column("monthly_pay_cents", sa.BigInteger(), nullable=True))
    op.add_column("outcome", sa.Column("decision_id", sa.BigInteger(), nullable=True))
    op.drop_index(
        op.f("uq_outcome_one_living"),
        table_name="outcome",
        postgresql_where="(state = ANY (ARRAY['reported'::text, 'verified'::text]))",
    )
    op.create_index(
        "uq_outcome_one_living",
        "outcome",
        ["voucher_id"],
        unique=True,
        postgresql_where=sa.text("state in ('reported', 'verified') and not beside"),
    )
    op.create_foreign_key(op.f("fk_outcome_decision_id"), "outcome", "decision", ["decision_id"], ["id"])
    op.create_check_constraint("pay", "outcome", "monthly_pay_cents >= 0")
    op.create_check_constraint("counted", "milestone", "counted_to >= counted_from")
    op.execute(f"alter table milestone add constraint ex_milestone_person_once {PERSON_ONCE}")
    op.execute('grant update ("decision_id") on "outcome" to valinta_app')
    op.execute('grant update ("counted_to", "decision_id") on "milestone" to valinta_app')


def downgrade() -> None:
    op.execute("alter table milestone drop constraint ex_milestone_person_once")
    op.drop_constraint("counted", "milestone", type_="check")
    op.drop_constraint("pay", "outcome", type_="check")
    op.drop_constraint(op.f("fk_outcome_decision_id"), "outcome", type_="foreignkey")
    op.drop_index(
        "uq_outcome_one_living", table_name="outcome"
    )
    op.create_index(
        op.f("uq_outcome_one_living"),
        "outcome",
        ["voucher_id"],
        unique=True,
        postgresql_where="(state = ANY (ARRAY['reported'::text, 'verified'::text]))",
    )
    op.drop_column("outcome", "decision_id")
    op.drop_column("outcome", "monthly_pay_cents")
    op.drop_column("outcome", "planned_ends_on")
    op.drop_column("outcome", "beside")
    op.drop_column("outcome", "previous_employer_stated")
    op.drop_column("outcome", "own_group_stated")
    op.drop_column("outcome", "subsidised_to")
    op.drop_constraint(op.f("fk_milestone_programme_id"), "milestone", type_="foreignkey")
    op.drop_constraint(op.f("fk_milestone_decision_id"), "milestone", type_="foreignkey")
    op.drop_index(op.f("ix_milestone_client_id"), table_name="milestone")
    op.drop_column("milestone", "decision_id")
    op.drop_column("milestone", "counted_to")
    op.drop_column("milestone", "counted_from")
    op.drop_column("milestone", "programme_id")
    op.drop_column("evidence", "covers_from")
