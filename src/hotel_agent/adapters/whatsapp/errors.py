"""Meta's error codes as what is to be done about them."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from attrs import frozen


class Cure(Enum):
    """What a sender does when Meta says no."""

    STOP = "stop"
    """Nothing of this number goes out until a person has put it right: credentials, permissions, payment, a blocked account."""
    SLOWER = "slower"
    """The number, or the app, sends too fast."""
    PAIR = "pair"
    """Too much to this one guest: wait 4, 16, 64 … seconds."""
    WINDOW = "window"
    """The guest has not written for 24 h: only a template goes through."""
    LATER = "later"
    """Meta's own trouble: nothing was sent, another try is right."""
    NEVER = "never"
    """This message will not reach this guest."""


@frozen(kw_only=True)
class GraphError:
    """What Meta said. `code` None: it answered no error of the Graph API. Its texts are left out: they may name a guest."""

    status: int
    code: int | None = None
    subcode: int | None = None

    @property
    def cure(self) -> Cure:
        if self.code is None:
            return Cure.STOP if self.status in {401, 403} else Cure.NEVER
        if self.code in _CURES:
            return _CURES[self.code]
        if 200 <= self.code <= 299:  # noqa: PLR2004 - Meta's permission errors
            return Cure.STOP
        if self.status == 429:  # noqa: PLR2004 - too many requests
            return Cure.SLOWER
        return Cure.LATER if self.status >= 500 else Cure.NEVER  # noqa: PLR2004 - server errors


_CURES: Final[Mapping[int, Cure]] = {
    **dict.fromkeys((0, 3, 10, 190, 131005), Cure.STOP),  # token or permission
    **dict.fromkeys((131042,), Cure.STOP),  # payment
    **dict.fromkeys((368, 131031, 131048, 131064), Cure.STOP),  # account blocked or taken for spam
    **dict.fromkeys((4, 80007, 130429, 131057, 133016), Cure.SLOWER),
    131056: Cure.PAIR,
    131047: Cure.WINDOW,
    **dict.fromkeys((1, 2, 131000, 131016, 133004), Cure.LATER),
    **dict.fromkeys((100, 131008, 131009, 131021, 131026, 131045, 131051, 131052, 131053), Cure.NEVER),
    **dict.fromkeys((130472, 131049, 131050, 131062), Cure.NEVER),  # marketing not wanted; user id not taken for this
    **dict.fromkeys(range(132000, 132017), Cure.NEVER),  # the template
}


def graph_error(status: int, body: Any) -> GraphError:
    """Read an error's answer; anything else has no code."""
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return GraphError(status=status)
    code, subcode = error.get("code"), error.get("error_subcode")
    return GraphError(
        status=status,
        code=code if type(code) is int else None,
        subcode=subcode if type(subcode) is int else None,
    )
