from datetime import timedelta

from hotel_agent.ports.clock import Clock


class ClockContract:
    """What every Clock does. Subclasses provide `clock`."""

    def test_the_present_is_aware_and_in_utc(self, clock: Clock) -> None:
        now = clock.now()
        assert (now.tzinfo is not None, now.utcoffset()) == (True, timedelta())

    def test_a_later_reading_is_not_before_an_earlier_one(self, clock: Clock) -> None:
        readings = [clock.now() for _ in range(100)]
        assert readings == sorted(readings)
