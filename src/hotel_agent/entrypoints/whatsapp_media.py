"""`hotel-agent whatsapp-media`: a guest's file, for staff to look at."""

import os
from pathlib import Path

import httpx

from hotel_agent.adapters.whatsapp.client import GraphClient
from hotel_agent.adapters.whatsapp.media import MediaLibrary
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.ids import TenantId
from hotel_agent.entrypoints.hotels import default_tenant_of, hotels_of
from hotel_agent.entrypoints.messaging import accounts_of
from hotel_agent.entrypoints.settings import Settings


async def fetch(settings: Settings, media_id: str, tenant: str | None, out: Path) -> int:
    """
    Write the file to *out*, for its owner's eyes only, and print what it is.

    Raises:
        ConfigurationError: the hotel has no WhatsApp number.
        NotFound: there is no such file any more.
        FileExistsError: *out* is there already.

    """
    hotels = hotels_of(settings)
    default = default_tenant_of(settings, hotels)
    wanted = hotels.get(TenantId(tenant)).id if tenant else default
    accounts = accounts_of(settings, hotels.files(), default, os.environ)  # noqa: TID251 - hotels' files name variables
    account = next((one for one in accounts.values() if one.tenant == wanted), None)
    if account is None:
        raise ConfigurationError([f"hotel {wanted}: has no WhatsApp number ([whatsapp] in its file)"])
    async with httpx.AsyncClient(follow_redirects=False, trust_env=False) as http:
        file = await MediaLibrary(GraphClient(http, settings.whatsapp_graph_url), account).download(media_id)
    with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
        opened.write(file.content)
    print(f"{out}: {file.mime}, {len(file.content)} bytes")
    return 0
