"""The statements behind `LockStore`: exclusive by transaction, one tenant's after the other."""

import json
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from attrs import evolve

from hotel_agent.adapters.sql.tables import Tables, instant, micros, span
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.adapters.sql.wires import Dialect
from hotel_agent.domain.errors import AlreadyLocked, InvalidValue, LockLost
from hotel_agent.domain.ids import LockId, OwnerId, RoomId, TenantId
from hotel_agent.domain.locks import LockAct, LockClaim, LockEntry, ReservationLock, choose_rooms
from hotel_agent.domain.stays import Stay


class LockStatements:
    """Every method first ends what has expired, so the rooms in `lock_rooms` are those that are locked."""

    def __init__(self, tables: Tables, dialect: Dialect) -> None:
        self._several = dialect.several
        locks, rooms, trail, trail_rooms = tables.locks, tables.lock_rooms, tables.lock_trail, tables.lock_trail_rooms
        of_tenant = locks.c.tenant == sa.bindparam("its_tenant")
        this = locks.c.id == sa.bindparam("this")
        self._expired = sa.select(locks).where(of_tenant, locks.c.expires_at <= sa.bindparam("now"))
        self._one = sa.select(locks).where(this)
        self._tenant_of = sa.select(locks.c.tenant).where(this)
        blocked = (
            rooms.c.tenant == sa.bindparam("its_tenant"),
            rooms.c.arrival < sa.bindparam("until_day"),
            rooms.c.departure > sa.bindparam("from_day"),
        )
        in_the_way = (
            sa.select(locks).join(rooms, rooms.c.lock == locks.c.id).where(*blocked, dialect.among(rooms.c.room, "rooms"))
        )
        # One round trip for both: a thousand guests who want the same room wait for each other's.
        self._concerned = sa.union_all(
            in_the_way, sa.select(locks).where(of_tenant, locks.c.owner == sa.bindparam("its_owner"))
        )
        exists = sa.or_(locks.c.expires_at.is_(None), locks.c.expires_at > sa.bindparam("now"))
        self._standing = sa.select(locks).where(of_tenant, exists)
        self._count = sa.select(sa.func.count().label("locks")).where(exists)
        self._standing_on = self._standing.where(
            locks.c.arrival < sa.bindparam("until_day"), locks.c.departure > sa.bindparam("from_day")
        )
        self._grant = locks.insert()
        self._grant_rooms = rooms.insert()
        self._change = locks.update().where(this)
        self._end = locks.delete().where(this)
        self._end_rooms = rooms.delete().where(rooms.c.lock == sa.bindparam("this"))
        self._enter = trail.insert().returning(trail.c.seq)
        self._enter_rooms = trail_rooms.insert()
        since = trail.c.at >= sa.bindparam("since")
        self._trail = (
            sa.select(trail)
            .where(trail.c.tenant == sa.bindparam("its_tenant"), since)
            .order_by(trail.c.at.desc(), trail.c.seq.desc())
            .limit(sa.bindparam("at_most"))
        )
        self._trail_of_room = (
            sa.select(trail)
            .join(trail_rooms, trail_rooms.c.entry == trail.c.seq)
            .where(
                trail_rooms.c.tenant == sa.bindparam("its_tenant"),
                trail_rooms.c.room == sa.bindparam("room"),
                trail_rooms.c.at >= sa.bindparam("since"),
            )
            .order_by(trail_rooms.c.at.desc(), trail_rooms.c.entry.desc())
            .limit(sa.bindparam("at_most"))
        )

    def acquire(
        self, tx: Transaction, claim: LockClaim, owner: OwnerId, ttl: timedelta, lock: LockId
    ) -> ReservationLock | None:
        """Return the lock, granted as *lock* or had before; None where others are in the way."""
        self._begin(tx, claim.tenant)
        nights = {"from_day": claim.stay.arrival.isoformat(), "until_day": claim.stay.departure.isoformat()}
        whose = {"its_tenant": claim.tenant, "its_owner": owner, "rooms": self._several(claim.candidates)}
        concerned = sorted(set(map(_lock, tx.rows(self._concerned, **whose, **nights))), key=attrgetter("fence"))
        mine = [known for known in concerned if known.owner == owner]
        for known in mine:
            if claim.met_by(known):
                return known
        replaced = [known for known in mine if known.expires_at is not None]
        others = {known for known in concerned if known not in replaced}
        try:
            rooms = choose_rooms(claim, others, tx.now_at)
        except AlreadyLocked:
            self._write_entry(
                tx,
                LockEntry(
                    at=tx.now_at,
                    act=LockAct.CONFLICT,
                    tenant=claim.tenant,
                    rooms=claim.candidates,
                    stay=claim.stay,
                    owner=owner,
                ),
            )
            return None
        for known in replaced:
            self._finish(tx, known, LockAct.RELEASE, tx.now_at)
        return self._write(tx, claim, rooms, owner, lock, tx.now + span(ttl))

    def extend(self, tx: Transaction, lock: LockId, owner: OwnerId, by: timedelta) -> ReservationLock:
        known = self._owned(tx, lock, owner)
        if known.expires_at is None:
            return known
        try:
            longer = known.extended_to(known.expires_at + by)
        except InvalidValue as exc:
            raise LockLost from exc
        ends = micros(longer.expires_at or known.expires_at)
        tx.change(self._change, this=lock, expires_at=ends, extensions=longer.extensions)
        self._write_entry(tx, _entry(longer, LockAct.EXTEND, tx.now_at))
        return longer

    def hold(self, tx: Transaction, lock: LockId, owner: OwnerId) -> ReservationLock:
        known = self._owned(tx, lock, owner)
        if known.expires_at is None:
            return known
        tx.change(self._change, this=lock, expires_at=None)
        self._write_entry(tx, _entry(known, LockAct.HOLD, tx.now_at))
        return evolve(known, expires_at=None)

    def release(self, tx: Transaction, lock: LockId, owner: OwnerId) -> None:
        try:
            known = self._owned(tx, lock, owner)
        except LockLost:
            return
        self._finish(tx, known, LockAct.RELEASE, tx.now_at)

    def get(self, tx: Transaction, lock: LockId) -> ReservationLock | None:
        row = tx.first(self._one, this=lock)
        known = _lock(row) if row else None
        return known if known and known.exists(tx.now_at) else None

    def standing(self, tx: Transaction, tenant: TenantId, stay: Stay | None) -> tuple[ReservationLock, ...]:
        if stay is None:
            rows = tx.rows(self._standing, its_tenant=tenant, now=tx.now)
        else:
            nights = {"from_day": stay.arrival.isoformat(), "until_day": stay.departure.isoformat()}
            rows = tx.rows(self._standing_on, its_tenant=tenant, now=tx.now, **nights)
        return tuple(sorted(map(_lock, rows), key=attrgetter("fence")))

    def count(self, tx: Transaction) -> int:
        (row,) = tx.rows(self._count, now=tx.now)
        return int(row.locks)

    def trail(
        self, tx: Transaction, tenant: TenantId, room: RoomId | None, since: datetime | None, limit: int
    ) -> tuple[LockEntry, ...]:
        self._begin(tx, tenant)
        which = {"its_tenant": tenant, "since": micros(since) if since else 0, "at_most": limit}
        rows = tx.rows(self._trail, **which) if room is None else tx.rows(self._trail_of_room, room=room, **which)
        return tuple(_read_entry(row) for row in reversed(rows))

    def _begin(self, tx: Transaction, tenant: str) -> None:
        """Shut other transactions out of the tenant's locks and end what has expired, once for all who share this one."""
        if (name := f"locks/{tenant}") in tx.prepared:
            return
        tx.exclude(name)
        for row in tx.rows(self._expired, its_tenant=tenant, now=tx.now):
            known = _lock(row)
            self._finish(tx, known, LockAct.EXPIRE, known.expires_at or tx.now_at)
        tx.prepared.add(name)

    def _owned(self, tx: Transaction, lock: LockId, owner: OwnerId) -> ReservationLock:
        whose = tx.first(self._tenant_of, this=lock)
        if whose:
            self._begin(tx, whose.tenant)
        row = tx.first(self._one, this=lock) if whose else None
        if row is None or row.owner != owner:
            raise LockLost
        return _lock(row)

    def _write(
        self, tx: Transaction, claim: LockClaim, rooms: tuple[RoomId, ...], owner: OwnerId, lock: LockId, ends: int
    ) -> ReservationLock:
        nights = {"arrival": claim.stay.arrival.isoformat(), "departure": claim.stay.departure.isoformat()}
        tx.change(
            self._grant,
            id=lock,
            tenant=claim.tenant,
            owner=owner,
            rooms=json.dumps(rooms),
            expires_at=ends,
            extensions=0,
            **nights,
        )
        tx.change_each(self._grant_rooms, [{"tenant": claim.tenant, "room": room, "lock": lock, **nights} for room in rooms])
        (row,) = tx.rows(self._one, this=lock)
        granted = _lock(row)
        self._write_entry(tx, _entry(granted, LockAct.ACQUIRE, tx.now_at))
        return granted

    def _finish(self, tx: Transaction, lock: ReservationLock, act: LockAct, at: datetime) -> None:
        tx.change(self._end_rooms, this=lock.id)
        tx.change(self._end, this=lock.id)
        self._write_entry(tx, _entry(lock, act, at))

    def _write_entry(self, tx: Transaction, entry: LockEntry) -> None:
        (written,) = tx.rows(self._enter, **_entry_row(entry))
        at = micros(entry.at)
        tx.change_each(
            self._enter_rooms, [{"tenant": entry.tenant, "room": room, "at": at, "entry": written.seq} for room in entry.rooms]
        )


