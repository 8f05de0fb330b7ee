"""The letter: several barriers and copies, frozen evidence, chosen cases, comments, autosaves, the very files that were
sent and how; replies with files and promises, recipients' links, reminders; own templates and wordings; changed rules.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

NEW: dict[str, tuple[sa.Column[Any], ...]] = {  # columns that are never empty in the program, with what older rows get
    "agency": (sa.Column("email", sa.String(length=254), nullable=False, server_default=""),),
    "association": (
        sa.Column("organisation_number", sa.String(length=20), nullable=False, server_default=""),
        sa.Column("address", sa.Text(), nullable=False, server_default=""),
    ),
    "letter": (
        sa.Column("your_reference", sa.String(length=60), nullable=False, server_default=""),
        sa.Column("answer_how", sa.Text(), nullable=False, server_default=""),
        sa.Column("head", sa.Text(), nullable=False, server_default=""),
    ),
    "outgoing_mail": (sa.Column("address", sa.String(length=254), nullable=False, server_default=""),),
    "reply": (
        sa.Column("passed_on_to", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("text", sa.Text(), nullable=False, server_default=""),
    ),
    "rule": (sa.Column("version", sa.Integer(), nullable=False, server_default="1"),),
}
NAMES = (
    *("letter_template", "obstacle_wording", "rule_looked_over", "rule_change"),
    *("letter_barrier", "letter_copy", "letter_autosave", "letter_snapshot", "letter_case", "letter_comment"),
    *("letter_file", "letter_dispatch", "letter_reminder"),
    *("link_use", "promised_action", "reply_file", "recipient_link"),
)


def upgrade() -> None:
    """Makes the tables. A letter's numbers become its first snapshot, the file that was sent its first file."""
    _wordings()
    _desk()
    _sending()
    _answers()
    for table, columns in NEW.items():
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.add_column(column)
        with op.batch_alter_table(table) as batch:
            for column in columns:
                batch.alter_column(column.name, server_default=None)
    op.execute(
        "INSERT INTO letter_snapshot (letter_id, number, position, barrier_id, evidence, actor_id, at)"
        " SELECT id, 1, 0, barrier_id, evidence, author_id, created_at FROM letter"
    )
    op.execute(
        "INSERT INTO letter_file (letter_id, kind, sha256, content)"
        " SELECT id, 'pdf', sha256, sent_pdf FROM letter WHERE sent_pdf IS NOT NULL"
    )
    with op.batch_alter_table("letter") as letter:
        letter.add_column(sa.Column("seal", sa.String(length=64), nullable=True))
        for gone in ("evidence", "sent_pdf", "sha256"):
            letter.drop_column(gone)
    with op.batch_alter_table("letter_version") as version:
        version.add_column(sa.Column("restored", sa.Integer(), nullable=True))
    with op.batch_alter_table("outgoing_mail") as mail:
        mail.alter_column("user_id", existing_type=sa.Integer(), nullable=True)
    with op.batch_alter_table("reply") as reply:
        reply.add_column(sa.Column("agency_id", sa.Integer(), nullable=True))
        reply.add_column(sa.Column("answer_by", sa.Date(), nullable=True))
        reply.add_column(sa.Column("link_id", sa.Integer(), nullable=True))
        reply.alter_column("recorded_by_id", existing_type=sa.Integer(), nullable=True)
        reply.create_index(op.f("ix_reply_agency_id"), ["agency_id"])
        reply.create_foreign_key(op.f("fk_reply_agency_id"), "agency", ["agency_id"], ["id"])
        reply.create_foreign_key(op.f("fk_reply_link_id"), "recipient_link", ["link_id"], ["id"])


