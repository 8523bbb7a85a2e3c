"""A small file that a console keeps for its next start: whole or not at all, for its owner's eyes only.

Written by a thread, the newest content wins, so no key waits for a disk. A console holds its file by a lock that the
operating system lets go of when the process ends; a second console of the same teller takes the next file.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from pathlib import Path

FILES = 16
"""So many consoles of one teller on one machine have a file each."""

PATIENCE_S = 2.0
"""A disk that hangs does not stop the counter for longer."""

KEPT_S = 7 * 86_400
"""What nobody came back for is erased: it speaks of customers."""


def state_folder() -> Path:
    """Where consoles keep their files, by the XDG rules."""
    root = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(root) / "lobby" / "console"


class StateFile:
    """The first file of `name` in `folder` that no other console holds, one with something left in it before others.
    OSError where the folder cannot be written."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.path, self._lock = _free(folder, name)
        _erase_old(folder)
        self.failed = False
        """The last write did not succeed."""
        self._news = threading.Condition()
        self._content = b""
        self._wanted = self._written = 0
        self._closed = False
        self._thread = threading.Thread(target=self._write_on, name="keep what is typed", daemon=True)
        self._thread.start()

    def read(self) -> bytes:
        """What was left; empty when nothing was."""
        try:
            return self.path.read_bytes()
        except OSError:
            return b""

    def keep(self, content: bytes) -> None:
        """Write this soon, in place of what was there; empty erases the file. Returns at once."""
        with self._news:
            self._content = content
            self._wanted += 1
            self._news.notify_all()

    def settle(self) -> None:
        """Wait until all that was kept before is on the disk, or the disk's time is over."""
        with self._news:
            wanted = self._wanted
            self._news.wait_for(lambda: self._written >= wanted, PATIENCE_S)

    def close(self) -> None:
        """Write what is left to write, and let go of the file."""
        self.settle()
        with self._news:
            self._closed = True
            self._news.notify_all()
        self._thread.join(PATIENCE_S)
        os.close(self._lock)

    def _write_on(self) -> None:
        while True:
            with self._news:
                self._news.wait_for(lambda: self._closed or self._wanted > self._written)
                if self._wanted == self._written:
                    return
                content, number = self._content, self._wanted
            try:
                _write(self.path, content)
                self.failed = False
            except OSError:
                self.failed = True
            with self._news:
                self._written = number
                self._news.notify_all()


def _free(folder: Path, name: str) -> tuple[Path, int]:
    """A file that nobody holds, and the lock on it."""
    paths = [folder / (f"{name}.{place}.json" if place else f"{name}.json") for place in range(FILES)]
    for path in sorted(paths, key=lambda path: not path.exists()):
        lock = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
        else:
            return path, lock
    raise OSError(f"{FILES} consoles of this teller are running on this machine")


def _erase_old(folder: Path) -> None:
    for path in folder.glob("*.json"):
        try:
            if time.time() - path.stat().st_mtime > KEPT_S:
                path.unlink()
        except FileNotFoundError:
            continue  # another console was faster


def _write(path: Path, content: bytes) -> None:
    if not content:
        path.unlink(missing_ok=True)
        return
    half = path.with_suffix(".part")
    with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    half.replace(path)
