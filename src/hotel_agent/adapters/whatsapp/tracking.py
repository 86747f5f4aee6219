"""What travels with a message as `biz_opaque_callback_data` and comes back in its statuses."""

from hotel_agent.domain.ids import ConversationId, OutboxId


def tracked(message: OutboxId, conversation: ConversationId) -> str:
    """Name the message, and the conversation too: the status of a failure may not say whom it was sent to."""
    return f"{message} {conversation}"


def read_tracked(callback: str | None) -> tuple[OutboxId | None, ConversationId | None]:
    """Read both; None where there is nothing of ours."""
    message, _, conversation = (callback or "").partition(" ")
    return OutboxId(message) if message else None, ConversationId(conversation) if conversation else None
