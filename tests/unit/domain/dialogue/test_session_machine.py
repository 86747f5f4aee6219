"""
Anything said in any order, with the hotel misbehaving: what must hold is checked by the theatre after every turn.

That is: nothing is booked but by a yes to the read-back of just that, sent after it went out, with the details complete; what
is spoken alone never books, changes or cancels; no two unsettled bookings of one offer; every lock belongs to what is held or
being booked; only guests move the session's end.
"""

from datetime import date, time, timedelta

import hypothesis.strategies as st
from attrs import evolve
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule
from tests.unit.domain.dialogue.house import ROOM_TYPES
from tests.unit.domain.dialogue.theatre import MAY_2_TO_4, MAY_9_TO_12, OPENING, Theatre, hotel

from hotel_agent.domain.bookings import UNSETTLED, BookingState
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.events import Settled
from hotel_agent.domain.replies import AskArrivalYes, AskCancelYes, AskChangeYes, AskWhichDates, AskYes, OfferList, Reply
from hotel_agent.domain.reservations import Guest, ReservationStatus
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.terms import ArrivalTerms, CancellationFee, CancellationTerms, LateCheckoutTerms
from hotel_agent.domain.understanding import (
    Intent,
    Language,
    RoomKind,
    Slots,
    StayCandidate,
    StayProblem,
    StayReading,
    Understanding,
)

LATER = Stay(date(2031, 5, 3), date(2031, 5, 5))
STAYS = (MAY_2_TO_4, MAY_9_TO_12, LATER)
HOTEL = evolve(
    hotel(),
    arrival=ArrivalTerms(online_check_in=True, online_check_out=True, asks_arrival_time=True),
    late_checkout=LateCheckoutTerms(until=time(14)),
    cancellation=CancellationTerms(free_until_hours=48, fee=CancellationFee.FIRST_NIGHT),
)
LIKELY = (Intent.AFFIRM, Intent.CHECK_AVAILABILITY, Intent.CREATE_RESERVATION, Intent.PROVIDE_DETAILS, Intent.DENY)

whole = st.sampled_from(STAYS).map(lambda stay: StayCandidate(stay.arrival, stay.departure, stay.nights))
parts = st.one_of(
    st.sampled_from(STAYS).map(lambda stay: StayCandidate(stay.arrival)),
    st.sampled_from(STAYS).map(lambda stay: StayCandidate(departure=stay.departure)),
    st.integers(-1, 400).map(lambda nights: StayCandidate(nights=nights)),
    st.just(StayCandidate(date(2020, 1, 1), date(2020, 1, 2), 1, {"check_out"})),
)
readings = st.one_of(
    whole.map(lambda candidate: StayReading((candidate,))),
    whole.map(lambda candidate: StayReading((candidate,))),
    parts.map(lambda candidate: StayReading((candidate,))),
    st.lists(whole, min_size=2, max_size=3, unique=True).map(lambda found: StayReading(tuple(found))),
    st.sampled_from(StayProblem).map(lambda problem: StayReading(problem=problem)),
    st.just(StayReading()),
)
slots = st.builds(
    Slots,
    stay=st.none() | st.none() | readings,
    adults=st.sampled_from((None, None, None, 0, 1, 2, 3, 9, 120)),
    child_ages=st.sampled_from((None, None, None, (), (4,), (None, 40))),
    rooms=st.sampled_from((None, None, None, 1, 2, 30)),
    room_kind=st.sampled_from((None, None, *RoomKind)),
    room_name=st.sampled_from((None, None, None, ROOM_TYPES[2].name, "Nube")),
    room_id=st.sampled_from((None, None, None, "4", "77")),
    option=st.sampled_from((None, None, None, -1, 0, 1, 2, 9)),
    reservation_code=st.sampled_from((None, None, None, "R-1", "x")),
    name=st.sampled_from((None, "Ana", "Eva")),
    email=st.sampled_from((None, "ana@example.com", "eva@example.com")),
    phone=st.sampled_from((None, "+34600111222")),
    time_of_day=st.sampled_from((None, None, None, time(9), time(23))),
    price_named=st.sampled_from((False, False, False, True)),
    urgent=st.sampled_from((False,) * 9 + (True,)),
)
intents = st.sampled_from(LIKELY) | st.sampled_from(Intent)
understandings = st.builds(
    Understanding,
    intent=intents,
    confidence=st.sampled_from((0.95, 0.95, 0.95, 0.8, 0.7, 0.3)),
    language=st.sampled_from(Language),
    slots=st.just(Slots()) | slots,
    runners_up=st.just(()) | st.lists(st.tuples(intents, st.just(0.1)), max_size=2).map(tuple),
    also=st.just(()) | st.just(()) | st.lists(intents, max_size=2).map(tuple),
)
lags = st.sampled_from((0, 0, 0, 0, 5, 15, 120)).map(lambda seconds: timedelta(seconds=seconds))


