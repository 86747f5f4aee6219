"""The ASGI application: one table of operations behind one wrapper that no answer goes round."""

import asyncio
import time
import traceback
from collections.abc import MutableMapping
from datetime import timedelta
from typing import Any

import orjson
import structlog
from attrs import define
from starlette.exceptions import HTTPException
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from hotel_agent.domain.errors import HotelAgentError
from hotel_agent.entrypoints import keys
from hotel_agent.entrypoints.application import Application
from hotel_agent.entrypoints.http import chat, whatsapp, wire
from hotel_agent.entrypoints.http.endpoint import BODY_PATIENCE, ClientGone, Endpoint, Operation
from hotel_agent.entrypoints.http.gate import Access, Gate
from hotel_agent.entrypoints.http.health import EXPOSITION, Health
from hotel_agent.entrypoints.http.openapi import document
from hotel_agent.entrypoints.http.pages import chat_page, list_of_routes, packaged, page, widget
from hotel_agent.entrypoints.http.pms import PmsViews
from hotel_agent.entrypoints.http.problems import SOON_S, Problem, problem_of, unavailable
from hotel_agent.entrypoints.http.process import Orchestrator
from hotel_agent.entrypoints.http.sharing import Sharing

_LOG = structlog.get_logger(__name__)
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
"""On every answer; one that says otherwise itself keeps its own."""
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_UNMATCHED = "(none)"
_ENDING = "This process ends: what was sent may not have been taken, send it again."
WATCHED = frozenset({"/health/live", "/health/ready", "/metrics"})
"""What whoever runs the service looks at, whichever process it is."""


def create_app(application: Application, *, body_patience: timedelta = BODY_PATIENCE) -> ASGIApp:
    """
    Return the HTTP surface of *application*, which waits *body_patience* at most for a body to arrive.

    Run it on a server that leaves the peer's address alone (uvicorn: `proxy_headers=False`): who may call depends on it.
    """
    gate = _gate(application)
    operations = _operations(application)
    described = page(
        orjson.dumps(document(operations, application.version, keyed=application.keys is not None)), "application/json"
    )
    pages = (
        _page("/openapi.json", "This API in OpenAPI", described.serve),
        _page("/docs", "This API for people", list_of_routes(operations, application.version).serve),
        _page("/", "The web chat", chat_page().serve),
        _page("/widget.js", "The web chat for pages of other sites", widget().serve),
        _page("/chat/page.css", "The style of our pages", packaged("page.css", "text/css; charset=utf-8").serve),
        _page("/chat/icon.svg", "Their icon", packaged("icon.svg", "image/svg+xml").serve),
    )
    routes = [Route(one.path, Endpoint(one, gate, body_patience), methods=[one.method]) for one in (*operations, *pages)]
    webhook = whatsapp.WhatsAppWebhook(application.whatsapp, application.tracing)
    routes.append(Route(whatsapp.PATH, webhook, methods=["GET", "POST"]))
    sharing = Sharing.of(gate, operations)
    routes += [Route(path, sharing, methods=["OPTIONS"]) for path in sharing.paths]
    return Surface(Router(routes, redirect_slashes=False), application, sharing)


def create_watch_app(application: Application) -> ASGIApp:
    """Return what a process shows that takes no messages over HTTP: whether it lives and works, and its figures."""
    gate = _gate(application)
    watched = [one for one in _operations(application) if one.path in WATCHED]
    routes = [Route(one.path, Endpoint(one, gate, BODY_PATIENCE), methods=[one.method]) for one in watched]
    return Surface(Router(routes, redirect_slashes=False), application, Sharing.of(gate, ()))


def _gate(application: Application) -> Gate:
    return Gate(
        application.keys,
        application.tenants,
        application.default_tenant,
        application.settings.rate_limit,
        application.limiter,
        application.seal,
        application.origins,
    )


def _page(path: str, summary: str, serve: Any) -> Operation:
    return Operation(method="GET", path=path, summary=summary, handle=serve, listed=False)


