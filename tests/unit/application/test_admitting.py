"""More than so many do not wait: the next are told to come later, and nothing of them is kept."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from attrs import define, evolve

from hotel_agent.adapters.memory.store import MemoryStore
from hotel_agent.application.admitting import Admission
from hotel_agent.application.bell import Bell
from hotel_agent.application.intake import Incoming, Intake
from hotel_agent.domain.errors import Overloaded, TooOften
from hotel_agent.domain.events import Channel
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.turns import Turn
from hotel_agent.ports.journal import Claim
from hotel_agent.testing.clocks import START, ManualClock
from hotel_agent.testing.examples import offer, session
from hotel_agent.testing.faults import Fault, Faults, Plan, no_faults, on
from hotel_agent.testing.faulty_ports import FaultyJournal, FaultyRecords
from hotel_agent.testing.ids import CountingIds
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

HELLO = Incoming(tenant=TenantId("sol"), channel=Channel.API, account="key-1", sender="ana", text="Hola")
LATER = timedelta(seconds=1)


@define
class Door:
    clock: ManualClock
    store: MemoryStore
    faults: Faults
    witness: Witness
    intake: Intake

    @classmethod
    def of(cls, most: int, plan: Plan = no_faults) -> "Door":
        clock, ids, witness = ManualClock(), CountingIds("door"), Witness()
        store, faults = MemoryStore.of(clock=clock, ids=ids), Faults(plan)
        journal = FaultyJournal(store.journal, faults)
        intake = Intake(journal, clock, ids, witness, Bell(), Admission(journal, clock, most))
        return cls(clock, store, faults, witness, intake)

    async def take(self, name: str) -> bool:
        try:
            await self.intake.take(evolve(HELLO, sender=name, message_id=f"m-{name}"))
        except Overloaded:
            return False
        return True

    async def handle(self, many: int) -> None:
        for claim in await self.store.journal.claim("w", many, LATER):
            await self.store.journal.commit(claim, Turn(event=claim.events[0], session=session(claim.conversation)))


async def test_what_comes_when_enough_waits_is_refused_and_not_kept() -> None:
    door = Door.of(3)
    assert [await door.take(f"{n}") for n in range(5)] == [True, True, True, False, False]
    assert (await door.store.journal.depth()).events == 3
    assert door.witness.taken == [True] * 3


async def test_room_is_noticed_when_it_is_looked_for_again() -> None:
    door = Door.of(3)
    for n in range(4):
        await door.take(f"{n}")
    await door.handle(2)
    assert not await door.take("too soon")
    door.clock.advance(LATER)
    assert [await door.take(name) for name in ("a", "b", "c")] == [True, True, False]


async def test_refused_message_may_come_again_under_its_id() -> None:
    door = Door.of(1)
    await door.take("ana")
    assert not await door.take("eva")
    await door.handle(1)
    door.clock.advance(LATER)
    assert await door.take("eva")
    assert (await door.store.journal.depth()).events == 1


async def test_message_that_came_before_takes_no_room() -> None:
    door = Door.of(3)
    for _ in range(5):
        assert await door.take("ana")
    assert [await door.take(f"{n}") for n in range(3)] == [True, True, False]


async def test_permission_is_asked_for_only_where_there_is_room() -> None:
    asked: list[str] = []

    async def permission() -> None:
        asked.append("asked")

    door = Door.of(1)
    await door.intake.take(HELLO, permission)
    with pytest.raises(Overloaded):
        await door.intake.take(HELLO, permission)
    assert asked == ["asked"]


async def test_message_without_permission_is_not_kept_and_takes_no_room() -> None:
    async def refused() -> None:
        raise TooOften(LATER)

    door = Door.of(1)
    for _ in range(3):
        with pytest.raises(TooOften):
            await door.intake.take(HELLO, refused)
    assert (await door.store.journal.depth()).events == 0
    assert await door.take("a")


async def test_what_other_processes_took_in_counts_too() -> None:
    door = Door.of(2)
    others = Intake(door.store.journal, door.clock, CountingIds("other"), door.witness, Bell())
    for name in ("x", "y"):
        await others.take(evolve(HELLO, sender=name))
    assert not await door.take("ana")


async def test_inbox_is_not_counted_for_every_message() -> None:
    door = Door.of(10_000)
    for n in range(500):
        await door.take(f"{n}")
    assert door.faults.calls.count("journal.waiting") == 1
    door.clock.advance(LATER)
    for n in range(500):
        await door.take(f"later {n}")
    assert door.faults.calls.count("journal.waiting") == 2


async def test_inbox_that_cannot_be_counted_does_not_keep_messages_out() -> None:
    door = Door.of(2, on("journal.waiting", Fault.REFUSED))
    assert [await door.take(f"{n}") for n in range(3)] == [True, True, False]


def in_shape(**changes: Any) -> Callable[[Claim], Turn]:
    def turn(claim: Claim) -> Turn:
        kept = session(claim.conversation, expires_at=START + timedelta(hours=1), **changes)
        return Turn(event=claim.events[0], session=kept)

    return turn


async def crowded(waiting: int, plan: Plan = no_faults) -> Door:
    """Open a door for twenty where `talk` and `deal` have begun, and *waiting* messages of others wait."""
    door = Door.of(20, plan)
    records = FaultyRecords(door.store.journal, door.faults)
    door.intake = evolve(door.intake, admission=Admission(door.store.journal, door.clock, 20, records))
    others = Intake(door.store.journal, door.clock, CountingIds("other"), door.witness, Bell())
    for name, turn in (("talk", in_shape()), ("deal", in_shape(offers=(offer(),)))):
        await others.take(evolve(HELLO, sender=name))
        (claim,) = await door.store.journal.claim("w", 1, LATER)
        await door.store.journal.commit(claim, turn(claim))
    for n in range(waiting):
        await others.take(evolve(HELLO, sender=f"waiting {n}"))
    return door


@pytest.mark.parametrize(
    ("waiting", "let_in"),
    [(15, ["new", "talk", "deal"]), (16, ["talk", "deal"]), (18, ["deal"]), (20, [])],
)
async def test_who_has_least_at_stake_is_turned_away_first(waiting: int, let_in: list[str]) -> None:
    taken = []
    for name in ("new", "talk", "deal"):
        door = await crowded(waiting)
        if await door.take(name):
            taken.append(name)
        else:
            assert door.witness.limits == ["queue"]
    assert taken == let_in


async def test_whatsapp_is_let_in_up_to_the_bound() -> None:
    door = await crowded(19)
    await door.intake.take(evolve(HELLO, channel=Channel.WHATSAPP, sender="new"))
    with pytest.raises(Overloaded):
        await door.intake.take(evolve(HELLO, channel=Channel.WHATSAPP, sender="newer"))


async def test_nobody_is_looked_at_while_there_is_room() -> None:
    door = await crowded(10)
    await door.take("new")
    assert "records.situation" not in door.faults.calls


async def test_who_cannot_be_looked_at_is_let_in_up_to_the_bound() -> None:
    door = await crowded(19, on("records.situation", Fault.REFUSED))
    assert [await door.take(name) for name in ("new", "newer")] == [True, False]
