"""A backup as one file: `.tar.gz` with the database as one SQLite file, the branch folder's own files, and a manifest.

The manifest comes last, with the SHA-256 of every other member: a file without one was cut off. The archive is written
under another name, made durable, and only then gets its own: there is never half a backup. It holds secrets and what
customers wrote: only its owner may read it.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import tarfile
import time
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO

import msgspec

from lobby.records.anchor import read_anchor
from lobby.records.not_written import named

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "lobby.db"
FILES = "files"
ENDING = ".lobby.tar.gz"
COMPRESSION = 3
"""A journal packs to a fifth already; more costs three times the time for a tenth of the size."""

PIECE = 1 << 20

LARGEST_MANIFEST = 1 << 26
"""Bytes; half a million files."""

RESERVE = 1 << 26
"""So many bytes of the disk are left to others, whatever a backup says that it holds: a branch may be open on it."""

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}


class BadBackup(Exception):
    """A file that is no backup, not a whole one, or not as it was made; the sentence says which."""


class Member(msgspec.Struct, frozen=True):
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What a backup holds. `branch` names it; `at` in ms UTC; `anchor` is how far journal and trail go in it, `anchors`
    how far those of further ids; `left_out` are files of the folder that could not be read."""

    format: int
    branch: str
    at: int
    revision: str
    software: str
    anchor: str
    members: dict[str, Member]
    left_out: tuple[str, ...] = ()
    anchors: tuple[str, ...] = ()


class _Measured(io.RawIOBase):
    """Reads a file on and keeps the hash and the length of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._sha256 = hashlib.sha256()
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._sha256.update(piece)
        self._size += len(piece)
        return piece

    def member(self) -> Member:
        return Member(self._size, self._sha256.hexdigest())


def write_archive(target: Path, manifest: Manifest, members: Iterable[tuple[str, Path]]) -> Manifest:
    """Write `target` with these members (name in the archive, file), and the manifest made up from them; what cannot
    be read, but for the database, is left out and named. `NotWritten` when it cannot be written; then nothing is
    there."""
    partial = target.with_name(f".{target.name}.partial")
    with named(target):
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with open(descriptor, "wb") as file:
                manifest = _write(file, manifest, members)
                file.flush()
                os.fsync(file.fileno())
            partial.rename(target)
            make_durable(target.parent)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
    return manifest


def _write(file: IO[bytes], manifest: Manifest, members: Iterable[tuple[str, Path]]) -> Manifest:
    written: dict[str, Member] = {}
    left_out = []
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=COMPRESSION, format=tarfile.PAX_FORMAT) as archive:
        for name, path in members:
            try:
                opened = path.open("rb")
            except OSError:
                if name == DATABASE:
                    raise
                left_out.append(name)
                continue
            with opened:
                written[name] = _add(archive, name, opened)
        manifest = msgspec.structs.replace(manifest, members=written, left_out=tuple(left_out))
        _add(archive, MANIFEST, io.BytesIO(msgspec.json.encode(manifest)))
    return manifest


def _add(archive: tarfile.TarFile, name: str, file: IO[bytes]) -> Member:
    info = tarfile.TarInfo(name)
    info.size = file.seek(0, os.SEEK_END)
    info.mode, info.mtime = 0o600, int(time.time())
    file.seek(0)
    measured = _Measured(file)
    archive.addfile(info, measured)
    return measured.member()


def read_archive(path: Path, into: Path) -> Manifest:
    """Unpack a backup into the empty folder `into`, for this user alone, and check every byte of it: `BadBackup` when
    it is not as it was made, `OSError` when there is no room."""
    found: dict[str, Member] = {}
    manifest: bytes | None = None
    try:
        with path.open("rb") as file, tarfile.open(fileobj=file, mode="r|gz") as archive:
            for info in archive:
                content = archive.extractfile(info)
                if content is None or manifest is not None:
                    raise BadBackup(f"{path} is no backup: it holds {info.name}")
                if info.name == MANIFEST:
                    if info.size > LARGEST_MANIFEST:
                        raise BadBackup(f"{path} is no backup: its manifest is too large")
                    manifest = content.read()
                else:
                    if info.size > shutil.disk_usage(into).free - RESERVE:
                        raise OSError(errno.ENOSPC, f"no room for {info.name}, {info.size / 1e6:.0f} MB")
                    found[info.name] = _unpack(content, _inside(into, info.name, path))
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise BadBackup(f"{path} is no whole backup: {error}") from None
    except OSError as fault:
        if fault.errno in NO_ROOM:
            raise
        raise BadBackup(f"{path} is no backup that can be read: {fault.strerror or fault}") from None
    return _checked(path, manifest, found)


def _unpack(content: IO[bytes], target: Path) -> Member:
    measured = _Measured(content)
    with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while piece := measured.read(PIECE):
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return measured.member()


def _inside(folder: Path, name: str, path: Path) -> Path:
    """Where a member goes; never outside of the folder."""
    parts = PurePosixPath(name).parts
    ours = len(parts) > 1 and parts[0] == FILES and ".." not in parts and not parts[1].startswith(DATABASE)
    if name != DATABASE and not ours:
        raise BadBackup(f"{path} is no backup: it holds {name}")
    place = folder
    for part in parts[:-1]:
        place /= part
        place.mkdir(mode=0o700, exist_ok=True)
    return place / parts[-1]


def _checked(path: Path, content: bytes | None, found: dict[str, Member]) -> Manifest:
    if content is None:
        raise BadBackup(f"{path} is no whole backup: it has no manifest")
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
        read_anchor(manifest.anchor)
    except (msgspec.DecodeError, ValueError):  # a bit that fell over makes no UTF-8
        raise BadBackup(f"{path} is no backup that this version can read") from None
    if manifest.format != FORMAT:
        raise BadBackup(f"{path} is a backup in format {manifest.format}; this version reads format {FORMAT}")
    for name in sorted(manifest.members.keys() | found.keys() | {DATABASE}):
        if name not in found or manifest.members.get(name) != found[name]:
            raise BadBackup(f"{path} is not as it was made: {name} is missing or was changed")
    return manifest


def make_durable(folder: Path) -> None:
    """The names in a folder survive a power cut from now on."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
