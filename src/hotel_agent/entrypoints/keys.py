"""
API keys: who may call, for which hotel, and what for.

The file holds SHA-256 hashes of tokens. A plain hash is right here because a token is 256 random bits that we mint ourselves:
nobody can guess through that space, so the slowness of a password hash would only cost time on every call. Tokens that people
think up have no place in this file.
"""

import hashlib
import hmac
import re
import secrets
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Any

from attrs import frozen

from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.ids import TenantId
from hotel_agent.entrypoints.setting_values import Mistake, RateLimit

TOKEN_PREFIX = "hak_"  # noqa: S105 - it makes tokens recognisable to people and to secret scanners
_FIELDS = ("name", "sha256", "tenant", "scopes", "rate_limit", "guest_rate_limit")
_NEEDED = _FIELDS[:4]
_LIMITS = ("rate_limit", "guest_rate_limit")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_TENANT = re.compile(r"[a-z0-9-]{1,40}")


class Scope(StrEnum):
    """What a caller may do."""

    PROCESS = "process"
    """Send guests' messages."""
    READ = "read"
    """Read rooms and reservations."""
    GUESTS = "guests"
    """See guests' names and contacts in what is read."""
    METRICS = "metrics"


@frozen(kw_only=True)
class ApiKey:
    """
    One caller. `digest` is the SHA-256 of its token; `rate_limit` None means the installation's.

    `guest_rate_limit` is for each of the senders it speaks for; None: it sees to that itself.
    """

    name: str
    digest: bytes
    tenant: TenantId
    scopes: frozenset[Scope]
    rate_limit: RateLimit | None = None
    guest_rate_limit: RateLimit | None = None


@frozen
class KeyRing:
    """All keys of an installation."""

    keys: tuple[ApiKey, ...]

    def find(self, token: str) -> ApiKey | None:
        """Return the key of *token*; the time it takes tells neither which key it is nor how much of one was right."""
        digest = digest_of(token)
        found = None
        for key in self.keys:
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def mint_key(name: str, tenant: TenantId, scopes: frozenset[Scope]) -> tuple[str, str]:
    """
    Mint a token; return it and the text to append to the keys file. The token is shown once and kept nowhere.

    Raises:
        ConfigurationError: the name or tenant could not be read back from the file, or there is no scope.

    """
    token = TOKEN_PREFIX + secrets.token_urlsafe(32)
    names = ", ".join(f'"{scope}"' for scope in sorted(scopes))
    text = f'[[keys]]\nname = "{name}"\nsha256 = "{digest_of(token).hex()}"\ntenant = "{tenant}"\nscopes = [{names}]\n'
    problems: list[str] = []
    if not _NAME.fullmatch(name):
        problems.append(f"name: {_EXPECTED['name']}")
    if not _TENANT.fullmatch(tenant):
        problems.append(f"tenant: {_EXPECTED['tenant']}")
    if not scopes:
        problems.append(f"scopes: {_EXPECTED['scopes']}")
    if problems:
        raise ConfigurationError(problems)
    return token, text


def load_keys(file: Path) -> KeyRing:
    """
    Read the keys file.

    Raises:
        ConfigurationError: every mistake found, one line each; values are not repeated.

    """
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except OSError as exc:
        raise ConfigurationError([f"{file}: cannot be read ({exc.strerror or type(exc).__name__})"]) from exc
    except ValueError as exc:
        raise ConfigurationError([f"{file}: is not TOML in UTF-8"]) from exc
    problems = [f"{file}: {name} is not known here, expected only [[keys]]" for name in content if name != "keys"]
    tables = content.get("keys")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise ConfigurationError([*problems, f"{file}: expected at least one [[keys]] table"])
    keys = []
    for number, table in enumerate(tables, start=1):
        key, mistakes = _read(table)
        problems += [f"{file}: key {number}: {mistake}" for mistake in mistakes]
        if key is not None:
            keys.append(key)
    for what, values in (("name", [key.name for key in keys]), ("sha256", [key.digest.hex() for key in keys])):
        if len(set(values)) < len(values):
            problems.append(f"{file}: two keys have the same {what}")
    if problems:
        raise ConfigurationError(problems)
    return KeyRing(tuple(keys))


_EXPECTED = {
    "name": "expected 1 to 64 letters, digits, '.', '_' or '-', beginning with a letter or digit",
    "sha256": "expected the token's SHA-256 as 64 hexadecimal digits",
    "tenant": "expected a hotel's id: lower-case letters, digits and '-'",
    "scopes": "expected a list of one or more of " + ", ".join(Scope),
    "rate_limit": 'expected text such as "120/min"',
    "guest_rate_limit": 'expected text such as "30/min"',
}


def _read(table: dict[str, Any]) -> tuple[ApiKey | None, list[str]]:
    mistakes = [f"{name} is not known here, expected only {', '.join(_FIELDS)}" for name in table if name not in _FIELDS]
    mistakes += [f"{name} is missing: {_EXPECTED[name]}" for name in _NEEDED if name not in table]
    name, sha256, tenant, scopes = (table.get(field) for field in _NEEDED)
    checks = {
        "name": isinstance(name, str) and _NAME.fullmatch(name),
        "sha256": isinstance(sha256, str) and re.fullmatch(r"[0-9a-fA-F]{64}", sha256),
        "tenant": isinstance(tenant, str) and _TENANT.fullmatch(tenant),
        "scopes": isinstance(scopes, list) and scopes and all(isinstance(s, str) and s in list(Scope) for s in scopes),
    }
    mistakes += [f"{field}: {_EXPECTED[field]}" for field, right in checks.items() if field in table and not right]
    limits: dict[str, RateLimit] = {}
    for field in _LIMITS:
        if field in table:
            try:
                limits[field] = RateLimit.parse(str(table[field]))
            except Mistake:
                mistakes.append(f"{field}: {_EXPECTED[field]}")
    if mistakes or not (isinstance(name, str) and isinstance(sha256, str) and isinstance(tenant, str) and scopes):
        return None, mistakes
    allowed = frozenset(Scope(scope) for scope in scopes)
    return ApiKey(name=name, digest=bytes.fromhex(sha256), tenant=TenantId(tenant), scopes=allowed, **limits), []
