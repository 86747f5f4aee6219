"""Who may call (architecture section 11), and how often."""

import re
from collections.abc import Mapping
from enum import Enum

from attrs import define, evolve, field, frozen

from hotel_agent.application.limiting import Limiter
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.ids import TenantId
from hotel_agent.entrypoints.http.problems import Problem, too_many
from hotel_agent.entrypoints.keys import KeyRing, Scope
from hotel_agent.entrypoints.setting_values import RateLimit, is_loopback
from hotel_agent.entrypoints.visitors import VisitorSeal
from hotel_agent.ports.tenants import Tenants

Headers = dict[bytes, bytes]
_LOCAL_ACCOUNT = "local"
_CHAT_ACCOUNT = "webchat"
_FORWARDED = (b"forwarded", b"x-real-ip")
_DEFAULT_PORT = re.compile(r":(80|443)$")
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="hotel-agent"'}


class Access(Enum):
    """The three kinds of doors."""

    OPEN = "open"
    API = "api"
    """A key with the operation's scope or, where there are no keys, a loopback caller, who has every scope."""
    VISITOR = "visitor"
    """The web chat: from our own page, from one of a site the hotel allows, or from none; with a visitor's token."""
    PAGE = "page"
    """The same without a token."""


@frozen(kw_only=True)
class Caller:
    """
    Who calls. `account` is the namespace of the senders it speaks for; `visitor` stands for a web chat visitor's token.

    `tenant` None: any hotel. `limit` None: the installation's. `guest_limit` is for each of the guests it speaks for.
    """

    address: str
    account: str = _LOCAL_ACCOUNT
    tenant: TenantId | None = None
    scopes: frozenset[Scope] = frozenset()
    visitor: str = ""
    limit: RateLimit | None = None
    guest_limit: RateLimit | None = None
    keyed: bool = False


@define
class Gate:
    """Lets callers in or says why not."""

    _keys: KeyRing | None
    _tenants: Tenants
    _default_tenant: TenantId
    _limit: RateLimit
    _limiter: Limiter
    _seal: VisitorSeal = field(factory=VisitorSeal.of_this_process)
    _origins: Mapping[TenantId, frozenset[str]] = field(factory=dict)

    def admit(self, access: Access, scope: Scope | None, headers: Headers, address: str, named: str | None = None) -> Caller:
        """
        Say who calls; *named* is the hotel in the address of a call of the web chat.

        Raises:
            Problem: whoever it is may not.

        """
        if access is Access.VISITOR or access is Access.PAGE:
            return self._visitor(access, headers, address, named)
        if access is Access.OPEN:
            return Caller(address=address)
        if self._keys is None:
            _check_loopback(headers, address)
            return Caller(address=address, scopes=frozenset(Scope))
        kind, _, token = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise Problem("key_required", "Send it as `Authorization: Bearer <token>`.", headers=_CHALLENGE)
        key = self._keys.find(token.strip())
        if key is None:
            raise Problem("key_unknown", headers=_CHALLENGE)
        if scope is not None and scope not in key.scopes:
            raise Problem("scope_missing", f"This needs a key with the scope `{scope}`.")
        # The prefix keeps a key of any name apart from the keyless callers and from the web chat.
        account = f"key:{key.name}"
        return Caller(
            address=address,
            account=account,
            tenant=key.tenant,
            scopes=key.scopes,
            limit=key.rate_limit,
            guest_limit=key.guest_rate_limit,
            keyed=True,
        )

    async def count(self, caller: Caller, sender: str = "") -> None:
        """
        Count one call of a key, or of an address and *sender* where there is no key, over all processes.

        Raises:
            Problem: it is one too many; `Retry-After` says when to come back.

        """
        who = (caller.account,) if caller.keyed else (caller.address, caller.visitor, sender)
        if wait := await self._limiter.count("caller", who, (caller.limit or self._limit).quota):
            raise too_many(wait)
        if (
            sender
            and caller.guest_limit
            and (wait := await self._limiter.count("guest", (caller.account, sender), caller.guest_limit.quota))
        ):
            raise too_many(wait)

    def carries(self, origin: bytes, named: str | None) -> bool:
        """Tell whether pages of *origin* may carry the chat of the hotel *named*, or of the default one."""
        tenant = TenantId(named) if named else self._default_tenant
        return origin.decode("latin-1") in self._origins.get(tenant, ())

    def _visitor(self, access: Access, headers: Headers, address: str, named: str | None) -> Caller:
        tenant = None
        if not _from_our_page(headers):
            if not self.carries(headers.get(b"origin", b""), named):
                raise Problem("cross_origin", "The hotel's file does not allow this site.")
            # It was let in for this hotel: whatever else the call says, it is about no other one.
            tenant = TenantId(named) if named else self._default_tenant
        if access is Access.PAGE:
            return Caller(address=address, account=_CHAT_ACCOUNT, tenant=tenant)
        visitor = self._seal.visitor(headers.get(b"x-visitor", b"").decode("latin-1"))
        if visitor is None:
            raise Problem("visitor_required", "X-Visitor takes a token of `POST /chat/visitor`.")
        return Caller(address=address, account=_CHAT_ACCOUNT, tenant=tenant, visitor=visitor)

    def hotel(self, caller: Caller, named: str | None) -> Hotel:
        """
        Return the hotel a call is about.

        Raises:
            Problem: the caller's key belongs to another one.
            UnknownTenant: there is none of that name.

        """
        if caller.tenant is not None and named not in {None, caller.tenant}:
            raise Problem("other_tenant")
        return self._tenants.get(caller.tenant or TenantId(named or self._default_tenant))


def reading(caller: Caller) -> Caller:
    """Return the same visitor as counted for what it reads, so that waiting for news never stops it from writing."""
    return evolve(caller, visitor=caller.visitor + "/read")


def _check_loopback(headers: Headers, address: str) -> None:
    if not is_loopback(address):
        raise Problem("loopback_only")
    if not is_loopback(_host_name(headers)):
        raise Problem("loopback_only", "The Host header must name this machine's loopback address.")
    if any(name in _FORWARDED or name.startswith(b"x-forwarded") for name in headers):
        raise Problem("loopback_only", "Calls that were forwarded need an API key.")
    if headers.get(b"sec-fetch-site", b"none") not in {b"none", b"same-origin"}:
        raise Problem("cross_origin")


def _host_name(headers: Headers) -> str:
    host = headers.get(b"host", b"").decode("latin-1")
    if host.startswith("["):
        return host[: host.find("]") + 1]
    return host.partition(":")[0]


def _from_our_page(headers: Headers) -> bool:
    """Tell whether a call comes from a page of ours or from no page at all."""
    if headers.get(b"sec-fetch-site", b"same-origin") not in {b"same-origin", b"none"}:
        return False
    origin = headers.get(b"origin")
    return origin is None or _authority(origin.partition(b"://")[2]) == _authority(headers.get(b"host", b""))


def _authority(raw: bytes) -> str:
    return _DEFAULT_PORT.sub("", raw.decode("latin-1").lower())
