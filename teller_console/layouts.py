"""Where a letter lies under other keyboard layouts, so that nobody has to switch between a note and a call.

Russian (ЙЦУКЕН), Arabic (101) and Hindi (InScript), by the place of the key on a Latin keyboard. A capital is the same
key with Shift; in Hindi that is another letter, in Arabic mostly a mark.
"""

from __future__ import annotations

_LATIN = "qwertyuiopasdfghjklzxcvbnm"
_RUSSIAN = "йцукенгшщзфывапролдячсмить"
_ARABIC = "ضصثقفغعهخحشسيبلاتنمئءؤرﻻىة"
_HINDI = (
    "\u094c\u0948\u093e\u0940\u0942बहगदज"  # ौ ै ा ी ू
    "\u094b\u0947\u094d\u093f\u0941परकत"  # ो े ् ि ु
    "\u0946\u0902मनवलस"  # ॆ ं
)
_HINDI_SHIFTED = "औऐआईऊभङघधझओएअइउफ\u0931खथऎ\u0901ण\u0929\u0934\u0933श"
_SIGNS = {"slash": ("slash", "full_stop", "ظ", "य"), "question_mark": ("question_mark", "comma", "؟", "f1")}
"""The key left of the right Shift, plain and with Shift; help is on F1 too."""

_LAYOUTS = (_LATIN, _LATIN.upper(), _RUSSIAN, _RUSSIAN.upper(), _ARABIC, _HINDI, _HINDI_SHIFTED)


def everywhere(key: str) -> tuple[str, ...]:
    """The key under each layout: the sign that it gives, or Textual's name of the key."""
    if key in _SIGNS:
        return _SIGNS[key]
    if key in _LATIN:
        return tuple(layout[_LATIN.index(key)] for layout in _LAYOUTS)
    return (key,)


def latin(sign: str) -> str:
    """The Latin letter on the same key; the sign itself where there is none."""
    for layout in _LAYOUTS:
        if sign in layout:
            return _LATIN[layout.index(sign)]
    return sign
