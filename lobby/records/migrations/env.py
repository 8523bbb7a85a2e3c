"""Alembic's environment: the store hands over its open connection, inside its transaction."""

from alembic import context

from lobby.records.schema import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
context.run_migrations()
