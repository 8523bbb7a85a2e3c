"""`[[webhooks]]` of the branch file. See `lobby.config`."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec

from lobby.branch_file.toml_values import Values
from lobby.outbound.messages import TYPES, chosen
from lobby.outbound.signing import BadSecret, read_secrets


class Webhook(msgspec.Struct, frozen=True):
    """A receiver: its name here, its address, the types that it gets, where its secret lies, and whether it gets the
    words that may speak of a person."""

    name: str
    url: str
    types: frozenset[str]
    secret_file: Path
    include_private: bool = False


class WebhookValues(Values):
    """Reads webhooks; a relative `secret_file` lies in `folder`, the data folder."""

    def webhook(self, table: dict[str, Any], index: int, folder: Path) -> Webhook:
        where = f"webhooks[{index}]"
        self.known(table, where, ("name", "url", "events", "secret_file", "include_private"))
        url = self.text(table, "url", where)
        if url and (wrong := what_is_wrong(url)):
            self.wrong(f"{where}.url", wrong)
        return Webhook(
            name=self.code(table, "name", where),
            url=url,
            types=self._types(table, where),
            secret_file=self._secret_file(table, where, folder),
            include_private=self.yes(table, "include_private", where, False),
        )

    def _types(self, table: dict[str, Any], where: str) -> frozenset[str]:
        patterns = self.texts(table, "events", where)
        if not patterns:
            self.wrong(f"{where}.events", 'is missing; write what to send, such as ["interaction.*"]')
        for pattern in patterns:
            if not chosen([pattern]):
                groups = sorted({f"{name.partition('.')[0]}.*" for name in TYPES.values()})
                self.wrong(f"{where}.events", f'there is no event "{pattern}"; there are {", ".join(groups)}')
        return chosen(patterns)

    def _secret_file(self, table: dict[str, Any], where: str, folder: Path) -> Path:
        named = self.text(table, "secret_file", where)
        path = folder / named
        if named:
            try:
                read_secrets(path)
            except BadSecret as wrong:
                self.wrong(f"{where}.secret_file", str(wrong))
        return path


def what_is_wrong(url: str) -> str:
    """Why nothing may be sent to this address; empty when it may."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "is not an address"
    if not host or port == 0 or not url.isascii() or not url.isprintable() or " " in url:
        return "is not an address; write one such as https://crm.example/hooks"
    try:
        host.encode("idna")
    except UnicodeError:
        return "is not an address: no part of its host may be empty or longer than 63 letters"
    if parts.username is not None or parts.fragment:
        return "must not hold a user name, a password or a #fragment"
    if parts.scheme == "https" or (parts.scheme == "http" and _is_this_machine(host)):
        return ""
    return "must begin with https:// (http:// only to this machine itself)"


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
