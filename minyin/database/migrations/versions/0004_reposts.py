"""Reposts are looked up in memory; the table of their keys, forty rows an article, goes."""

import sqlalchemy as sa
from alembic import op

revision = "0004_reposts"
down_revision = "0003_subscriptions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("bands")


def downgrade() -> None:
    op.create_table(
        "bands",
        sa.Column("band", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.BigInteger(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("band", "bucket", "article_id"),
    )
