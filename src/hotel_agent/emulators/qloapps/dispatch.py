"""From a request to an answer: host, switches, key, resource (API.md, section 2)."""

from collections.abc import Awaitable, Callable
from random import Random
from typing import Final

from attrs import define, evolve, field

from hotel_agent.emulators.qloapps import generic, legacy, schemas
from hotel_agent.emulators.qloapps.access import REALM, Rights, check_access, no_credentials, rights_of, sent_key
from hotel_agent.emulators.qloapps.answers import (
    JSON,
    XML,
    Answer,
    Crashed,
    Refused,
    WireError,
    document,
    errors,
    html,
    record_json,
)
from hotel_agent.emulators.qloapps.ari import answer_search, read_search
from hotel_agent.emulators.qloapps.availability import nights
from hotel_agent.emulators.qloapps.behaviour import Behaviour, Schedule
from hotel_agent.emulators.qloapps.booking_request import read_body
from hotel_agent.emulators.qloapps.booking_writes import Claim, Surroundings, change_booking, create_booking, finished
from hotel_agent.emulators.qloapps.directory import DIRECTORY, WITHOUT_SCHEMA
from hotel_agent.emulators.qloapps.fields import Resource
from hotel_agent.emulators.qloapps.latency import change_seconds, create_seconds, crowding, plain_seconds, search_seconds
from hotel_agent.emulators.qloapps.php import as_int
from hotel_agent.emulators.qloapps.records import Printer
from hotel_agent.emulators.qloapps.request import Request
from hotel_agent.emulators.qloapps.resources import RESOURCES
from hotel_agent.emulators.qloapps.store import Store

OFF: Final = "The QloApps webservice is disabled. Please activate it in the QloApps Back Office"
DATABASE_DOWN: Final = """<!DOCTYPE html>
<html><head><title>500 Server Error</title></head><body><h1>500 Server Error</h1>
<p>Oops, something went wrong. Try to refresh this page or feel free to contact us if the problem persists.</p></body></html>
"""


