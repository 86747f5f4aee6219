from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from hotel_agent.adapters.sql.compiling import Compiler

NOTES = sa.Table(
    "notes",
    sa.MetaData(),
    sa.Column("id", sa.BigInteger, primary_key=True),
    sa.Column("text", sa.Text),
    sa.Column("said", sa.Boolean),
)
Make = Callable[[], sa.Dialect]
ENGINES: tuple[Make, ...] = (sqlite.dialect, postgresql.asyncpg.dialect)


@pytest.mark.parametrize("make", ENGINES)
def test_values_are_given_in_the_order_in_which_the_text_wants_them(make: Make) -> None:
    statement = NOTES.update().where(NOTES.c.id == sa.bindparam("this"))
    prepared = Compiler(make()).prepared(statement, {"this": 7, "text": "a"})
    assert prepared.arguments({"text": "b", "this": 8}) == ("b", 8)


@pytest.mark.parametrize("make", ENGINES)
def test_values_of_the_statement_itself_are_given_along(make: Make) -> None:
    statement = NOTES.update().where(NOTES.c.id == sa.bindparam("this")).values(text="its own")
    assert Compiler(make()).prepared(statement, {"this": 7}).arguments({"this": 7}) == ("its own", 7)


@pytest.mark.parametrize("make", ENGINES)
def test_a_single_value_is_a_tuple_as_well(make: Make) -> None:
    compiler = Compiler(make())
    assert compiler.prepared(NOTES.insert(), {"text": "a"}).arguments({"text": "a"}) == ("a",)
    assert compiler.prepared(NOTES.insert().values(text="a"), {}).arguments({}) == ("a",)
    assert compiler.prepared(sa.text("SELECT 1"), {}).arguments({}) == ()


@pytest.mark.parametrize("make", ENGINES)
def test_a_statement_is_compiled_once_for_the_same_names(make: Make) -> None:
    compiler, statement = Compiler(make()), NOTES.insert()
    first = compiler.prepared(statement, {"text": "a"})
    assert compiler.prepared(statement, {"text": "b"}) is first
    assert compiler.prepared(statement, {"text": "b", "id": 1}) is not first


@pytest.mark.parametrize("make", ENGINES)
def test_an_insert_asks_for_nothing_that_nobody_wants_to_know(make: Make) -> None:
    assert "RETURNING" not in Compiler(make()).prepared(NOTES.insert(), {"text": "a"}).text


@pytest.mark.parametrize("make", ENGINES)
def test_a_statement_whose_text_depends_on_its_values_is_refused(make: Make) -> None:
    several = sa.select(NOTES).where(NOTES.c.id.in_(sa.bindparam("these", expanding=True)))
    with pytest.raises(TypeError, match="among"):
        Compiler(make()).prepared(several, {"these": [1, 2]})
