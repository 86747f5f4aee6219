from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from hotel_agent.testing.qloapps_site import Site

HERE = Path(__file__).parent
FIRST = (
    "docs/test_library.py",
    "integration/test_chaos.py",
    "integration/test_faults.py",
    "integration/test_soak.py",
    "integration/test_kill.py",
    "integration/browser/test_booking.py",
    "integration/browser/test_everybody.py",
    "integration/test_redis_cluster.py",
    "integration/whatsapp/test_whatsapp_conversation.py",
    "integration/whatsapp/test_whatsapp_order.py",
    "integration/test_simulation.py",
    "contract/test_pms_lost_answers.py",
    "contract/test_lock_contenders.py",
    "contract/test_pms_races.py",
    "integration/whatsapp/test_conversation.py",
    "integration/http/test_attacks.py",
    "integration/http/test_http_document.py",
    "integration/conversations/test_conversations.py",
)
"""What takes longest is begun first, so that no run ends with one worker at work and the others idle."""
TOGETHER = (
    "integration/test_chaos.py",
    "integration/test_soak.py",
    "integration/test_kill.py",
    "integration/browser/test_booking.py",
    "integration/browser/test_everybody.py",
    "integration/browser/test_widget.py",
    "integration/test_redis_cluster.py",
    "integration/whatsapp/test_whatsapp_conversation.py",
    "integration/whatsapp/test_whatsapp_page.py",
    "integration/http/test_http_stays.py",
    "integration/http/test_chat_page.py",
    "docs/test_performance_page.py",
)
"""Files whose tests share a server or a browser, which one worker starts, not each of them."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options for running the PMS contract against a real QloApps; the suite leaves it as it found it."""
    group = parser.getgroup("qloapps", "a real QloApps for the PMS contract")
    group.addoption("--qloapps-url", help="address of the shop, without /api")
    group.addoption("--qloapps-key", help="web service key with the rights that `hotel-agent doctor` names")
    group.addoption("--qloapps-hotel", default="1", help="hotel id (default: 1)")
    group.addoption("--qloapps-host", help="the shop's own domain, where it is reached under another name")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "real_qloapps: runs only against a real QloApps (--qloapps-url, --qloapps-key)")


def pytest_report_header(config: pytest.Config) -> str:
    return f"real QloApps: {config.getoption('--qloapps-url') or 'none given (--qloapps-url, --qloapps-key)'}"


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest, and keep on one worker what shares something."""
    order = {HERE / name: number for number, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path, len(order)))
    shared = {HERE / name for name in TOGETHER}
    if config.pluginmanager.hasplugin("xdist"):
        for item in items:
            if item.path in shared:
                item.add_marker(pytest.mark.xdist_group(item.path.name))
    _leave_out(config, items)


def _leave_out(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a real server where none is given: the header says so once, instead of fifty skips."""
    if config.getoption("--qloapps-url") and config.getoption("--qloapps-key"):
        return
    left_out = [item for item in items if item.get_closest_marker("real_qloapps")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture
async def real_qloapps(request: pytest.FixtureRequest) -> "Site":
    """The real shop that the options name."""
    from hotel_agent.testing.qloapps_site import real_site  # noqa: PLC0415  # the other tests need none of it

    options = request.config.getoption
    return await real_site(
        options("--qloapps-url"), options("--qloapps-key"), hotel_id=options("--qloapps-hotel"), host=options("--qloapps-host")
    )
