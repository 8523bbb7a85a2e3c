"""Codes of languages, as a branch's files write them beside a text and pages say them: `en`, `zh-TW` (BCP 47).

A file may hold texts in more languages than the branch serves now; they wait for the day when it does.
"""

from __future__ import annotations

import re
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError

NO_LANGUAGE = "is not a language; write a short code, such as en, for each text"


def locale_of(code: str) -> Locale:
    """How the language writes dates, numbers and names of languages."""
    return Locale.parse(code, sep="-")


@lru_cache(maxsize=256)
def is_language(code: str) -> bool:
    """Whether there is a language of this code (CLDR, by way of Babel): language, script and region."""
    if not re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", code):
        return False
    try:
        locale_of(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True