def _wordings() -> None:
    op.create_table(
        "letter_template",
        sa.Column("association_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["association_id"], ["association.id"], name=op.f("fk_letter_template_association_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user.id"], name=op.f("fk_letter_template_changed_by_id")),
        sa.PrimaryKeyConstraint("association_id", name=op.f("pk_letter_template")),
    )
    op.create_table(
        "obstacle_wording",
        sa.Column(
            "obstacle",
            sa.String(length=30),
            nullable=False,
        ),
        sa.Column("addressee_id", sa.Integer(), nullable=True),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["addressee_id"], ["agency.id"], name=op.f("fk_obstacle_wording_addressee_id")),
        sa.ForeignKeyConstraint(["changed_by_id"], ["user.id"], name=op.f("fk_obstacle_wording_changed_by_id")),
        sa.PrimaryKeyConstraint("obstacle", name=op.f("pk_obstacle_wording")),
    )
    op.create_table(
        "rule_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_rule_change_actor_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["rule.id"], name=op.f("fk_rule_change_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_change")),
    )
    with op.batch_alter_table("rule_change") as batch_op:
        batch_op.create_index(op.f("ix_rule_change_rule_id"), ["rule_id"])

    op.create_table(
        "rule_looked_over",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("barrier_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_rule_looked_over_actor_id")),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name=op.f("fk_rule_looked_over_barrier_id")),
        sa.ForeignKeyConstraint(["change_id"], ["rule_change.id"], name=op.f("fk_rule_looked_over_change_id")),
        sa.PrimaryKeyConstraint("change_id", "barrier_id", name=op.f("pk_rule_looked_over")),
    )
    with op.batch_alter_table("rule_looked_over") as batch_op:
        batch_op.create_index(op.f("ix_rule_looked_over_barrier_id"), ["barrier_id"])


def _desk() -> None:
    op.create_table(
        "letter_barrier",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("barrier_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name=op.f("fk_letter_barrier_barrier_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_barrier_letter_id")),
        sa.PrimaryKeyConstraint("letter_id", "barrier_id", name=op.f("pk_letter_barrier")),
    )
    with op.batch_alter_table("letter_barrier") as batch_op:
        batch_op.create_index(op.f("ix_letter_barrier_barrier_id"), ["barrier_id"])

    op.create_table(
        "letter_copy",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_letter_copy_agency_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_copy_letter_id")),
        sa.PrimaryKeyConstraint("letter_id", "agency_id", name=op.f("pk_letter_copy")),
    )
    with op.batch_alter_table("letter_copy") as batch_op:
        batch_op.create_index(op.f("ix_letter_copy_agency_id"), ["agency_id"])

    op.create_table(
        "letter_autosave",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_autosave_letter_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_letter_autosave_user_id")),
        sa.PrimaryKeyConstraint("letter_id", "user_id", name=op.f("pk_letter_autosave")),
    )
    with op.batch_alter_table("letter_autosave") as batch_op:
        batch_op.create_index(op.f("ix_letter_autosave_user_id"), ["user_id"])

    op.create_table(
        "letter_snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("barrier_id", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_letter_snapshot_actor_id")),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name=op.f("fk_letter_snapshot_barrier_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_snapshot_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_snapshot")),
        sa.UniqueConstraint(
            "letter_id", "number", "position", name=op.f("uq_letter_snapshot_letter_id_number_position")
        ),
    )
    with op.batch_alter_table("letter_snapshot") as batch_op:
        batch_op.create_index(op.f("ix_letter_snapshot_barrier_id"), ["barrier_id"])

    op.create_table(
        "letter_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("barrier_id", sa.Integer(), nullable=False),
        sa.Column("deviation_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("passed_by_id", sa.Integer(), nullable=False),
        sa.Column("passed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name=op.f("fk_letter_case_barrier_id")),
        sa.ForeignKeyConstraint(["deviation_id"], ["deviation.id"], name=op.f("fk_letter_case_deviation_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_case_letter_id")),
        sa.ForeignKeyConstraint(["passed_by_id"], ["user.id"], name=op.f("fk_letter_case_passed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_case")),
        sa.UniqueConstraint("letter_id", "deviation_id", name=op.f("uq_letter_case_letter_id_deviation_id")),
    )
    with op.batch_alter_table("letter_case") as batch_op:
        batch_op.create_index(op.f("ix_letter_case_barrier_id"), ["barrier_id"])
        batch_op.create_index(op.f("ix_letter_case_deviation_id"), ["deviation_id"])

    op.create_table(
        "letter_comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("passage", sa.String(length=300), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("approves", sa.Boolean(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_letter_comment_author_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_comment_letter_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["user.id"], name=op.f("fk_letter_comment_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_comment")),
    )
    with op.batch_alter_table("letter_comment") as batch_op:
        batch_op.create_index("ix_letter_comment_letter_id_id", ["letter_id", "id"])


def _sending() -> None:
    op.create_table(
        "letter_file",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_file_letter_id")),
        sa.PrimaryKeyConstraint("letter_id", "kind", name=op.f("pk_letter_file")),
    )
    op.create_table(
        "letter_dispatch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("copy", sa.Boolean(), nullable=False),
        sa.Column(
            "delivery",
            sa.String(length=30),
            nullable=False,
        ),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_letter_dispatch_actor_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_letter_dispatch_agency_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_dispatch_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_dispatch")),
        sa.UniqueConstraint("letter_id", "agency_id", name=op.f("uq_letter_dispatch_letter_id_agency_id")),
    )
    with op.batch_alter_table("letter_dispatch") as batch_op:
        batch_op.create_index(op.f("ix_letter_dispatch_agency_id"), ["agency_id"])

    op.create_table(
        "letter_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_letter_reminder_actor_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_letter_reminder_letter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_reminder")),
        sa.UniqueConstraint("letter_id", "number", name=op.f("uq_letter_reminder_letter_id_number")),
    )


