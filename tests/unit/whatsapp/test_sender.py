from collections.abc import Callable
from datetime import timedelta

import anyio
import httpx
import pytest
from attrs import evolve

from hotel_agent.adapters.memory.limits import MemoryRateLimiter
from hotel_agent.adapters.whatsapp.account import WhatsAppAccount, WindowTemplate
from hotel_agent.adapters.whatsapp.client import GraphClient
from hotel_agent.adapters.whatsapp.sender import WhatsAppSender
from hotel_agent.domain.delivery import Address, Pace
from hotel_agent.domain.errors import InvalidValue, Misconfigured, OutcomeUnknown, Rejected, Unavailable
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import ConversationId, EventId, OutboxId, TenantId
from hotel_agent.domain.turns import OutboxMessage
from hotel_agent.emulators.whatsapp.behaviour import Behaviour, Fault, FaultKind, Refusal
from hotel_agent.emulators.whatsapp.chats import Entry
from hotel_agent.emulators.whatsapp.emulator import WhatsAppEmulator
from hotel_agent.emulators.whatsapp.values import Guest, guest_of
from hotel_agent.ports.channels import Throttled
from hotel_agent.ports.limits import RateLimiter
from hotel_agent.testing.virtual_time import LoopClock
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

Hire = Callable[..., WhatsAppSender]
SOL, WHERE = TenantId("sol"), ConversationId("c")


def message(text: str = "hola", name: str = "out-1") -> OutboxMessage:
    return OutboxMessage(
        id=OutboxId(name),
        tenant=SOL,
        conversation=WHERE,
        channel=Channel.WHATSAPP,
        root=EventId("e"),
        position=0,
        text=text,
        created_at=LoopClock().now(),
    )


@pytest.fixture
async def address(account: WhatsAppAccount, ana: Guest, clock: LoopClock) -> Address:
    return Address(
        tenant=SOL,
        conversation=WHERE,
        channel=Channel.WHATSAPP,
        account=account.phone_number_id,
        recipient=ana.wa_id or "",
        heard_at=clock.now(),
    )


def told(emulator: WhatsAppEmulator, guest: Guest) -> tuple[Entry, ...]:
    return emulator.platform.chats.chat(guest, emulator.account.numbers[0]).from_hotel


def trouble(code: int, times: int = 1) -> Fault:
    return Fault(FaultKind.ERROR, "messages", times=times, code=code)


def no_window(emulator: WhatsAppEmulator, *faults: Fault) -> None:
    emulator.behave(Behaviour(refusal=Refusal.ANSWER, faults=faults, window=False))


# ---------------------------------------------------------------- what is sent


async def test_message_is_sent_once_and_metas_id_of_it_is_given_back(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, ana: Guest, address: Address
) -> None:
    wamid = await sender.send(message(), address)
    assert [(entry.id, entry.tracker) for entry in told(emulator, ana)] == [(wamid, "out-1 c")]


async def test_guest_known_by_id_only_is_reached_by_it(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, address: Address
) -> None:
    guest = emulator.platform.join(guest_of("5491155550001", "Bruno", hides_phone=True))
    no_window(emulator)
    await sender.send(message(), evolve(address, recipient=guest.user_id))
    assert len(told(emulator, guest)) == 1


async def test_one_guest_is_written_to_in_bursts_of_45_and_then_every_6_seconds(sender: WhatsAppSender) -> None:
    assert sender.pace == Pace(every=timedelta(seconds=6), burst=45)


async def test_number_that_no_hotel_has_any_more_sends_nothing(sender: WhatsAppSender, address: Address) -> None:
    with pytest.raises(Misconfigured):
        await sender.send(message(), evolve(address, account="999"))


async def test_text_that_no_message_can_have_is_refused_here(sender: WhatsAppSender, address: Address) -> None:
    with pytest.raises(Rejected):
        await sender.send(message(""), address)


# ---------------------------------------------------------------- the 24 hours


async def test_after_24_hours_the_hotels_template_says_it(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, ana: Guest, address: Address, clock: LoopClock
) -> None:
    old = evolve(address, heard_at=clock.now() - timedelta(hours=23, minutes=59))
    await sender.send(message("Su reserva\nestá confirmada"), old)
    (entry,) = told(emulator, ana)
    assert (entry.shown, entry.tracker) == ("Mensaje de Hotel Sol: Su reserva está confirmada", "out-1 c")


