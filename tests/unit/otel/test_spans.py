import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.adapters.otel.spans import Origin, is_in_sample, parsed, written

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


def digits(count: int) -> st.SearchStrategy[str]:
    return st.integers(1, 16**count - 1).map(lambda number: f"{number:0{count}x}")


@given(trace=digits(32), span=digits(16), sampled=st.booleans())
def test_a_context_comes_back_as_it_was(trace: str, span: str, *, sampled: bool) -> None:
    assert parsed(written(trace, span, sampled=sampled)) == Origin(trace=trace, span=span, sampled=sampled)


@given(st.text())
def test_any_text_is_a_context_or_none(text: str) -> None:
    assert parsed(text) is None or len(text) >= 55


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01-more",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f" 00-{TRACE}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}-01\n",
        f"00-{TRACE}-{SPAN[:-1]}٣-01",
    ],
)
def test_what_the_standard_refuses_is_no_context(text: str | None) -> None:
    assert parsed(text) is None


def test_a_later_version_is_read_as_far_as_it_is_known() -> None:
    assert parsed(f"01-{TRACE}-{SPAN}-03-more") == Origin(trace=TRACE, span=SPAN, sampled=True)


@pytest.mark.parametrize(("ratio", "count"), [(0.0, 0), (0.1, 100), (0.5, 500), (1.0, 1000)])
def test_the_sample_is_the_share_it_is_told(ratio: float, count: int) -> None:
    step = 2**64 // 1000
    assert sum(is_in_sample(f"{'1' * 16}{number * step + step // 2:016x}", ratio) for number in range(1000)) == count
