"""Grouping: what people say of two reports and one barrier, how suggestions turned out, what is learnt from that, the
instance's own words in the lexicon, and the latest grouping.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the tables. Until now, two reports that were said not to be the same happening were never proposed as one
    barrier either; that word stands.
    """
    op.create_table(
        "kin_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("kin", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_kin_verdict_in_order")),
        sa.ForeignKeyConstraint(["first_id"], ["deviation.id"], name=op.f("fk_kin_verdict_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["deviation.id"], name=op.f("fk_kin_verdict_second_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_kin_verdict_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kin_verdict")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_kin_verdict_first_id_second_id")),
    )
    op.create_index(op.f("ix_kin_verdict_second_id"), "kin_verdict", ["second_id"])
    op.execute(
        "INSERT INTO kin_verdict (first_id, second_id, kin, actor_id, at)"
        " SELECT first_id, second_id, same, actor_id, at FROM pair_verdict WHERE NOT same ORDER BY id"
    )
    _learnt()
    op.create_table(
        "lexicon_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(length=80), nullable=False),
        sa.Column("expansion", sa.String(length=300), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("rules", sa.String(length=300), nullable=False),
        sa.Column("agencies", sa.String(length=300), nullable=False),
        sa.Column("off", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_lexicon_entry_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lexicon_entry")),
        sa.UniqueConstraint("term", name=op.f("uq_lexicon_entry_term")),
    )
    op.create_table(
        "grouping_run",
        sa.Column("fineness", sa.String(length=30), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("groups", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("fineness", name=op.f("pk_grouping_run")),
    )


def _learnt() -> None:
    op.create_table(
        "learnt_weights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("weights", sa.Text(), nullable=False),
        sa.Column("learnt_from", sa.Integer(), nullable=False),
        sa.Column("tested_on", sa.Integer(), nullable=False),
        sa.Column("first_before", sa.Double(), nullable=False),
        sa.Column("first_after", sa.Double(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_learnt_weights")),
    )
    op.create_index(op.f("ix_learnt_weights_state"), "learnt_weights", ["state"])
    op.create_table(
        "suggestion_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deviation_id", sa.Integer(), nullable=False),
        sa.Column("barrier_id", sa.Integer(), nullable=False),
        sa.Column("ruling_id", sa.Integer(), nullable=True),
        sa.Column("weights_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("was_new", sa.Boolean(), nullable=False),
        sa.Column("looked_new", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["deviation_id"], ["deviation.id"], name=op.f("fk_suggestion_outcome_deviation_id")),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name=op.f("fk_suggestion_outcome_barrier_id")),
        sa.ForeignKeyConstraint(["ruling_id"], ["ruling.id"], name=op.f("fk_suggestion_outcome_ruling_id")),
        sa.ForeignKeyConstraint(["weights_id"], ["learnt_weights.id"], name=op.f("fk_suggestion_outcome_weights_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestion_outcome")),
    )
    for column in ("at", "deviation_id", "barrier_id", "ruling_id", "weights_id"):
        op.create_index(op.f(f"ix_suggestion_outcome_{column}"), "suggestion_outcome", [column])


def downgrade() -> None:
    """Takes the tables away again, with what was learnt and what people said in them."""
    for table in ("grouping_run", "lexicon_entry", "suggestion_outcome", "learnt_weights", "kin_verdict"):
        op.drop_table(table)
