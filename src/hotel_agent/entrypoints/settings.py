"""
Every setting of architecture section 13, read from the environment and an optional TOML file; nothing else reads them.

`HOTEL_AGENT_<NAME>` in the environment wins over `<name>` in the file that `HOTEL_AGENT_CONFIG` (or `--config`) names. All
mistakes are reported at once, with what was expected and never with a secret.
"""

import difflib
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import attrs
from attrs import field, frozen

from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.ids import TenantId
from hotel_agent.entrypoints import setting_values as read
from hotel_agent.entrypoints.setting_values import PREFIX, Mistake, RateLimit, is_loopback, redacted

CONFIG = PREFIX + "CONFIG"
FULL, WEAK = "full", "weak"
_TWO_A_SECOND = RateLimit(120)


def _hidden(value: str | None) -> str:
    return "None" if value is None else "'***'"


def _without_password(value: str | None) -> str:
    return repr(redacted(value))


_HOST = r"(?!-)[A-Za-z0-9.:_\-\[\]]{1,253}"
_A_SECRET = read.matching(r"[!-~]{8,1000}", "8 to 1000 printable characters")
_A_MODEL = read.matching(r"[!-~]{1,200}", "1 to 200 printable characters without spaces")
_GRAPH_ID = read.matching(r"[0-9]{3,32}", "the digits of an id that Meta gave")


_READERS: dict[str, Callable[[str, Path], Any]] = {
    "host": read.matching(_HOST, "an address or host name to listen on"),
    "port": read.whole_number(0, read.HIGHEST_PORT),
    "data_dir": read.path,
    "journal_url": read.store_url,
    "locks_url": read.store_url,
    "redis_durability": read.matching(f"{FULL}|{WEAK}", f"{FULL} or {WEAK}"),
    "namespace": read.matching(r"[a-z_][a-z0-9_]{0,39}", "a lower-case name of letters, digits and _"),
    "pms_url": read.http_url,
    "pms_key": read.matching(r"[!-~]{8,200}", "8 to 200 printable characters"),
    "pms_hotel_id": read.matching(r"[A-Za-z0-9_-]{1,40}", "letters, digits, - and _"),
    "pms_host": read.matching(_HOST, "a host name, with its port if it has one"),
    "emulator_port": read.whole_number(0, read.HIGHEST_PORT),
    "hotels_dir": read.path,
    "default_tenant": read.matching(r"[a-z0-9-]{1,40}", "lower-case letters, digits and -"),
    "api_keys_file": read.path,
    "rate_limit": read.rate_limit,
    "guest_rate_limit": read.rate_limit_or_off,
    "account_rate_limit": read.rate_limit_or_off,
    "tenant_rate_limit": read.rate_limit_or_off,
    "claim_lease_s": read.seconds,
    "max_waiting": read.whole_number(1, 999_999_999),
    "max_wait_s": read.seconds_of_a_turn,
    "log_level": read.log_level,
    "worker_port": read.whole_number(0, read.HIGHEST_PORT),
    "webchat_key_file": read.path,
    "whatsapp_app_secret": _A_SECRET,
    "whatsapp_app_secret_before": _A_SECRET,
    "whatsapp_verify_token": _A_SECRET,
    "whatsapp_token": _A_SECRET,
    "whatsapp_phone_number_id": _GRAPH_ID,
    "whatsapp_account_id": _GRAPH_ID,
    "whatsapp_graph_url": read.http_url,
    "llm_base_url": read.http_url,
    "llm_model": _A_MODEL,
    "llm_key": _A_SECRET,
    "llm_timeout_s": read.short_wait,
    "llm_daily_budget": read.whole_number(0, 1_000_000),
    "speech_base_url": read.http_url,
    "speech_model": _A_MODEL,
    "speech_key": _A_SECRET,
    "speech_timeout_s": read.hearing,
    "breakers_url": read.redis_url,
    "otlp_url": read.http_url,
    "trace_ratio": read.share,
    "trace_slow_s": read.seconds_of_a_turn,
}
_URLS = frozenset({"breakers_url", "journal_url", "locks_url"})
"""They may hold a password."""
_SECRET = _URLS | {
    "pms_key",
    "whatsapp_app_secret",
    "whatsapp_app_secret_before",
    "whatsapp_verify_token",
    "whatsapp_token",
    "llm_key",
    "speech_key",
}
"""Never shown as given."""


