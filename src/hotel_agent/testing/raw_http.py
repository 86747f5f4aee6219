"""HTTP as it is on the wire, for servers of tests that answer as badly as they are told to."""

from anyio.abc import ByteStream


async def read_request(stream: ByteStream) -> tuple[bytes, bytes]:
    """Read one request: its first line with the headers, and its body of the length that they tell."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += await stream.receive()
    head, _, body = data.partition(b"\r\n\r\n")
    sizes = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    while sizes and len(body) < int(sizes[0]):
        body += await stream.receive()
    return head, body


def response(body: bytes, status: int = 200) -> bytes:
    """Write an answer after which the connection is closed."""
    told = {"Content-Type": "application/json", "Content-Length": len(body), "Connection": "close"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"HTTP/1.1 {status} X\r\n{lines}\r\n".encode() + body
