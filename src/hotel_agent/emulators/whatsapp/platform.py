"""
The platform between guests and the hotel: what a send or a guest's act brings about.

In-process access for tests: guests write, press, react and read here; what the hotel sent is in their chats.
"""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

from attrs import evolve

from hotel_agent.emulators.whatsapp import payloads
from hotel_agent.emulators.whatsapp.agenda import Agenda
from hotel_agent.emulators.whatsapp.behaviour import Behaviour, Fault, Luck, Refusal, StatusOrder
from hotel_agent.emulators.whatsapp.callbacks import Callbacks, Post, Webhook
from hotel_agent.emulators.whatsapp.chats import Chat, Chats, Entry
from hotel_agent.emulators.whatsapp.contents import read_parameters
from hotel_agent.emulators.whatsapp.errors import GraphError
from hotel_agent.emulators.whatsapp.media import GUEST_FILE_LIFE, File, MediaStore, plain_type
from hotel_agent.emulators.whatsapp.pace import Bucket
from hotel_agent.emulators.whatsapp.payloads import Element, Kind, Status
from hotel_agent.emulators.whatsapp.sends import Mark, Send
from hotel_agent.emulators.whatsapp.values import Account, Guest, Number

TYPING: Final = timedelta(seconds=25)
_EDITABLE: Final = frozenset({"text", "image", "video", "document"})


