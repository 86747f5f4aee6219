import io
from collections.abc import Callable, Iterator

import pytest

from hotel_agent.adapters.observability.logs import Logging, configure_logging
from hotel_agent.adapters.observability.metrics import Metrics
from hotel_agent.adapters.observability.observers import LoggingObserver, MeteringObserver, Observers
from hotel_agent.ports.observer import Observer
from hotel_agent.testing.contracts.observer import ObserverContract


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logging(stream: io.StringIO) -> Iterator[Logging]:
    configured = configure_logging("debug", stream)
    yield configured
    configured.close()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


class TestLoggingObserver(ObserverContract):
    @pytest.fixture
    def observer(self, logging: Logging) -> Observer:
        return LoggingObserver(logging.logger)

    @pytest.fixture
    def output(self, stream: io.StringIO) -> Callable[[], str]:
        return stream.getvalue


class TestMeteringObserver(ObserverContract):
    @pytest.fixture
    def observer(self, metrics: Metrics) -> Observer:
        return MeteringObserver(metrics)

    @pytest.fixture
    def output(self, metrics: Metrics) -> Callable[[], str]:
        return lambda: metrics.exposition().decode()


class TestObservers(ObserverContract):
    @pytest.fixture
    def observer(self, logging: Logging, metrics: Metrics) -> Observer:
        return Observers([LoggingObserver(logging.logger), MeteringObserver(metrics)])

    @pytest.fixture
    def output(self, stream: io.StringIO, metrics: Metrics) -> Callable[[], str]:
        return lambda: stream.getvalue() + metrics.exposition().decode()
