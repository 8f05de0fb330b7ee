"""Search: the words of reports, barriers and solutions, with an index over them; indexes for a person's own
reports in order, for those that are put off, and for who took the last step with a report.

The tables are made empty: `deviations migrate` fills them afterwards, as it does whenever the analyser has changed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

PUT_OFF = sa.text("snoozed_until IS NOT NULL")
THINGS = ("deviation", "barrier", "solution")
SQLITE = (
    "CREATE VIRTUAL TABLE {0}_fts USING fts5(words, content='{0}', content_rowid='id', detail='none', columnsize=0,"
    " prefix='3 4 5', tokenize=\"ascii tokenchars '_:-'\")",
)
POSTGRESQL = (
    "ALTER TABLE {0} ADD COLUMN lexemes tsvector GENERATED ALWAYS AS (array_to_tsvector("
    "array_remove(string_to_array(translate(words, E'\\n', ' '), ' '), ''))) STORED",
    "CREATE INDEX ix_{0}_lexemes ON {0} USING gin (lexemes) WITH (fastupdate = off)",
)


def upgrade() -> None:
    """Makes the tables and their indexes."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    for thing in THINGS:
        table = f"{thing}_words"
        op.create_table(
            table,
            sa.Column("id", sa.Integer(), nullable=False),
            sa.Column("words", sa.Text(), nullable=False),
            sa.ForeignKeyConstraint(["id"], [f"{thing}.id"], name=op.f(f"fk_{table}_id")),
            sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        )
        for statement in SQLITE if sqlite else POSTGRESQL:
            op.execute(sa.text(statement.format(table).replace(":", "\\:")))
    op.create_index("ix_deviation_reporter_id_filed_at", "deviation", ["reporter_id", "filed_at", "id"])
    op.drop_index(op.f("ix_deviation_reporter_id"), "deviation")
    op.create_index(
        "ix_deviation_queue_snoozed_until",
        "deviation",
        ["queue", "snoozed_until"],
        sqlite_where=PUT_OFF,
        postgresql_where=PUT_OFF,
    )
    op.drop_index("ix_move_deviation_id", "move")
    op.create_index("ix_move_deviation_id", "move", ["deviation_id", "id", "actor_id"])


def downgrade() -> None:
    """Takes them away again; the texts that they were made of stay."""
    for thing in reversed(THINGS):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TABLE {thing}_words_fts")
        op.drop_table(f"{thing}_words")
    op.execute("DELETE FROM setting WHERE name = 'search'")
    op.drop_index("ix_move_deviation_id", "move")
    op.create_index("ix_move_deviation_id", "move", ["deviation_id"])
    op.drop_index("ix_deviation_queue_snoozed_until", "deviation")
    op.create_index(op.f("ix_deviation_reporter_id"), "deviation", ["reporter_id"])
    op.drop_index("ix_deviation_reporter_id_filed_at", "deviation")
