"""Order rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lottery_draw",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("lottery", sa.Text(), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("drawn_on", sa.Date(), nullable=False),
        sa.Column("numbers", postgresql.ARRAY(sa.BigInteger()), nullable=False),
        sa.Column("entered_by", sa.BigInteger(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(confirmed_by is null) = (confirmed_at is null)", name=op.f("ck_lottery_draw_confirmed")),
        sa.CheckConstraint(
            "confirmed_at is null or withdrawn_at is null", name=op.f("ck_lottery_draw_confirmed_stays")
        ),
        sa.CheckConstraint("confirmed_by <> entered_by", name=op.f("ck_lottery_draw_four_eyes")),
        sa.CheckConstraint("drawn_on <= day", name=op.f("ck_lottery_draw_drawn_before")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_lottery_draw_confirmed_by")),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_lottery_draw_entered_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_lottery_draw_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lottery_draw")),
        info={"mutable": frozenset({"withdrawn_at", "confirmed_at", "confirmed_by"})},
    )
    op.create_index(
        "ix_lottery_draw_one",
        "lottery_draw",
        ["organiser_id", "day"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )
    op.create_index(op.f("ix_lottery_draw_organiser_id"), "lottery_draw", ["organiser_id"], unique=False)
    op.create_table(
        "order_rule",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("lottery", sa.Text(), nullable=True),
        sa.Column("chain", sa.Text(), nullable=True),
        sa.Column("chain_genesis", sa.BigInteger(), nullable=True),
        sa.Column("chain_period", sa.BigInteger(), nullable=True),
        sa.Column("one_card", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(source = 'drand') = (chain is not null)", name=op.f("ck_order_rule_chain")),
        sa.CheckConstraint("(source = 'lottery') = (lottery is not null)", name=op.f("ck_order_rule_lottery")),
        sa.CheckConstraint("lottery ~ '^[a-z0-9-]{1,64}$'", name=op.f("ck_order_rule_lottery_code")),
        sa.CheckConstraint("source in ('none', 'lottery', 'drand')", name=op.f("ck_order_rule_source")),
        sa.CheckConstraint(
            "(chain is null) = (chain_genesis is null) and (chain is null) = (chain_period is null)",
            name=op.f("ck_order_rule_chain_whole"),
        ),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_order_rule_made_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_order_rule_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_rule")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_order_rule_organiser_id"), "order_rule", ["organiser_id"], unique=False)
    op.create_table(
        "public_randomness",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("round", sa.Text(), nullable=False),
        sa.Column("randomness", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("randomness ~ '^[0-9a-f]{64}$'", name=op.f("ck_public_randomness_randomness")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_public_randomness_organiser_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_public_randomness")),
        sa.UniqueConstraint("organiser_id", "day", name=op.f("uq_public_randomness_organiser_id_day")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_public_randomness_organiser_id"), "public_randomness", ["organiser_id"], unique=False)
    op.create_table(
        "group_question",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("other_id", sa.BigInteger(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("by_provider_id", sa.BigInteger(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("decision_id", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind in ('join', 'part')", name=op.f("ck_group_question_kind")),
        sa.CheckConstraint("outcome in ('joined', 'not_joined')", name=op.f("ck_group_question_outcome")),
        sa.CheckConstraint(
            "(outcome is null) = (decided_at is null) and (outcome is null) = (decision_id is null)",
            name=op.f("ck_group_question_decided"),
        ),
        sa.CheckConstraint("length(trim(grounds)) > 0", name=op.f("ck_group_question_grounds")),
        sa.CheckConstraint("provider_id <> other_id", name=op.f("ck_group_question_two_companies")),
        sa.ForeignKeyConstraint(["by_provider_id"], ["provider.id"], name=op.f("fk_group_question_by_provider_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_group_question_decision_id")),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_group_question_made_by")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_group_question_organiser_id")),
        sa.ForeignKeyConstraint(["other_id"], ["provider.id"], name=op.f("fk_group_question_other_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_group_question_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_question")),
        info={"mutable": frozenset({"decided_at", "answered_at", "outcome", "decision_id", "answer"})},
    )
    op.create_index(op.f("ix_group_question_organiser_id"), "group_question", ["organiser_id"], unique=False)
    op.create_index(op.f("ix_group_question_provider_id"), "group_question", ["provider_id"], unique=False)
    op.create_table(
        "group_ruling",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("provider_id", sa.BigInteger(), nullable=False),
        sa.Column("control_group_id", sa.BigInteger(), nullable=False),
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["control_group_id"], ["control_group.id"], name=op.f("fk_group_ruling_control_group_id")
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_group_ruling_decision_id")),
        sa.ForeignKeyConstraint(["organiser_id"], ["organiser.id"], name=op.f("fk_group_ruling_organiser_id")),
        sa.ForeignKeyConstraint(["provider_id"], ["provider.id"], name=op.f("fk_group_ruling_provider_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_group_ruling")),
        info={"append_only": True},
    )
    op.create_index(op.f("ix_group_ruling_organiser_id"), "group_ruling", ["organiser_id"], unique=False)
    op.create_index("ix_group_ruling_provider", "group_ruling", ["organiser_id", "provider_id"], unique=False)
    op.execute('grant select, insert on "lottery_draw" to valinta_app')
    op.execute('grant update ("confirmed_at", "confirmed_by", "withdrawn_at") on "lottery_draw" to valinta_app')
    op.execute('alter table "lottery_draw" enable row level security')
    op.execute(
        "create policy own_organiser on \"lottery_draw\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "order_rule" to valinta_app')
    op.execute(
        'create trigger order_rule_append_only before update or delete on "order_rule" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger order_rule_no_truncate before truncate on "order_rule" for each statement execute function refuse_change()'
    )
    op.execute('alter table "order_rule" enable row level security')
    op.execute(
        "create policy own_organiser on \"order_rule\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "public_randomness" to valinta_app')
    op.execute(
        'create trigger public_randomness_append_only before update or delete on "public_randomness" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger public_randomness_no_truncate before truncate on "public_randomness" for each statement execute function refuse_change()'
    )
    op.execute('alter table "public_randomness" enable row level security')
    op.execute(
        "create policy own_organiser on \"public_randomness\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "group_question" to valinta_app')
    op.execute(
        'grant update ("answer", "answered_at", "decided_at", "decision_id", "outcome") on "group_question" to valinta_app'
    )
    op.execute('alter table "group_question" enable row level security')
    op.execute(
        "create policy own_organiser on \"group_question\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )
    op.execute('grant select, insert on "group_ruling" to valinta_app')
    op.execute(
        'create trigger group_ruling_append_only before update or delete on "group_ruling" for each row execute function refuse_change()'
    )
    op.execute(
        'create trigger group_ruling_no_truncate before truncate on "group_ruling" for each statement execute function refuse_change()'
    )
    op.execute('alter table "group_ruling" enable row level security')
    op.execute(
        "create policy own_organiser on \"group_ruling\" using (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint) with check (organiser_id = nullif(current_setting('app.organiser', true), '')::bigint)"
    )


def downgrade() -> None:
    op.drop_index("ix_group_ruling_provider", table_name="group_ruling")
    op.drop_index(op.f("ix_group_ruling_organiser_id"), table_name="group_ruling")
    op.drop_table("group_ruling")
    op.drop_index(op.f("ix_group_question_provider_id"), table_name="group_question")
    op.drop_index(op.f("ix_group_question_organiser_id"), table_name="group_question")
    op.drop_table("group_question")
    op.drop_index(op.f("ix_public_randomness_organiser_id"), table_name="public_randomness")
    op.drop_table("public_randomness")
    op.drop_index(op.f("ix_order_rule_organiser_id"), table_name="order_rule")
    op.drop_table("order_rule")
    op.drop_index(op.f("ix_lottery_draw_organiser_id"), table_name="lottery_draw")
    op.drop_index("ix_lottery_draw_one", table_name="lottery_draw", postgresql_where=sa.text("withdrawn_at is null"))
    op.drop_table("lottery_draw")
