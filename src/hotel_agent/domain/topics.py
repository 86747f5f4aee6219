"""What guests need the hotel's people for."""

from enum import StrEnum


class Topic(StrEnum):
    """What a service request or a complaint is about; the value is part of the message's key."""

    TOWELS = "towels"
    BEDDING = "bedding"
    TOILETRIES = "toiletries"
    CLEANING = "cleaning"
    REPAIR = "repair"
    WATER = "water"
    POWER = "power"
    CLIMATE = "climate"
    INTERNET = "internet"
    KEY = "key"
    PESTS = "pests"
    NOISE = "noise"
    FOOD = "food"
    CRIB = "crib"
    TRANSPORT = "transport"
    WAKE_UP = "wake_up"
    LUGGAGE = "luggage"
    BILL = "bill"
    LOST = "lost"
    STAFF = "staff"
    OTHER = "other"
