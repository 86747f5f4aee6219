"""What every `Journal` does, with the `Records` that show it."""

from hotel_agent.testing.contracts.inbox import InboxContract
from hotel_agent.testing.contracts.jobs import JobContract, TimerContract
from hotel_agent.testing.contracts.journal_case import Store
from hotel_agent.testing.contracts.passing_time import PassTime
from hotel_agent.testing.contracts.records import RecordsContract
from hotel_agent.testing.contracts.turns import TurnContract

__all__ = ["JournalContract", "PassTime", "Store"]


class JournalContract(InboxContract, TurnContract, JobContract, TimerContract, RecordsContract):
    """
    All of it. Subclasses provide the fixtures `store` (empty), and `pass_time`, which lets time pass by the store's clock.

    The store's clock is past `examples.AT` from the start. `lease` may be set shorter where time really has to be waited for.
    """
