import anyio
import pytest

from hotel_agent.adapters.whatsapp.account import WhatsAppAccount
from hotel_agent.adapters.whatsapp.client import GraphClient
from hotel_agent.adapters.whatsapp.courtesies import Courtesies
from hotel_agent.emulators.whatsapp.behaviour import Fault, FaultKind
from hotel_agent.emulators.whatsapp.emulator import WhatsAppEmulator
from hotel_agent.emulators.whatsapp.payloads import Status, text
from hotel_agent.emulators.whatsapp.values import Guest
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio


@pytest.fixture
def courtesies(graph: GraphClient, account: WhatsAppAccount, witness: Witness) -> Courtesies:
    return Courtesies(graph, {account.phone_number_id: account}, witness)


async def during(courtesies: Courtesies, seconds: float) -> None:
    draining = anyio.Event()
    async with anyio.create_task_group() as group:
        group.start_soon(courtesies.run, draining)
        await anyio.sleep(seconds)
        draining.set()


async def test_message_is_marked_as_read_and_typing_is_shown(
    courtesies: Courtesies, account: WhatsAppAccount, emulator: WhatsAppEmulator, ana: Guest, witness: Witness
) -> None:
    wamid = emulator.platform.write(ana, text("hola"))
    courtesies.show(account.phone_number_id, wamid)
    await during(courtesies, 1)
    chat = emulator.platform.chats.chat(ana, emulator.account.numbers[0])
    assert chat.entries[-1].status is Status.READ
    assert chat.typing_until is not None
    assert witness.calls == [("whatsapp", "mark", "ok")]


async def test_failure_is_counted_and_the_next_goes_on(
    courtesies: Courtesies, account: WhatsAppAccount, emulator: WhatsAppEmulator, ana: Guest, witness: Witness
) -> None:
    emulator.add_faults(Fault(FaultKind.ERROR, "mark", code=131000))
    for _ in range(2):
        courtesies.show(account.phone_number_id, emulator.platform.write(ana, text("hola")))
    courtesies.show("999", "wamid.of-nobody")
    await during(courtesies, 1)
    assert sorted(status for _, _, status in witness.calls) == ["code_131000", "ok"]


async def test_what_comes_while_it_runs_is_shown_too(
    courtesies: Courtesies, account: WhatsAppAccount, emulator: WhatsAppEmulator, ana: Guest, witness: Witness
) -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(during, courtesies, 10)
        for _ in range(3):
            await anyio.sleep(1)
            courtesies.show(account.phone_number_id, emulator.platform.write(ana, text("hola")))
    assert len(witness.calls) == 3


async def test_flood_lets_go_of_the_oldest(courtesies: Courtesies, account: WhatsAppAccount, witness: Witness) -> None:
    for number in range(500):
        courtesies.show(account.phone_number_id, f"wamid.{number}")
    await during(courtesies, 5)
    assert len(witness.calls) == 200
