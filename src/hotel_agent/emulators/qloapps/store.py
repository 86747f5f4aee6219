"""
The shop's state: one SQLite database, in memory or in a file.

A file is written with WAL and `synchronous=NORMAL`: what was committed survives `kill -9` of the process (not a power cut).
Opening an existing file keeps its state and its keys. Text columns compare as MySQL's general collation does: without case,
without accents, without trailing blanks.
"""

import sqlite3
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from re import DOTALL, IGNORECASE, Pattern, escape
from re import compile as compile_pattern
from typing import Any, Final

from hotel_agent.emulators.qloapps.resources import RESOURCES

Row = dict[str, Any]

_TABLES: Final = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT)",
    "CREATE TABLE keys (key TEXT PRIMARY KEY, active INTEGER, permissions TEXT)",
    "CREATE TABLE links (owner TEXT, owner_id INTEGER, name TEXT, target INTEGER)",
    "CREATE TABLE closures (id_room INTEGER, date_from TEXT, date_to TEXT)",
    "CREATE TABLE room_type_services (id_product INTEGER, id_service INTEGER, PRIMARY KEY (id_product, id_service))",
    "CREATE TABLE room_type_facilities (id_product INTEGER, id_facility INTEGER, PRIMARY KEY (id_product, id_facility))",
    "CREATE TABLE messages (id INTEGER PRIMARY KEY AUTOINCREMENT, id_order INTEGER, text TEXT)",
    """CREATE TABLE booking_services (id INTEGER PRIMARY KEY AUTOINCREMENT, id_htl_booking INTEGER, id_order INTEGER,
       id_service INTEGER, name TEXT, quantity INTEGER, unit_price REAL, total_price REAL, total_tax REAL, per_night INTEGER,
       price_mode INTEGER, shown INTEGER)""",
    "CREATE INDEX links_owner ON links (owner, owner_id)",
    "CREATE INDEX closures_room ON closures (id_room)",
    "CREATE INDEX messages_order ON messages (id_order)",
    "CREATE INDEX booking_services_line ON booking_services (id_htl_booking)",
    "CREATE INDEX booking_services_order ON booking_services (id_order)",
    "CREATE INDEX orders_source ON orders (source)",
    "CREATE INDEX orders_reference ON orders (reference)",
    "CREATE INDEX orders_customer ON orders (id_customer)",
    "CREATE INDEX lines_order ON room_bookings (id_order)",
    "CREATE INDEX lines_room ON room_bookings (id_room, date_to)",
    "CREATE INDEX lines_live ON room_bookings (id_room, date_to) WHERE is_refunded = 0 AND is_back_order = 0",
    "CREATE INDEX lines_type ON room_bookings (id_product, date_to)",
    "CREATE INDEX lines_customer ON room_bookings (id_customer)",
    "CREATE INDEX lines_status ON room_bookings (id_status)",
    "CREATE INDEX histories_order ON order_histories (id_order)",
    "CREATE INDEX payments_order ON order_payments (order_reference)",
    "CREATE INDEX details_order ON order_details (id_order)",
    "CREATE INDEX demands_line ON booking_extra_demands (id_htl_booking)",
    "CREATE INDEX carts_lines ON cart_bookings (id_cart)",
    "CREATE INDEX customers_email ON customers (email)",
    "CREATE INDEX addresses_customer ON addresses (id_customer)",
    "CREATE INDEX rooms_type ON hotel_rooms (id_product)",
    "CREATE INDEX types_hotel ON hotel_room_types (id_hotel)",
    "CREATE INDEX types_product ON hotel_room_types (id_product)",
    "CREATE INDEX room_types_hotel ON room_types (id_hotel)",
    "CREATE INDEX prices_product ON feature_prices (id_product)",
)


@lru_cache(maxsize=65536)
def folded(text: str) -> str:
    """*text* as the collation sees it."""
    plain = text if text.isascii() else "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return plain.rstrip(" ").upper()


def _collate(left: str, right: str) -> int:
    a, b = folded(left), folded(right)
    return (a > b) - (a < b)


