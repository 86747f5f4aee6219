"""What every journal does with jobs and timers."""

from datetime import timedelta

import anyio
import pytest
from attrs import evolve

from hotel_agent.domain.bookings import BookingState
from hotel_agent.domain.errors import InvalidValue, StaleClaim
from hotel_agent.domain.ids import ConversationId, ReservationId, TimerId
from hotel_agent.domain.turns import JobResult, Turn
from hotel_agent.ports.journal import JobClaim
from hotel_agent.testing.contracts.journal_case import MAR, OTHER, TICK, JournalCase, Store
from hotel_agent.testing.contracts.passing_time import PassTime
from hotel_agent.testing.examples import (
    AT,
    TENANT,
    audit_entry,
    booking,
    escalation,
    job,
    message,
    session,
    timer,
)


class JobContract(JournalCase):
    """`claim_jobs`, `renew_job` and `record`."""

    async def test_job_is_owned_by_one_worker(self, store: Store) -> None:
        await self.booked(store)
        claims: list[JobClaim] = []

        async def claim(owner: str) -> None:
            claims.extend(await store.claim_jobs(owner, 1, self.lease))

        async with anyio.create_task_group() as tasks:
            for n in range(10):
                tasks.start_soon(claim, f"worker-{n}")
        assert [claim.tries for claim in claims] == [1]

    async def test_job_is_not_claimed_before_it_is_due(self, store: Store) -> None:
        await store.append(message("1"))
        claim = await self.one_claim(store)
        jobs = (
            job("never", due_at=AT + timedelta(days=36_500)),
            job("second", due_at=AT),
            job("first", due_at=AT - TICK),
        )
        await store.commit(claim, Turn(event=claim.events[0], session=session(), bookings=(booking(),), jobs=jobs))
        assert [claim.job.id for claim in await store.claim_jobs("a", 1, self.lease)] == ["job-first"]
        assert [claim.job.id for claim in await store.claim_jobs("a", 5, self.lease)] == ["job-second"]

    async def test_jobs_of_tenants_that_are_passed_over_go_on_waiting(self, store: Store) -> None:
        for n, tenant in enumerate((TENANT, MAR)):
            conversation = ConversationId(f"{tenant}/1")
            await store.append(message("1", tenant=tenant, conversation=conversation))
            (claim,) = await store.claim("a", 1, self.lease)
            booked = evolve(booking(f"{n}", conversation=conversation), tenant=tenant)
            due = evolve(job(f"{n}", about=f"{n}", conversation=conversation, due_at=AT + n * TICK), tenant=tenant)
            said = evolve(session(conversation), tenant=tenant)
            await store.commit(claim, Turn(event=claim.events[0], session=said, bookings=(booked,), jobs=(due,)))
        assert await store.claim_jobs("a", 5, self.lease, passing=[TENANT, MAR]) == ()
        assert [claim.job.id for claim in await store.claim_jobs("a", 5, self.lease, passing=[TENANT])] == ["job-1"]
        assert [claim.job.id for claim in await store.claim_jobs("a", 5, self.lease)] == ["job-0"]

    async def test_lapsed_job_is_free_again_and_its_first_owner_is_stale(self, store: Store, pass_time: PassTime) -> None:
        await self.booked(store)
        lost = await self.one_job(store, "a", self.brief)
        await pass_time(self.brief)
        owned = await self.one_job(store, "a")
        assert (owned.tries, lost.fence < owned.fence) == (2, True)
        with pytest.raises(StaleClaim):
            await store.renew_job(lost, self.lease)
        with pytest.raises(StaleClaim):
            await store.record(lost, JobResult(audit=(audit_entry(),)))
        assert await store.audit(TENANT) == ()
        await store.record(owned, JobResult())

    async def test_renewed_job_lasts(self, store: Store, pass_time: PassTime) -> None:
        await self.booked(store)
        claim = await self.one_job(store, "a", self.brief)
        await store.renew_job(claim, self.lease)
        await pass_time(self.brief)
        assert await store.claim_jobs("b", 1, self.lease) == ()

    async def test_renewed_job_lapses_as_long_after_that_as_was_asked_for(self, store: Store, pass_time: PassTime) -> None:
        await self.booked(store)
        claim = await self.one_job(store)
        await store.renew_job(claim, self.brief)
        await pass_time(self.brief)
        assert claim.fence < (await self.one_job(store, "b")).fence

    async def test_result_of_a_job_is_written_whole(self, store: Store) -> None:
        await self.booked(store)
        claim = await self.one_job(store)
        confirmed = claim.booking.moved_to(BookingState.CONFIRMED, reservation=ReservationId("77"))
        result = JobResult(
            booking=confirmed,
            events=(message("news"),),
            jobs=(job("watch", watch=1),),
            audit=(audit_entry("confirmed"),),
            escalations=(escalation(),),
        )
        await store.record(claim, result)
        assert confirmed == await store.booking(confirmed.id)
        told = await self.one_claim(store)
        assert ((message("news"),), (confirmed,)) == (told.events, told.bookings)
        assert [claim.job.id for claim in await store.claim_jobs("a", 5, self.lease)] == ["job-watch"]
        assert (audit_entry("confirmed"),) == await store.audit(TENANT)
        assert (escalation(),) == await store.escalations()

    async def test_result_recorded_twice_is_written_once(self, store: Store) -> None:
        await self.booked(store)
        claim = await self.one_job(store)
        result = JobResult(audit=(audit_entry("done"),))
        await store.record(claim, result)
        with pytest.raises(StaleClaim):
            await store.record(claim, result)
        assert (audit_entry("done"),) == await store.audit(TENANT)

    async def test_result_on_a_booking_that_has_moved_leaves_nothing(self, store: Store) -> None:
        await self.booked(store)
        waiting = await self.one_job(store)
        await store.append(message("2"))
        claim = await self.one_claim(store)
        moved = booking().changed(staff_told_at=AT)
        await store.commit(claim, Turn(event=claim.events[0], session=session(), bookings=(moved,)))
        result = JobResult(
            booking=waiting.booking.moved_to(BookingState.CONFIRMED), events=(message("news"),), audit=(audit_entry(),)
        )
        with pytest.raises(StaleClaim):
            await store.record(waiting, result)
        assert moved == await store.booking(moved.id)
        assert await store.claim("b", 1, self.lease) == ()
        assert await store.audit(TENANT) == ()
        await store.record(waiting, JobResult())

    async def test_turn_on_a_booking_that_a_job_moved_is_stale(self, store: Store) -> None:
        await self.booked(store)
        await store.append(message("2"))
        claim = await self.one_claim(store)
        waiting = await self.one_job(store)
        await store.record(waiting, JobResult(booking=booking().moved_to(BookingState.CHECKING)))
        with pytest.raises(StaleClaim):
            await store.commit(
                claim, Turn(event=claim.events[0], session=session(), bookings=(booking().changed(staff_told_at=AT),))
            )

    async def test_job_that_retries_comes_back_when_it_is_due(self, store: Store, pass_time: PassTime) -> None:
        await self.booked(store)
        claim = await self.one_job(store, "a", self.brief)
        await store.record(claim, JobResult(retry_at=AT + timedelta(days=36_500)))
        await pass_time(self.brief)
        assert await store.claim_jobs("a", 1, self.lease) == ()
        assert (await store.depth()).jobs == 1

    async def test_retried_job_counts_its_tries(self, store: Store) -> None:
        await self.booked(store)
        await store.record(await self.one_job(store), JobResult(retry_at=AT))
        assert (await self.one_job(store)).tries == 2

    async def test_job_may_be_followed_by_one_of_its_own_name(self, store: Store) -> None:
        await self.booked(store)
        await store.record(await self.one_job(store), JobResult(jobs=(job(watch=2),)))
        following = await self.one_job(store)
        assert (following.job.round, following.tries) == (2, 1)

    async def test_job_that_follows_one_of_its_own_name_is_fenced_from_it(self, store: Store) -> None:
        await self.booked(store)
        before = await self.one_job(store)
        await store.record(before, JobResult(jobs=(job(watch=2),)))
        following = await self.one_job(store)
        assert before.fence < following.fence
        for lost in (store.record(before, JobResult(audit=(audit_entry(),))), store.renew_job(before, self.lease)):
            with pytest.raises(StaleClaim):
                await lost
        with pytest.raises(StaleClaim):
            await store.note(before, before.booking.changed(submitted_at=AT))
        assert await store.audit(TENANT) == ()
        await store.record(following, JobResult())
        assert (await store.depth()).jobs == 0

    async def test_note_is_kept_before_the_job_goes_on_and_its_result_follows_it(self, store: Store) -> None:
        await self.booked(store)
        claim = await self.one_job(store)
        sending = claim.booking.changed(submitted_at=AT)
        noted = await store.note(claim, sending)
        assert evolve(claim, booking=sending) == noted
        assert sending == await store.booking(sending.id)
        with pytest.raises(StaleClaim):
            await store.record(claim, JobResult(booking=claim.booking.moved_to(BookingState.CONFIRMED)))
        confirmed = noted.booking.moved_to(BookingState.CONFIRMED)
        await store.record(noted, JobResult(booking=confirmed))
        assert confirmed == await store.booking(confirmed.id)
        assert await store.unsettled() == ()

    async def test_same_note_twice_is_written_once(self, store: Store) -> None:
        await self.booked(store)
        claim = await self.one_job(store)
        sending = claim.booking.changed(submitted_at=AT)
        assert await store.note(claim, sending) == await store.note(claim, sending)
        with pytest.raises(StaleClaim):
            await store.note(claim, claim.booking.changed(submitted_at=AT + TICK))
        assert sending == await store.booking(sending.id)

    async def test_whoever_takes_the_job_over_sees_the_note_and_its_writer_notes_no_more(
        self, store: Store, pass_time: PassTime
    ) -> None:
        await self.booked(store)
        first = await self.one_job(store, "a", self.brief)
        lost = await store.note(first, first.booking.changed(submitted_at=AT))
        await pass_time(self.brief)
        owned = await self.one_job(store, "b")
        assert (lost.booking, 2) == (owned.booking, owned.tries)
        with pytest.raises(StaleClaim):
            await store.note(lost, lost.booking.changed(submitted_at=AT + TICK))
        with pytest.raises(StaleClaim):
            await store.note(first, lost.booking)
        assert owned.booking == await store.booking(owned.booking.id)

    async def test_note_on_a_booking_that_has_moved_leaves_nothing(self, store: Store) -> None:
        await self.booked(store)
        waiting = await self.one_job(store)
        await store.append(message("2"))
        claim = await self.one_claim(store)
        moved = booking().changed(staff_told_at=AT)
        await store.commit(claim, Turn(event=claim.events[0], session=session(), bookings=(moved,)))
        with pytest.raises(StaleClaim):
            await store.note(waiting, waiting.booking.changed(submitted_at=AT))
        assert moved == await store.booking(moved.id)

    async def test_job_that_is_done_notes_nothing(self, store: Store) -> None:
        await self.booked(store)
        claim = await self.one_job(store)
        await store.record(claim, JobResult())
        with pytest.raises(StaleClaim):
            await store.note(claim, claim.booking.changed(submitted_at=AT))
        assert booking() == await store.booking(claim.booking.id)

    async def test_job_notes_no_other_booking_than_its_own(self, store: Store) -> None:
        await self.booked(store)
        with pytest.raises(InvalidValue):
            await store.note(await self.one_job(store), booking("2"))
        assert None is await store.booking(booking("2").id)

    async def test_event_caused_twice_is_kept_once(self, store: Store) -> None:
        await self.booked(store)
        await store.record(await self.one_job(store), JobResult(events=(message("news"),), retry_at=AT))
        await store.record(await self.one_job(store), JobResult(events=(message("news"),)))
        assert (message("news"),) == (await self.one_claim(store)).events


