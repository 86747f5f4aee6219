"""The pages for people: the web chat and a list of routes. Everything comes from this package; nothing from elsewhere."""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files

from attrs import field, frozen
from starlette.responses import Response

from hotel_agent.entrypoints.http.endpoint import Call, Operation
from hotel_agent.entrypoints.http.gate import Access

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_CHAT_POLICY = _POLICY.replace("img-src 'self'", "img-src 'self' https:")
"""The chat also shows the pictures of rooms, which are wherever the hotel keeps them."""
_SHARED = {"Cross-Origin-Resource-Policy": "cross-origin"}
_PARTS = (
    "words",
    "keeping",
    "server",
    "parts",
    "calendar",
    "party",
    "lines",
    "sending",
    "hearing",
    "sheets",
    "frame",
    "states",
    "begin",
)
"""The widget's script, in this order: what comes later uses what came before."""
_WHO = {Access.OPEN: "anybody", Access.API: "API callers", Access.VISITOR: "web chat visitors", Access.PAGE: "web chat pages"}


@frozen
class Page:
    """A file that browsers ask for again and again: kept in memory, packed and plain, and sent only when it has changed."""

    content: bytes
    packed: bytes
    media: str
    etag: bytes
    headers: Mapping[str, str] = field(factory=dict)

    async def serve(self, call: Call) -> Response:
        packs = b"gzip" in (coding.strip() for coding in call.headers.get(b"accept-encoding", b"").split(b","))
        etag = self.etag[:-1] + b'-gz"' if packs else self.etag
        headers = {"ETag": etag.decode(), "Cache-Control": "no-cache", "Content-Security-Policy": _POLICY, **self.headers}
        headers["Vary"] = "Accept-Encoding"
        if etag in (tag.strip() for tag in call.headers.get(b"if-none-match", b"").split(b",")):
            return Response(status_code=304, headers=headers)
        headers |= {"Content-Type": self.media} | ({"Content-Encoding": "gzip"} if packs else {})
        return Response(self.packed if packs else self.content, headers=headers)


def page(content: bytes, media: str, headers: Mapping[str, str] | None = None) -> Page:
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'.encode()
    return Page(content, gzip.compress(content, mtime=0), media, etag, headers or {})


def chat_page() -> Page:
    """Return the page that is nothing but the web chat."""
    return page(_static("page.html").encode(), "text/html; charset=utf-8", {"Content-Security-Policy": _CHAT_POLICY})


def widget() -> Page:
    """Return the web chat as one script that needs nothing else: its style travels in it."""
    parts = "\n".join(_static(f"widget/{name}.js") for name in _PARTS)
    # What a rem is says the page that carries it; the widget keeps its own size.
    style = json.dumps(re.sub(r"([0-9.]+)rem\b", lambda found: f"{float(found[1]) * 16:g}px", _static("widget/widget.css")))
    script = f'(() => {{\n"use strict";\nconst STYLE = {style};\n{parts}\n}})();\n'
    return page(script.encode(), "text/javascript; charset=utf-8", _SHARED)


def packaged(name: str, media: str) -> Page:
    """Return a file of the package's `static` folder."""
    return page(_static(name).encode(), media)


def _static(name: str) -> str:
    return files(__package__).joinpath("static", name).read_text("utf-8")


def list_of_routes(operations: Sequence[Operation], version: str) -> Page:
    """Return a page that lists *operations* for people."""
    rows = "\n".join(
        f"<tr><td><code>{escape(operation.method)} {escape(operation.path)}</code></td>"
        f"<td>{escape(operation.summary)}</td><td>{_WHO[operation.access]}"
        f"{f' with <code>{escape(operation.scope)}</code>' if operation.scope else ''}</td></tr>"
        for operation in operations
        if operation.listed
    )
    html = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>hotel_agent {escape(version)}: routes</title>
<link rel="icon" href="/chat/icon.svg">
<link rel="stylesheet" href="/chat/page.css">
</head>
<body class="document">
<main>
<h1>hotel_agent {escape(version)}</h1>
<p>The exact shapes are in <a href="/openapi.json">/openapi.json</a>; guests talk at <a href="/">/</a>.</p>
<table>
<thead><tr><th scope="col">Route</th><th scope="col">What it does</th><th scope="col">Who may call</th></tr></thead>
<tbody>
{rows}
</tbody>
</table>
</main>
</body>
</html>
"""
    return page(html.encode(), "text/html; charset=utf-8")
