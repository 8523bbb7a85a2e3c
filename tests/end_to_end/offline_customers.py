"""Customers at one kiosk, through its page as docs/kiosk.md describes it: a key for each touch, sent until it is
answered; a double tap now and then; and now and then someone who walks away before the answer comes."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field
from itertools import count
from random import Random

import httpx

PAGE_WAITS_S = 6.0
PAUSES_S = (0.4, 0.8, 1.5, 3.0)
ENOUGH_S = 45.0
DOUBLE_TAPS = 0.15
WALK_AWAY = 0.08


@dataclass
class Touch:
    """One customer's wish for a number. `began` and `ended` (monotonic s) are its first try and its first answer."""

    kiosk: int
    key: str
    began: float
    ended: float | None = None
    number: str = ""
    token: str = ""
    arrived_at: int = 0
    wait_known: bool = False
    paper: str = ""
    refusal: str = ""
    tries: int = 0
    numbers: set[str] = field(default_factory=set)

    @property
    def walked_away(self) -> bool:
        return self.ended is None and not self.refusal

    @property
    def alone(self) -> bool:
        """Answered by the kiosk alone, which does not know how many are waiting."""
        return self.ended is not None and not self.wait_known


class Customers:
    """They come to one kiosk, about one a second, each after the one before has gone."""

    def __init__(self, kiosk: int, url: str, random: Random, touched: threading.Condition) -> None:
        self.kiosk = kiosk
        self.touches: list[Touch] = []
        self.doubled = 0
        self._url = f"{url}/kiosk/tickets"
        self._random = random
        self._touched = touched
        self._stopping = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"customers at {kiosk}")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Let the last one finish; raises what went wrong for any of them."""
        self._stopping.set()
        self._thread.join()
        if self._failed is not None:
            raise self._failed

    def _run(self) -> None:
        try:
            with httpx.Client(trust_env=False, timeout=PAGE_WAITS_S) as browser:
                for _ in count():
                    began = time.monotonic()
                    self._come(browser)
                    if self._stopping.wait(max(0.0, began + self._random.uniform(0.6, 1.4) - time.monotonic())):
                        return
        except BaseException as fault:  # noqa: BLE001 - the test looks at it
            self._failed = fault

    def _come(self, browser: httpx.Client) -> None:
        chance = self._random.random()
        with self._touched:
            touch = Touch(self.kiosk, secrets.token_hex(16), time.monotonic())
            self.touches.append(touch)
            self._touched.notify_all()
        if chance < WALK_AWAY:
            self._try(browser, touch, self._random.uniform(0.002, 0.06))
        elif chance < WALK_AWAY + DOUBLE_TAPS:
            self.doubled += 1
            twice = [threading.Thread(target=self._carry_out, args=(browser, touch)) for _ in range(2)]
            for tap in twice:
                tap.start()
            for tap in twice:
                tap.join()
        else:
            self._carry_out(browser, touch)

    def _carry_out(self, browser: httpx.Client, touch: Touch) -> None:
        """Send it until there is an answer, as the page does."""
        for tries in count():
            if self._try(browser, touch, PAGE_WAITS_S) or time.monotonic() - touch.began > ENOUGH_S:
                return
            time.sleep(PAUSES_S[min(tries, len(PAUSES_S) - 1)])

    def _try(self, browser: httpx.Client, touch: Touch, within_s: float) -> bool:
        touch.tries += 1
        try:
            answer = browser.post(
                self._url,
                json={"service": "cash", "language": "en"},
                headers={"Idempotency-Key": touch.key},
                timeout=httpx.Timeout(within_s),
            )
        except httpx.TransportError:
            return False
        if answer.status_code >= 500 or answer.status_code == 429:
            return False
        if answer.status_code != 201:
            touch.refusal = f"{answer.status_code} {answer.text[:200]}"
            return True
        self._answered(touch, answer.json())
        return True

    def _answered(self, touch: Touch, answer: dict[str, object]) -> None:
        ticket = answer["ticket"]
        assert isinstance(ticket, dict)
        touch.numbers.add(ticket["number"])
        if touch.ended is not None:
            return
        ended = time.monotonic()
        touch.number = ticket["number"]
        touch.token = str(answer["url"]).rsplit("/", 1)[-1]
        touch.arrived_at = ticket["arrived_at"]
        touch.wait_known = ticket["ahead"] is not None
        touch.paper = str(answer["paper"])
        touch.ended = ended  # from now on others may look at the rest
