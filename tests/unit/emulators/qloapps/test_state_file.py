import asyncio
import signal
import sys
from pathlib import Path

import httpx
import pytest

from hotel_agent.emulators.qloapps.generated import generated_shop
from hotel_agent.emulators.qloapps.recorded import recorded_shop
from hotel_agent.emulators.qloapps.server import running

pytestmark = pytest.mark.anyio

KEY = "STATEFILEKEY00000000000000000001"
CHILD = """
import asyncio, sys
from pathlib import Path
from hotel_agent.emulators.qloapps.generated import generated_shop
from hotel_agent.emulators.qloapps.server import running

async def main():
    async with running(generated_shop(5, key=sys.argv[2]), state_file=Path(sys.argv[1])) as emulator:
        print(emulator.port, flush=True)
        await asyncio.sleep(3600)

asyncio.run(main())
"""


async def test_what_was_answered_survives_kill_9(tmp_path: Path, make: object) -> None:
    assert callable(make)
    state = tmp_path / "shop.sqlite"
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, str(state), KEY, stdout=asyncio.subprocess.PIPE)
    try:
        assert child.stdout is not None
        port = int(await child.stdout.readline())
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", auth=(KEY, "")) as client:
            for number in range(3):
                answer = await client.post("/api/bookings?output_format=JSON", json=make(f"t:{number}"))
                assert answer.status_code == 200, answer.text
    finally:
        child.send_signal(signal.SIGKILL)
        assert await child.wait() == -signal.SIGKILL
    # Another shop and another key are given: the file's own are kept.
    async with running(recorded_shop(), state_file=state) as emulator:
        assert emulator.key == KEY
        orders = emulator.app.store.rows("SELECT id, source, current_state FROM orders ORDER BY id")
        assert orders == [{"id": n + 1, "source": f"t:{n}", "current_state": 1} for n in range(3)]
        assert [line["id_order"] for line in emulator.app.live_lines()] == [1, 2, 3]
        async with httpx.AsyncClient(base_url=emulator.url, auth=(KEY, "")) as client:
            answer = await client.post("/api/bookings?output_format=JSON", json=make("t:3"))
            assert answer.json()["booking"]["id"] == 4


async def test_a_key_of_the_wrong_length_opens_nothing() -> None:
    with pytest.raises(ValueError, match="32 characters"):
        async with running(generated_shop(1, key="short")):
            pass
