"""`lobby audit trail`: who did what, and who looked at whose data."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from lobby.command_line.data_option import data_option
from lobby.command_line.place import place


@click.command("trail")
@data_option
@click.option("--person", default="", metavar="NAME", help="Only what this person, device or program did.")
@click.option("--kind", default="", help="Only this kind of act, such as complaint-read.")
@click.option("--about", default="", metavar="REFERENCE", help="Only what is about this.")
@click.option("--day", metavar="YYYY-MM-DD", type=click.DateTime(["%Y-%m-%d"]), help="Only this business day.")
@click.option("--last", default=100, show_default=True, type=click.IntRange(1), help="At most so many lines.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
def trail(folder: Path, person: str, kind: str, about: str, day: datetime | None, last: int, as_json: bool) -> None:
    """Print the audit trail, the newest line last. Times are those of the branch's file; with --json in ms UTC."""
    import msgspec

    from lobby.act_kinds import KINDS
    from lobby.queue.services import day_of
    from lobby.records.acts import Acts, Wanted, by_operator
    from lobby.records.outcomes import entries

    if kind and kind not in KINDS:
        raise click.BadParameter(f"known are {', '.join(sorted(KINDS))}", param_hint="--kind")
    here = place().open(folder)
    days = day_of(here.setup, f"{day:%Y-%m-%d}") if day else None
    wanted = Wanted(person, kind, about, days.start if days else 0, days.end if days else 0)
    try:
        acts = Acts(here.store, here.id)
        asked = {
            "person": person and acts.if_known("person", person),
            "kind": kind,
            "asked_about": about and acts.if_known("about", about),
        }
        by_operator(acts, "trail-read", **{name: value for name, value in asked.items() if value})
        found = entries(acts, wanted, last)
    finally:
        here.store.close()
    for act in reversed(found):
        if as_json:
            click.echo(msgspec.json.encode(act))
            continue
        detail = ", ".join(f"{name} {value}" for name, value in act.detail.items())
        became = f"{act.outcome} {act.why}".rstrip()
        moment = f"{here.setup.local(act.at):%Y-%m-%d %H:%M:%S}"
        who, what = f"{act.actor} ({act.role})", KINDS.get(act.kind, act.kind)
        click.echo("\t".join([str(act.seq), moment, who, what, act.about, detail, became]).rstrip())
