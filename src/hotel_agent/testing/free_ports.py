"""
Ports for servers that tests start.

They lie below those that the system hands out by itself (from 32768 on Linux), so that no connection or other server takes one
between its choice and its use; each process walks through them from a place of its own and uses none twice in a row.
"""

import socket
from itertools import count
from random import SystemRandom
from typing import Final

_FIRST: Final = 10_300
_COUNT: Final = 9_700
BUS_ABOVE: Final = 10_000
"""How far above its port a node of a cluster listens for the others."""
_numbers = count(SystemRandom().randrange(_COUNT))


def free_port() -> int:
    """
    Return a loopback port that nobody listens on, nor on the one that far above it which a cluster would need.

    Raises:
        RuntimeError: there is none.

    """
    for _ in range(_COUNT):
        port = _FIRST + next(_numbers) % _COUNT
        if _is_free(port) and _is_free(port + BUS_ABOVE):
            return port
    raise RuntimeError("no free port")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
