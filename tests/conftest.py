import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from hotel_agent.testing.qloapps_site import Site

HERE = Path(__file__).parent
FIRST = (
    "integration/test_simulation.py",
    "integration/test_faults.py",
    "integration/test_soak.py",
    "integration/test_kill.py",
    "contract/test_pms_lost_answers.py",
    "contract/test_pms_races.py",
    "contract/test_lock_contenders.py",
    "integration/test_chaos.py",
    "integration/test_redis_service.py",
    "integration/test_apart.py",
    "docs/test_library.py",
    "integration/test_serve.py",
    "integration/browser/test_everybody.py",
    "integration/browser/test_booking.py",
    "integration/whatsapp/test_whatsapp_conversation.py",
    "integration/whatsapp/test_whatsapp_order.py",
    "integration/whatsapp/test_whatsapp_page.py",
    "integration/browser/test_widget.py",
    "integration/http/test_http_stays.py",
    "integration/http/test_http_document.py",
    "integration/http/test_attacks.py",
    "integration/whatsapp/test_conversation.py",
    "integration/conversations/test_conversations.py",
    "integration/test_redis_cluster.py",
)
"""What takes longest is begun first, so that no run ends with one worker at work and the others idle."""
TOGETHER = (
    "unit/",
    "integration/browser/",
    "integration/test_chaos.py",
    "integration/test_soak.py",
    "integration/test_kill.py",
    "integration/test_serve.py",
    "integration/test_redis_cluster.py",
    "integration/whatsapp/test_whatsapp_",
    "integration/http/test_http_stays.py",
    "integration/http/test_chat_page.py",
    "docs/test_performance_page.py",
)
"""Whose tests stay with one worker, file by file: they share a server or a browser, or handing out each would cost more."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options for running the PMS contract against a real QloApps; the suite leaves it as it found it."""
    group = parser.getgroup("qloapps", "a real QloApps for the PMS contract")
    group.addoption("--qloapps-url", help="address of the shop, without /api")
    group.addoption("--qloapps-key", help="web service key with the rights that `hotel-agent doctor` names")
    group.addoption("--qloapps-hotel", default="1", help="hotel id (default: 1)")
    group.addoption("--qloapps-host", help="the shop's own domain, where it is reached under another name")


def pytest_configure(config: pytest.Config) -> None:
    gc.disable()
    config.addinivalue_line("markers", "real_qloapps: runs only against a real QloApps (--qloapps-url, --qloapps-key)")
    config.addinivalue_line("markers", "nightly: at length what is also shown in short; runs with HYPOTHESIS_PROFILE=nightly")


def pytest_report_header(config: pytest.Config) -> str:
    return f"real QloApps: {config.getoption('--qloapps-url') or 'none given (--qloapps-url, --qloapps-key)'}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest; then let what works and what waits for servers and processes take turns."""
    order = {HERE / name: number for number, name in enumerate(FIRST)}
    begins = [item for item in items if item.path in order]
    begins.sort(key=lambda item: order[item.path])
    files: dict[Path, list[pytest.Item]] = {}
    for item in items:
        if item.path not in order:
            files.setdefault(item.path, []).append(item)
    works = [tests for path, tests in files.items() if path.is_relative_to(HERE / "unit")]
    waits = [tests for path, tests in files.items() if not path.is_relative_to(HERE / "unit")]
    turns = [((number + 0.5) / len(of), tests) for of in (works, waits) for number, tests in enumerate(of)]
    items[:] = begins + [item for _, tests in sorted(turns, key=lambda turn: turn[0]) for item in tests]
    _leave_out(config, items)


def pytest_collection_finish() -> None:
    """Spare the collector thousands of tests that stay to the end, also while they are found. What a test leaves is found."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Hand out the tests one by one, in their order, but whole files where a file's tests belong together."""
    if config.getoption("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling  # noqa: PLC0415  # there is none where tests run one after the other

    def unit_of(nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if file.removeprefix("tests/").startswith(TOGETHER) else nodeid

    config.option.loadscopereorder = False
    scheduler = LoadScopeScheduling(config, log)
    scheduler._split_scope = unit_of
    return scheduler


def _leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a real server where none is given (the header says so once), and what is long."""
    unwanted = set()
    if not (config.getoption("--qloapps-url") and config.getoption("--qloapps-key")):
        unwanted.add("real_qloapps")
    if os.environ.get("HYPOTHESIS_PROFILE") != "nightly":  # noqa: TID251  # a switch of the test run, not of the library
        unwanted.add("nightly")
    left_out = [item for item in items if any(mark.name in unwanted for mark in item.iter_markers())]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        leaving = set(left_out)
        items[:] = [item for item in items if item not in leaving]


@pytest.fixture
async def real_qloapps(request: pytest.FixtureRequest) -> "Site":
    """The real shop that the options name."""
    from hotel_agent.testing.qloapps_site import real_site  # noqa: PLC0415  # the other tests need none of it

    options = request.config.getoption
    return await real_site(
        options("--qloapps-url"), options("--qloapps-key"), hotel_id=options("--qloapps-hotel"), host=options("--qloapps-host")
    )
