"""Web chat visitors' tokens: known again by whoever has the key, made up by nobody."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.entrypoints.visitors import VisitorSeal, load_seal

SEAL = VisitorSeal(b"k" * 32)


def test_a_token_is_the_same_visitor_each_time_and_another_token_another_one() -> None:
    first, second = SEAL.issue(), SEAL.issue()
    assert SEAL.visitor(first) == SEAL.visitor(first)
    assert None is not SEAL.visitor(first) != SEAL.visitor(second)


def test_a_token_of_another_key_is_nobodys() -> None:
    assert VisitorSeal(b"j" * 32).visitor(SEAL.issue()) is None


@given(place=st.integers(0, 65), other=st.sampled_from("AZaz09-_."))
def test_a_token_changed_anywhere_is_nobodys(place: int, other: str) -> None:
    token = SEAL.issue()
    changed = token[:place] + other + token[place + 1 :]
    assert (SEAL.visitor(changed) is None) == (changed != token)


@given(text=st.text(max_size=80))
def test_no_text_that_was_not_issued_is_anybody(text: str) -> None:
    assert SEAL.visitor(text) is None


def test_a_visitors_name_gives_no_token_away() -> None:
    token = SEAL.issue()
    assert not set(token.split(".")) & {SEAL.visitor(token)}
    assert "k" * 32 not in repr(SEAL)


def test_the_key_is_drawn_once_for_its_owners_eyes(tmp_path: Path) -> None:
    file = tmp_path / "webchat.key"
    token = load_seal(file).issue()
    assert load_seal(file).visitor(token) is not None
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["webchat.key"]


def test_processes_that_start_side_by_side_share_one_key(tmp_path: Path) -> None:
    file = tmp_path / "webchat.key"
    with ThreadPoolExecutor(8) as threads:
        seals = list(threads.map(lambda _: load_seal(file), range(16)))
    token = seals[0].issue()
    assert None not in {seal.visitor(token) for seal in seals}


@pytest.mark.parametrize("content", ["", "too short"])
def test_what_is_no_key_is_told(tmp_path: Path, content: str) -> None:
    file = tmp_path / "webchat.key"
    file.write_text(content)
    with pytest.raises(ConfigurationError, match="at least 32 characters"):
        load_seal(file)


def test_a_place_that_cannot_hold_the_key_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be kept there"):
        load_seal(tmp_path / "missing" / "webchat.key")
