from collections.abc import Callable
from decimal import Decimal

import pytest

from hotel_agent.adapters.whatsapp import encoding
from hotel_agent.adapters.whatsapp.encoding import (
    Card,
    CurrencyParameter,
    DateParameter,
    Json,
    Media,
    Parameter,
    Row,
    TextParameter,
    addressed,
)

ROW = Row(id="yes:1", title="Sí")


@pytest.mark.parametrize("number", ["34600111222", "+34600111222"])
def test_number_goes_into_to(number: str) -> None:
    message = addressed(number, encoding.text("hola"), callback="out-1", quotes="wamid.q")
    assert message == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": number,
        "type": "text",
        "text": {"body": "hola", "preview_url": False},
        "context": {"message_id": "wamid.q"},
        "biz_opaque_callback_data": "out-1",
    }


@pytest.mark.parametrize("user_id", ["US.13491208655302741918", "ES.ENT.1a2B"])
def test_user_id_goes_into_recipient_and_never_into_to(user_id: str) -> None:
    message = addressed(user_id, encoding.text("hola"))
    assert (message.get("to"), message["recipient"]) == (None, user_id)


@pytest.mark.parametrize("nobody", ["", "ana", "us.1", "34 600", "ESP.1"])
def test_anything_else_is_nobody(nobody: str) -> None:
    with pytest.raises(ValueError, match="number or a user id"):
        addressed(nobody, encoding.text("hola"))


@pytest.mark.parametrize(
    ("make", "least_beyond"),
    [
        (lambda n: encoding.text("x" * n), 4097),
        (lambda n: encoding.buttons("x" * n, [ROW]), 1025),
        (lambda n: encoding.buttons("x", [Row(id="1", title="x" * n)]), 21),
        (lambda n: encoding.buttons("x", [Row(id="x" * n, title="x")]), 257),
        (lambda n: encoding.buttons("x", [Row(id=f"{i}", title="x") for i in range(n)]), 4),
        (lambda n: encoding.options("x" * n, "Ver", [ROW]), 1025),
        (lambda n: encoding.options("x", "x" * n, [ROW]), 21),
        (lambda n: encoding.options("x", "Ver", [Row(id="1", title="x" * n)]), 25),
        (lambda n: encoding.options("x", "Ver", [Row(id="1", title="x", description="x" * n)]), 73),
        (lambda n: encoding.options("x", "Ver", [Row(id="x" * n, title="x")]), 201),
        (lambda n: encoding.options("x", "Ver", [Row(id=f"{i}", title="x") for i in range(n)]), 11),
        (lambda n: encoding.image(Media(link="https://h.example/a.jpg"), "x" * n), 1025),
        (lambda n: addressed("34600111222", encoding.text("x"), callback="x" * n), 513),
    ],
)
def test_limits_are_metas(make: Callable[[int], Json], least_beyond: int) -> None:
    make(least_beyond - 1)
    with pytest.raises(ValueError, match=r"."):
        make(least_beyond)


@pytest.mark.parametrize("rows", [[], [ROW, ROW], [Row(id="", title="x")], [Row(id="1", title="")]])
def test_choices_have_an_id_of_their_own_and_a_title(rows: list[Row]) -> None:
    with pytest.raises(ValueError, match=r"."):
        encoding.buttons("x", rows)
    with pytest.raises(ValueError, match=r"."):
        encoding.options("x", "Ver", rows)


def test_file_is_given_by_id_or_link() -> None:
    for both_or_none in ({}, {"id": "1", "link": "https://h.example/a"}):
        with pytest.raises(ValueError, match="id or a link"):
            Media(**both_or_none)
    assert encoding.document(Media(id="77"), "reserva.pdf", "su reserva") == {
        "type": "document",
        "document": {"id": "77", "caption": "su reserva", "filename": "reserva.pdf"},
    }


def test_buttons_may_have_a_picture_over_them() -> None:
    content = encoding.buttons("¿Confirma?", [ROW], image=Media(link="https://h.example/a.jpg"))
    assert content["interactive"]["header"] == {"type": "image", "image": {"link": "https://h.example/a.jpg"}}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            encoding.location("40.4", "-3.7", "Hotel Sol", "Mayor 1"),
            {
                "type": "location",
                "location": {"latitude": "40.4", "longitude": "-3.7", "name": "Hotel Sol", "address": "Mayor 1"},
            },
        ),
        (
            encoding.contacts([Card(name="Recepción", phone="+34910000000")]),
            {
                "type": "contacts",
                "contacts": [
                    {
                        "name": {"formatted_name": "Recepción", "first_name": "Recepción"},
                        "phones": [{"phone": "+34910000000", "type": "WORK"}],
                    }
                ],
            },
        ),
        (encoding.reaction("wamid.q", "👍"), {"type": "reaction", "reaction": {"message_id": "wamid.q", "emoji": "👍"}}),
        (encoding.audio(Media(id="7")), {"type": "audio", "audio": {"id": "7"}}),
        (encoding.video(Media(id="7")), {"type": "video", "video": {"id": "7"}}),
        (
            encoding.read_and_typing("wamid.q"),
            {
                "messaging_product": "whatsapp",
                "status": "read",
                "message_id": "wamid.q",
                "typing_indicator": {"type": "text"},
            },
        ),
    ],
)
def test_content_is_as_meta_documents_it(content: Json, expected: Json) -> None:
    assert content == expected


def test_template_is_filled_with_typed_parameters() -> None:
    body: list[Parameter] = [
        TextParameter(text="Hola\n\tAna"),
        CurrencyParameter(amount=Decimal("240.005"), code="EUR", fallback="240 €"),
        DateParameter(fallback="2 de mayo"),
    ]
    (component,) = encoding.template("update", "es_AR", body)["template"]["components"]
    assert component["parameters"] == [
        {"type": "text", "text": "Hola Ana"},
        {"type": "currency", "currency": {"fallback_value": "240 €", "code": "EUR", "amount_1000": 240005}},
        {"type": "date_time", "date_time": {"fallback_value": "2 de mayo"}},
    ]


def test_template_without_places_has_no_components() -> None:
    assert encoding.template("hello_world", "en_US") == {
        "type": "template",
        "template": {"name": "hello_world", "language": {"code": "en_US"}},
    }


def test_parameter_is_cut_to_what_meta_takes() -> None:
    assert len(TextParameter(text="x" * 2000).json()["text"]) == 1024
