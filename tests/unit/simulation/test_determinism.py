import os
import subprocess
import sys

from hotel_agent.testing.simulation.running import simulate
from hotel_agent.testing.simulation.site import Parts

SEED, CONVERSATIONS = 11, 20
_PRINT_DIGEST = """
import sys
from hotel_agent.testing.simulation.running import simulate_world
from hotel_agent.testing.simulation.site import Parts
print(simulate_world(int(sys.argv[1]), int(sys.argv[2]), Parts()).digest)
"""


def digest_in_another_interpreter(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}  # noqa: TID251 - a child process needs the paths of this one
    command = [sys.executable, "-c", _PRINT_DIGEST, str(SEED), str(CONVERSATIONS)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_same_seed_gives_the_same_history_in_every_interpreter() -> None:
    here = simulate(SEED, CONVERSATIONS, Parts()).worlds[0].digest
    assert [digest_in_another_interpreter(hash_seed) for hash_seed in ("1", "2")] == [here, here]


def test_another_seed_gives_another_history() -> None:
    digests = {simulate(seed, CONVERSATIONS, Parts()).worlds[0].digest for seed in (SEED, SEED + 1)}
    assert len(digests) == 2
