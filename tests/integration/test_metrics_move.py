"""Every metric of the catalogue moves when the thing happens that it is about: the agent at work, no calls by hand."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

import anyio
import httpx
import pytest
from attrs import define, field

from hotel_agent.adapters.observability.families import Figure
from hotel_agent.adapters.observability.metrics import Metrics
from hotel_agent.adapters.observability.observers import MeteringObserver
from hotel_agent.application.bell import Bell
from hotel_agent.application.delivery import Delivery
from hotel_agent.application.guarding import Guard
from hotel_agent.application.intake import Incoming
from hotel_agent.application.sampling import Sampling
from hotel_agent.domain.breaker import Breaker
from hotel_agent.domain.delivery import Address, Pace
from hotel_agent.domain.errors import Rejected, Rejection, Unavailable
from hotel_agent.domain.events import Channel
from hotel_agent.domain.turns import OutboxMessage
from hotel_agent.domain.understanding import Listening, Understanding
from hotel_agent.entrypoints.http.app import create_app
from hotel_agent.entrypoints.setting_values import RateLimit
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import open_installation
from hotel_agent.ports.channels import ChannelSender
from hotel_agent.ports.observer import Sample
from hotel_agent.ports.records import Depth, Load
from hotel_agent.ports.understanding import Understander
from hotel_agent.testing.clocks import START, ManualClock
from hotel_agent.testing.faults import Fault, Plan, no_faults, on
from hotel_agent.testing.stage import SOL, Stage, stage

EMPTY = Sample(
    at=START,
    depth=Depth(events=0, jobs=0, timers=0, dead=0, oldest_at=None),
    load=Load(sessions=0, outgoing=0, outgoing_due_at=None, undelivered=0),
    locks=0,
)
SEARCH = "Disponibilidad para 2031-05-02 a 2031-05-04"


def samples(metrics: Metrics) -> dict[str, str]:
    """What each figure of the catalogue says; histograms by their counts."""
    said: dict[str, list[str]] = {}
    for line in metrics.exposition().decode().splitlines():
        name = line.partition("{")[0].partition(" ")[0]
        said.setdefault(name.removesuffix("_count"), []).append(line)
    return {figure.name: "\n".join(said.get(figure.name, [])) for figure in metrics.figures}


@asynccontextmanager
async def house(metrics: Metrics, plan: Plan = no_faults, understander: Understander | None = None) -> AsyncIterator[Stage]:
    """Open a stage that is metered instead of witnessed."""
    async with stage(understander=understander) as opened:
        opened.witness = MeteringObserver(metrics)  # type: ignore[assignment]  # any observer does where nobody looks
        opened.restart(plan)
        yield opened


# ---------------------------------------------------------------- what happens


async def a_guest_books(metrics: Metrics) -> None:
    async with house(metrics) as opened:
        await opened.say("ana", "hola")
        await opened.up_to_the_yes("ana")
        await opened.say("ana", "sí")
        await opened.say("ana", SEARCH)
        await opened.say("ana", "quiero hablar con una persona")
        await opened.say("ana", "xkcd qwrt zzzz")
        await opened.come_to_rest()
        assert [booking.state.value for booking in opened.bookings] == ["confirmed"]


async def the_pms_fails(metrics: Metrics) -> None:
    async with house(metrics, on("pms.search", Fault.REFUSED, always=True)) as opened:
        for sender in "abcdefg":
            answer = await opened.say(sender, SEARCH)
            assert answer is not None
            assert answer.status.value == "degraded"


async def an_answer_of_the_pms_is_lost(metrics: Metrics) -> None:
    async with house(metrics, on("pms.book", Fault.LOST_ANSWER)) as opened:
        await opened.up_to_the_yes("ana")
        await opened.say("ana", "sí")
        await opened.come_to_rest()


class Choking(Understander):
    """Trips over whatever it hears."""

    async def understand(self, text: str, listening: Listening) -> Understanding:
        raise ZeroDivisionError


async def a_message_cannot_be_handled(metrics: Metrics) -> None:
    async with house(metrics, understander=Choking()) as opened:
        await opened.say("ana", "veneno")
        await opened.come_to_rest()
        assert (await opened.store.journal.depth()).dead == 1


async def the_store_of_jobs_is_away(metrics: Metrics) -> None:
    async with house(metrics, on("journal.record", Fault.REFUSED)) as opened:
        await opened.up_to_the_yes("ana")
        await opened.say("ana", "sí")


async def the_language_model_is_away(metrics: Metrics) -> None:
    guard = Guard("understanding", ManualClock(), MeteringObserver(metrics), Breaker(threshold=1))

    async def refuse() -> None:
        raise Unavailable

    with pytest.raises(Unavailable):
        await guard.run("understand", refuse, timedelta(seconds=1))


@define
class Post(ChannelSender):
    """Takes what is written to one guest and refuses another's for good."""

    pace: Pace = field(factory=Pace)

    async def send(self, message: OutboxMessage, address: Address) -> str:
        if address.recipient == "refused":
            raise Rejected(Rejection.NOT_ALLOWED)
        return f"wamid.{message.id}"


