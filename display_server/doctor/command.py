"""`lobby doctor`: everything that a branch stands on, looked at and told in plain words. It changes nothing."""

from __future__ import annotations

import logging
import os
import pwd
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lobby.command_line.data_option import data_option

if TYPE_CHECKING:  # loaded when it is wanted: these rooms know devices, pictures, TLS
    from lobby.doctor.finding import Finding, Look, State

MARKS: dict[State, tuple[str, str]] = {
    "good": ("good", "green"),
    "look": ("look at this", "yellow"),
    "broken": ("broken", "red"),
}


Examined = Callable[[Path, str, int, tuple[Path, Path] | None], Iterator["Finding"]]
"""What is found out about a data folder and a server of this host, port and certificate."""


def doctor_of(examined: Examined, port: int, said: str) -> click.Command:
    """The command `doctor` of a branch or a head office, whose server listens on `port` by default."""

    @click.command("doctor", help=said)
    @data_option
    @click.option("--host", default="127.0.0.1", show_default=True, help="Where `serve` listens.")
    @click.option("--port", default=port, show_default=True, type=click.IntRange(1, 65535))
    @click.option("--certificate", type=click.Path(path_type=Path), help="What `serve` is given.")
    @click.option("--certificate-key", type=click.Path(path_type=Path))
    @click.option("--json", "as_json", is_flag=True, help="For programs.")
    @click.pass_context
    def doctor(
        context: click.Context,
        folder: Path,
        host: str,
        port: int,
        certificate: Path | None,
        certificate_key: Path | None,
        as_json: bool,
    ) -> None:
        logging.getLogger().addHandler(logging.NullHandler())  # what else would stand between the findings is in them
        seen_as = become_owner(folder)
        pair = (certificate, certificate_key or certificate) if certificate else None
        tell(context, examined(folder, host, port, pair), seen_as, as_json=as_json)

    return doctor


def tell(context: click.Context, found: Iterable[Finding], seen_as: str, *, as_json: bool) -> None:
    """Print each finding as it is found, and end with exit code 1 when something is broken."""
    findings: list[Finding] = []
    for finding in found:
        findings.append(finding)
        if not as_json:
            _tell(finding)
    if as_json:
        import msgspec

        click.echo(msgspec.json.format(msgspec.json.encode({"findings": findings}), indent=2).decode())
    else:
        counts = Counter(finding.state for finding in findings)
        click.echo(", ".join(f"{counts[state]} {MARKS[state][0]}" for state in MARKS) + seen_as)
    context.exit(1 if any(finding.state == "broken" for finding in findings) else 0)


def become_owner(folder: Path) -> str:
    """Root goes on as the folder's account, so that everything is seen as the server sees it, and no file is made that
    the server could not write. Says so."""
    if os.geteuid() != 0 or not folder.exists() or folder.stat().st_uid == 0:
        return ""
    account = pwd.getpwuid(folder.stat().st_uid)
    os.initgroups(account.pw_name, account.pw_gid)
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
    return f" (seen as the account {account.pw_name})"


def _examined(folder: Path, host: str, port: int, certificate: tuple[Path, Path] | None) -> Iterator[Finding]:
    from hardware.counter_sign import mistakes as sign_mistakes
    from kiosk.printing import mistakes
    from lobby.config import BadBranchFile, load
    from lobby.doctor.finding import Patient, broken, examine, good

    try:
        config = load(folder, mistakes, sign_mistakes)
    except BadBranchFile as wrong:
        for mistake in wrong.mistakes:
            yield broken("branch file", str(mistake), f"Mend it in {wrong.path}: docs/branch-file.md")
        return
    yield good("branch file", f"{folder / 'branch.toml'} can be used.")
    now = time.time_ns() // 1_000_000
    yield from examine(Patient(folder, config, now, server_of(folder), host, port, certificate), _looks())


def _looks() -> list[tuple[str, Look]]:
    """Everything that is looked at, the ground first."""
    from display_server.doctor import address, certificate, devices
    from lobby.doctor import clock, database, disk, folder, keeping, machine, post

    return [
        (machine.VERSIONS, machine.look_at_versions),
        (folder.MINE, folder.look_at_folder),
        (disk.DISK, disk.look_at_disk),
        (disk.SPEED, disk.look_at_speed),
        (clock.CLOCK, clock.look_at_clock),
        (database.DATABASE, database.look_at_database),
        (keeping.BACKUP, keeping.look_at_backups),
        (keeping.ANCHOR, keeping.look_at_anchors),
        (machine.FILES, machine.look_at_files),
        (address.PORT, address.look_at_port),
        (certificate.CERTIFICATE, certificate.look_at_certificate),
        (address.PUBLIC, address.look_at_public_address),
        (address.PROXY, address.look_at_proxies),
        (address.SIGN_ON, address.look_at_single_sign_on),
        (devices.FONTS, devices.look_at_fonts),
        (devices.SPEECH, devices.look_at_speech),
        (devices.PRINTERS, devices.look_at_printers),
        (devices.SIGNS, devices.look_at_signs),
        (post.MAIL, post.look_at_mail),
        (post.WEBHOOKS, post.look_at_webhooks),
        (post.HEAD_OFFICE, post.look_at_head_office),
    ]


def server_of(folder: Path) -> int:
    """The process that holds the folder's lock (proc_locks(5)); 0 when none does. To try the lock would keep a server
    from starting in that moment."""
    try:
        inode = (folder / "server.lock").stat().st_ino
        locks = Path("/proc/locks").read_text()
    except OSError:
        return 0
    found = re.search(rf"FLOCK +ADVISORY +WRITE +(\d+) +[0-9a-f]+:[0-9a-f]+:{inode} ", locks)
    return int(found[1]) if found else 0


def _tell(finding: Finding) -> None:
    mark, colour = MARKS[finding.state]
    click.echo(f"{click.style(f'{mark:>12}', fg=colour)}  {finding.subject}: {finding.says}")
    if finding.do:
        click.echo(f"{'':>12}  {finding.do}")


doctor = doctor_of(
    _examined,
    8080,
    "Look at everything a branch stands on and say how it is. Exit code 1 when something is broken.",
)
