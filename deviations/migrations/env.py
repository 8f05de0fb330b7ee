"""Tells Alembic where the models are and runs its steps on the connection that was handed in."""

from alembic import context

from deviations.models import Base
from deviations.models.search import is_index

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection is not None and connection.dialect.name == "sqlite",
    compare_type=True,
    include_name=lambda name, kind, parents: not is_index(name),
)
with context.begin_transaction():
    context.run_migrations()
