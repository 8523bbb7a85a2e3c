"""The tables. The journal holds pseudonyms only; whatever could name a person lives in `people`, keyed by reference."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Float, Index, LargeBinary, MetaData, String, Table, Text

metadata = MetaData()

events = Table(
    "events",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("actor", String(100), nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    sqlite_with_rowid=False,
)

receipts = Table(
    "receipts",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", LargeBinary(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("answer", Text, nullable=False),
    sqlite_with_rowid=False,
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("format", String(16), nullable=False),
    Column("body", LargeBinary, nullable=False),
)

people = Table(
    "people",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("reference", String(32), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("username", String(64), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("role", String(32), nullable=False),
    Column("password", String(200), nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("subject", String(300)),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", LargeBinary(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(100), nullable=False),
    Column("role", String(32), nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=True),
    Column("revoked_at", BigInteger, nullable=True),
    Column("used_at", BigInteger, nullable=True),
    Column("idle_ms", BigInteger, nullable=True),
)
Index("tokens_by_name", tokens.c.name)

acts = Table(
    "acts",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("actor", String(100), nullable=False),
    Column("role", String(32), nullable=False),
    Column("kind", String(64), nullable=False),
    Column("about", String(200), nullable=False),
    Column("detail", Text, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    sqlite_with_rowid=False,
)

chain_branches = Table(
    "chain_branches",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("setup", Text, nullable=False),
    Column("setup_mark", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("head", BigInteger, nullable=False),
    Column("heard_at", BigInteger, nullable=False),
    Column("ahead_ms", BigInteger, nullable=False),
    Column("forked_seq", BigInteger, nullable=False),
    Column("forked_at", BigInteger, nullable=False),
    Column("gives_way_at", BigInteger, nullable=False),
    Column("agreed_seq", BigInteger, nullable=False),
    Column("set_aside_at", BigInteger, nullable=False),
)
"""At a head office: each branch of the chain, and how far its journal has arrived; see `lobby.records.received`."""

set_aside = Table(
    "set_aside",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("set_aside_at", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", String(64), nullable=False),
    Column("actor", String(100), nullable=False),
    Column("body", Text, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    sqlite_with_rowid=False,
)
"""At a head office: rows of a journal that gave way to another version of it, as they were; see
`lobby.records.set_aside`."""

webhooks = Table(
    "webhooks",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("tries", BigInteger, nullable=False),
    Column("failing_since", BigInteger, nullable=False),
    Column("tried_at", BigInteger, nullable=False),
    Column("pause_s", Float, nullable=False),
    Column("stopped", Boolean, nullable=False),
    Column("problem", String(300), nullable=False),
    Column("sent_at", BigInteger, nullable=False),
)

past_days = Table(
    "past_days",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("opened_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("last_seq", BigInteger, nullable=False),
    Column("day", String(10), nullable=False),
    Column("start_at", BigInteger, nullable=False),
    Column("end_at", BigInteger, nullable=False),
    Column("last_at", BigInteger, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("lists_taken", BigInteger, nullable=False),
    Column("format", String(16), nullable=False),
    Column("packed", LargeBinary, nullable=False),
)

visits = Table(
    "visits",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("opened_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("day", String(10), nullable=False),
    Column("ticket", Text, nullable=False),
    Column("number", Text, nullable=False),
    Column("step", BigInteger, nullable=False),
    Column("service", Text, nullable=False),
    Column("first_service", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("appointment", Boolean, nullable=False),
    Column("arrived_at", BigInteger, nullable=False),
    Column("since", BigInteger, nullable=False),
    Column("queued_at", BigInteger, nullable=False),
    Column("called_at", BigInteger),
    Column("last_called_at", BigInteger),
    Column("calls", BigInteger, nullable=False),
    Column("started_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("parked_ms", BigInteger, nullable=False),
    Column("ended", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("counter", BigInteger),
    Column("teller", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("steps", BigInteger, nullable=False),
    Column("rule", Text, nullable=False),
    Column("promise_low_s", BigInteger),
    Column("promise_high_s", BigInteger),
    Column("promise_about", Boolean, nullable=False),
    Column("told_low_s", BigInteger),
    Column("told_high_s", BigInteger),
    Column("told_about", Boolean, nullable=False),
    Column("told_at", BigInteger),
    Column("basis", Text),
    Column("held_at", BigInteger),
    Column("held_until", BigInteger),
    sqlite_with_rowid=False,
)

spans = Table(
    "spans",
    metadata,
    Column("branch", String(64), primary_key=True),
    Column("opened_seq", BigInteger, primary_key=True, autoincrement=False),
    Column("place", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("teller", Text, nullable=False),
    Column("start_at", BigInteger, nullable=False),
    Column("end_at", BigInteger),
    sqlite_with_rowid=False,
)
