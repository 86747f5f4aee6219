from datetime import timedelta
from typing import Any

import httpx
import pytest
from attrs import evolve

from hotel_agent.adapters.whatsapp.account import WhatsAppAccount, WindowTemplate
from hotel_agent.adapters.whatsapp.client import GraphClient
from hotel_agent.adapters.whatsapp.diagnosis import SCOPE, diagnose
from hotel_agent.domain.reservations import Severity
from hotel_agent.testing.virtual_time import LoopClock

pytestmark = pytest.mark.anyio

OK, WARNING, FAILURE = Severity.OK, Severity.WARNING, Severity.FAILURE
SUBJECTS = ["WhatsApp token", "WhatsApp number", "WhatsApp webhook", "WhatsApp template"]


async def judged(graph: GraphClient, account: WhatsAppAccount, clock: LoopClock) -> dict[str, Severity]:
    findings = await diagnose(graph, account, clock.now())
    assert all(account.token not in finding.message for finding in findings)
    return {finding.subject: finding.severity for finding in findings}


async def test_number_that_is_set_up_right_is_well(graph: GraphClient, account: WhatsAppAccount, clock: LoopClock) -> None:
    assert await judged(graph, account, clock) == dict.fromkeys(SUBJECTS, OK)


async def test_wrong_token_fails_everything(graph: GraphClient, account: WhatsAppAccount, clock: LoopClock) -> None:
    assert await judged(graph, evolve(account, token="EAA-other-token"), clock) == dict.fromkeys(SUBJECTS, FAILURE)


@pytest.mark.parametrize(("name", "language"), [("update", "en"), ("nothing", "es"), ("asleep", "es")])
async def test_template_that_is_not_there_or_not_approved_fails(
    graph: GraphClient, account: WhatsAppAccount, clock: LoopClock, name: str, language: str
) -> None:
    told = await judged(graph, evolve(account, template=WindowTemplate(name=name, language=language)), clock)
    assert told["WhatsApp template"] is FAILURE


async def test_no_template_and_no_account_are_warnings(graph: GraphClient, account: WhatsAppAccount, clock: LoopClock) -> None:
    assert (await judged(graph, evolve(account, template=None), clock))["WhatsApp template"] is WARNING
    assert (await judged(graph, evolve(account, account_id=None), clock))["WhatsApp account"] is WARNING


@pytest.mark.parametrize(
    ("path", "answer", "subject", "expected"),
    [
        ("debug_token", {"data": {"is_valid": False}}, "WhatsApp token", FAILURE),
        ("debug_token", {"data": {"is_valid": True, "scopes": ["public_profile"]}}, "WhatsApp token", FAILURE),
        ("debug_token", {"data": {"is_valid": True, "scopes": [SCOPE], "expires_at": "soon"}}, "WhatsApp token", OK),
        ("debug_token", {}, "WhatsApp token", FAILURE),
        ("106540352242922", {"status": "PENDING"}, "WhatsApp number", FAILURE),
        ("106540352242922", {"status": "CONNECTED", "quality_rating": "RED"}, "WhatsApp number", WARNING),
        ("102290129340398/subscribed_apps", {"data": []}, "WhatsApp webhook", FAILURE),
        ("102290129340398/subscribed_apps", [], "WhatsApp webhook", FAILURE),
    ],
)
async def test_what_is_wrong_is_told(
    account: WhatsAppAccount, clock: LoopClock, path: str, answer: Any, subject: str, expected: Severity
) -> None:
    def reply(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=answer if request.url.path == f"/v25.0/{path}" else {})

    async with httpx.AsyncClient(transport=httpx.MockTransport(reply)) as http:
        assert (await judged(GraphClient(http), account, clock))[subject] is expected


@pytest.mark.parametrize(("days", "expected"), [(3, WARNING), (60, OK)])
async def test_token_that_expires_soon_is_a_warning(
    account: WhatsAppAccount, clock: LoopClock, days: int, expected: Severity
) -> None:
    ends = int((clock.now() + timedelta(days=days)).timestamp())
    answer = {"data": {"is_valid": True, "scopes": [SCOPE], "expires_at": ends}}
    async with httpx.AsyncClient(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=answer))) as http:
        assert (await judged(GraphClient(http), account, clock))["WhatsApp token"] is expected
