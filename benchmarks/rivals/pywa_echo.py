"""
A WhatsApp bot that says back what it hears, with pywa on FastAPI: `python pywa_echo.py PORT`; GRAPH is the far side's port.
"""

import os
import sys

import httpx
import uvicorn
from fastapi import FastAPI
from pywa_async import WhatsApp, filters, types

app = FastAPI()


class Loopback(httpx.AsyncHTTPTransport):
    """Sends to this machine what is meant for Meta; plain HTTP, which spares the rival TLS."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host="127.0.0.1", port=int(os.environ["GRAPH"]))
        return await super().handle_async_request(request)


whatsapp = WhatsApp(
    phone_id=os.environ["NUMBER"],
    token="EAA-nobody-is-called",
    session=httpx.AsyncClient(transport=Loopback()),
    server=app,
    webhook_endpoint="/webhook",
    verify_token="a-token-for-the-benchmark",
    app_secret=os.environ["SECRET"],
)


@whatsapp.on_message(filters.text)
async def echo(_: WhatsApp, message: types.Message) -> None:
    await message.reply_text(message.text)


@app.get("/ready")
async def ready() -> dict[str, str]:
    return {}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning", access_log=False)
