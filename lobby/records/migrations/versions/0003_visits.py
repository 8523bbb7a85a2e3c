"""The projection: business days that are over, the steps of their tickets, the spans of their counters."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "past_days",
        sa.Column("branch", sa.String(64), primary_key=True),
        sa.Column("opened_seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("last_seq", sa.BigInteger, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("start_at", sa.BigInteger, nullable=False),
        sa.Column("end_at", sa.BigInteger, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("lists_taken", sa.BigInteger, nullable=False),
        sa.Column("format", sa.String(16), nullable=False),
        sa.Column("packed", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "visits",
        sa.Column("branch", sa.String(64), primary_key=True),
        sa.Column("opened_seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("ticket", sa.Text, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("step", sa.BigInteger, nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("first_service", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("priority", sa.Text, nullable=False),
        sa.Column("appointment", sa.Boolean, nullable=False),
        sa.Column("arrived_at", sa.BigInteger, nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("queued_at", sa.BigInteger, nullable=False),
        sa.Column("called_at", sa.BigInteger),
        sa.Column("last_called_at", sa.BigInteger),
        sa.Column("calls", sa.BigInteger, nullable=False),
        sa.Column("started_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("parked_ms", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.Text, nullable=False),
        sa.Column("outcome", sa.Text, nullable=False),
        sa.Column("counter", sa.BigInteger),
        sa.Column("teller", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("steps", sa.BigInteger, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("promise_low_s", sa.BigInteger),
        sa.Column("promise_high_s", sa.BigInteger),
        sa.Column("promise_about", sa.Boolean, nullable=False),
        sa.Column("told_low_s", sa.BigInteger),
        sa.Column("told_high_s", sa.BigInteger),
        sa.Column("told_about", sa.Boolean, nullable=False),
        sa.Column("told_at", sa.BigInteger),
        sa.Column("basis", sa.Text),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "spans",
        sa.Column("branch", sa.String(64), primary_key=True),
        sa.Column("opened_seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("place", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("counter", sa.BigInteger, nullable=False),
        sa.Column("teller", sa.Text, nullable=False),
        sa.Column("start_at", sa.BigInteger, nullable=False),
        sa.Column("end_at", sa.BigInteger),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    for table in ("spans", "visits", "past_days"):
        op.drop_table(table)