@define
class Dispatcher:
    """Answers requests one by one; several may be under way, meeting at the pauses of their writes."""

    store: Store
    behaviour: Behaviour
    schedule: Schedule
    references: Random
    sleep: Callable[[float], Awaitable[None]]
    _claims: list[Claim] = field(factory=list)
    _writes: int = 0

    def outer_answer(self, request: Request) -> Answer | None:
        """What Apache, PHP or a switch of the shop answers before the web service looks at the request; None: it does."""
        if self.behaviour.database_down:
            return html(500, DATABASE_DOWN)
        domain = self.store.meta("domain")
        if domain and self.behaviour.check_host and request.headers.get("host", "") != domain:
            query = f"&{request.raw_query}" if request.raw_query else ""
            location = f"http://{domain}/index.php?url={'/'.join(request.path)}{query}"
            return Answer(302, content_type="text/html; charset=utf-8", is_api=False, headers={"Location": location})
        if not self.behaviour.web_service:
            return errors(503, [WireError(22, OFF)], as_json=request.wants_json)
        return None

    async def answer(self, request: Request, *, is_zombie: bool = False) -> Answer:
        """The web service's answer."""
        outer = self.outer_answer(request)
        if outer is not None:
            return outer
        key = sent_key(request.headers, request.params)
        if key is None:
            return no_credentials()
        try:
            rights = rights_of(self.store, key)
        except Refused as refusal:
            challenge = {"WWW-Authenticate": f'Basic realm="Welcome to QloApps Webservice, {REALM}"'}
            return errors(refusal.status, refusal.errors, as_json=request.wants_json, headers=challenge)
        try:
            check_access(rights, request.resource, request.method)
            return await self._granted(request, rights, is_zombie=is_zombie)
        except Refused as refusal:
            return errors(refusal.status, refusal.errors, as_json=request.wants_json, is_digested=refusal.digested)
        except Crashed as crash:
            return html(crash.status, crash.text)

    async def _granted(self, request: Request, rights: Rights, *, is_zombie: bool) -> Answer:
        special: dict[str, Callable[[Request], Awaitable[Answer]]] = {
            "hotel_ari": self._search,
            "qlo": self._qlo,
            "search": self._find,
        }
        if not request.resource:
            return self._root(request, rights)
        if request.resource == "bookings":
            return await self._bookings(request, is_zombie=is_zombie)
        if request.resource in special:
            return await special[request.resource](request)
        await self._take(plain_seconds(request.method, request.resource))
        return self._generic(request)

    def root(self, request: Request) -> str:
        """The address of the web service in links, ending in a slash."""
        return f"http://{self.store.meta('domain') or request.headers.get('host', 'localhost')}/api/"

    def _root(self, request: Request, rights: Rights) -> Answer:
        if request.wants_json:
            return Answer(body=record_json(list(rights)), content_type=JSON)
        content = schemas.directory(self.store.meta("name"), self.root(request), rights, DIRECTORY, WITHOUT_SCHEMA)
        return Answer(body=document(content), content_type=XML)

    async def _search(self, request: Request) -> Answer:
        if "schema" in request.params and request.method in {"GET", "HEAD"}:
            return schemas.search_schema(request.params["schema"])
        if request.method != "POST":
            raise Refused(405, WireError(23, f"Method {request.method} is not valid"), digested=True)
        search = read_search(request.text)
        if self.behaviour.latency:
            types = (
                1
                if search.id_room_type
                else self.store.value("SELECT count(*) FROM room_types WHERE id_hotel = ?", (search.id_hotel,))
            )
            await self._take(search_seconds(types, len(nights(search.arrive, search.leave)), by_night=search.by_night))
        return await answer_search(self.store, search, root=self.root(request), as_json=request.wants_json)

    async def _qlo(self, request: Request) -> Answer:
        return legacy.answer_qlo(self.store, request.id, request.params)

    async def _find(self, request: Request) -> Answer:
        return legacy.answer_search(self.store, request.params, self.root(request), as_json=request.wants_json)

    async def _bookings(self, request: Request, *, is_zombie: bool) -> Answer:
        as_json = request.wants_json
        if request.method in {"GET", "HEAD"}:
            if "schema" in request.params:
                return schemas.booking_schema(request.params["schema"], as_json=as_json)
            await self._take(plain_seconds("GET", "bookings"))
            return self._read_booking(request, as_json=as_json)
        self._writes += 1
        try:
            around = self._surroundings(self._write_seconds(request))
            if request.method == "POST":
                return await create_booking(around, request.text, as_json=as_json, is_zombie=is_zombie)
            return await change_booking(around, request.text, as_json=as_json)
        finally:
            self._writes -= 1

    def _read_booking(self, request: Request, *, as_json: bool) -> Answer:
        if not request.id:
            ids = [row["id"] for row in self.store.rows("SELECT id FROM orders ORDER BY id_customer, id")]
            resource = RESOURCES["orders"]
            printer = Printer(_as_bookings(resource), self.store, self.root(request), as_json)
            return printer.list_of_ids(ids, href_first=True)
        order = self.store.get("orders", as_int(request.id)) if request.id.isdigit() else None
        if order is None:
            return Answer(404)
        return finished(self._surroundings(0.0), order["id"], as_json=as_json)

    def _write_seconds(self, request: Request) -> float:
        if not self.behaviour.latency:
            return 0.0
        rooms = sum(max(as_int(line.get("number_of_rooms")), 1) for line in read_body(request.text).room_types)
        seconds = create_seconds(rooms) if request.method == "POST" else change_seconds(rooms)
        return seconds * crowding(self._writes) * self.behaviour.latency

    def _surroundings(self, seconds: float) -> Surroundings:
        whole = max(seconds, self.behaviour.race_window)

        async def pause(part: float) -> None:
            if whole:
                await self.sleep(self.schedule.vary(whole * part))

        return Surroundings(self.store, self.behaviour, self.schedule, self.references, self._claims, pause)

    async def _take(self, seconds: float) -> None:
        if self.behaviour.latency:
            await self.sleep(self.schedule.vary(seconds * self.behaviour.latency))

    def _generic(self, request: Request) -> Answer:
        if request.resource == "extra_services" and request.method in {"GET", "HEAD"}:
            raise Crashed(500)
        resource = RESOURCES.get(request.resource)
        if resource is None:
            return self._in_name_only(request)
        printer = Printer(resource, self.store, self.root(request), request.wants_json)
        if request.method in {"GET", "HEAD"}:
            if "schema" in request.params:
                return schemas.record_schema(resource, request.params["schema"], as_json=request.wants_json)
            return (
                generic.get_one(printer, request.id, request.params)
                if request.id
                else generic.get_list(printer, request.params)
            )
        if request.method == "DELETE":
            listed = request.params.get("id", "").strip("[]").split(",")
            return generic.delete(self.store, resource, [request.id] if request.id else [each for each in listed if each])
        return generic.create(printer, request.text) if request.method == "POST" else generic.replace(printer, request.text)

    def _in_name_only(self, request: Request) -> Answer:
        """Resources that the directory announces but the emulator keeps no records of: always empty."""
        if request.method in {"GET", "HEAD"} and not request.id:
            if request.wants_json:
                return Answer(body=b"[]", content_type=JSON)
            return Answer(body=document(f"<{request.resource}>\n</{request.resource}>\n"), content_type=XML)
        if request.method in {"GET", "HEAD"}:
            return Answer(404)
        raise Refused(501, WireError(0, f"The emulator keeps no {request.resource}"))


def _as_bookings(resource: Resource) -> Resource:
    return evolve(resource, name="bookings", item_node="booking", list_node="bookings")
