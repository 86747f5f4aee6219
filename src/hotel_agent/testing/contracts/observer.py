"""What every Observer does, whatever it makes of it."""

from collections.abc import Callable
from datetime import timedelta

from attrs import evolve

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import Unavailable
from hotel_agent.domain.events import BookingNews, Event, Settled, TimerFired, TimerKind
from hotel_agent.domain.ids import BookingId, ReservationId, TenantId, TimerId
from hotel_agent.domain.reservations import Guest
from hotel_agent.domain.turns import AuditAct, BookingView, JobKind, Status, Turn
from hotel_agent.ports.observer import Observer, Pool, Sample
from hotel_agent.ports.records import Depth, Load
from hotel_agent.testing.examples import AT, answer, audit_entry, booking, escalation, job, message, said, session

CANARY = "kanarienvogel"
"""A word that stands wherever a guest's words can stand; it must come out nowhere."""

TOOK = timedelta(milliseconds=12.5)


class UnprintableError(Exception):
    """An error that cannot even be turned into text."""

    def __str__(self) -> str:
        raise ValueError(CANARY)

    __repr__ = __str__


def raised(error: Exception) -> Exception:
    """Return *error* as it is when caught: with a traceback, and caused by another that carries a guest's words."""
    try:
        raise error from KeyError(CANARY)  # noqa: TRY301 - to be caught
    except Exception as caught:  # noqa: BLE001 - whatever it is, it comes back
        return caught


def events() -> tuple[Event, ...]:
    """One event of every kind."""
    said = message("1", text=CANARY)
    return (
        said,
        evolve(said, content=BookingNews(booking=BookingId("booking-1"), news=Settled.CONFIRMED)),
        evolve(said, content=TimerFired(timer=TimerId("timer-1"), kind=TimerKind.SESSION_END, subject="")),
    )


def turn_of(event: Event) -> Turn:
    """A turn that handled *event*, with an entry of every act in its audit trail."""
    trail = tuple(evolve(audit_entry(), act=act) for act in AuditAct)
    return Turn(event=event, session=session(), audit=trail, set_aside="ValueError", outbox=(said("1", to=event, text=CANARY),))


def observe_everything(observer: Observer) -> None:
    """Tell *observer* everything that can happen, with a canary wherever a guest's words can stand."""
    guest = Guest(name=CANARY, email=f"{CANARY}@example.com", phone=f"+34{CANARY}")
    for event in events():
        observer.turn_taken(turn_of(event), TOOK)
        for told_status in Status:
            view = BookingView(reference=booking().reference, state="checking", reservation=ReservationId("1042"))
            told = evolve(answer(CANARY), status=told_status, lock_acquired=True, booking=view)
            observer.turn_taken(evolve(turn_of(event), answer=told, escalations=(escalation(),)), TOOK, opened=True)
        for error in (Unavailable(), raised(ValueError(CANARY)), raised(UnprintableError()), KeyboardInterrupt()):
            observer.turn_failed(event, error, set_aside=False)
            observer.turn_failed(event, error, set_aside=True)
    _observe_parts(observer)
    for kind in JobKind:
        for again in (True, False):
            observer.job_done(evolve(job(), kind=kind), None, again=again, escalations=(escalation(),))
            for state in BookingState:
                settled = booking(state=state, guest=guest)
                observer.job_done(evolve(job(), kind=kind), settled, again=again)
    observer.loop_failed("deliver", raised(ValueError(CANARY)))


def _observe_parts(observer: Observer) -> None:
    for new in (True, False):
        observer.message_taken(TenantId("sol"), new=new)
    for part in ("pms", "locks", "understanding", "a part of tomorrow"):
        for status in ("ok", "unavailable", "breaker_open"):
            observer.called(part, "search", status, TOOK)
        for state in ("closed", "open", "half_open", "a state of tomorrow"):
            observer.breaker_moved(part, state)
            observer.breaker_heard(part, state, "success", 0)
            observer.breaker_heard(part, state, "refused", 7)
        for hit in (True, False):
            observer.cached(part, hit=hit)
    for result in ("ok", "refused", "unavailable"):
        observer.lock_moved("acquire", result)
    observer.limited("caller")
    depth = Depth(events=1, jobs=1, timers=1, dead=1, oldest_at=AT - TOOK)
    load = Load(sessions=1, outgoing=1, outgoing_due_at=AT - TOOK, undelivered=1)
    pool = Pool(name="store", size=2, in_use=1, waiting=3)
    observer.sampled(Sample(at=AT, depth=None, load=None, locks=None))
    observer.sampled(Sample(at=AT, depth=depth, load=load, locks=1, pools=(pool,)))


class ObserverContract:
    """What every Observer does. Subclasses provide `observer`, and `output`, which returns all that came out so far."""

    def test_everything_that_can_happen_is_taken_without_an_error(self, observer: Observer) -> None:
        observe_everything(observer)

    def test_no_word_of_a_guest_comes_out(self, observer: Observer, output: Callable[[], str]) -> None:
        observe_everything(observer)
        assert CANARY not in output().lower()

    def test_the_same_turn_may_be_told_twice(self, observer: Observer) -> None:
        for _ in range(2):
            observer.turn_taken(evolve(turn_of(message("1")), answer=answer()), TOOK)