class Platform:
    """State of the emulated WhatsApp. *clock* gives its time; the agenda on top of it can be set forward."""

    def __init__(self, account: Account, *, clock: Callable[[], datetime], post: Post, behaviour: Behaviour) -> None:
        self.account = account
        self.agenda = Agenda(clock)
        self.chats = Chats()
        self.media = MediaStore(account.app_secret.encode())
        self.callbacks = Callbacks(account, self.agenda, post)
        self.behaviour = behaviour
        self.luck = Luck(behaviour)
        self._ids = Random(f"{behaviour.seed} ids")  # noqa: S311 - repeatable on purpose
        self._pairs: dict[tuple[str, str], Bucket] = {}
        self._numbers: dict[str, Bucket] = {}
        self.behave(behaviour)

    def behave(self, behaviour: Behaviour) -> None:
        """Set the switches; counts of faults, draws and pace start anew, ids go on."""
        self.behaviour, self.luck = behaviour, Luck(behaviour)
        self.callbacks.behave(behaviour, self.luck)
        self._pairs.clear()
        self._numbers.clear()

    def now(self) -> datetime:
        """The platform's time."""
        return self.agenda.now()

    def new_id(self, prefix: str = "wamid.") -> str:
        """An id that nobody had before."""
        return prefix + base64.b64encode(self._ids.randbytes(24)).decode().replace("/", "S").replace("+", "P")

    # ------------------------------------------------------------ the hotel's side

    def accept(self, number: Number, send: Send, faults: Sequence[Fault] = ()) -> tuple[dict[str, Any], Entry | None]:
        """
        Take a message of the hotel's; its statuses are planned, unless they are to be told before the answer.

        Raises:
            GraphError: it is not taken.

        """
        guest = self.chats.find(phone=send.to, user_id=send.recipient)
        shown = self._shown(send)
        self._check_files(send)
        if self.behaviour.throttles:
            self._check_pace(number, guest.key if guest else send.given)
        entry = Entry(self.new_id(), False, self.now(), send.body, tracker=send.tracker, shown=shown)
        failure = self._failure(number, guest, send)
        if failure is None and faults:
            failure = GraphError(faults[0].code)
        if failure is not None and self.behaviour.refusal is Refusal.ANSWER and not faults:
            raise failure
        if guest is None:
            guest = Guest(send.recipient or "", send.to, "")
            self._tell_failure(number, guest, entry, failure)
        else:
            chat = self.chats.chat(guest, number)
            chat.typing_until = None
            if send.kind == "reaction" and failure is None:
                self._react(send.content["message_id"], "hotel", send.content["emoji"])
            self.chats.append(chat, entry)
            if failure is not None:
                self.fail(entry, failure)
            elif self.behaviour.statuses is not StatusOrder.EARLY:
                self._plan_statuses(chat, entry)
        return _accepted(send, guest, entry.id), entry if failure is None else None

    async def tell_early(self, entry: Entry) -> None:
        """Tell `delivered` and then `sent` and wait for the callback, where that is how the platform behaves."""
        found = self.chats.entry(entry.id)
        if self.behaviour.statuses is StatusOrder.EARLY and found is not None:
            for what in (Status.DELIVERED, Status.SENT):
                await self.callbacks.tell_now(self._status(found[0], entry, what))

    def mark(self, number: Number, mark: Mark) -> None:
        """
        Note that the hotel read a guest's message, and all before it.

        Raises:
            GraphError: there is no such message.

        """
        found = self.chats.entry(mark.message_id)
        if found is None or not found[1].is_from_guest or found[0].number != number:
            raise GraphError(131009, "The message_id is not that of a message that this number received.")
        chat, marked = found
        for entry in chat.entries:
            if entry.is_from_guest and entry.status is None:
                self.chats.advance(entry, Status.READ)
            if entry is marked:
                break
        if mark.typing:
            chat.typing_until = self.now() + TYPING
            self.chats.ring()

    # ------------------------------------------------------------ the guests' side

    def join(self, guest: Guest) -> Guest:
        """Somebody has WhatsApp: may be written to."""
        return self.chats.add(guest)

    def write(
        self,
        guest: Guest,
        content: dict[str, Any],
        *,
        number: Number | None = None,
        quotes: str | None = None,
        sent_at: datetime | None = None,
        after: timedelta = timedelta(),
    ) -> str:
        """
        Have a guest send something, and return the message's id.

        *sent_at* is the time that Meta puts on it (default: now); *after* is how much later the webhook goes out.
        """
        element = self.element(guest, content, number=number, quotes=quotes, sent_at=sent_at)
        self.callbacks.tell(element, after=after)
        return str(element.value["id"])

    def write_together(self, entries: Sequence[Sequence[Sequence[Element]]]) -> Webhook:
        """Have one webhook with these entries of changes of elements go out: see `element`."""
        return self.callbacks.tell_together(entries)

    def element(
        self,
        guest: Guest,
        content: dict[str, Any],
        *,
        number: Number | None = None,
        quotes: str | None = None,
        sent_at: datetime | None = None,
    ) -> Element:
        """Have a guest send something whose webhook the caller sees to."""
        number = number or self.account.numbers[0]
        chat = self.chats.chat(self.chats.add(guest) if self.chats.find(user_id=guest.user_id) is None else guest, number)
        at = sent_at or self.now()
        context = None
        if quotes is not None:
            quoted = self.chats.entry(quotes)
            author = number.display if quoted is None or not quoted[1].is_from_guest else guest.wa_id
            context = payloads.quoting(quotes, author)
        message = payloads.message(guest, self.new_id(), at, content, context=context)
        self._pace_of(number).take(self.now())
        if content["type"] == "reaction":
            self._react(content["reaction"]["message_id"], "guest", content["reaction"].get("emoji", ""))
        self.chats.append(chat, Entry(message["id"], True, at, message))
        if content["type"] != "system":
            chat.last_wrote_at = max(at, chat.last_wrote_at or at)
        return Element(Kind.MESSAGE, number, guest, message, has_contact=content["type"] != "system")

    def attach(self, content: bytes, mime_type: str, *, filename: str | None = None) -> File:
        """Have a guest's phone upload a file, to be sent with `file_content`."""
        return self.media.keep(content, mime_type, self.account.numbers[0].id, self.now() + GUEST_FILE_LIFE, filename)

    def press(self, guest: Guest, message_id: str, reply_id: str) -> str:
        """
        Have a guest press a button or choose a row of a message of the hotel's, and return the new message's id.

        Raises:
            ValueError: the message shows no such button or row.

        """
        found = self.chats.entry(message_id)
        content = self.offered(found[1]).get(reply_id) if found is not None else None
        if found is None or content is None:
            raise ValueError("the message shows no such button or row")
        return self.write(guest, content, number=found[0].number, quotes=message_id)

    def offered(self, entry: Entry) -> dict[str, dict[str, Any]]:
        """What can be pressed on a message of the hotel's: ids, and what pressing says."""
        about = entry.message.get("template", {})
        template = self.account.template(about.get("name", ""), about.get("language", {}).get("code", ""))
        return {} if entry.is_from_guest else payloads.pressable(entry.message, template)

    def edit(self, guest: Guest, message_id: str, content: dict[str, Any]) -> str:
        """
        Have a guest change what they wrote, and return the id of that change.

        Raises:
            ValueError: it is not theirs, or of a kind that cannot be changed.

        """
        found = self._own(guest, message_id)
        if content["type"] not in _EDITABLE:
            raise ValueError("only words can be changed")
        chat, entry = found
        entry.message = {**entry.message, **content}
        self.chats.touch(entry)
        return self._tell_about(chat, payloads.edit(message_id, content))

    def revoke(self, guest: Guest, message_id: str) -> str:
        """
        Have a guest delete what they wrote, and return the id of that deletion.

        Raises:
            ValueError: it is not theirs.

        """
        chat, entry = self._own(guest, message_id)
        entry.is_revoked = True
        self.chats.touch(entry)
        return self._tell_about(chat, payloads.revoke(message_id))

    def change_number(self, guest: Guest, new: Guest) -> Guest:
        """Have a guest take another number, and so another id; the hotel is told in every chat."""
        change = payloads.changed_number if guest.wa_id and new.wa_id else payloads.changed_user_id
        for chat in [self.chats.chat(guest, number) for number in self.account.numbers]:
            if chat.entries:
                element = self.element(guest, change(guest, new), number=chat.number)
                self.callbacks.tell(evolve(element, guest=guest))
        self.chats.replace(guest, new)
        return new

    def read(self, guest: Guest, number: Number | None = None) -> None:
        """Have a guest look at the chat: what was delivered is read."""
        chat = self.chats.chat(guest, number or self.account.numbers[0])
        for entry in chat.from_hotel:
            if entry.status is Status.DELIVERED:
                self._tell(chat, entry, Status.READ)

    def fail(self, entry: Entry, error: GraphError) -> None:
        """Have a message of the hotel's fail after all."""
        found = self.chats.entry(entry.id)
        if found is not None:
            entry.error = error.code
            self.chats.advance(entry, Status.FAILED)
            self._tell_failure(found[0].number, found[0].guest, entry, error)

    # ------------------------------------------------------------ inside

    def _check_pace(self, number: Number, to: str) -> None:
        now, behaviour = self.now(), self.behaviour
        pair = self._pairs.get((number.id, to))
        if pair is None:
            pair = self._pairs[number.id, to] = Bucket(behaviour.pair_burst, timedelta(seconds=behaviour.pair_every_s))
        if not self._pace_of(number).take(now):
            raise GraphError(130429, "Message failed to send because there were too many messages sent from this phone number.")
        if not pair.take(now):
            raise GraphError(131056, "Message failed to send because there were too many messages sent to this phone number.")

    def _pace_of(self, number: Number) -> Bucket:
        """What the number may still do, in and out together."""
        rate = self.behaviour.number_per_s
        return self._numbers.setdefault(number.id, Bucket(rate, timedelta(seconds=1 / rate)))

    def _failure(self, number: Number, guest: Guest | None, send: Send) -> GraphError | None:
        if guest is None:
            return GraphError(131026, "The recipient is not a WhatsApp user.")
        if self.behaviour.window and not send.is_template and not self.chats.chat(guest, number).is_open(self.now()):
            return GraphError(131047, "More than 24 hours have passed since the recipient last replied to this number.")
        return None

    def _shown(self, send: Send) -> str | None:
        if not send.is_template:
            return None
        name, language = send.content["name"], send.content["language"]["code"]
        template = self.account.template(name, language)
        if template is None:
            raise GraphError(132001, f"template name ({name}) does not exist in {language}")
        if template.status != "APPROVED":
            raise GraphError(132016 if template.status == "DISABLED" else 132015)
        values = read_parameters(send.content)
        wanted = len(template.placeholders)
        if len(values) != wanted:
            raise GraphError(
                132000, f"body: number of localizable_params ({len(values)}) does not match the expected ({wanted})"
            )
        return template.filled(values)

    def _check_files(self, send: Send) -> None:
        content = send.content
        if send.kind == "interactive" and isinstance(content.get("header"), dict):
            content = content["header"]
        for kind in ("image", "video", "document", "audio", "sticker"):
            about = content if send.kind == kind else content.get(kind) if isinstance(content, dict) else None
            if not isinstance(about, dict) or about.get("id") is None:
                continue
            file = self.media.file(about["id"], self.now())
            if file is None:
                raise GraphError(131053, f"The media id of the {kind} is unknown or has expired.")
            if kind not in {"document", file.kind}:
                raise GraphError(131053, f"A file of type {plain_type(file.mime_type)} is no {kind}.")

    def _plan_statuses(self, chat: Chat, entry: Entry) -> None:
        order = {
            StatusOrder.NONE: (),
            StatusOrder.NORMAL: (Status.SENT, Status.DELIVERED),
            StatusOrder.DELIVERED_FIRST: (Status.DELIVERED, Status.SENT),
            StatusOrder.BACKWARDS: (Status.READ, Status.DELIVERED, Status.SENT),
            StatusOrder.EARLY: (),
        }[self.behaviour.statuses]
        gap = timedelta(seconds=self.behaviour.status_gap_s)
        for step, what in enumerate(order, 1):
            self._plan(chat, entry, what, gap * step)

    def _plan(self, chat: Chat, entry: Entry, what: Status, after: timedelta) -> None:
        async def happen() -> None:
            self._tell(chat, entry, what)
            if what is Status.DELIVERED and self.behaviour.reads_at_once:
                self._tell(chat, entry, Status.READ)

        self.agenda.at(self.now() + after, happen)

    def _tell(self, chat: Chat, entry: Entry, what: Status) -> None:
        self.callbacks.tell(self._status(chat, entry, what))

    def _status(self, chat: Chat, entry: Entry, what: Status) -> Element:
        self.chats.advance(entry, what)
        value = payloads.status(chat.guest, entry.id, self.now(), what, tracker=entry.tracker)
        return Element(Kind.STATUS, chat.number, chat.guest, value)

    def _tell_failure(self, number: Number, guest: Guest, entry: Entry, error: GraphError | None) -> None:
        value = payloads.status(guest, entry.id, self.now(), Status.FAILED, tracker=entry.tracker, error=error)
        self.callbacks.tell(Element(Kind.STATUS, number, guest, value))

    def _own(self, guest: Guest, message_id: str) -> tuple[Chat, Entry]:
        found = self.chats.entry(message_id)
        if found is None or not found[1].is_from_guest or found[0].guest != guest:
            raise ValueError("the guest wrote no such message")
        return found

    def _tell_about(self, chat: Chat, content: dict[str, Any]) -> str:
        """Tell of something done to a message, which is no message of the chat itself."""
        message = payloads.message(chat.guest, self.new_id(), self.now(), content)
        self.callbacks.tell(Element(Kind.MESSAGE, chat.number, chat.guest, message))
        return str(message["id"])

    def _react(self, message_id: str, who: str, emoji: str) -> None:
        found = self.chats.entry(message_id)
        if found is not None:
            if emoji:
                found[1].reactions[who] = emoji
            else:
                found[1].reactions.pop(who, None)
            self.chats.touch(found[1])


def _accepted(send: Send, guest: Guest, message_id: str) -> dict[str, Any]:
    who = {"input": send.given, **({"wa_id": send.to} if send.to else {"user_id": guest.user_id})}
    told: dict[str, Any] = {"id": message_id}
    if send.is_template:
        told["message_status"] = "accepted"
    return {"messaging_product": "whatsapp", "contacts": [who], "messages": [told]}
