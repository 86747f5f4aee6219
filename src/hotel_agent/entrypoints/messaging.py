"""WhatsApp, put together from the settings and the hotels' files: the numbers, the way in, and the way out."""

from collections.abc import Iterable, Mapping
from contextlib import AsyncExitStack
from typing import Final

import httpx
from attrs import frozen

from hotel_agent.adapters.files.values import HotelFile
from hotel_agent.adapters.whatsapp.account import WhatsAppAccount, WindowTemplate
from hotel_agent.adapters.whatsapp.client import GraphClient
from hotel_agent.adapters.whatsapp.courtesies import Courtesies
from hotel_agent.adapters.whatsapp.sender import WhatsAppSender
from hotel_agent.application.delivery import Delivery
from hotel_agent.application.guests import Guests
from hotel_agent.application.intake import Intake
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.ids import TenantId
from hotel_agent.entrypoints.readiness import Probe
from hotel_agent.entrypoints.reception import WhatsAppDoor, WhatsAppReception
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.stores import Store
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.observer import Observer

_IDLE_S: Final = 60.0


@frozen(kw_only=True)
class WhatsApp:
    """What there is of WhatsApp; `accounts` by `phone_number_id`."""

    graph: GraphClient
    accounts: Mapping[str, WhatsAppAccount]
    sender: WhatsAppSender
    courtesies: Courtesies

    def probes(self) -> tuple[Probe, ...]:
        """Return how to ask whether messages go out, if there is a number: without it some guests are answered later."""
        return (Probe(name="whatsapp", ask=self.sender.check, needed=False),) if self.accounts else ()

    def door(
        self,
        settings: Settings,
        default_tenant: TenantId,
        store: Store,
        intake: Intake,
        delivery: Delivery,
        clock: Clock,
        observer: Observer,
    ) -> WhatsAppDoor | None:
        """Make the way in; None while no app secret is set."""
        secrets = [secret for secret in (settings.whatsapp_app_secret, settings.whatsapp_app_secret_before) if secret]
        if not settings.whatsapp_app_secret or not settings.whatsapp_verify_token:
            return None
        reception = WhatsAppReception(
            {number: account.tenant for number, account in self.accounts.items()},
            default_tenant,
            intake,
            Guests(store.guests),
            store.outbox,
            delivery,
            clock,
            observer,
            self.courtesies.show,
        )
        return WhatsAppDoor(secrets=secrets, verify_token=settings.whatsapp_verify_token, reception=reception)


def accounts_of(
    settings: Settings, files: Iterable[HotelFile], default_tenant: TenantId, environment: Mapping[str, str]
) -> Mapping[str, WhatsAppAccount]:
    """
    Find every hotel's number: its own file says, else, for the default one, the settings.

    Raises:
        ConfigurationError: a token is not where the file says, or two hotels have one number.

    """
    found: dict[str, WhatsAppAccount] = {}
    for file in files:
        account = _account(settings, file, default_tenant, environment)
        if account is None:
            continue
        if other := found.get(account.phone_number_id):
            both = f"{other.tenant} and {account.tenant}"
            raise ConfigurationError([f"whatsapp.phone_number_id: {account.phone_number_id} is the number of both {both}"])
        found[account.phone_number_id] = account
    return found


def _account(
    settings: Settings, file: HotelFile, default_tenant: TenantId, environment: Mapping[str, str]
) -> WhatsAppAccount | None:
    hotel = file.hotel
    if own := file.whatsapp:
        template = own.template
        try:
            token = own.token(environment)
        except ConfigurationError as exc:
            raise ConfigurationError([f"hotel {hotel.id}: {problem}" for problem in exc.problems]) from exc
        return WhatsAppAccount(
            tenant=hotel.id,
            hotel=hotel.name,
            phone_number_id=own.phone_number_id,
            token=token,
            account_id=own.account_id,
            per_second=own.per_second,
            template=WindowTemplate(name=template.name, language=template.language, body=template.body) if template else None,
        )
    if hotel.id != default_tenant or not settings.whatsapp_phone_number_id or not settings.whatsapp_token:
        return None
    return WhatsAppAccount(
        tenant=hotel.id,
        hotel=hotel.name,
        phone_number_id=settings.whatsapp_phone_number_id,
        token=settings.whatsapp_token,
        account_id=settings.whatsapp_account_id,
    )


async def open_whatsapp(
    stack: AsyncExitStack,
    settings: Settings,
    accounts: Mapping[str, WhatsAppAccount],
    store: Store,
    clock: Clock,
    observer: Observer,
) -> WhatsApp:
    """Put the way out together; its connections are closed with *stack*."""
    http = await stack.enter_async_context(
        httpx.AsyncClient(
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=_IDLE_S),
            follow_redirects=False,
            trust_env=False,
        )
    )
    graph = GraphClient(http, settings.whatsapp_graph_url)
    return WhatsApp(
        graph=graph,
        accounts=accounts,
        sender=WhatsAppSender(graph, accounts, store.limits, clock, observer),
        courtesies=Courtesies(graph, accounts, observer),
    )