@frozen(kw_only=True)
class Settings:
    """
    How one installation runs. Fields are the setting's name in lower case; None means unset.

    `journal_url` and `locks_url` None: SQLite in `data_dir`, and the journal's store. `pms_url` None: the bundled emulator.
    `hotels_dir` and `default_tenant` None: the demo hotel. `api_keys_file` None: only this machine may call.
    `guest_`, `account_` and `tenant_rate_limit` None: off.
    `whatsapp_app_secret` None: no webhook; `_before` is the one that it replaces, until Meta signs with the new one only.
    `whatsapp_phone_number_id`, `_token` and `_account_id` are the default hotel's, unless its own file says.
    `worker_port` None: `worker` listens to nobody.
    `llm_base_url` None: no language model is asked. `llm_daily_budget` is in messages a hotel's day and tenant.
    `speech_base_url` None: nothing that guests say is heard.
    `breakers_url` None: every process has breakers of its own.
    `otlp_url` None: no traces. `trace_ratio` of them are sent in any case, and all with an error or of `trace_slow_s` and more.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    data_dir: Path = field(factory=lambda: Path("~/.local/share/hotel-agent").expanduser())
    journal_url: str | None = field(default=None, repr=_without_password)
    locks_url: str | None = field(default=None, repr=_without_password)
    redis_durability: str = FULL
    namespace: str = "hotel_agent"
    pms_url: str | None = None
    pms_key: str | None = field(default=None, repr=_hidden)
    pms_hotel_id: str | None = None
    pms_host: str | None = None
    emulator_port: int = 0
    hotels_dir: Path | None = None
    default_tenant: TenantId | None = None
    api_keys_file: Path | None = None
    rate_limit: RateLimit = _TWO_A_SECOND
    guest_rate_limit: RateLimit | None = _TWO_A_SECOND
    account_rate_limit: RateLimit | None = None
    tenant_rate_limit: RateLimit | None = None
    claim_lease_s: float = 3.0
    max_waiting: int = 10_000
    max_wait_s: float = 2.0
    log_level: str = "info"
    worker_port: int | None = None
    webchat_key_file: Path | None = None
    whatsapp_app_secret: str | None = field(default=None, repr=_hidden)
    whatsapp_app_secret_before: str | None = field(default=None, repr=_hidden)
    whatsapp_verify_token: str | None = field(default=None, repr=_hidden)
    whatsapp_phone_number_id: str | None = None
    whatsapp_token: str | None = field(default=None, repr=_hidden)
    whatsapp_account_id: str | None = None
    whatsapp_graph_url: str = "https://graph.facebook.com/v25.0"
    llm_base_url: str | None = None
    llm_model: str | None = None
    llm_key: str | None = field(default=None, repr=_hidden)
    llm_timeout_s: float = 1.2
    llm_daily_budget: int = 500
    speech_base_url: str | None = None
    speech_model: str | None = None
    speech_key: str | None = field(default=None, repr=_hidden)
    speech_timeout_s: float = 2.0
    breakers_url: str | None = field(default=None, repr=_without_password)
    otlp_url: str | None = None
    trace_ratio: float = 0.1
    trace_slow_s: float = 2.0

    @classmethod
    def from_env(cls, environment: Mapping[str, str], config: Path | None = None, base: Path | None = None) -> Self:
        """
        Read the settings from *environment* and the file at *config*, or the one `HOTEL_AGENT_CONFIG` names.

        Relative paths in the environment are read against *base* (the working directory), those in the file against its
        folder. An empty value is as good as none.

        Raises:
            ConfigurationError: every mistake found, one line each.

        """
        problems: list[str] = []
        given: dict[str, tuple[str, str, Path]] = {}
        base = base or Path()
        named = environment.get(CONFIG)
        file = config or (base / Path(named).expanduser() if named else None)
        if file is not None:
            for name, text in _from_file(file, problems).items():
                given[name] = (f"{file}: {name}", text, file.parent)
        known = {PREFIX + name.upper(): name for name in cls.names()}
        for variable, text in sorted(environment.items()):
            if not variable.startswith(PREFIX) or variable == CONFIG:
                continue
            if variable not in known:
                problems.append(f"{variable} is not a setting{_did_you_mean(variable, known)}")
            elif text != "":
                given[known[variable]] = (variable, text, base)
        values = {}
        for name, (where, text, origin) in given.items():
            try:
                values[name] = _READERS[name](text, origin)
            except Mistake as mistake:
                shown = "a value that is not shown" if name in _SECRET else repr(text[:80])
                problems.append(f"{where}: given {shown}, expected {mistake}")
        settings = cls(**values)
        # What does not fit together is only worth saying of values that could be read at all.
        problems += [problem for names, problem in settings.conflicts() if values.keys() >= names & given.keys()]
        if problems:
            raise ConfigurationError(problems)
        return settings

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of all settings, in lower case and in the order of the documentation."""
        return tuple(attribute.name for attribute in attrs.fields(cls))

    def conflicts(self) -> tuple[tuple[set[str], str], ...]:
        """Return what does not fit together: the settings concerned and the sentence to show."""
        found: list[tuple[set[str], str]] = []
        if self.api_keys_file is None and not is_loopback(self.host):
            open_host = f"{PREFIX}HOST: given {self.host!r}, which others can reach"
            cure = f"expected {PREFIX}API_KEYS_FILE with it, or a loopback address"
            found.append(({"host", "api_keys_file"}, f"{open_host}: {cure}"))
        if self.pms_url is not None and self.pms_key is None:
            found.append(({"pms_url", "pms_key"}, f"{PREFIX}PMS_KEY: not given, expected with {PREFIX}PMS_URL"))
        if self.pms_url is None:
            found += [
                ({"pms_url", name}, f"{PREFIX}{name.upper()}: given without {PREFIX}PMS_URL, to which it belongs")
                for name in ("pms_key", "pms_hotel_id", "pms_host")
                if getattr(self, name) is not None
            ]
        together = (
            ("whatsapp_app_secret", "whatsapp_verify_token"),
            ("whatsapp_verify_token", "whatsapp_app_secret"),
            ("whatsapp_app_secret_before", "whatsapp_app_secret"),
            ("whatsapp_phone_number_id", "whatsapp_token"),
            ("whatsapp_token", "whatsapp_phone_number_id"),
            ("whatsapp_account_id", "whatsapp_phone_number_id"),
            ("llm_base_url", "llm_model"),
            ("llm_model", "llm_base_url"),
            ("llm_key", "llm_base_url"),
            ("speech_base_url", "speech_model"),
            ("speech_model", "speech_base_url"),
            ("speech_key", "speech_base_url"),
        )
        graph = urlsplit(self.whatsapp_graph_url)
        if graph.scheme != "https" and not is_loopback(graph.hostname or ""):
            sentence = f"{PREFIX}WHATSAPP_GRAPH_URL: given {self.whatsapp_graph_url!r}, expected https:// (tokens go there)"
            found.append(({"whatsapp_graph_url"}, sentence))
        for given, needed in together:
            if getattr(self, given) is not None and getattr(self, needed) is None:
                sentence = f"{PREFIX}{needed.upper()}: not given, expected with {PREFIX}{given.upper()}"
                found.append(({given, needed}, sentence))
        return tuple(found)

    @property
    def journal(self) -> str:
        """Return the journal's URL, SQLite in the data folder by default."""
        return self.journal_url or f"sqlite:///{self.data_dir / 'journal.db'}"

    @property
    def webchat_key(self) -> Path:
        """Return the file of the key that signs web chat visitors' tokens: made in the data folder unless one is named."""
        return self.webchat_key_file or self.data_dir / "webchat.key"

    @property
    def locks(self) -> str:
        """Return the lock store's URL: the journal's store unless another one is set."""
        return self.locks_url or self.journal

    def check_apart(self, command: str) -> None:
        """
        Make sure that *command* (`worker`, `serve --no-worker`) can share its work with other processes.

        Raises:
            ConfigurationError: the PMS or the journal would live in one process only.

        """
        problems = []
        if self.pms_url is None:
            problems.append(f"{PREFIX}PMS_URL: not given, but `{command}` needs it: the bundled emulator lives inside `serve`")
        for name, url in (("JOURNAL_URL", self.journal), ("LOCKS_URL", self.locks)):
            if url.startswith("memory:"):
                problems.append(f"{PREFIX}{name}: given 'memory://', but `{command}` shares it with other processes")
        if problems:
            raise ConfigurationError(problems)

    def shown(self) -> tuple[tuple[str, str], ...]:
        """Return every setting's variable and value as it may be shown to anybody who runs the service."""
        lines = []
        for attribute in attrs.fields(type(self)):
            value = getattr(self, attribute.name)
            if attribute.name in _SECRET and value is not None:
                value = redacted(value) if attribute.name in _URLS else "***"
            elif isinstance(value, RateLimit):
                value = f"{value.count} per {value.period} s"
            lines.append((PREFIX + attribute.name.upper(), "" if value is None else str(value)))
        return tuple(lines)


def _from_file(file: Path, problems: list[str]) -> dict[str, str]:
    try:
        content = tomllib.loads(file.read_text("utf-8"))
    except OSError as exc:
        problems.append(f"{file}: cannot be read ({exc.strerror or type(exc).__name__})")
        return {}
    except ValueError as exc:
        # A TOML error tells a place and no value; a wrong encoding is told as such.
        reason = exc if isinstance(exc, tomllib.TOMLDecodeError) else "not UTF-8 text"
        problems.append(f"{file}: is not TOML ({reason})")
        return {}
    found = {}
    for name, value in content.items():
        if name not in Settings.names():
            problems.append(f"{file}: {name} is not a setting{_did_you_mean(name, Settings.names())}")
        elif isinstance(value, bool) or not isinstance(value, str | int | float):
            problems.append(f"{file}: {name}: expected text or a number")
        elif value != "":
            found[name] = str(value)
    return found


def _did_you_mean(name: str, known: Mapping[str, str] | tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""
