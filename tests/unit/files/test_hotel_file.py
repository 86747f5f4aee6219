from datetime import time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotel_agent.adapters.files.hotel_file import parse_hotel
from hotel_agent.adapters.files.values import HotelFile
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.hotels import Policy
from hotel_agent.domain.understanding import Language, RoomKind

FOLDER = Path("hotels")
LEAST = """
name = "Casa Sol"
timezone = "America/Argentina/Buenos_Aires"
country = "AR"
currency = "ARS"
"""
ROOMS = """
[[emulator.room_types]]
name = "Doble"
kind = "double"
price = 80.50
rooms = ["1", "2"]
"""


def read(text: str) -> HotelFile:
    return parse_hotel(text, "sol", FOLDER)


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        read(text)
    return caught.value.problems


def test_four_lines_make_a_hotel() -> None:
    file = read(LEAST)
    assert (file.hotel.id, file.hotel.name, file.hotel.currency) == ("sol", "Casa Sol", "ARS")
    assert file.hotel.timezone == ZoneInfo("America/Argentina/Buenos_Aires")
    assert (file.hotel.languages, file.hotel.day_first) == ((Language.ES, Language.EN), True)
    assert (file.hotel.policy, file.pms, file.emulator, dict(file.room_kinds)) == (Policy(), None, None, {})


def test_times_may_be_written_in_quotes_or_as_toml_times() -> None:
    hotel = read(LEAST + '[times]\ncheck_in_from = "14:30"\ncheck_out_until = 10:00:00').hotel
    assert (hotel.check_in_from, hotel.check_out_until) == (time(14, 30), time(10))


def test_an_answer_is_one_text_or_one_for_each_language() -> None:
    hotel = read(
        LEAST.replace("name", 'languages = ["en", "es"]\nname', 1)
        + '[answers]\npayment = "Cash"\n[answers.amenities]\nes = "Pileta"\nen = "Pool"'
    ).hotel
    assert sorted(hotel.policies) == [
        ("amenities", "Pool"),
        ("amenities.en", "Pool"),
        ("amenities.es", "Pileta"),
        ("payment", "Cash"),
    ]


def test_numbers_of_behaviour_are_minutes_days_and_shares() -> None:
    text = "[behaviour]\nsession_minutes = 45\nlock_minutes = 10\nmax_days_ahead = 90\nact_from = 0.9\nfallback_below = 0"
    policy = read(LEAST + text).hotel.policy
    assert (policy.session_ttl, policy.lock_ttl) == (timedelta(minutes=45), timedelta(minutes=10))
    assert (policy.max_days_ahead, policy.act_from, policy.fallback_below) == (90, 0.9, 0.0)


def test_a_pms_names_where_its_key_is_kept() -> None:
    file = read(LEAST + '[pms]\nurl = "https://pms.example/shop"\nkey_file = "sol.key"\nhotel_id = 3\nhost = "shop.example"')
    assert file.pms is not None
    assert (file.pms.url, file.pms.key_env, file.pms.key_file) == ("https://pms.example/shop", None, FOLDER / "sol.key")
    assert (file.pms.hotel_id, file.pms.host, file.pms.tax_rules_group) == (3, "shop.example", None)


def test_a_key_in_the_file_is_refused_without_repeating_it() -> None:
    found = problems(LEAST + '[pms]\nurl = "https://pms.example"\nkey = "QWERTYUIOP"\nkey_env = "SOL_KEY"')
    assert found == ("pms.key: a key does not belong in this file; name where it is kept with `key_env` or `key_file`",)


@pytest.mark.parametrize("keys", ["", 'key_env = "A"\nkey_file = "b"\n'])
def test_a_pms_needs_one_place_for_its_key(keys: str) -> None:
    found = problems(LEAST + f'[pms]\nurl = "https://pms.example"\n{keys}')
    assert found == ("pms.key_env: expected one of `key_env` (an environment variable) and `key_file` (a file)",)


def test_the_key_comes_from_the_environment_variable_named() -> None:
    pms = read(LEAST + '[pms]\nurl = "https://pms.example"\nkey_env = "SOL_KEY"').pms
    assert pms is not None
    assert pms.key({"SOL_KEY": " secret\n"}) == "secret"
    with pytest.raises(ConfigurationError, match="SOL_KEY is not set"):
        pms.key({})


def test_the_key_comes_from_the_file_named(tmp_path: Path) -> None:
    pms = parse_hotel(LEAST + '[pms]\nurl = "https://pms.example"\nkey_file = "sol.key"', "sol", tmp_path).pms
    assert pms is not None
    with pytest.raises(ConfigurationError, match="cannot be read"):
        pms.key({})
    (tmp_path / "sol.key").write_text("secret\n", "utf-8")
    assert pms.key({}) == "secret"
    (tmp_path / "sol.key").write_text("\n", "utf-8")
    with pytest.raises(ConfigurationError, match="is empty"):
        pms.key({})


def test_room_types_of_the_pms_may_be_named_by_id_or_name() -> None:
    file = read(LEAST + '[room_types]\n7 = "family"\n"Junior Sol" = "suite"')
    assert dict(file.room_kinds) == {"7": RoomKind.FAMILY, "Junior Sol": RoomKind.SUITE}


def test_sites_that_may_carry_the_chat_are_named_as_browsers_name_them() -> None:
    file = read(LEAST + '[webchat]\norigins = ["https://WWW.mar.example:443", "http://localhost:8080"]')
    assert file.webchat_origins == {"https://www.mar.example", "http://localhost:8080"}
    assert read(LEAST).webchat_origins == frozenset()


