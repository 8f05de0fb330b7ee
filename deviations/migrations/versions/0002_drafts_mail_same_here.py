"""Drafts, the outbox and what follows a solution; who typed a report, "same here", language and mail choices."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds the tables and columns; whoever a report belongs to is taken to have typed it, until now none else could."""
    _drafts()
    _mail()
    with op.batch_alter_table("user") as user:
        user.add_column(sa.Column("language", sa.String(length=2), nullable=False, server_default="sv"))
        user.add_column(sa.Column("mail_choice", sa.String(length=30), nullable=False, server_default="each"))
    with op.batch_alter_table("user") as user:
        user.alter_column("language", server_default=None)
        user.alter_column("mail_choice", server_default=None)
    with op.batch_alter_table("deviation") as deviation:
        deviation.add_column(sa.Column("filed_by_id", sa.Integer(), nullable=True))
        deviation.add_column(sa.Column("same_as_id", sa.Integer(), nullable=True))
    op.execute("UPDATE deviation SET filed_by_id = reporter_id")
    with op.batch_alter_table("deviation") as deviation:
        deviation.alter_column("filed_by_id", nullable=False)
        deviation.create_foreign_key(op.f("fk_deviation_filed_by_id"), "user", ["filed_by_id"], ["id"])
        deviation.create_foreign_key(op.f("fk_deviation_same_as_id"), "deviation", ["same_as_id"], ["id"])
        deviation.drop_constraint(op.f("uq_deviation_reporter_id_form_key"), type_="unique")
        deviation.create_unique_constraint(op.f("uq_deviation_filed_by_id_form_key"), ["filed_by_id", "form_key"])
        deviation.create_index(op.f("ix_deviation_filed_by_id"), ["filed_by_id"])
        deviation.create_index(op.f("ix_deviation_same_as_id"), ["same_as_id"])


def _drafts() -> None:
    op.create_table(
        "draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_draft_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sa.UniqueConstraint("owner_id", "form_key", name=op.f("uq_draft_owner_id_form_key")),
    )
    op.create_index(op.f("ix_draft_saved_at"), "draft", ["saved_at"])


def _mail() -> None:
    op.create_table(
        "outgoing_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("deviation_id", sa.Integer(), nullable=True),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_outgoing_mail_user_id")),
        sa.ForeignKeyConstraint(["deviation_id"], ["deviation.id"], name=op.f("fk_outgoing_mail_deviation_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_outgoing_mail_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_outgoing_mail_key")),
    )
    for column in ("user_id", "deviation_id", "letter_id"):
        op.create_index(op.f(f"ix_outgoing_mail_{column}"), "outgoing_mail", [column])
    op.create_index("ix_outgoing_mail_state_next_try_at", "outgoing_mail", ["state", "next_try_at"])
    op.create_table(
        "follow_up",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("move_id", sa.Integer(), nullable=False),
        sa.Column("deviation_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("works", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(["move_id"], ["move.id"], name=op.f("fk_follow_up_move_id")),
        sa.ForeignKeyConstraint(["deviation_id"], ["deviation.id"], name=op.f("fk_follow_up_deviation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint("move_id", name=op.f("uq_follow_up_move_id")),
    )
    op.create_index(op.f("ix_follow_up_deviation_id"), "follow_up", ["deviation_id"])


def downgrade() -> None:
    """Takes them away again; occurrences filed by one press have no place in the older tables and go too."""
    op.drop_table("follow_up")
    op.drop_table("outgoing_mail")
    op.drop_table("draft")
    _forget_occurrences()
    with op.batch_alter_table("deviation") as deviation:
        deviation.drop_index(op.f("ix_deviation_same_as_id"))
        deviation.drop_index(op.f("ix_deviation_filed_by_id"))
        deviation.drop_constraint(op.f("uq_deviation_filed_by_id_form_key"), type_="unique")
        deviation.create_unique_constraint(op.f("uq_deviation_reporter_id_form_key"), ["reporter_id", "form_key"])
        deviation.drop_constraint(op.f("fk_deviation_same_as_id"), type_="foreignkey")
        deviation.drop_constraint(op.f("fk_deviation_filed_by_id"), type_="foreignkey")
        deviation.drop_column("same_as_id")
        deviation.drop_column("filed_by_id")
    with op.batch_alter_table("user") as user:
        user.drop_column("mail_choice")
        user.drop_column("language")


def _forget_occurrences() -> None:
    occurrences = "SELECT id FROM deviation WHERE kind = 'same_here'"
    for table in ("deviation_agency", "verdict", "solution", "move"):
        op.execute(f"DELETE FROM {table} WHERE deviation_id IN ({occurrences})")
    op.execute("UPDATE deviation SET duplicate_of_id = NULL WHERE duplicate_of_id IN (" + occurrences + ")")
    op.execute("DELETE FROM deviation WHERE kind = 'same_here'")
