"""The branch's folder `knowledge/` as a `Library`: read anew where a file changes, never left empty by a mistake.

A file that broke leaves its last good article in place until the server is started anew, and is reported. What was seen
of each file is remembered beside the folder, so that "changed since your last shift" outlives a restart.
"""

from __future__ import annotations

import hashlib
import logging
import os
import stat
from collections.abc import Collection, Iterator
from pathlib import Path

import msgspec

from lobby.care.knowledge.article import Article, BadArticle, Mistake
from lobby.care.knowledge.library import Library, Seen
from lobby.care.knowledge.rates import RateTable, in_language, read_rates
from lobby.care.knowledge.reading import LARGEST_FILE, TOO_BIG, read_article

FOLDER = "knowledge"
MEMORY = "knowledge-seen.json"
RATES = "rates/"

REMEMBERED_MS = 90 * 24 * 3600 * 1000
"""How long a file that went is remembered."""

log = logging.getLogger(__name__)

Signature = tuple[int, int, int]


class FileMistake(msgspec.Struct, frozen=True):
    """One mistake, and the file that it is in, relative to the folder."""

    path: str
    mistake: Mistake

    def __str__(self) -> str:
        return f"{self.path}: {self.mistake}"


class _File(msgspec.Struct, frozen=True):
    """A file as it was last read: what was good in it, or in the reading before, and what is wrong now."""

    found: Signature | Mistake | None
    good: Article | RateTable | None = None
    digest: str = ""
    mistakes: tuple[Mistake, ...] = ()


class _Now(msgspec.Struct, frozen=True):
    library: Library
    mistakes: tuple[FileMistake, ...]


class KnowledgeFolder:
    """Articles `<topic>/<id>.<language>.md` and tables `rates/<id>.toml` below `path`, which need not exist.

    `memory` is the file that remembers when each was first seen and last changed; without one nothing is remembered.
    `library` and `mistakes` may be read by any thread at any time; `scan`, by one at a time, brings them up to date.
    """

    def __init__(self, path: Path, *, services: Collection[str], memory: Path | None = None) -> None:
        self._path = path
        self._services = tuple(services)
        self._memory = memory
        self._files: dict[str, _File] = {}
        self._seen = _remembered(memory) if memory else {}
        self._unsaved = False
        self._now = _Now(Library(seen=self._seen.values()), ())

    @classmethod
    def of_branch(cls, data: Path, *, services: Collection[str]) -> KnowledgeFolder:
        """The knowledge of the branch whose data folder this is."""
        return cls(data / FOLDER, services=services, memory=data / MEMORY)

    @property
    def library(self) -> Library:
        """All that is known now; the same object until something changes."""
        return self._now.library

    @property
    def mistakes(self) -> tuple[FileMistake, ...]:
        """What is wrong in the folder now, by file."""
        return self._now.mistakes

    def scan(self, now: int) -> bool:
        """Read what changed since the last scan, at `now` in ms; True when the library is another one.

        Cheap when nothing changed: it looks at names, times and sizes only.
        """
        self._save()
        if not self._path.is_dir():
            return self._is_away()
        there = dict(_walk(self._path))
        if there == {path: file.found for path, file in self._files.items()} and self._now.mistakes != (_AWAY,):
            return False
        self._files = {path: self._read(path, found) for path, found in there.items()}
        self._renew(now)
        return True

    def _is_away(self) -> bool:
        """A folder that is not there any more (a share unmounted, a checkout under way) leaves all as it was."""
        if self._files and self._now.mistakes != (_AWAY,):
            self._now = _Now(self._now.library, (_AWAY,))
        return False

    def _read(self, path: str, found: Signature | Mistake) -> _File:
        before = self._files.get(path, _File(None))
        if isinstance(found, Mistake):
            return _File(found, before.good, before.digest, (found,))
        if before.found == found:
            return before
        try:
            content = _content(self._path, path)
            good = self._parsed(path, content)
        except BadArticle as bad:
            return _File(found, before.good, before.digest, bad.mistakes)
        return _File(found, good, hashlib.blake2b(content.encode(), digest_size=16).hexdigest())

    def _parsed(self, path: str, content: str) -> Article | RateTable:
        if path.endswith(".toml"):
            return read_rates(path, content, services=self._services)
        return read_article(path, content, services=self._services)

    def _renew(self, now: int) -> None:
        mistakes = [FileMistake(path, mistake) for path, file in self._files.items() for mistake in file.mistakes]
        chosen: dict[str, tuple[str, _File]] = {}
        for path, file in self._files.items():
            name = path.rpartition("/")[2]
            if name in chosen:
                mistakes.append(FileMistake(path, Mistake("name", f"is that of {chosen[name][0]} too; rename one")))
            else:
                chosen[name] = (path, file)
        articles = [file.good for _, file in chosen.values() if isinstance(file.good, Article)]
        tables = [file.good for _, file in chosen.values() if isinstance(file.good, RateTable)]
        names = {table.id for table in tables}
        for path, file in chosen.values():
            for table in file.good.tables if isinstance(file.good, Article) else ():
                if table not in names:
                    mistakes.append(FileMistake(path, Mistake("rates", f'there is no table "{table}" in {RATES}')))
        self._remember({name: file for name, (_, file) in chosen.items()}, now)
        self._now = _Now(Library(articles, tables, self._seen.values()), tuple(mistakes))

    def _remember(self, files: dict[str, _File], now: int) -> None:
        seen = dict(self._seen)
        for name, file in files.items():
            if file.good is not None:
                seen[name] = _seen(file.good, file.digest, seen.get(name), now)
        for name in seen.keys() - files.keys():
            if not seen[name].gone:
                seen[name] = msgspec.structs.replace(seen[name], gone=now)
            elif seen[name].gone < now - REMEMBERED_MS:
                del seen[name]
        if seen != self._seen:
            self._seen, self._unsaved = seen, self._memory is not None
        self._save()

    def _save(self) -> None:
        if self._unsaved and self._memory:
            self._unsaved = not _write(self._memory, msgspec.json.encode(self._seen))


