"""
How well an understander does on labelled sentences: the core of `hotel-agent evaluate`.

A line is `{"text", "lang", "today"?, "intent"?, "slots"?}`; `slots` are named as `describing.SLOTS`, null or absent ones
were not said.
"""

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from time import perf_counter

from attrs import field, frozen

from hotel_agent.adapters.nlu.describing import SLOTS, STAY_SLOTS, describe
from hotel_agent.domain.errors import InvalidValue
from hotel_agent.domain.understanding import Intent, Language, Listening, Understanding

Hear = Callable[[str, Listening], Understanding]
_WORST = 30
_BINS = (0.0, 0.2, 0.4, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0)


@frozen
class Labelled:
    """One sentence with what it means. `slots` is None where they were not labelled."""

    text: str
    language: Language
    today: date
    intent: Intent | None = None
    slots: Mapping[str, object] | None = None


@frozen
class SlotScore:
    right: int = 0
    wrong: int = 0
    """Given, but not so labelled."""
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


@frozen(kw_only=True)
class Report:
    """
    What came out.

    Shares are of 1, times in milliseconds, `reliability` is (from, to, texts, mean confidence, share right).
    """

    texts: int
    accuracy: Mapping[str, float]
    macro_f1: Mapping[str, float]
    languages_right: float
    slots: Mapping[str, SlotScore]
    stays: int
    exact_stays: int
    ambiguous_stays: int
    incomplete_stays: int
    silently_wrong: tuple[str, ...]
    """Texts for which a date was given, without doubt, that is not the labelled one."""
    out_of_scope_recall: float
    false_alarms: float
    """Share of texts in scope taken for out of scope."""
    confusion: Mapping[tuple[str, str], int]
    """(meant, heard) → how often, mistakes only."""
    worst: tuple[tuple[str, str, str, float], ...]
    """(text, meant, heard, confidence), the surest mistakes first."""
    reliability: tuple[tuple[float, float, int, float, float], ...]
    p50_ms: float
    p95_ms: float


def labelled(line: str, *, today: date) -> Labelled:
    """
    Read one line of a file; *today* holds where the line names no day.

    Raises:
        InvalidValue: it is not such a line; the message says what is wrong with it and repeats nothing of it.

    """
    try:
        told = json.loads(line)
    except ValueError as error:
        raise InvalidValue("not a JSON object") from error
    if not isinstance(told, dict) or not isinstance(told.get("text"), str):
        raise InvalidValue("a line is an object with a `text`")
    slots = told.get("slots")
    if slots is not None and not isinstance(slots, dict):
        raise InvalidValue("`slots` is an object")
    try:
        return Labelled(
            told["text"],
            Language(told.get("lang", "es")),
            date.fromisoformat(told["today"]) if told.get("today") else today,
            Intent(told["intent"]) if told.get("intent") else None,
            slots,
        )
    except (ValueError, TypeError) as error:
        raise InvalidValue("unknown `lang` or `intent`, or a `today` that is no ISO date") from error


@frozen
class _Heard:
    line: Labelled
    intent: Intent
    language: Language
    confidence: float
    slots: Mapping[str, object] = field(repr=False)
    ambiguous: bool


def evaluate(
    lines: Iterable[Labelled],
    hear: Hear,
    *,
    country: str = "ES",
    day_first: bool = True,
    clock: Callable[[], float] = perf_counter,
) -> Report:
    """Hear every line by itself, outside any conversation, and compare."""
    times: list[float] = []
    heard: list[_Heard] = []
    for line in lines:
        listening = Listening(today=line.today, language=line.language, country=country, day_first=day_first)
        start = clock()
        understanding = hear(line.text, listening)
        times.append((clock() - start) * 1000)
        told = describe(line.text, understanding)
        slots = told["slots"]
        assert isinstance(slots, dict)  # noqa: S101 - `_report` and `describe` say so
        heard.append(
            _Heard(line, understanding.intent, understanding.language, understanding.confidence, slots, bool(told["ambiguous"]))
        )
    return _report(heard, times)