def _answers() -> None:
    op.create_table(
        "recipient_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("token_sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["agency_id"], ["agency.id"], name=op.f("fk_recipient_link_agency_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user.id"], name=op.f("fk_recipient_link_created_by_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.id"], name=op.f("fk_recipient_link_letter_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["user.id"], name=op.f("fk_recipient_link_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recipient_link")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_recipient_link_token_sha256")),
    )
    with op.batch_alter_table("recipient_link") as batch_op:
        batch_op.create_index(op.f("ix_recipient_link_agency_id"), ["agency_id"])
        batch_op.create_index(op.f("ix_recipient_link_letter_id"), ["letter_id"])

    op.create_table(
        "link_use",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "act",
            sa.String(length=30),
            nullable=False,
        ),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["link_id"], ["recipient_link.id"], name=op.f("fk_link_use_link_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_use")),
    )
    with op.batch_alter_table("link_use") as batch_op:
        batch_op.create_index(op.f("ix_link_use_link_id"), ["link_id"])

    op.create_table(
        "promised_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["done_by_id"], ["user.id"], name=op.f("fk_promised_action_done_by_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_promised_action_reply_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promised_action")),
    )
    with op.batch_alter_table("promised_action") as batch_op:
        batch_op.create_index(op.f("ix_promised_action_reply_id"), ["reply_id"])

    op.create_table(
        "reply_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["reply_id"], ["reply.id"], name=op.f("fk_reply_file_reply_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_file")),
    )
    with op.batch_alter_table("reply_file") as batch_op:
        batch_op.create_index(op.f("ix_reply_file_reply_id"), ["reply_id"])


def downgrade() -> None:
    """Takes the tables away. The newest numbers and the sent PDF file stay with their letter."""
    with op.batch_alter_table("letter") as letter:
        letter.add_column(sa.Column("evidence", sa.Text(), nullable=True))
        letter.add_column(sa.Column("sent_pdf", sa.LargeBinary(), nullable=True))
        letter.add_column(sa.Column("sha256", sa.String(length=64), nullable=True))
        letter.drop_column("seal")
    op.execute(
        "UPDATE letter SET evidence = COALESCE((SELECT s.evidence FROM letter_snapshot AS s"
        " WHERE s.letter_id = letter.id AND s.position = 0 ORDER BY s.number DESC LIMIT 1), '{}')"
    )
    for column, kept in (("sent_pdf", "content"), ("sha256", "sha256")):
        op.execute(
            f"UPDATE letter SET {column} ="
            f" (SELECT f.{kept} FROM letter_file AS f WHERE f.letter_id = letter.id AND f.kind = 'pdf')"
        )
    with op.batch_alter_table("letter") as letter:
        letter.alter_column("evidence", existing_type=sa.Text(), nullable=False)
    op.execute("DELETE FROM outgoing_mail WHERE user_id IS NULL")
    with op.batch_alter_table("outgoing_mail") as mail:
        mail.alter_column("user_id", existing_type=sa.Integer(), nullable=False)
    op.execute(
        "UPDATE reply SET recorded_by_id = (SELECT l.author_id FROM letter AS l WHERE l.id = reply.letter_id)"
        " WHERE recorded_by_id IS NULL"
    )
    with op.batch_alter_table("reply") as reply:
        reply.drop_constraint(op.f("fk_reply_link_id"), type_="foreignkey")
        reply.drop_constraint(op.f("fk_reply_agency_id"), type_="foreignkey")
        reply.drop_index(op.f("ix_reply_agency_id"))
        reply.alter_column("recorded_by_id", existing_type=sa.Integer(), nullable=False)
        for gone in ("link_id", "answer_by", "agency_id"):
            reply.drop_column(gone)
    with op.batch_alter_table("letter_version") as version:
        version.drop_column("restored")
    for table, added in NEW.items():
        with op.batch_alter_table(table) as batch:
            for one in added:
                batch.drop_column(one.name)
    for name in NAMES:
        op.drop_table(name)
