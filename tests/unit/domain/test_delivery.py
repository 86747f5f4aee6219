from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.domain.delivery import Address, DeliveryStatus, Pace
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, TenantId

NOW = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


@pytest.mark.parametrize("order", list(permutations(DeliveryStatus)))
def test_whatever_order_statuses_come_in_the_end_is_the_same(order: tuple[DeliveryStatus, ...]) -> None:
    known: DeliveryStatus | None = None
    for status in order:
        known = status if status.follows(known) else known
    assert known is DeliveryStatus.READ


@pytest.mark.parametrize("channel", [Channel.API, Channel.WEBCHAT])
def test_channels_whose_guests_fetch_have_no_addresses(channel: Channel) -> None:
    with pytest.raises(InvalidValue):
        Address(tenant=TenantId("sol"), conversation=ConversationId("c"), channel=channel, account="a", recipient="b")


def test_pace_of_nothing_is_refused() -> None:
    with pytest.raises(InvalidValue):
        Pace(burst=0)
    with pytest.raises(InvalidValue):
        Pace(every=-SECOND)


@given(burst=st.integers(1, 5), every=st.integers(1, 10), waits=st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_never_more_than_the_burst_and_one_for_each_interval(burst: int, every: int, waits: list[int]) -> None:
    pace, full_at, next_at = Pace(every=every * SECOND, burst=burst), NOW, NOW
    sent: list[datetime] = []
    for wait in waits:
        now = max([next_at, *sent[-1:]]) + wait * SECOND
        full_at, next_at = pace.after(full_at, now)
        sent.append(now)
    for first in range(len(sent)):
        for last in range(first, len(sent)):
            assert last - first + 1 <= burst + (sent[last] - sent[first]) // pace.every


def test_burst_goes_at_once() -> None:
    pace, full_at, next_at = Pace(every=6 * SECOND, burst=45), NOW, NOW
    for _ in range(44):
        full_at, next_at = pace.after(full_at, NOW)
        assert next_at == NOW
    full_at, next_at = pace.after(full_at, NOW)
    assert next_at == NOW + 6 * SECOND
