"""Everything that a checkout needs, with nothing but Python 3.11 or later:

    python3 tasks.py run      a whole demo branch
    python3 tasks.py test     all tests, lint, types
    python3 tasks.py bench    the benchmarks
    python3 tasks.py words    find new sentences and put them into the catalogues, to be translated
    python3 tasks.py lock     write requirements.lock anew from pyproject.toml

Each task makes the virtual environment `.venv` from the lock file first, and installs the Debian packages that it
needs where it may (root, or sudo without a password). What it may not install it names, and goes on without.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCK = ROOT / "requirements.lock"

TO_RUN = {
    "libfribidi0": "Arabic on paper is shaped by a slower fallback, and Hindi is printed in the branch's own language",
    "espeak-ng": "the kiosk reads nothing aloud",
}
PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
SIDE_BY_SIDE = ("-n", str(min(4, max(2, PROCESSORS))), "--dist", "loadfile", "--maxfail", "12")
"""Two to four files of tests at a time, as this machine has processors; `-n 0` after it: one. After a dozen failures it
ends: what only a fault keeps waiting waits a minute each time."""
FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
FEW = 4
TO_TEST = {"chromium": "the tests in a real browser are skipped"}


def main() -> int:
    task, *arguments = sys.argv[1:] or ["help"]
    if sys.version_info < (3, 11):  # noqa: UP036  # an older Python gets this sentence
        print("Python 3.11 or later is needed.", file=sys.stderr)
        return 1
    os.chdir(ROOT)
    if task == "run":
        environment()
        debian(TO_RUN)
        become(VENV / "bin" / "lobby", "demo", *arguments)
    if task == "test":
        environment()
        debian(TO_RUN | TO_TEST)
        return tests(arguments)
    if task == "bench":
        environment()
        become(PYTHON, "-m", "benchmarks", *arguments)
    if task == "words":
        environment()
        become(PYTHON, "-m", "lobby.words.upkeep", *arguments)
    if task == "lock":
        return lock()
    print(__doc__)
    return 0 if task == "help" else 2


def tests(arguments: list[str]) -> int:
    """Run them. A few that fail are run once more, one after the other, and named: thousands of tests with browsers and
    processes of their own meet a busy machine now and then, and whoever changed nothing must not be stopped by it."""
    pytest = [PYTHON, "-m", "pytest"]
    code = subprocess.run([*pytest, "--cache-clear", *SIDE_BY_SIDE, *arguments], check=False).returncode
    failed = json.loads(FAILED.read_text(encoding="utf-8")) if code == 1 and FAILED.exists() else {}
    if not 0 < len(failed) <= FEW:
        return code
    print("\nOnce more, one after the other:", *failed, sep="\n  ", flush=True)
    code = subprocess.run([*pytest, "-v", "--last-failed", *arguments], check=False).returncode
    if code == 0:
        print("\nPASSED ONLY WHEN RUN AGAIN, each a fault to be found:", *failed, sep="\n  ", flush=True)
    return code


def environment() -> None:
    """`.venv` as the lock file says. Done once for each state of lock file and project file."""
    wanted = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + str(ROOT).encode()).hexdigest()
    stamp = VENV / "made-from"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    print("Preparing the virtual environment .venv ...", flush=True)
    if not PYTHON.exists():
        subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    subprocess.run([*pip, "-r", LOCK], check=True)
    subprocess.run([*pip, "--no-deps", "--no-build-isolation", "--editable", "."], check=True)
    stamp.write_text(wanted)


def debian(packages: dict[str, str]) -> None:
    """Install what is missing of `packages` (name -> what is lost without it), where that is allowed."""
    if shutil.which("dpkg-query") is None:
        return
    missing = [name for name in packages if not installed(name)]
    if not missing:
        return
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not as_root or quiet(*as_root, "true"):
        print(f"Installing {', '.join(missing)} ...", flush=True)
        install = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "-y", "-q"]
        install += ["--no-install-recommends", *missing]
        if not quiet(*install) and quiet(*as_root, "apt-get", "update", "-q"):
            quiet(*install)
    for name in missing:
        if not installed(name):
            print(f"Not installed: {name}. Without it {packages[name]}.", flush=True)


def installed(package: str) -> bool:
    found = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Status}", package], capture_output=True, text=True, check=False
    )
    return "install ok installed" in found.stdout


def lock() -> int:
    """Resolve pyproject.toml in an empty environment and write names and versions, no addresses."""
    import tempfile

    with tempfile.TemporaryDirectory() as scratch:
        python = Path(scratch) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", scratch], check=True)
        pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet"]
        subprocess.run([*pip, "install", "--upgrade", "pip", "setuptools", "wheel"], check=True)
        subprocess.run([*pip, "install", "--group", "test", "--group", "lint", "."], check=True)
        frozen = subprocess.run(
            [*pip, "freeze", "--all", "--exclude", "branch-lobby"], check=True, capture_output=True, text=True
        )
    lines = [line for line in frozen.stdout.splitlines() if "==" in line and not line.startswith("pip==")]
    LOCK.write_text("# Written by `python3 tasks.py lock`; names and versions only.\n" + "\n".join(lines) + "\n")
    print(f"{LOCK.name}: {len(lines)} packages")
    return 0


def become(*command: object) -> NoReturn:
    """Go on as this command, to which all signals come then: a demo takes its time to end."""
    sys.stdout.flush()
    os.execv(str(command[0]), [str(part) for part in command])


def quiet(*command: str) -> bool:
    try:
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        return done.returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