def test_prices_are_exact_and_capacity_follows_the_kind() -> None:
    emulator = read(LEAST + ROOMS).emulator
    assert emulator is not None
    room_type = emulator.room_types[0]
    assert (room_type.price, room_type.rooms) == (Decimal("80.50"), ("1", "2"))
    assert (room_type.adults, room_type.children, room_type.max_adults, room_type.max_guests) == (2, 0, 2, 2)


def test_every_mistake_is_told_at_once_with_its_place_and_what_was_expected() -> None:
    text = """
        id = "luna"
        timezone = "Madrid"
        country = "Spain"
        currency = "EURO"
        languages = ["es", "xx"]
        day_first = "yes"
        colour = "blue"
        [times]
        check_in_from = "25:00"
        chek_out_until = "11:00"
        [contact]
        phone = "ring"
        email = "nobody"
        [answers]
        pool = "yes"
        [behaviour]
        lock_minutes = 0
        act_from = 1.5
        [room_types]
        3 = "palace"
        [emulator]
        tax_percent = "ten"
        [[emulator.room_types]]
        name = "Doble"
        kind = "double"
        price = "free"
        rooms = []
        [[emulator.room_types]]
        name = "Doble"
        kind = "doble"
        price = 10.005
        rooms = ["1", "1"]
        max_guests = 1
    """
    found = problems(text)
    assert found == (
        "id: expected 'sol', the name of the file, found 'luna'",
        "country: expected a country of ISO 3166 like \"ES\", found 'Spain'",
        "languages: expected at position 2 one of `es`, `en`, `pt`, found ['es', 'xx']",
        "name: is missing",
        "timezone: expected a time zone like \"Europe/Madrid\", found 'Madrid'",
        "currency: expected a currency of ISO 4217 like \"EUR\", found 'EURO'",
        "day_first: expected true or false, found 'yes'",
        "times.check_in_from: expected a time like \"15:00\", found '25:00'",
        "contact.phone: expected a telephone number, best with the country code: \"+34 900 000 000\", found 'ring'",
        "contact.email: expected an e-mail address, found 'nobody'",
        found[10],
        "behaviour.act_from: expected a number from 0 to 1 with at most 4 decimals, found 1.5",
        "behaviour.lock_minutes: expected a whole number from 1 to 1440, found 0",
        "times.chek_out_until: is not a known key; did you mean `check_out_until`?",
        "room_types.3: expected one of `single`, `double`, `twin`, `triple`, `family`, `suite`, found 'palace'",
        "emulator.tax_percent: expected a number from 0 to 100 with at most 3 decimals, found 'ten'",
        "emulator.room_types[1].price: expected a number from 0.01 to 1000000 with at most 2 decimals, found 'free'",
        "emulator.room_types[1].rooms: expected a list in square brackets with at least one value, found []",
        "emulator.room_types[2].kind: expected one of `single`, `double`, `twin`, `triple`, `family`, `suite`, found 'doble'",
        "emulator.room_types[2].max_guests: expected 2 to 2, found 1",
        "emulator.room_types[2].price: expected a number from 0.01 to 1000000 with at most 2 decimals, found 10.005",
        "emulator.room_types[2].rooms: expected a list without repetitions, found ['1', '1']",
        "emulator.room_types[2].name: 'Doble' is the name of another room type already",
        "colour: is not a known key; did you mean `country`?",
    )
    assert found[10].startswith("answers.pool: is not a known key; known here: `amenities`, ")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[pms]\nurl = "pms.example"\nkey_env = "A"', "pms.url: expected an address that begins with https:// or http://, "),
        ("pms = 3", "pms: expected a table ([pms]), found 3"),
        ("emulator = {}", "emulator.room_types: expected at least one [[emulator.room_types]]"),
        ('[emulator]\nroom_types = "all"', "emulator.room_types: expected an array of tables ([[emulator.room_types]]), "),
        ("languages = []", "languages: expected a list in square brackets with at least one value, found []"),
        ("[answers.payment]\nfr = 'x'", "answers.payment.fr: is not a known key; "),
        ("[answers]\npayment = ''", "answers.payment: expected a text in quotes that is not empty, found ''"),
        ("[behaviour]\nfallback_below = 0.85", "behaviour.fallback_below: expected a number that is not above act_from (0.8)"),
        ("[behaviour]\nmax_text = true", "behaviour.max_text: expected a whole number from 100 to 65536, found true"),
        (ROOMS + "min_nights = 3\nmax_nights = 2\n", "emulator.room_types[1].max_nights: expected 0 (no limit) or at least "),
        (ROOMS + "adults = 3\nmax_adults = 2\n", "emulator.room_types[1].max_adults: expected at least adults (3), found 2"),
        (ROOMS + ROOMS.replace("Doble", "Otra"), "emulator.room_types[2].rooms: 1, 2 belongs to another room type already"),
        ('[webchat]\norigins = ["https://mar.example/chat"]', "webchat.origins: expected at position 1 a site without path, "),
        ("x = ", "is not TOML: "),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, found: str) -> None:
    assert problems(LEAST + text)[0].startswith(found)


@given(
    st.dictionaries(
        st.sampled_from(["name", "timezone", "country", "currency", "languages", "times", "pms", "emulator", "answers", "x"]),
        st.sampled_from(["1", "1.5", "true", '"x"', "[]", "[1]", "[{}]", "{}", "{x = 1}", "12:00:00", "1979-05-27", "nan"]),
    )
)
def test_no_content_makes_reading_fail_otherwise(content: dict[str, str]) -> None:
    try:
        read("\n".join(f"{key} = {value}" for key, value in content.items()))
    except ConfigurationError as error:
        assert error.problems  # noqa: PT017 - most contents are wrong; what matters is how
