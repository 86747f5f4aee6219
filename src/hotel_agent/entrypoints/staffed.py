"""What hotels' files say about reaching their staff, put together for wiring."""

from collections.abc import Mapping
from functools import partial

import httpx
from attrs import frozen

from hotel_agent.adapters.files.staffing import secret_of
from hotel_agent.adapters.files.tenants import FileTenants
from hotel_agent.adapters.files.values import HotelFile
from hotel_agent.adapters.webhook.staff import Contact, Target, WebhookSender, notice_of
from hotel_agent.application.staff_relay import Compose
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.ids import TenantId
from hotel_agent.ports.clock import Clock


@frozen
class StaffTargets:
    """The hotels whose staff is told at once: where, and in what words."""

    targets: Mapping[TenantId, Target]
    composers: Mapping[TenantId, Compose]

    def sender(self, client: httpx.AsyncClient, clock: Clock) -> WebhookSender:
        return WebhookSender(client, self.targets, clock)


def staff_targets(hotels: FileTenants, environment: Mapping[str, str]) -> StaffTargets:
    """
    Collect the staff webhooks; *environment* is asked for the secrets that the files name.

    Raises:
        ConfigurationError: a secret is not there.

    """
    targets: dict[TenantId, Target] = {}
    composers: dict[TenantId, Compose] = {}
    problems: list[str] = []
    for file in hotels.files():
        if file.webhook is None:
            continue
        secret = secret_of(file.webhook, environment)
        if not secret:
            variable = file.webhook.secret_env
            problems.append(f"hotel {file.hotel.id}: staff.webhook_secret_env: the environment variable {variable} is not set")
            continue
        targets[file.hotel.id] = Target(url=file.webhook.url, secret=secret)
        composers[file.hotel.id] = composer(file)
    if problems:
        raise ConfigurationError(problems)
    return StaffTargets(targets, composers)


def composer(file: HotelFile) -> Compose:
    """How the escalations of one hotel are written for its staff."""
    contacts = tuple(
        Contact(name=one.name, phone=one.phone, email=one.email, topics=tuple(topic.value for topic in one.topics))
        for one in file.contacts
    )
    return partial(notice_of, hotel=file.hotel, contacts=contacts)
