"""Settings: strict, all mistakes at once, secrets never shown."""

from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.entrypoints.setting_values import PREFIX, RateLimit, is_loopback, redacted
from hotel_agent.entrypoints.settings import CONFIG, Settings

SECRET = "S3CRETKEY-0000"
PMS = {PREFIX + "PMS_URL": "https://pms.example/api", PREFIX + "PMS_KEY": SECRET}


def problems(environment: dict[str, str], config: Path | None = None) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_env(environment, config)
    return caught.value.problems


def test_nothing_given_gives_the_documented_defaults() -> None:
    settings = Settings.from_env({})
    assert settings == Settings()
    assert (settings.host, settings.port, settings.namespace, settings.claim_lease_s) == ("127.0.0.1", 8000, "hotel_agent", 3.0)
    assert (settings.rate_limit, settings.guest_rate_limit) == (RateLimit(120, 60), RateLimit(120, 60))
    assert (settings.account_rate_limit, settings.tenant_rate_limit) == (None, None)
    assert settings.data_dir == Path("~/.local/share/hotel-agent").expanduser()
    assert settings.journal == f"sqlite:///{settings.data_dir}/journal.db"
    assert settings.locks == settings.journal


def test_what_belongs_to_others_is_not_read() -> None:
    assert Settings.from_env({"PORT": "9", "DATABASE_URL": "x", "HOTEL_AGENCY_PORT": "1"}) == Settings()


def test_an_empty_value_is_as_good_as_none() -> None:
    assert Settings.from_env({PREFIX + "PORT": "", PREFIX + "PMS_URL": ""}) == Settings()