class TimerContract(JournalCase):
    """`due` and `fire`."""

    async def set_timers(self, store: Store, name: str, turn: dict[str, object]) -> None:
        await store.append(message(name))
        claim = await self.one_claim(store)
        plain = Turn(event=claim.events[0], session=session())
        await store.commit(claim, evolve(plain, **turn))  # type: ignore[arg-type]  # names of fields of Turn

    async def test_timers_are_due_in_order(self, store: Store) -> None:
        timers = (timer("late"), timer("early", due_at=AT - TICK), timer("far", due_at=AT + timedelta(days=36_500)))
        await self.set_timers(store, "1", {"timers": timers})
        assert (timers[1], timers[0]) == await store.due(5)
        assert (timers[1],) == await store.due(1)

    async def test_timer_fires_once(self, store: Store) -> None:
        await self.set_timers(store, "1", {"timers": (timer(),)})
        fired = []

        async def fire(n: int) -> None:
            fired.append(await store.fire(timer(), message(f"fired-{n}")))

        async with anyio.create_task_group() as tasks:
            for n in range(10):
                tasks.start_soon(fire, n)
        assert fired.count(True) == 1
        assert await store.due(5) == ()
        assert len((await self.one_claim(store)).events) == 1

    async def test_timer_set_anew_replaces_the_old_one(self, store: Store) -> None:
        old, new = timer(due_at=AT - TICK), timer(due_at=AT)
        await self.set_timers(store, "1", {"timers": (old,)})
        await self.set_timers(store, "2", {"timers": (new,)})
        assert (new,) == await store.due(5)
        assert not await store.fire(old, message("old"))
        assert await store.claim("a", 1, self.lease) == ()
        assert await store.fire(new, message("new"))

    async def test_dropped_timer_does_not_fire(self, store: Store) -> None:
        await self.set_timers(store, "1", {"timers": (timer("1"), timer("2"))})
        await self.set_timers(store, "2", {"dropped_timers": (timer("1").id, TimerId("unheard of"))})
        assert (timer("2"),) == await store.due(5)
        assert not await store.fire(timer("1"), message("fired"))

    async def test_timers_of_two_conversations_do_not_meet(self, store: Store) -> None:
        await self.set_timers(store, "1", {"timers": (timer(), timer(conversation=OTHER))})
        await self.set_timers(store, "2", {"dropped_timers": (timer().id,)})
        assert (timer(conversation=OTHER),) == await store.due(5)
