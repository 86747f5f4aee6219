"""What callers have used of their quotas; on SQLite that is in a file of its own."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.dialects import postgresql

from hotel_agent.adapters.sql.tables import Naming

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def naming() -> Naming:
    return context.config.attributes["naming"]  # type: ignore[no-any-return]  # set by whoever runs migrations


def number(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.BigInteger, nullable=False, autoincrement=False)


def numbers(name: str) -> sa.Column[Any]:
    return sa.Column(name, postgresql.ARRAY(sa.BigInteger), nullable=False)


def upgrade() -> None:
    if naming().schemas:
        columns = (number("seen_at"), number("granted"), number("most"), number("span"), numbers("uses"), numbers("many"))
        name = sa.Column("name", sa.Text, nullable=False, primary_key=True)
        op.create_table(naming().name("quotas"), name, *columns, schema=naming().schema)


def downgrade() -> None:
    if naming().schemas:
        op.drop_table(naming().name("quotas"), schema=naming().schema)
