"""The pages for people: the web chat and a list of routes. Everything comes from this package; nothing from elsewhere."""

import hashlib
from collections.abc import Sequence
from html import escape
from importlib.resources import files

from attrs import frozen
from starlette.responses import Response

from hotel_agent.entrypoints.http.endpoint import Call, Operation
from hotel_agent.entrypoints.http.gate import Access

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_WHO = {Access.OPEN: "anybody", Access.API: "API callers", Access.VISITOR: "web chat visitors"}


@frozen
class Page:
    """A file that browsers ask for again and again: kept in memory, sent anew only when it has changed."""

    content: bytes
    media: str
    etag: bytes

    async def serve(self, call: Call) -> Response:
        headers = {"ETag": self.etag.decode(), "Cache-Control": "no-cache", "Content-Security-Policy": _POLICY}
        if self.etag in (tag.strip() for tag in call.headers.get(b"if-none-match", b"").split(b",")):
            return Response(status_code=304, headers=headers)
        return Response(self.content, headers=headers | {"Content-Type": self.media})


def page(content: bytes, media: str) -> Page:
    return Page(content, media, f'"{hashlib.sha256(content).hexdigest()[:32]}"'.encode())


def packaged(name: str, media: str) -> Page:
    """Return a file of the package's `static` folder."""
    return page((files(__package__) / "static" / name).read_bytes(), media)


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
