"""Metrics with bounded labels that are bound once."""

from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from attrs import define, field, frozen
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

M = TypeVar("M", Counter, Gauge, Histogram)

MOST_SERIES: Final = 400
"""Combinations of label values a family takes as they come; further ones are counted together."""

OTHER: Final = "other"


@define
class Family(Generic[M]):
    """
    One metric and its series.

    Past `MOST_SERIES` combinations, new ones share the series whose labels all say `other`: a mistake elsewhere cannot fill
    the memory of this process or of whoever scrapes it.
    """

    _metric: M
    _labels: int
    _bound: dict[tuple[str, ...], M] = field(factory=dict, init=False)

    def of(self, *values: str) -> M:
        """Return the series of these label *values*, in the order of the label names."""
        bound = self._bound.get(values)
        return bound if bound is not None else self._bind(values)

    def _bind(self, values: tuple[str, ...]) -> M:
        if not self._labels:
            return self._metric
        if len(self._bound) >= MOST_SERIES:
            values = (OTHER,) * self._labels
        series = self._bound.get(values)
        if series is None:
            series = self._bound[values] = self._metric.labels(*values)
        return series


@frozen(kw_only=True)
class Figure:
    """What a metric is called where it is read, of which `kind` it is, what it says and what it is broken down by."""

    name: str
    kind: str
    about: str
    labels: tuple[str, ...]


@define
class Registering:
    """Makes families of one registry, and keeps a list of them."""

    _registry: CollectorRegistry
    figures: list[Figure] = field(factory=list, init=False)

    def counter(self, name: str, about: str, *labels: str) -> Family[Counter]:
        self.figures.append(Figure(name=f"{name}_total", kind="counter", about=about, labels=labels))
        return Family(Counter(name, about, labels, registry=self._registry), len(labels))

    def gauge(self, name: str, about: str, *labels: str) -> Family[Gauge]:
        self.figures.append(Figure(name=name, kind="gauge", about=about, labels=labels))
        return Family(Gauge(name, about, labels, registry=self._registry), len(labels))

    def histogram(self, name: str, about: str, *labels: str, buckets: Sequence[float]) -> Family[Histogram]:
        self.figures.append(Figure(name=name, kind="histogram", about=about, labels=labels))
        return Family(Histogram(name, about, labels, registry=self._registry, buckets=buckets), len(labels))
