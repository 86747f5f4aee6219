import pytest

from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.ports.ids import IdSource
from hotel_agent.testing.contracts.ids import IdSourceContract, SharedIdSourceContract
from hotel_agent.testing.ids import CountingIds


class TestSystemIds(SharedIdSourceContract):
    @pytest.fixture
    def ids(self) -> IdSource:
        return SystemIds()


class TestCountingIds(IdSourceContract):
    @pytest.fixture
    def ids(self) -> IdSource:
        return CountingIds()
