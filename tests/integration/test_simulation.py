"""The short form of the simulation that runs with every change; `hotel-agent simulate` runs it as long as wanted."""

import os

import pytest

from hotel_agent.testing.simulation.running import simulate

SEED, CONVERSATIONS = 20_000, 2_000
KINDS = (
    "crashes",
    "delivered twice",
    "delivered again a week later",
    "reordered on the way",
    "freeze past the lease",
    "store hiccup",
    "pms lost answer",
    "pms.book done, but timed out",
    "pms late",
    "somebody else's booking",
    "journal lost answer",
    "locks lost answer",
)


@pytest.mark.timeout(600)  # some 30 s of work; a machine that does much else takes longer
def test_thousands_of_conversations_with_faults_of_every_kind_keep_every_promise() -> None:
    report = simulate(SEED, CONVERSATIONS, processes=os.cpu_count() or 1)
    findings = [f"seed {world.seed}: {finding}" for world in report.worlds for finding in world.findings]
    assert findings == []
    assert {kind: report.faults[kind] for kind in KINDS if report.faults[kind] < 10} == {}
    assert sum(world.confirmed for world in report.worlds) > CONVERSATIONS / 2
