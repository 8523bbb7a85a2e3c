"""`lobby why A047`: why a ticket was called when it was, and who was called before it; `lobby fairness`: the ledger."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lobby.command_line.language_option import words_asked

if TYPE_CHECKING:  # loaded where it is used: a database layer costs a command line its quickness
    from lobby.queue.branch import Branch
    from lobby.records.journal import Journal
    from lobby.records.people import People
    from lobby.reports.fairness import Ledger
    from lobby.reports.why import Place, WhyTicket
    from lobby.words import Words

_DATE = click.DateTime(["%Y-%m-%d"])
MOST_RANKED = 12
"""So many of those who waited are printed for a call; `--json` has them all."""

data_option = click.option(
    "--data",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The branch's data folder.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")


@click.command()
@click.argument("ticket", metavar="NUMBER")
@data_option
@click.option("--day", metavar="YYYY-MM-DD", type=_DATE, help="A business day; the present one by default.")
@click.option("--language", default="", metavar="xx", help="The language; the branch's own by default.")
@json_option
def why(ticket: str, folder: Path, day: datetime | None, language: str, as_json: bool) -> None:
    """Say why ticket NUMBER (as printed, such as A047) was called when it was, and why others were called before it."""
    from lobby.past_calls import why_ticket, with_reasons
    from lobby.records.people import operators_look
    from lobby.words.why_lines import in_words

    with _branch(folder) as (journal, branch, people):
        said = words_asked(language, branch.setup)
        why = why_ticket(journal, branch, ticket, _iso(day))
        found = in_words(with_reasons(why, people, operators_look("reasons-read", why.ticket)), said)
        if as_json:
            _print_json(found)
        else:
            _print_why(found, branch, said)


@click.command()
@data_option
@click.option("--from", "first", metavar="YYYY-MM-DD", type=_DATE, help="The first day; the present one by default.")
@click.option("--to", "last", metavar="YYYY-MM-DD", type=_DATE, help="The last day; the first by default.")
@json_option
def fairness(folder: Path, first: datetime | None, last: datetime | None, as_json: bool) -> None:
    """Count who was overtaken by whom under which rule, and check that no rule was broken. Exit code 1 when one was."""
    from lobby.past_calls import asked_days, oldest_rules, recorded_between
    from lobby.reports.fairness import fairness as fairness_of

    if last is not None and (first is None or last < first):
        raise click.BadParameter("needs a --from that is not after it", param_hint="--to")
    with _branch(folder) as (journal, branch, _):
        start, end = asked_days(branch, _iso(first), _iso(last))
        recorded = recorded_between(journal, branch, start, end)
        count = journal.before(end) - journal.before(start)
        with click.progressbar(recorded, count, file=sys.stderr) as seen:
            found = fairness_of(branch.setup, seen, oldest_rules(journal, branch))
        if as_json:
            _print_json(found)
        else:
            _print_ledger(found)
    if found.broken or found.otherwise:
        raise click.exceptions.Exit(1)


@contextmanager
def _branch(folder: Path) -> Iterator[tuple[Journal, Branch, People]]:
    from lobby.config import load
    from lobby.records.journal import Journal
    from lobby.records.people import People
    from lobby.records.store import Store

    config = load(folder)
    if not config.database and not (folder / "lobby.db").exists():
        raise click.ClickException(f"nothing was recorded in {folder} yet")
    store = Store.beside(folder, config.database)
    try:
        journal = Journal(store, config.setup.id)
        yield journal, journal.replay(config.setup), People(store, config.setup.id)
    finally:
        store.close()


def _iso(day: datetime | None) -> str:
    return f"{day:%Y-%m-%d}" if day else ""


def _print_json(thing: Any) -> None:
    import msgspec

    click.echo(msgspec.json.format(msgspec.json.encode(thing), indent=2).decode())


def _print_why(found: WhyTicket, branch: Branch, words: Words) -> None:
    def clock(at: int) -> str:
        return f"{branch.setup.local(at):%H:%M:%S}"

    click.echo(f"{found.number}  {found.day}  {found.service} {found.priority}".rstrip())
    click.echo(found.line)
    for call in found.calls:
        where = words("Counter %(counter)s", counter=call.counter)
        click.echo(f"\n{clock(call.at)}  {where}  {call.teller}  {call.line}")
        for place in call.ranked[:MOST_RANKED]:
            click.echo(_place(place, "*" if place.ticket == found.ticket else " "))
    for one in found.overtaken:
        click.echo(f"\n{clock(one.at)}  {one.line}")


def _place(place: Place, mark: str) -> str:
    """One who waited when the call was made: number, index, wait and target in minutes, rule."""
    waited, target = place.waited_s / 60, place.target_s / 60
    figures = f"{place.number:<6} {place.index:8.3f} {waited:7.1f} / {target:g} min"
    return f"  {mark} {figures}  {place.rule} {place.priority} {place.held}".rstrip()


def _print_ledger(found: Ledger) -> None:
    evenly = "–" if found.jain is None else f"{found.jain:.3f}"
    click.echo(f"{found.calls} calls of {found.tickets} tickets; Jain's index of wait / target {evenly}")
    if found.unjudged:
        click.echo(f"  {found.unjudged:6} calls before any rules were on record: shown by the oldest, not judged")
    for rule, count in found.by_rule.items():
        click.echo(f"  {count:6} overtakes: {rule}")
    for between in found.between:
        bound = "–" if between.bound_s is None else f"{between.bound_s / 60:.1f}"
        suffered, by = (
            f"{service} {priority}".rstrip()
            for service, priority in (
                (between.service, between.priority),
                (between.by_service, between.by_priority),
            )
        )
        click.echo(
            f"  {suffered} < {by} ({between.rule}): {between.count}, "
            f"at most {between.longest_later_s / 60:.1f} min later, allowed {bound}"
        )
    for one in found.worst:
        click.echo(f"  {one.number}: {len(one.by)} times, by {', '.join(number for number, _ in one.by)}")
    for broken in found.broken:
        click.echo(f"BROKEN: event {broken.seq}: {broken.by_number} before {broken.number} ({broken.rule})")
    for seq in found.otherwise:
        click.echo(f"OTHERWISE: event {seq}: the rules in force call somebody else")
