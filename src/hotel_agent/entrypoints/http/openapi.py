"""The OpenAPI document of our JSON routes, made of the same operations and wire classes that answer the calls."""

import re
from collections.abc import Sequence
from typing import Any, get_type_hints

import attrs

from hotel_agent.entrypoints.http.endpoint import Operation
from hotel_agent.entrypoints.http.gate import Access
from hotel_agent.entrypoints.http.problems import CODES, MEDIA_TYPE
from hotel_agent.entrypoints.http.schemas import Schema, schema_of
from hotel_agent.entrypoints.http.wire import ProblemDocument
from hotel_agent.entrypoints.visitors import TOKEN

_KEYED_ERRORS = ("key_required", "key_unknown", "scope_missing", "other_tenant")
_KEYLESS_ERRORS = ("loopback_only", "cross_origin")
_VISITOR_ERRORS = ("visitor_required", "cross_origin")
_BODY_ERRORS = ("bad_json", "body_too_slow", "body_too_large", "json_only", "invalid_fields")
_HEADERS: dict[str, Schema] = {
    "Retry-After": {"description": "seconds", "schema": {"type": "integer"}},
    "WWW-Authenticate": {"schema": {"type": "string"}},
}


def document(operations: Sequence[Operation], version: str, *, keyed: bool) -> dict[str, Any]:
    """Describe *operations*; with API keys (*keyed*) those of the API need a bearer token."""
    components: dict[str, Schema] = {}
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        if operation.listed:
            paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation, components, keyed=keyed)
    described: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {"title": "hotel_agent", "version": version, "description": "Guests write, the PMS gets a real reservation."},
        "paths": paths,
        "components": {"schemas": components},
    }
    if keyed:
        described["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    return described


def _described(operation: Operation, components: dict[str, Schema], *, keyed: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"summary": operation.summary, "operationId": re.sub(r"\W+", "_", operation.path).strip("_")}
    if keyed and operation.access is Access.API:
        found["security"] = [{"bearer": []}]
        found["description"] = f"Needs the scope `{operation.scope}`."
    if parameters := _parameters(operation, components):
        found["parameters"] = parameters
    if operation.body is not None:
        content = {"application/json": {"schema": schema_of(operation.body, components)}}
        found["requestBody"] = {"required": True, "content": content}
    found["responses"] = _responses(operation, components, keyed=keyed)
    return found


def _parameters(operation: Operation, components: dict[str, Schema]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 64}}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    if operation.query is not None:
        hints = get_type_hints(operation.query, include_extras=True)
        for field in attrs.fields(operation.query):
            schema = schema_of(hints[field.name], components)
            if isinstance(schema.get("type"), list):
                # A query has no null: a field that may be missing is simply not required.
                schema["type"] = schema["type"][0]
            found.append({"name": field.name, "in": "query", "required": False, "schema": schema})
    if operation.access is Access.VISITOR:
        about = "a token of `POST /chat/visitor`: whoever holds it is this visitor"
        schema = {"type": "string", "pattern": f"^{TOKEN}$", "description": about}
        found.append({"name": "X-Visitor", "in": "header", "required": True, "schema": schema})
    return found


def _responses(operation: Operation, components: dict[str, Schema], *, keyed: bool) -> dict[str, Any]:
    media = "application/json" if operation.answer is not None else operation.media
    schema = schema_of(operation.answer, components) if operation.answer is not None else {"type": "string"}
    found: dict[str, Any] = {"200": {"description": "Done.", "content": {media: {"schema": schema}}}}
    codes = {"method_not_allowed", "internal", *operation.errors}
    if operation.access is Access.API:
        codes |= set(_KEYED_ERRORS if keyed else _KEYLESS_ERRORS)
    elif operation.access is Access.VISITOR:
        codes |= set(_VISITOR_ERRORS)
    elif operation.access is Access.PAGE:
        codes |= {"cross_origin"}
    codes |= set(_BODY_ERRORS if operation.body is not None else ())
    codes |= {"invalid_fields"} if operation.query is not None else set()
    codes |= {"too_many_requests"} if operation.limited else set()
    problem = {"schema": schema_of(ProblemDocument, components)}
    for status in sorted({CODES[code][0] for code in codes}):
        names = sorted(code for code in codes if CODES[code][0] == status)
        response: dict[str, Any] = {"description": "; ".join(f"`{name}`: {CODES[name][1]}" for name in names)}
        response["content"] = {MEDIA_TYPE: problem}
        headers = {429: ["Retry-After"], 503: ["Retry-After"], 401: ["WWW-Authenticate"]}.get(status, [])
        response |= {"headers": {name: _HEADERS[name] for name in headers}} if headers else {}
        found[str(status)] = response
    if operation.tells_in_503:
        found["503"]["content"] = {media: {"schema": schema}}
    return found
