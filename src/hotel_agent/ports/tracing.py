"""
Where a message's way is told as one trace, and what stands in for it when nobody traces.

What is carried from process to process is a W3C `traceparent`, an opaque text to everybody but the adapter: it is kept with the
event in the journal, and with the jobs, timers and messages that its turn commits.
"""

import hashlib
from abc import abstractmethod
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from typing import Final, Protocol

from attrs import frozen

from hotel_agent.domain.events import Event
from hotel_agent.domain.ids import EventId, TenantId

Attribute = str | int | float | bool
"""What may be told of a span: names, states and figures, never what a guest wrote, who a guest is or where one is reached."""

_TRACEPARENT_LENGTH: Final = 55


class Span(Protocol):
    """One stretch of a message's way. Nothing of it raises or waits."""

    @property
    @abstractmethod
    def context(self) -> str | None:
        """The `traceparent` under which what this stretch causes goes on; None: there is nothing to carry."""

    @abstractmethod
    def note(self, **attributes: Attribute) -> None:
        """Tell more of it."""

    @abstractmethod
    def fail(self, error: BaseException) -> None:
        """It did not go well. The error's kind is told, never its message, which may hold a guest's words."""


class Tracing(Protocol):
    """
    Takes down the ways of messages. It never raises and never waits, whatever becomes of what it takes down.

    Spans are context managers; one that is left by an error has failed, and the error goes on.
    """

    @abstractmethod
    def arrival(self, name: str, context: str | None = None) -> AbstractContextManager[None]:
        """
        Something comes in from outside: the messages taken in meanwhile were under way from its beginning to its end.

        *context* is the `traceparent` that a caller gave who may be believed; the messages' traces go on with it. One that
        cannot be read is as good as none.
        """

    @abstractmethod
    def message(self, event: EventId, tenant: TenantId) -> AbstractContextManager[Span]:
        """A message is being kept as *event*: its trace begins, or goes on with that of the arrival."""

    @abstractmethod
    def going_on(
        self, name: str, context: str | None, root: EventId, tenant: TenantId, since: datetime | None = None
    ) -> AbstractContextManager[Span]:
        """
        Go on with what *context* carried here; without one, with the trace that *root* names.

        *since*: when somebody began to wait for it.
        """

    @abstractmethod
    def step(self, name: str) -> AbstractContextManager[Span]:
        """A part of the stretch that this task is in; outside of any, nothing is taken down."""

    @abstractmethod
    def called(self, part: str, operation: str, status: str, took: timedelta) -> None:
        """A call to a *part* has just ended, within the stretch that this task is in."""


@frozen
class _Carried(Span):
    """Carries a context on and takes nothing down."""

    _context: str | None = None

    @property
    def context(self) -> str | None:
        return self._context

    def note(self, **attributes: Attribute) -> None:
        pass

    def fail(self, error: BaseException) -> None:
        pass

    def __enter__(self) -> Span:
        return self

    def __exit__(self, *_: object) -> None:
        return None


_NOTHING: Final = _Carried()


class Untraced(Tracing):
    """Takes nothing down; what others began is carried on, so that theirs can go on after us."""

    def arrival(self, name: str, context: str | None = None) -> AbstractContextManager[None]:  # noqa: ARG002 - the port's
        return nullcontext()

    def message(self, event: EventId, tenant: TenantId) -> AbstractContextManager[Span]:  # noqa: ARG002 - the port's
        return _NOTHING

    def going_on(
        self,
        name: str,  # noqa: ARG002 - the port's
        context: str | None,
        root: EventId,  # noqa: ARG002 - the port's
        tenant: TenantId,  # noqa: ARG002 - the port's
        since: datetime | None = None,  # noqa: ARG002 - the port's
    ) -> AbstractContextManager[Span]:
        return _NOTHING if context is None else _Carried(context)

    def step(self, name: str) -> AbstractContextManager[Span]:  # noqa: ARG002 - the port's
        return _NOTHING

    def called(self, part: str, operation: str, status: str, took: timedelta) -> None:
        pass


UNTRACED: Final = Untraced()


def trace_id(event: Event) -> str:
    """
    Name the trace that *event* belongs to, in 32 hexadecimal digits.

    It is the same in every process, and whether or not anybody traces: an event without a context has it from its root.
    """
    return trace_id_of(event.trace, event.root)


def trace_id_of(context: str | None, root: EventId) -> str:
    """Name the trace that *context* carries on; without one, that of the message *root*."""
    if context is not None and len(context) == _TRACEPARENT_LENGTH:
        return context[3:35]
    return trace_id_of_root(root)


def trace_id_of_root(root: EventId) -> str:
    """Name the trace of a message that brought none."""
    return hashlib.blake2b(root.encode("utf-8", "surrogatepass"), digest_size=16, person=b"trace").hexdigest()
