"""Is it alive, can it take messages, what does it count."""

from attrs import frozen
from starlette.responses import Response

from hotel_agent.entrypoints.application import Application
from hotel_agent.entrypoints.http.endpoint import Call, answer
from hotel_agent.entrypoints.http.problems import RETRY_AFTER_S
from hotel_agent.entrypoints.http.wire import Live, Ready, ReadyPart

EXPOSITION = "text/plain; version=1.0.0; charset=utf-8"


@frozen
class Health:
    """Answers probes and scrapers."""

    _application: Application

    async def live(self, _: Call) -> Response:
        return answer(Live(status="live", version=self._application.version))

    async def ready(self, _: Call) -> Response:
        found = await self._application.readiness.check()
        parts = tuple(
            ReadyPart(name=part.name, ok=part.ok, needed=part.needed, since=part.since, detail=part.detail) for part in found
        )
        if any(part.needed and not part.ok for part in parts):
            response = answer(Ready(status="down", parts=parts), 503)
            response.headers["Retry-After"] = str(RETRY_AFTER_S)
            return response
        return answer(Ready(status="ready" if all(part.ok for part in parts) else "degraded", parts=parts))

    async def metrics(self, _: Call) -> Response:
        return Response(self._application.exposition(), headers={"Content-Type": EXPOSITION})