async def test_until_then_anything_may_be_said(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, ana: Guest, address: Address, clock: LoopClock
) -> None:
    await sender.send(message(), evolve(address, heard_at=clock.now() - timedelta(hours=23, minutes=58)))
    assert [entry.message["type"] for entry in told(emulator, ana)] == ["text"]


async def test_guest_who_never_wrote_gets_the_template(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, ana: Guest, address: Address
) -> None:
    await sender.send(message(), evolve(address, heard_at=None))
    assert [entry.message["type"] for entry in told(emulator, ana)] == ["template"]


async def test_window_that_meta_closed_a_moment_before_us_leads_to_the_template(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, ana: Guest, address: Address
) -> None:
    emulator.add_faults(trouble(131047))
    await sender.send(message(), address)
    assert [entry.message["type"] for entry in told(emulator, ana)] == ["template"]


async def test_without_a_template_what_comes_too_late_is_refused_for_staff_to_be_told(
    hire: Hire, account: WhatsAppAccount, address: Address, clock: LoopClock
) -> None:
    sender = hire(evolve(account, template=None))
    with pytest.raises(Rejected, match="24 h"):
        await sender.send(message(), evolve(address, heard_at=clock.now() - timedelta(hours=25)))


async def test_template_that_meta_refuses_is_not_tried_for_ever(hire: Hire, account: WhatsAppAccount, address: Address) -> None:
    sender = hire(evolve(account, template=WindowTemplate(name="asleep", language="es")))
    with pytest.raises(Rejected, match="132015"):
        await sender.send(message(), evolve(address, heard_at=None))


@pytest.mark.parametrize("body", [(), ("hotel",), ("text", "guest")])
def test_template_says_the_text_and_nothing_unknown(body: tuple[str, ...]) -> None:
    with pytest.raises(InvalidValue):
        WindowTemplate(name="update", language="es", body=body)


# ---------------------------------------------------------------- Meta says no


@pytest.mark.parametrize("code", [131000, 131016])
async def test_metas_own_trouble_sent_nothing_and_may_be_tried_again(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, ana: Guest, address: Address, code: int
) -> None:
    emulator.add_faults(trouble(code))
    with pytest.raises(Unavailable) as raised:
        await sender.send(message(), address)
    assert not isinstance(raised.value, Throttled)
    await sender.send(message(), address)
    assert len(told(emulator, ana)) == 1


@pytest.mark.parametrize("code", [131026, 131051, 131009, 132001, 131049, 131050, 131062])
async def test_what_will_never_arrive_is_refused(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, address: Address, code: int
) -> None:
    emulator.add_faults(trouble(code))
    with pytest.raises(Rejected, match=str(code)):
        await sender.send(message(), address)


@pytest.mark.parametrize(("code", "pause", "growth"), [(131056, 4, 4), (130429, 5, 2), (131057, 5, 2)])
async def test_too_fast_waits_longer_each_time(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, address: Address, code: int, pause: int, growth: int
) -> None:
    emulator.add_faults(trouble(code))
    with pytest.raises(Throttled) as raised:
        await sender.send(message(), address)
    assert (raised.value.retry_after, raised.value.growth) == (timedelta(seconds=pause), growth)


@pytest.mark.parametrize("code", [0, 10, 190, 200, 131042, 131031, 131048, 131064, 368])
async def test_number_that_may_send_no_more_is_left_alone_and_operators_see_it(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, address: Address, witness: Witness, code: int
) -> None:
    emulator.add_faults(trouble(code, times=10))
    for _ in range(3):
        with pytest.raises(Throttled):
            await sender.send(message(), address)
    assert witness.moves == ["open"]
    assert len([seen for seen in emulator.seen if seen.endpoint == "messages"]) == 1


async def test_number_that_is_left_alone_makes_the_part_not_ready_until_it_may_be_tried_again(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, address: Address
) -> None:
    await sender.check()
    emulator.add_faults(trouble(190))
    with pytest.raises(Throttled) as raised:
        await sender.send(message(), address)
    with pytest.raises(Throttled):
        await sender.check()
    await anyio.sleep(raised.value.retry_after.total_seconds())
    await sender.check()


