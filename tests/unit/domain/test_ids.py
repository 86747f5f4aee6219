import base64
import re

from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.domain.ids import TurnIds, base32

SEEDS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=32)


@given(SEEDS, st.text(max_size=50))
def test_same_seed_and_purpose_mint_the_same(seed: str, purpose: str) -> None:
    assert TurnIds(seed).mint(purpose) == TurnIds(seed).mint(purpose)
    assert TurnIds(seed).reference(purpose) == TurnIds(seed).reference(purpose)


@given(st.lists(st.tuples(SEEDS, st.text(max_size=20)), min_size=2, max_size=6, unique=True))
def test_other_seeds_and_purposes_mint_others(pairs: list[tuple[str, str]]) -> None:
    assert len({TurnIds(seed).mint(purpose) for seed, purpose in pairs}) == len(pairs)
    assert len({TurnIds(seed).reference(purpose).upper() for seed, purpose in pairs}) == len(pairs)


@given(SEEDS, st.text(max_size=50))
def test_reference_is_prefix_and_26_upper_case_base32_characters(seed: str, purpose: str) -> None:
    assert re.fullmatch(r"ha-[A-Z2-7]{26}", TurnIds(seed).reference(purpose))
    assert re.fullmatch(r"[a-z2-7]{20}", TurnIds(seed).mint(purpose))


def test_reference_is_no_other_id_in_disguise() -> None:
    ids = TurnIds("seed")
    assert not ids.reference("offer").lower().endswith(ids.mint("offer"))


def test_seed_is_not_shown() -> None:
    assert "hunter2" not in repr(TurnIds("hunter2"))


@given(st.binary(max_size=20), st.integers(0, 32))
def test_base32_is_the_one_of_the_standard(raw: bytes, length: int) -> None:
    assert base32(raw, length) == base64.b32encode(raw.ljust(20, b"\0")).decode().lower()[:length]


def test_what_was_minted_before_is_minted_still() -> None:
    assert TurnIds("seed").mint("offer:1") == "5zkqwqgvbz4i6lz5467r"
    assert TurnIds("seed").reference("booking") == "ha-FWBOLMQO3SDDP2S4EGLPTISOAW"
