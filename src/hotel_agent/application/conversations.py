"""Handles what a conversation's inbox holds: understand, decide, answer, commit."""

from datetime import datetime, timedelta

import anyio
from attrs import define, evolve

from hotel_agent.application.bell import JOBS, OUTBOX, Bell
from hotel_agent.application.deadlines import Until
from hotel_agent.application.voice_notes import VoiceNotes
from hotel_agent.application.world import TurnTime, World
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.delivery import LONGEST, PULLED, DeliveryStatus, split
from hotel_agent.domain.dialogue.step import deliberate, new_session
from hotel_agent.domain.errors import NeverReturned, PortError, StaleClaim
from hotel_agent.domain.events import BookingNews, Event, GuestMessage, Timer, TimerFired, TimerKind
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import LockId, OutboxId, OwnerId, TimerId, TurnIds
from hotel_agent.domain.rendered import Rendered
from hotel_agent.domain.replies import Note
from hotel_agent.domain.requests import Release, Trouble
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.turns import Answer, AuditAct, AuditEntry, BookingView, Escalation, OutboxMessage, Status, Step, Turn
from hotel_agent.domain.understanding import Intent, Listening, Understanding
from hotel_agent.domain.values import changed
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.journal import Claim, Inbox
from hotel_agent.ports.observer import Observer, Spent
from hotel_agent.ports.outbox import Outbox
from hotel_agent.ports.records import Records
from hotel_agent.ports.rendering import Renderer
from hotel_agent.ports.tenants import Tenants
from hotel_agent.ports.tracing import UNTRACED, Span, Tracing
from hotel_agent.ports.understanding import Understander

MAX_TRIES = 4
MAX_LOSSES = 3 * MAX_TRIES
"""Claims of an event that ended without a word: more of them than any outage explains, so it is what ends its handlers."""
_TURN_SECONDS = 3.0
"""What a turn may spend on asking the world, altogether (architecture section 4)."""
_HEARING_SECONDS = 1.5
"""What understanding may take: with the above it leaves time to answer within 5 s. A local understander needs none of it."""
_LONGEST_DELAY = 3.2
_UNLOCK = "unlock:"
"""Begins the id of a timer for a lock that could not be released; its owner follows."""
_UNLOCK_AFTER = timedelta(minutes=1)
_MAX_REQUESTS = 12
"""More than any dialogue asks for: a handler that goes on asking is broken."""


