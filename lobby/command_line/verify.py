"""`lobby audit verify`: whether anything that was recorded was changed, removed or reordered since."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lobby.command_line.data_option import data_option
from lobby.command_line.place import place

if TYPE_CHECKING:  # loaded where it is used: a database layer costs a command line its quickness
    from lobby.records.anchor import Anchor


@click.command("verify")
@data_option
@click.option(
    "--anchor",
    "given",
    multiple=True,
    metavar="FILE|TEXT",
    help="An anchor that was kept elsewhere, or a file with some. Those of the data folder are always asked.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of sentences.")
def verify(folder: Path, given: tuple[str, ...], as_json: bool) -> None:
    """Check the hash chains of the journal and the audit trail from the first row to the last, and hold them against
    every anchor at hand. Names each row that was changed, removed or reordered, and a tail that was cut off. The
    branch may be open meanwhile. Exit code 1 when anything is wrong."""
    from lobby.records.acts import Acts, by_operator
    from lobby.records.anchor_folder import kept_anchors
    from lobby.records.verdicts import examined

    elsewhere = [anchor for one in given for anchor in _anchors(one)]
    here = place().open(folder)
    try:
        chains = place().kept().chains(here.store, here.name)
        for anchor in elsewhere:
            if anchor.branch not in chains:
                raise click.ClickException(f"an anchor is of the branch {anchor.branch}, and this is {here.name}")
        kept, unread = kept_anchors(folder)
        found = examined(here.store, chains, [*kept, *elsewhere])
        if found.whole:  # nothing is written after a broken row: it is evidence
            rows = {"journal": str(found.rows[0]), "trail": str(found.rows[1])}
            by_operator(Acts(here.store, here.id), "records-verified", **rows)
    finally:
        here.store.close()
    said = [*found.sentences(), *unread]
    click.echo(json.dumps(found.plain() | {"unread": unread}) if as_json else "\n".join(said))
    if not found.whole or unread:
        raise click.ClickException("not everything that was recorded is as it was; see above")


def _anchors(given: str) -> list[Anchor]:
    """The anchors of a text, or of the file that it names."""
    from lobby.records.anchor import NotAnAnchor, read_anchor, read_anchors

    try:
        if given.lstrip().casefold().startswith("anchor "):
            return [read_anchor(given)]
        found = read_anchors(Path(given).read_text(encoding="utf-8"))
    except NotAnAnchor as wrong:
        raise click.ClickException(f"the anchor {given[:80]} {wrong}") from None
    except (OSError, UnicodeDecodeError, ValueError):
        raise click.ClickException(f"{given[:80]} is neither an anchor nor a file that can be read") from None
    if not found:
        raise click.ClickException(f"no anchor in {given[:80]}")
    return found
