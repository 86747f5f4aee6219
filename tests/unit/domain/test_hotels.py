from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.hotels import Hotel, Policy
from hotel_agent.domain.ids import TenantId

HOTEL = Hotel(id=TenantId("sol"), name="Sol", timezone=ZoneInfo("America/Argentina/Buenos_Aires"), country="AR", currency="ARS")


def test_today_is_the_hotels_local_day() -> None:
    assert HOTEL.today(datetime(2031, 3, 3, 2, 30, tzinfo=UTC)) == date(2031, 3, 2)


def test_moment_without_offset_is_hotel_local() -> None:
    assert HOTEL.local(datetime(2031, 3, 3, 9, 0)) == datetime(2031, 3, 3, 12, 0, tzinfo=UTC)  # noqa: DTZ001 - what is tested


def test_moment_with_offset_is_kept() -> None:
    assert HOTEL.local(datetime(2031, 3, 3, 9, 0, tzinfo=ZoneInfo("Europe/Madrid"))) == datetime(2031, 3, 3, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(("below", "act"), [(0.9, 0.8), (-0.1, 0.8), (0.6, 1.1)])
def test_thresholds_lie_in_order_between_0_and_1(below: float, act: float) -> None:
    with pytest.raises(InvalidValue, match="in order"):
        Policy(fallback_below=below, act_from=act)
