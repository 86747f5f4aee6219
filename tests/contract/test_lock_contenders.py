"""A thousand guests in four processes want the last room at the same moment, on each store that processes share."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

LOG = logging.getLogger(__name__)
CONTENDERS, PROCESSES, ROOMS = 1000, 4, 3
Contender = subprocess.Popen[str]


@contextmanager
def contenders(url: str, namespace: str) -> Iterator[Sequence[Contender]]:
    """Start the processes one after the other, so that the first one makes the tables, and return when all are ready."""
    with ExitStack() as stack:
        started = []
        for number in range(PROCESSES):
            process = stack.enter_context(
                subprocess.Popen(
                    [sys.executable, str(Path(__file__).with_name("lock_contender.py"))],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                )
            )
            stack.callback(process.kill)
            asked = {"url": url, "namespace": namespace, "name": f"p{number}", "contenders": CONTENDERS // PROCESSES}
            tell(process, json.dumps(asked))
            assert hear(process) == "ready"
            started.append(process)
        yield started


def tell(process: Contender, line: str) -> None:
    assert process.stdin
    process.stdin.write(line + "\n")
    process.stdin.flush()


def hear(process: Contender) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


@pytest.fixture(params=["sqlite", "postgres", "redis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/locks.db"
    given: str = request.getfixturevalue(f"{request.param}_url")
    return given


def test_a_thousand_contenders_have_one_winner_and_all_others_are_refused(url: str, namespace: str) -> None:
    with contenders(url, namespace) as processes:
        for room in map(str, range(ROOMS)):
            for process in processes:
                tell(process, room)
            told = [json.loads(hear(process)) for process in processes]
            winners = [owner for one in told for owner in one["won"]]
            assert (len(winners), sum(one["refused"] for one in told)) == (1, CONTENDERS - 1)
            LOG.info("room %s: the slowest answer took %.2f s", room, max(one["longest"] for one in told))
