"""`lobby backup`, `lobby backup drill` and `lobby restore`: the branch kept elsewhere, tried out, and brought back; and
the same of a head office."""

from __future__ import annotations

import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from lobby.command_line.data_option import data_option
from lobby.command_line.place import place

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")


def _now() -> int:
    return time.time_ns() // 1_000_000


@click.group(invoke_without_command=True)
@click.option(
    "--data",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The data folder, made by `init`.",
)
@click.option("--to", metavar="PATH", type=click.Path(file_okay=False, path_type=Path), help="Where backups lie.")
@click.option("--keep", metavar="N", type=click.IntRange(1), help="Delete all but the youngest N of this place there.")
@json_option
@click.pass_context
def backup(context: click.Context, folder: Path | None, to: Path | None, keep: int | None, as_json: bool) -> None:
    """Write a backup of the branch (or head office) into the folder PATH, while it is open: its database as it stands
    at one moment, and the files of its folder, in one file. Its records are checked; where they are broken, nothing old
    is deleted and the exit code is 1. A backup holds secrets and what customers wrote."""
    if context.invoked_subcommand is not None:
        return
    if folder is None or to is None:
        raise click.UsageError("Missing option '--data' or '--to'.")
    from contextlib import suppress

    from lobby.errors import StorageFull
    from lobby.records.acts import Acts, by_operator
    from lobby.records.backup import forget_old, make_backup
    from lobby.records.not_written import NotWritten

    here, now = place().open(folder), _now()
    try:
        with suppress(StorageFull):  # a full disk is when a backup is needed most
            by_operator(Acts(here.store, here.id), "backup-made", to=str(to))
        made = make_backup(folder, here.store, here.name, to, now, place().kept())
    except NotWritten as fault:
        raise click.ClickException(str(fault)) from None
    finally:
        here.store.close()
    gone = forget_old(to, here.name, keep, made.path) if keep and made.verdict.whole else []
    size = made.path.stat().st_size
    said = [f"{made.path} written, {size / 1e6:.1f} MB", *made.verdict.sentences()]
    said += [f"{name.removeprefix('files/')} could not be read and is not in it" for name in made.manifest.left_out]
    said += [f"{path.name} deleted" for path in gone]
    plain = {
        "path": str(made.path),
        "bytes": size,
        "anchor": made.manifest.anchor,
        "left_out": made.manifest.left_out,
        "deleted": [str(path) for path in gone],
        "records": made.verdict.plain(),
    }
    click.echo(json.dumps(plain) if as_json else "\n".join(said))
    if not made.verdict.whole or made.manifest.left_out:
        raise click.ClickException("the backup was written, but not everything is well; see above")


@backup.command("drill")
@data_option
@click.option(
    "--from",
    "path",
    required=True,
    metavar="PATH",
    type=click.Path(exists=True, path_type=Path),
    help="A backup, or the folder where backups lie: then the youngest of this place.",
)
@click.option("--scratch", metavar="DIR", type=click.Path(exists=True, file_okay=False), help="Where there is room.")
@json_option
def drill_backup(folder: Path, path: Path, scratch: str | None, as_json: bool) -> None:
    """Try a backup out: unpack it to a scratch place, check every byte and both hash chains, fold the journal, and
    compare the figures with those of the live branch, which may be open. Exit code 1 when anything differs."""
    from lobby.records.acts import Acts, by_operator
    from lobby.records.archive import BadBackup
    from lobby.records.backup import backups
    from lobby.records.drill import drill
    from lobby.records.not_written import NotWritten, named

    here = place().open(folder)
    try:
        if path.is_dir():
            found = backups(path, here.name)
            if not found:
                raise click.ClickException(f"no backup of {here.name} in {path}")
            path = found[-1]
        by_operator(Acts(here.store, here.id), "backup-drilled", file=path.name)
        with TemporaryDirectory(prefix="lobby-drill-", dir=scratch) as room, named(Path(room)):
            drilled = drill(path, here.store, here.setups(), Path(room), place().kept())
    except (BadBackup, NotWritten) as bad:
        raise click.ClickException(str(bad)) from None
    finally:
        here.store.close()
    plain = {
        "path": str(path),
        "good": drilled.good,
        "records": drilled.verdict.plain(),
        "live_goes_on": drilled.went_on,
        "rows_since": drilled.rows_since,
        "snapshot_agrees": drilled.folds,
        "days": drilled.days,
        "days_that_differ": drilled.other,
        "not_read": drilled.unread,
    }
    click.echo(json.dumps(plain) if as_json else "\n".join(drilled.sentences()))
    if not drilled.good:
        raise click.ClickException(f"this backup would not bring back the {drilled.noun} as it is; see above")


@click.command("restore")
@click.argument("path", metavar="BACKUP", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--data",
    "folder",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="The new data folder: not there yet, or empty.",
)
@click.option(
    "--database",
    default="",
    metavar="URL|sqlite",
    help="Where the rows go, when that is not what the branch file in the backup says.",
)
@click.option(
    "--former",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The old data folder, as far as it is left: what was erased or ended since the backup is so again.",
)
@click.option(
    "--erased",
    "lists",
    multiple=True,
    metavar="PATH",
    type=click.Path(exists=True, path_type=Path),
    help="A list of erasures, or a folder where one lies, besides that beside BACKUP. May be given several times.",
)
@json_option
def restore_backup(
    path: Path, folder: Path, database: str, former: Path | None, lists: tuple[Path, ...], as_json: bool
) -> None:
    """Bring a branch (or head office) back from a backup, into a folder where nothing is. Every byte and both hash
    chains are checked first; then either all of it is there, or nothing. Everybody signs in anew."""
    from contextlib import suppress

    import msgspec

    from lobby.errors import StorageDamaged
    from lobby.records.acts import OPERATOR, operator
    from lobby.records.archive import BadBackup
    from lobby.records.not_written import NotWritten
    from lobby.records.restore import NotEmpty, restore
    from lobby.records.taken_away import NotTheFormer

    kept, given = place().kept(), {"actor": operator(), "role": OPERATOR, "database": database}
    with TemporaryDirectory(prefix="lobby-former-") as room:
        old = None
        if former is not None:
            lists += (former,)
            with suppress(StorageDamaged):  # then its list of erasures is left
                old = place().former(former, Path(room))
        try:
            done = restore(path, folder, _now(), **given, former=old, lists=lists, kept=kept)
        except (BadBackup, NotEmpty, NotTheFormer, NotWritten) as refused:
            raise click.ClickException(str(refused)) from None
        finally:
            if old is not None:
                old.close()
    gone = done.taken_away
    said = [f"{done.manifest.branch} restored into {folder}", *done.verdict.sentences()]
    said += gone.sentences(damaged=former is not None and old is None)
    if done.database != done.named:
        wanted = "the address of the database as database" if done.database else "no database"
        said.append(f"Write {wanted} under [{kept.table}] in {folder / kept.file} before the {kept.noun} is started.")
    plain = {
        "branch": done.manifest.branch,
        "made": done.manifest.at,
        "taken_away": msgspec.to_builtins(gone),
        "records": done.verdict.plain(),
    }
    click.echo(json.dumps(plain) if as_json else "\n".join(said))
