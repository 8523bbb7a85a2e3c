"""`lobby replay`: a foreign queue log through the real door, and the report that comes of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lobby.foreign_log import mapping_in, rows_of

if TYPE_CHECKING:  # loaded where it is used: a database layer costs a command line its quickness
    from lobby.door import Door
    from lobby.reports.period import PeriodFigures
    from lobby.waits.foreign.replay import Mapping, Plan


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "map_file",
    required=True,
    metavar="MAP.toml",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="How the columns, units and values of FILE are to be read.",
)
@click.option(
    "--day", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]), help="Only the rows of this day of the log."
)
@click.option("--server", metavar="URL", help="Replay on a running server's unused branch instead of in this process.")
@click.option("--token", metavar="T", help="A manager's token for that server.")
@click.option("--branch", metavar="ID", help="The branch on that server, if it holds several.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the report.")
def replay(
    file: Path, map_file: Path, day: object, server: str | None, token: str | None, branch: str | None, as_json: bool
) -> None:
    """Replay a foreign queue log (.csv or .csv.gz): every visit issued, called, served or gone at its own time."""
    from datetime import datetime

    from lobby.replaying import scratch

    if server is not None and not token:
        raise click.UsageError("--server needs --token")
    if server is None and (token or branch):
        raise click.UsageError("--token and --branch go with --server")
    mapping = mapping_in(map_file)
    wanted = f"{day:%Y-%m-%d}" if isinstance(day, datetime) else None
    if server is None:
        made = _plan(file, mapping, wanted, None)
        with scratch(mapping.setup()) as door:
            _run(made, mapping, door, as_json)
    else:
        with _remote(server, token or "", branch) as door:
            _run(_plan(file, mapping, wanted, door), mapping, door, as_json)


def _run(plan: Plan, mapping: Mapping, door: Door, as_json: bool) -> None:
    from lobby.replaying import Stopped, replay, replayed, unlike
    from lobby.reports.figures import figures_of_days

    with _progress(len(plan.steps)) as progress:
        try:
            outcome = replay(plan, door, progress)
        except Stopped as stopped:
            raise click.ClickException(str(stopped)) from None
    records = replayed(door, mapping, outcome.tickets)
    figures = figures_of_days(records, records[-1].at)
    if as_json:
        click.echo(_as_json(plan, figures, outcome.steps, outcome.seconds))
    else:
        _report(plan, figures, outcome.steps, outcome.seconds)
    wrong = unlike(plan, records, outcome.tickets)
    if wrong:
        raise click.ClickException(f"{len(wrong)} visits ended otherwise than in the log: {', '.join(wrong[:10])}")


# -- what goes in


def _plan(file: Path, mapping: Mapping, day: str | None, door: Door | None) -> Plan:
    import msgspec

    from lobby.waits.foreign.replay import plan

    setup = mapping.setup()
    if door is not None:
        there = door.branch()
        setup = msgspec.structs.replace(setup, zone=there.zone, day_starts_min=there.day_starts_min)
    with rows_of(file, mapping.delimiter, mapping.encoding) as rows:
        made = plan(rows, mapping, day, setup)
    if not made.steps:
        left_out = ", ".join(f"{reason} {count}" for reason, count in made.left_out.items()) or "none"
        raise click.ClickException(f"there is nothing to replay: {made.rows_read} rows read; left out: {left_out}")
    return made


@contextmanager
def _remote(url: str, token: str, branch: str | None) -> Iterator[Door]:
    from lobby.remote import RemoteDesk

    there = RemoteDesk.branches(url, token)
    if branch is None and len(there) != 1:
        raise click.UsageError(f"--branch is needed; the server holds {', '.join(there) or 'none'}")
    if branch is not None and branch not in there:
        raise click.ClickException(f'the server has no branch "{branch}"; it holds {", ".join(there)}')
    door = RemoteDesk(url, token, branch or there[0])
    try:
        yield door
    finally:
        door.close()


# -- what comes out


@contextmanager
def _progress(steps: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing in a pipe."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("Replaying", total=steps)
        yield lambda done: bar.update(task, completed=done) if done % 50 == 0 or done == steps else None


def _as_json(plan: Plan, figures: PeriodFigures, steps: int, seconds: float) -> str:
    import msgspec

    visits = figures.overall.visits
    told = {
        "rows_read": plan.rows_read,
        "rows_left_out": plan.left_out,
        "rows_adjusted": plan.adjusted,
        "issued": visits.issued,
        "called": visits.called,
        "served": visits.served,
        "left": visits.left,
        "mean_wait_s": visits.wait.wait_mean_s,
        "p90_wait_s": visits.wait.wait_p90_s,
        "day": figures.day,
        "commands": steps,
        "seconds": round(seconds, 2),
        "visits_per_s": round(visits.issued / seconds, 1),
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def _report(plan: Plan, figures: PeriodFigures, steps: int, seconds: float) -> None:
    from rich.console import Console

    from lobby.command_line.report import WIDE
    from lobby.reports.forms.rendering import as_table
    from lobby.words import SOURCE_LANGUAGE, words

    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
    console.print(as_table(figures, words(SOURCE_LANGUAGE)))
    click.echo()
    click.echo(f"Rows read: {plan.rows_read}. Replayed: {plan.issued} visits, {steps} commands in {seconds:.1f} s.")
    for reason, count in plan.left_out.items():
        listed = plan.examples.get(reason, [])
        more = ["..."] if count > len(listed) else []
        click.echo(f"Left out, {reason}: {count}" + (f" ({', '.join(listed + more)})" if listed else ""))
    for reason, count in plan.adjusted.items():
        click.echo(f"Adjusted, {reason}: {count}")
