"""A limit on waiting, for what every turn does several times."""

from types import TracebackType

import anyio


class Until:
    """
    Raises TimeoutError when what is inside is not done at *deadline*, of the event loop's clock.

    It is `anyio.fail_at` without a generator round it, which makes a third of the price of a limit that nothing runs into.
    """

    __slots__ = ("_scope",)

    def __init__(self, deadline: float) -> None:
        self._scope = anyio.CancelScope(deadline=deadline)

    def __enter__(self) -> None:
        self._scope.__enter__()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._scope.__exit__(kind, error, trace)
        if self._scope.cancelled_caught:
            raise TimeoutError from None