_AWAY = FileMistake(".", Mistake("folder", "is not there any more; the articles are as they last were"))


def _walk(root: Path) -> Iterator[tuple[str, Signature | Mistake]]:
    """Each file that may be an article or a table: its path, and its time, size and number, or why it is not read."""
    real = root.resolve()
    for folder, folders, files in os.walk(root):
        for name in folders:
            if not name.startswith(".") and os.path.islink(os.path.join(folder, name)):
                yield (
                    Path(folder, name).relative_to(root).as_posix(),
                    Mistake("folder", "is a link; put the folder itself here"),
                )
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder, name)
            relative = path.relative_to(root).as_posix()
            if _is_ours(relative):
                yield relative, _signature(path, real)


def _is_ours(path: str) -> bool:
    name = path.rpartition("/")[2]
    if name.startswith(".") or name.lower() == "readme.md":
        return False
    return name.endswith(".md") or (path.startswith(RATES) and name.endswith(".toml"))


def _signature(path: Path, root: Path) -> Signature | Mistake:
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            return Mistake("file", "is a link that leaves the folder; put the file itself here")
        found = path.stat()
    except (OSError, RuntimeError) as error:  # a link to itself is a RuntimeError before Python 3.13
        return Mistake("file", f"cannot be read: {getattr(error, 'strerror', None) or 'the link leads nowhere'}")
    if not stat.S_ISREG(found.st_mode):
        return Mistake("file", "is not a plain file")
    return found.st_mtime_ns, found.st_size, found.st_ino


def _content(root: Path, path: str) -> str:
    try:
        with (root / path).open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise BadArticle(path, (Mistake("file", f"cannot be read: {error.strerror}"),)) from None
    if len(data) > LARGEST_FILE:
        raise BadArticle(path, (TOO_BIG,))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = Mistake(f"byte {error.start}", "is not UTF-8; save the file as UTF-8")
        raise BadArticle(path, (wrong,)) from None


def _seen(good: Article | RateTable, digest: str, before: Seen | None, now: int) -> Seen:
    """What is remembered of a file now; a file that comes back as it was is as if it had never gone."""
    if before is not None and before.digest == digest:
        return msgspec.structs.replace(before, gone=0) if before.gone else before
    first = before.first if before is not None else now
    if isinstance(good, RateTable):
        title = in_language(good.title, "en")
        return Seen(id=good.id, language="", kind="rates", title=title, digest=digest, first=first, last=now)
    return Seen(
        id=good.id, language=good.language, kind=good.kind, title=good.title, digest=digest, first=first, last=now
    )


def _remembered(memory: Path) -> dict[str, Seen]:
    try:
        return msgspec.json.decode(memory.read_bytes(), type=dict[str, Seen])
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        log.warning("%s cannot be read (%s); every article will count as new", memory, error)
        return {}


def _write(memory: Path, data: bytes) -> bool:
    """All of it or nothing; whether it was. It is tried again at the next scan."""
    half = memory.with_suffix(".part")
    try:
        with half.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        half.replace(memory)
    except OSError as error:
        log.warning("%s cannot be written: %s", memory, error)
        return False
    return True
