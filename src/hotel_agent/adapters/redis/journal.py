"""The journal in Redis: every call is one script in the conversation's partition."""

from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from functools import partial
from operator import attrgetter
from typing import Any, Final

from attrs import define, evolve

from hotel_agent.adapters._codec import decode, encode
from hotel_agent.adapters.redis.effects import event_arguments, result_arguments, turn_arguments
from hotel_agent.adapters.redis.keys import Keys, micros, span, text
from hotel_agent.adapters.redis.queues import Queue
from hotel_agent.adapters.redis.records import RedisRecords
from hotel_agent.adapters.redis.servers import Servers
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.errors import HotelAgentError, InvalidValue, MalformedReply, StaleClaim
from hotel_agent.domain.events import Event, Timer
from hotel_agent.domain.ids import ConversationId, EventId, TenantId
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.turns import Job, JobResult, Turn
from hotel_agent.ports.journal import Appended, Claim, JobClaim, Journal

_UNREADABLE_FOR: Final = timedelta(minutes=1)
"""How long a conversation or job is left alone that cannot be read, so that it does not hold up the others."""

_REFUSALS: Final[dict[bytes, Callable[[], HotelAgentError]]] = {
    b"stale": StaleClaim,
    b"another hotel": partial(InvalidValue, "a conversation belongs to one tenant"),
    b"no booking": partial(InvalidValue, "a job is about a booking that is stored"),
}


