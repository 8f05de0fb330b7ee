"""Accounts and safety: logins with their limits, one-time links for more than invitations, the second factor, other
organisations' logins, where audit lines came from, how long things are kept, and reports whose texts are gone.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NEW: dict[str, tuple[sa.Column[Any], ...]] = {  # columns that are never empty in the program, with what older rows get
    "audit_entry": (sa.Column("source_mark", sa.String(length=64), nullable=False, server_default=""),),
    "login_session": (
        sa.Column("seen_at", MOMENT, nullable=False, server_default="1970-01-01 00:00:00+00:00"),
        sa.Column("way", sa.String(length=30), nullable=False, server_default="password"),
        sa.Column("agent", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("source", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("provider", sa.String(length=60), nullable=False, server_default=""),
        sa.Column("provider_session", sa.String(length=255), nullable=False, server_default=""),
        sa.Column("id_token", sa.Text(), nullable=False, server_default=""),
    ),
    "one_time_link": (
        sa.Column("nonce", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("purpose", sa.String(length=30), nullable=False, server_default="invitation"),
    ),
}
MAY_BE_EMPTY: dict[str, tuple[sa.Column[Any], ...]] = {
    "audit_entry": (sa.Column("source", sa.String(length=64)), sa.Column("source_salt", sa.String(length=32))),
    "deviation": (sa.Column("erased_at", MOMENT),),
    "user": (
        sa.Column("password_changed_at", MOMENT),
        sa.Column("totp_secret", sa.String(length=255)),
        sa.Column("totp_confirmed_at", MOMENT),
        sa.Column("totp_step", sa.BigInteger()),
        sa.Column("closed_at", MOMENT),
        sa.Column("masked_at", MOMENT),
    ),
}
TABLES = (
    *("retention_run", "retention_rule", "retention_decision"),
    *("recovery_code", "pending_login", "identity", "email_change", "attempt"),
)


def upgrade() -> None:
    """Makes the tables. Logins that are open end, as nobody knows when they were used last; whoever has left has left
    on the day of this change.
    """
    _tables()
    op.execute("DELETE FROM login_session")
    op.drop_table("login_failure")
    for table, columns in MAY_BE_EMPTY.items():
        for column in columns:
            op.add_column(table, column)
    for table, columns in NEW.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.add_column(column)
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column.name, server_default=None)
    with op.batch_alter_table("login_session") as login:
        login.create_index(op.f("ix_login_session_provider_session"), ["provider_session"])
    with op.batch_alter_table("one_time_link") as link:
        link.add_column(sa.Column("email_change_id", sa.Integer(), nullable=True))
        link.add_column(sa.Column("made_by_id", sa.Integer(), nullable=True))
        link.create_index(op.f("ix_one_time_link_email_change_id"), ["email_change_id"])
        link.create_index(op.f("ix_one_time_link_user_id"), ["user_id"])
        link.create_foreign_key(op.f("fk_one_time_link_email_change_id"), "email_change", ["email_change_id"], ["id"])
        link.create_foreign_key(op.f("fk_one_time_link_made_by_id"), "user", ["made_by_id"], ["id"])
    op.execute(sa.text('UPDATE "user" SET closed_at = CURRENT_TIMESTAMP WHERE NOT active'))


def _tables() -> None:
    op.create_table(
        "attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempt")),
    )
    with op.batch_alter_table("attempt") as batch_op:
        batch_op.create_index(op.f("ix_attempt_at"), ["at"])
        batch_op.create_index("ix_attempt_kind_key_hash_at", ["kind", "key_hash", "at"])

    op.create_table(
        "email_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("new_email", sa.String(length=254), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("old_confirmed_at", MOMENT, nullable=True),
        sa.Column("new_confirmed_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_email_change_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_change")),
    )
    with op.batch_alter_table("email_change") as batch_op:
        batch_op.create_index(op.f("ix_email_change_user_id"), ["user_id"])

    op.create_table(
        "identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("linked_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_identity_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identity")),
        sa.UniqueConstraint("provider", "subject", name=op.f("uq_identity_provider_subject")),
    )
    with op.batch_alter_table("identity") as batch_op:
        batch_op.create_index(op.f("ix_identity_user_id"), ["user_id"])

    op.create_table(
        "pending_login",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("provider", sa.String(length=60), nullable=False),
        sa.Column("provider_session", sa.String(length=255), nullable=False),
        sa.Column("id_token", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_pending_login_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pending_login")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_pending_login_token_hash")),
    )
    with op.batch_alter_table("pending_login") as batch_op:
        batch_op.create_index(op.f("ix_pending_login_user_id"), ["user_id"])

    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("user_id", "code_hash", name=op.f("uq_recovery_code_user_id_code_hash")),
    )
    op.create_table(
        "retention_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=60), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_retention_decision_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_decision")),
    )
    op.create_table(
        "retention_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=30), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["retention_decision.id"], name=op.f("fk_retention_rule_decision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_rule")),
        sa.UniqueConstraint("decision_id", "what", name=op.f("uq_retention_rule_decision_id_what")),
    )
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("before", sa.Date(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_retention_run_actor_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["retention_rule.id"], name=op.f("fk_retention_run_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    with op.batch_alter_table("retention_run") as batch_op:
        batch_op.create_index(op.f("ix_retention_run_rule_id"), ["rule_id"])


def downgrade() -> None:
    """Takes the tables away. Links that were no invitations are dead without them, and all logins end."""
    op.execute("DELETE FROM one_time_link WHERE purpose <> 'invitation'")
    with op.batch_alter_table("one_time_link") as link:
        link.drop_constraint(op.f("fk_one_time_link_made_by_id"), type_="foreignkey")
        link.drop_constraint(op.f("fk_one_time_link_email_change_id"), type_="foreignkey")
        link.drop_index(op.f("ix_one_time_link_user_id"))
        link.drop_index(op.f("ix_one_time_link_email_change_id"))
        link.drop_column("made_by_id")
        link.drop_column("email_change_id")
    with op.batch_alter_table("login_session") as login:
        login.drop_index(op.f("ix_login_session_provider_session"))
    for table, columns in NEW.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.drop_column(column.name)
    for table, columns in MAY_BE_EMPTY.items():
        for column in columns:
            op.drop_column(table, column.name)  # in place: the search index hangs on these tables
    op.execute("DELETE FROM login_session")
    op.create_table(
        "login_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
    )
    with op.batch_alter_table("login_failure") as failure:
        failure.create_index(op.f("ix_login_failure_email_hash"), ["email_hash"])
    for name in TABLES:
        op.drop_table(name)
