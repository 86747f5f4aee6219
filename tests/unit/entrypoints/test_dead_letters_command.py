import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import anyio
import pytest

from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.domain.turns import Turn
from hotel_agent.entrypoints.cli import DONE, FAILED, main
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.examples import AT, TENANT, message, session
from hotel_agent.testing.ids import CountingIds

EVENT = message("1", text="secreto")


@pytest.fixture(autouse=True)
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal with one event set aside."""
    url = f"sqlite:///{tmp_path}/journal.db"
    monkeypatch.setenv("HOTEL_AGENT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("HOTEL_AGENT_JOURNAL_URL", url)

    async def set_aside() -> None:
        async with open_sql_store(url, clock=ManualClock(), ids=CountingIds()) as store:
            await store.journal.append(EVENT)
            (claim,) = await store.journal.claim("a", 1, timedelta(seconds=3))
            await store.journal.commit(claim, Turn(event=EVENT, session=session(), set_aside="KeyError"))

    anyio.run(set_aside)


def listed(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["dead-letters", "--json", *arguments]) == DONE
    return json.loads(capsys.readouterr().out)["dead_letters"]


def test_what_was_set_aside_is_listed_without_what_the_guest_wrote(capsys: pytest.CaptureFixture[str]) -> None:
    assert listed(capsys) == [
        {
            "event": EVENT.id,
            "tenant": TENANT,
            "conversation": EVENT.conversation,
            "reason": "KeyError",
            "tries": 1,
            "received_at": AT.isoformat(),
        }
    ]
    assert listed(capsys, "--tenant", "another") == []
    assert main(["dead-letters"]) == DONE
    shown = capsys.readouterr().out
    assert shown.startswith("1 dead letters\n")
    assert shown.endswith("0 undelivered\n")
    assert "secreto" not in shown


@pytest.mark.parametrize("what", ["--redrive", "--drop"])
def test_it_is_redriven_or_dropped_once(capsys: pytest.CaptureFixture[str], what: str) -> None:
    assert listed(capsys, what, EVENT.id) == []
    assert main(["dead-letters", what, EVENT.id]) == FAILED
    assert EVENT.id in capsys.readouterr().err