def test_every_setting_is_read_from_the_environment(tmp_path: Path) -> None:
    given_values = {
        "HOST": "::1",
        "PORT": "9000",
        "DATA_DIR": str(tmp_path),
        "JOURNAL_URL": "postgresql://u:p@db/x",
        "LOCKS_URL": "redis://cache:6379/1",
        "REDIS_DURABILITY": "weak",
        "NAMESPACE": "other",
        "PMS_URL": "https://pms.example/api/",
        "PMS_KEY": SECRET,
        "PMS_HOTEL_ID": "3",
        "PMS_HOST": "shop.example:8080",
        "EMULATOR_PORT": "9001",
        "HOTELS_DIR": "hotels",
        "DEFAULT_TENANT": "sea",
        "API_KEYS_FILE": "keys.toml",
        "RATE_LIMIT": "5/s",
        "GUEST_RATE_LIMIT": "off",
        "ACCOUNT_RATE_LIMIT": "600/min",
        "TENANT_RATE_LIMIT": "9000/h",
        "CLAIM_LEASE_S": "2.5",
        "MAX_WAITING": "500",
        "MAX_WAIT_S": "0.5",
        "LOG_LEVEL": "DEBUG",
        "WORKER_PORT": "9003",
        "WEBCHAT_KEY_FILE": "webchat.key",
        "LLM_BASE_URL": "http://127.0.0.1:8080/v1/",
        "LLM_MODEL": "small-one",
        "LLM_KEY": SECRET,
        "LLM_TIMEOUT_S": "0.8",
        "LLM_DAILY_BUDGET": "50",
        "SPEECH_BASE_URL": "http://127.0.0.1:8081/v1/",
        "SPEECH_MODEL": "tiny",
        "SPEECH_KEY": SECRET,
        "SPEECH_TIMEOUT_S": "1.5",
        "BREAKERS_URL": "redis://cache:6379/2",
        "OTLP_URL": "http://127.0.0.1:4318/",
        "TRACE_RATIO": "0.25",
        "TRACE_SLOW_S": "1.5",
        "WHATSAPP_APP_SECRET": SECRET,
        "WHATSAPP_APP_SECRET_BEFORE": SECRET,
        "WHATSAPP_VERIFY_TOKEN": SECRET,
        "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
        "WHATSAPP_TOKEN": SECRET,
        "WHATSAPP_ACCOUNT_ID": "102290129340398",
        "WHATSAPP_GRAPH_URL": "http://127.0.0.1:9002/v25.0/",
    }
    settings = Settings.from_env({PREFIX + name: value for name, value in given_values.items()}, base=tmp_path)
    assert set(given_values) == {name.upper() for name in Settings.names()}
    assert attrs.asdict(settings, recurse=False) == {
        "host": "::1",
        "port": 9000,
        "data_dir": tmp_path,
        "journal_url": "postgresql://u:p@db/x",
        "locks_url": "redis://cache:6379/1",
        "redis_durability": "weak",
        "namespace": "other",
        "pms_url": "https://pms.example/api",
        "pms_key": SECRET,
        "pms_hotel_id": "3",
        "pms_host": "shop.example:8080",
        "emulator_port": 9001,
        "hotels_dir": tmp_path / "hotels",
        "default_tenant": "sea",
        "api_keys_file": tmp_path / "keys.toml",
        "rate_limit": RateLimit(5, 1),
        "guest_rate_limit": None,
        "account_rate_limit": RateLimit(600, 60),
        "tenant_rate_limit": RateLimit(9000, 3600),
        "claim_lease_s": 2.5,
        "max_waiting": 500,
        "max_wait_s": 0.5,
        "log_level": "debug",
        "worker_port": 9003,
        "webchat_key_file": tmp_path / "webchat.key",
        "llm_base_url": "http://127.0.0.1:8080/v1",
        "llm_model": "small-one",
        "llm_key": SECRET,
        "llm_timeout_s": 0.8,
        "llm_daily_budget": 50,
        "speech_base_url": "http://127.0.0.1:8081/v1",
        "speech_model": "tiny",
        "speech_key": SECRET,
        "speech_timeout_s": 1.5,
        "breakers_url": "redis://cache:6379/2",
        "otlp_url": "http://127.0.0.1:4318",
        "trace_ratio": 0.25,
        "trace_slow_s": 1.5,
        "whatsapp_app_secret": SECRET,
        "whatsapp_app_secret_before": SECRET,
        "whatsapp_verify_token": SECRET,
        "whatsapp_phone_number_id": "106540352242922",
        "whatsapp_token": SECRET,
        "whatsapp_account_id": "102290129340398",
        "whatsapp_graph_url": "http://127.0.0.1:9002/v25.0",
    }


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("PORT", "eighty", "a whole number from 0 to 65535"),
        ("PORT", "65536", "a whole number from 0 to 65535"),
        ("PORT", "-1", "a whole number"),
        ("PORT", "8_0", "a whole number"),
        ("HOST", "a b", "an address or host name"),
        ("JOURNAL_URL", "mysql://x", "sqlite://"),
        ("JOURNAL_URL", "sqlite://file.db", "sqlite:///"),
        ("JOURNAL_URL", "postgresql:///x", "postgresql://host"),
        ("NAMESPACE", "Big", "lower-case"),
        ("EMULATOR_PORT", "x", "a whole number"),
        ("DEFAULT_TENANT", "Sea!", "lower-case"),
        ("RATE_LIMIT", "120/day", "120/min"),
        ("RATE_LIMIT", "0/min", "120/min"),
        ("RATE_LIMIT", "off", "120/min"),
        ("TENANT_RATE_LIMIT", "never", "or off"),
        ("CLAIM_LEASE_S", "0.1", "seconds from 1 to 300"),
        ("CLAIM_LEASE_S", "inf", "seconds"),
        ("MAX_WAITING", "0", "a whole number from 1"),
        ("MAX_WAIT_S", "0", "seconds from 0.01"),
        ("LOG_LEVEL", "loud", "debug, info"),
        ("LLM_TIMEOUT_S", "2", "seconds from 0.1 to 1.4"),
        ("LLM_BASE_URL", "model.example", "an http:// or https:// URL"),
        ("SPEECH_TIMEOUT_S", "3", "seconds from 0.1 to 2.5"),
    ],
)
def test_a_wrong_value_is_told_with_what_was_expected(name: str, value: str, expected: str) -> None:
    (problem,) = problems({PREFIX + name: value})
    assert problem.startswith(f"{PREFIX}{name}: given ")
    assert expected in problem


@pytest.mark.parametrize(
    "url",
    [
        "ftp://x",
        "pms.example",
        "https://",
        "https://u:p@pms.example",
        "https://pms.example/?a=1",
        "http://[::1",
        "http://x:99999",
    ],
)
def test_a_pms_url_that_is_none_is_refused(url: str) -> None:
    (problem,) = problems(PMS | {PREFIX + "PMS_URL": url})
    assert problem.startswith(f"{PREFIX}PMS_URL: given ")


