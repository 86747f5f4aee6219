import re
from concurrent.futures import ThreadPoolExecutor

from hotel_agent.ports.ids import IdSource

_ID = re.compile(r"[a-z2-7]{26}")


class IdSourceContract:
    """What every IdSource does. Subclasses provide `ids`."""

    def test_an_id_is_26_characters_of_lower_case_base32(self, ids: IdSource) -> None:
        drawn = [ids.draw() for _ in range(100)]
        assert [one for one in drawn if not _ID.fullmatch(one)] == []

    def test_nothing_is_drawn_twice(self, ids: IdSource) -> None:
        assert len({ids.draw() for _ in range(10_000)}) == 10_000

    def test_two_neighbours_share_no_beginning(self, ids: IdSource) -> None:
        first, second = ids.draw(), ids.draw()
        assert first[:10] != second[:10]


class SharedIdSourceContract(IdSourceContract):
    """What an IdSource does besides when several threads draw from it."""

    def test_threads_that_draw_at_once_share_nothing(self, ids: IdSource) -> None:
        with ThreadPoolExecutor(4) as threads:
            batches = list(threads.map(lambda _: [ids.draw() for _ in range(500)], range(8)))
        assert len({one for batch in batches for one in batch}) == 4_000
