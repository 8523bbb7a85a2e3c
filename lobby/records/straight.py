"""SQLite by its driver alone, for the one transaction that every command waits for.

What SQLAlchemy does around a transaction (a connection from the pool, its events, a cursor and a result for each
statement) takes as long as a fast disk. Here are a connection that is kept, and as few statements as there can be: each
gives up the interpreter's lock, and where another thread computes it comes back up to 5 ms later.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError


class Straight:
    """A connection of `engine` (SQLite), which writes one transaction at a time. What the database refuses is raised as
    SQLAlchemy would."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self._kept: Any = None
        self._driver: Any = None

    @contextmanager
    def transaction(self) -> Iterator[Straight]:
        """Everything that is executed within is durable afterwards, or nothing of it."""
        with self._turn:
            if self._kept is None:
                self._kept = self._engine.raw_connection()
                self._driver = self._kept.driver_connection
            try:  # whatever happens from here on, the next begins with no transaction open
                self.execute("BEGIN IMMEDIATE")
                yield self
                self.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):  # it did not begin, or a full disk has ended it
                    self._driver.execute("ROLLBACK")
                raise

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        """A statement with its values by position."""
        try:
            self._driver.execute(sql, values)
        except sqlite3.Error as error:
            raise DBAPIError.instance(sql, None, error, sqlite3.Error) from error

    def close(self) -> None:
        with self._turn:
            if self._kept is not None:
                self._kept.close()
            self._kept = self._driver = None
