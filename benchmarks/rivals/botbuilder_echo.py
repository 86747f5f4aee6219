"""
A Bot Framework bot that says back what it hears: `python botbuilder_echo.py PORT`. Without an app id nobody is
authenticated.

The replies are expected in the answer, so it calls nobody. Its adapter's own `process` cannot write such an answer (4.17.1
fails in its serializer), so this does what that does, but for that last step.
"""

import sys

from aiohttp import web
from botbuilder.core import ActivityHandler, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Activity


class Configuration:
    APP_ID = ""
    APP_PASSWORD = ""
    APP_TYPE = "MultiTenant"
    APP_TENANTID = ""


class Echo(ActivityHandler):
    async def on_message_activity(self, turn_context: TurnContext):
        await turn_context.send_activity(f"Echo: {turn_context.activity.text}")


ADAPTER = CloudAdapter(ConfigurationBotFrameworkAuthentication(Configuration()))
BOT = Echo()


async def messages(request: web.Request) -> web.Response:
    activity = Activity().deserialize(await request.json())
    told = await ADAPTER.process_activity(request.headers.get("Authorization", ""), activity, BOT.on_turn)
    return web.json_response(told.body, status=told.status)


async def ready(_: web.Request) -> web.Response:
    return web.json_response({})


app = web.Application()
app.router.add_post("/api/messages", messages)
app.router.add_get("/ready", ready)

if __name__ == "__main__":
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None)
