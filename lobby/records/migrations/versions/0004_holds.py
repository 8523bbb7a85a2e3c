"""From when until when a customer asked not to be called."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("held_at", "held_until"):
        op.add_column("visits", sa.Column(column, sa.BigInteger))


def downgrade() -> None:
    for column in ("held_until", "held_at"):
        op.drop_column("visits", column)