class AnyConversation(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.play = Theatre(hotel=HOTEL)
        self.play.house.write_stay("R-77", STAYS[0], "202", guest=Guest(name="Eva Pérez", email="e@example.com", phone="1"))
        self.buttons = ["yes:", "cancel-yes:R-1", "stay:2031-05-02:2031-05-04"]

    def look(self) -> None:
        """Note the buttons on what was said."""
        for reply in self.play.replies:
            self.buttons += _buttons(reply)

    @rule(heard=understandings, lag=lags, spoken=st.sampled_from((False, False, False, True)))
    def say(self, heard: Understanding, lag: timedelta, spoken: bool) -> None:
        self.play.now += timedelta(seconds=10)
        self.play.write("…", heard, sent_at=self.play.now - lag, spoken=spoken)
        self.look()

    @rule(stay=st.sampled_from(STAYS), kind=st.sampled_from((RoomKind.SUITE, RoomKind.SUITE, RoomKind.DOUBLE)))
    def come_as_far_as_the_read_back(self, stay: Stay, kind: RoomKind) -> None:
        self.play.ask_for(stay)
        self.play.say(Intent.CREATE_RESERVATION, room_kind=kind)
        self.play.say(Intent.PROVIDE_DETAILS, name="Ana", email="ana@example.com", phone="+34600111222")
        self.look()

    @rule(spoken=st.sampled_from((False, False, False, True)))
    def plain_yes(self, spoken: bool = False) -> None:
        self.play.say(Intent.AFFIRM, spoken=spoken)
        self.look()

    @rule(confirmed=st.booleans())
    def come_as_far_as_asking_to_cancel(self, confirmed: bool) -> None:
        self.plain_yes()
        if confirmed and self.play.all and self.play.booking.state in UNSETTLED:
            self.play.confirm()
        self.play.say(Intent.CANCEL_RESERVATION)
        self.look()

    @rule(stay=st.sampled_from(STAYS), kind=st.sampled_from((None, None, RoomKind.SUITE, RoomKind.DOUBLE)))
    def come_as_far_as_a_change(self, stay: Stay, kind: RoomKind | None) -> None:
        self.play.say(Intent.MODIFY_RESERVATION, stay=StayReading((StayCandidate(stay.arrival, stay.departure, stay.nights),)))
        if kind:
            self.play.say(Intent.MODIFY_RESERVATION, room_kind=kind)
        self.look()

    @rule(code=st.sampled_from(("R-77", "R-77", "R-1", "x")), name=st.sampled_from((None, "Pérez", "Ana")))
    def name_a_reservation_made_elsewhere(self, code: str, name: str | None) -> None:
        self.play.say(Intent.RESERVATION_STATUS, reservation_code=code, name=name)
        self.look()

    @precondition(lambda self: any(booking.state is BookingState.CHANGING for booking in self.play.all))
    @rule(refused=st.sampled_from((None, None, *Rejection)))
    def change_is_settled(self, refused: Rejection | None) -> None:
        booking = next(booking for booking in self.play.all if booking.state is BookingState.CHANGING)
        self.play.changed(booking, refused=refused)
        self.look()

    @rule(arrived=st.booleans())
    def reception_checks_somebody_in(self, arrived: bool) -> None:
        status = ReservationStatus.CHECKED_IN if arrived else ReservationStatus.CONFIRMED
        for known in [*self.play.house.known.values()]:
            if known.status is not ReservationStatus.CANCELLED:
                self.play.house.write(known.id, status)

    @rule(which=st.integers(min_value=0), lag=lags)
    def press(self, which: int, lag: timedelta) -> None:
        choice = self.buttons[-1 - which % len(self.buttons)]
        self.play.press(choice, sent_at=self.play.now + timedelta(seconds=10) - lag)
        self.look()

    @rule(minutes=st.sampled_from((1, 4, 11, 19, 31)))
    def time_passes(self, minutes: int) -> None:
        self.play.pass_time(timedelta(minutes=minutes))

    @precondition(lambda self: self.play.timers)
    @rule(which=st.integers(min_value=0))
    def timer_fires_early(self, which: int) -> None:
        timers = sorted(self.play.timers.values(), key=lambda timer: timer.id)
        self.play.fire(timers[which % len(timers)])

    @precondition(lambda self: any(booking.state in UNSETTLED for booking in self.play.all))
    @rule(confirmed=st.booleans(), reason=st.sampled_from(Rejection))
    def booking_is_settled(self, confirmed: bool, reason: Rejection) -> None:
        booking = next(booking for booking in self.play.all if booking.state in UNSETTLED)
        self.play.confirm(booking) if confirmed else self.play.reject(reason, booking)
        self.look()

    @precondition(lambda self: any(booking.state is BookingState.CANCELLING for booking in self.play.all))
    @rule(done=st.booleans())
    def cancellation_is_settled(self, done: bool) -> None:
        booking = next(booking for booking in self.play.all if booking.state is BookingState.CANCELLING)
        self.play.cancelled(booking, done=done)

    @precondition(lambda self: self.play.all)
    @rule(news=st.sampled_from(Settled))
    def late_or_doubled_news(self, news: Settled) -> None:
        self.play.news(self.play.booking, news)

    @rule(part=st.sampled_from(("pms_down", "locks_down", "hold_fails", "race", "cached_only", "catalogue_down")))
    def part_fails_or_comes_back(self, part: str) -> None:
        setattr(self.play.house, part, not getattr(self.play.house, part))

    @rule()
    def all_is_well(self) -> None:
        for part in ("pms_down", "locks_down", "hold_fails", "race", "cached_only", "catalogue_down"):
            setattr(self.play.house, part, False)

    @rule(which=st.integers(0, 3), price=st.integers(50, 400))
    def price_changes(self, which: int, price: int) -> None:
        self.play.house.prices[ROOM_TYPES[which].id] = price

    @rule(room=st.sampled_from(("201", "202", "301", "401")), stay=st.sampled_from(STAYS))
    def room_is_sold_past_us(self, room: str, stay: Stay) -> None:
        self.play.house.take(room, stay=stay)

    @rule()
    def rooms_come_free(self) -> None:
        self.play.house.taken.clear()

    def teardown(self) -> None:
        assert self.play.now >= OPENING
        unsettled = [booking.offer.id for booking in self.play.all if booking.state in UNSETTLED]
        assert len(set(unsettled)) == len(unsettled)
        assert len({booking.reference for booking in self.play.all}) == len(self.play.all)
        made = [booking.reservation for booking in self.play.all if booking.reservation]
        assert len(set(made)) == len(made)


def _buttons(reply: Reply) -> list[str]:
    match reply:
        case OfferList():
            return [f"offer:{offer.id}" for offer in reply.offers]
        case AskYes():
            return [f"no:{reply.offer.id}", f"yes:{reply.offer.id}"]
        case AskCancelYes():
            return [f"cancel-no:{reply.reservation}", f"cancel-yes:{reply.reservation}"]
        case AskChangeYes():
            return [f"change-no:{reply.after.id}", f"change-yes:{reply.after.id}"]
        case AskArrivalYes():
            return [f"check-in-yes:{reply.reservation}", f"check-out-yes:{reply.reservation}"]
        case AskWhichDates():
            return [f"stay:{candidate.arrival}:{candidate.departure}" for candidate in reply.candidates]
        case _:
            return []


TestAnyConversation = AnyConversation.TestCase
