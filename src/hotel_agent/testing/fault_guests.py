"""
The guests of a fault run: each says its numbered messages over HTTP, as a real client does, until every one is answered.

A message is told by its days: the n-th asks for the n-th arrival, so that an answer shows which message it answers.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import anyio
import httpx
from attrs import define, field, frozen

CHANNEL: Final = "api"
LEAST_MESSAGES: Final = 6
_DAYS_AHEAD: Final = 60
_BOOKS_EVERY: Final = 5
_HURRIES_EVERY: Final = 3
_WINDOWS: Final = 50
"""How many guests go for nights of their own before the calendar starts again."""
_CALL_S: Final = 8.0
_AGAIN_S: Final = 0.25
_HURRY_S: Final = 0.12
_THINKS_S: Final = (0.3, 1.2)
_TWICE: Final = 0.15
_OK: Final = 200
_DOWN: Final = 503


@frozen(kw_only=True)
class Message:
    """`arrival` is the day it asks for, where it asks for one; `news` says that more than one answer may come of it."""

    guest: int
    number: int
    text: str
    arrival: date | None = None
    news: bool = False

    @property
    def id(self) -> str:
        return f"g{self.guest}-m{self.number}"


@define
class Exchange:
    """
    What a guest knows of one message: instants are seconds of the run's clock.

    `acknowledged_at` is when the first answer of any kind came, which says that it was kept. `said` and `arrival` are of the
    final answer. A *refused* one got 503 and was never sent again.
    """

    message: Message
    sent_at: float
    acknowledged_at: float | None = None
    said: str | None = None
    arrival: str | None = None
    checking: bool = False
    """Its guest was told that the booking is being checked, and nothing better within the patience there was."""
    degraded: bool = False
    reservation: str | None = None
    calls: int = 0
    broken: int = 0
    told_down: int = 0
    refused: bool = False
    contradictions: list[str] = field(factory=list)


@define
class Guest:
    number: int
    exchanges: list[Exchange] = field(factory=list)
    conversation: str | None = None

    @property
    def sender(self) -> str:
        return f"guest-{self.number}"


@define
class Office:
    """What all guests share: where the web processes are, the patience they have, and what has gone wrong for them."""

    urls: Sequence[str]
    http: httpx.AsyncClient
    random: Random
    patience_s: float
    answered: int = 0
    complaints: list[str] = field(factory=list)


def script(guest: int, messages: int, today: date) -> tuple[Message, ...]:
    """Write what a guest will say: every fifth books and cancels, all others only ask. Pure."""
    first = today + timedelta(days=_DAYS_AHEAD + (messages + 2) * (guest % (_WINDOWS * _BOOKS_EVERY) // _BOOKS_EVERY))
    books = guest % _BOOKS_EVERY == 0
    asking = messages - 5 if books else messages

    def ask(number: int) -> Message:
        arrival = first + timedelta(days=number)
        text = f"Disponibilidad para {arrival} a {arrival + timedelta(days=2)}"
        return Message(guest=guest, number=number, text=text, arrival=arrival)

    lines = [ask(number) for number in range(1, asking + 1)]
    if books:
        wanted = first + timedelta(days=asking)
        details = f"Confirmar reserva: Ana Núñez, guest-{guest}@example.com, +346{guest:08d}"
        lines.append(Message(guest=guest, number=asking + 1, text=f"Reservar habitación 2 para {wanted}"))
        lines.append(Message(guest=guest, number=asking + 2, text=details, news=True))
        lines.append(Message(guest=guest, number=asking + 3, text="Cancelar mi reserva"))
        lines.append(Message(guest=guest, number=asking + 4, text="sí", news=True))
        lines.append(ask(messages))
    return tuple(lines)


async def visit(office: Office, guest: Guest, lines: Sequence[Message]) -> None:
    """Say everything; some do not wait for an answer before they go on."""
    hurried = guest.number % _BOOKS_EVERY != 0 and guest.number % _HURRIES_EVERY == 0
    async with anyio.create_task_group() as tasks:
        for line in lines:
            exchange = Exchange(line, anyio.current_time())
            guest.exchanges.append(exchange)
            if hurried:
                tasks.start_soon(insist, office, guest, exchange)
                await anyio.sleep(_HURRY_S)
            else:
                await insist(office, guest, exchange)
                await anyio.sleep(office.random.uniform(*_THINKS_S))
    # A channel that repeats what was answered long ago must hear the same and cause nothing.
    again = office.random.choice([one for one in guest.exchanges if not one.message.news])
    await _until_answered(office, guest, again, office.random.choice(office.urls))


async def insist(office: Office, guest: Guest, exchange: Exchange) -> None:
    """Hand a message in until it is answered, now and then at both doors at once."""
    twice = office.random.random() < _TWICE
    async with anyio.create_task_group() as tasks:
        for url in office.urls if twice else [office.random.choice(office.urls)]:
            tasks.start_soon(_until_answered, office, guest, exchange, url)
    office.answered += exchange.said is not None


async def refused(office: Office, guest: Guest, line: Message, url: str) -> tuple[int, str | None]:
    """Hand a message in once while the store is down; returns status and `Retry-After`, and never sends it again."""
    exchange = Exchange(line, anyio.current_time(), refused=True)
    guest.exchanges.append(exchange)
    answer = await _call(office, guest, exchange, url)
    return (0, None) if answer is None else (answer.status_code, answer.headers.get("Retry-After"))


async def _until_answered(office: Office, guest: Guest, exchange: Exchange, url: str) -> None:
    deadline = anyio.current_time() + office.patience_s
    while anyio.current_time() < deadline:
        answer = await _call(office, guest, exchange, url)
        pause = _AGAIN_S
        if answer is None:
            exchange.broken += 1
        elif answer.status_code == _OK:
            exchange.acknowledged_at = exchange.acknowledged_at or anyio.current_time()
            if _take(guest, exchange, answer.json()):
                return
        elif answer.status_code == _DOWN:
            exchange.told_down += 1
            if "Retry-After" not in answer.headers:
                office.complaints.append(f"{exchange.message.id}: 503 without Retry-After")
            pause = float(answer.headers.get("Retry-After", _AGAIN_S))
        else:
            office.complaints.append(f"{exchange.message.id}: {answer.status_code}: {answer.text[:200]}")
            return
        await anyio.sleep(pause)
        url = office.random.choice(office.urls)


async def _call(office: Office, guest: Guest, exchange: Exchange, url: str) -> httpx.Response | None:
    """Send it once; None when the connection broke."""
    exchange.calls += 1
    line = exchange.message
    body = {"sender_id": guest.sender, "channel": CHANNEL, "text": line.text, "message_id": line.id}
    try:
        return await office.http.post(f"{url}/api/orchestrator/process", json=body, timeout=_CALL_S)
    except httpx.HTTPError:
        return None


def _take(guest: Guest, exchange: Exchange, answer: dict[str, Any]) -> bool:
    """Note an answer; True when it is the final one."""
    guest.conversation = answer["conversation_id"]
    data = answer["data"]
    exchange.checking = bool(data["booking"]) and data["booking"]["state"] == "checking"
    if answer["intent"] is None or exchange.checking:
        return False
    arrival = data["availability"]["check_in"] if data["availability"] else None
    if exchange.said is not None and (exchange.said, exchange.arrival) != (answer["response_text"], arrival):
        exchange.contradictions.append(answer["response_text"])
    exchange.said, exchange.arrival = answer["response_text"], arrival
    exchange.degraded = answer["fallback_used"]
    exchange.reservation = answer["reservation_id"]
    return True
