"""The audit trail; when a token was last used, whom single sign-on knows a member as; the branches of a chain."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acts",
        sa.Column("branch", sa.String(64), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("about", sa.String(200), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "chain_branches",
        sa.Column("branch", sa.String(64), primary_key=True),
        sa.Column("setup", sa.Text, nullable=False),
        sa.Column("setup_mark", sa.String(64), nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("head", sa.BigInteger, nullable=False),
        sa.Column("heard_at", sa.BigInteger, nullable=False),
        sa.Column("ahead_ms", sa.BigInteger, nullable=False),
        sa.Column("forked_seq", sa.BigInteger, nullable=False),
        sa.Column("forked_at", sa.BigInteger, nullable=False),
        sa.Column("gives_way_at", sa.BigInteger, nullable=False),
        sa.Column("agreed_seq", sa.BigInteger, nullable=False),
        sa.Column("set_aside_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "set_aside",
        sa.Column("branch", sa.String(64), primary_key=True),
        sa.Column("set_aside_at", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("actor", sa.String(100), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("hash", sa.LargeBinary(32), nullable=False),
        sqlite_with_rowid=False,
    )
    op.add_column("tokens", sa.Column("used_at", sa.BigInteger))
    op.add_column("tokens", sa.Column("idle_ms", sa.BigInteger))
    op.add_column("staff", sa.Column("subject", sa.String(300)))
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER acts_no_{verb.lower()} BEFORE {verb} ON acts "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END"
            )
    else:
        op.execute(
            "CREATE TRIGGER acts_append_only BEFORE UPDATE OR DELETE ON acts "
            "FOR EACH STATEMENT EXECUTE FUNCTION journal_is_append_only()"
        )


def downgrade() -> None:
    op.drop_table("set_aside")
    op.drop_table("chain_branches")
    op.drop_table("acts")
    op.drop_column("staff", "subject")
    op.drop_column("tokens", "idle_ms")
    op.drop_column("tokens", "used_at")
