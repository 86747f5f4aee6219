import io
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from attrs import evolve

from hotel_agent.adapters.observability.logs import Logging, configure_logging
from hotel_agent.entrypoints import log_level
from hotel_agent.entrypoints.log_level import change_level, follow_level, wanted_level
from hotel_agent.entrypoints.setting_values import LOG_LEVELS
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.testing.virtual_time import VIRTUAL

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> object:
    return VIRTUAL


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", log_level="warning")


@pytest.fixture
def stream() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def logging(stream: io.StringIO) -> Iterator[Logging]:
    configured = configure_logging("warning", stream)
    yield configured
    configured.close()


def test_the_level_is_that_of_the_settings_until_it_is_changed_and_after_it_is_changed_back(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = [wanted_level(settings)]
    for level, default in (("debug", False), (None, False), (None, True)):
        assert change_level(settings, level, default=default) == 0
        seen.append(wanted_level(settings))
    assert seen == ["warning", "debug", "debug", "warning"]
    said = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert said == ["debug", "debug", "warning"]


@pytest.mark.parametrize("text", ["", "loud\n", "debugging", "\xff" * 1000])
def test_a_file_without_a_level_in_it_counts_as_none(settings: Settings, text: str) -> None:
    settings.data_dir.mkdir()
    (settings.data_dir / "log-level").write_text(text, "latin-1")
    assert wanted_level(settings) == "warning"


@pytest.mark.parametrize("level", LOG_LEVELS)
def test_every_level_of_the_settings_is_one_that_can_be_set(settings: Settings, logging: Logging, level: str) -> None:
    change_level(settings, level, default=False)
    logging.set_level(wanted_level(settings))
    assert (logging.level, wanted_level(evolve(settings, log_level="error"))) == (level, level)


async def test_a_running_process_takes_the_level_over_and_says_so_whatever_it_is(
    settings: Settings, logging: Logging, stream: io.StringIO
) -> None:
    seen = []
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(follow_level, settings, logging)
        for level in ("debug", "error", "error"):
            change_level(settings, level, default=False)
            await anyio.sleep(1.5)
            seen.append(logging.level)
        change_level(settings, None, default=True)
        await anyio.sleep(1.5)
        seen.append(logging.level)
        tasks.cancel_scope.cancel()
    assert seen == ["debug", "error", "error", "warning"]
    assert [line.count("log level changed") for line in stream.getvalue().splitlines()] == [1, 1, 1]


async def test_a_folder_that_cannot_be_read_changes_nothing(
    settings: Settings, logging: Logging, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_level, "_FILE", "")
    settings.data_dir.mkdir()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(follow_level, settings, logging)
        await anyio.sleep(1.5)
        tasks.cancel_scope.cancel()
    assert logging.level == "warning"
