"""`hotel-agent locks` and `hotel-agent escalations`: what the store knows, for people and for scripts."""

import json

from hotel_agent.domain.ids import TenantId
from hotel_agent.domain.locks import LockEntry, ReservationLock
from hotel_agent.domain.turns import Escalation
from hotel_agent.entrypoints.hotels import hotels_of
from hotel_agent.entrypoints.settings import Settings
from hotel_agent.entrypoints.wiring import open_records

DONE = 0
Row = dict[str, object]


async def locks(settings: Settings, tenant: TenantId | None, *, as_json: bool) -> int:
    """Print the locks that stand and the trail of what happened to locks, by hotel."""
    standing: list[Row] = []
    trail: list[Row] = []
    async with open_records(settings) as store:
        for hotel in [tenant] if tenant else [known.id for known in hotels_of(settings).all()]:
            standing += [_lock(lock) for lock in await store.locks.standing(hotel)]
            trail += [_entry(entry) for entry in await store.locks.trail(hotel)]
    if as_json:
        print(json.dumps({"locks": standing, "trail": trail}, ensure_ascii=False, indent=2))
        return DONE
    print(f"{len(standing)} locks stand")
    for row in standing:
        print("  {tenant}  {rooms}  {arrival} - {departure}  until {expires_at}".format(**row))
    for row in trail:
        print("  {at}  {act:<8} {tenant}  {rooms}  {arrival} - {departure}  {owner}".format(**row))
    return DONE


async def escalations(settings: Settings, tenant: TenantId | None, *, as_json: bool) -> int:
    """Print the conversations that need a person."""
    async with open_records(settings) as store:
        rows = [_escalation(one) for one in await store.records.escalations(tenant)]
    if as_json:
        print(json.dumps({"escalations": rows}, ensure_ascii=False, indent=2))
        return DONE
    print(f"{len(rows)} escalations")
    for row in rows:
        mark = {"urgent": "  URGENT", "high": "  high"}.get(str(row["priority"]), "")
        print("  {at}  {tenant}  {conversation}  {kind}: {reason} {about}".format(**row).rstrip() + mark)
        if row["summary"]:
            print(f"      {row['summary']}")
    return DONE


def _lock(lock: ReservationLock) -> Row:
    return {
        "id": lock.id,
        "tenant": lock.tenant,
        "rooms": list(lock.rooms),
        "arrival": lock.stay.arrival.isoformat(),
        "departure": lock.stay.departure.isoformat(),
        "owner": lock.owner,
        "expires_at": lock.expires_at.isoformat() if lock.expires_at else None,
        "extensions": lock.extensions,
        "fence": lock.fence,
    }


def _entry(entry: LockEntry) -> Row:
    return {
        "at": entry.at.isoformat(),
        "act": entry.act.value,
        "tenant": entry.tenant,
        "rooms": list(entry.rooms),
        "arrival": entry.stay.arrival.isoformat(),
        "departure": entry.stay.departure.isoformat(),
        "owner": entry.owner,
        "lock": entry.lock,
    }


def _escalation(one: Escalation) -> Row:
    return {
        "id": one.id,
        "tenant": one.tenant,
        "conversation": one.conversation,
        "at": one.at.isoformat(),
        "kind": "ticket" if one.is_ticket else "escalation",
        "need": one.need.value,
        "about": one.about,
        "reason": one.reason,
        "priority": one.priority.value,
        "urgent": one.urgent,
        "language": one.language.value if one.language else None,
        "channel": one.channel.value if one.channel else None,
        "summary": one.summary,
    }
