"""`lobby webhooks`: what is configured and how it goes, a try, a replay, a new secret."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:  # loaded where it is used: a database layer costs a command line its quickness
    from lobby.config import Config
    from lobby.outbound.cursors import Cursor
    from lobby.outbound.values import Webhook
    from lobby.records.journal import Journal
    from lobby.records.store import Store

data_option = click.option(
    "--data",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The branch's data folder.",
)


@click.group()
def webhooks() -> None:
    """What other programs are told, as branch.toml says."""


@webhooks.command("list")
@data_option
def list_webhooks(folder: Path) -> None:
    """Each webhook, where it stands and what is wrong with it."""
    from lobby.outbound.cursors import Cursors

    config, store, journal = _opened(folder)
    try:
        cursors = Cursors(store, config.setup.id)
        for webhook in config.webhooks:
            click.echo(f"{webhook.name}\t{_place(webhook)}\t{', '.join(sorted(webhook.types))}")
            for line in _standing(webhook, cursors.get(webhook.name), journal, ZoneInfo(config.setup.zone)):
                click.echo(f"  {line}")
    finally:
        store.close()


@webhooks.command("test")
@data_option
@click.argument("name")
def send_test(folder: Path, name: str) -> None:
    """Send a signed message of type lobby.test to the webhook NAME, once, and say how it went."""
    from lobby.config import load
    from lobby.outbound.messages import message_id, test_body
    from lobby.outbound.sending import Sender
    from lobby.outbound.signing import headers, read_secrets

    config = load(folder)
    webhook = _named(config, name)
    now = time.time_ns() // 1_000_000
    body = test_body(config.setup.id, now)
    sender = Sender()
    signed = headers(read_secrets(webhook.secret_file), f"{message_id(config.setup.id, 0)}-{now}", now // 1000, body)
    outcome = sender.post(webhook.url, body, signed)
    sender.close()
    if not outcome.delivered:
        raise click.ClickException(f"{name}: {outcome.problem}")
    click.echo(f"{name}: delivered")


@webhooks.command("replay")
@data_option
@click.option("--from", "first", required=True, metavar="SEQ", type=click.IntRange(1), help="The first event.")
@click.argument("name")
def replay_events(folder: Path, first: int, name: str) -> None:
    """Send again what the webhook NAME wants, from event SEQ on, whether it was delivered or not. A stopped webhook
    begins again. Each message has the id that it had."""
    from lobby.outbound.cursors import Cursors
    from lobby.records.acts import Acts, by_operator

    config, store, journal = _opened(folder)
    try:
        webhook = _named(config, name)
        last = _last(journal)
        if first > last + 1:
            raise click.ClickException(f"the journal ends with event {last}")
        by_operator(Acts(store, config.setup.id), "webhook-replayed", name, first=str(first))
        Cursors(store, config.setup.id).move(name, first - 1)
        click.echo(f"{name}: {_waiting(webhook, first - 1, journal)} to send; a running server begins within 30 s")
    finally:
        store.close()


@webhooks.command("secret")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def write_secret(file: Path) -> None:
    """Write a new secret into FILE, which must not be there yet, readable for this user alone. The receiver needs it
    too."""
    from lobby.outbound.signing import new_secret

    try:
        with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as opened:
            opened.write(new_secret() + "\n")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}") from None
    click.echo(f"{file} written; give its line to the receiver, by a way that nobody else reads")


def _opened(folder: Path) -> tuple[Config, Store, Journal]:
    from lobby.config import load
    from lobby.records.journal import Journal
    from lobby.records.store import Store

    config = load(folder)
    store = Store.beside(folder, config.database)
    return config, store, Journal(store, config.setup.id)


def _named(config: Config, name: str) -> Webhook:
    for webhook in config.webhooks:
        if webhook.name == name:
            return webhook
    known = ", ".join(webhook.name for webhook in config.webhooks) or "none"
    raise click.ClickException(f'there is no webhook "{name}" in branch.toml; there are: {known}')


def _place(webhook: Webhook) -> str:
    """The receiver without its path, which may hold a key."""
    from urllib.parse import urlsplit

    parts = urlsplit(webhook.url)
    return f"{parts.scheme}://{parts.netloc}"


def _standing(webhook: Webhook, cursor: Cursor | None, journal: Journal, zone: ZoneInfo) -> list[str]:
    if cursor is None:
        return ["has not begun; it begins when the server starts"]
    lines = [f"after event {cursor.seq} of {_last(journal)}; {_waiting(webhook, cursor.seq, journal)} to send"]
    if cursor.sent_at:
        lines.append(f"last delivered {_local(cursor.sent_at, zone)}")
    if cursor.tries:
        tries = "1 try" if cursor.tries == 1 else f"{cursor.tries} tries"
        lines.append(f"failing since {_local(cursor.failing_since, zone)}, {tries}: {cursor.problem}")
    if cursor.stopped:
        lines.append(f"stopped; `lobby webhooks replay {webhook.name} --from {cursor.seq + 1}` begins again")
    return lines


def _local(at: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(at / 1000, zone):%Y-%m-%d %H:%M:%S}"


def _waiting(webhook: Webhook, after: int, journal: Journal) -> str:
    from lobby.outbound.messages import TYPES
    from lobby.outbound.undoing import as_message

    messages = (as_message(journal.branch, recorded, journal) for recorded in journal.stream(after))
    count = sum(TYPES.get(type(message.event)) in webhook.types for message in messages)
    return "1 event" if count == 1 else f"{count} events"


def _last(journal: Journal) -> int:
    from lobby.queue.commands import LATEST

    return journal.before(LATEST)
