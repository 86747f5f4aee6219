"""
What a message costs most often, in one statement each, which is a transaction by itself: append, claim and load, commit.

Only for Postgres, whose every statement is a round trip. They do what the statements of `events` and `turns` do, which say why,
and leave to those whatever is rarer.

One statement sees the tables as they were when it began, even where it waited for a row meanwhile. So a conversation is only
taken here if its row is still the one that was there then (`ctid`, looked at again when the row was waited for): whoever
appends or commits anything changes that row, and if nobody has, nothing else about the conversation has changed either. And a
server that wakes up late writes nothing for callers who have gone: the last argument is the instant until which they wait.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final

from attrs import frozen

from hotel_agent.adapters.sql.events import Arrival, Found, Wanted
from hotel_agent.adapters.sql.tables import DONE, WAITING, Tables, micros, span
from hotel_agent.adapters.sql.transactions import LEFT, Whole
from hotel_agent.adapters.sql.turns import Written
from hotel_agent.adapters.sql.wires import Row
from hotel_agent.domain.delivery import PULLED
from hotel_agent.domain.events import GuestMessage
from hotel_agent.domain.ids import ConversationId, EventId, TenantId
from hotel_agent.ports.journal import Appended, Claim

_NOW: Final = "(extract(epoch FROM now()) * 1000000)::bigint"
_UNCHANGED: Final = "c.ctid = (SELECT s.ctid FROM {conversations} AS s WHERE s.id = c.id)"
_SAID: Final = "(SELECT count(pg_notify({channel}, said)) FROM unnest({said}::text[]) AS said)"

_APPEND: Final = """
WITH kept AS (
  INSERT INTO {inbox} (id, tenant, dedupe_key, conversation, state, order_at, ready_at, received_at, tries, body)
  SELECT a.id, a.tenant, a.dedupe_key, a.conversation, '{waiting}', a.order_at, a.ready_at, a.received_at, 0, a.body
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::text[])
    WITH ORDINALITY AS a(id, tenant, dedupe_key, conversation, order_at, ready_at, received_at, body, place)
  WHERE {now} < $11
  ORDER BY a.conversation, a.place
  ON CONFLICT DO NOTHING RETURNING id, conversation, tenant, ready_at
), woken AS (
  INSERT INTO {conversations} AS c (id, tenant, version, fence, free_at, lines, ready_at)
  SELECT k.conversation, k.tenant, 0, 0, 0, 0, min(k.ready_at) FROM kept AS k GROUP BY k.conversation, k.tenant
  ORDER BY k.conversation
  ON CONFLICT (id) DO UPDATE SET ready_at = least(c.ready_at, excluded.ready_at) WHERE c.tenant = excluded.tenant
  RETURNING c.id
)
SELECT k.id, 1 / (w.id IS NOT NULL)::int AS own, {notified} AS said
FROM kept AS k LEFT JOIN woken AS w ON w.id = k.conversation
"""
"""Of a conversation of another hotel it divides by zero, so that nothing is kept: the long way says so."""

_CLAIM: Final = """
WITH found AS MATERIALIZED (
  SELECT c.id, c.ready_at FROM {conversations} AS c
  WHERE c.ready_at IS NOT NULL AND c.ready_at <= {now} AND c.free_at <= {now} AND NOT c.tenant = ANY ($4::text[])
    AND {now} < $5 AND {unchanged}
  ORDER BY c.ready_at, c.id LIMIT $2 FOR UPDATE OF c SKIP LOCKED
), heads AS MATERIALIZED (
  SELECT f.id, array_agg(i.seq ORDER BY i.order_at, i.seq) AS seqs, array_agg(i.tries ORDER BY i.order_at, i.seq) AS tries,
         array_agg(i.ready_at ORDER BY i.order_at, i.seq) AS ready, array_agg(i.body ORDER BY i.order_at, i.seq) AS bodies
  FROM found AS f JOIN {inbox} AS i ON i.conversation = f.id AND i.state = '{waiting}' GROUP BY f.id
), owned AS (
  UPDATE {conversations} AS c SET owner = $1, fence = c.fence + 1, free_at = {now} + $3
  FROM found AS f WHERE c.id = f.id
  RETURNING c.id, c.tenant, c.fence, c.version, c.session, f.ready_at
), tried AS (
  UPDATE {inbox} AS i SET tries = i.tries + 1 FROM heads AS h WHERE i.seq = h.seqs[1]
)
SELECT o.id, o.tenant, o.fence, o.version, o.session, h.tries[1] AS tries, h.ready, h.bodies, {now} AS now,
       ARRAY(SELECT b.body FROM {bookings} AS b WHERE b.conversation = o.id ORDER BY b.created_at, b.id) AS bookings
