"""What becomes of the spans of traces outside the sample: they wait here until it is known whether something was wrong."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Final

from attrs import define, field

from hotel_agent.adapters.otel.spans import Record

MOST_OPEN: Final = 4096
"""Traces that something is going on in, in this process."""
MOST_OVER: Final = 512
"""Traces where nothing is going on any more, in case they go on and something goes wrong then."""
MOST_SPANS: Final = 128
"""Of one trace."""


@define(eq=False)
class _Held:
    open: int = 0
    kept: bool = False
    records: list[Record] = field(factory=list)


@define(eq=False)
class Tail:
    """
    Holds spans back by trace and lets those of a trace go together, when one of them is to be *kept*.

    Past its bounds it forgets the trace that was touched longest ago, and counts its spans as `forgotten`. For one event loop.
    """

    _send: Callable[[Sequence[Record]], None]
    _count: Callable[[str, int], None]
    _open: "OrderedDict[str, _Held]" = field(factory=OrderedDict, init=False)
    _over: "OrderedDict[str, _Held]" = field(factory=OrderedDict, init=False)

    def begin(self, trace: str) -> None:
        """Take note of a span that begins."""
        held = self._open.get(trace)
        if held is None:
            held = self._open[trace] = self._over.pop(trace) if trace in self._over else _Held()
            if len(self._open) > MOST_OPEN:
                _, forgotten = self._open.popitem(last=False)
                self._count("forgotten", len(forgotten.records))
        held.open += 1

    def end(self, record: Record, *, keep: bool) -> None:
        """Take a span that has ended, and let its trace go if it is to be kept, or was before."""
        held = self._open.get(record.trace)
        if held is None:
            # Its trace was forgotten while it went on.
            if keep:
                self._send((record,))
            else:
                self._count("forgotten", 1)
            return
        held.open -= 1
        if keep or held.kept:
            held.kept = True
            self._send((*held.records, record))
            held.records.clear()
        elif len(held.records) < MOST_SPANS:
            held.records.append(record)
        else:
            self._count("forgotten", 1)
        if not held.open:
            self._over[record.trace] = self._open.pop(record.trace)
            if len(self._over) > MOST_OVER:
                # All is well with it: that is what is outside the sample.
                self._over.popitem(last=False)

    def keeps(self, trace: str) -> bool:
        """Tell whether what comes of *trace* is sent because something was wrong with it."""
        held = self._open.get(trace)
        return held is not None and held.kept
