"""The first tables: people, catalogue, deviations, barriers, letters, history and audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Builds the tables."""
    op.create_table(
        "agency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("decides", sa.Text(), nullable=False),
        sa.Column("in_national_council", sa.String(length=40), nullable=False),
        sa.Column("confidence", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency")),
        sa.UniqueConstraint("code", name=op.f("uq_agency_code")),
    )
    op.create_table(
        "association",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("county_code", sa.String(length=2), nullable=False),
        sa.Column("confidence", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association")),
        sa.UniqueConstraint("code", name=op.f("uq_association_code")),
    )
    op.create_table(
        "glossary_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(length=120), nullable=False),
        sa.Column("identifier", sa.String(length=80), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_glossary_term")),
        sa.UniqueConstraint("term", name=op.f("uq_glossary_term_term")),
    )
    op.create_table(
        "login_failure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_hash", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_failure")),
    )
    with op.batch_alter_table("login_failure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_failure_email_hash"), ["email_hash"], unique=False)

    op.create_table(
        "municipality",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=4), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("county_code", sa.String(length=2), nullable=False),
        sa.Column("county", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_municipality")),
        sa.UniqueConstraint("code", name=op.f("uq_municipality_code")),
    )
    op.create_table(
        "rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("statute", sa.String(length=200), nullable=False),
        sa.Column("paragraph", sa.String(length=200), nullable=False),
        sa.Column("agency_text", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("barrier_text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.String(length=40), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("superseded_by", sa.String(length=20), nullable=True),
        sa.Column("last_checked", sa.Date(), nullable=True),
        sa.Column("checked_by", sa.String(length=120), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule")),
        sa.UniqueConstraint("code", name=op.f("uq_rule_code")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_table(
        "association_municipality",
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["association_id"], ["association.id"], name=op.f("fk_association_municipality_association_id")
        ),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_association_municipality_municipality_id")
        ),
        sa.PrimaryKeyConstraint("association_id", "municipality_id", name=op.f("pk_association_municipality")),
    )
    with op.batch_alter_table("association_municipality", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_association_municipality_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_audit_entry_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("digest", name=op.f("uq_audit_entry_digest")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_at"), ["at"], unique=False)

    op.create_table(
        "barrier",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("obstacle", sa.String(length=30), nullable=True),
        sa.Column("step", sa.String(length=30), nullable=True),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fired_why", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_barrier_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_barrier")),
    )
    with op.batch_alter_table("barrier", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_barrier_rule_id"), ["rule_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_barrier_status"), ["status"], unique=False)

    op.create_table(
        "login_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_login_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_login_session_token_hash")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "one_time_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_one_time_link_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_one_time_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_one_time_link_token_hash")),
    )
    op.create_table(
        "program",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["association.id"], name=op.f("fk_program_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_program")),
    )
    op.create_table(
        "rule_agency",
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_rule_agency_agency_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_agency_rule_id")),
        sa.PrimaryKeyConstraint("rule_id", "agency_id", name=op.f("pk_rule_agency")),
    )
    with op.batch_alter_table("rule_agency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_agency_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "series",
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["association_id"], ["association.id"], name=op.f("fk_series_association_id")),
        sa.PrimaryKeyConstraint("association_id", "year", name=op.f("pk_series")),
    )
    op.create_table(
        "barrier_agency",
        sa.Column("barrier_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_barrier_agency_agency_id")),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name=op.f("fk_barrier_agency_barrier_id")),
        sa.PrimaryKeyConstraint("barrier_id", "agency_id", name=op.f("pk_barrier_agency")),
    )
    with op.batch_alter_table("barrier_agency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_barrier_agency_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("barrier_id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_paragraph", sa.String(length=40), nullable=False),
        sa.Column("registry_number", sa.String(length=40), nullable=True),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("answer_by", sa.Date(), nullable=True),
        sa.Column("sent_pdf", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["association_id"], ["association.id"], name=op.f("fk_letter_association_id")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_letter_author_id")),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name=op.f("fk_letter_barrier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("registry_number", name=op.f("uq_letter_registry_number")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_barrier_id"), ["barrier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_status"), ["status"], unique=False)

    op.create_table(
        "subproject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["association_id"], ["association.id"], name=op.f("fk_subproject_association_id")),
        sa.ForeignKeyConstraint(["program_id"], ["program.id"], name=op.f("fk_subproject_program_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subproject")),
        sa.UniqueConstraint("name", name=op.f("uq_subproject_name")),
    )
    op.create_table(
        "deviation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("status", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("form_key", sa.String(length=64), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=True),
        sa.Column("rule_hint", sa.String(length=200), nullable=False),
        sa.Column("step", sa.String(length=30), nullable=True),
        sa.Column("weeks_lost", sa.Integer(), nullable=True),
        sa.Column("people_hit", sa.Integer(), nullable=True),
        sa.Column("tried", sa.Text(), nullable=False),
        sa.Column("wished", sa.Text(), nullable=False),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("barrier_id", sa.Integer(), nullable=True),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("close_reason", sa.String(length=30), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name=op.f("fk_deviation_barrier_id")),
        sa.ForeignKeyConstraint(["duplicate_of_id"], ["deviation.id"], name=op.f("fk_deviation_duplicate_of_id")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_deviation_municipality_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["user.id"], name=op.f("fk_deviation_reporter_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_deviation_rule_id")),
        sa.ForeignKeyConstraint(["subproject_id"], ["subproject.id"], name=op.f("fk_deviation_subproject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deviation")),
        sa.UniqueConstraint("reporter_id", "form_key", name=op.f("uq_deviation_reporter_id_form_key")),
    )
    with op.batch_alter_table("deviation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deviation_barrier_id"), ["barrier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deviation_filed_at"), ["filed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_deviation_municipality_id"), ["municipality_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deviation_reporter_id"), ["reporter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deviation_rule_id"), ["rule_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_deviation_status"), ["status"], unique=False)
        batch_op.create_index(batch_op.f("ix_deviation_subproject_id"), ["subproject_id"], unique=False)

    op.create_table(
        "letter_recipient",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_letter_recipient_agency_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_recipient_letter_id")),
        sa.PrimaryKeyConstraint("letter_id", "agency_id", name=op.f("pk_letter_recipient")),
    )
    with op.batch_alter_table("letter_recipient", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_recipient_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "letter_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_letter_version_author_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_version_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_version")),
        sa.UniqueConstraint("letter_id", "number", name=op.f("uq_letter_version_letter_id_number")),
    )
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=30), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["subproject_id"], ["subproject.id"], name=op.f("fk_membership_subproject_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_membership_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint("user_id", "role", "subproject_id", name=op.f("uq_membership_user_id_role_subproject_id")),
    )
    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("answer", sa.String(length=30), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("their_number", sa.String(length=60), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_reply_letter_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["user.id"], name=op.f("fk_reply_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_letter_id"), ["letter_id"], unique=False)

    op.create_table(
        "subproject_municipality",
        sa.Column("subproject_id", sa.Integer(), nullable=False),
        sa.Column("municipality_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_subproject_municipality_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["subproject_id"], ["subproject.id"], name=op.f("fk_subproject_municipality_subproject_id")
        ),
        sa.PrimaryKeyConstraint("subproject_id", "municipality_id", name=op.f("pk_subproject_municipality")),
    )
    with op.batch_alter_table("subproject_municipality", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_subproject_municipality_municipality_id"), ["municipality_id"], unique=False
        )

    op.create_table(
        "deviation_agency",
        sa.Column("deviation_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_deviation_agency_agency_id")),
        sa.ForeignKeyConstraint(["deviation_id"], ["deviation.id"], name=op.f("fk_deviation_agency_deviation_id")),
        sa.PrimaryKeyConstraint("deviation_id", "agency_id", name=op.f("pk_deviation_agency")),
    )
    with op.batch_alter_table("deviation_agency", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deviation_agency_agency_id"), ["agency_id"], unique=False)

    op.create_table(
        "move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("deviation_id", sa.Integer(), nullable=True),
        sa.Column("barrier_id", sa.Integer(), nullable=True),
        sa.Column("letter_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=30), nullable=True),
        sa.Column("target", sa.String(length=30), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(CASE WHEN deviation_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN barrier_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN letter_id IS NULL THEN 0 ELSE 1 END) = 1",
            name=op.f("ck_move_of_one_thing"),
        ),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_move_actor_id")),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name=op.f("fk_move_barrier_id")),
        sa.ForeignKeyConstraint(["deviation_id"], ["deviation.id"], name=op.f("fk_move_deviation_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_move_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move")),
    )
    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_move_barrier_id"), ["barrier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_move_deviation_id"), ["deviation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_move_letter_id"), ["letter_id"], unique=False)

    op.create_table(
        "solution",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deviation_id", sa.Integer(), nullable=False),
        sa.Column("barrier_id", sa.Integer(), nullable=True),
        sa.Column("subproject_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name=op.f("fk_solution_barrier_id")),
        sa.ForeignKeyConstraint(["deviation_id"], ["deviation.id"], name=op.f("fk_solution_deviation_id")),
        sa.ForeignKeyConstraint(["subproject_id"], ["subproject.id"], name=op.f("fk_solution_subproject_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_solution")),
    )
    with op.batch_alter_table("solution", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_solution_barrier_id"), ["barrier_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_solution_deviation_id"), ["deviation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_solution_subproject_id"), ["subproject_id"], unique=False)

    op.create_table(
        "verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deviation_id", sa.Integer(), nullable=False),
        sa.Column("barrier_id", sa.Integer(), nullable=False),
        sa.Column("belongs", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_verdict_actor_id")),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name=op.f("fk_verdict_barrier_id")),
        sa.ForeignKeyConstraint(["deviation_id"], ["deviation.id"], name=op.f("fk_verdict_deviation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verdict")),
        sa.UniqueConstraint("deviation_id", "barrier_id", name=op.f("uq_verdict_deviation_id_barrier_id")),
    )
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verdict_barrier_id"), ["barrier_id"], unique=False)


def downgrade() -> None:
    """Takes the tables away."""
    with op.batch_alter_table("verdict", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_verdict_barrier_id"))

    op.drop_table("verdict")
    with op.batch_alter_table("solution", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_solution_subproject_id"))
        batch_op.drop_index(batch_op.f("ix_solution_deviation_id"))
        batch_op.drop_index(batch_op.f("ix_solution_barrier_id"))

    op.drop_table("solution")
    with op.batch_alter_table("move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_move_letter_id"))
        batch_op.drop_index(batch_op.f("ix_move_deviation_id"))
        batch_op.drop_index(batch_op.f("ix_move_barrier_id"))

    op.drop_table("move")
    with op.batch_alter_table("deviation_agency", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deviation_agency_agency_id"))

    op.drop_table("deviation_agency")
    with op.batch_alter_table("subproject_municipality", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_subproject_municipality_municipality_id"))

    op.drop_table("subproject_municipality")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_letter_id"))

    op.drop_table("reply")
    op.drop_table("membership")
    op.drop_table("letter_version")
    with op.batch_alter_table("letter_recipient", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_recipient_agency_id"))

    op.drop_table("letter_recipient")
    with op.batch_alter_table("deviation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_deviation_subproject_id"))
        batch_op.drop_index(batch_op.f("ix_deviation_status"))
        batch_op.drop_index(batch_op.f("ix_deviation_rule_id"))
        batch_op.drop_index(batch_op.f("ix_deviation_reporter_id"))
        batch_op.drop_index(batch_op.f("ix_deviation_municipality_id"))
        batch_op.drop_index(batch_op.f("ix_deviation_filed_at"))
        batch_op.drop_index(batch_op.f("ix_deviation_barrier_id"))

    op.drop_table("deviation")
    op.drop_table("subproject")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_status"))
        batch_op.drop_index(batch_op.f("ix_letter_barrier_id"))

    op.drop_table("letter")
    with op.batch_alter_table("barrier_agency", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_barrier_agency_agency_id"))

    op.drop_table("barrier_agency")
    op.drop_table("series")
    with op.batch_alter_table("rule_agency", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rule_agency_agency_id"))

    op.drop_table("rule_agency")
    op.drop_table("program")
    op.drop_table("one_time_link")
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_session_user_id"))

    op.drop_table("login_session")
    with op.batch_alter_table("barrier", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_barrier_status"))
        batch_op.drop_index(batch_op.f("ix_barrier_rule_id"))

    op.drop_table("barrier")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_at"))

    op.drop_table("audit_entry")
    with op.batch_alter_table("association_municipality", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_association_municipality_municipality_id"))

    op.drop_table("association_municipality")
    op.drop_table("user")
    op.drop_table("setting")
    op.drop_table("rule")
    op.drop_table("municipality")
    with op.batch_alter_table("login_failure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_login_failure_email_hash"))

    op.drop_table("login_failure")
    op.drop_table("glossary_term")
    op.drop_table("association")
    op.drop_table("agency")
