"""Native threads beside gevent's loop."""

from __future__ import annotations

from gevent.threadpool import ThreadPool

from display_server.running.threads import Runs, Threads, Work


def on_pool(pool: ThreadPool) -> Runs:
    """Runs work on the pool's threads, cooperatively. A refusal comes back as a value and is raised here: the pool
    would print a traceback of what is no fault."""

    def run(work: Work) -> object:
        def tried() -> tuple[object, BaseException | None]:
            try:
                return work(), None
            except BaseException as error:  # noqa: BLE001 - raised again where somebody waits for it
                return None, error

        result, error = pool.apply(tried)
        if error is not None:
            raise error
        return result

    return run


class Pools:
    """The pools of one branch server."""

    def __init__(self) -> None:
        self._commits = ThreadPool(1)
        self.work = ThreadPool(2)
        self._posting = ThreadPool(1)
        self._foreseeing = ThreadPool(1)

    def threads(self) -> Threads:
        """What the branch server hands its work to."""
        return Threads(
            commits=on_pool(self._commits),
            offload=on_pool(self.work),
            background=self.work.spawn,
            posting=on_pool(self._posting),
            foreseeing=on_pool(self._foreseeing),
        )

    def finish(self) -> None:
        """Wait for what has been begun and must not be lost."""
        self.work.join()
        self._commits.join()

    def end(self) -> None:
        """Let all threads go."""
        for pool in (self.work, self._posting, self._foreseeing, self._commits):
            pool.kill()
