"""API keys: minted, kept as hashes, found, and every mistake in the file told at once."""

from pathlib import Path

import pytest

from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.ids import TenantId
from hotel_agent.entrypoints.keys import KeyRing, Scope, load_keys, mint_key
from hotel_agent.entrypoints.setting_values import RateLimit

SEA = TenantId("sea")


def written(folder: Path, text: str) -> Path:
    file = folder / "keys.toml"
    file.write_text(text)
    return file


def problems(file: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        load_keys(file)
    return tuple(problem.removeprefix(f"{file}: ") for problem in caught.value.problems)


def test_a_minted_key_is_found_by_its_token_and_kept_as_a_hash(tmp_path: Path) -> None:
    token, text = mint_key("front-desk", SEA, frozenset({Scope.READ, Scope.PROCESS}))
    other, more = mint_key("spare", TenantId("hill"), frozenset({Scope.METRICS}))
    ring = load_keys(written(tmp_path, f'{text}rate_limit = "5/s"\nguest_rate_limit = "30/min"\n{more}'))
    found, spare = ring.find(token), ring.find(other)
    assert found is not None
    assert spare is not None
    assert (found.name, found.tenant, found.scopes, found.rate_limit) == (
        "front-desk",
        SEA,
        frozenset({Scope.READ, Scope.PROCESS}),
        RateLimit(5, 1),
    )
    assert found.guest_rate_limit == RateLimit(30, 60)
    assert (spare.name, spare.rate_limit, spare.guest_rate_limit) == ("spare", None, None)
    assert token not in text
    assert len(token) > 40


def test_two_minted_tokens_are_never_the_same() -> None:
    assert mint_key("a", SEA, frozenset(Scope))[0] != mint_key("a", SEA, frozenset(Scope))[0]


@pytest.mark.parametrize("token", ["", "hak_", "front-desk", "é", "\ud800"])
def test_any_other_token_is_unknown(tmp_path: Path, token: str) -> None:
    ring = load_keys(written(tmp_path, mint_key("front-desk", SEA, frozenset(Scope))[1]))
    assert ring.find(token) is None
    assert KeyRing(()).find(token) is None


def test_all_mistakes_are_told_at_once_and_nothing_is_repeated(tmp_path: Path) -> None:
    good = mint_key("front-desk", SEA, frozenset(Scope))[1]
    bad = '[[keys]]\nname = ""\nsha256 = "canary"\nscopes = ["everything"]\nrate_limit = "often"\ncolour = 1\n'
    told = problems(written(tmp_path, f"version = 1\n{good}{good}{bad}"))
    assert [problem.split(": ")[1].split()[0] if problem.startswith("key 3: ") else problem for problem in told] == [
        "version is not known here, expected only [[keys]]",
        "colour",
        "tenant",
        "name",
        "sha256",
        "scopes",
        "rate_limit",
        "two keys have the same name",
        "two keys have the same sha256",
    ]
    assert "canary" not in str(told)


@pytest.mark.parametrize("text", ["", "keys = []", 'keys = "x"', "[keys]\nname = 1", "keys = [1]"])
def test_a_file_without_keys_is_refused(tmp_path: Path, text: str) -> None:
    assert problems(written(tmp_path, text)) == ("expected at least one [[keys]] table",)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert problems(tmp_path / "none.toml")[0].startswith("cannot be read")
    assert problems(written(tmp_path, "[[keys")) == ("is not TOML in UTF-8",)


def test_a_name_that_would_break_the_file_is_not_minted() -> None:
    with pytest.raises(ConfigurationError) as caught:
        mint_key('a"b', TenantId("Sea"), frozenset())
    assert [problem.partition(":")[0] for problem in caught.value.problems] == ["name", "tenant", "scopes"]
