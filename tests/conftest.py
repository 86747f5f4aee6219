from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from hotel_agent.testing.qloapps_site import Site


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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
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
