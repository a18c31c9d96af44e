"""Alembic's entry: the owner's connection is handed in by `valinta db upgrade`; nothing is read from a file."""

from alembic import context

from marketplace.models import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_type=True,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
