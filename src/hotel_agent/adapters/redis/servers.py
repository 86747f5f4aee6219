"""
Which server to ask: one, or the nodes of a cluster.

Scripts name their partition by its hash tag alone, which is never a key itself. So while a cluster moves a slot, the node that
has it sends every one of them on (ASK) before it begins, and none runs where part of the keys is missing: those conversations
wait until the move is over.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

from attrs import define, field
from redis import exceptions
from redis.asyncio.connection import AbstractConnection, Connection, parse_url
from redis.crc import key_slot

from hotel_agent.adapters.redis.errors import LATE, code_of, refusal
from hotel_agent.adapters.redis.keys import text
from hotel_agent.adapters.redis.link import Link
from hotel_agent.adapters.redis.scripts import Command, scripts
from hotel_agent.domain.errors import ConfigurationError, OutcomeUnknown, Unavailable
from hotel_agent.ports.observer import Pool

Address = tuple[str, int]
Group = tuple[bytes, ...]
T = TypeVar("T")

_HOPS: Final = 5
_PAUSE_SECONDS: Final = 0.05
_SLOTS: Final = Command((b"CLUSTER", b"SLOTS"))


@define(eq=False)
class Servers:
    """Runs scripts where their keys are. A call takes *limit* seconds at most."""

    _settings: Mapping[str, Any]
    _limit: float
    speaker: bytes = b"-"
    """Who calls, for those who listen to what others write."""
    _links: dict[Address, Link] = field(factory=dict, init=False)
    _slots: dict[int, Address] | None = field(default=None, init=False)
    """Where the slots are; None: there is one server, which has them all."""

    # ------------------------------------------------------------ for adapters

    def groups(self, tags: Sequence[bytes]) -> list[Group]:
        """Divide *tags* into those that one script may look through together."""
        return [tuple(tags)] if self._slots is None else [(tag,) for tag in tags]

    async def run(self, name: str, tags: Sequence[bytes], *arguments: str | int | bytes) -> Any:
        """
        Run a script that may be repeated; it is, once, when the connection is lost.

        Raises:
            Unavailable: there was no answer.

        """
        until = self._until()
        try:
            return await self._run(name, tags, arguments, until)
        except OutcomeUnknown:
            return await self._known(self._run(name, tags, arguments, until))

    async def write(self, name: str, tags: Sequence[bytes], *arguments: str | int | bytes) -> Any:
        """
        Run a script after which not to know whether it did its work is as good as knowing that it did not.

        Raises:
            Unavailable: there was no answer.

        """
        return await self._known(self._run(name, tags, arguments, self._until()))

    async def run_once(self, name: str, tags: Sequence[bytes], *arguments: str | int | bytes) -> Any:
        """
        Run a script that must not be repeated blindly.

        Raises:
            Unavailable: it was not run.
            OutcomeUnknown: it may have been.

        """
        return await self._run(name, tags, arguments, self._until())

    async def run_all(self, name: str, tags: Sequence[bytes], *arguments: str | int | bytes) -> list[Any]:
        """Run a script that only looks, or may be repeated, over all *tags*; one result for each of their groups."""
        return await asyncio.gather(*(self.run(name, group, *arguments) for group in self.groups(tags)))

    async def write_all(self, name: str, tags: Sequence[bytes], *arguments: str | int | bytes) -> list[Any]:
        """Do the same with a script that is not repeated, as `write` does not."""
        return await asyncio.gather(*(self.write(name, group, *arguments) for group in self.groups(tags)))

    async def run_some(self, name: str, tags: Sequence[bytes], *arguments: str | int | bytes) -> list[tuple[Group, Any]]:
        """
        Do the same as far as servers answer, so that a node that is gone does not hold up what is on the others.

        Raises:
            Unavailable: none of them answers.

        """
        groups = self.groups(tags)
        results = await asyncio.gather(*(self.run(name, group, *arguments) for group in groups), return_exceptions=True)
        failed = [result for result in results if isinstance(result, BaseException)]
        for error in failed:
            if len(failed) == len(results) or not isinstance(error, Unavailable):
                raise error
        return [pair for pair in zip(groups, results, strict=True) if not isinstance(pair[1], BaseException)]

    async def read(self, tag: bytes, *words: bytes) -> Any:
        """Run a command that only looks, on keys of *tag*."""
        until = self._until()
        try:
            return _result(await self._ask(tag, Command(words), until))
        except OutcomeUnknown:
            return _result(await self._known(self._ask(tag, Command(words), until)))

    async def every(self, *commands: Command) -> list[list[Any]]:
        """Send *commands*, which only look, to every server; refusals are among the replies as the driver's errors."""
        until = self._until()
        return [await self._known(self._link(address).call(commands, until)) for address in sorted(self._masters())]

    # ------------------------------------------------------------ opening

    async def find_nodes(self) -> None:
        """
        Find out whether there is a cluster, and who has which slots.

        Raises:
            Unavailable: the server does not answer.

        """
        until = self._until()
        (told,) = await self._known(self._link(self._seed()).call((Command((b"INFO", b"cluster")),), until))
        if b"cluster_enabled:1" in _result(told):
            self._slots = {}
            await self._learn(until)

    def pools(self) -> tuple[Pool, ...]:
        """How many connections there are, how many of them stand, and how many calls wait on them."""
        links = self._links.values()
        standing, waiting = sum(link.connected for link in links), sum(link.waiting for link in links)
        return (Pool(name="connections", size=len(links), in_use=standing, waiting=waiting),)

    async def stop(self) -> None:
        for link in self._links.values():
            await link.stop()

    # ------------------------------------------------------------ finding the way

    def _until(self) -> float:
        return asyncio.get_running_loop().time() + self._limit

    async def _known(self, call: Awaitable[T]) -> T:
        try:
            return await call
        except OutcomeUnknown as exc:
            raise Unavailable(str(exc)) from exc

    async def _run(self, name: str, tags: Sequence[bytes], arguments: Sequence[str | int | bytes], until: float) -> Any:
        script = scripts()[name]
        command = script.call(tags, (self.speaker, *arguments))
        reply = await self._ask(tags[0], command, until)
        if isinstance(reply, exceptions.NoScriptError):
            reply = await self._ask(tags[0], script.load_and_call(command), until)
        return _result(reply)

    async def _ask(self, tag: bytes, command: Command, until: float) -> Any:
        if self._slots is None:
            return await self._send(self._seed(), command, until)
        return await self._ask_cluster(key_slot(tag), command, until)

    async def _send(self, address: Address, command: Command, until: float) -> Any:
        link = self._link(address)
        (reply,) = await link.call((command,), until)
        if isinstance(reply, Exception) and code_of(reply) == LATE:
            # Its clock or ours has been set, or the machine has slept: a new connection learns the time anew.
            link.drop()
            (reply,) = await link.call((command,), until)
        return reply

    async def _ask_cluster(self, slot: int, command: Command, until: float) -> Any:
        reply: Any = None
        for hop in range(_HOPS):
            address = (self._slots or {}).get(slot, self._seed())
            try:
                reply = await self._send(address, command, until)
            except Unavailable:
                # Not sent: perhaps another node has the slot by now.
                if hop or not await self._learn(until) or (self._slots or {}).get(slot) == address:
                    raise
                continue
            if isinstance(reply, exceptions.MovedError):
                await self._learn(until)
                if self._slots is not None:
                    # Said by the one who had it: what another node says of it may be older.
                    self._slots[slot] = (reply.host or address[0], reply.port)
            elif isinstance(reply, exceptions.AskError):
                raise Unavailable("The cluster is moving this conversation.")
            elif isinstance(reply, exceptions.TryAgainError | exceptions.ClusterDownError):
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return reply
        return reply

    async def _learn(self, until: float) -> bool:
        """Ask any node who has which slots; tell whether one answered."""
        for address in dict.fromkeys((*self._masters(), self._seed())):
            try:
                (told,) = await self._link(address).call((_SLOTS,), until)
            except (Unavailable, OutcomeUnknown):
                continue
            if not isinstance(told, Exception):
                self._slots = {
                    slot: (text(node[0] or b"") or address[0], int(node[1]))
                    for first, last, node, *_ in told
                    for slot in range(first, last + 1)
                }
                return True
        return False

    def addresses(self) -> list[Address]:
        """Return where servers are that take what is told to all of them, as far as is known."""
        return sorted(self._masters()) or [self._seed()]

    def _masters(self) -> set[Address]:
        return {self._seed()} if self._slots is None else set(self._slots.values())

    def _seed(self) -> Address:
        return (self._settings.get("host", "localhost"), self._settings.get("port", 6379))

    def _link(self, address: Address) -> Link:
        if address not in self._links:
            link = self._links[address] = Link(lambda: self.connection(address), tuple(scripts().values()), self._limit)
            link.start()
        return self._links[address]

    def connection(self, address: Address | None = None) -> AbstractConnection:
        """Make a connection, which is not open yet, to *address*, else to where the URL leads."""
        settings = dict(self._settings)
        host, port = address or self._seed()
        kind: type[AbstractConnection] = settings.pop("connection_class", Connection)
        if "path" not in settings:
            settings |= {"host": host, "port": port}
        # Nothing is tried again behind our back, and waiting for the next answer is no failure: calls have their own limit.
        settings |= {"socket_timeout": None, "socket_connect_timeout": self._limit, "retry": None, "retry_on_timeout": False}
        settings |= {"protocol": 2, "decode_responses": False, "health_check_interval": 0}
        return kind(**settings)


def _result(reply: Any) -> Any:
    if isinstance(reply, Exception):
        raise refusal(reply) from reply
    return reply


@asynccontextmanager
async def open_servers(url: str, *, limit: float, speaker: str = "-", at_once: bool = True) -> AsyncIterator[Servers]:
    """
    Reach the server or cluster at *url*, as *speaker*, and hang up at the end.

    Not *at_once*: whoever calls it has to `find_nodes` first.

    Raises:
        ConfigurationError: the URL cannot be used.
        Unavailable: no server answers there.

    """
    try:
        servers = Servers(dict(parse_url(url)), limit, speaker.encode())
        servers.connection()
    except (ValueError, TypeError, exceptions.RedisError) as exc:
        raise ConfigurationError(
            ("JOURNAL_URL: expected redis://, rediss:// or unix://, with options the driver knows",)
        ) from exc
    try:
        if at_once:
            await servers.find_nodes()
        yield servers
    finally:
        await servers.stop()