def test_an_unknown_name_is_refused_with_the_one_that_was_meant() -> None:
    assert problems({PREFIX + "PROT": "1"}) == (f"{PREFIX}PROT is not a setting; did you mean {PREFIX}PORT?",)
    assert problems({PREFIX + "QQQQQQQ": "1"})[0].startswith(f"{PREFIX}QQQQQQQ is not a setting")


def test_all_mistakes_are_told_at_once() -> None:
    wrong = {PREFIX + "PORT": "x", PREFIX + "PROT": "1", PREFIX + "HOST": "10.0.0.1", PREFIX + "PMS_HOTEL_ID": "1"}
    assert [problem.partition(":")[0].split()[0] for problem in problems(wrong)] == [
        PREFIX + "PROT",
        PREFIX + "PORT",
        PREFIX + "HOST",
        PREFIX + "PMS_HOTEL_ID",
    ]


@pytest.mark.parametrize("host", ["0.0.0.1", "::", "192.168.1.2", "hotel.example"])
def test_others_may_reach_it_only_with_api_keys(host: str) -> None:
    (problem,) = problems({PREFIX + "HOST": host})
    assert f"{PREFIX}API_KEYS_FILE" in problem
    assert Settings.from_env({PREFIX + "HOST": host, PREFIX + "API_KEYS_FILE": "k"}).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "::1"])
def test_this_machine_needs_no_keys(host: str) -> None:
    assert Settings.from_env({PREFIX + "HOST": host}).host == host


def test_a_pms_needs_its_key_and_a_key_its_pms() -> None:
    assert problems({PREFIX + "PMS_URL": "https://pms.example"}) == (
        f"{PREFIX}PMS_KEY: not given, expected with {PREFIX}PMS_URL",
    )
    assert problems({PREFIX + "PMS_KEY": SECRET}) == (f"{PREFIX}PMS_KEY: given without {PREFIX}PMS_URL, to which it belongs",)


@pytest.mark.parametrize("which", ["LLM", "SPEECH"])
def test_a_model_needs_its_name_and_a_key_its_model(which: str) -> None:
    url, model, key = (f"{PREFIX}{which}_{part}" for part in ("BASE_URL", "MODEL", "KEY"))
    named = {url: "http://127.0.0.1/v1"}
    assert problems(named) == (f"{model}: not given, expected with {url}",)
    assert problems({key: SECRET}) == (f"{url}: not given, expected with {key}",)
    assert SECRET not in repr(Settings.from_env(named | {model: "m", key: SECRET}))


def test_a_secret_is_never_shown() -> None:
    settings = Settings.from_env(PMS | {PREFIX + "JOURNAL_URL": f"postgresql://hotel:{SECRET}@db/x"})
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings.shown())
    assert "postgresql://hotel:***@db/x" in repr(settings)
    wrong = problems({PREFIX + "PMS_URL": "x", PREFIX + "PMS_KEY": SECRET + " é", PREFIX + "JOURNAL_URL": f"x://:{SECRET}@y"})
    assert SECRET not in str(wrong)
    assert len(wrong) == 3


def test_whatsapps_secrets_are_never_shown() -> None:
    named = {
        "APP_SECRET": SECRET,
        "APP_SECRET_BEFORE": SECRET,
        "VERIFY_TOKEN": SECRET,
        "TOKEN": SECRET,
        "PHONE_NUMBER_ID": "106540352242922",
    }
    settings = Settings.from_env({f"{PREFIX}WHATSAPP_{name}": value for name, value in named.items()})
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings.shown())


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        ("APP_SECRET", "VERIFY_TOKEN"),
        ("VERIFY_TOKEN", "APP_SECRET"),
        ("PHONE_NUMBER_ID", "TOKEN"),
        ("TOKEN", "PHONE_NUMBER_ID"),
        ("ACCOUNT_ID", "PHONE_NUMBER_ID"),
    ],
)
def test_half_of_whatsapps_settings_are_a_mistake(given: str, needed: str) -> None:
    value = "106540352242922" if given.endswith("_ID") else SECRET
    told = problems({f"{PREFIX}WHATSAPP_{given}": value})
    assert told == (f"{PREFIX}WHATSAPP_{needed}: not given, expected with {PREFIX}WHATSAPP_{given}",)


