"""A model beside the local understander helps where that one is in doubt; it never decides, and its failure costs nothing."""

from datetime import date, timedelta
from functools import partial

import anyio
import pytest
from attrs import define, field

from hotel_agent.adapters.llm.masking import masked
from hotel_agent.adapters.llm.seconded import SecondedUnderstander, agreed
from hotel_agent.adapters.nlu.understander import LocalUnderstander
from hotel_agent.application.guarding import Guard
from hotel_agent.domain.breaker import Breaker, BreakerState
from hotel_agent.domain.errors import MalformedReply, Unavailable
from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.understanding import (
    Expecting,
    Intent,
    Language,
    Listening,
    RoomKind,
    Slots,
    StayCandidate,
    StayProblem,
    StayReading,
    Understanding,
)
from hotel_agent.ports.understanding import Understander
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.witness import Witness

pytestmark = pytest.mark.anyio

LOCAL = LocalUnderstander.load()
TODAY = date(2026, 11, 21)
SEA, HILL = TenantId("sea"), TenantId("hill")
DOUBTFUL = "y lo otro que les decía de la pieza esa"


@define
class Model(Understander):
    """A model that says what it is told to, or fails."""

    says: Understanding | Exception | None = None
    heard: list[str] = field(factory=list)

    async def understand(self, text: str, listening: Listening) -> Understanding:
        self.heard.append(text)
        if isinstance(self.says, Exception):
            raise self.says
        if self.says is None:
            await anyio.sleep_forever()
            raise AssertionError
        assert listening.today == TODAY
        return self.says


def said(intent: Intent = Intent.ASK_PRICE, confidence: float = 0.9, **slots: object) -> Understanding:
    return Understanding(intent, confidence, Language.ES, Slots(**slots))  # type: ignore[arg-type]  # slots by name


def stay(*days: tuple[date | None, date | None]) -> StayReading:
    return StayReading(tuple(StayCandidate(a, d, (d - a).days if a and d else None) for a, d in days))


def listening(expecting: Expecting = Expecting.NOTHING, tenant: TenantId = SEA, today: date = TODAY) -> Listening:
    return Listening(today=today, tenant=tenant, expecting=expecting)


@define
class Pair:
    model: Model
    budget: int = 100
    limit: timedelta = timedelta(seconds=5)
    clock: ManualClock = field(factory=ManualClock)
    guard: Guard = field(init=False)
    understander: SecondedUnderstander = field(init=False)

    def __attrs_post_init__(self) -> None:
        breaker = Breaker(threshold=3, cool_down=timedelta(seconds=60))
        self.guard = Guard("understanding", self.clock, Witness(), breaker)
        self.understander = SecondedUnderstander(LOCAL, self.model, self.guard, self.limit, self.budget)


async def test_where_the_local_one_is_in_doubt_the_model_is_heard() -> None:
    pair = Pair(Model(said(Intent.ASK_ROOM_TYPES)))
    assert LOCAL.hear(DOUBTFUL, listening()).confidence < 0.8
    heard = await pair.understander.understand(DOUBTFUL, listening())
    assert heard.intent is Intent.ASK_ROOM_TYPES
    assert heard.confidence <= 0.85


@pytest.mark.parametrize("error", [Unavailable(), MalformedReply(["x"])])
async def test_a_model_that_fails_leaves_the_local_reading(error: Exception) -> None:
    pair = Pair(Model(error))
    assert await pair.understander.understand(DOUBTFUL, listening()) == LOCAL.hear(DOUBTFUL, listening())


async def test_so_does_one_that_is_too_slow() -> None:
    pair = Pair(Model(None), limit=timedelta(seconds=0.05))
    assert await pair.understander.understand(DOUBTFUL, listening()) == LOCAL.hear(DOUBTFUL, listening())


async def test_a_model_that_fails_three_times_is_left_alone_for_a_minute() -> None:
    model = Model(Unavailable())
    pair = Pair(model)
    for _ in range(5):
        await pair.understander.understand(DOUBTFUL, listening())
    assert (len(model.heard), pair.guard.state) == (3, BreakerState.OPEN)
    pair.clock.advance(timedelta(seconds=61))
    model.says = said()
    assert (await pair.understander.understand(DOUBTFUL, listening())).intent is Intent.ASK_PRICE
    assert pair.guard.state is BreakerState.CLOSED


async def test_each_hotel_has_its_own_budget_and_every_day_a_new_one() -> None:
    model = Model(Unavailable("x"))
    pair = Pair(model, budget=1)
    ask = partial(pair.understander.understand, DOUBTFUL)
    for tenant in (SEA, SEA, HILL, HILL):
        await ask(listening(tenant=tenant))
    assert len(model.heard) == 2
    await ask(listening(today=TODAY + timedelta(days=1)))
    assert len(model.heard) == 3


