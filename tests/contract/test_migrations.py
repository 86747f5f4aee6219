import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from hotel_agent.adapters.sql import schema
from hotel_agent.adapters.sql.store import open_sql_store
from hotel_agent.domain.errors import ConfigurationError, Unavailable
from hotel_agent.testing.clocks import ManualClock
from hotel_agent.testing.examples import message
from hotel_agent.testing.ids import CountingIds

pytestmark = pytest.mark.anyio

COLUMNS = """
SELECT table_name, column_name, ordinal_position, data_type, is_nullable, is_identity, column_default
FROM information_schema.columns WHERE table_schema = :namespace
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = :namespace"


async def described(url: str, namespace: str) -> set[tuple[str, ...]]:
    """Read all columns and indexes of a namespace, without its name in them."""
    engine = create_async_engine(sa.make_url(url).set(drivername="postgresql+asyncpg"))
    async with engine.connect() as connection:
        rows = [
            tuple(str(value).replace(namespace, "namespace") for value in row)
            for statement in (COLUMNS, INDEXES)
            for row in await connection.execute(sa.text(statement), {"namespace": namespace})
        ]
    await engine.dispose()
    return set(rows)


async def test_postgres_migrations_agree_with_the_tables_and_go_up_down_and_up(postgres_url: str, namespace: str) -> None:
    clock = ManualClock()
    made, migrated = f"{namespace}_a", f"{namespace}_b"
    async with open_sql_store(postgres_url, clock=clock, ids=CountingIds(), namespace=made):
        pass
    await schema.upgrade(postgres_url, clock=clock, namespace=migrated)
    expected = await described(postgres_url, made)
    assert expected
    assert expected == await described(postgres_url, migrated)
    await schema.downgrade(postgres_url, clock=clock, namespace=migrated, to=schema.BASE)
    assert {"schema_version"} == {row[0] for row in await described(postgres_url, migrated)}
    async with open_sql_store(postgres_url, clock=clock, ids=CountingIds(), namespace=migrated) as store:
        assert (await store.journal.append(message("1"))).new
    assert expected == await described(postgres_url, migrated)


async def test_unknown_version_is_a_configuration_error(postgres_url: str, namespace: str) -> None:
    with pytest.raises(ConfigurationError, match="9999"):
        await schema.upgrade(postgres_url, clock=ManualClock(), namespace=namespace, to="9999")


@pytest.mark.parametrize("address", ["127.0.0.1:1/postgres", "{host}/nowhere"], ids=["no server", "no database"])
async def test_postgres_that_cannot_be_reached_is_unavailable(postgres_url: str, address: str) -> None:
    parsed = sa.make_url(postgres_url)
    url = f"postgresql://{parsed.username}@" + address.format(host=f"{parsed.host}:{parsed.port}")
    with pytest.raises(Unavailable):
        async with open_sql_store(url, clock=ManualClock(), ids=CountingIds()):
            pass