def _operations(application: Application) -> tuple[Operation, ...]:
    pms, health = PmsViews(application), Health(application)
    return (
        Operation(
            method="POST",
            path="/api/orchestrator/process",
            summary="Hand in a guest's message and get the answer of its turn",
            handle=Orchestrator(application).process,
            access=Access.API,
            scope=keys.Scope.PROCESS,
            body=wire.ProcessCall,
            answer=wire.ProcessAnswer,
            errors=("unknown_tenant", "too_many_requests", "unavailable"),
        ),
        *chat.operations(application),
        Operation(
            method="GET",
            path="/api/pms/rooms/{id}",
            summary="A room type as the PMS describes it",
            handle=pms.room,
            access=Access.API,
            scope=keys.Scope.READ,
            query=wire.TenantQuery,
            answer=wire.Room,
            errors=("not_found", "unknown_tenant", "unavailable"),
            limited=True,
        ),
        Operation(
            method="GET",
            path="/api/pms/reservations/{id}",
            summary="A reservation as the PMS has it",
            handle=pms.reservation,
            access=Access.API,
            scope=keys.Scope.READ,
            query=wire.TenantQuery,
            answer=wire.BookedStay,
            errors=("not_found", "unknown_tenant", "unavailable"),
            limited=True,
        ),
        Operation(method="GET", path="/health/live", summary="The process runs", handle=health.live, answer=wire.Live),
        Operation(
            method="GET",
            path="/health/ready",
            summary="Messages can be taken; which part is down, and since when",
            handle=health.ready,
            answer=wire.Ready,
            errors=("unavailable",),
            tells_in_503=True,
        ),
        Operation(
            method="GET",
            path="/metrics",
            summary="Figures for Prometheus",
            handle=health.metrics,
            access=Access.API,
            scope=keys.Scope.METRICS,
            media=EXPOSITION.partition(";")[0],
        ),
    )


@define
class Surface:
    """Adds the security headers, turns every error into a problem, and counts: outermost, so that nothing goes round it."""

    _router: Router
    _application: Application
    _sharing: Sharing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._router(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def send_secured(message: MutableMapping[str, Any]) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _secured(list(message["headers"])) + self._sharing.headers(scope)
            await send(message)

        scope["app"] = self  # the router raises its 404 and 405 only for an application, and answers in plain text otherwise
        try:
            await self._router(scope, receive, send_secured)
        except ClientGone:
            return
        except asyncio.CancelledError:
            # The process ends before it could answer, and the server under us would say 500: whoever comes again finds another.
            if not status:
                await unavailable(_ENDING, SOON_S).response()(scope, receive, send_secured)
            raise
        except Exception as error:
            problem = self._problem(error)
            if status:
                # The answer has begun: all that can be done is to break it off, so that nobody takes it for whole.
                raise
            await problem.response()(scope, receive, send_secured)
        finally:
            if status:
                self._count(scope, status, time.perf_counter() - started)

    def _problem(self, error: Exception) -> Problem:
        match error:
            case Problem():
                return error
            case HTTPException():
                code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "internal")
                return Problem(code, headers=error.headers)
            case HotelAgentError():
                problem = problem_of(error, self._application.clock.now())
            case MemoryError():
                problem = unavailable("There is no memory for it at the moment: send it again.", SOON_S)
            case _:
                problem = Problem("internal")
        if problem.status >= 500:  # noqa: PLR2004 - server errors
            # The message of a foreign error may hold what a guest wrote, so only its kind and place are told.
            places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
            _LOG.error("request failed", error=type(error).__name__, status=problem.status, places=places[-8:])
        return problem

    def _count(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope.get("route")
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        self._application.count_request(method, route.path if route is not None else _UNMATCHED, status, seconds)


def _secured(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    given = {name.lower() for name, _ in headers}
    return headers + [header for header in SECURITY_HEADERS if header[0] not in given]