@define(eq=False)
class RedisJournal(RedisRecords, Journal):
    _servers: Servers
    _keys: Keys
    _waiting: Queue
    _due_jobs: Queue

    # ------------------------------------------------------------ inbox

    async def append(self, event: Event) -> Appended:
        self.remember(event)
        tag = self._keys.partition(event.conversation)
        known, new = _done(await self._servers.write("append", (tag,), *event_arguments(event)))
        return Appended(event=EventId(text(known)), new=new == 1)

    async def waiting(self, at_most: int) -> int:
        waiting: list[int] = await self._servers.run_all("waiting", self._keys.partitions())
        return min(sum(waiting), at_most)

    async def longest_wait(self) -> timedelta:
        waited: list[int] = await self._servers.run_all("longest_wait", self._keys.partitions())
        return timedelta(microseconds=max(waited))

    async def claim(self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()) -> tuple[Claim, ...]:
        rows = await self._waiting.take(owner, limit, lease, passing)
        claims = []
        for row in rows:
            try:
                claims.append(_claim(row, owner))
            except MalformedReply:
                await self._put_off("renew", ConversationId(text(row[0])), text(row[0]), owner, row[2])
        for claim in claims:
            self.remember(claim.events[0])
        return tuple(claims)

    async def renew(self, claim: Claim, lease: timedelta) -> None:
        tag = self._keys.partition(claim.conversation)
        _done(await self._servers.run("renew", (tag,), claim.conversation, claim.owner, claim.fence, span(lease)))

    async def commit(self, claim: Claim, turn: Turn) -> Claim | None:
        if turn.event.id != claim.events[0].id:
            raise InvalidValue("a turn handles the first of its claim's events")
        arguments = turn_arguments(claim, turn)
        tag = self._keys.partition(claim.conversation)
        left = _done(await self._servers.run_once("commit", (tag,), *arguments))
        if not left:
            return None
        tries, bookings = left
        return evolve(
            claim,
            version=claim.version + 1,
            session=turn.session,
            bookings=_bookings(bookings),
            events=claim.events[1:],
            tries=tries,
        )

    async def give_back(self, claim: Claim, delay: timedelta) -> None:
        tag = self._keys.partition(claim.conversation)
        await self._servers.run("give_back", (tag,), claim.conversation, claim.owner, claim.fence, span(delay))

    # ------------------------------------------------------------ jobs

    async def claim_jobs(
        self, owner: str, limit: int, lease: timedelta, *, passing: Collection[TenantId] = ()
    ) -> tuple[JobClaim, ...]:
        rows = await self._due_jobs.take(owner, limit, lease, passing)
        claims = []
        for body, fence, tries, booking, job, conversation in rows:
            try:
                claims.append(
                    JobClaim(
                        job=decode(Job, text(body)),
                        owner=owner,
                        fence=fence,
                        booking=decode(Booking, text(booking)),
                        tries=tries,
                    )
                )
            except MalformedReply:
                await self._put_off("renew_job", ConversationId(text(conversation)), text(job), owner, fence)
        return tuple(claims)

    async def renew_job(self, claim: JobClaim, lease: timedelta) -> None:
        tag = self._keys.partition(claim.job.conversation)
        _done(await self._servers.run("renew_job", (tag,), claim.job.id, claim.owner, claim.fence, span(lease)))

    async def note(self, claim: JobClaim, booking: Booking) -> JobClaim:
        job = claim.job
        if booking.id != job.booking:
            raise InvalidValue("a job notes its own booking")
        arguments = result_arguments(job.conversation, JobResult(booking=booking))
        tag = self._keys.partition(job.conversation)
        _done(await self._servers.write("note", (tag,), job.id, claim.owner, claim.fence, *arguments))
        return evolve(claim, booking=booking)

    async def record(self, claim: JobClaim, result: JobResult) -> None:
        job = claim.job
        arguments = result_arguments(job.conversation, result)
        retry = "" if result.retry_at is None else micros(result.retry_at)
        tag = self._keys.partition(job.conversation)
        _done(
            await self._servers.run_once(
                "record", (tag,), job.id, job.conversation, claim.owner, claim.fence, retry, *arguments
            )
        )

    # ------------------------------------------------------------ timers

    async def due(self, limit: int) -> tuple[Timer, ...]:
        found = await self._servers.run_some("due", self._keys.partitions(), limit)
        timers = [decode(Timer, text(body)) for _, part in found for body in part]
        return tuple(sorted(timers, key=attrgetter("due_at", "conversation", "id"))[:limit])

    async def fire(self, timer: Timer, event: Event) -> bool:
        which = (timer.conversation, timer.id, encode(timer))
        arguments = event_arguments(event)
        tag = self._keys.partition(timer.conversation)
        reply = await self._servers.write("fire", (tag,), *which, *arguments)
        if reply[0] != b"gone":
            _done(reply)
            return True
        return await self._fire_elsewhere(which, event)

    async def _fire_elsewhere(self, which: tuple[str, ...], event: Event) -> bool:
        """
        Look for a timer that another conversation's turn has set, and that is therefore in its partition.

        Then event and end are two steps; what repeats them brings the same dedupe key.
        """
        partitions = self._keys.partitions()
        if 1 not in await self._servers.run_all("find_timer", partitions, *which, 0):
            return False
        await self.append(event)
        return 1 in await self._servers.run_all("find_timer", partitions, *which, 1)

    # ------------------------------------------------------------ parts of the above

    async def _put_off(self, renew: str, conversation: ConversationId, subject: str, owner: str, fence: int) -> None:
        """Keep what cannot be read from being claimed again and again."""
        tag = self._keys.partition(conversation)
        await self._servers.run(renew, (tag,), subject, owner, fence, span(_UNREADABLE_FOR))


def _done(reply: Any) -> Any:
    """Return what a script answered; raise what its refusal means."""
    status, *rest = reply
    if refusal := _REFUSALS.get(status):
        raise refusal()
    return rest


def _claim(row: Any, owner: str) -> Claim:
    conversation, tenant, fence, version, session, tries, bookings, events = row
    return Claim(
        tenant=TenantId(text(tenant)),
        conversation=ConversationId(text(conversation)),
        owner=owner,
        fence=fence,
        version=int(version),
        session=decode(Session, text(session)) if session is not None else None,
        bookings=_bookings(bookings),
        events=tuple(decode(Event, text(body)) for body in events),
        tries=tries,
    )


def _bookings(bodies: Sequence[bytes]) -> tuple[Booking, ...]:
    return tuple(sorted((decode(Booking, text(body)) for body in bodies), key=attrgetter("created_at", "id")))
