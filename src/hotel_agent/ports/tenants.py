from abc import abstractmethod
from typing import Protocol

from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import TenantId


class Tenants(Protocol):
    """The hotels served here."""

    @abstractmethod
    def get(self, tenant: TenantId) -> Hotel:
        """
        The hotel of that id.

        Raises:
            UnknownTenant: there is none.

        """

    @abstractmethod
    def all(self) -> tuple[Hotel, ...]:
        """Every hotel, by id."""
