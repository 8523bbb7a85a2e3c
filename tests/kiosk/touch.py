"""A customer in front of the screen: touches, and reads what is there."""

from __future__ import annotations

from typing import Any

UNREACHED = ("net::ERR_", "Failed to load resource")
"""What a browser itself reports when an answer is missing or a refusal; the page deals with it."""


class Touch:
    """One page in Chromium with a touchscreen. A page is settled when it takes touches."""

    def __init__(
        self,
        chromium: Any,
        url: str,
        width: int = 1080,
        height: int = 1920,
        *,
        motion: str = "reduce",
        script: str = "",
    ) -> None:
        self.context = chromium.new_context(
            viewport={"width": width, "height": height}, has_touch=True, reduced_motion=motion
        )
        self.context.add_init_script(script)
        self.context.set_default_timeout(8000)
        self.page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("console", self._heard)
        self.url = url
        self.page.clock.install()  # time goes on as ever, and may be hurried
        self.page.goto(url)
        self.settled("start")

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
        """Two touches at the same place, as fast as they can be made."""
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

    def close(self) -> None:
        self.context.close()