async def guests_are_written_to(metrics: Metrics) -> None:
    async with house(metrics) as opened:
        delivery = Delivery(opened.store.outbox, {Channel.WHATSAPP: Post()}, opened.clock, opened.witness, Bell(), "w")
        for recipient in ("taken", "refused", "waits"):
            incoming = Incoming(tenant=SOL, channel=Channel.WHATSAPP, account="1", sender=recipient, text="hola")
            where = (await opened.agent.intake.take(incoming)).conversation
            await opened.store.outbox.reach(
                Address(tenant=SOL, conversation=where, channel=Channel.WHATSAPP, account="1", recipient=recipient)
            )
            await opened.work()
            await opened.pass_time(timedelta(seconds=2))
            if recipient != "waits":
                await delivery.sweep()
        await look(metrics, opened)


async def a_guest_decides(metrics: Metrics) -> None:
    async with house(metrics) as opened:
        await opened.up_to_the_yes("ana")
        await look(metrics, opened)


async def a_message_waits(metrics: Metrics) -> None:
    async with house(metrics) as opened:
        await opened.agent.intake.take(Incoming(tenant=SOL, channel=Channel.API, account="1", sender="ana", text="hola"))
        opened.clock.advance(timedelta(seconds=2))  # type: ignore[attr-defined]  # by hand
        await look(metrics, opened)


async def look(metrics: Metrics, opened: Stage) -> None:
    store, observer = opened.store, MeteringObserver(metrics)
    await Sampling(store.journal, store.locks, opened.clock, observer, opened.agent.worker.pools).sample()


async def calls_come_over_http(metrics: Metrics) -> None:
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        nobody = "http://127.0.0.1:9"
        settings = Settings(data_dir=Path(folder), rate_limit=RateLimit(1), otlp_url=nobody, trace_ratio=1.0)
        patch.setattr("hotel_agent.entrypoints.wiring.Metrics", lambda _: metrics)
        async with open_installation(settings, {}) as installation, anyio.create_task_group() as tasks:
            tasks.start_soon(installation.worker.run)
            transport = httpx.ASGITransport(create_app(installation.application), client=("127.0.0.1", 4242))
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000", timeout=30) as client:
                body = {"sender_id": "ana", "channel": "api", "text": "hola"}
                found = [(await client.post("/api/orchestrator/process", json=body)).status_code for _ in range(2)]
            installation.worker.drain()
    assert found == [200, 429]


Scenario = Callable[[Metrics], Awaitable[None]]
MOVERS: Mapping[str, Scenario] = {
    "background_failures_total": the_store_of_jobs_is_away,
    "booking_reconciliations_total": an_answer_of_the_pms_is_lost,
    "bookings_total": a_guest_books,
    "circuit_breaker_state": the_language_model_is_away,
    "clock_seconds": a_message_waits,
    "dead_letters_total": a_message_cannot_be_handled,
    "http_request_duration_seconds": calls_come_over_http,
    "http_requests_total": calls_come_over_http,
    "jobs_run_total": a_guest_books,
    "journal_messages_total": a_guest_books,
    "journal_oldest_waiting_seconds": a_message_waits,
    "journal_wait_seconds": a_guest_books,
    "journal_waiting": a_message_waits,
    "nlp_fallback_total": a_guest_books,
    "nlp_intent_predictions_total": a_guest_books,
    "orchestrator_degraded_responses_total": the_pms_fails,
    "orchestrator_escalations_total": a_guest_books,
    "orchestrator_latency_seconds": a_guest_books,
    "orchestrator_messages_total": a_guest_books,
    "orchestrator_turn_failures_total": a_message_cannot_be_handled,
    "outbox_oldest_due_seconds": guests_are_written_to,
    "outbox_undelivered": guests_are_written_to,
    "outbox_waiting": guests_are_written_to,
    "part_calls_total": the_language_model_is_away,
    "pms_api_latency_seconds": a_guest_books,
    "pms_cache_hits_total": a_guest_books,
    "pms_cache_misses_total": a_guest_books,
    "pms_circuit_breaker_calls_total": a_guest_books,
    "pms_circuit_breaker_failure_streak": the_pms_fails,
    "pms_circuit_breaker_state": the_pms_fails,
    "pms_operations_total": a_guest_books,
    "pool_in_use": calls_come_over_http,
    "pool_size": calls_come_over_http,
    "pool_waiting": calls_come_over_http,
    "rate_limited_total": calls_come_over_http,
    "reservation_lock_operations_total": a_guest_books,
    "reservation_locks": a_guest_decides,
    "sample_timestamp_seconds": a_message_waits,
    "sessions_open": a_guest_decides,
    "sessions_total": a_guest_books,
    "timers_fired_total": a_guest_books,
    "trace_spans_total": calls_come_over_http,
}
"""Each metric and what happens when it moves: one that is added is named here, with something that really moves it."""


@cache
def moved_by(scenario: Scenario) -> frozenset[str]:
    metrics = Metrics()
    metrics.note_sample(EMPTY)
    still = samples(metrics)
    anyio.run(partial(scenario, metrics))
    return frozenset(name for name, now in samples(metrics).items() if now != still[name])


@pytest.mark.parametrize("figure", Metrics().figures, ids=lambda figure: figure.name)
def test_a_metric_moves_when_the_thing_happens_that_it_is_about(figure: Figure) -> None:
    assert figure.name in MOVERS, "nothing is known to move it"
    assert figure.name in moved_by(MOVERS[figure.name])


def test_what_is_listed_here_is_the_catalogue() -> None:
    assert sorted(MOVERS) == sorted(figure.name for figure in Metrics().figures)
