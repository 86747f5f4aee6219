"""What wiring puts together and every way in uses."""

from collections.abc import Callable, Mapping
from typing import Protocol

import anyio
from attrs import field, frozen

from hotel_agent.application.asking import Asking
from hotel_agent.application.bell import Bell
from hotel_agent.application.delivery import Delivery
from hotel_agent.application.intake import Intake
from hotel_agent.application.limiting import Limiter
from hotel_agent.domain.ids import TenantId
from hotel_agent.entrypoints.keys import KeyRing
from hotel_agent.entrypoints.readiness import Readiness
from hotel_agent.entrypoints.reception import WhatsAppDoor
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.visitors import VisitorSeal
from hotel_agent.ports.clock import Clock
from hotel_agent.ports.locks import LockStore
from hotel_agent.ports.pms import PropertySystem
from hotel_agent.ports.records import Records
from hotel_agent.ports.rendering import Renderer
from hotel_agent.ports.tenants import Tenants
from hotel_agent.ports.tracing import UNTRACED, Tracing


class RequestCount(Protocol):
    """Is told of every HTTP request. `route` is a template (`/api/pms/rooms/{id}`), never a path that somebody sent."""

    def __call__(self, method: str, route: str, status: int, seconds: float) -> None: ...


@frozen(kw_only=True)
class Application:
    """
    One composed installation. Whoever opened its parts closes them.

    `default_tenant` is a tenant of `tenants`. `pms` gives the PMS of a known tenant. `exposition` is the text of the metrics.
    `delivery` hears what channels tell of messages sent. `whatsapp` None: no webhook. `keys` None: only loopback callers.
    `closing` is set once the process drains, so that nobody is kept waiting for news.
    """

    settings: Settings
    version: str
    clock: Clock
    tenants: Tenants
    default_tenant: TenantId
    intake: Intake
    asking: Asking
    records: Records
    renderer: Renderer
    pms: Callable[[TenantId], PropertySystem]
    locks: LockStore
    bell: Bell
    readiness: Readiness
    limiter: Limiter
    exposition: Callable[[], bytes]
    count_request: RequestCount
    delivery: Delivery | None = None
    whatsapp: WhatsAppDoor | None = None
    keys: KeyRing | None = None
    seal: VisitorSeal = field(factory=VisitorSeal.of_this_process)
    """Signs web chat visitors' tokens."""
    origins: Mapping[TenantId, frozenset[str]] = field(factory=dict)
    """Sites that may carry a hotel's chat, besides our own page: `https://www.example.com`."""
    tracing: Tracing = UNTRACED
    closing: anyio.Event = field(factory=anyio.Event)
