from pathlib import Path

import pytest
from attrs import evolve

from hotel_agent.adapters.files.hotel_file import parse_hotel
from hotel_agent.adapters.files.values import HotelFile
from hotel_agent.adapters.whatsapp.account import WhatsAppAccount, WindowTemplate
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.ids import TenantId
from hotel_agent.entrypoints.messaging import accounts_of
from hotel_agent.entrypoints.settings import Settings

LEAST = 'name = "Casa"\ntimezone = "Europe/Madrid"\ncountry = "ES"\ncurrency = "EUR"\n'
OWN = '[whatsapp]\nphone_number_id = "200"\ntoken_env = "CASA_TOKEN"\n[whatsapp.template]\nname = "a"\nlanguage = "es"\n'
SETTINGS = Settings(whatsapp_phone_number_id="100", whatsapp_token="EAA-of-settings", whatsapp_account_id="900")
CASA, MAR = TenantId("casa"), TenantId("mar")


def file(tenant: str, more: str = "") -> HotelFile:
    return parse_hotel(LEAST + more, tenant, Path())


def test_without_anything_there_is_no_number() -> None:
    assert accounts_of(Settings(), [file("casa")], CASA, {}) == {}


def test_settings_are_the_default_hotels_and_no_others() -> None:
    found = accounts_of(SETTINGS, [file("casa"), file("mar")], MAR, {})
    assert found == {
        "100": WhatsAppAccount(tenant=MAR, hotel="Casa", phone_number_id="100", token="EAA-of-settings", account_id="900")
    }


def test_hotels_own_file_wins() -> None:
    found = accounts_of(SETTINGS, [file("casa", OWN), file("mar")], CASA, {"CASA_TOKEN": "EAA-of-casa"})
    assert found == {
        "200": WhatsAppAccount(
            tenant=CASA,
            hotel="Casa",
            phone_number_id="200",
            token="EAA-of-casa",
            template=WindowTemplate(name="a", language="es"),
        )
    }


def test_token_that_is_missing_and_a_number_of_two_hotels_are_mistakes() -> None:
    with pytest.raises(ConfigurationError, match=r"hotel casa: whatsapp\.token_env"):
        accounts_of(SETTINGS, [file("casa", OWN)], CASA, {})
    both = [file("casa", OWN), file("mar", OWN)]
    with pytest.raises(ConfigurationError, match="both casa and mar"):
        accounts_of(SETTINGS, both, CASA, {"CASA_TOKEN": "EAA-of-casa"})


def test_token_is_shown_nowhere() -> None:
    (account,) = accounts_of(SETTINGS, [file("casa")], CASA, {}).values()
    assert "EAA" not in repr(account)
    assert "EAA" not in repr(evolve(SETTINGS, port=1))
