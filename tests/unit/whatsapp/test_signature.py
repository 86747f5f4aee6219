import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.adapters.whatsapp.signature import is_handshake, is_signed, signature_of

SECRET, OTHER = "app secret", "next secret"
BODY = b'{"entry": []}'


def test_signature_is_hmac_sha256_of_the_bytes_under_the_secret() -> None:
    expected = "sha256=" + hmac.new(SECRET.encode(), BODY, hashlib.sha256).hexdigest()
    assert signature_of(BODY, SECRET) == expected


@pytest.mark.parametrize("secrets", [[SECRET], [SECRET, OTHER], [OTHER, SECRET]])
def test_either_secret_is_good_while_one_replaces_the_other(secrets: list[str]) -> None:
    assert is_signed(BODY, signature_of(BODY, SECRET).encode(), secrets)


@pytest.mark.parametrize(
    "given_signature", [b"", b"sha256=", b"sha256=" + b"0" * 64, b"sha1=abc", "sha256=é".encode("latin-1")]
)
def test_missing_or_wrong_signature_is_none(given_signature: bytes) -> None:
    assert not is_signed(BODY, given_signature, [SECRET, OTHER])


def test_signature_without_its_prefix_is_none() -> None:
    assert not is_signed(BODY, signature_of(BODY, SECRET).removeprefix("sha256=").encode(), [SECRET])


def test_without_secrets_nothing_is_signed() -> None:
    assert not is_signed(BODY, signature_of(BODY, "").encode(), [])


@given(st.binary(min_size=1, max_size=200), st.data())
def test_changed_body_is_not_signed(body: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body) - 1))
    changed = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
    assert not is_signed(changed, signature_of(body, SECRET).encode(), [SECRET])


@pytest.mark.parametrize(
    ("mode", "token", "right"), [("subscribe", "verify", True), ("subscribe", "verifý", False), ("", "verify", False)]
)
def test_handshake_needs_mode_and_token(mode: str, token: str, right: bool) -> None:
    assert is_handshake(mode, token, "verify") is right
