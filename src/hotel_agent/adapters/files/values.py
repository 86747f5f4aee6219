"""What a hotel's file says besides the hotel itself: for wiring."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from attrs import field, frozen

from hotel_agent.adapters.files.whatsapp import WhatsAppNumber
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.topics import Topic
from hotel_agent.domain.understanding import RoomKind


@frozen(kw_only=True)
class PmsConnection:
    """
    Where the hotel's own PMS is. The key is never in the file: `key_env` names an environment variable, `key_file` a file.

    `host` is the domain QloApps was installed under where it is reached by another name; `language` its id for room names.
    `tax_rules_group` None takes each room type's own.
    """

    url: str
    key_env: str | None = None
    key_file: Path | None = None
    hotel_id: int = 1
    host: str | None = None
    language: int = 1
    tax_rules_group: int | None = None

    def key(self, environment: Mapping[str, str]) -> str:
        """
        Fetch the key.

        Raises:
            ConfigurationError: there is none where the file says; the message never shows a key.

        """
        if self.key_env is not None:
            key = environment.get(self.key_env, "").strip()
            if not key:
                raise ConfigurationError([f"pms.key_env: the environment variable {self.key_env} is not set"])
            return key
        assert self.key_file is not None  # noqa: S101 - the reader has made sure of one of the two
        try:
            key = self.key_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as exc:
            raise ConfigurationError([f"pms.key_file: {self.key_file} cannot be read ({type(exc).__name__})"]) from None
        if not key:
            raise ConfigurationError([f"pms.key_file: {self.key_file} is empty"])
        return key


@frozen(kw_only=True)
class EmulatedRoomType:
    """
    A room type of the bundled PMS emulator.

    `price` is a night before tax, in the hotel's currency. `adults` and `children` are the party that price is for; the `max_`
    numbers are what one room holds. `rooms` are the numbers on the doors.
    """

    name: str
    kind: RoomKind
    price: Decimal
    rooms: tuple[str, ...]
    adults: int
    children: int
    max_adults: int
    max_children: int
    max_guests: int
    min_nights: int = 1
    max_nights: int = 0


@frozen(kw_only=True)
class EmulatedHotel:
    """What the bundled emulator is filled with. `tax_percent` is put on top of every price."""

    tax_percent: Decimal
    room_types: tuple[EmulatedRoomType, ...]


@frozen(kw_only=True)
class StaffWebhook:
    """Where tickets and escalations are sent, and the environment variable with the secret they are signed with."""

    url: str
    secret_env: str


@frozen(kw_only=True)
class StaffContact:
    """Somebody of the hotel, for staff's own use. `topics` are the tickets that concern them; empty: all."""

    name: str
    phone: str = ""
    email: str = ""
    topics: tuple[Topic, ...] = ()


@frozen(kw_only=True)
class Beside:
    """
    The texts of the folder `<tenant>/` beside a hotel's file, by name: `faq.es.md`, `messages.en.ftl`.

    `folder` is what their mistakes are told under.
    """

    folder: str = ""
    sources: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class HotelFile:
    """
    One hotel as its file describes it.

    `pms` None: the PMS of the settings, or the bundled emulator. `room_kinds` maps a PMS id or name of a room type to what
    guests call it. `emulator` None: the file describes no rooms, so the hotel cannot run on the emulator. `messages` are Fluent
    sources by variant (`es`, `es-AR`, `en`, `pt`) that the hotel says instead of ours.
    `webchat_origins` are the sites that may carry its chat, besides our own page.
    """

    hotel: Hotel
    pms: PmsConnection | None = None
    room_kinds: Mapping[str, RoomKind]
    emulator: EmulatedHotel | None = None
    webhook: StaffWebhook | None = None
    contacts: tuple[StaffContact, ...] = ()
    messages: Mapping[str, str] = field(factory=dict)
    webchat_origins: frozenset[str] = frozenset()
    whatsapp: WhatsAppNumber | None = None