@define
class Conversations:
    """Turns the events of a claimed conversation into committed turns, one after the other."""

    _inbox: Inbox
    _records: Records
    _tenants: Tenants
    _understander: Understander
    _renderer: Renderer
    _world: World
    _clock: Clock
    _observer: Observer
    _bell: Bell
    _outbox: Outbox | None = None
    """Where messages wait for guests who are sent them; None: there are none."""
    _tracing: Tracing = UNTRACED
    _voice_notes: VoiceNotes | None = None
    """None: nothing that is said is heard."""

    async def handle(self, claim: Claim) -> None:
        """
        Handle the claim's events, in order, until none is left or one fails.

        An event that fails is given back for another try; after the last one it is set aside and the guest is told. So is one
        that ended whoever handled it, again and again, before they could tell.
        """
        left: Claim | None = claim
        while left is not None:
            left = await self._next(left)

    async def _next(self, claim: Claim) -> Claim | None:
        event = claim.events[0]
        with self._tracing.going_on("turn", event.trace, event.root, claim.tenant, event.received_at) as span:
            span.note(channel=event.channel.value, about=type(event.content).__name__, tries=claim.tries)
            return await self._handle(claim, span)

    async def _handle(self, claim: Claim, span: Span) -> Claim | None:
        """Handle the first event of *claim*; None when nothing is left or the claim was given back."""
        began = anyio.current_time()
        turn: Turn | None
        try:
            if claim.tries > MAX_LOSSES:
                raise NeverReturned  # noqa: TRY301 - handled like whatever a turn trips over
            turn = await self._turn(claim, claim.events[0], began)
        except MemoryError:
            # That is the process' trouble, not the event's: another one handles it when the lease has ended.
            raise
        except Exception as exc:  # noqa: BLE001 - whatever a turn trips over, its event must not be lost
            span.fail(exc)
            turn = await self._failed(claim, claim.events[0], exc)
        if turn is None:
            return None
        turn = _traced(turn, span)
        try:
            return await self._commit(claim, turn, began)
        except StaleClaim:
            # Lost to somebody else, or a job has moved a booking meanwhile: then it is to be decided anew.
            await self._inbox.give_back(claim, _delay(claim.tries))
            return None
        except PortError:
            # The store is down, or the turn is written and we were not told: its lease tells in the end.
            raise
        except MemoryError:
            raise
        except Exception as exc:  # noqa: BLE001 - a turn that no store takes must not block its conversation
            span.fail(exc)
            sorry = await self._failed(claim, claim.events[0], exc)
            return await self._commit(claim, _traced(sorry, span), began) if sorry else None

    async def _commit(self, claim: Claim, turn: Turn, began: float) -> Claim | None:
        decided = anyio.current_time()
        with self._tracing.step("commit"):
            left = await self._inbox.commit(claim, turn)
        now, done = self._clock.now(), anyio.current_time()
        begun = claim.session is None or claim.session.is_over(now)
        took = timedelta(seconds=done - began)
        waited = max(timedelta(), now - turn.event.received_at - took)
        spent = Spent(waited=waited, committing=timedelta(seconds=done - decided))
        self._observer.turn_taken(turn, took, opened=begun and isinstance(turn.event.content, GuestMessage), spent=spent)
        self._bell.ring(turn.event.root, turn.answer)
        self._bell.ring(turn.event.conversation)
        if turn.jobs:
            self._bell.ring(JOBS)
        if turn.outbox:
            self._bell.ring(OUTBOX)
        return left

    async def _turn(self, claim: Claim, event: Event, began: float) -> Turn:
        hotel = self._tenants.get(claim.tenant)
        now = self._clock.now()
        session = claim.session or new_session(event, hotel, now)
        if await self._is_unseen(event, session):
            session = session.unsaid()
        # What is kept and committed is the event as it came: what was made of a recording stands in the answer.
        said = event
        if self._voice_notes and not session.staff_has_it(now):
            said = await self._voice_notes.written_down(event)
        listening = await self._listening(said, session, hotel, now)
        seconds = _TURN_SECONDS - (anyio.current_time() - began)
        heard = await self._hear(said, listening) if listening else None
        time = TurnTime.start(self._world, claim.tenant, seconds)
        leftover = _leftover(event, session, claim.bookings)
        stuck = (leftover,) if leftover and isinstance(await time.perform(leftover), Trouble) else ()
        decided, unreleased = await self._decide(claim, said, session, hotel, now, heard, time)
        if stuck or unreleased:
            later = (_unlock_later(event, one, now) for one in (*stuck, *unreleased))
            decided = evolve(decided, timers=(*decided.timers, *later))
        if listening and heard is None:
            decided = evolve(decided, replies=(Note.FAILED,), answer=_sorry(decided.session))
        answer = decided.answer
        if answer and isinstance(event.content, BookingNews):
            answer = _follow_up(await self._records.answer(event.root), answer)
        rendered = self._renderer.render(decided.replies, decided.session.language, hotel, event.channel)
        return self._written(event, decided, answer, rendered)

    async def _is_unseen(self, event: Event, session: Session) -> bool:
        """Tell whether a guest writes who has not been sent yet what waits for a yes: then no yes is an answer to it."""
        content = event.content
        if self._outbox is None or event.channel in PULLED or not isinstance(content, GuestMessage) or content.choice:
            return False
        if session.last_said is None or not session.waits_for_yes:
            return False
        return await self._outbox.standing(session.last_said) in {None, DeliveryStatus.FAILED}

    async def _listening(self, event: Event, session: Session, hotel: Hotel, now: datetime) -> Listening | None:
        """Say against what a text is to be heard; None where there is no text to be heard."""
        message = event.content
        if not isinstance(message, GuestMessage) or message.choice or not message.text.strip():
            return None
        if len(message.text) > hotel.policy.max_text:
            return None
        if session.is_over(now):
            session = new_session(event, hotel, now)
        wish = session.wish
        return Listening(
            today=hotel.today(now),
            language=session.language,
            country=hotel.country,
            day_first=hotel.day_first,
            expecting=session.expecting,
            stay=wish.stay,
            arrival=wish.arrival,
            options=len(session.choices) or len(session.offers),
            room_names=await self._world.room_names(event.tenant),
            tenant=event.tenant,
        )

    async def _hear(self, event: Event, listening: Listening) -> Understanding | None:
        """Read what the guest means; None when a remote understander does not answer in time."""
        began, status = anyio.current_time(), "timeout"
        message = event.content
        assert isinstance(message, GuestMessage)  # noqa: S101 - nothing else is listened to
        try:
            with Until(began + _HEARING_SECONDS), self._tracing.step("understand"):
                return await self._understander.understand(message.text, listening)
        except PortError as exc:
            status = exc.code
        except TimeoutError:
            pass
        self._observer.called("understanding", "understand", status, timedelta(seconds=anyio.current_time() - began))
        return None

    async def _decide(
        self,
        claim: Claim,
        event: Event,
        session: Session,
        hotel: Hotel,
        now: datetime,
        heard: Understanding | None,
        time: TurnTime,
    ) -> tuple[Step, tuple[Release, ...]]:
        """Decide, asking the world what the dialogue wants to know; with it, the locks that could not be released."""
        thread = deliberate(session, event, hotel, now, TurnIds(event.seed), bookings=claim.bookings, heard=heard)
        unreleased: tuple[Release, ...] = ()
        try:
            request = next(thread)
            for _ in range(_MAX_REQUESTS):
                with self._tracing.step(f"ask.{type(request).__name__.lower()}") as span:
                    outcome = await time.perform(request)
                    if isinstance(outcome, Trouble):
                        span.note(trouble=outcome.part)
                if isinstance(request, Release) and isinstance(outcome, Trouble):
                    unreleased = (*unreleased, request)
                request = thread.send(outcome)
        except StopIteration as done:
            return done.value, unreleased
        raise RuntimeError("the dialogue does not come to an end")

    def _written(self, event: Event, decided: Step, answer: Answer | None, rendered: Rendered) -> Turn:
        went_out_at = self._clock.now()
        outbox = _messages(event, rendered, went_out_at) if decided.replies else ()
        session = decided.session.said(went_out_at)
        return Turn(
            event=event,
            session=changed(session, last_said=outbox[-1].id) if outbox else session,
            bookings=decided.bookings,
            jobs=decided.jobs,
            outbox=outbox,
            timers=decided.timers,
            dropped_timers=decided.dropped_timers,
            audit=decided.audit,
            escalations=decided.escalations,
            set_aside=decided.set_aside,
            answer=evolve(answer, text=rendered.text, buttons=rendered.buttons) if answer else None,
        )

    async def _failed(self, claim: Claim, event: Event, error: Exception) -> Turn | None:
        """Give the event back, or write the turn that sets it aside and says so."""
        last = claim.tries >= MAX_TRIES
        self._observer.turn_failed(event, error, set_aside=last)
        if not last:
            await self._inbox.give_back(claim, _delay(claim.tries))
            return None
        hotel = self._tenants.get(claim.tenant)
        now = self._clock.now()
        session = claim.session or new_session(event, hotel, now)
        answer, reason = _sorry(session), type(error).__name__
        escalations: tuple[Escalation, ...] = ()
        if isinstance(event.content, BookingNews):
            # How the booking stands is in the journal, but nobody has said it to the guest: a person has to.
            known = [booking for booking in claim.bookings if booking.id == event.content.booking]
            news = evolve(answer, booking=_view(known[0]) if known else None)
            answer = _follow_up(await self._records.answer(event.root), news)
            escalations = (_told_nobody(event, now),)
        entry = AuditEntry(
            at=now,
            tenant=event.tenant,
            conversation=event.conversation,
            act=AuditAct.SET_ASIDE,
            subject=event.id,
            detail=reason,
        )
        sorry = Step(session=session, replies=(Note.FAILED,), audit=(entry,), escalations=escalations)
        rendered = self._renderer.render(sorry.replies, session.language, hotel, event.channel)
        return evolve(self._written(event, sorry, answer, rendered), set_aside=reason)


