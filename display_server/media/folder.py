"""The folder `media` beside the branch file: what lobby screens show beside the calls, read again when it changes.

What is broken is left out and named: in the log, and to the screens, which tell the manager's page.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import msgspec

from display_server.media.files import BadMedia, Kind, sort_of
from display_server.media.playlist import FILE, PICTURE_S, BadPlaylist, Playlist, everything, read_playlist
from lobby.branch_file.toml_values import Mistake

FOLDER = "media"
LARGEST_PLAYLIST = 200_000

Signature = tuple[int, int, int]


class MediaFile(msgspec.Struct, frozen=True):
    """A file that can be shown, as it was looked into."""

    path: Path
    kind: Kind
    type: str
    found: Signature

    @property
    def size(self) -> int:
        """In bytes."""
        return self.found[1]

    @property
    def version(self) -> str:
        """Another one when the content is."""
        return hashlib.blake2b(repr(self.found).encode(), digest_size=6).hexdigest()

    def open(self) -> BinaryIO:
        """The file, to be read and closed; `OSError` where another one, or a link, has taken its place since."""
        file = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        if _signature(os.fstat(file)) != self.found:
            os.close(file)
            raise FileNotFoundError(self.path)
        return os.fdopen(file, "rb")


class Shown(msgspec.Struct, frozen=True):
    """One turn on a screen; `seconds` 0: as long as the video is."""

    file: str
    url: str
    kind: Kind
    seconds: float
    sound: bool


class Programme(msgspec.Struct, frozen=True):
    """What a screen shows now, in turn, and the files that it cannot show."""

    items: tuple[Shown, ...]
    faults: tuple[str, ...]


class _Seen(msgspec.Struct, frozen=True):
    """A file as it was last looked into: what it is, or why it is not shown."""

    found: Signature | None
    good: MediaFile | None = None
    problem: str = ""


class _Now(msgspec.Struct, frozen=True):
    """What the last scan found; replaced as a whole, so that any thread may read it."""

    files: Mapping[str, MediaFile] = {}
    playlist: Playlist = Playlist(())
    mistakes: tuple[tuple[str, str], ...] = ()


class MediaFolder:
    """The pictures and videos below `path`, which need not exist. `scan` belongs to one thread at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen: dict[str, _Seen] = {}
        self._now = _Now()

    @classmethod
    def of_branch(cls, data: Path) -> MediaFolder:
        """The media of the branch whose data folder this is."""
        return cls(data / FOLDER)

    @property
    def mistakes(self) -> tuple[tuple[str, str], ...]:
        """What is wrong in the folder: the file, and a sentence."""
        return self._now.mistakes

    @property
    def files(self) -> Mapping[str, MediaFile]:
        """What can be shown, by name."""
        return self._now.files

    def programme(self, local: datetime) -> Programme:
        """What is shown at a local time."""
        now = self._now
        items = tuple(
            Shown(
                item.file,
                f"/media/{quote(item.file)}?v={file.version}",
                file.kind,
                item.seconds or (PICTURE_S if file.kind == "image" else 0.0),
                item.sound and file.kind == "video",
            )
            for item in now.playlist.items
            if (file := now.files.get(item.file)) is not None and item.is_on(local)
        )
        return Programme(items, tuple(dict.fromkeys(name for name, _ in now.mistakes)))

    def scan(self) -> bool:
        """Look into what changed since the last scan; True when anything did. Cheap when nothing did."""
        there = {path.name: _found(path) for path in self._paths()}
        if there == {name: seen.found for name, seen in self._seen.items()}:
            return False
        self._seen = {name: self._look(name, found) for name, found in there.items()}
        self._now = self._renewed()
        return True

    def _paths(self) -> list[Path]:
        try:
            return sorted(path for path in self._path.iterdir() if _is_ours(path.name))
        except OSError:
            return []

    def _look(self, name: str, found: Signature | None) -> _Seen:
        before = self._seen.get(name)
        if found is None:
            return _Seen(None, problem="is not a plain file of this folder; put the file itself here")
        if before is not None and before.found == found:
            return before
        if name == FILE:
            return _Seen(found)
        if name != _readable(name):
            return _Seen(found, problem="has a name that is not UTF-8; rename it")
        try:
            sort = sort_of(self._path / name)
        except BadMedia as bad:
            return _Seen(found, problem=str(bad))
        return _Seen(found, MediaFile(self._path / name, sort.kind, sort.type, found))

    def _renewed(self) -> _Now:
        files = {name: seen.good for name, seen in self._seen.items() if seen.good is not None}
        wrong = [(_readable(name), seen.problem) for name, seen in self._seen.items() if seen.problem]
        playlist = self._playlist() if FILE in self._seen else everything(files)
        wrong += [(FILE, str(mistake)) for mistake in playlist.mistakes]
        for item in playlist.items:
            if item.file not in self._seen:
                wrong.append((item.file, f"is named in {FILE}, and there is no such file"))
        return _Now(files, playlist, tuple(dict.fromkeys(wrong)))

    def _playlist(self) -> Playlist:
        """The playlist; of one that cannot be read at all, the items as they last were."""
        try:
            with (self._path / FILE).open("rb") as file:
                return read_playlist(file.read(LARGEST_PLAYLIST).decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            wrong = Mistake(f"byte {error.start}", "is not UTF-8; save the file as UTF-8")
        except OSError as error:
            wrong = Mistake("file", f"cannot be read: {error.strerror}")
        except BadPlaylist as bad:
            wrong = bad.mistake
        return Playlist(self._now.playlist.items, (wrong,))


def _is_ours(name: str) -> bool:
    return not name.startswith(".") and name.lower() != "readme.md"


def _readable(name: str) -> str:
    """The name of a file in signs that can be shown."""
    return name.encode("utf-8", "replace").decode()


def _found(path: Path) -> Signature | None:
    try:
        return _signature(path.lstat())
    except OSError:
        return None


def _signature(found: os.stat_result) -> Signature | None:
    """Its time, size and number; None for what is not a plain file."""
    return (found.st_mtime_ns, found.st_size, found.st_ino) if stat.S_ISREG(found.st_mode) else None
