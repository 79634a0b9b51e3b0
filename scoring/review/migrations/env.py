"""Runs the revisions of the queue on the connection that `store` hands over, inside its transaction."""

from alembic import context

from scoring.review.tables import DATA

context.configure(connection=context.config.attributes["connection"], target_metadata=DATA)
with context.begin_transaction():
    context.run_migrations()
