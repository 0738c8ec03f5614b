"""Run the migrations on the connection that `Database.upgrade` holds, in its transaction."""

from alembic import context

from app.db.tables import Table

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Table.metadata,
    transactional_ddl=True,
    render_as_batch=True,
)
context.run_migrations()
