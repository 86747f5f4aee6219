"""Runs migrations on a connection that is open already, inside its transaction; there is no ini file and no offline mode."""

from alembic import context

from hotel_agent.adapters.sql.tables import VERSION_TABLE, Naming

naming = context.config.attributes["naming"]
if not isinstance(naming, Naming):
    raise TypeError("migrations are run by hotel_agent.adapters.sql.schema")

context.configure(
    connection=context.config.attributes["connection"],
    version_table=naming.name(VERSION_TABLE),
    version_table_schema=naming.schema,
)
with context.begin_transaction():
    context.run_migrations()
