"""docs/roles.md as the tables of permissions say it.

python -m display_server.gate.roles_page > docs/roles.md
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from display_server.app import create_app
from display_server.branch_server import BranchServer
from display_server.gate.guarding import Asks, Key
from display_server.gate.permissions import ROUTES, SOCKETS
from display_server.head_office.app import create_app as create_office_app
from display_server.head_office.office_server import OfficeServer
from display_server.head_office.permissions import ROUTES as OFFICE_ROUTES
from lobby.access import PERMISSIONS, ROLES
from lobby.command_line.branch import write_example
from lobby.head_office.office_file import EXAMPLE as OFFICE_EXAMPLE
from lobby.head_office.office_file import FILE as OFFICE_FILE

INTRO = """\
# Who may do what

This page is printed from the code (`python -m display_server.gate.roles_page > docs/roles.md`; a test compares):
from the permissions of each role in `lobby/access.py`, and from the key of each address and message in
`display_server/gate/permissions.py`. An address that is not listed there does not start; a message that is not
listed is not heard. Every route is tried with every role in `tests/display_server/test_permissions.py`.

`customer` is whoever holds a ticket's own token or a complaint's reference, from the paper; `kiosk` and `display` are
paired devices; the others are people, or programs with a token of that role. A browser may be several things at once,
and may then do what each of them may.
"""

ROUTES_INTRO = """\
## Addresses

Whoever has no permission is answered 403; whoever is nobody 401, or is led to the page for signing in or pairing. A
request that changes something and comes with a cookie must come from a page of the server itself (`Origin`, and
`Sec-Fetch-Site`). The kiosk's staff page (`/kiosk/staff/...`) asks for the PIN as well.
"""

SOCKETS_INTRO = """\
## Messages over Socket.IO

Whoever may not connect is refused; what a client may not send is not heard. Whoever loses the right to listen is
disconnected within seconds.
"""


OFFICE_INTRO = """\
## Addresses of a head office

Its table is `display_server/head_office/permissions.py`; the roles are the same. Nothing is said over Socket.IO.
"""


def page(app: Flask, office: Flask) -> str:
    """The whole page, Markdown, of a branch's application and a head office's."""
    branch = [*_roles(), "", ROUTES_INTRO, *_routes(app, ROUTES), "", SOCKETS_INTRO, *_sockets()]
    return "\n".join([INTRO, *branch, "", OFFICE_INTRO, *_routes(office, OFFICE_ROUTES), ""])


def _roles() -> Iterator[str]:
    yield "## Roles"
    yield ""
    yield f"| permission | {' | '.join(ROLES)} |"
    yield f"|---|{':-:|' * len(ROLES)}"
    for permission, roles in PERMISSIONS.items():
        yield f"| {permission} | {' | '.join('x' if role in roles else '' for role in ROLES)} |"


def _routes(app: Flask, routes: Mapping[str, Asks]) -> Iterator[str]:
    yield "| method | address | permission |"
    yield "|---|---|---|"
    for path, method, endpoint in sorted(
        (re.sub(r"<(?:[^:<>]+:)?(\w+)>", r"{\1}", rule.rule), method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    ):
        yield f"| {method} | `{path}` | {_said(routes[endpoint])} |"


def _sockets() -> Iterator[str]:
    yield "| namespace | message | permission |"
    yield "|---|---|---|"
    for (namespace, event), asks in SOCKETS.items():
        yield f"| `{namespace}` | `{event}` | {_said(asks)} |"


def _said(asks: Asks) -> str:
    return f"*{asks.value}*" if isinstance(asks, Key) else asks


def main() -> None:
    with TemporaryDirectory() as folder:
        write_example(Path(folder))
        (Path(folder) / OFFICE_FILE).write_text(OFFICE_EXAMPLE, encoding="utf-8")
        house, office = BranchServer(Path(folder), printers=False), OfficeServer(Path(folder))
        print(page(create_app(house), create_office_app(office)), end="")
        office.close()
        house.close()


if __name__ == "__main__":
    main()
