"""What the server's refusals, and the driver's errors, mean in our words."""

from typing import Final

from redis import exceptions

from hotel_agent.domain.errors import Misconfigured, OutcomeUnknown, PortError, Unavailable

SILENT: Final = "The store did not answer in time."
LATE: Final = "LATE"

# The whole of the driver's and the transport's failures; `TimeoutError` is an `OSError`, the driver's own is not.
DOWN: Final = (exceptions.RedisError, OSError, EOFError)

_NOTHING_DONE: Final = {
    LATE: SILENT,
    "ASK": "The cluster is moving this conversation.",
    "BUSY": "The store is busy with a script of somebody else.",
    "CLUSTERDOWN": "The cluster is down.",
    "LOADING": "The store is still loading.",
    "MASTERDOWN": "The store is a replica without its master.",
    "MISCONF": "The store cannot write to its disk.",
    "MOVED": "The cluster is moving its slots.",
    "NOREPLICAS": "The store has too few replicas to take writes.",
    "OOM": "The store's memory is full.",
    "READONLY": "The store is a replica and takes no writes.",
    "TRYAGAIN": "The cluster is moving its slots.",
}
_NOT_ALLOWED: Final = {"NOAUTH", "NOPERM", "WRONGPASS"}


def code_of(error: Exception) -> str:
    """Return the first word of a server's refusal. The driver cuts known ones off and keeps them aside."""
    return str(getattr(error, "status_code", None) or str(error).partition(" ")[0])


def refusal(error: Exception) -> PortError:
    """
    Say what a server's refusal of a command means.

    Scripts check before they write, and the server refuses for want of memory, disk or replicas before a script's first write.
    Only a refusal that we do not know may have come in the middle.
    """
    code = code_of(error)
    if code in _NOT_ALLOWED or isinstance(error, exceptions.AuthenticationError):
        return Misconfigured("The store refuses our name and password, or allows them too little.")
    if code in _NOTHING_DONE:
        return Unavailable(_NOTHING_DONE[code])
    return OutcomeUnknown("The store refused the call in words that are not known here.")


def connecting(error: Exception) -> PortError:
    """Say what a failure to connect means: nothing was done."""
    if isinstance(error, exceptions.AuthenticationError | exceptions.NoPermissionError):
        return Misconfigured("The store refuses our name and password, or allows them too little.")
    return Unavailable("The store cannot be reached.")
