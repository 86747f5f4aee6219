"""
How Meta behaves towards us: values, changeable while the emulator runs.

Nothing here changes what a message means; it decides how soon, how often, in which order and whether at all things arrive.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from random import Random
from typing import Any, Final

from attrs import evolve, field, fields, frozen

ANY: Final = "*"


class FaultKind(StrEnum):
    """What may happen to a call of the Graph API."""

    SLOW = "slow"
    """It waits `seconds` before it is looked at."""
    ERROR = "error"
    """It is refused with `code`; nothing is done."""
    BROKEN = "broken"
    """502 with an HTML page; nothing is done."""
    CUT_BEFORE = "cut_before"
    """The connection is cut and nothing is done."""
    CUT_AFTER = "cut_after"
    """The work is done, then the connection is cut before the first byte of the answer."""
    BROKEN_AFTER = "broken_after"
    """The work is done, the answer is a 502 with an HTML page."""
    FAILS_LATER = "fails_later"
    """A send is accepted; its status is `failed` with `code`."""


class StatusOrder(StrEnum):
    """Which statuses a message of the hotel's gets, and when."""

    NONE = "none"
    NORMAL = "normal"
    """sent, delivered, and read when the guest reads it."""
    DELIVERED_FIRST = "delivered_first"
    """delivered, then sent."""
    EARLY = "early"
    """sent and delivered are told before the send itself is answered."""
    BACKWARDS = "backwards"
    """read, delivered, sent."""


class Refusal(StrEnum):
    """How a send outside the 24 hour window, or to somebody without WhatsApp, is refused. Meta does both."""

    STATUS = "status"
    """Accepted, then a `failed` status."""
    ANSWER = "answer"
    """An error in the answer."""


@frozen
class Fault:
    """One way to misbehave, for calls of *endpoint* (`messages`, `mark`, `media`…; `*`: any), *times* times (None: always)."""

    kind: FaultKind = field(converter=FaultKind)
    endpoint: str = ANY
    times: int | None = 1
    probability: float = 1.0
    seconds: float = 0.0
    code: int = 131000

    def matches(self, endpoint: str) -> bool:
        """Whether it concerns such a call."""
        return self.endpoint in {ANY, endpoint}


def _faults(value: Any) -> tuple[Fault, ...]:
    return tuple(each if isinstance(each, Fault) else Fault(**each) for each in value)


def _share(_: object, attribute: Any, value: float) -> None:
    if not 0 <= value <= 1:
        raise ValueError(f"{attribute.name} is between 0 and 1")


def _not_negative(_: object, attribute: Any, value: float) -> None:
    if value < 0:
        raise ValueError(f"{attribute.name} is not negative")


@frozen(kw_only=True)
class Behaviour:
    """
    Switches of the emulated platform. All off, it is prompt, orderly and forgiving of nothing that Meta refuses.

    Seconds are of the emulator's own clock. `seed` decides every draw.
    """

    latency_s: float = field(default=0.0, validator=_not_negative)
    """How long every answer takes."""
    reorder_s: float = field(default=0.0, validator=_not_negative)
    """Every webhook is held back for a drawn time of up to this."""
    duplicates: float = field(default=0.0, validator=_share)
    """The share of webhooks that come again although they were taken."""
    duplicate_s: float = field(default=2.0, validator=_not_negative)
    """How much later at most such a twin comes."""
    batch_s: float = field(default=0.0, validator=_not_negative)
    """What is to be told within this time goes into one webhook, in several entries, changes and elements."""
    statuses: StatusOrder = field(default=StatusOrder.NORMAL, converter=StatusOrder)
    status_gap_s: float = field(default=0.0, validator=_not_negative)
    """Time from accepting a message to `sent`, and from that to `delivered`."""
    reads_at_once: bool = False
    """The guest's phone lies open: whatever is delivered is read."""
    throttles: bool = True
    """Keeps the pace of pairs (131056) and numbers (130429)."""
    pair_burst: int = 45
    pair_every_s: float = 6.0
    number_per_s: float = 80.0
    window: bool = True
    """Free-form messages only within 24 hours of the guest's last (131047)."""
    refusal: Refusal = field(default=Refusal.STATUS, converter=Refusal)
    callback_timeout_s: float = 20.0
    """How long a callback may take to answer, in real seconds."""
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
    known = {each.name: each.default for each in fields(Behaviour)}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"behaviour has no field {name!r}")
        default = known[name]
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if isinstance(default, bool) != isinstance(value, bool):
            raise ValueError(f"{name} is {'true or false' if isinstance(default, bool) else 'neither true nor false'}")
        if isinstance(default, int | float) and not isinstance(default, bool) and not is_number:
            raise ValueError(f"{name} is a number")
    try:
        return evolve(base, **dict(values))
    except TypeError as error:
        raise ValueError(f"behaviour: {error}") from error


class Luck:
    """The draws of a running emulator. The same seed and the same calls give the same draws."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._left = [fault.times for fault in behaviour.faults]
        self._chance = Random(f"{behaviour.seed} faults")  # noqa: S311 - repeatable on purpose
        self._delays = Random(f"{behaviour.seed} delays")  # noqa: S311 - repeatable on purpose
        self._twins = Random(f"{behaviour.seed} twins")  # noqa: S311 - repeatable on purpose
        self._packing = Random(f"{behaviour.seed} packing")  # noqa: S311 - repeatable on purpose

    def strike(self, endpoint: str) -> list[Fault]:
        """The faults that befall this call, used up by it."""
        struck = []
        for position, fault in enumerate(self._behaviour.faults):
            left = self._left[position]
            if left == 0 or not fault.matches(endpoint):
                continue
            if fault.probability < 1.0 and self._chance.random() >= fault.probability:
                continue
            if left is not None:
                self._left[position] = left - 1
            struck.append(fault)
        return struck

    def delay(self) -> float:
        """Seconds by which a webhook is held back."""
        return self._delays.uniform(0, self._behaviour.reorder_s) if self._behaviour.reorder_s else 0.0

    def twin(self) -> float | None:
        """After how many seconds a webhook comes a second time; None: it does not."""
        if self._twins.random() >= self._behaviour.duplicates:
            return None
        return self._twins.uniform(0, self._behaviour.duplicate_s)

    def shuffle(self, things: Iterable[Any]) -> list[Any]:
        """The same things in a drawn order."""
        drawn = list(things)
        self._packing.shuffle(drawn)
        return drawn

    def splits(self) -> bool:
        """Whether a batch goes on in a new group at this place."""
        return self._packing.random() < 1 / 3
