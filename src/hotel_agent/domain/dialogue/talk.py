"""The draft of one turn: what the handlers of a dialogue read, and what they note down while they decide."""

from collections.abc import Generator
from datetime import datetime
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.dialogue.bargaining import with_price_named
from hotel_agent.domain.events import Event, GuestMessage, Timer, TimerKind
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import BookingId, JobId, OwnerId, TimerId, TurnIds
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.replies import Escalated, Note, Reply
from hotel_agent.domain.requests import Outcome, Release, Request
from hotel_agent.domain.sessions import Session, Wish
from hotel_agent.domain.staffing import Absence
from hotel_agent.domain.turns import (
    Answer,
    AuditAct,
    AuditEntry,
    BookingView,
    Escalation,
    Job,
    JobKind,
    Need,
    Searched,
    Status,
    Step,
)
from hotel_agent.domain.understanding import Expecting, Intent, Slots, Understanding
from hotel_agent.domain.values import changed

if TYPE_CHECKING:
    from hotel_agent.domain.ids import ConversationId

_LONGEST_SUMMARY = 300
"""Characters of a guest's message that staff is shown."""

Talking = Generator[Request, Outcome, None]
"""A handler: it yields what it asks of the world and is sent the outcome; in between it decides."""


@define
class Talk:
    """One turn in the making. It lives inside one call of `step` and never leaves it."""

    session: Session
    event: Event
    hotel: Hotel
    now: datetime
    ids: TurnIds
    bookings: tuple[Booking, ...]
    heard: Understanding | None
    replies: list[Reply] = field(factory=list, init=False)
    status: Status = field(default=Status.SUCCESS, init=False)
    fallback_used: bool = field(default=False, init=False)
    searched: Searched | None = field(default=None, init=False)
    lock_acquired: bool | None = field(default=None, init=False)
    booking: Booking | None = field(default=None, init=False)
    silent: bool = field(default=False, init=False)
    """Nothing is said this time, and callers are told that nothing is."""
    asked: Expecting | None = field(default=None, init=False)
    """What this turn ends with asking for; NOTHING for a question that leaves what waits for a yes as it is."""
    set_aside: str | None = field(default=None, init=False)
    """Why the event is kept as one that could not be handled."""
    before: Session = field(init=False)
    _jobs: list[Job] = field(factory=list, init=False)
    _changed: dict[BookingId, Booking] = field(factory=dict, init=False)
    _timers: dict[TimerId, Timer] = field(factory=dict, init=False)
    _dropped: set[TimerId] = field(factory=set, init=False)
    _audit: list[AuditEntry] = field(factory=list, init=False)
    _escalations: list[Escalation] = field(factory=list, init=False)

    def __attrs_post_init__(self) -> None:
        self.before = self.session
        if isinstance(self.event.content, GuestMessage):
            self.heard = with_price_named(self.heard, self.event.content.text)

    # ------------------------------------------------------------ reading

    @property
    def slots(self) -> Slots:
        return self.heard.slots if self.heard else Slots()

    @property
    def conversation(self) -> "ConversationId":
        return self.session.conversation

    def latest(self, *states: str) -> Booking | None:
        """Return this conversation's newest booking in one of *states*."""
        fitting = [booking for booking in self.bookings if booking.state in states]
        return max(fitting, key=lambda booking: booking.created_at, default=None)

    def owner_of(self, offer: Offer) -> OwnerId:
        """Name who locks for *offer*: the same in every try of every turn."""
        return OwnerId(f"{self.conversation}/{offer.id}")

    # ------------------------------------------------------------ noting

    def remember(self, **changes: object) -> None:
        known = self.session
        # Most of what is remembered is known already, and a new session costs more than this look.
        for name, value in changes.items():
            if getattr(known, name) != value:
                self.session = changed(known, **changes)
                return

    def say(self, *replies: Reply) -> None:
        self.replies.extend(replies)

    def ask(self, reply: Reply, expecting: Expecting) -> None:
        """Say something that wants an answer."""
        self.puzzle(reply)
        self.expect(expecting)

    def expect(self, expecting: Expecting, **beside: object) -> None:
        """Note what the turn asks for, so what a bare answer answers, and remember what it is asked about."""
        self.asked = expecting
        self.remember(expecting=expecting, **beside)

    def puzzle(self, reply: Reply) -> None:
        """Say that something is missing or unclear."""
        self.say(reply)
        self.status = Status.CLARIFICATION

    def unsay(self) -> None:
        """Take back what this turn was going to say, because it goes on at once to what would come next."""
        self.replies.clear()
        self.asked = None

    def change_subject(self) -> None:
        """Let nothing that waits for a yes be answered by what the guest says next: it has to be asked again."""
        self.asked = Expecting.NOTHING
        waited = self.session.expecting in {Expecting.YES, Expecting.CANCEL_YES, Expecting.CHANGE_YES}
        expecting = Expecting.NOTHING if waited else self.session.expecting
        amending = self.session.amending
        if amending and amending.proposal:
            amending = evolve(amending, proposal=evolve(amending.proposal, closed=True))
        self.remember(
            read_back=None, cancelling=None, cancel_said_at=None, arriving=None, amending=amending, expecting=expecting
        )

    def degrade(self, note: Note) -> None:
        """Say honestly that a part is down."""
        self.say(note)
        self.status = Status.DEGRADED
        self.fallback_used = True

    @property
    def absence(self) -> Absence | None:
        """Until when nobody of the staff answers, if nobody does now."""
        return self.hotel.staff_absence(self.now)

    def alert(
        self, reason: str, *, urgent: bool = False, need: Need = Need.PERSON, about: str = "", pressing: bool = False
    ) -> None:
        """Tell staff and not the guest. `about` is the topic of a ticket; a `pressing` one goes before the others."""
        said = self.event.content.text if isinstance(self.event.content, GuestMessage) else ""
        self._escalations.append(
            Escalation(
                id=f"x-{self.ids.mint(f'escalation:{reason}')}",
                tenant=self.session.tenant,
                conversation=self.conversation,
                at=self.now,
                reason=reason,
                urgent=urgent,
                need=need,
                about=about,
                pressing=pressing,
                summary=" ".join(said.split())[:_LONGEST_SUMMARY],
                language=self.session.language,
                channel=self.session.channel,
            )
        )
        self.note(AuditAct.ESCALATED, detail=reason)

    def escalate(
        self,
        reason: str,
        *,
        urgent: bool = False,
        need: Need = Need.PERSON,
        about: str = "",
        pressing: bool = False,
        reply: Reply | None = None,
    ) -> None:
        """Hand the conversation to staff, and say so by *reply*; the agent goes on answering until they take over."""
        self.alert(reason, urgent=urgent, need=need, about=about, pressing=pressing)
        self.say(reply or Escalated(urgent=urgent, phone=self.hotel.phone, absence=self.absence))
        self.status = Status.ESCALATED

    def note(self, act: AuditAct, subject: str = "", detail: str = "") -> None:
        self._audit.append(
            AuditEntry(
                at=self.now,
                tenant=self.session.tenant,
                conversation=self.conversation,
                act=act,
                subject=subject,
                detail=detail,
            )
        )

    def keep(self, booking: Booking) -> None:
        """Write a booking that is new or has moved."""
        self._changed[booking.id] = booking
        self.booking = booking
        self.bookings = (*(known for known in self.bookings if known.id != booking.id), booking)

    def order(self, kind: JobKind, booking: Booking) -> None:
        """Have a change to the outside made."""
        self._jobs.append(
            Job(
                id=JobId(f"j-{self.ids.mint(f'job:{kind}:{booking.id}')}"),
                kind=kind,
                tenant=self.session.tenant,
                conversation=self.conversation,
                channel=self.session.channel,
                booking=booking.id,
                due_at=self.now,
            )
        )

    def set_timer(self, kind: TimerKind, subject: str, due_at: datetime) -> None:
        timer = TimerId(f"{kind}:{self.conversation}")
        self._dropped.discard(timer)
        self._timers[timer] = Timer(
            id=timer,
            tenant=self.session.tenant,
            conversation=self.conversation,
            channel=self.session.channel,
            kind=kind,
            subject=subject,
            due_at=due_at,
        )

    def drop_timer(self, kind: TimerKind) -> None:
        timer = TimerId(f"{kind}:{self.conversation}")
        self._timers.pop(timer, None)
        self._dropped.add(timer)

    def let_go(self) -> Talking:
        """Release the lock this conversation holds, if any, and forget what waited for a yes."""
        if held := self.session.held:
            # An outage here is no trouble: the lock ends by itself.
            yield Release(lock=held.lock, owner=held.owner)
            self.drop_timer(TimerKind.LOCK_END)
            self._forget_promise()
        yield from self.leave_reservations()
        # The question about a cancellation waits on, whatever becomes of a search.
        expecting = Expecting.CANCEL_YES if self.session.cancelling else Expecting.NOTHING
        self.remember(held=None, chosen=None, read_back=None, expecting=expecting)

    def leave_reservations(self) -> Talking:
        """Drop a change, an arrival or a search for a reservation that was talked about; what stands in the PMS stays."""
        if self.session.amending:
            yield from self.withdraw()
            self._forget_promise()
            # What was wished for started from that reservation: nothing else is to be searched by it.
            self.remember(amending=None, wish=Wish(), choices=())
        self.remember(arriving=None, seeking=None)

    def _forget_promise(self) -> None:
        """What was promised was to ask about what is given up here."""
        if self.session.looking:
            self.drop_timer(TimerKind.LOOK_AGAIN)
            self.remember(looking=0)

    def withdraw(self) -> Talking:
        """Take back the change that was read out, if any, and release what was locked for it."""
        amending = self.session.amending
        if amending and amending.proposal:
            yield Release(lock=amending.proposal.lock, owner=amending.proposal.owner)
            self.drop_timer(TimerKind.LOCK_END)
            self.remember(amending=evolve(amending, proposal=None))

    # ------------------------------------------------------------ finishing

    def _meant(self) -> tuple[Intent, float]:
        """Name the intent that callers are told: what was heard, nothing for what could not be, else a booking's."""
        if self.heard:
            return self.heard.intent, self.heard.confidence
        unheard = isinstance(self.event.content, GuestMessage) and not self.event.content.choice
        return (Intent.OUT_OF_SCOPE, 0.0) if unheard else (Intent.CREATE_RESERVATION, 1.0)

    def finished(self) -> Step:
        booking = self.booking
        view = (
            BookingView(reference=booking.reference, state=booking.state, reservation=booking.reservation) if booking else None
        )
        intent, confidence = self._meant()
        answer = Answer(
            status=self.status,
            intent=intent,
            confidence=confidence,
            language=self.session.language,
            fallback_used=self.fallback_used,
            searched=self.searched,
            lock_acquired=self.lock_acquired,
            booking=view,
            open=booking is not None and not booking.settled,
        )
        return Step(
            session=self.session,
            replies=tuple(self.replies),
            answer=answer if self.replies or self.silent else None,
            bookings=tuple(self._changed.values()),
            jobs=tuple(self._jobs),
            timers=tuple(self._timers.values()),
            dropped_timers=tuple(sorted(self._dropped)),
            audit=tuple(self._audit),
            escalations=tuple(self._escalations),
            set_aside=self.set_aside,
        )
