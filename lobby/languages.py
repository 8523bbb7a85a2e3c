"""Codes of languages, as a branch's files write them beside a text: `en`, `zh_TW`.

A file may hold texts in more languages than the branch serves now; they wait for the day when it does.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError

NO_LANGUAGE = "is not a language; write a short code, such as en, for each text"


@lru_cache(maxsize=256)
def is_language(code: str) -> bool:
    """Whether there is a language of this code (CLDR, by way of Babel), written as BCP 47 says, with `_` for `-`."""
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z][a-z]{3})?(_[A-Z]{2})?", code):
        return False
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True
