"""Which script a language is written in, after the likely subtags of Unicode's CLDR (as Babel carries them)."""

from __future__ import annotations

from functools import lru_cache

from babel.core import get_global, parse_locale


@lru_cache(maxsize=64)
def script_of(language: str) -> str | None:
    """The script (ISO 15924, as "Deva") of a language (BCP 47, as "hi" or "zh-TW"); None where nobody knows."""
    try:
        tongue, territory, script, *_ = parse_locale(language.replace("-", "_"))
    except ValueError:
        return None
    if script:
        return script
    likely = get_global("likely_subtags")
    known = likely.get(f"{tongue}_{territory}") or likely.get(tongue)
    return parse_locale(known)[2] if known else None
