"""Triage: queues, promised days, decisions that can be undone, weekly reviews, saved views, internal notes, pairs."""

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SWEDEN = ZoneInfo("Europe/Stockholm")
FIRST_REPLY, LOCAL_ANSWER = 7, 60  # days, as they were promised when these reports were filed
QUEUE = (
    "CASE status WHEN 'filed' THEN 'new' WHEN 'in_review' THEN 'new'"
    " WHEN 'needs_facts' THEN 'facts' WHEN 'local_action' THEN 'lead' ELSE '' END"
)
INDEXES = {
    "ix_deviation_due_on": ["due_on"],
    "ix_deviation_queue_filed_at": ["queue", "filed_at", "id"],
    "ix_deviation_queue_due_on": ["queue", "due_on", "id"],
    "ix_deviation_queue_priority": ["queue", "priority", "id"],
    "ix_deviation_subproject_id_queue": ["subproject_id", "queue", "filed_at", "id"],
}


def upgrade() -> None:
    """Adds the tables and columns; open reports get the day that was promised of them until now, and a priority."""
    _rulings()
    _words_between_people()
    _moves()
    _barriers_and_people()
    with op.batch_alter_table("deviation") as deviation:
        deviation.add_column(sa.Column("queue", sa.String(length=30), nullable=True))
        deviation.add_column(sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
        deviation.add_column(sa.Column("due_on", sa.Date(), nullable=True))
        deviation.add_column(sa.Column("due_how", sa.Text(), nullable=False, server_default=""))
        deviation.add_column(sa.Column("snoozed_until", sa.Date(), nullable=True))
        deviation.add_column(sa.Column("asked_until", sa.Date(), nullable=True))
    op.execute(f"UPDATE deviation SET queue = NULLIF({QUEUE}, '')")
    with op.batch_alter_table("deviation") as deviation:
        deviation.create_check_constraint(op.f("ck_deviation_queue_of_status"), f"COALESCE(queue, '') = {QUEUE}")
        deviation.alter_column("priority", server_default=None)
        deviation.alter_column("due_how", server_default=None)
        for name, columns in INDEXES.items():
            deviation.create_index(name, columns)
    _promise()
    _weigh()


def _rulings() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_review_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
    )
    op.create_index(op.f("ix_review_actor_id"), "review", ["actor_id"])
    op.create_index(op.f("ix_review_ended_at"), "review", ["ended_at"])
    op.create_table(
        "review_item",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("deviation_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_item_review_id")),
        sa.ForeignKeyConstraint(["deviation_id"], ["deviation.id"], name=op.f("fk_review_item_deviation_id")),
        sa.PrimaryKeyConstraint("review_id", "position", name=op.f("pk_review_item")),
        sa.UniqueConstraint("review_id", "deviation_id", name=op.f("uq_review_item_review_id_deviation_id")),
    )
    op.create_index(op.f("ix_review_item_deviation_id"), "review_item", ["deviation_id"])
    op.create_table(
        "ruling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("what", sa.String(length=30), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_ruling_actor_id")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_ruling_review_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["user.id"], name=op.f("fk_ruling_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ruling")),
    )
    op.create_index("ix_ruling_actor_id_at", "ruling", ["actor_id", "at"])
    op.create_index(op.f("ix_ruling_review_id"), "ruling", ["review_id"])


