"""The journal in Redis: every call is one script in the conversation's partition."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, Final, TypeVar

from attrs import define, evolve

from hotel_agent.adapters._codec import decode, encode
from hotel_agent.adapters.redis.effects import event_arguments, result_arguments, turn_arguments
from hotel_agent.adapters.redis.keys import Keys, span, text
from hotel_agent.adapters.redis.records import RedisRecords
from hotel_agent.adapters.redis.servers import Group, Servers
from hotel_agent.domain.bookings import Booking
from hotel_agent.domain.errors import InvalidValue, MalformedReply, StaleClaim
from hotel_agent.domain.events import Event, Timer
from hotel_agent.domain.ids import ConversationId, EventId, TenantId
from hotel_agent.domain.sessions import Session
from hotel_agent.domain.turns import Job, JobResult, Turn
from hotel_agent.ports.journal import Appended, Claim, JobClaim, Journal

T = TypeVar("T")

_UNREADABLE_FOR: Final = timedelta(minutes=1)
"""How long a conversation or job is left alone that cannot be read, so that it does not hold up the others."""

_REFUSALS: Final = {
    b"stale": partial(StaleClaim),
    b"another hotel": partial(InvalidValue, "a conversation belongs to one tenant"),
    b"no booking": partial(InvalidValue, "a job is about a booking that is stored"),
}


@define(eq=False)
class RedisJournal(RedisRecords, Journal):
    """*kept* is how long dedupe keys and answers are known."""

    _servers: Servers
    _keys: Keys
    _kept: timedelta

    # ------------------------------------------------------------ inbox

    async def append(self, event: Event) -> Appended:
        self.remember(event)
        tag = self._keys.partition(event.conversation)
        known, new = _done(await self._servers.run("append", (tag,), *event_arguments(event, self._kept_ms)))
        return Appended(event=EventId(text(known)), new=new == 1)

    async def claim(self, owner: str, limit: int, lease: timedelta) -> tuple[Claim, ...]:
        rows = await self._take("claim", "peek", owner, limit, lease)
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
        arguments = turn_arguments(claim, turn, self._kept_ms)
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

    async def claim_jobs(self, owner: str, limit: int, lease: timedelta) -> tuple[JobClaim, ...]:
        rows = await self._take("claim_jobs", "peek_jobs", owner, limit, lease)
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

    async def record(self, claim: JobClaim, result: JobResult) -> None:
        job = claim.job
        arguments = result_arguments(job.conversation, result, self._kept_ms)
        retry = "" if result.retry_at is None else micros(result.retry_at)
        tag = self._keys.partition(job.conversation)
        _done(
            await self._servers.run_once(
                "record", (tag,), job.id, job.conversation, claim.owner, claim.fence, retry, *arguments
            )
        )

    # ------------------------------------------------------------ timers

    async def due(self, limit: int) -> tuple[Timer, ...]:
        found = await self._servers.run_all("due", self._keys.partitions(), limit)
        timers = [decode(Timer, text(body)) for part in found for body in part]
        return tuple(sorted(timers, key=attrgetter("due_at", "conversation", "id"))[:limit])

    async def fire(self, timer: Timer, event: Event) -> bool:
        which = (timer.conversation, timer.id, encode(timer))
        arguments = event_arguments(event, self._kept_ms)
        tag = self._keys.partition(timer.conversation)
        reply = await self._servers.run("fire", (tag,), *which, *arguments)
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

    # ------------------------------------------------------------ keeping house

    async def purge(self, before: datetime, limit: int = 1000) -> int:
        """
        Forget what has ended before *before*: conversations in which nothing waits and no booking is open, with their
        transcripts and bookings; audit entries, escalations and dead letters. Dedupe keys and answers go by themselves.

        Safe to repeat. Returns how many things went: at most *limit* of each kind and partition, so call it until it is 0.
        """
        return sum(await self._servers.run_all("purge", self._keys.partitions(), micros(before), limit))

    # ------------------------------------------------------------ parts of the above

    @property
    def _kept_ms(self) -> int:
        return span(self._kept) // 1000

    async def _take(self, take: str, peek: str, owner: str, limit: int, lease: timedelta) -> list[Any]:
        """
        Own what waits longest over all partitions.

        One script does it where all partitions may be looked at together. In a cluster it is first looked where it is, and
        looked again while others were quicker.
        """
        groups = self._keys_grouped()
        if len(groups) == 1:
            rows: list[Any] = await self._servers.run(take, groups[0], limit, owner, span(lease))
            return rows
        taken: list[Any] = []
        while limit > len(taken):
            shares = await self._shares(peek, groups, limit - len(taken))
            got = [
                await self._servers.run(take, group, share, owner, span(lease)) for group, share in shares.items()
            ]
            new = [row for rows in got for row in rows]
            taken += new
            if len(new) == shares.total():
                break
        return taken
