import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from hotel_agent.adapters.files.hotel_file import parse_hotel
from hotel_agent.adapters.files.tenants import DEMO, demo_hotel, demo_source, read_hotel, read_hotels
from hotel_agent.domain.dialogue.talking import FACTS
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.understanding import Language, RoomKind

LEAST = 'name = "Casa"\ntimezone = "Europe/Madrid"\ncountry = "ES"\ncurrency = "EUR"\n'
DOCUMENT = Path(__file__).parents[3] / "docs" / "hotel-file.md"


def problems(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        read_hotels(folder)
    return caught.value.problems


def test_the_demo_hotel_is_ready_to_be_sold() -> None:
    file = demo_hotel().file(DEMO)
    assert (file.hotel.id, str(file.hotel.timezone), file.hotel.currency) == ("demo", "Europe/Madrid", "EUR")
    assert (file.hotel.day_first, file.hotel.languages[0]) == (True, Language.ES)
    assert file.emulator is not None
    assert [room_type.kind for room_type in file.emulator.room_types] == list(RoomKind)
    assert [room_type.name for room_type in file.emulator.room_types if not 3 <= len(room_type.rooms) <= 8] == []
    assert min(room_type.price for room_type in file.emulator.room_types) > Decimal(0)


def test_the_demo_hotel_answers_in_all_its_languages_but_late_checkout_which_is_for_staff() -> None:
    hotel = demo_hotel().get(DEMO)
    answered = {subject for subject, _ in hotel.policies}
    wanted = {f"{subject}.{language}" for subject in FACTS.values() for language in hotel.languages}
    assert wanted - answered == {f"late_checkout.{language}" for language in hotel.languages}


def test_what_the_demo_file_leaves_commented_out_is_valid_too() -> None:
    text = re.sub(r'^# (?=\[|\w+ = |"[^"]+" = )', "", demo_source(), flags=re.MULTILINE)
    file = parse_hotel(text, "demo", Path())
    demo = demo_hotel().get(DEMO)
    told: dict[str, Any] = {
        "knowledge": demo.knowledge,
        "arrival": demo.arrival,
        "late_checkout": None,
        "pictures": (),
        "staff": demo.staff,
    }
    assert evolve(file.hotel, **told) == demo
    assert (file.pms is not None, file.webhook is not None) == (True, True)
    assert [len(found) for _, found in file.hotel.pictures] == [2]
    assert dict(file.room_kinds) == {"7": RoomKind.FAMILY, "Junior Alameda": RoomKind.SUITE}


def test_a_copy_of_the_demo_file_is_a_hotel_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "casa-2.toml").write_text(demo_source(), "utf-8")
    assert [hotel.id for hotel in read_hotels(tmp_path).all()] == ["casa-2"]


def test_mistakes_of_all_files_are_told_at_once_with_their_file(tmp_path: Path) -> None:
    (tmp_path / "mar.toml").write_text("name = 3", "utf-8")
    (tmp_path / "Sol Alto.toml").write_text(LEAST, "utf-8")
    (tmp_path / "viento.toml").write_bytes(b'name = "\xff"')
    (tmp_path / "zorro.toml").mkdir()
    told = problems(tmp_path)
    assert [problem.replace(str(tmp_path), "…") for problem in told] == [
        "…/Sol Alto.toml: the file's name is the hotel's id: lower-case letters, digits and hyphens, at most 40",
        "…/mar.toml: country: is missing",
        "…/mar.toml: name: expected a text in quotes that is not empty, found 3",
        "…/mar.toml: timezone: is missing",
        "…/mar.toml: currency: is missing",
        "…/viento.toml: is not UTF-8 text (byte 8)",
        "…/zorro.toml: cannot be read (IsADirectoryError)",
    ]


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "sol.toml").write_text(LEAST, "utf-8")
    (tmp_path / ".sol.toml").write_text("draft", "utf-8")
    (tmp_path / "sol.key").write_text("secret", "utf-8")
    assert [hotel.id for hotel in read_hotels(tmp_path).all()] == ["sol"]


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_a_folder_without_hotels_is_a_mistake(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    assert "expected" in problems(tmp_path / name)[0]


def test_a_file_from_an_editor_that_marks_utf_8_is_read(tmp_path: Path) -> None:
    (tmp_path / "sol.toml").write_text(LEAST, "utf-8-sig")
    assert read_hotel(tmp_path / "sol.toml").hotel.name == "Casa"


def test_a_file_that_cannot_be_a_hotel_is_not_read_to_its_end(tmp_path: Path) -> None:
    (tmp_path / "sol.toml").write_bytes(b"#" * 1_000_001)
    assert problems(tmp_path)[0].endswith("is larger than 1000000 bytes")


def test_every_file_shown_in_the_documentation_is_valid() -> None:
    blocks = [part.partition("```")[0] for part in DOCUMENT.read_text("utf-8").split("```toml\n")[1:]]
    least, *more = blocks
    read = [parse_hotel(text, "casa", Path()) for text in (least, *(least + block for block in more))]
    assert len(read) >= 5


def test_every_key_of_the_demo_file_is_in_the_documentation() -> None:
    words = set(re.findall(r"\w+", DOCUMENT.read_text("utf-8")))
    content = tomllib.loads(demo_source())
    inner = {key for table in content.values() if isinstance(table, dict) for key in table}
    rooms = {key for room_type in content["emulator"]["room_types"] for key in room_type}
    assert (set(content) | inner | rooms) - words == set()