@lru_cache(maxsize=4096)
def _like_pattern(pattern: str) -> Pattern[str]:
    parts = (".*" if c == "%" else "." if c == "_" else escape(c) for c in folded(pattern + "\0").rstrip("\0"))
    return compile_pattern("".join(parts), DOTALL | IGNORECASE)


def _like(pattern: Any, value: Any) -> bool | None:
    if value is None:
        return None
    return _like_pattern(str(pattern)).fullmatch(folded(f"{value}\0").rstrip("\0")) is not None


def _row(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}


class Store:
    """
    The tables, and the few ways to read and write them.

    Calls are synchronous and short. One writer: whoever holds a `transaction` must not await inside it.
    """

    def __init__(self, path: Path | None, clock: Callable[[], datetime]) -> None:
        self._db = sqlite3.connect(":memory:" if path is None else path, isolation_level=None, check_same_thread=False)
        self._db.row_factory = _row
        self._db.create_collation("mysql", _collate)
        self._db.create_function("like", 2, _like, deterministic=True)
        self._db.execute("PRAGMA busy_timeout = 5000")
        if path is not None:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
        self._clock = clock
        self.is_new = not self.rows("SELECT name FROM sqlite_master WHERE name = 'meta'")
        self._names: dict[str, str] = {}

    def create_tables(self) -> None:
        """Make an empty shop; call it inside a transaction."""
        for resource in RESOURCES.values():
            self._db.execute(resource.ddl)
        for statement in _TABLES:
            self._db.execute(statement)

    def close(self) -> None:
        """Close the database; committed state stays in the file."""
        self._db.close()

    def now(self) -> str:
        """The instant as a column holds it: shop time without offset, whole seconds."""
        return self._clock().strftime("%Y-%m-%d %H:%M:%S")

    def instant(self) -> datetime:
        """The clock's reading."""
        return self._clock()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing; inside another transaction it is part of that one."""
        if self._db.in_transaction:
            yield
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def rows(self, sql: str, params: Mapping[str, Any] | tuple[Any, ...] = ()) -> list[Row]:
        """All rows of a query."""
        return self._db.execute(sql, params).fetchall()

    def row(self, sql: str, params: Mapping[str, Any] | tuple[Any, ...] = ()) -> Row | None:
        """The first row of a query."""
        found: Row | None = self._db.execute(sql, params).fetchone()
        return found

    def get(self, table: str, row_id: int) -> Row | None:
        """The row with that id."""
        return self.row(f'SELECT * FROM "{table}" WHERE id = ?', (row_id,))

    def value(self, sql: str, params: Mapping[str, Any] | tuple[Any, ...] = ()) -> Any:
        """The first column of the first row, None without one."""
        found = self.row(sql, params)
        return None if found is None else next(iter(found.values()))

    def execute(self, sql: str, params: Mapping[str, Any] | tuple[Any, ...] = ()) -> int:
        """Run a statement; how many rows it touched."""
        return self._db.execute(sql, params).rowcount

    def insert(self, table: str, values: Mapping[str, Any]) -> int:
        """Add a row; its id."""
        columns = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        cursor = self._db.execute(f'INSERT INTO "{table}" ({columns}) VALUES ({marks})', tuple(values.values()))
        return cursor.lastrowid or 0

    def update(self, table: str, row_id: int, values: Mapping[str, Any]) -> None:
        """Change columns of a row."""
        assignments = ", ".join(f'"{name}" = ?' for name in values)
        self._db.execute(f'UPDATE "{table}" SET {assignments} WHERE id = ?', (*values.values(), row_id))

    def delete(self, table: str, row_id: int) -> None:
        """Remove a row."""
        self._db.execute(f'DELETE FROM "{table}" WHERE id = ?', (row_id,))

    def meta(self, name: str) -> str:
        """A setting of the shop, empty when it has none."""
        if name not in self._names:
            self._names[name] = self.value("SELECT value FROM meta WHERE name = ?", (name,)) or ""
        return self._names[name]

    def set_meta(self, name: str, value: str) -> None:
        """Keep a setting of the shop."""
        self._names.pop(name, None)
        self.execute(
            "INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )
