import pytest

from hotel_agent.adapters.qloapps.catalogue import guess_kind
from hotel_agent.domain.understanding import RoomKind


@pytest.mark.parametrize(
    ("name", "adults", "kind"),
    [
        ("Habitación Doble con vistas", 2, RoomKind.DOUBLE),
        ("Suíte Presidencial", 4, RoomKind.SUITE),
        ("Junior Suite Doble", 2, RoomKind.SUITE),
        ("Quarto Duplo Twin", 2, RoomKind.TWIN),
        ("Individual", 2, RoomKind.SINGLE),
        ("Familiar", 2, RoomKind.FAMILY),
        ("Triple", 2, RoomKind.TRIPLE),
        ("General Rooms", 2, RoomKind.DOUBLE),
        ("General Rooms", 1, RoomKind.SINGLE),
        ("Doubletree corner", 5, RoomKind.FAMILY),
    ],
)
def test_a_kind_is_guessed_from_the_name_and_else_from_the_beds(name: str, adults: int, kind: RoomKind) -> None:
    assert guess_kind(name, adults) is kind
