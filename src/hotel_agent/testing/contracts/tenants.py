import pytest

from hotel_agent.domain.errors import UnknownTenant
from hotel_agent.domain.ids import TenantId
from hotel_agent.ports.tenants import Tenants


class TenantsContract:
    """What every Tenants does. Subclasses provide `tenants`, holding at least two hotels, `sol` and `mar` among them."""

    def test_a_hotel_is_found_by_its_id(self, tenants: Tenants) -> None:
        assert tenants.get(TenantId("sol")).id == "sol"

    def test_every_hotel_is_listed_once_by_id(self, tenants: Tenants) -> None:
        ids = [hotel.id for hotel in tenants.all()]
        assert ids == sorted(set(ids))
        assert {"mar", "sol"} <= set(ids)

    def test_what_is_listed_is_what_is_found(self, tenants: Tenants) -> None:
        assert tenants.all() == tuple(tenants.get(hotel.id) for hotel in tenants.all())

    @pytest.mark.parametrize("unknown", ["luna", "", "SOL", " sol", "sol.toml", "../sol", "sol\x00", "*"])
    def test_an_unknown_id_is_said_to_be_one(self, tenants: Tenants, unknown: str) -> None:
        with pytest.raises(UnknownTenant):
            tenants.get(TenantId(unknown))
