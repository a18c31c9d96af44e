"""The rulebook as numbered terms: a draft, a second officer, a date by which providers accept it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "rulebook_version",
        sa.Column("terms", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    )
    op.add_column(
        "rulebook_version",
        sa.Column(
            "change_note", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.add_column("rulebook_version", sa.Column("accept_by", sa.Date(), nullable=True))
    op.add_column(
        "rulebook_version", sa.Column("board_decision", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column(
        "rulebook_version", sa.Column("state", sa.Text(), server_default=sa.text("'published'"), nullable=False)
    )
    op.add_column("rulebook_version", sa.Column("made_by", sa.BigInteger(), nullable=True))
    op.add_column("rulebook_version", sa.Column("return_reason", sa.Text(), nullable=True))
    op.alter_column(
        "rulebook_version", "published_at", existing_type=postgresql.TIMESTAMP(timezone=True), nullable=True
    )
    op.alter_column("rulebook_version", "published_by", existing_type=sa.BIGINT(), nullable=True)
    op.create_foreign_key(op.f("fk_rulebook_version_made_by"), "rulebook_version", "account", ["made_by"], ["id"])
    op.create_check_constraint(op.f("ck_rulebook_version_four_eyes"), "rulebook_version", "published_by <> made_by")
    op.create_check_constraint(
        op.f("ck_rulebook_version_published_by_someone"),
        "rulebook_version",
        "(state = 'published') = (published_by is not null)",
    )
    op.execute(
        "grant update (accept_by, board_decision, body, change_note, published_at, published_by, return_reason, state, "
        "terms, valid_from) on rulebook_version to valinta_app"
    )
    # a draft is written; what was published stays as it was
    op.execute("drop trigger rulebook_version_append_only on rulebook_version")
    op.execute(
        "create trigger rulebook_version_published before update or delete on rulebook_version "
        "for each row when (old.state = 'published') execute function refuse_change()"
    )


def downgrade() -> None:
    op.execute("drop trigger rulebook_version_published on rulebook_version")
    op.execute("revoke update on rulebook_version from valinta_app")
    op.execute("delete from rulebook_version where state <> 'published'")
    op.execute(
        "create trigger rulebook_version_append_only before update or delete on rulebook_version "
        "for each row execute function refuse_change()"
    )
    op.drop_constraint(op.f("ck_rulebook_version_published_by_someone"), "rulebook_version")
    op.drop_constraint(op.f("ck_rulebook_version_four_eyes"), "rulebook_version")
    op.drop_constraint(op.f("fk_rulebook_version_made_by"), "rulebook_version", type_="foreignkey")
    op.alter_column("rulebook_version", "published_by", existing_type=sa.BIGINT(), nullable=False)
    op.alter_column(
        "rulebook_version", "published_at", existing_type=postgresql.TIMESTAMP(timezone=True), nullable=False
    )
    op.drop_column("rulebook_version", "return_reason")
    op.drop_column("rulebook_version", "made_by")
    op.drop_column("rulebook_version", "state")
    op.drop_column("rulebook_version", "board_decision")
    op.drop_column("rulebook_version", "accept_by")
    op.drop_column("rulebook_version", "change_note")
    op.drop_column("rulebook_version", "terms")
