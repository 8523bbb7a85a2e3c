"""Slips that wait for paper. A slip is known by (ticket, copy), so the same order given twice prints once.

Jobs are in order of their number, never of the time: a clock that is set back changes no turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

from hardware import document as slips
from hardware.document import Document
from hardware.errors import DeviceError
from hardware.paper_roll import PaperRoll, wind
from hardware.print_job import STATES, WAYS, Job, State
from hardware.spool_file import SpoolFile

INTERRUPTED = "the machine or the program stopped while this slip was being printed"
TEST = "test-"
"""Tickets of test prints are called test-1, test-2 ..."""

_COLUMNS = "id, ticket, copy, document, state, tries, reason, created_at, changed_at, printer, wanted"


class Spool:
    """The queue in front of a branch's printers. May be used by several threads, and by greenlets."""

    def __init__(self, path: Path | str, clock: Callable[[], float] = time.time) -> None:
        self._file = SpoolFile(Path(path))
        self._clock = clock
        if self.is_owner:
            try:
                with self._file.transaction() as db:
                    db.execute(
                        "UPDATE job SET state = 'unknown', reason = ?, changed_at = ? WHERE state = 'sending'",
                        (INTERRUPTED, clock()),
                    )
            except DeviceError:
                self.close()
                raise

    @property
    def is_owner(self) -> bool:
        """Whether this is the process that prints from the spool."""
        return self._file.is_owner

    @property
    def trouble(self) -> str:
        """Why the spool could not be written; empty once `probe` has found room again."""
        return self._file.trouble

    def probe(self) -> None:
        """Tries whether the spool can be written again, for `trouble`."""
        self._file.probe()

    def put(self, ticket: str, copy: int, document: Document) -> Job:
        """Queues a slip; the same ticket and copy again gives the job that exists and prints nothing new."""
        now = self._clock()
        with self._file.transaction() as db:
            db.execute(
                "INSERT INTO job (ticket, copy, document, state, created_at, changed_at) "
                "VALUES (?, ?, ?, 'queued', ?, ?) ON CONFLICT (ticket, copy) DO NOTHING",
                (ticket, copy, slips.encode(document), now, now),
            )
        found = self.job(ticket, copy)
        assert found is not None
        return found

    def put_test(self, printer: str, document: Document) -> Job:
        """Queues a slip that only this printer may print, as test-1, test-2 ..."""
        now = self._clock()
        with self._file.transaction() as db:
            db.execute(
                "INSERT INTO job (ticket, copy, document, state, created_at, changed_at, wanted) "
                "SELECT ? || (1 + coalesce(max(CAST(substr(ticket, ?) AS INTEGER)), 0)), 0, ?, 'queued', ?, ?, ? "
                "FROM job WHERE ticket GLOB ?",
                (TEST, len(TEST) + 1, slips.encode(document), now, now, printer, TEST + "[0-9]*"),
            )
            (job_id,) = db.execute("SELECT last_insert_rowid()").fetchone()
        return self._by_id(job_id)

    def claim(self, printer: str, any_slip: bool = True) -> Job | None:
        """Gives the oldest queued job that this printer may print to it, now `sending`; each job to one printer only.

        With `any_slip` false it may print only what wants this printer. A process that is not the owner gets nothing.
        """
        if not self.is_owner:
            return None
        with self._file.transaction() as db:
            rows = db.execute(
                "UPDATE job SET state = 'sending', printer = ?, changed_at = ? WHERE id = ("
                "SELECT id FROM job WHERE state = 'queued' AND (wanted = ? OR (wanted = '' AND ?)) ORDER BY id LIMIT 1"
                f") RETURNING {_COLUMNS}",
                (printer, self._clock(), printer, any_slip),
            ).fetchall()
        return Job(*rows[0]) if rows else None

    def move(
        self, job: Job, state: State, reason: str = "", *, failed_try: bool = False, paper_mm: float = 0.0
    ) -> Job | None:
        """Moves a job on from the state in which the caller saw it, and adds up the paper that its printer used.

        None, and nothing changed, where it is in another state by now, or no way leads from there to `state`.
        """
        if state not in WAYS[job.state] or state == "sending":
            return None
        with self._file.transaction() as db:
            rows = db.execute(
                "UPDATE job SET state = ?, reason = ?, tries = tries + ?, changed_at = ? "
                f"WHERE id = ? AND state = ? RETURNING {_COLUMNS}",
                (state, reason, int(failed_try), self._clock(), job.id, job.state),
            ).fetchall()
            if rows and paper_mm:
                wind(db, job.printer, paper_mm)
        return Job(*rows[0]) if rows else None

    def release(self, job_id: int) -> Job | None:
        """A person's decision: print a held or unknown job (again). None where it is neither."""
        with self._file.transaction() as db:
            rows = db.execute(
                "UPDATE job SET state = 'queued', reason = '', tries = 0, changed_at = ? "
                f"WHERE id = ? AND state IN ('held', 'unknown') RETURNING {_COLUMNS}",
                (self._clock(), job_id),
            ).fetchall()
        return Job(*rows[0]) if rows else None

    def drop(self, job_id: int) -> Job | None:
        """A person's decision: never print it. None where it is printed, being sent, or dropped already.

        It stays on record, so that a repeated order does not print it after all.
        """
        found = self._select("WHERE id = ?", (job_id,))
        return self.move(found[0], "dropped", "taken out by staff") if found else None

    def jobs(self, states: Iterable[State] = STATES) -> list[Job]:
        """The jobs in any of these states, oldest first."""
        wanted = tuple(states)
        return self._select(f"WHERE state IN ({', '.join('?' * len(wanted))}) ORDER BY id", wanted)

    def job(self, ticket: str, copy: int = 0) -> Job | None:
        """The job for this ticket and copy."""
        found = self._select("WHERE ticket = ? AND copy = ?", (ticket, copy))
        return found[0] if found else None

    def roll(self, printer: str, length_m: float) -> PaperRoll:
        """The roll in that printer, counted by the slips that it printed."""
        return PaperRoll(self._file, printer, length_m)

    def forget(self, before: float, states: Iterable[State] = ("printed", "dropped")) -> int:
        """Erases jobs in these states that were last changed before that time (seconds since 1970); how many."""
        gone = tuple(states)
        with self._file.transaction() as db:
            return db.execute(
                f"DELETE FROM job WHERE state IN ({', '.join('?' * len(gone))}) AND changed_at < ?", (*gone, before)
            ).rowcount

    def close(self) -> None:
        """Lets go of the file and of its ownership."""
        self._file.close()

    def __enter__(self) -> Spool:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _by_id(self, job_id: int) -> Job:
        return self._select("WHERE id = ?", (job_id,))[0]

    def _select(self, condition: str, values: tuple[object, ...]) -> list[Job]:
        return [Job(*row) for row in self._file.read(f"SELECT {_COLUMNS} FROM job {condition}", values)]
