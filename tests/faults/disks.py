"""Disks of a test's own, as small as it likes, which fill up or stand still. They need the right to mount."""

from __future__ import annotations

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

FREEZE, THAW = 0xC0045877, 0xC0045878  # FIFREEZE and FITHAW, linux/fs.h
MEGABYTE = 1 << 20


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """A disk at `place` that has so much room."""
    place.mkdir()
    _mount("-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place))
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


@contextmanager
def freezable_disk(place: Path) -> Iterator[Path]:
    """A disk at `place` that `frozen` can stop."""
    place.mkdir()
    image = place.with_suffix(".image")
    with image.open("wb") as file:
        file.truncate(24 * MEGABYTE)
    try:
        subprocess.run(["mkfs.ext4", "-q", image], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no disk of a test's own here: {error}")
    _mount("-o", "loop", str(image), str(place))
    try:
        (place / "lost+found").rmdir()
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def _mount(*arguments: str) -> None:
    try:
        subprocess.run(["mount", *arguments], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no disk of a test's own here: {error}")


@contextmanager
def filled(disk: Path) -> Iterator[None]:
    """Not a byte is free meanwhile."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (MEGABYTE, 4096, 512, 1):
            while True:
                try:
                    if not file.write(bytes(size)):
                        break
                except OSError:
                    break
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def frozen(disk: Path) -> Iterator[None]:
    """Whoever writes to the disk waits meanwhile."""
    opened = os.open(disk, os.O_RDONLY)
    try:
        fcntl.ioctl(opened, FREEZE, 0)
        try:
            yield
        finally:
            fcntl.ioctl(opened, THAW, 0)
    finally:
        os.close(opened)