def _rooms(stored: str) -> tuple[RoomId, ...]:
    return tuple(RoomId(room) for room in json.loads(stored))


def _stay(row: Any) -> Stay:
    return Stay(date.fromisoformat(row.arrival), date.fromisoformat(row.departure))


def _lock(row: Any) -> ReservationLock:
    return ReservationLock(
        id=LockId(row.id),
        tenant=TenantId(row.tenant),
        rooms=_rooms(row.rooms),
        stay=_stay(row),
        owner=OwnerId(row.owner),
        expires_at=instant(row.expires_at) if row.expires_at is not None else None,
        extensions=row.extensions,
        fence=row.seq,
    )


def _entry(lock: ReservationLock, act: LockAct, at: datetime) -> LockEntry:
    return LockEntry(at=at, act=act, tenant=lock.tenant, rooms=lock.rooms, stay=lock.stay, owner=lock.owner, lock=lock.id)


def _entry_row(entry: LockEntry) -> dict[str, object]:
    return {
        "tenant": entry.tenant,
        "at": micros(entry.at),
        "act": entry.act.value,
        "owner": entry.owner,
        "lock": entry.lock,
        "arrival": entry.stay.arrival.isoformat(),
        "departure": entry.stay.departure.isoformat(),
        "rooms": json.dumps(entry.rooms),
    }


def _read_entry(row: Any) -> LockEntry:
    return LockEntry(
        at=instant(row.at),
        act=LockAct(row.act),
        tenant=TenantId(row.tenant),
        rooms=_rooms(row.rooms),
        stay=_stay(row),
        owner=OwnerId(row.owner),
        lock=LockId(row.lock) if row.lock is not None else None,
    )