def _report(heard: Sequence[_Heard], times: list[float]) -> Report:
    with_intent = [h for h in heard if h.line.intent is not None]
    groups = {
        "all": with_intent,
        **{language.value: [h for h in with_intent if h.line.language is language] for language in Language},
    }
    groups = {name: group for name, group in groups.items() if group}
    mistakes = [h for h in with_intent if h.intent is not h.line.intent]
    outside = [h for h in with_intent if h.line.intent is Intent.OUT_OF_SCOPE]
    inside = [h for h in with_intent if h.line.intent is not Intent.OUT_OF_SCOPE]
    stays = [h for h in heard if h.line.slots is not None and any(h.line.slots.get(slot) for slot in STAY_SLOTS)]
    times.sort()
    return Report(
        texts=len(heard),
        accuracy={name: _share(h.intent is h.line.intent for h in group) for name, group in groups.items()},
        macro_f1={name: _macro_f1(group) for name, group in groups.items()},
        languages_right=_share(h.language is h.line.language for h in heard),
        slots=_slot_scores(heard),
        stays=len(stays),
        exact_stays=sum(_exact(h) for h in stays),
        ambiguous_stays=sum(h.ambiguous for h in stays),
        incomplete_stays=sum(not h.ambiguous and not _wrong(h) and not _exact(h) for h in stays),
        silently_wrong=tuple(h.line.text for h in heard if h.line.slots is not None and _wrong(h)),
        out_of_scope_recall=_share(h.intent is Intent.OUT_OF_SCOPE for h in outside),
        false_alarms=1 - _share(h.intent is not Intent.OUT_OF_SCOPE for h in inside),
        confusion=dict(Counter((str(h.line.intent), str(h.intent)) for h in mistakes).most_common()),
        worst=tuple(
            (h.line.text, str(h.line.intent), str(h.intent), round(h.confidence, 3))
            for h in sorted(mistakes, key=lambda h: -h.confidence)[:_WORST]
        ),
        reliability=_reliability(with_intent),
        p50_ms=times[len(times) // 2] if times else 0.0,
        p95_ms=times[min(len(times) - 1, int(len(times) * 0.95))] if times else 0.0,
    )


def _share(truths: Iterable[bool]) -> float:
    known = list(truths)
    return sum(known) / len(known) if known else 1.0


def _macro_f1(group: Sequence[_Heard]) -> float:
    """The mean of the intents' F1, over the intents that were meant."""
    right: Counter[Intent] = Counter()
    meant: Counter[Intent] = Counter()
    said: Counter[Intent] = Counter()
    for h in group:
        assert h.line.intent is not None  # noqa: S101 - `_report` and `describe` say so
        meant[h.line.intent] += 1
        said[h.intent] += 1
        right[h.intent] += h.intent is h.line.intent
    return sum(2 * right[intent] / (meant[intent] + said[intent]) for intent in meant) / len(meant)


def _slot_scores(heard: Sequence[_Heard]) -> dict[str, SlotScore]:
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for h in heard:
        if h.line.slots is None:
            continue
        unsaid = "nights" if "nights" not in h.line.slots and h.line.slots.get("check_in") else ""
        for slot in SLOTS:
            if slot == unsaid:
                continue  # it follows from the dates that are labelled
            meant, given = _plain(h.line.slots.get(slot)), _plain(h.slots.get(slot))
            if meant is None and given is None:
                continue
            same = meant == given
            counts[slot]["right"] += same
            counts[slot]["wrong"] += not same and given is not None
            counts[slot]["missed"] += not same and meant is not None
    return {slot: SlotScore(c["right"], c["wrong"], c["missed"]) for slot, c in counts.items()}


def _plain(value: object) -> object:
    """Names and codes are compared without case; a list of children counts as their number."""
    if isinstance(value, list):
        return len(value)
    return value.casefold().strip() if isinstance(value, str) else value


def _exact(h: _Heard) -> bool:
    """Whether every date that is labelled was given, and no other."""
    meant = h.line.slots or {}
    named = [slot for slot in STAY_SLOTS if meant.get(slot) is not None]
    return not h.ambiguous and all(meant[slot] == h.slots[slot] for slot in named) and not _wrong(h)


def _wrong(h: _Heard) -> bool:
    """A date was given that differs from the label; one that is missing is incomplete and not wrong."""
    meant = h.line.slots or {}
    if h.ambiguous:
        return False
    return any(
        h.slots[slot] is not None and slot in meant and h.slots[slot] != meant[slot] for slot in ("check_in", "check_out")
    )


def _reliability(group: Sequence[_Heard]) -> tuple[tuple[float, float, int, float, float], ...]:
    rows = []
    for low, high in itertools.pairwise(_BINS):
        inside = [h for h in group if low <= h.confidence < high or (high == 1.0 and h.confidence == 1.0)]
        if inside:
            mean = sum(h.confidence for h in inside) / len(inside)
            rows.append((low, high, len(inside), round(mean, 3), round(_share(h.intent is h.line.intent for h in inside), 3)))
    return tuple(rows)


def as_json(report: Report) -> dict[str, object]:
    """Return *report* as plain values for JSON."""
    return {
        "texts": report.texts,
        "accuracy": dict(report.accuracy),
        "macro_f1": dict(report.macro_f1),
        "languages_right": report.languages_right,
        "slots": {slot: {"precision": s.precision, "recall": s.recall, "right": s.right} for slot, s in report.slots.items()},
        "stays": {
            "labelled": report.stays,
            "exact": report.exact_stays,
            "ambiguous": report.ambiguous_stays,
            "incomplete": report.incomplete_stays,
            "silently_wrong": list(report.silently_wrong),
        },
        "out_of_scope": {"recall": report.out_of_scope_recall, "false_alarms": report.false_alarms},
        "confusion": [[meant, given, times] for (meant, given), times in report.confusion.items()],
        "worst": [list(row) for row in report.worst],
        "reliability": [list(row) for row in report.reliability],
        "time_ms": {"p50": report.p50_ms, "p95": report.p95_ms},
    }


def as_text(report: Report) -> str:
    """Return *report* for a person to read."""
    lines = [
        f"{report.texts} texts, p50 {report.p50_ms:.2f} ms, p95 {report.p95_ms:.2f} ms",
        f"language right {report.languages_right:.1%}",
    ]
    lines += [
        f"intents {name:>4}: accuracy {share:.1%}, macro-F1 {report.macro_f1[name]:.3f}"
        for name, share in report.accuracy.items()
    ]
    lines.append(f"out of scope: recall {report.out_of_scope_recall:.1%}, false alarms {report.false_alarms:.1%}")
    if report.stays:
        lines.append(
            f"stays: {report.exact_stays} of {report.stays} exact, {report.ambiguous_stays} ambiguous, "
            f"{report.incomplete_stays} incomplete, {len(report.silently_wrong)} silently wrong"
        )
        lines += [f"  silently wrong: {text}" for text in report.silently_wrong]
    lines += [
        f"slot {slot:>16}: precision {s.precision:.1%}, recall {s.recall:.1%} ({s.right} right)"
        for slot, s in report.slots.items()
    ]
    lines.append("confidence     texts   mean  right")
    lines += [
        f"{low:.2f} to {high:.2f} {count:>7}  {mean:.3f}  {right:.3f}" for low, high, count, mean, right in report.reliability
    ]
    lines += [f"{meant} heard as {given}: {times}" for (meant, given), times in report.confusion.items()]
    lines += [f"{confidence:.2f} {meant} → {given}: {text}" for text, meant, given, confidence in report.worst]
    return "\n".join(lines)