def _words_between_people() -> None:
    op.create_table(
        "internal_note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("deviation_id", sa.Integer(), nullable=True),
        sa.Column("barrier_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(deviation_id IS NULL) <> (barrier_id IS NULL)", name=op.f("ck_internal_note_of_one_thing")
        ),
        sa.ForeignKeyConstraint(["deviation_id"], ["deviation.id"], name=op.f("fk_internal_note_deviation_id")),
        sa.ForeignKeyConstraint(["barrier_id"], ["barrier.id"], name=op.f("fk_internal_note_barrier_id")),
        sa.ForeignKeyConstraint(["author_id"], ["user.id"], name=op.f("fk_internal_note_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internal_note")),
    )
    op.create_index(op.f("ix_internal_note_deviation_id"), "internal_note", ["deviation_id"])
    op.create_index(op.f("ix_internal_note_barrier_id"), "internal_note", ["barrier_id"])
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("query", sa.String(length=500), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user.id"], name=op.f("fk_saved_view_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner_id", "name", name=op.f("uq_saved_view_owner_id_name")),
    )
    op.create_table(
        "pair_verdict",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("same", sa.Boolean(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_pair_verdict_in_order")),
        sa.ForeignKeyConstraint(["first_id"], ["deviation.id"], name=op.f("fk_pair_verdict_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["deviation.id"], name=op.f("fk_pair_verdict_second_id")),
        sa.ForeignKeyConstraint(["actor_id"], ["user.id"], name=op.f("fk_pair_verdict_actor_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pair_verdict")),
        sa.UniqueConstraint("first_id", "second_id", name=op.f("uq_pair_verdict_first_id_second_id")),
    )
    op.create_index(op.f("ix_pair_verdict_second_id"), "pair_verdict", ["second_id"])
    op.create_table(
        "solution_trial",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("solution_id", sa.Integer(), nullable=False),
        sa.Column("subproject_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("worked", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["solution_id"], ["solution.id"], name=op.f("fk_solution_trial_solution_id")),
        sa.ForeignKeyConstraint(["subproject_id"], ["subproject.id"], name=op.f("fk_solution_trial_subproject_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_solution_trial_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_solution_trial")),
        sa.UniqueConstraint("solution_id", "subproject_id", name=op.f("uq_solution_trial_solution_id_subproject_id")),
    )
    op.create_index(op.f("ix_solution_trial_subproject_id"), "solution_trial", ["subproject_id"])


def _moves() -> None:
    with op.batch_alter_table("move") as move:
        move.add_column(sa.Column("act", sa.String(length=30), nullable=False, server_default="step"))
        move.add_column(sa.Column("until", sa.Date(), nullable=True))
        move.add_column(sa.Column("ruling_id", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE move SET act = 'completed' WHERE deviation_id IS NOT NULL AND source = target AND target <> 'joined'"
    )
    with op.batch_alter_table("move") as move:
        move.alter_column("act", server_default=None)
        move.create_foreign_key(op.f("fk_move_ruling_id"), "ruling", ["ruling_id"], ["id"])
        move.create_index(op.f("ix_move_ruling_id"), ["ruling_id"])


def _barriers_and_people() -> None:
    with op.batch_alter_table("barrier") as barrier:
        barrier.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        barrier.create_foreign_key(op.f("fk_barrier_merged_into_id"), "barrier", ["merged_into_id"], ["id"])
        barrier.create_index(op.f("ix_barrier_merged_into_id"), ["merged_into_id"])
    with op.batch_alter_table("user") as user:
        user.add_column(sa.Column("shortcuts", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("user") as user:
        user.alter_column("shortcuts", server_default=None)


def _promise() -> None:
    """The day until which each open report is promised its next word, as the program counted it until now."""
    connection = op.get_bind()
    steps = sa.table("move", sa.column("deviation_id"), sa.column("at"), sa.column("act"), sa.column("id"))
    reports = sa.table(
        "deviation",
        *(sa.column(name) for name in ("id", "status", "filed_at", "due_how")),
        sa.column("due_on", sa.Date()),
    )
    last = (
        sa.select(steps.c.deviation_id, sa.func.max(steps.c.at).label("at"))
        .where(steps.c.act == "step")
        .group_by(steps.c.deviation_id)
        .subquery()
    )
    found = connection.execute(
        sa.select(reports.c.id, reports.c.status, reports.c.filed_at, last.c.at)
        .outerjoin(last, last.c.deviation_id == reports.c.id)
        .where(reports.c.status.in_(["filed", "in_review", "local_action"]))
    ).all()
    for id, status, filed_at, moved_at in found:
        local = status == "local_action"
        days = LOCAL_ANSWER if local else FIRST_REPLY
        since = _day(filed_at if status == "filed" or moved_at is None else moved_at)
        how = {"kind": "local_answer" if local else "first_reply", "since": since.isoformat()}
        connection.execute(
            sa.update(reports)
            .where(reports.c.id == id)
            .values(
                due_on=since + timedelta(days=days),
                due_how=json.dumps(how | {"days": days, "working": False}),
            )
        )


def _weigh() -> None:
    """The priority of each open report: person-weeks lost times the municipalities that have said the same."""
    connection = op.get_bind()
    names = ("id", "kind", "queue", "municipality_id", "people_hit", "weeks_lost", "same_as_id", "duplicate_of_id")
    reports = sa.table("deviation", *(sa.column(name) for name in (*names, "priority")))
    places: dict[int, set[int]] = {}
    for row in connection.execute(sa.select(*(reports.c[name] for name in names))):
        for about in (row.id, row.same_as_id if row.kind == "same_here" else None, row.duplicate_of_id):
            if about is not None:
                places.setdefault(about, set()).add(row.municipality_id)
    found = connection.execute(
        sa.select(reports.c.id, reports.c.people_hit, reports.c.weeks_lost).where(reports.c.queue.is_not(None))
    ).all()
    for id, people, weeks in found:
        harm = min(max(people or 1, 1), 10) * min(max(weeks or 1, 1), 12)
        connection.execute(sa.update(reports).where(reports.c.id == id).values(priority=harm * len(places[id])))


def _day(moment: datetime | str) -> date:
    """The day in Sweden; SQLite gives text without a zone, which is UTC."""
    found = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(SWEDEN).date()


def downgrade() -> None:
    """Takes them away again. Steps that older versions don't know go from the history: snoozes, extensions, undoing."""
    op.execute("DELETE FROM move WHERE act NOT IN ('step', 'completed')")
    op.execute("UPDATE barrier SET status = 'written_off' WHERE status = 'undone'")
    op.drop_table("solution_trial")
    op.execute(  # of a guldkorn that was told in other words since, older versions know the last telling only
        "DELETE FROM solution WHERE EXISTS (SELECT 1 FROM solution AS later JOIN deviation ON"
        " deviation.id = later.deviation_id WHERE later.deviation_id = solution.deviation_id"
        " AND later.id > solution.id AND deviation.kind = 'good_example')"
    )
    with op.batch_alter_table("deviation") as deviation:
        for name in INDEXES:
            deviation.drop_index(name)
        deviation.drop_constraint(op.f("ck_deviation_queue_of_status"), type_="check")
        for column in ("queue", "priority", "due_on", "due_how", "snoozed_until", "asked_until"):
            deviation.drop_column(column)
    with op.batch_alter_table("move") as move:
        move.drop_index(op.f("ix_move_ruling_id"))
        move.drop_constraint(op.f("fk_move_ruling_id"), type_="foreignkey")
        for column in ("ruling_id", "until", "act"):
            move.drop_column(column)
    with op.batch_alter_table("barrier") as barrier:
        barrier.drop_index(op.f("ix_barrier_merged_into_id"))
        barrier.drop_constraint(op.f("fk_barrier_merged_into_id"), type_="foreignkey")
        barrier.drop_column("merged_into_id")
    with op.batch_alter_table("user") as user:
        user.drop_column("shortcuts")
    op.execute("DELETE FROM outgoing_mail WHERE kind IN ('taken_back', 'minutes', 'digest')")
    for table in ("pair_verdict", "saved_view", "internal_note", "ruling", "review_item", "review"):
        op.drop_table(table)