@pytest.mark.parametrize("expecting", [Expecting.YES, Expecting.CANCEL_YES])
async def test_while_a_yes_is_awaited_the_model_is_not_asked(expecting: Expecting) -> None:
    model = Model(said(Intent.AFFIRM, 1.0))
    text = "mmm puede ser, no sé"
    assert await Pair(model).understander.understand(text, listening(expecting)) == LOCAL.hear(text, listening(expecting))
    assert model.heard == []


@pytest.mark.parametrize("text", ["hola", "gracias", "sí", "hay un incendio en la 204"])
async def test_nor_about_courtesies_and_emergencies(text: str) -> None:
    model = Model(said(Intent.OUT_OF_SCOPE, 1.0))
    await Pair(model).understander.understand(text, listening())
    assert model.heard == []


def test_a_model_cannot_say_yes_nor_take_one_back() -> None:
    doubtful = said(Intent.PROVIDE_DETAILS, 0.5)
    assert agreed(doubtful, said(Intent.AFFIRM, 1.0)).intent is Intent.PROVIDE_DETAILS
    assert agreed(said(Intent.AFFIRM, 0.6), said(Intent.CANCEL_RESERVATION, 1.0)).intent is Intent.AFFIRM


def test_what_the_local_one_is_sure_of_no_model_changes_and_a_contradiction_is_asked_about() -> None:
    cancel = said(Intent.CANCEL_RESERVATION, 1.0)
    sure = agreed(said(Intent.ASK_PRICE, 0.97), cancel)
    assert (sure.intent, sure.confidence) == (Intent.ASK_PRICE, 0.97)
    likely = agreed(said(Intent.ASK_PRICE, 0.85), cancel)
    assert (likely.intent, 0.6 <= likely.confidence < 0.8) == (Intent.ASK_PRICE, True)
    unthought_of = agreed(said(Intent.ASK_PRICE, 0.5), cancel)
    assert (unthought_of.intent, 0.6 <= unthought_of.confidence < 0.8) == (Intent.CANCEL_RESERVATION, True)


A, B, C = date(2026, 12, 20), date(2026, 12, 22), date(2026, 12, 23)


def test_dates_that_both_read_alike_stay_as_they_are() -> None:
    assert agreed(said(stay=stay((A, B))), said(stay=stay((A, B)))).slots.stay == stay((A, B))
    assert agreed(said(stay=stay((A, B))), said(stay=stay((A, None)))).slots.stay == stay((A, B))
    assert agreed(said(stay=stay((A, B))), said()).slots.stay == stay((A, B))


def test_dates_that_differ_are_both_candidates_so_that_the_guest_is_asked() -> None:
    reading = agreed(said(stay=stay((A, B))), said(stay=stay((A, C)))).slots.stay
    assert reading is not None
    assert ([(c.arrival, c.departure) for c in reading.candidates], reading.ambiguous) == ([(A, B), (A, C)], True)


def test_days_that_cannot_be_stay_a_problem_whatever_the_model_says() -> None:
    impossible = StayReading((), StayProblem.IMPOSSIBLE)
    assert agreed(said(stay=impossible), said(stay=stay((A, B)))).slots.stay == impossible


def test_what_only_the_model_read_fills_gaps_and_contacts_are_never_its_own() -> None:
    local = said(adults=2, email="ana@x.com")
    told = agreed(local, said(adults=9, room_kind=RoomKind.SUITE, email="eve@x.com", phone="+34600000000", rooms=1)).slots
    assert (told.adults, told.room_kind, told.rooms, told.email, told.phone) == (2, RoomKind.SUITE, 1, "ana@x.com", None)


async def test_addresses_numbers_and_codes_do_not_leave_the_house() -> None:
    model = Model(said())
    text = "y lo otro: ana.gil@x.com, +34 666 777 888, tarjeta 4111 1111 1111 1111, del 2026-12-20 al 2026-12-22, precio?"
    await Pair(model).understander.understand(text, listening())
    (sent,) = model.heard
    assert not any(secret in sent for secret in ("ana.gil", "666", "4111"))
    assert "del 2026-12-20 al 2026-12-22, precio?" in sent


def test_masking_leaves_dates_and_prices() -> None:
    text = "20/12/2026 al 22/12/2026, 2 adultos, 120 euros"
    assert masked(text, LOCAL.hear(text, listening()).slots) == text