def test_tokens_go_to_another_machine_by_https_only() -> None:
    (told,) = problems({f"{PREFIX}WHATSAPP_GRAPH_URL": "http://graph.example/v25.0"})
    assert told.startswith(f"{PREFIX}WHATSAPP_GRAPH_URL: ")
    for fine in ("https://graph.example/v25.0", "http://127.0.0.1:9100/v25.0"):
        assert Settings.from_env({f"{PREFIX}WHATSAPP_GRAPH_URL": fine}).whatsapp_graph_url == fine


def test_a_worker_of_its_own_needs_a_pms_and_a_journal_that_can_be_shared() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_env({PREFIX + "JOURNAL_URL": "memory://"}).check_apart("worker")
    assert [problem.partition(":")[0] for problem in caught.value.problems] == [
        PREFIX + "PMS_URL",
        PREFIX + "JOURNAL_URL",
        PREFIX + "LOCKS_URL",
    ]
    Settings.from_env(PMS).check_apart("worker")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "agent.toml"
    file.write_text('port = 9000\nlog_level = "debug"\nclaim_lease_s = 2\ndata_dir = "data"\n')
    for settings in (
        Settings.from_env({PREFIX + "PORT": "9100"}, file),
        Settings.from_env({PREFIX + "PORT": "9100", CONFIG: str(file)}),
    ):
        assert (settings.port, settings.log_level, settings.claim_lease_s) == (9100, "debug", 2.0)
        assert settings.data_dir == tmp_path / "data"


def test_mistakes_in_the_file_are_told_with_its_name(tmp_path: Path) -> None:
    file = tmp_path / "agent.toml"
    file.write_text('prot = 9000\nport = "x"\nhost = true\n[pms]\nurl = 1\n')
    told = problems({}, file)
    assert told[0] == f"{file}: prot is not a setting; did you mean port?"
    assert {problem.removeprefix(f"{file}: ").split(":")[0].split()[0] for problem in told} == {"prot", "port", "host", "pms"}


@pytest.mark.parametrize("content", [b"port = ", b"\xff"])
def test_a_file_that_is_not_toml_is_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "agent.toml"
    file.write_bytes(content)
    (problem,) = problems({}, file)
    assert problem.startswith(f"{file}: is not TOML")


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    (problem,) = problems({CONFIG: str(tmp_path / "none.toml")})
    assert "cannot be read" in problem


@given(st.dictionaries(st.sampled_from([PREFIX + name.upper() for name in (*Settings.names(), "X")]), st.text(max_size=30)))
def test_any_values_are_read_or_refused(environment: dict[str, str]) -> None:
    told: tuple[str, ...] = ()
    settings = None
    try:
        settings = Settings.from_env(environment)
    except ConfigurationError as error:
        told = error.problems
    assert bool(told) != (settings is not None and settings.conflicts() == ())


@pytest.mark.parametrize(
    ("host", "loopback"), [("[::1]", True), ("::ffff:127.0.0.1", True), ("127.0.0.1.x", False), ("", False)]
)
def test_loopback_is_told_from_what_looks_like_it(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_a_url_without_password_is_shown_as_it_is() -> None:
    assert [redacted(url) for url in (None, "redis://host:1/2", "redis://:p@h:1")] == [
        None,
        "redis://host:1/2",
        "redis://:***@h:1",
    ]


def test_the_example_names_every_setting_and_no_other() -> None:
    lines = (Path(__file__).parents[3] / ".env.example").read_text("utf-8").splitlines()
    names = [line.removeprefix("# ").partition("=")[0] for line in lines if line.removeprefix("# ").startswith(PREFIX)]
    assert names == [CONFIG, *(PREFIX + name.upper() for name in Settings.names())]


def test_the_examples_defaults_are_the_defaults() -> None:
    lines = (Path(__file__).parents[3] / ".env.example").read_text("utf-8").splitlines()
    values = dict(line.split("=", 1) for line in lines if line.startswith(PREFIX))
    assert Settings.from_env(values) == Settings()
    assert len(values) >= 8
