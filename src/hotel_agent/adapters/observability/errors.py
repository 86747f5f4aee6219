"""What may be written about an error: never its message, which may carry a guest's words, unless the error is ours."""

import traceback

from hotel_agent.domain.errors import HotelAgentError

_FRAMES = 6


def code_of(error: BaseException) -> str:
    """The stable code of an error of ours; `unexpected` for any other, so that it can be a metric's label."""
    return error.code if isinstance(error, HotelAgentError) else "unexpected"


def described(error: BaseException) -> dict[str, object]:
    """Return the error's kind, its code, where it came from (innermost last) and what caused it; no text that it carries."""
    place = [
        f"{frame.filename.rpartition('site-packages/')[2].rpartition('/src/')[2]}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    ]
    told: dict[str, object] = {"error": type(error).__name__, "code": code_of(error), "where": place}
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        told["cause"] = type(cause).__name__
    return told