def _traced(turn: Turn, span: Span) -> Turn:
    """Have the trace go on with whatever the turn causes."""
    if turn.answer:
        span.note(intent=turn.answer.intent.value, status=turn.answer.status.value)
    trace = span.context
    if trace is None:
        return turn
    return evolve(
        turn,
        jobs=tuple(evolve(job, trace=trace) for job in turn.jobs),
        outbox=tuple(evolve(message, trace=trace) for message in turn.outbox),
        timers=tuple(evolve(timer, trace=trace) for timer in turn.timers),
    )


def _unlock_later(event: Event, release: Release, now: datetime) -> Timer:
    """Come back for a lock that was given up while its store was down: it may be one without expiry."""
    return Timer(
        id=TimerId(f"{_UNLOCK}{release.owner}"),
        tenant=event.tenant,
        conversation=event.conversation,
        channel=event.channel,
        kind=TimerKind.LOCK_END,
        subject=release.lock,
        due_at=now + _UNLOCK_AFTER,
    )


def _leftover(event: Event, session: Session, bookings: tuple[Booking, ...]) -> Release | None:
    """The lock such a timer stands for, unless its owner has taken it up again."""
    fired = event.content
    if not isinstance(fired, TimerFired) or not fired.timer.startswith(_UNLOCK):
        return None
    wanted = {booking.lock for booking in bookings if not booking.settled} | ({session.held.lock} if session.held else set())
    wanted |= {booking.change.lock for booking in bookings if booking.change and booking.change.lock}
    if session.amending and session.amending.proposal:
        wanted.add(session.amending.proposal.lock)
    release = Release(lock=LockId(fired.subject), owner=OwnerId(fired.timer.removeprefix(_UNLOCK)))
    return None if release.lock in wanted else release


