"""What can be measured of a page's accessibility: axe-core's findings, sizes on the glass, what is cut or covered."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice", "EN-301-549"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"color-contrast-enhanced": {"enabled": True}},  # 7:1, which AA does not ask for
    "resultTypes": ["violations"],
    "preload": False,  # of stylesheets that others import: the page's own policy forbids what axe does with them
}
TARGET_MM = 20.0
CUT = (Path(__file__).parent / "cut.js").read_text("utf-8")
LOOKS: dict[str, dict[str, str]] = {
    "normal": {},
    "larger text": {"text": "2"},
    "largest text": {"text": "3"},
    "high contrast": {"contrast": "high"},
    "low reach": {"reach": "low"},
    "largest text, low reach, high contrast": {"text": "3", "reach": "low", "contrast": "high"},
}
"""What a customer may have set, as the page keeps it on <html>."""


def look(page: Any, name: str) -> None:
    """Set the page to one of `LOOKS`, as the bar does, whatever lies over the bar."""
    page.evaluate(
        """settings => Object.assign(document.documentElement.dataset,
             { text: "1", contrast: "normal", reach: "normal" }, settings)""",
        LOOKS[name],
    )
    settle(page)


def settle(page: Any) -> None:
    """Let timers, observers, fonts and layout finish: until three frames in a row, as the browser draws them whatever
    the page's clock says, show everything at the same place."""
    page.clock.run_for(100)
    page.evaluate(FRAMES)


FRAMES = """async () => {
  const frame = () => new Promise(drawn => {
    new ResizeObserver((_, observer) => { observer.disconnect(); drawn() }).observe(document.body);
  });
  const places = () => [...document.querySelectorAll("body *")].flatMap(element => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height];
  }).join();
  let before = "", still = 0;
  for (let frames = 0; still < 3 && frames < 120; frames += 1) {
    await frame();
    await document.fonts.ready;
    const now = places();
    still = now === before ? still + 1 : 0;
    before = now;
  }
}"""


def axe_violations(page: Any) -> list[str]:
    """What axe-core finds wrong, one line a place."""
    if not page.evaluate("'axe' in window"):
        # it waits in its own time, also where the page's stands still
        page.evaluate(f"(setTimeout => {{ {Axe().axe_script} }})(window.untouchedTimeout ?? setTimeout)")
    found = page.evaluate("options => axe.run(document, options)", OPTIONS)["violations"]
    places = [(rule["id"], node) for rule in found for node in rule["nodes"]]
    return [f"{rule}: {' '.join(node['target'])}: {node['html'][:120]}" for rule, node in places]


def small_targets(page: Any, inches: float) -> list[str]:
    """The buttons that are less than 20 mm on one side on a screen of that diagonal."""
    size = page.viewport_size
    least = TARGET_MM * math.hypot(size["width"], size["height"]) / (inches * 25.4)
    boxes = page.eval_on_selector_all(
        "button",
        """all => all.filter(b => b.checkVisibility({ visibilityProperty: true })).map(b => {
             const { width, height } = b.getBoundingClientRect();
             return [b.innerText.replace(/\\s+/g, " "), width, height] })""",
    )
    assert boxes
    return [f"{name}: {w:.0f}x{h:.0f} px" for name, w, h in boxes if min(w, h) < least - 0.1]


def cut(page: Any) -> list[str]:
    """Texts that reach out of the screen, out of their button or card, or lie over each other. What scrolls is fine."""
    found: list[str] = page.evaluate(CUT)
    return found


def hidden_without_a_sign(page: Any) -> bool:
    """Whether something goes on below or above what is seen, and no button says so."""
    for _ in range(5):  # a machine that is busy draws the sign some frames later
        if not page.evaluate(NO_SIGN):
            return False
        settle(page)
    return True


NO_SIGN = """() => ["main", ".dialog-body"].some(selector => {
  const box = document.querySelector(selector);
  if (!box) return false;
  const above = box.scrollTop >= 2, below = box.scrollHeight - box.clientHeight - box.scrollTop >= 2;
  const shown = [...box.nextElementSibling.querySelectorAll("button")]
    .map(b => b.checkVisibility({ visibilityProperty: true }));
  return shown[0] !== above || shown[1] !== below;
})"""


def lowest_start(page: Any) -> float:
    """Where the first thing to press begins, on the page or the dialog over it, as a share of the screen's height."""
    return float(
        page.evaluate(
            """() => {
                 const layer = document.querySelector("dialog[open]") ?? document;
                 const seen = [...layer.querySelectorAll("button, input")]
                   .filter(b => b.checkVisibility({ visibilityProperty: true }));
                 return Math.min(...seen.map(b => b.getBoundingClientRect().top)) / innerHeight }"""
        )
    )
