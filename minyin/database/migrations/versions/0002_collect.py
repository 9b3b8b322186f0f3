"""What collecting remembers: the crawls of each source, the versions of articles, when a site may be asked again."""

import sqlalchemy as sa
from alembic import op

from minyin.database.columns import JsonText, UtcTime

revision = "0002_collect"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("source_health", sa.Column("retry_at", UtcTime(), nullable=True))
    op.create_table(
        "source_crawls",
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("finished_at", UtcTime(), nullable=False),
        sa.Column("outcomes", JsonText(), nullable=False),
        sa.Column("articles", sa.Integer(), nullable=False),
        sa.Column("filled", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("source_id", "run_id"),
    )
    op.create_index("ix_source_crawls_finished", "source_crawls", ["finished_at"], unique=False)
    op.create_table(
        "versions",
        sa.Column("article_id", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("source_id", sa.String(), nullable=False),
        sa.Column("collected_at", UtcTime(), nullable=False),
        sa.Column("evidence", JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("article_id", "digest"),
    )
    op.create_index("ix_versions_collected", "versions", ["collected_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_versions_collected", table_name="versions")
    op.drop_table("versions")
    op.drop_index("ix_source_crawls_finished", table_name="source_crawls")
    op.drop_table("source_crawls")
    with op.batch_alter_table("source_health") as batch:
        batch.drop_column("retry_at")
