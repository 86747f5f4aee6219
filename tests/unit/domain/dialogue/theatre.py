"""A stage for dialogues: it plays the shell round `step` and checks, after every turn, what must hold whatever was said."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from attrs import define, field
from tests.unit.domain.dialogue.house import TENANT, House

from hotel_agent.domain.bookings import UNSETTLED, Booking, BookingState, ChangeKind
from hotel_agent.domain.dialogue.step import new_session, step
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.events import (
    Attachment,
    AttachmentKind,
    BookingNews,
    Channel,
    Content,
    Event,
    GuestMessage,
    Settled,
    Timer,
    TimerFired,
    TimerKind,
)
from hotel_agent.domain.hotels import Hotel, Policy
from hotel_agent.domain.ids import BookingId, ConversationId, EventId, MessageId, ReservationId, RoomId, TimerId, TurnIds
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.replies import AskChangeYes, AskYes, Clarify, Note, NotReadable, Reply, RoomHeld
from hotel_agent.domain.requests import Outcome
from hotel_agent.domain.reservations import Guest, ReservationStatus
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.stays import Stay
from hotel_agent.domain.turns import Answer, AuditEntry, Escalation, Job, JobKind, Step
from hotel_agent.domain.understanding import (
    Expecting,
    Intent,
    Language,
    RoomKind,
    Slots,
    StayCandidate,
    StayProblem,
    StayReading,
    Understanding,
)

CONVERSATION = ConversationId("sol/api/ana")
OPENING = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)
TODAY = OPENING.date()
MAY_2_TO_4 = Stay(date(2031, 5, 2), date(2031, 5, 4))
MAY_9_TO_12 = Stay(date(2031, 5, 9), date(2031, 5, 12))
ANA = Guest(name="Ana Núñez", email="ana@example.com", phone="+34600111222")
ALL_DETAILS: dict[str, Any] = {"name": ANA.name, "email": ANA.email, "phone": ANA.phone}
_MOST_REQUESTS = 12
_YES_ANSWERS = {Note.ASK_NAME, Note.ASK_EMAIL, Note.ASK_PHONE, Note.DEGRADED, Note.ASKING_AGAIN}
"""What may have been said last, besides the read-back itself, when a yes books: the rest of the same question."""

_NEWS = {
    ChangeKind.AMEND: (Settled.CHANGED, Settled.NOT_CHANGED),
    ChangeKind.CHECK_IN: (Settled.CHECKED_IN, Settled.NOT_CHECKED_IN),
    ChangeKind.CHECK_OUT: (Settled.CHECKED_OUT, Settled.NOT_CHECKED_OUT),
}

Said = TypeVar("Said")


def hotel(policy: Policy | None = None) -> Hotel:
    return Hotel(
        id=TENANT,
        name="Hotel Sol",
        timezone=ZoneInfo("Europe/Madrid"),
        country="ES",
        currency="EUR",
        phone="+34910000000",
        policies=(("check_out", "Hasta las 11."), ("policies", "Sin mascotas."), ("policies.en", "No pets.")),
        policy=policy or Policy(),
    )


def dates(*stays: Stay, assumed: Iterable[str] = ()) -> StayReading:
    """Return a reading of whole stays; several of them are ambiguous."""
    return StayReading(tuple(StayCandidate(stay.arrival, stay.departure, stay.nights, frozenset(assumed)) for stay in stays))


def part(arrival: date | None = None, departure: date | None = None, nights: int | None = None) -> StayReading:
    """Return a reading of a part of a stay."""
    return StayReading((StayCandidate(arrival, departure, nights),))


def trouble_with(problem: StayProblem) -> StayReading:
    return StayReading(problem=problem)


@define
class Theatre:
    """One conversation: say something, press a button, let time pass, bring news; look at `replies` and `session`."""

    house: House = field(factory=House)
    hotel: Hotel = field(factory=hotel)
    now: datetime = OPENING
    session: Session | None = None
    last: Step | None = None
    bookings: dict[BookingId, Booking] = field(factory=dict)
    jobs: list[Job] = field(factory=list)
    timers: dict[TimerId, Timer] = field(factory=dict)
    audit: list[AuditEntry] = field(factory=list)
    escalations: list[Escalation] = field(factory=list)
    shown: AskYes | RoomHeld | None = None
    """The read-back that the guest saw last."""
    shown_at: datetime = OPENING
    """When it went out first, if nothing else was read back since."""
    phone: str | None = None
    """The guest's number, where the channel proves it."""
    shown_change: AskChangeYes | None = None
    shown_change_at: datetime = OPENING
    last_said: Reply | None = None
    events: int = 0

    # ------------------------------------------------------------ what happens

    def say(
        self,
        intent: Intent,
        *,
        confidence: float = 0.95,
        language: Language = Language.ES,
        also: tuple[Intent, ...] = (),
        runners_up: tuple[tuple[Intent, float], ...] = (),
        text: str = "…",
        sent_at: datetime | None = None,
        spoken: bool = False,
        **slots: Any,
    ) -> tuple[Reply, ...]:
        """Have the guest write something that means *intent* and names *slots*, or say it; return what is said to it."""
        self.now += timedelta(seconds=10)
        heard = Understanding(intent, confidence, language, Slots(**slots), runners_up=runners_up, also=also)
        return self.write(text, heard, sent_at=sent_at, spoken=spoken)

    def write(
        self, text: str, heard: Understanding | None, sent_at: datetime | None = None, *, spoken: bool = False
    ) -> tuple[Reply, ...]:
        message = GuestMessage(
            message_id=MessageId(f"m-{self.events + 1}"),
            text=text,
            sent_at=sent_at or self.now,
            attachment=Attachment(kind=AttachmentKind.AUDIO, media="1") if spoken else None,
            phone=self.phone,
        )
        return self._take(message, heard)

    def press(self, choice: str, *, sent_at: datetime | None = None) -> tuple[Reply, ...]:
        self.now += timedelta(seconds=10)
        name = MessageId(f"m-{self.events + 1}")
        return self._take(GuestMessage(message_id=name, text="", sent_at=sent_at or self.now, choice=choice), None)

    def pass_time(self, span: timedelta) -> list[Reply]:
        """Let *span* go by; timers fire when they are due."""
        end, said = self.now + span, list[Reply]()
        while due := [timer for timer in self.timers.values() if timer.due_at <= end]:
            timer = min(due, key=lambda known: known.due_at)
            self.now = max(self.now, timer.due_at)
            said += self.fire(timer)
        self.now = end
        return said

    def fire(self, timer: Timer) -> tuple[Reply, ...]:
        """Have *timer* go off now, be it due or not."""
        if self.timers.get(timer.id) == timer:
            del self.timers[timer.id]
        return self._take(TimerFired(timer=timer.id, kind=timer.kind, subject=timer.subject), None)

    def happen(self, content: Content) -> tuple[Reply, ...]:
        """Have something else come into the conversation."""
        self.now += timedelta(seconds=1)
        return self._take(content, None)

    def news(self, booking: Booking, news: Settled) -> tuple[Reply, ...]:
        self.now += timedelta(seconds=1)
        return self._take(BookingNews(booking=booking.id, news=news), None)

    # ------------------------------------------------------------ what jobs do

    @property
    def booking(self) -> Booking:
        """The newest booking."""
        return list(self.bookings.values())[-1]

    def confirm(self, booking: Booking | None = None, reservation: str | None = None) -> tuple[Reply, ...]:
        """The PMS takes the booking; its lock ends."""
        booking = booking or self.booking
        named = ReservationId(reservation or f"R-{len(self.house.known) + 1}")
        self._settle(booking.moved_to(BookingState.CONFIRMED, reservation=named))
        self._write(booking, named, booking.offer, booking.rooms)
        return self.news(booking, Settled.CONFIRMED)

    def _write(self, booking: Booking, reservation: ReservationId, offer: Offer, rooms: tuple[RoomId, ...]) -> None:
        self.house.write_stay(
            reservation,
            offer.stay,
            *rooms,
            room_type=offer.room_type,
            guest=booking.guest,
            party=offer.occupancy,
            total=offer.total,
            reference=booking.reference,
        )

    def changed(self, booking: Booking | None = None, *, refused: Rejection | None = None) -> tuple[Reply, ...]:
        """The PMS takes the change that is under way, or refuses it; its lock ends."""
        booking = booking or self.booking
        change, reservation = booking.change, booking.reservation
        assert change
        assert reservation
        news = _NEWS[change.kind][refused is not None]
        if refused is None and change.after:
            self._write(booking, reservation, change.after, change.rooms)
        elif refused is None:
            arrived = change.kind is ChangeKind.CHECK_IN
            self.house.write(reservation, ReservationStatus.CHECKED_IN if arrived else ReservationStatus.CHECKED_OUT)
        offer = (change.after if refused is None else None) or booking.offer
        settled = booking.moved_to(BookingState.CONFIRMED, change=None, rejection=refused, offer=offer)
        self.bookings[booking.id] = settled
        if change.lock:
            self.house.locks.pop(change.lock, None)
        return self.news(settled, news)

    def reject(self, reason: Rejection, booking: Booking | None = None) -> tuple[Reply, ...]:
        booking = booking or self.booking
        self._settle(booking.moved_to(BookingState.REJECTED, rejection=reason))
        return self.news(booking, Settled.REJECTED)

    def cancelled(self, booking: Booking, *, done: bool = True) -> tuple[Reply, ...]:
        if done and booking.reservation:
            self.house.give_up(booking.reservation)
            self.house.write(booking.reservation, ReservationStatus.CANCELLED)
        self.bookings[booking.id] = booking.moved_to(BookingState.CANCELLED if done else BookingState.CONFIRMED)
        return self.news(booking, Settled.CANCELLED if done else Settled.NOT_CANCELLED)

    def _settle(self, booking: Booking) -> None:
        self.bookings[booking.id] = booking
        self.house.locks.pop(booking.lock, None)

    # ------------------------------------------------------------ what there is to see

    @property
    def state(self) -> Session:
        assert self.session is not None
        return self.session

    @property
    def replies(self) -> tuple[Reply, ...]:
        return self.last.replies if self.last else ()

    @property
    def answer(self) -> Answer:
        assert self.last is not None
        assert self.last.answer is not None
        return self.last.answer

    @property
    def offers(self) -> tuple[Offer, ...]:
        return self.state.offers

    @property
    def booked(self) -> list[Job]:
        return [job for job in self.jobs if job.kind is JobKind.BOOK]

    def reply(self, kind: type[Said]) -> Said:
        """Return the one reply of *kind* in the last turn."""
        fitting = [reply for reply in self.replies if isinstance(reply, kind)]
        assert len(fitting) == 1, f"{self.replies}"
        return fitting[0]

    # ------------------------------------------------------------ short cuts through a story

    def ask_for(self, stay: Stay = MAY_2_TO_4, adults: int | None = 2, **slots: Any) -> tuple[Reply, ...]:
        return self.say(Intent.CHECK_AVAILABILITY, stay=dates(stay), adults=adults, **slots)

    def hold(self, kind: RoomKind = RoomKind.SUITE, stay: Stay = MAY_2_TO_4) -> tuple[Reply, ...]:
        """Search and choose: the room is locked and read back, details are missing."""
        self.ask_for(stay)
        return self.say(Intent.CREATE_RESERVATION, room_kind=kind)

    def read_back(self, kind: RoomKind = RoomKind.SUITE, stay: Stay = MAY_2_TO_4) -> AskYes:
        """Search, choose, give the details: everything waits for a yes."""
        self.hold(kind, stay)
        if self.state.details.guest() is None:
            self.say(Intent.PROVIDE_DETAILS, **ALL_DETAILS)
        return self.reply(AskYes)

    def book(self, kind: RoomKind = RoomKind.SUITE, stay: Stay = MAY_2_TO_4) -> Booking:
        """Go all the way to a booking on its way to the PMS."""
        self.read_back(kind, stay)
        self.say(Intent.AFFIRM)
        return self.booking

    # ------------------------------------------------------------ the shell

    def _take(self, content: Content, heard: Understanding | None) -> tuple[Reply, ...]:
        self.events += 1
        event = Event(
            id=EventId(f"e-{self.events}"),
            tenant=TENANT,
            conversation=CONVERSATION,
            channel=Channel.API,
            dedupe_key=f"k-{self.events}",
            seed=f"seed-{self.events}",
            root=EventId(f"e-{self.events}"),
            received_at=self.now,
            order_at=self.now,
            ready_at=self.now,
            content=content,
        )
        before = self.session or new_session(event, self.hotel, self.now)
        done = self._decide(before, event, heard)
        self._check_turn(before, event, heard, done)
        self._apply(done)
        self._check_rest()
        return done.replies

    def _decide(self, before: Session, event: Event, heard: Understanding | None) -> Step:
        answers: tuple[Outcome, ...] = ()
        known = tuple(self.bookings.values())
        while True:
            first, again = (
                step(before, event, self.hotel, self.now, TurnIds(event.seed), bookings=known, heard=heard, answers=answers)
                for _ in range(2)
            )
            assert again == first, "equal arguments, equal steps"
            if first.request is None:
                return first
            assert first == Step(session=before, request=first.request), "a step that asks has decided nothing"
            assert len(answers) < _MOST_REQUESTS
            answers = (*answers, self.house.answer(first.request, self.now))

    def _apply(self, done: Step) -> None:
        self.last = done
        self.session = done.session.said(self.now + timedelta(milliseconds=200))
        self.bookings |= {booking.id: booking for booking in done.bookings}
        self.jobs += done.jobs
        for timer in done.dropped_timers:
            self.timers.pop(timer, None)
        self.timers |= {timer.id: timer for timer in done.timers}
        self.audit += done.audit
        self.escalations += done.escalations
        for reply in done.replies:
            self.last_said = reply
            if isinstance(reply, AskChangeYes):
                if self.shown_change is None or self.shown_change.after != reply.after:
                    self.shown_change_at = self.now + timedelta(milliseconds=200)
                self.shown_change = reply
            if isinstance(reply, AskYes | RoomHeld):
                if self.shown is None or _content(self.shown) != _content(reply):
                    self.shown_at = self.now + timedelta(milliseconds=200)
                self.shown = reply

    # ------------------------------------------------------------ what must hold

    def _check_turn(self, before: Session, event: Event, heard: Understanding | None, done: Step) -> None:
        message = event.content if isinstance(event.content, GuestMessage) else None
        # Only whoever is with staff is answered by nothing.
        assert bool(done.answer) == (bool(done.replies) or (message is not None and done.session.with_staff))
        assert not set(done.dropped_timers) & {timer.id for timer in done.timers}
        if message and message.is_recording:
            assert not done.jobs, "what is spoken alone never books, changes or cancels"
        if message:
            assert done.replies or done.session.with_staff, "a guest is never left without an answer"
            assert done.session.expires_at == self.now + self.hotel.policy.session_ttl
        else:
            assert done.session.expires_at == before.expires_at
        ordered = [job for job in done.jobs if job.kind is JobKind.BOOK]
        assert len(ordered) <= 1
        for job in ordered:
            self._check_yes(before, message, heard, next(known for known in done.bookings if known.id == job.booking))
        if any(job.kind is JobKind.CANCEL for job in done.jobs):
            assert message is not None
            assert before.cancel_said_at is not None
            assert message.sent_at > before.cancel_said_at
        for job in done.jobs:
            if job.kind is JobKind.AMEND:
                self._check_change(before, message, heard, next(known for known in done.bookings if known.id == job.booking))

    def _check_yes(self, before: Session, message: GuestMessage | None, heard: Understanding | None, booked: Booking) -> None:
        """Nothing is booked but by a yes that answers the read-back of just that, with the guest's details complete."""
        assert message is not None
        assert before.read_back is not None
        assert before.read_back.answered_by(message.sent_at)
        assert not before.is_over(self.now)
        if heard:
            assert heard.intent is Intent.AFFIRM
            assert heard.confidence >= self.hotel.policy.act_from
            assert not heard.slots.price_named
        else:
            assert message.choice == f"yes:{before.read_back.offer}"
        shown = self.shown
        assert shown is not None
        agreed = booked.offer
        assert (agreed.room_type, agreed.stay, agreed.occupancy, agreed.total) == _content(shown)[:4]
        assert message.sent_at > self.shown_at
        if heard:
            assert isinstance(self.last_said, AskYes | NotReadable | Clarify) or self.last_said in _YES_ANSWERS
        told = heard.slots if heard else Slots()
        if isinstance(shown, AskYes):
            all_told = all((told.name, told.email, told.phone))
            assert booked.guest == shown.guest or all_told
        others = [known for known in self.bookings.values() if known.state in UNSETTLED]
        assert booked.offer.id not in {known.offer.id for known in others}
        lock = self.house.locks[booked.lock]
        assert (lock.expires_at, lock.owner, lock.rooms) == (None, booked.lock_owner, booked.rooms)

    def _check_change(self, before: Session, message: GuestMessage | None, heard: Understanding | None, moved: Booking) -> None:
        """Nothing is changed but by a yes that answers the read-back of just that."""
        assert message is not None
        assert before.amending is not None
        proposal = before.amending.proposal
        assert proposal is not None
        assert proposal.answered_by(message.sent_at)
        assert not before.is_over(self.now)
        shown = self.shown_change
        assert shown is not None
        change = moved.change
        assert change is not None
        assert (change.before, change.after) == (shown.before, shown.after)
        assert message.sent_at > self.shown_change_at
        if heard:
            assert heard.intent is Intent.AFFIRM
            assert heard.confidence >= self.hotel.policy.act_from
            assert not heard.slots.price_named
        else:
            assert message.choice == f"change-yes:{proposal.offer.id}"
        assert change.lock is not None
        assert self.house.locks[change.lock].expires_at is None
        assert (moved.id, moved.reservation) in {(known.id, known.reservation) for known in self.all}

    def _check_rest(self) -> None:
        """What holds between turns."""
        session = self.state
        offered = {offer.id for offer in session.offers}
        for offer in session.offers:
            assert (offer.stay, offer.occupancy) == (session.wish.stay, session.wish.occupancy)
            assert session.wish.dates_stand
            assert offer.room_type.holds(offer.occupancy)
        if held := session.held:
            assert held.offer in offered
            assert session.chosen == held.offer
            timer = self.timers[TimerId(f"{TimerKind.LOCK_END}:{CONVERSATION}")]
            assert (timer.subject, timer.due_at) == (held.lock, held.expires_at)
        if session.read_back:
            assert session.held
            assert session.read_back.offer == session.held.offer
            assert session.read_back.said_at is not None
        if session.amending and (proposal := session.amending.proposal):
            timer = self.timers[TimerId(f"{TimerKind.LOCK_END}:{CONVERSATION}")]
            assert (timer.subject, timer.due_at) == (proposal.lock, proposal.expires_at)
            assert session.held is None
        assert [bool(session.cancelling), bool(session.arriving), bool(session.amending)].count(True) <= 1
        if session.cancelling:
            assert session.expecting is Expecting.CANCEL_YES
            assert session.cancel_said_at is not None
        assert session.guess not in {Intent.AFFIRM, Intent.DENY}
        assert all(booking.state is not BookingState.SUBMITTING or booking.lock in self.house.locks for booking in self.all)
        ours = {lock.id for lock in self.house.locks.values() if lock.owner.startswith(CONVERSATION)}
        accounted = {session.held.lock} if session.held else set()
        accounted |= {booking.lock for booking in self.all if booking.state in UNSETTLED}
        accounted |= {booking.change.lock for booking in self.all if booking.change and booking.change.lock}
        accounted |= {session.amending.proposal.lock} if session.amending and session.amending.proposal else set()
        assert ours <= accounted | self.house.lost_releases, "a lock nobody answers for"

    @property
    def all(self) -> tuple[Booking, ...]:
        return tuple(self.bookings.values())


def _content(shown: AskYes | RoomHeld) -> tuple[object, ...]:
    offer = shown.offer
    guest = shown.guest if isinstance(shown, AskYes) else None
    return (offer.room_type, offer.stay, offer.occupancy, offer.total, guest)


def notes(replies: Iterable[Reply]) -> list[Note]:
    return [reply for reply in replies if isinstance(reply, Note)]
