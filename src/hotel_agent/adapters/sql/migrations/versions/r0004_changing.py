"""A booking whose reservation is being changed is unsettled too: the indexes that tell the two kinds apart follow."""

from typing import Final

from hotel_agent.adapters.sql.online import replace_index

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None
online = True

BEFORE: Final = "'cancelling', 'checking', 'submitting'"
SINCE: Final = "'cancelling', 'changing', 'checking', 'submitting'"


def renew(states: str) -> None:
    replace_index("bookings_open", "bookings", ("created_at", "id"), f"state IN ({states})")
    replace_index("bookings_settled", "bookings", ("created_at",), f"state NOT IN ({states})")


def upgrade() -> None:
    renew(SINCE)


def downgrade() -> None:
    renew(BEFORE)
