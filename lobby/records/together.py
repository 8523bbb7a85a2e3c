"""Statements that go to PostgreSQL in one piece and are answered in one (libpq's pipeline mode): while one process
has its turn the others wait, and each way there and back would make that longer. SQLite has no way to go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Compiled, Connection, Dialect, Select
from sqlalchemy.exc import DBAPIError


class Asked(Protocol):
    """A question whose rows can be had, once, after the block in which it was asked."""

    def fetchall(self) -> Sequence[Any]:
        """The rows, columns by position."""


Ask = Callable[..., Asked]


@contextmanager
def together(connection: Connection) -> Iterator[Ask]:
    """Within the block, `ask(query, name=value, ...)` asks, and what `connection` inserts goes along. What the database
    refuses is raised as SQLAlchemy would, in the block or at its end."""
    if connection.dialect.name != "postgresql":
        yield lambda query, **values: connection.execute(query, values)
        return
    import psycopg  # an extra

    driver: Any = connection.connection.driver_connection

    def ask(query: Select[Any], **values: object) -> Asked:
        compiled = _compiled(query, connection.dialect)
        asked: Asked = driver.execute(compiled.string, compiled.construct_params(values))
        return asked

    try:
        with driver.pipeline():
            yield ask
    except psycopg.Error as error:
        raise DBAPIError.instance("statements in one piece", None, error, psycopg.Error) from error


@cache
def _compiled(query: Select[Any], dialect: Dialect) -> Compiled:
    """One of a few queries that live as long as the process."""
    return query.compile(dialect=dialect)
