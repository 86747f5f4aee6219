"""The parts of a hotel's file that questions, staff and guests' rights are answered from."""

from datetime import time
from decimal import Decimal
from pathlib import Path

import pytest

from hotel_agent.adapters.files.hotel_file import parse_hotel
from hotel_agent.adapters.files.tenants import read_hotel
from hotel_agent.adapters.files.values import Beside, HotelFile, StaffContact, StaffWebhook
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.knowledge import Entry
from hotel_agent.domain.money import Money
from hotel_agent.domain.staffing import Shift
from hotel_agent.domain.terms import CancellationFee, CancellationTerms, LateCheckoutTerms
from hotel_agent.domain.topics import Topic
from hotel_agent.domain.understanding import Language

LEAST = 'name = "Casa"\ntimezone = "Europe/Madrid"\ncountry = "ES"\ncurrency = "EUR"\n'
ES, EN = Language.ES, Language.EN


def read(text: str, **sources: str) -> HotelFile:
    named = {name.replace("_", "."): source for name, source in sources.items()}
    return parse_hotel(LEAST + text, "casa", Path(), Beside(folder="casa", sources=named))


def problems(text: str, **sources: str) -> tuple[str, ...]:
    with pytest.raises(ConfigurationError) as caught:
        read(text, **sources)
    return caught.value.problems


# ---------------------------------------------------------------- knowledge


def test_an_entry_has_texts_words_and_questions() -> None:
    file = read('[knowledge.grill]\nes = "Hay."\nen = "Yes."\nwords = ["quincho"]\nquestions = ["¿Hay asador?"]')
    entry = Entry(id="grill", texts=((ES, "Hay."), (EN, "Yes.")), words=("quincho",), questions=("¿Hay asador?",))
    assert file.hotel.knowledge.entries == (entry,)


def test_one_text_is_for_everybody() -> None:
    assert read('[knowledge]\npool = "No hay."').hotel.knowledge.entries == (Entry(id="pool", texts=((ES, "No hay."),)),)


def test_mistakes_in_entries_are_told_with_their_place() -> None:
    told = problems('[knowledge.pool]\npt = "Sim"\n[knowledge."Mi pileta"]\nes = "x"')
    assert told == (
        "knowledge.pool.pt: is not a known key; known here: `en`, `es`, `questions`, `words`",
        "knowledge.pool: expected a text in at least one of the hotel's languages (`es`, `en`)",
        "knowledge.Mi pileta: expected a name of lower-case letters, digits and `_`",
    )


def test_pages_of_questions_join_by_their_id() -> None:
    spanish = "# FAQ\n\n## ¿Tienda? {#shop}\n## ¿Venden algo?\nSí,\npostales.\n\n## ¿Otra?\nNo.\n"
    english = "## Shop? {#shop}\nPostcards.\n"
    entries = read("", faq_es_md=spanish, faq_en_md=english).hotel.knowledge.entries
    assert entries == (
        Entry(id="shop", texts=((ES, "Sí,\npostales."), (EN, "Postcards.")), questions=("¿Tienda?", "¿Venden algo?", "Shop?")),
        Entry(id="faq-es-2", texts=((ES, "No."),), questions=("¿Otra?",)),
    )


def test_mistakes_in_pages_are_told_with_file_and_line() -> None:
    page = "## ¿Uno? {#a b}\nSí.\n## {#c}\nNo.\n## ¿Tres? {#d}\nSí.\n## ¿Cuatro? {#d}\nNo.\n## ¿Fin?\n"
    assert problems("", faq_es_md=page) == (
        "casa/faq.es.md:1: expected an id of lower-case letters, digits, `-` and `_`, found 'a b'",
        "casa/faq.es.md:3: a heading without a question",
        "casa/faq.es.md:7: 'd' is answered above already",
        "casa/faq.es.md:9: the question has no answer below it",
    )


def test_what_is_answered_here_and_in_a_page_is_a_mistake() -> None:
    assert problems('[knowledge]\nshop = "Sí."', faq_es_md="## ¿Tienda? {#shop}\nNo.") == (
        "knowledge.shop: is answered both here and in a faq file",
    )


# ---------------------------------------------------------------- staff


def test_staff_has_hours_a_webhook_and_contacts() -> None:
    file = read(
        '[staff]\nhours = ["mon-tue 08:00-20:00", "sun 22:00-24:00"]\nwebhook_url = "https://x.example/y"\n'
        'webhook_secret_env = "S"\n[[staff.contacts]]\nname = "Ana"\nphone = "+34 900"\ntopics = ["noise"]'
    )
    assert file.hotel.staff.hours == (
        Shift(0, time(8), time(20)),
        Shift(1, time(8), time(20)),
        Shift(6, time(22), time(0)),
    )
    assert (file.webhook, file.hotel.staff.webhook) == (StaffWebhook(url="https://x.example/y", secret_env="S"), True)
    assert file.contacts == (StaffContact(name="Ana", phone="+34 900", topics=(Topic.NOISE,)),)


def test_hours_without_days_are_every_days() -> None:
    assert {shift.weekday for shift in read('[staff]\nhours = "08:00-22:00"').hotel.staff.hours} == set(range(7))


@pytest.mark.parametrize("hours", ['"8-22"', '"lun 08:00-10:00"', "[]", "8", '"mon-xyz 08:00-10:00"', '["08:00-25:00"]'])
def test_wrong_hours_are_told(hours: str) -> None:
    [told] = problems(f"[staff]\nhours = {hours}")
    assert told.startswith('staff.hours: expected hours like "08:00-22:00"')


def test_the_secret_is_never_in_the_file_and_never_repeated() -> None:
    told = problems('[staff]\nwebhook_secret = "hush-hush"\nwebhook_url = "http://far.example/"')
    assert [problem.partition(": ")[0] for problem in told] == [
        "staff.webhook_url",
        "staff.webhook_secret_env",
        "staff.webhook_secret",
    ]
    assert "hush-hush" not in "".join(told)


def test_a_contact_can_be_reached() -> None:
    assert problems('[[staff.contacts]]\nname = "Ana"') == ("staff.contacts[1].phone: expected a `phone` or an `email`",)


# ---------------------------------------------------------------- the rest


def test_coordinates_come_in_pairs() -> None:
    assert read("[contact]\nlatitude = -34.6\nlongitude = -58.38").hotel.coordinates == ("-34.6", "-58.38")
    assert problems("[contact]\nlatitude = 4") == ("contact.longitude: is missing beside `latitude`",)


def test_voseo_is_a_flag_of_the_hotel() -> None:
    assert read("[humanize.es_ar]\nenabled = true").hotel.voseo is True
    assert problems("[humanize.es_mx]\nenabled = true")[0].startswith("humanize.es_mx: is not a known key")


def test_pictures_are_found_by_id_or_name() -> None:
    hotel = read('[pictures]\n7 = ["https://x.example/1.jpg"]\n"Suite" = ["https://x.example/2.jpg"]').hotel
    assert [hotel.pictures_of(*room) for room in (("7", "Doble"), ("9", "Suite"), ("9", "Doble"))] == [
        ("https://x.example/1.jpg",),
        ("https://x.example/2.jpg",),
        (),
    ]


def test_terms_of_cancelling_arriving_and_leaving_late() -> None:
    hotel = read(
        '[cancellation]\nfree_until_hours = 24\nfee = "percent"\npercent = 50\n'
        '[arrival]\nonline_check_in = true\n[late_checkout]\nuntil = "14:00"\nfee = 30.5\napproval = false'
    ).hotel
    assert hotel.cancellation == CancellationTerms(free_until_hours=24, fee=CancellationFee.PERCENT, percent=Decimal(50))
    assert (hotel.arrival.online_check_in, hotel.arrival.online_check_out) == (True, False)
    assert hotel.late_checkout == LateCheckoutTerms(until=time(14), fee=Money(Decimal("30.5"), "EUR"), approval=False)


def test_terms_that_say_nothing_are_none() -> None:
    assert (read("").hotel.cancellation, read("").hotel.late_checkout) == (None, None)


@pytest.mark.parametrize(
    ("terms", "told"),
    [
        ('fee = "percent"', "cancellation.percent: is missing: the fee is a share of the total"),
        ('fee = "none"\npercent = 5', 'cancellation.percent: goes with fee = "percent" only'),
        ("free_until_hours = 5", "cancellation.fee: is missing"),
    ],
)
def test_a_fee_says_all_it_needs(terms: str, told: str) -> None:
    assert problems(f"[cancellation]\n{terms}") == (told,)


def test_the_folder_beside_a_file_is_read_with_it(tmp_path: Path) -> None:
    (tmp_path / "casa.toml").write_text(LEAST, "utf-8")
    (tmp_path / "casa").mkdir()
    (tmp_path / "casa" / "faq.es.md").write_text("## ¿Uno?\nSí.", "utf-8")
    (tmp_path / "casa" / "messages.es-AR.ftl").write_text("greeting = Hola", "utf-8")
    file = read_hotel(tmp_path / "casa.toml")
    assert ([entry.id for entry in file.hotel.knowledge.entries], dict(file.messages)) == (
        ["faq-es-1"],
        {"es-AR": "greeting = Hola"},
    )


def test_a_page_in_a_language_nobody_speaks_here_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "casa.toml").write_text(LEAST, "utf-8")
    (tmp_path / "casa").mkdir()
    (tmp_path / "casa" / "faq.fr.md").write_text("## Oui ?\nOui.", "utf-8")
    with pytest.raises(ConfigurationError, match=r"faq\.fr\.md: expected"):
        read_hotel(tmp_path / "casa.toml")
