"""A foreign queue log on disk: its mapping and its rows, with one clear line for what cannot be read."""

from __future__ import annotations

import csv
import gzip
import io
import tomllib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:  # loaded where it is used: a command line is to be quick
    from lobby.waits.foreign.mapping import Mapping


def mapping_in(path: Path) -> Mapping:
    """The mapping in a TOML file."""
    from lobby.waits.foreign.mapping import BadMapping, read_mapping

    try:
        return read_mapping(tomllib.loads(path.read_text(encoding="utf-8")))
    except BadMapping as bad:
        raise mistakes_in(path, bad.mistakes) from None
    except (ValueError, RecursionError) as error:
        raise click.ClickException(f"{path} is not TOML: {error}") from None


def mistakes_in(path: Path, mistakes: list[str]) -> click.ClickException:
    """All of them under the file's name."""
    count = "1 mistake" if len(mistakes) == 1 else f"{len(mistakes)} mistakes"
    return click.ClickException("\n".join([f"{path} has {count}:", *(f"  {mistake}" for mistake in mistakes)]))


@contextmanager
def rows_of(file: Path, delimiter: str, encoding: str) -> Iterator[Iterator[dict[str, str | None]]]:
    """The rows of a .csv or .csv.gz by the names in its first line."""
    from lobby.waits.foreign.mapping import BadMapping

    raw: IO[bytes]
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as raw:  # type: ignore[assignment]
            yield csv.DictReader(io.TextIOWrapper(raw, encoding=encoding, newline=""), delimiter=delimiter)
    except BadMapping as bad:
        raise mistakes_in(file, bad.mistakes) from None
    except (OSError, EOFError, zlib.error, UnicodeError, csv.Error) as error:
        raise click.ClickException(f"{file} cannot be read: {error}") from None
