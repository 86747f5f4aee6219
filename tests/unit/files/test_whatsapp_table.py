from pathlib import Path

import pytest

from hotel_agent.adapters.files.hotel_file import parse_hotel
from hotel_agent.adapters.files.values import HotelFile
from hotel_agent.adapters.files.whatsapp import FileTemplate, WhatsAppNumber
from hotel_agent.domain.errors import ConfigurationError

LEAST = 'name = "Casa"\ntimezone = "Europe/Madrid"\ncountry = "ES"\ncurrency = "EUR"\n'
NUMBER = '[whatsapp]\nphone_number_id = "106540352242922"\ntoken_env = "CASA_TOKEN"\n'


def parsed(text: str, folder: Path = Path()) -> HotelFile:
    return parse_hotel(LEAST + text, "casa", folder)


def mistakes(text: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as raised:
        parsed(text)
    return raised.value.problems


def test_hotel_without_the_table_has_no_number() -> None:
    assert parsed("").whatsapp is None


def test_number_and_template_are_read(tmp_path: Path) -> None:
    text = (
        '[whatsapp]\nphone_number_id = "106540352242922"\naccount_id = "102290129340398"\ntoken_file = "token"\n'
        'messages_per_second = 20\n[whatsapp.template]\nname = "hotel_message"\nlanguage = "es_AR"\nbody = ["hotel", "text"]\n'
    )
    assert parsed(text, tmp_path).whatsapp == WhatsAppNumber(
        phone_number_id="106540352242922",
        account_id="102290129340398",
        token_file=tmp_path / "token",
        per_second=20,
        template=FileTemplate(name="hotel_message", language="es_AR", body=("hotel", "text")),
    )


def test_token_is_where_the_file_says(tmp_path: Path) -> None:
    by_name = parsed(NUMBER).whatsapp
    assert by_name is not None
    assert by_name.token({"CASA_TOKEN": " EAA \n"}) == "EAA"
    (tmp_path / "token").write_text("EAA-2\n", "utf-8")
    by_file = parsed(NUMBER.replace('token_env = "CASA_TOKEN"', 'token_file = "token"'), tmp_path).whatsapp
    assert by_file is not None
    assert by_file.token({}) == "EAA-2"


@pytest.mark.parametrize("content", [None, b"", b"\xff"])
def test_token_that_is_not_there_is_a_mistake(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "token").write_bytes(content)
    number = parsed(NUMBER.replace('token_env = "CASA_TOKEN"', 'token_file = "token"'), tmp_path).whatsapp
    assert number is not None
    with pytest.raises(ConfigurationError, match=r"whatsapp\.token_file"):
        number.token({})
    other = parsed(NUMBER).whatsapp
    assert other is not None
    with pytest.raises(ConfigurationError, match="CASA_TOKEN is not set"):
        other.token({})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[whatsapp]\ntoken_env = "X"\n', "whatsapp.phone_number_id"),
        ('[whatsapp]\nphone_number_id = 106540352242922\ntoken_env = "X"\n', "whatsapp.phone_number_id"),
        ('[whatsapp]\nphone_number_id = "106540352242922"\n', "whatsapp.token_env"),
        (NUMBER + 'token_file = "x"\n', "whatsapp.token_env"),
        (NUMBER + "messages_per_second = 0\n", "whatsapp.messages_per_second"),
        (NUMBER + 'acount_id = "1"\n', "whatsapp.acount_id"),
        (NUMBER + '[whatsapp.template]\nname = "Big Name"\nlanguage = "es"\n', "whatsapp.template.name"),
        (NUMBER + '[whatsapp.template]\nname = "a"\nlanguage = "spanish"\n', "whatsapp.template.language"),
        (NUMBER + '[whatsapp.template]\nname = "a"\nlanguage = "es"\nbody = ["hotel"]\n', "whatsapp.template.body"),
        (NUMBER + '[whatsapp.template]\nname = "a"\nlanguage = "es"\nbody = ["text", "x"]\n', "whatsapp.template.body"),
    ],
)
def test_mistakes_are_told_with_their_place(text: str, place: str) -> None:
    assert [problem for problem in mistakes(text) if place in problem]


def test_token_in_the_file_is_a_mistake_that_does_not_repeat_it() -> None:
    told = mistakes(NUMBER.replace('token_env = "CASA_TOKEN"', 'token = "EAA-very-secret"'))
    assert [problem for problem in told if problem.startswith("whatsapp.token:")]
    assert not [problem for problem in told if "EAA-very-secret" in problem]
