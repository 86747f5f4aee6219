import gc
from collections.abc import Iterator

import pytest

from hotel_agent.entrypoints.serving import settle_memory


@pytest.fixture(autouse=True)
def collector_as_it_was() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_what_is_there_is_left_alone_and_what_comes_is_looked_at_less_often() -> None:
    settle_memory()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold() == (10_000, 10, 10)
    assert gc.isenabled()
