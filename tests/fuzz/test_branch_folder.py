"""What a branch writes besides its file, spoilt anywhere: answers, rates, playlists, pictures; and what tellers type.
It is read or refused in words, soon, and what was read can be shown."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from display_server.information import board
from display_server.media.files import SORTS, BadMedia, sort_of
from display_server.media.playlist import BadPlaylist, read_playlist
from lobby.care.entries import settled
from lobby.care.knowledge.article import BadArticle
from lobby.care.knowledge.library import Library
from lobby.care.knowledge.rates import read_rates
from lobby.care.knowledge.reading import read_article
from lobby.care.templates import Field, FieldType, Named
from lobby.errors import BadField
from lobby.words import LANGUAGES, words
from lobby.words.moments import moment
from tests.fuzz.cases import cases, within
from tests.fuzz.spoilt import STRANGE_TEXTS, as_toml, spoilt, spoilt_text

EXAMPLES = Path(str(files("lobby.examples")))
SOON_S = 5.0
TODAY = date(2026, 3, 2)
MARKS = ("+++", "---", "[", "](", "`", "*", "#", "{#steps}", "{{rates:fees}}", "|", "&#x202E;", "<b>", "1.", "\\", "> ")


@cache
def examples(pattern: str) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob(pattern))[::7][:12])


ARTICLES = st.one_of(
    st.sampled_from(examples("knowledge/*/*.md")).flatmap(lambda text: spoilt_text(text, MARKS)),
    st.lists(st.sampled_from([*MARKS, "\n", "a ", "- "]), max_size=400).map(
        lambda marks: '+++\ntitle = "A"\nowner = "B"\n+++\n' + "".join(marks)
    ),
)


@cases(150)
@given(ARTICLES, st.text(max_size=30), st.sampled_from(LANGUAGES))
@example('+++\ntitle = "A"\nowner = "B"\n+++\n' + "[" * 60_000, "[", "en")
@example('+++\ntitle = "A"\nowner = "B"\n+++\n' + "*a _" * 20_000, "a", "en")
@example('+++\ntitle = "A"\nowner = "B"\n+++\n' + "> " * 20_000, "a", "en")
def test_an_article_is_read_found_and_shown_or_refused(text: str, query: str, language: str) -> None:
    with within(SOON_S), suppress(BadArticle):
        library = Library([read_article(f"cards/lost-card.{language}.md", text)])
        library.search(query or text[:20], language=language, today=TODAY)
        for article in library.articles:
            library.body(article, TODAY)


@cases(150)
@given(st.sampled_from(examples("knowledge/rates/*.toml")).map(tomllib.loads).flatmap(spoilt))
def test_a_table_of_rates_is_read_and_shown_or_refused(tables: dict[str, Any]) -> None:
    with within(SOON_S), suppress(BadArticle):
        library = Library(tables=[read_rates("fees.toml", as_toml(tables))])
        for table in library.tables.values():
            assert table.on(TODAY).markdown("ar")
        board(library, datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Europe/London")))


SELDOM = {"file": "a.mp4", "seconds": 9, "hours": "09:00-10:00", "days": ["mon"], "from": TODAY, "until": TODAY}
PLAYLIST = tomllib.loads((EXAMPLES / "media" / "playlist.toml").read_text(encoding="utf-8"))


@cases(150)
@given(spoilt({"items": [*PLAYLIST["items"], SELDOM]}))
def test_a_playlist_shows_what_is_right_in_it(tables: dict[str, Any]) -> None:
    with within(SOON_S), suppress(BadPlaylist):
        for item in read_playlist(as_toml(tables)).items:
            item.is_on(datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Dubai")))


DRAWING = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><g><path d="M0 0"/></g></svg>'


@cache
def picture(ending: str) -> bytes:
    """A right file of a kind that can be shown."""
    kind = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP"}.get(ending)
    if kind is None:
        return DRAWING if ending == ".svg" else b"\0\0\0\1ftyp"
    drawn = BytesIO()
    Image.effect_noise((16, 16), 50).convert("RGB").save(drawn, kind)
    return drawn.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("media")


@cases(150)
@given(st.sampled_from(sorted(SORTS)), st.data())
def test_a_damaged_picture_or_video_is_shown_or_left_out(folder: Path, ending: str, draw: st.DataObject) -> None:
    right = picture(ending)
    at = draw.draw(st.integers(0, len(right)))
    data = right[:at] + draw.draw(st.binary(max_size=20)) + right[at + draw.draw(st.integers(0, 20)) :]
    path = folder / f"shown{ending}"
    path.write_bytes(data)
    with within(SOON_S), suppress(BadMedia):
        assert sort_of(path) is SORTS[ending]


LIKE_TIMES = ["tomorrow 10:00", "fri", "+3d 9:30", "9999-12-31", "0001-01-01", "31.12.9999 23:59", "29.2"]
SIGNS = ["+", "1", "٣", ".", ",", ":", " ", "-", "d", "w", "h", "mon", "GB", "я", "%"]
TYPED = st.one_of(
    st.sampled_from([*STRANGE_TEXTS, *LIKE_TIMES]),
    st.text(max_size=20),
    st.lists(st.sampled_from(SIGNS), max_size=12).map("".join),
)
ZONES = st.sampled_from(["Europe/London", "America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago"])


@cases(300)
@given(TYPED, ZONES, st.sampled_from(LANGUAGES))
@example("9999-12-31 23:59", "America/New_York", "en")
@example("0001-01-01 00:00", "Pacific/Kiritimati", "en")
@example("+999w", "Pacific/Kiritimati", "en")
def test_a_time_that_is_typed_is_a_moment_to_come_or_nothing(typed: str, zone: str, language: str) -> None:
    now = datetime(2026, 3, 29, 0, 30, tzinfo=ZoneInfo(zone))
    with within(SOON_S):
        found = moment(typed, now, words(language))
    assert found is None or found > now


@cases(300)
@given(TYPED, st.sampled_from(FieldType), st.sampled_from(["", "[0-9]{4}"]))
def test_what_is_typed_into_a_field_is_kept_in_one_form_or_refused(typed: str, kind: FieldType, pattern: str) -> None:
    field = Field("code", {"en": "Code"}, kind, choices=(Named("a", {"en": "A"}),), low=0.0, high=1e9, pattern=pattern)
    with within(SOON_S), suppress(BadField):
        kept = settled(typed, field)
        assert settled(kept, field) == kept