async def test_stop_grows_until_a_send_goes_through(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, address: Address, witness: Witness
) -> None:
    no_window(emulator, trouble(190, times=6))
    pauses = []
    for _ in range(6):
        with pytest.raises(Throttled) as raised:
            await sender.send(message(), address)
        pauses.append(raised.value.retry_after / timedelta(minutes=1))
        await anyio.sleep(raised.value.retry_after.total_seconds())
    assert pauses == [1, 2, 4, 8, 15, 15]
    await sender.send(message(), address)
    assert witness.moves == ["open"] * 6 + ["closed"]
    await sender.send(message(name="out-2"), address)


@pytest.mark.parametrize(("status", "expected"), [(502, OutcomeUnknown), (400, Rejected), (401, Throttled), (429, Rejected)])
async def test_answer_without_a_code_is_judged_by_its_status(
    account: WhatsAppAccount,
    address: Address,
    clock: LoopClock,
    witness: Witness,
    status: int,
    expected: type[Exception],
) -> None:
    transport = httpx.MockTransport(lambda _: httpx.Response(status, text="<html>"))
    async with httpx.AsyncClient(transport=transport) as http:
        graph = GraphClient(http, "http://graph.example/v25.0")
        sender = WhatsAppSender(graph, {account.phone_number_id: account}, MemoryRateLimiter(clock), clock, witness)
        with pytest.raises(expected):
            await sender.send(message(), address)


# ---------------------------------------------------------------- the number's pace


class Brim(RateLimiter):
    """Has been asked for too much by other processes."""

    async def reserve(self, name: str, pace: Pace, patience: timedelta) -> timedelta:
        assert (name, patience) == ("whatsapp/106540352242922", timedelta(seconds=2))
        assert pace.every * pace.burst == timedelta(seconds=0.1)
        return timedelta(seconds=7)


class Down(RateLimiter):
    async def reserve(self, name: str, pace: Pace, patience: timedelta) -> timedelta:
        raise OutcomeUnknown


async def test_number_whose_pace_is_used_up_waits_without_asking_meta(
    graph: GraphClient,
    account: WhatsAppAccount,
    address: Address,
    clock: LoopClock,
    witness: Witness,
    emulator: WhatsAppEmulator,
) -> None:
    sender = WhatsAppSender(graph, {account.phone_number_id: account}, Brim(), clock, witness)
    with pytest.raises(Throttled) as raised:
        await sender.send(message(), address)
    assert raised.value.retry_after == timedelta(seconds=7)
    assert len(emulator.seen) == 0


async def test_pace_that_is_not_known_sent_nothing(
    graph: GraphClient,
    account: WhatsAppAccount,
    address: Address,
    clock: LoopClock,
    witness: Witness,
    emulator: WhatsAppEmulator,
) -> None:
    sender = WhatsAppSender(graph, {account.phone_number_id: account}, Down(), clock, witness)
    with pytest.raises(Throttled) as raised:
        await sender.send(message(), address)
    assert raised.value.retry_after == timedelta(seconds=5)
    assert len(emulator.seen) == 0


async def test_two_processes_together_keep_80_a_second(
    graph: GraphClient,
    account: WhatsAppAccount,
    address: Address,
    clock: LoopClock,
    witness: Witness,
    emulator: WhatsAppEmulator,
) -> None:
    no_window(emulator)
    limiter = MemoryRateLimiter(clock)
    senders = [WhatsAppSender(graph, {account.phone_number_id: account}, limiter, clock, witness) for _ in range(2)]
    emulator.behave(Behaviour(refusal=Refusal.ANSWER, pair_burst=1000, pair_every_s=0.001))
    began = clock.now()
    for number in range(168):
        await senders[number % 2].send(message(name=f"out-{number}"), address)
    assert (clock.now() - began) / timedelta(seconds=1) == pytest.approx(2.0, abs=0.05)


async def test_sends_that_fail_together_stop_the_number_once(
    sender: WhatsAppSender, emulator: WhatsAppEmulator, address: Address, witness: Witness
) -> None:
    no_window(emulator, trouble(190, times=5), Fault(FaultKind.SLOW, "messages", times=5, seconds=0.01))
    pauses = []

    async def send(number: int) -> None:
        with pytest.raises(Throttled) as raised:
            await sender.send(message(name=f"out-{number}"), address)
        pauses.append(raised.value.retry_after)

    async with anyio.create_task_group() as group:
        for number in range(5):
            group.start_soon(send, number)
    assert max(pauses) == timedelta(minutes=1)
    assert witness.moves == ["open"]
