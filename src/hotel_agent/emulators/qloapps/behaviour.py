"""
How the emulated installation is set up and how it misbehaves: values, changeable while it runs.

Nothing here changes what a request means; it decides what the installation around it does to it.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from random import Random
from typing import Any, Final

from attrs import evolve, field, fields, frozen

ANY: Final = "*"


class FaultKind(StrEnum):
    """What may happen to a request."""

    SLOW = "slow"
    """It waits `seconds` before it is looked at."""
    CUT_BEFORE = "cut_before"
    """The connection is cut and nothing is done."""
    CUT_AFTER = "cut_after"
    """The work is done, then the connection is cut before the first byte of the answer."""
    CUT_BODY = "cut_body"
    """The work is done, the connection is cut in the middle of the answer's body."""
    ERROR_AFTER = "error_after"
    """The work is done, the answer is a 500 that reports a PHP notice."""
    FATAL = "fatal"
    """200, text/html, `Fatal error`; nothing is done."""
    ZOMBIE = "zombie"
    """POST bookings: an order without rooms in state 0, and an empty 500. Elsewhere an empty 500."""
    DATABASE_DOWN = "database_down"
    """A static HTML page with status 500."""
    SWITCHED_OFF = "switched_off"
    """503: the web service is switched off."""
    WALK_IN = "walk_in"
    """POST bookings: somebody else takes the rooms asked for just before the request is looked at."""


class Overbooking(StrEnum):
    """What the shop does with an order that it notices to be overbooked while saving it."""

    CANCEL = "cancel"
    KEEP = "keep"


class RaceOutcome(StrEnum):
    """What becomes of the second of two simultaneous POSTs for one room."""

    CANCELLED = "cancelled"
    """QloApps notices: the line is a back order (and cancelled, unless overbookings are kept); the answer is 200."""
    DOUBLE = "double"
    """Nobody notices: two live lines."""
    REFUSED = "refused"
    """The first was quick enough: a clean 400."""


def _kind(value: str) -> FaultKind:
    return FaultKind(value)


def _overbooking(value: str) -> Overbooking:
    return Overbooking(value)


def _weights(value: Iterable[float]) -> tuple[float, float, float]:
    cancelled, double, refused = value
    return cancelled, double, refused


@frozen
class Fault:
    """One way to misbehave, for requests that match *method* and *resource* (`*`: any), *times* times (None: always)."""

    kind: FaultKind = field(converter=_kind)
    method: str = ANY
    resource: str = ANY
    times: int | None = 1
    probability: float = 1.0
    seconds: float = 0.0

    def matches(self, method: str, resource: str) -> bool:
        """Whether it concerns such a request."""
        return self.method in {ANY, method} and self.resource in {ANY, resource}


def _faults(value: Any) -> tuple[Fault, ...]:
    return tuple(each if isinstance(each, Fault) else Fault(**each) for each in value)


@frozen
class Behaviour:
    """
    Switches of the installation (API.md, section 16.3). A shop in maintenance answers its web service as ever.

    `latency` scales the measured durations (0: none, 1: as measured); `race_window` is the least time in seconds between the
    check and the insert of a booking, in which others may slip in (0: none, and so no races); `seed` decides jitter, race
    outcomes and chance faults; `race_weights` are observed frequencies of cancelled, double and refused.
    """

    noisy: bool = False
    tax_included: bool = False
    second_language: bool = False
    second_currency: bool = False
    overbooking: Overbooking = field(default=Overbooking.CANCEL, converter=_overbooking)
    latency: float = 0.0
    race_window: float = 0.005
    race_weights: tuple[float, float, float] = field(default=(42.0, 9.0, 1.0), converter=_weights)
    check_host: bool = True
    web_service: bool = True
    maintenance: bool = False
    database_down: bool = False
    faults: tuple[Fault, ...] = field(default=(), converter=_faults)
    seed: int = 0

    def with_faults(self, *faults: Fault) -> "Behaviour":
        """The same with these *faults* added."""
        return evolve(self, faults=(*self.faults, *faults))


def behaviour_from(values: Mapping[str, Any], base: Behaviour) -> Behaviour:
    """
    *base* with the fields named in *values* changed; faults are objects with the fields of `Fault`.

    Raises:
        ValueError: an unknown field or an impossible value.
    """
    known = {each.name: each for each in fields(Behaviour)}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"behaviour has no field {name!r}")
        default = known[name].default
        if isinstance(default, bool) and not isinstance(value, bool):
            raise ValueError(f"{name} is true or false")  # noqa: TRY004 - the caller is told what is wrong with a value
        if isinstance(default, float) and not (isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 0):
            raise ValueError(f"{name} is a number, not negative")
    try:
        return evolve(base, **dict(values))
    except TypeError as error:
        raise ValueError(f"behaviour: {error}") from error


class Schedule:
    """The draws of a running emulator: which fault strikes, who loses a race, how long a pause is. A seed repeats them."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._left = [fault.times for fault in behaviour.faults]
        self._chance = Random(f"{behaviour.seed} faults")  # noqa: S311 - repeatable on purpose
        self._outcomes = Random(f"{behaviour.seed} races")  # noqa: S311 - repeatable on purpose
        self._jitter = Random(f"{behaviour.seed} jitter")  # noqa: S311 - repeatable on purpose

    def strike(self, method: str, resource: str) -> list[Fault]:
        """The faults that befall this request, used up by it."""
        struck = []
        for position, fault in enumerate(self._behaviour.faults):
            left = self._left[position]
            if left == 0 or not fault.matches(method, resource):
                continue
            if fault.probability < 1.0 and self._chance.random() >= fault.probability:
                continue
            if left is not None:
                self._left[position] = left - 1
            struck.append(fault)
        return struck

    def is_refused(self) -> bool:
        """Whether a rival that is still being written is seen all the same."""
        weights = self._behaviour.race_weights
        return self._outcomes.random() * sum(weights) < weights[2]

    def outcome(self) -> RaceOutcome:
        """What becomes of a booking whose room was taken while it was being made."""
        cancelled, double, _ = self._behaviour.race_weights
        drawn = self._outcomes.random() * (cancelled + double)
        return RaceOutcome.CANCELLED if drawn < cancelled else RaceOutcome.DOUBLE

    def gives_another_room(self) -> bool:
        """Whether a room that was asked for and got lost is replaced without a word."""
        return self._outcomes.random() < 0.25

    def vary(self, seconds: float) -> float:
        """A pause of about that long."""
        return seconds * self._jitter.uniform(0.7, 1.3)
