"""Which hotels an installation has, and which is meant where nobody says: apart from the wiring, whose imports take long."""

from hotel_agent.adapters.files.tenants import DEMO, FileTenants, demo_hotel, read_hotels
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.ids import TenantId
from hotel_agent.entrypoints.settings import Settings


def hotels_of(settings: Settings) -> FileTenants:
    """
    Read the hotels that the settings name.

    Raises:
        ConfigurationError: a file cannot be used.

    """
    return read_hotels(settings.hotels_dir) if settings.hotels_dir else demo_hotel()


def default_tenant_of(settings: Settings, hotels: FileTenants) -> TenantId:
    """
    Say which hotel is meant where a call names none.

    Raises:
        ConfigurationError: the one that the settings name is not there.

    """
    known = [hotel.id for hotel in hotels.all()]
    wanted = settings.default_tenant or (known[0] if len(known) == 1 else DEMO)
    if wanted not in known:
        expected = ", ".join(known)
        raise ConfigurationError([f"HOTEL_AGENT_DEFAULT_TENANT: given {wanted!r}, expected one of {expected}"])
    return wanted
