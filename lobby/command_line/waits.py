"""`lobby waits backtest`: how well waits would have been foretold, and promises kept, on a queue log that is over."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lobby.foreign_log import mapping_in, rows_of

if TYPE_CHECKING:  # loaded where it is used: numpy costs a command line its quickness
    from lobby.waits.foreign.backtest import Backtest
    from lobby.waits.foreign.call_order import Kept
    from lobby.waits.foreign.mapping import Mapping
    from lobby.waits.foreign.rows import Reading

EXAMPLE = "anonymous_bank.toml"
"""The mapping for a file with the columns of the public bank log, which this one is for."""

NAMES = {
    "constant": "Mean of the days before",
    "last_to_enter_service": "Last to enter service (LES)",
    "head_of_line": "Head of the line (HOL)",
    "last_five_called": "Mean of the last five called",
    "half_hour_mean": "Mean of the last half hour",
    "queue_length": "Queue length (QL)",
    "queue_length_with_leavers": "Queue length with leavers (QL_m)",
    "simulation_median": "Simulation, median",
    "corrected_mean": "Corrected, mean",
    "corrected_median": "Corrected, median",
}


@click.group()
def waits() -> None:
    """How well waits are foretold."""


@waits.command()
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    "map_file",
    metavar="MAP.toml",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="How FILE is to be read; without it, by the columns of the public bank log (docs/waits.md).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of the tables.")
def backtest(file: Path, map_file: Path | None, as_json: bool) -> None:
    """Learn on the first 60 % of a log's working days (.csv or .csv.gz), and judge every predictor and the promise on
    the others."""
    from lobby.waits.foreign.backtest import backtest as judged
    from lobby.waits.foreign.call_order import orders_kept
    from lobby.waits.foreign.days import TooShort
    from lobby.waits.foreign.rows import read_rows

    mapping = mapping_in(map_file) if map_file is not None else _default(file)
    with rows_of(file, mapping.delimiter, mapping.encoding) as rows:
        reading = read_rows(rows, mapping)
    try:
        with _progress(len(reading.visits)) as progress:
            outcome = judged(reading.visits, mapping, progress=progress)
    except TooShort as short:
        left_out = ", ".join(f"{reason} {count}" for reason, count in sorted(reading.left_out.items())) or "none"
        raise click.ClickException(f"{short} ({reading.rows_read} rows read; left out: {left_out})") from None
    orders = orders_kept(reading.visits)
    if as_json:
        click.echo(_as_json(reading, outcome, orders))
    else:
        _print(reading, outcome, orders, {service.code: service.names["en"] for service in mapping.services.values()})


def _default(file: Path) -> Mapping:
    """The example's mapping, with a service for each value in the file that it does not name."""
    from lobby.waits.foreign.mapping import read_mapping
    from lobby.waits.foreign.services import with_services_of

    data: dict[str, Any] = tomllib.loads((files("lobby") / "examples" / EXAMPLE).read_text(encoding="utf-8"))
    column = data["columns"]["service"]
    with rows_of(file, ",", "utf-8-sig") as rows:
        found = {(row.get(column) or "").strip() for row in rows}
    return read_mapping(with_services_of(data, found))


# -- what comes out


@contextmanager
def _progress(visits: int) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing in a pipe."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as bar:
        task = bar.add_task("Foretelling", total=visits)
        yield lambda done: bar.update(task, completed=done) if done % 100 == 0 or done == visits else None


def _as_json(reading: Reading, outcome: Backtest, orders: list[Kept]) -> str:
    import msgspec

    told = {
        "rows_read": reading.rows_read,
        "rows_left_out": dict(sorted(reading.left_out.items())),
        "rows_listed": reading.examples,
        "rows_adjusted": dict(sorted(reading.adjusted.items())),
        "columns_not_read": reading.not_read,
        **msgspec.to_builtins(outcome),
        "calling_order": [{"credit_s": k.credit_s, "share": k.share, "pairs": k.pairs} for k in orders],
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()


def _print(reading: Reading, outcome: Backtest, orders: list[Kept], services: dict[str, str]) -> None:
    from rich.console import Console
    from rich.table import Column, Table

    from lobby.command_line.report import WIDE

    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
    learnt, judged = outcome.training, outcome.judged
    console.print(
        f"Learnt on {outcome.training_days} working days ({learnt[0]} to {learnt[1]}), "
        f"judged on {outcome.judged_days} ({judged[0]} to {judged[1]}). Seconds."
    )
    points = Table("Predictor", *(Column(head, justify="right") for head in ("RMSE", "MAE", "n")))
    for name, of in outcome.predictors.items():
        points.add_row(NAMES[name], f"{of.rmse_s:.1f}", f"{of.mae_s:.1f}", str(of.n))
    console.print(points)
    promise = Table(
        "Promise: called within it", *(Column(head, justify="right") for head in ("Coverage", "Mean bound", "n"))
    )
    whole = outcome.promise
    promise.add_row("All services", f"{whole.coverage:.3f}", f"{whole.mean_bound_s:.0f}", str(whole.n))
    for code, kept in whole.services.items():
        promise.add_row(services[code], f"{kept.coverage:.3f}", f"{kept.mean_bound_s:.0f}", str(kept.n))
    console.print(promise)
    console.print(f"If all leavers had stayed: {whole.if_all_stayed:.3f}. Called before its start: {whole.lower:.3f}.")
    if orders:
        best = max(orders, key=lambda kept: kept.share)
        console.print(
            f"Calls kept most often to a credit of {best.credit_s:g} s for priority: "
            f"{best.share:.3f} of {best.pairs} pairs."
        )
    _print_rows(reading)


def _print_rows(reading: Reading) -> None:
    click.echo(f"Rows read: {reading.rows_read}. Used: {len(reading.visits)}.")
    for reason, count in sorted(reading.left_out.items()):
        listed = reading.examples.get(reason, [])
        more = ["..."] if count > len(listed) else []
        click.echo(f"Left out, {reason}: {count}" + (f" ({', '.join(listed + more)})" if listed else ""))
    for reason, count in sorted(reading.adjusted.items()):
        click.echo(f"Adjusted, {reason}: {count}")
    if reading.not_read:
        click.echo(f"Columns not read: {', '.join(reading.not_read)}")
