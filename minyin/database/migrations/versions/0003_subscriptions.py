"""Which article answers which subscription, and the mail that told of it."""

import sqlalchemy as sa
from alembic import op

from minyin.database.columns import UtcTime

revision = "0003_subscriptions"
down_revision = "0002_collect"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "subscription_hits",
        sa.Column("subscription_id", sa.String(), nullable=False),
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("matched_at", UtcTime(), nullable=False),
        sa.Column("mail_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("subscription_id", "article_id"),
    )
    op.create_index("ix_subscription_hits_article", "subscription_hits", ["article_id"])


def downgrade() -> None:
    op.drop_index("ix_subscription_hits_article", table_name="subscription_hits")
    op.drop_table("subscription_hits")
