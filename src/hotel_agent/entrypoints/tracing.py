"""Traces, put together from the settings. Without them, and without the extra `otel`, nothing of OpenTelemetry is loaded."""

from contextlib import AsyncExitStack
from datetime import timedelta

import anyio
import anyio.to_thread
from attrs import frozen

from hotel_agent.adapters.observability.metrics import Metrics
from hotel_agent.adapters.observability.observers import Observers
from hotel_agent.adapters.system.ids import SystemIds
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.entrypoints.setting_values import PREFIX
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.version import version
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.tracing import UNTRACED, Tracing


@frozen
class TracedObservers(Observers):
    """Observers whose calls to other parts are spans as well."""

    _tracing: Tracing

    def called(self, part: str, operation: str, status: str, took: timedelta) -> None:
        super().called(part, operation, status, took)
        self._tracing.called(part, operation, status, took)


async def open_tracing(stack: AsyncExitStack, settings: Settings, clock: Clock, metrics: Metrics) -> Tracing:
    """
    Open what the settings say of traces; with the stack's end, what waits is sent, for a second and a half at most.

    Raises:
        ConfigurationError: a collector is named and the extra is not installed.

    """
    if settings.otlp_url is None:
        return UNTRACED
    try:
        # Loaded where it is used: it is an extra, and costs a start a quarter of a second.
        from hotel_agent.adapters.otel.exporting import Exporting, otlp_exporter, resource
        from hotel_agent.adapters.otel.tracing import OtelTracing
    except ModuleNotFoundError as exc:
        problem = f"{PREFIX}OTLP_URL: given, but the extra for it is not installed: pip install 'hotel-agent[otel]'"
        raise ConfigurationError([problem]) from exc
    count = metrics.count_spans
    exporting = Exporting(otlp_exporter(settings.otlp_url), resource(version(), SystemIds().draw()), count)

    async def close() -> None:
        with anyio.CancelScope(shield=True):
            await anyio.to_thread.run_sync(exporting.close)

    stack.push_async_callback(close)
    slow = timedelta(seconds=settings.trace_slow_s)
    return OtelTracing(clock, exporting.add, count, settings.trace_ratio, slow, wanted=exporting.wants)
