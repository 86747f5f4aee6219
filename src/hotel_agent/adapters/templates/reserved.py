"""What is said about reservations that exist: cancelling, changing, arriving, leaving."""

from collections.abc import Callable
from datetime import date, time
from functools import lru_cache

from attrs import frozen

from hotel_agent.adapters.templates.formats import clock_time, cut, plain
from hotel_agent.adapters.templates.phrases import Phrases, key_of
from hotel_agent.domain.errors import Rejection
from hotel_agent.domain.hotels import Hotel
from hotel_agent.domain.offers import Offer
from hotel_agent.domain.rendered import Button
from hotel_agent.domain.replies import (
    ArrivalNoted,
    AskArrivalYes,
    AskCancelYes,
    AskChange,
    AskChangeYes,
    Cancelled,
    Changed,
    CheckedIn,
    CheckedOut,
    HouseTimes,
    LateCheckout,
    NotChanged,
)
from hotel_agent.domain.terms import CancellationQuote

LONGEST_TITLE = 20
"""Characters of a button's title: WhatsApp allows no more."""

_TOLD_REFUSALS = frozenset({Rejection.SOLD_OUT, Rejection.PRICE_CHANGED})

OfReservation = (
    AskCancelYes
    | Cancelled
    | AskChange
    | AskChangeYes
    | Changed
    | NotChanged
    | AskArrivalYes
    | CheckedIn
    | CheckedOut
    | HouseTimes
    | ArrivalNoted
    | LateCheckout
)


@frozen
class ReservationWords:
    """Says these replies with the words of one message; *say* and *about* (an offer) are the message's own."""

    _phrases: Phrases
    _hotel: Hotel
    _say: Callable[..., str]
    _about: Callable[..., str]

    def reply(self, reply: OfReservation) -> tuple[str, tuple[Button, ...]]:  # noqa: C901 - one line a meaning, no decisions
        match reply:
            case AskCancelYes():
                return self._cancel(reply)
            case Cancelled():
                return self._cancelled(reply), ()
            case AskChange():
                return self._about("ask-change", reply.offer, code=plain(reply.reservation)), ()
            case AskChangeYes():
                return self._change(reply)
            case Changed():
                return self._about("changed", reply.offer, code=plain(reply.reservation)), ()
            case NotChanged():
                reason = key_of(reply.reason.value) if reply.reason in _TOLD_REFUSALS else "other"
                return self._about(f"not-changed-{reason}", reply.offer, code=plain(reply.reservation)), ()
            case AskArrivalYes():
                return self._arrival(reply)
            case CheckedIn():
                return self._about("checked-in", reply.offer, code=plain(reply.reservation)), ()
            case CheckedOut():
                return self._say("checked-out", code=plain(reply.reservation)), ()
            case HouseTimes():
                times = {"check-in": hour(reply.check_in_from), "check-out": hour(reply.check_out_until)}
                return self._say("house-times", **times), ()
            case ArrivalNoted():
                return self._say("arrival-noted", time=hour(reply.at)), ()
            case LateCheckout():
                return self._late_checkout(reply), ()

    def _cancel(self, reply: AskCancelYes) -> tuple[str, tuple[Button, ...]]:
        summary = self._about("ask-cancel-yes", reply.offer, code=plain(reply.reservation))
        rows = (summary, self._terms(reply.quote), self._say("ask-cancel-yes-question"))
        return "\n".join(rows), self._buttons("cancel", reply.reservation)

    def _terms(self, quote: CancellationQuote | None) -> str:
        if quote is None:
            return self._say("cancel-terms-unknown")
        key = "cancel-free" if quote.is_free else "cancel-fee"
        words = {} if quote.is_free else {"fee": self._phrases.money(quote.fee, self._hotel)}
        if quote.free_until is None:
            return self._say(key, **words)
        there = quote.free_until.astimezone(self._hotel.timezone)
        since = "cancel-free-until" if quote.is_free else "cancel-fee-since"
        return self._say(since, day=self._day(there.date()), time=clock_time(quote.free_until, self._hotel), **words)

    def _cancelled(self, reply: Cancelled) -> str:
        done = self._say("cancelled", code=plain(reply.reservation))
        if reply.fee is None or reply.fee.amount == 0:
            return done
        return f"{done}\n{self._say('cancelled-fee', fee=self._phrases.money(reply.fee, self._hotel))}"

    def _change(self, reply: AskChangeYes) -> tuple[str, tuple[Button, ...]]:
        before, after = reply.before, reply.after
        words = {
            "room-before": plain(before.room_type.name),
            "party-before": self._phrases.party(before.occupancy),
            "stay-before": self._phrases.stay(before.stay),
            "total-before": self._phrases.money(before.total, self._hotel),
        }
        summary = self._about("ask-change-yes", after, code=plain(reply.reservation), **words)
        question = self._say("ask-change-yes-question", until=clock_time(reply.held_until, self._hotel))
        rows = (self._moved(reply), summary, self._difference(before, after), question)
        return "\n".join(row for row in rows if row), self._buttons("change", after.id)

    def _moved(self, reply: AskChangeYes) -> str:
        if reply.changed_from is None:
            return ""
        before, now = (self._phrases.money(amount, self._hotel) for amount in (reply.changed_from, reply.after.total))
        return self._say("price-changed", before=before, total=now)

    def _difference(self, before: Offer, after: Offer) -> str:
        if before.total.currency != after.total.currency:
            return ""
        if before.total == after.total:
            return self._say("change-costs-same")
        more = before.total < after.total
        difference = after.total - before.total if more else before.total - after.total
        return self._say(
            "change-costs-more" if more else "change-costs-less", difference=self._phrases.money(difference, self._hotel)
        )

    def _arrival(self, reply: AskArrivalYes) -> tuple[str, tuple[Button, ...]]:
        act = "check-out" if reply.leaving else "check-in"
        text = self._about(f"ask-{act}-yes", reply.offer, code=plain(reply.reservation))
        titles = (self._say("button-arrival-yes"), self._say("button-arrival-no"))
        yes, no = (
            Button(id=f"{act}-{said}:{reply.reservation}", title=cut(title, LONGEST_TITLE))
            for said, title in zip(("yes", "no"), titles, strict=True)
        )
        return text, (yes, no)

    def _late_checkout(self, reply: LateCheckout) -> str:
        fee = self._phrases.money(reply.fee, self._hotel) if reply.fee and reply.fee.amount else "none"
        words = {"until": hour(reply.until), "fee": fee, "approval": "yes" if reply.approval else "no"}
        if reply.day is None:
            return self._say("late-checkout", **words)
        said = self._say("late-checkout-free", day=self._day(reply.day), **words)
        return f"{said} {self._say('late-checkout-asked')}" if reply.approval else said

    def _buttons(self, what: str, subject: str) -> tuple[Button, ...]:
        return tuple(
            Button(id=f"{what}-{said}:{subject}", title=cut(self._say(f"button-{what}-{said}"), LONGEST_TITLE))
            for said in ("yes", "no")
        )

    def _day(self, day: date) -> str:
        return self._phrases.day(day)


@lru_cache(maxsize=256)
def hour(at: time) -> str:
    """Write a time of day as clocks show it: `15:20`."""
    return f"{at:%H:%M}"
