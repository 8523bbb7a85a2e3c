"""Upkeep of the catalogues: find every sentence in the source, keep the translations that fit, name what is missing.

python -m lobby.words.upkeep          update the catalogues
python -m lobby.words.upkeep --check  change nothing; exit 1 when a catalogue is not complete and up to date
"""

from __future__ import annotations

import re
import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from lobby.languages import locale_of
from lobby.words.catalogue import LANGUAGES, SOURCE_LANGUAGE, path_of

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("lobby", "kiosk", "display_server", "teller_console")
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
KEYWORDS = {"N_": None, "words": None, "_words": None, "mine": None, "say": None, "plural": (1, 2)}
SHOWN = 20

Sentence = str | tuple[str, str]


def sentences() -> set[Sentence]:
    """Every sentence that the source says."""
    found: set[Sentence] = set()
    for package in PACKAGES:
        for row in extract_from_dir(str(ROOT / package), METHODS, keywords=KEYWORDS):
            message = row[2]
            found.add(message if isinstance(message, str) else (message[0], message[1]))
    found.discard("")
    return found


def updated(language: str, wanted: set[Sentence]) -> Catalog:
    """The catalogue with exactly the sentences that are wanted, translations kept."""
    locale = locale_of(language)
    old = Catalog(locale=locale)
    path = path_of(language)
    if path.exists():
        with path.open("rb") as source:
            old = read_po(source, locale=locale)
    new = Catalog(locale=locale, fuzzy=False)
    new.mime_headers = old.mime_headers  # the file's own rule for plurals; Babel has none for some languages
    for sentence in sorted(wanted, key=str):
        kept = old.get(sentence if isinstance(sentence, str) else sentence[0])
        new.add(sentence, kept.string if kept is not None and kept.id == sentence else None)
    return new


def wrong(catalogue: Catalog) -> list[str]:
    """What a person must mend: sentences without a translation, and translations with other places to fill."""
    found = []
    for message in catalogue:
        if not message.id:
            continue
        said = message.string if isinstance(message.string, (tuple, list)) else (message.string,)
        if not all(said):
            found.append(f"not translated: {message.id}")
            continue
        wanted = places(message.id if isinstance(message.id, str) else message.id[1])
        if any(places(str(form)) - wanted or (wanted - {"count"}) - places(str(form)) for form in said):
            found.append(f"other places to fill: {message.id}")
    return found


def places(sentence: str) -> set[str]:
    """The names in `%(name)s`."""
    return set(re.findall(r"%\((\w+)\)s", sentence))


def written(catalogue: Catalog) -> bytes:
    """The catalogue as a file: no dates, no tool's name, one line a sentence."""
    out = BytesIO()
    write_po(out, catalogue, omit_header=True, no_location=True, width=0)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: {catalogue.plural_forms}\\n"\n\n'
    )
    return header.encode() + out.getvalue()


def main() -> int:
    """Update or check; return the exit code."""
    check = "--check" in sys.argv[1:]
    wanted = sentences()
    failed = False
    for language in LANGUAGES:
        if language == SOURCE_LANGUAGE:
            continue
        catalogue = updated(language, wanted)
        content = written(catalogue)
        stale = path_of(language).read_bytes() != content
        if not check and stale:
            path_of(language).write_bytes(content)
        problems = wrong(catalogue)
        failed = failed or bool(problems) or stale
        print(f"{language}: {len(wanted)} sentences, {len(problems)} to mend" + (", file is stale" * (check and stale)))
        for problem in problems[:SHOWN]:
            print("   ", problem)
        if len(problems) > SHOWN:
            print(f"    and {len(problems) - SHOWN} more")
    return int(failed) if check else 0


if __name__ == "__main__":
    sys.exit(main())
