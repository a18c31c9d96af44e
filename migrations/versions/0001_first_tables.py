"""The first tables, with their fences."""

from alembic import op

from marketplace.models import metadata
from marketplace.models.fences import fence_statements

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
    for statement in fence_statements(metadata):
        op.execute(statement)


def downgrade() -> None:
    metadata.drop_all(op.get_bind())
