"""The bundled QloApps emulator: a hotel's PMS when none is set, and a command of its own."""

import argparse
import secrets
import signal
import string
from contextlib import AsyncExitStack
from decimal import Decimal
from pathlib import Path

import anyio
from attrs import evolve

from hotel_agent.adapters.files.values import EmulatedHotel, HotelFile
from hotel_agent.domain.errors import ConfigurationError
from hotel_agent.domain.hotels import Hotel
from hotel_agent.emulators.qloapps.behaviour import Behaviour
from hotel_agent.emulators.qloapps.generated import generated_shop
from hotel_agent.emulators.qloapps.recorded import recorded_shop
from hotel_agent.emulators.qloapps.server import RunningEmulator, running
from hotel_agent.emulators.qloapps.shop import (
    COUNTRIES,
    KEY_LENGTH,
    ApiKey,
    Currency,
    Room,
    RoomType,
    Shop,
    TaxGroup,
    us_states,
)
from hotel_agent.emulators.qloapps.shop import Hotel as ShopHotel
from hotel_agent.ports.clock import Clock

_ALPHABET = string.ascii_uppercase + string.digits
_RACE_WINDOW = 0.005


def secret_in(file: Path) -> str:
    """Read the key kept in *file*, or draw one and keep it there, for its owner's eyes only."""
    try:
        return file.read_text("ascii").strip()
    except FileNotFoundError:
        key = "".join(secrets.choice(_ALPHABET) for _ in range(KEY_LENGTH))
        file.touch(mode=0o600)
        file.write_text(key, "ascii")
        return key


async def open_emulator(stack: AsyncExitStack, file: HotelFile, folder: Path, port: int, clock: Clock) -> RunningEmulator:
    """
    Serve one hotel's emulator until *stack* closes; its state and key are files in *folder*, its time is *clock*'s.

    The state is made from the hotel's file at the first start and kept from then on.

    Raises:
        ConfigurationError: the hotel's file describes no rooms, or the port is taken.

    """
    tenant = file.hotel.id
    if file.emulator is None:
        raise ConfigurationError([f"hotel {tenant}: has no [pms] and no [emulator], so there is nothing to book in"])
    shop = shop_of(file.hotel, file.emulator, secret_in(folder / f"emulator-{tenant}.key"))
    state = folder / f"emulator-{tenant}.db"
    # Nobody else books here, so nobody races with us.
    quiet = Behaviour(race_window=0.0)
    try:
        return await stack.enter_async_context(running(shop, port=port, state_file=state, behaviour=quiet, clock=clock.now))
    except OSError as exc:
        raise ConfigurationError([f"HOTEL_AGENT_EMULATOR_PORT: {port} cannot be listened on ({exc.strerror})"]) from exc


def shop_of(hotel: Hotel, emulated: EmulatedHotel, key: str) -> Shop:
    """Describe a hotel's file as a shop of one hotel."""
    room_types = tuple(
        RoomType(
            name=kind.name,
            price=kind.price,
            rooms=tuple(Room(number) for number in kind.rooms),
            adults=kind.adults,
            children=kind.children,
            max_adults=kind.max_adults,
            max_children=kind.max_children,
            max_guests=kind.max_guests,
            min_nights=kind.min_nights,
            max_nights=kind.max_nights,
        )
        for kind in emulated.room_types
    )
    known = {country.iso_code for country in COUNTRIES}
    return Shop(
        hotels=(
            ShopHotel(
                hotel.name,
                room_types,
                country=hotel.country if hotel.country in known else "US",
                check_in=f"{hotel.check_in_from:%H:%M}",
                check_out=f"{hotel.check_out_until:%H:%M}",
            ),
        ),
        keys=(ApiKey(key),),
        name=hotel.name,
        currencies=(Currency(hotel.currency, hotel.currency, hotel.currency),),
        tax_groups=(TaxGroup(f"{emulated.tax_percent}%", Decimal(emulated.tax_percent)),),
        countries=COUNTRIES,
        states=us_states(),
    )


async def run_alone(options: argparse.Namespace) -> int:
    """`hotel-agent emulator`: the PMS mock alone, until a signal."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(KEY_LENGTH))
    if options.seed is None:
        shop = evolve(recorded_shop(domain=None), keys=(ApiKey(drawn),))
    else:
        try:
            shop = generated_shop(options.seed, key=drawn, hotels=options.hotels, rooms=options.rooms)
        except ValueError as exc:
            raise ConfigurationError([f"--hotels, --rooms: {exc}"]) from exc
    behaviour = Behaviour(
        noisy=options.noisy,
        latency=options.latency,
        race_window=0.0 if options.racy is None else _RACE_WINDOW,
        seed=options.racy or 0,
    )
    async with running(
        shop, port=options.port, state_file=options.state, behaviour=behaviour, control=options.control
    ) as emulator:
        with anyio.open_signal_receiver(signal.SIGINT, signal.SIGTERM) as signals:
            # Whoever is told that it is there may end it at once.
            print(f"QloApps emulator  {emulator.url}\nkey               {emulator.key}", flush=True)
            if options.control:
                print(f"faults            POST {emulator.url}/_emulator/behaviour", flush=True)
            async for _ in signals:
                break
    return 0