def _messages(event: Event, rendered: Rendered, at: datetime) -> tuple[OutboxMessage, ...]:
    """Put all that a turn says into one message, or as few as the channel takes; what can be pressed comes with the last."""
    longest = LONGEST.get(event.channel)
    parts = (split(rendered.text, longest) if longest else ()) or (rendered.text,)
    last = len(parts) - 1
    return tuple(
        OutboxMessage(
            id=OutboxId(f"out-{event.id}-{position}" if position else f"out-{event.id}"),
            tenant=event.tenant,
            conversation=event.conversation,
            channel=event.channel,
            root=event.root,
            position=position,
            text=part,
            buttons=rendered.buttons if position == last else (),
            cards=rendered.cards if position == last else (),
            menu=rendered.menu if position == last else "",
            created_at=at,
        )
        for position, part in enumerate(parts)
    )


def _delay(tries: int) -> timedelta:
    return timedelta(seconds=min(0.2 * 2 ** min(tries, 10), _LONGEST_DELAY))


def _sorry(session: Session) -> Answer:
    return Answer(
        status=Status.DEGRADED,
        intent=Intent.OUT_OF_SCOPE,
        confidence=0.0,
        language=session.language,
        fallback_used=True,
    )


def _view(booking: Booking) -> BookingView:
    return BookingView(reference=booking.reference, state=booking.state, reservation=booking.reservation)


def _told_nobody(event: Event, now: datetime) -> Escalation:
    return Escalation(
        id=f"x-{event.id}",
        tenant=event.tenant,
        conversation=event.conversation,
        at=now,
        reason="booking_news_not_told",
        urgent=True,
    )


def _follow_up(before: Answer | None, news: Answer) -> Answer:
    """The answer to the guest's message, now that what it caused has moved on: what was understood and locked stays."""
    if before is None:
        return news
    return evolve(
        before,
        status=news.status,
        language=news.language,
        fallback_used=news.fallback_used,
        searched=news.searched or before.searched,
        booking=news.booking,
        open=news.open,
    )
