"""
Guests as QloApps takes them, with nothing lost.

It crashes on a name with a digit or of 33 characters, and on an odd phone or e-mail address (API notes, sections 7.1 and 11).
What its fields cannot hold is kept, whole, in the remark.
"""

import re
import unicodedata
from collections.abc import Sequence

from attrs import frozen

from hotel_agent.adapters.qloapps.wire import Customer
from hotel_agent.domain.errors import Rejected, Rejection
from hotel_agent.domain.reservations import BookingOrder, Guest

NAME_LENGTH = 32
REMARK_LENGTH = 6000  # QloApps crashes beyond 6400 and leaves an order without rooms
UNKNOWN_AGE = 8
"""
Sent for a child whose age was not said: without ages QloApps drops the children. Its prices do not depend on them; the remark
tells.
"""

_NO_NAME = "-"
_FORBIDDEN = re.compile(r"""[0-9!<>,;?=+()@#"°{}_$%:\[\]|\\^~`*/&\x00-\x1f\x7f]""")
_EMAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}")
_EMAIL_LENGTH = 128
_PHONE = re.compile(r"\+?[0-9][0-9 .()-]*[0-9]")
_PHONE_LENGTH = 32
_NOT_DIALLED = re.compile(r"[^0-9+]")


@frozen(kw_only=True)
class Contact:
    """What goes into `customer_detail`; `customer_id` where QloApps knows the guest already."""

    first_name: str
    last_name: str
    email: str
    phone: str
    customer_id: int | None = None


def contact_of(guest: Guest, known: Sequence[Customer]) -> Contact:
    """
    Choose what to send about *guest*, given QloApps's customers of that e-mail.

    QloApps overwrites an existing customer with what a booking says, so an existing one gets back exactly what it has: an
    address shared by a family, or a typing guest, must not rename a regular. `remark_for` keeps what the guest said. With
    several customers of one e-mail the oldest is named by id, else QloApps picks one.

    Raises:
        Rejected: GUEST_DATA, an e-mail or a phone that QloApps would crash on.

    """
    email = acceptable_email(guest.email)
    phone = acceptable_phone(guest.phone)
    first, last = acceptable_name(guest.name)
    if not known:
        return Contact(first_name=first, last_name=last, email=email, phone=phone)
    customer = min(known, key=lambda one: (one.deleted, one.id))
    return Contact(
        first_name=customer.first_name or first,
        last_name=customer.last_name or last,
        email=customer.email or email,
        phone=customer.phone or phone,
        customer_id=customer.id,
    )


def acceptable_name(name: str) -> tuple[str, str]:
    """
    Make a first and a last name of *name*, each 1 to 32 characters that QloApps takes.

    Compatibility forms become plain letters; digits, signs and what its 3-byte text cannot hold (emoji) go. The first word is
    the first name; a missing one is a dash.
    """
    plain = unicodedata.normalize("NFKC", name)
    kept = "".join(
        char for char in plain if char <= "\uffff" and unicodedata.category(char) not in {"Cc", "Cf", "Cs", "So", "Co", "Cn"}
    )
    words = _FORBIDDEN.sub(" ", kept).split()
    if not words:
        return _NO_NAME, _NO_NAME
    first, rest = words[0], " ".join(words[1:])
    return first[:NAME_LENGTH].strip() or _NO_NAME, rest[:NAME_LENGTH].strip() or _NO_NAME


def acceptable_email(email: str) -> str:
    """Check *email*; raises `Rejected` (GUEST_DATA) where QloApps would answer `Fatal error`, or could not search by it."""
    text = email.strip()
    if len(text) > _EMAIL_LENGTH or ".." in text or not _EMAIL.fullmatch(text):
        raise Rejected(Rejection.GUEST_DATA, "the e-mail address is not one that QloApps takes")
    return text


def acceptable_phone(phone: str) -> str:
    """Write *phone* as QloApps takes it; raises `Rejected` (GUEST_DATA) where no number is left."""
    text = _NOT_DIALLED.sub("", unicodedata.normalize("NFKC", phone))
    text = text[:1] + text[1:].replace("+", "")
    if not _PHONE.fullmatch(text) or len(text) > _PHONE_LENGTH:
        raise Rejected(Rejection.GUEST_DATA, "the phone number is not one that QloApps takes")
    return text


def full_name(first_name: str, last_name: str) -> str:
    """Put together what `acceptable_name` took apart."""
    return " ".join(part for part in (first_name, last_name) if part and part != _NO_NAME) or _NO_NAME


def remark_for(order: BookingOrder, sent: Contact) -> str:
    """
    Write the remark that keeps what the customer's fields do not say; empty where they say it all.

    It is in English, for the hotel's staff.
    """
    guest = order.guest
    notes = []
    if full_name(sent.first_name, sent.last_name) != guest.name:
        notes.append(f"Guest's name as given: {guest.name}")
    if sent.phone != guest.phone:
        notes.append(f"Guest's phone as given: {guest.phone}")
    if sent.email.casefold() != guest.email.strip().casefold():
        notes.append(f"Guest's e-mail as given: {guest.email}")
    if unknown := sum(age is None for age in order.occupancy.child_ages):
        notes.append(f"Age not given for {unknown} of the children: {UNKNOWN_AGE} is assumed")
    if order.remark:
        notes.append(order.remark)
    return storable("\n".join(notes))[:REMARK_LENGTH]


def storable(text: str) -> str:
    """
    Write *text* so that QloApps keeps all of it: it strips tags, and characters of four bytes become question marks.

    Angle brackets become single guillemets, other planes' characters their code points (`[U+1F600]`).
    """
    safe = text.replace("<", "\u2039").replace(">", "\u203a")
    return "".join(char if char <= "\uffff" else f"[U+{ord(char):X}]" for char in safe)


def phone_variants(phone: str) -> list[str]:
    """The ways in which QloApps may have stored an E.164 number."""
    digits = re.sub(r"[^0-9]", "", phone)
    return [f"+{digits}", digits, f"00{digits}"]
