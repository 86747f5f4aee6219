from pathlib import Path

import pytest

from hotel_agent.adapters.files.tenants import demo_source, read_hotels
from hotel_agent.ports.tenants import Tenants
from hotel_agent.testing.contracts.tenants import TenantsContract


class TestFileTenants(TenantsContract):
    @pytest.fixture
    def tenants(self, tmp_path: Path) -> Tenants:
        for tenant in ("sol", "mar", "demo"):
            (tmp_path / f"{tenant}.toml").write_text(demo_source(), "utf-8")
        return read_hotels(tmp_path)
