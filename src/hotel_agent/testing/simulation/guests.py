"""Guests: they read what the service says and go on as people do, patiently or not, until they have a room or leave."""

from datetime import timedelta
from random import Random
from typing import Final

import anyio
from attrs import define, field

from hotel_agent.domain.reservations import Guest
from hotel_agent.domain.stays import Stay
from hotel_agent.testing.simulation.channel import GuestLine
from hotel_agent.testing.simulation.house import some_stay

_FIRST: Final = ("Ana", "Juan", "Lucía", "Pedro", "Marta", "Carlos", "Elena", "Diego", "Sofía", "Luis")
_LAST: Final = ("Pérez", "García", "López", "Sánchez", "Romero", "Torres", "Navarro", "Molina", "Castro", "Ortega")
_MOST_STEPS: Final = 16
_PATIENCE: Final = 90.0
"""Seconds a guest waits for an answer before writing again."""
_LONGEST_LOOK: Final = 8.0
_NEWS_PATIENCE: Final = 600.0
"""Seconds a guest waits for news of a booking."""
_PAST_THE_LOCK: Final = timedelta(minutes=21)
_YES: Final = ("sí", "Sí, confirmo", "confirmo", "si, resérvala")


def person(number: int, chance: Random) -> Guest:
    """Return a guest like no other."""
    name = f"{chance.choice(_FIRST)} {chance.choice(_LAST)}"
    return Guest(name=name, email=f"guest{number}@example.com", phone=f"+3466{number % 10_000_000:07d}")


@define(eq=False, kw_only=True)
class SimulatedGuest:
    """One guest on one line. What is read decides what is said; chance decides between what people may do."""

    line: GuestLine
    guest: Guest
    chance: Random
    gone: bool = field(default=False, init=False)
    _stay: Stay = field(init=False)
    _seen: int = field(default=0, init=False)
    _searches: int = field(default=0, init=False)
    _setbacks: int = field(default=0, init=False)
    _wants_to_cancel: bool = field(default=False, init=False)

    def __attrs_post_init__(self) -> None:
        self._stay = some_stay(self.chance)
        self._wants_to_cancel = self.chance.random() < 0.25

    async def live(self, begin: float) -> None:
        """Write for the first time after *begin* seconds, and go on until there is nothing more to say."""
        await anyio.sleep(begin)
        await self._talk()
        self.gone = True

    async def _talk(self) -> None:
        self._search()
        for _ in range(_MOST_STEPS):
            said = await self._read()
            await anyio.sleep(self.chance.uniform(1.0, 12.0))
            # Whatever came while the guest was thinking is on the screen by now.
            said = await self._look() or said
            if self.chance.random() < 0.02:
                return
            if not await self._react(said):
                return

    # ------------------------------------------------------------ reading

    async def _read(self) -> str:
        """Wait for what comes next and return the last of it; empty when nothing does."""
        text = await self._news(_PATIENCE)
        if _is_waiting(text):
            text = await self._news(_NEWS_PATIENCE) or text
        return text

    async def _news(self, patience: float) -> str:
        wait, waited, found = 0.6, 0.0, ""
        while waited < patience and not found:
            await anyio.sleep(wait)
            waited, wait = waited + wait, min(wait * 2, _LONGEST_LOOK)
            found = await self._look()
        return found

    async def _look(self) -> str:
        """Return the last that the service has said since the guest last looked."""
        lines = await self.line.lines(self._seen)
        self._seen += len(lines)
        return next((one.text for one in reversed(lines) if not one.by_guest), "")

    # ------------------------------------------------------------ saying

    async def _react(self, said: str) -> bool:
        """Answer what was *said*; False when there is nothing more to say."""
        if "¿La reservo?" in said:
            return await self._decide()
        if "¿A nombre de quién" in said or "correo electrónico" in said or "teléfono de contacto" in said:
            self._tell_details()
        elif "¿Cuál prefieres?" in said or "¿Te interesa?" in said:
            self._choose()
        elif "¿Cancelo esta reserva?" in said:
            self.line.send("sí" if self.chance.random() < 0.9 else "no")
        elif "¡Reserva confirmada!" in said:
            return self._rejoice()
        elif _is_waiting(said):
            self.line.send("¿cómo va mi reserva?")
            self._setbacks += 1
            return self._setbacks < 3
        elif "cancelada" in said or "sigue en pie" in said:
            return False
        else:
            return await self._begin_again()
        return True

    async def _decide(self) -> bool:
        match self.chance.random():
            case dice if dice < 0.82:
                self._agree()
            case dice if dice < 0.86:
                self._agree()
                self._agree()
            case dice if dice < 0.90:
                self.line.send("no")
            case dice if dice < 0.93:
                self._search()
            case dice if dice < 0.95:
                self.line.send("blablabla xyz")
            case dice if dice < 0.97:
                await anyio.sleep(_PAST_THE_LOCK.total_seconds())
                self._agree()
            case _:
                return False
        return True

    def _agree(self) -> None:
        self.line.send(self.chance.choice(_YES), agrees=True)

    def _rejoice(self) -> bool:
        if self._wants_to_cancel:
            self._wants_to_cancel = False
            self.line.send("cancelar mi reserva")
            return True
        if self.chance.random() < 0.1 and self._searches < 3:
            self._search()
            return True
        return False

    def _tell_details(self) -> None:
        details = f"{self.guest.name}, {self.guest.email}, {self.guest.phone}"
        if self.chance.random() < 0.1:
            # In haste: the yes goes out before the question can have come.
            self.line.send(details, overtaken=self.chance.random() < 0.5)
            self.line.group.start_soon(self._agree_after, 1.1)
        else:
            self.line.send(details)

    async def _agree_after(self, seconds: float) -> None:
        await anyio.sleep(seconds)
        self._agree()

    def _choose(self) -> None:
        room = self.chance.choice(("1", "1", "2"))
        said = (f"Reservar habitación {room} para {self._stay.arrival}", "la 1", "la primera")
        self.line.send(self.chance.choice(said))

    def _search(self) -> None:
        if self._searches:
            self._stay = some_stay(self.chance)
        self._searches += 1
        self.line.send(f"Disponibilidad para {self._stay.arrival} a {self._stay.departure}")

    async def _begin_again(self) -> bool:
        """Something went wrong, or was taken: try again after a while, or give up."""
        self._setbacks += 1
        if self._setbacks > 4:
            return False
        await anyio.sleep(self.chance.uniform(1.0, 40.0))
        self._search()
        return True


def _is_waiting(text: str) -> bool:
    """Tell whether the service has said that it is still at it."""
    last = text.rsplit("\n", maxsplit=1)[-1]
    return last.startswith(("Estoy haciendo tu reserva", "Estoy cancelando", "Referencia:", "Tu reserva todavía"))
