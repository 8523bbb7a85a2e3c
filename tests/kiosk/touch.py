"""A customer in front of the screen: touches, and reads what is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

UNREACHED = ("net::ERR_", "Failed to load resource")
"""What a browser itself reports when an answer is missing or a refusal; the page deals with it."""
PATIENCE_MS = 60_000
"""For what a customer waits for. Only a fault takes so long."""
KEEP_A_CLOCK = "window.untouchedTimeout = setTimeout;"
"""For tools that are put into the page and must go on while its time stands still."""


class Screen:
    """A touchscreen with one page in Chromium, which stays from customer to customer, as it does on a kiosk: what the
    page fetched once it need not fetch again."""

    def __init__(self, chromium: Any, script: str = "") -> None:
        self.context = chromium.new_context(has_touch=True)
        self.context.add_init_script(KEEP_A_CLOCK + script)
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.page.clock.install()  # time goes on as ever, and may be hurried

    def leave(self) -> None:
        """Nothing of a customer stays: no page, no cookie, no answer that a test made up, no time that stands still."""
        self.page.unroute_all(behavior="ignoreErrors")
        self.page.goto("about:blank")
        self.page.clock.resume()
        self.context.clear_cookies()

    def close(self) -> None:
        self.context.close()


class Touch:
    """A customer at a screen. A page is settled when it takes touches."""

    def __init__(
        self, screen: Screen, url: str, width: int = 1080, height: int = 1920, *, motion: str = "reduce"
    ) -> None:
        self.screen = screen
        self.context = screen.context
        self.page = screen.page
        self.faults: list[str] = []
        self.page.on("pageerror", self._failed)
        self.page.on("console", self._heard)
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(reduced_motion=motion, forced_colors="none")
        self.url = url
        try:
            self.page.goto(url)
            self.settled("start")
        except BaseException:
            self.close()
            raise

    def _failed(self, error: Any) -> None:
        self.faults.append(str(error))

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning") and not any(sign in message.text for sign in UNREACHED):
            self.faults.append(message.text)

    def settled(self, name: str) -> None:
        """Wait until the page of that name takes touches."""
        self.page.wait_for_selector(f'main[data-page="{name}"]')
        self.after(0.4)
        self.page.wait_for_selector(f'main[data-page="{name}"][data-settled]')

    def after(self, seconds: float) -> None:
        """Let the page's clock run ahead."""
        self.page.clock.run_for(round(seconds * 1000))

    def tap(self, selector: str) -> None:
        self.page.tap(selector)

    def double_tap(self, selector: str) -> None:
        """Two touches at the same place at one moment of the page's time, however slow this machine is."""
        with self.meanwhile_no_time_goes_by():
            box = self.page.locator(selector).bounding_box()
            for _ in range(2):
                self.page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def key(self, name: str) -> None:
        """Press a key, and wait until the page knows that it came alone."""
        self.page.keyboard.press(name)
        self.after(0.15)

    def focused(self) -> str:
        """What the focus is on, as it is read."""
        return str(self.page.evaluate("document.activeElement.innerText.replace(/\\s+/g, ' ').trim()"))

    def is_focused(self, selector: str) -> bool:
        return bool(self.page.evaluate("selector => document.activeElement.matches(selector)", selector))

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector))

    def shows(self, selector: str, text: str) -> None:
        """Wait until the text is there."""
        self.page.locator(selector).filter(has_text=text).first.wait_for()

    def to_services(self, language: str = "en") -> None:
        self.tap(f'[data-language="{language}"]')
        self.settled("services")

    def take(self, service: str, priority: str = "") -> str:
        """From the services to the ticket; the number is what comes back."""
        self.tap(f'[data-service="{service}"]')
        self.settled("priority")
        self.tap(f'[data-priority="{priority}"]')
        self.settled("ticket")
        return self.text(".number")

    def attribute(self, name: str) -> str:
        return str(self.page.get_attribute("html", name))

    def stop_time(self) -> None:
        """Two seconds on, the page's time moves only by `after`: however slow this machine is, nothing runs out."""
        from playwright.sync_api import Error

        try:
            self._stop_time()
        except Error:  # the two seconds went by before the page heard of it; its time stands still all the same
            self._stop_time()

    def _stop_time(self) -> None:
        self.page.clock.pause_at(self.page.evaluate("Date.now() / 1000") + 2)

    @contextmanager
    def meanwhile_no_time_goes_by(self) -> Iterator[None]:
        """What is done in it takes the page no time but that of `after`, however slow this machine is."""
        self.stop_time()
        yield
        self.page.clock.resume()

    def close(self) -> None:
        """Go away."""
        self.page.remove_listener("pageerror", self._failed)
        self.page.remove_listener("console", self._heard)
        self.screen.leave()