FROM owned AS o JOIN heads AS h ON h.id = o.id
ORDER BY o.ready_at, o.id
"""

_COMMIT: Final = """
WITH owned AS MATERIALIZED (
  SELECT g.*, c.lines AS before
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[], $8::text[],
              $9::bigint[], $10::text[], $11::text[])
    AS g(id, owner, fence, version, event, heard, lines, session, expires_at, root, answer)
  JOIN {conversations} AS c ON c.id = g.id
  WHERE c.owner = g.owner AND c.fence = g.fence AND c.version = g.version
    AND EXISTS (SELECT FROM {inbox} AS i WHERE i.id = g.event AND i.conversation = g.id AND i.state = '{waiting}')
    AND {now} < $26 AND {unchanged}
  ORDER BY c.id FOR UPDATE OF c
), handled AS (
  UPDATE {inbox} AS i
  SET state = '{done}', handled_at = {now}, reason = NULL,
      line = coalesce(i.line, CASE WHEN o.heard > 0 THEN o.before + o.heard END)
  FROM owned AS o WHERE i.id = o.event
), said AS (
  INSERT INTO {outbox} (id, tenant, conversation, line, created_at, body)
  SELECT a.id, a.tenant, a.conversation, o.before + a.place, a.created_at, a.body
  FROM unnest($12::text[], $13::text[], $14::text[], $15::bigint[], $16::bigint[], $17::text[])
    AS a(id, tenant, conversation, place, created_at, body) JOIN owned AS o ON o.id = a.conversation
), answered AS (
  INSERT INTO {answers} (root, at, body) SELECT o.root, {now}, o.answer FROM owned AS o WHERE o.answer IS NOT NULL
  ON CONFLICT (root) DO UPDATE SET at = excluded.at, body = excluded.body
), dropped AS (
  DELETE FROM {timers} AS t
  USING unnest($18::text[], $19::text[]) AS a(conversation, id) JOIN owned AS o ON o.id = a.conversation
  WHERE t.conversation = a.conversation AND t.id = a.id
), set AS (
  INSERT INTO {timers} (conversation, id, due_at, body)
  SELECT a.conversation, a.id, a.due_at, a.body
  FROM unnest($20::text[], $21::text[], $22::bigint[], $23::text[]) AS a(conversation, id, due_at, body)
    JOIN owned AS o ON o.id = a.conversation
  ON CONFLICT (conversation, id) DO UPDATE SET due_at = excluded.due_at, body = excluded.body
), ended AS (
  UPDATE {conversations} AS c
  SET session = o.session, expires_at = o.expires_at, version = o.version + 1, lines = o.before + o.lines,
      owner = NULL, free_at = 0,
      ready_at = (SELECT min(i.ready_at) FROM {inbox} AS i
                  WHERE i.conversation = o.id AND i.state = '{waiting}' AND i.id <> o.event)
  FROM owned AS o WHERE c.id = o.id RETURNING c.id
)
SELECT e.id, {notified} AS said FROM ended AS e
"""


_ANSWER: Final = "SELECT root, body FROM {answers} WHERE root = ANY ($1::text[])"


@frozen(eq=False)
class AtOnce:
    """The statements for one namespace."""

    answer: Whole[EventId, str | None]

    append: Whole[Arrival, Appended]
    claim: Whole[Wanted, list[Found]]
    commit: Whole[Written, Claim | None]

    @classmethod
    def of(cls, tables: Tables) -> "AtOnce":
        known = {name: getattr(tables, name) for name in ("inbox", "conversations", "bookings", "outbox", "answers", "timers")}
        names = {name: f'"{table.schema}"."{table.name}"' for name, table in known.items()}

        def text(template: str, channel: str = "", said: str = "") -> str:
            words = {**names, "now": _NOW, "waiting": WAITING, "done": DONE, "unchanged": _UNCHANGED.format(**names)}
            return template.format(**words, notified=_SAID.format(channel=channel, said=said))

        return cls(
            answer=Whole(text(_ANSWER), lambda roots: [[*roots]], _answers, timed=False),
            append=Whole(text(_APPEND, "$9", "$10"), _append_values, _appended, rings=lambda _: ("inbox",)),
            claim=Whole(text(_CLAIM), _claim_values, _claimed),
            commit=Whole(text(_COMMIT, "$24", "$25"), _commit_values, _committed, rings=_news),
        )


def _answers(roots: Sequence[EventId], rows: Sequence[Row]) -> list[object]:
    found = {row.root: row.body for row in rows}
    return [found.get(root) for root in roots]


# ---------------------------------------------------------------- append

_COLUMNS: Final = ("id", "tenant", "dedupe_key", "conversation", "order_at", "ready_at", "received_at", "body")


def _append_values(arrivals: Sequence[Arrival]) -> list[list[Any]]:
    return [[arrival.row[name] for arrival in arrivals] for name in _COLUMNS]


def _appended(arrivals: Sequence[Arrival], rows: Sequence[Row]) -> list[object]:
    """Of several of one id the first was kept; whatever was known before is looked up the long way."""
    kept = {row.id for row in rows}
    outcomes: list[object] = []
    for arrival in arrivals:
        this = arrival.event.id
        outcomes.append(Appended(event=this, new=True) if this in kept else LEFT)
        kept.discard(this)
    return outcomes


# ---------------------------------------------------------------- claim


def _claim_values(wanted: Sequence[Wanted]) -> list[object]:
    first = wanted[0]
    return [first.owner, first.limit, span(first.lease), list(first.passing)]


def _claimed(wanted: Sequence[Wanted], rows: Sequence[Row]) -> list[object]:
    """One caller gets it all; there is seldom another one."""
    return [[_found(row, wanted[0].owner) for row in rows], *(LEFT for _ in wanted[1:])]


def _found(row: Row, owner: str) -> Found:
    # What is held back is not overtaken by what was sent after it.
    ready = max((place for place, at in enumerate(row.ready, 1) if at <= row.now), default=1)
    return Found(
        conversation=ConversationId(row.id),
        tenant=TenantId(row.tenant),
        owner=owner,
        fence=row.fence,
        version=row.version,
        tries=row.tries + 1,
        session=row.session,
        events=row.bodies[:ready],
        bookings=row.bookings,
    )


# ---------------------------------------------------------------- commit


def is_plain(written: Written) -> bool:
    """Tell whether a turn is like most: it says something to whoever asks for it, and is the last of its claim."""
    claim, turn = written.claim, written.turn
    if claim.events[1:] or turn.event.id != claim.events[0].id or turn.set_aside is not None:
        return False
    if turn.bookings or turn.jobs or turn.audit or turn.escalations:
        return False
    if any(timer.conversation != claim.conversation or timer.id in turn.dropped_timers for timer in turn.timers):
        return False
    return all(message.channel in PULLED for message in turn.outbox)


def _heard(written: Written) -> int:
    return int(isinstance(written.turn.event.content, GuestMessage))


def _commit_values(many: Sequence[Written]) -> list[list[Any]]:
    firsts = [*_firsts(many).values()]
    turns: list[list[Any]] = [
        [
            one.claim.conversation,
            one.claim.owner,
            one.claim.fence,
            one.claim.version,
            one.turn.event.id,
            _heard(one),
            _heard(one) + len(one.outbox),
            one.session,
            micros(one.turn.session.expires_at),
            one.turn.event.root,
            one.answer,
        ]
        for one in firsts
    ]
    said: list[list[Any]] = [
        [message.id, message.tenant, message.conversation, _heard(one) + place, micros(message.created_at), body]
        for one in firsts
        for place, (message, body) in enumerate(one.outbox, 1)
    ]
    dropped: list[list[Any]] = [[one.claim.conversation, timer] for one in firsts for timer in one.turn.dropped_timers]
    timers: list[list[Any]] = [[*timer.values()] for one in firsts for timer in one.timers]
    return [*_columns(turns, 11), *_columns(said, 6), *_columns(dropped, 2), *_columns(timers, 4)]


def _columns(rows: Sequence[Sequence[Any]], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def _committed(many: Sequence[Written], rows: Sequence[Row]) -> list[object]:
    """What was not written the long way says why, or writes: somebody else may only have added an event meanwhile."""
    ended, firsts = {row.id for row in rows}, _firsts(many)
    return [None if one.claim.conversation in ended and firsts[one.claim.conversation] is one else LEFT for one in many]


def _firsts(many: Sequence[Written]) -> dict[ConversationId, Written]:
    """Of several turns of one conversation one is written at a time."""
    firsts: dict[ConversationId, Written] = {}
    for one in many:
        firsts.setdefault(one.claim.conversation, one)
    return firsts


def _news(many: Sequence[Written]) -> Collection[str]:
    return {subject for one in many for subject in (one.turn.event.root, one.claim.conversation)}
