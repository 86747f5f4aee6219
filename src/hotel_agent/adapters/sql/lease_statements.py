"""The statements behind `WriterLease`."""

from datetime import timedelta

import sqlalchemy as sa

from hotel_agent.adapters.sql.tables import Tables, instant, span
from hotel_agent.adapters.sql.transactions import Transaction
from hotel_agent.domain.ids import TenantId
from hotel_agent.ports.locks import Lease


class LeaseStatements:
    """An ended lease keeps its row, because the next one's fence counts on from it."""

    def __init__(self, tables: Tables) -> None:
        leases = tables.writer_leases
        this = leases.c.tenant == sa.bindparam("this")
        self._known = sa.select(leases).where(this)
        self._first = leases.insert()
        self._grant = leases.update().where(this)
        self._end = leases.update().where(
            this,
            leases.c.owner == sa.bindparam("its_owner"),
            leases.c.fence == sa.bindparam("its_fence"),
            leases.c.expires_at > sa.bindparam("now"),
        )

    def take(self, tx: Transaction, tenant: TenantId, owner: str, ttl: timedelta) -> Lease | None:
        tx.exclude(f"leases/{tenant}")
        known = tx.first(self._known, this=tenant)
        stands = known is not None and tx.now < known.expires_at
        if known and stands and known.owner != owner:
            return None
        fence = (known.fence if known else 0) + (0 if stands else 1)
        ends = tx.now + span(ttl)
        if known:
            tx.change(self._grant, this=tenant, owner=owner, fence=fence, expires_at=ends)
        else:
            tx.change(self._first, tenant=tenant, owner=owner, fence=fence, expires_at=ends)
        return Lease(tenant=tenant, owner=owner, fence=fence, expires_at=instant(ends))

    def give_up(self, tx: Transaction, lease: Lease) -> None:
        tx.change(self._end, this=lease.tenant, its_owner=lease.owner, its_fence=lease.fence, now=tx.now, expires_at=tx.now)
