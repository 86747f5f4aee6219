import pytest

from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.ports.understanding import Understander
from hotel_agent.testing.contracts.understanding import UnderstanderContract

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def loaded() -> LocalUnderstander:
    return LocalUnderstander.load()


class TestLocalUnderstander(UnderstanderContract):
    @pytest.fixture
    def understander(self, loaded: LocalUnderstander) -> Understander:
        return loaded
