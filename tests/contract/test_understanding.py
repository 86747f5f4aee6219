from datetime import timedelta

import pytest
from attrs import frozen

from hotel_agent.adapters.llm.seconded import SecondedUnderstander
from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.application.guarding import Guard
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.understanding import Listening, Understanding
from hotel_agent.ports.understanding import Understander
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.contracts.understanding import UnderstanderContract
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def loaded() -> LocalUnderstander:
    return LocalUnderstander.load()


class TestLocalUnderstander(UnderstanderContract):
    @pytest.fixture
    def understander(self, loaded: LocalUnderstander) -> Understander:
        return loaded


@frozen
class DownModel(Understander):
    """A language model whose server never answers."""

    async def understand(self, text: str, listening: Listening) -> Understanding:
        raise Unavailable


def seconded(local: Understander, model: Understander) -> Understander:
    guard = Guard("understanding", ManualClock(), Witness())
    return SecondedUnderstander(local, model, guard, timedelta(seconds=1), 1_000)


class TestUnderstanderBesideAModelThatIsDown(UnderstanderContract):
    @pytest.fixture
    def understander(self, loaded: LocalUnderstander) -> Understander:
        return seconded(loaded, DownModel())


class TestUnderstanderBesideAModelThatReadsAlike(UnderstanderContract):
    @pytest.fixture
    def understander(self, loaded: LocalUnderstander) -> Understander:
        return seconded(loaded, loaded)
