"""The pictures beside the calls: what is shown and when, what is broken and said so, and who gets the files."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from display_server.media.files import BadMedia, sort_of
from display_server.media.folder import MediaFolder
from display_server.media.playlist import BadPlaylist, everything, read_playlist
from lobby import examples
from tests.builders import Clock
from tests.end_to_end.branch_process import lobby
from tests.end_to_end.house import House, a_house

TUESDAY_10 = datetime.fromisoformat("2024-03-05 10:00")
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"><rect width="16" height="9"/></svg>'
WEBM = b"\x1a\x45\xdf\xa3" + bytes(range(256)) * 8


def a_picture(format: str = "PNG", width: int = 64) -> bytes:
    data = io.BytesIO()
    Image.radial_gradient("L").resize((width, 36)).convert("RGB").save(data, format)
    return data.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    (tmp_path / "media").mkdir()
    return MediaFolder.of_branch(tmp_path)


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, bytes | str], None]:
    """Put a file into the folder, a little later than the one before."""

    def put(name: str, content: bytes | str) -> None:
        path = tmp_path / "media" / name
        before = path.stat().st_mtime_ns if path.exists() else 0
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, ns=(path.stat().st_mtime_ns, max(path.stat().st_mtime_ns, before + 1)))

    return put


def shown(folder: MediaFolder, local: datetime = TUESDAY_10) -> list[str]:
    return [item.file for item in folder.programme(local).items]


# -- what is shown


def test_a_branch_without_the_folder_shows_nothing_and_nothing_is_wrong(tmp_path: Path) -> None:
    folder = MediaFolder.of_branch(tmp_path)
    assert not folder.scan()
    assert (shown(folder), folder.mistakes) == ([], ())


def test_without_a_playlist_every_file_is_shown_by_name(folder: MediaFolder, put: Callable[..., None]) -> None:
    for name, content in (("b.svg", DRAWING), ("a.png", a_picture()), ("c.webm", WEBM), ("README.md", "words")):
        put(name, content)
    assert folder.scan()
    items = folder.programme(TUESDAY_10).items
    assert [(item.file, item.kind, item.seconds) for item in items] == [
        ("a.png", "image", 15),
        ("b.svg", "image", 15),
        ("c.webm", "video", 0),
    ]
    assert not folder.scan()


def test_the_playlist_says_what_is_shown_how_long_and_when(folder: MediaFolder, put: Callable[..., None]) -> None:
    for name in ("a.svg", "b.svg", "not-listed.svg"):
        put(name, DRAWING)
    put(
        "playlist.toml",
        """
        [[items]]
        file = "b.svg"
        seconds = 30
        [[items]]
        file = "a.svg"
        hours = "09:00-12:00, 14:00-17:00"
        days = ["tue"]
        from = 2024-03-05
        until = 2024-03-12
        """,
    )
    folder.scan()
    assert folder.programme(TUESDAY_10).items[0].seconds == 30
    assert shown(folder) == ["b.svg", "a.svg"]
    for away in ("2024-03-05 08:59", "2024-03-05 12:00", "2024-03-06 10:00", "2024-02-27 10:00", "2024-03-19 10:00"):
        assert shown(folder, datetime.fromisoformat(away)) == ["b.svg"], away
    assert shown(folder, datetime.fromisoformat("2024-03-12 16:59")) == ["b.svg", "a.svg"]


def test_what_changes_in_the_folder_is_shown_at_the_next_look(folder: MediaFolder, put: Callable[..., None]) -> None:
    put("a.svg", DRAWING)
    folder.scan()
    first = folder.programme(TUESDAY_10).items[0].url
    put("a.svg", DRAWING.replace("16 9", "4 3"))
    put("b.svg", DRAWING)
    assert folder.scan()
    assert shown(folder) == ["a.svg", "b.svg"]
    assert folder.programme(TUESDAY_10).items[0].url != first


def test_the_examples_are_whole() -> None:
    folder = MediaFolder(Path(examples.__path__[0]) / "media")
    folder.scan()
    assert folder.mistakes == ()
    assert len(shown(folder)) >= 2


# -- what is broken


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("half.png", a_picture()[:-200], "is not a whole PNG picture"),
        ("half.jpg", a_picture("JPEG", 640)[:-2000], "is not a whole JPEG picture"),
        ("named.png", a_picture("JPEG"), "is not a whole PNG picture"),
        ("empty.webp", b"", "is not a whole WEBP picture"),
        ("text.mp4", b"no video at all", "is not an MP4 video"),
        ("text.webm", b"", "is not a WebM video"),
        ("half.svg", DRAWING[:-6], "is not a whole SVG drawing"),
        ("page.svg", "<html/>", "is not a whole SVG drawing"),
        ("script.svg", DRAWING.replace("</svg>", "<script>alert(1)</script></svg>"), "has a script"),
        ("bomb.svg", '<!DOCTYPE s [<!ENTITY a "a">]>' + DRAWING, "has entities"),
        ("wide.svg", ('<!DOCTYPE s [<!ENTITY a "a">]>' + DRAWING).encode("utf-16"), "is not a whole SVG drawing"),
        ("virus.exe", b"MZ", "is not of a kind that can be shown; known are .png, .jpg"),
        ("huge.svg", b" " * 2_000_001, "is larger than 2 MB"),
    ],
)
def test_a_broken_file_is_left_out_and_said_why(tmp_path: Path, name: str, content: bytes | str, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(BadMedia) as bad:
        sort_of(path)
    assert says in str(bad.value)


def test_a_picture_of_too_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "wide.png"
    Image.new("1", (8000, 5001)).save(path)
    with pytest.raises(BadMedia, match="more than 40 megapixels"):
        sort_of(path)


def test_broken_files_are_named_to_the_screens_and_the_rest_is_shown(
    folder: MediaFolder, put: Callable[..., None], tmp_path: Path
) -> None:
    put("a.svg", DRAWING)
    put("b.png", b"half")
    os.symlink("/etc/hostname", tmp_path / "media" / "c.svg")
    (tmp_path / "media" / "d.svg").mkdir()
    folder.scan()
    assert shown(folder) == ["a.svg"]
    assert folder.programme(TUESDAY_10).faults == ("b.png", "c.svg", "d.svg")


def test_a_file_whose_name_is_not_utf_8_is_named_and_the_rest_is_shown(
    folder: MediaFolder, put: Callable[..., None], tmp_path: Path
) -> None:
    put("a.svg", DRAWING)
    put("b.svg", DRAWING)
    os.rename(tmp_path / "media" / "b.svg", os.fsencode(tmp_path / "media") + b"/caf\xe9.svg")
    folder.scan()
    assert shown(folder) == ["a.svg"]
    assert folder.mistakes == (("caf?.svg", "has a name that is not UTF-8; rename it"),)


def test_a_playlist_with_mistakes_shows_the_items_that_are_right(folder: MediaFolder, put: Callable[..., None]) -> None:
    put("a.svg", DRAWING)
    put("playlist.toml", '[[items]]\nfile = "a.svg"\n[[items]]\nfile = "gone.svg"\n[[items]]\nfile = "../a.svg"\n')
    folder.scan()
    assert shown(folder) == ["a.svg"]
    assert folder.mistakes == (
        ("playlist.toml", 'items[2].file: "../a.svg" is not the name of a file in the folder'),
        ("gone.svg", "is named in playlist.toml, and there is no such file"),
    )


def test_a_playlist_that_breaks_leaves_what_was_shown(folder: MediaFolder, put: Callable[..., None]) -> None:
    put("a.svg", DRAWING)
    put("b.svg", DRAWING)
    put("playlist.toml", '[[items]]\nfile = "b.svg"\n')
    folder.scan()
    put("playlist.toml", "[[items]\n")
    folder.scan()
    assert shown(folder) == ["b.svg"]
    assert [name for name, _ in folder.mistakes] == ["playlist.toml"]
    put("playlist.toml", b"\xff\xfe")
    folder.scan()
    assert folder.mistakes == (("playlist.toml", "byte 0: is not UTF-8; save the file as UTF-8"),)


@pytest.mark.parametrize(
    ("line", "where"),
    [
        ('hours = "9-12"', "items[0].hours"),
        ('days = ["monday"]', "items[0].days"),
        ('from = "2024-03-05"', "items[0].from"),
        ("from = 2024-03-05\nuntil = 2024-03-04", "items[0].until"),
        ("seconds = -1", "items[0].seconds"),
        ("seconds = 0.3", "items[0].seconds"),
        ('sound = "yes"', "items[0].sound"),
        ("colour = 1", "items[0].colour"),
    ],
)
def test_each_mistake_of_a_playlist_has_its_place(line: str, where: str) -> None:
    playlist = read_playlist(f'[[items]]\nfile = "a.svg"\n{line}\n')
    assert [mistake.where for mistake in playlist.mistakes] == [where]
    assert playlist.items == ()


def test_what_is_no_toml_is_no_playlist() -> None:
    with pytest.raises(BadPlaylist):
        read_playlist("items = ")
    assert everything(["b", "a"]).items[0].file == "a"


# -- who gets the files


@pytest.fixture(scope="module")
def house(memory_folder: Path) -> Iterator[House]:
    """The example branch with a drawing and a video, seen by a screen."""
    made = a_house(memory_folder / "media-branch", Clock())
    media = made.server.folder / "media"
    media.mkdir(exist_ok=True)
    (media / "a b.svg").write_text(DRAWING, "utf-8")
    (media / "c.webm").write_bytes(WEBM)
    (media / "secret.txt").write_text("not for the lobby", "utf-8")
    made.server.media.scan()
    yield made
    made.server.close()


Get = Callable[..., TestResponse]


@pytest.fixture
def get(house: House) -> Get:
    """Asks as a lobby screen, and takes the whole answer."""
    mine = {"Authorization": f"Bearer {house.token('display')}"}
    return lambda path, **headers: house.client().get(path, headers=mine | headers, buffered=True)


def test_what_is_broken_is_in_the_log(house: House, caplog: pytest.LogCaptureFixture) -> None:
    (house.server.folder / "media" / "half.png").write_bytes(b"half")
    house.server.read_media()
    (house.server.folder / "media" / "half.png").unlink()
    house.server.read_media()
    assert [line for line in caplog.messages if "half" in line] == ["media: half.png: is not a whole PNG picture"]


def test_only_who_may_see_the_branch_gets_the_media(house: House) -> None:
    for path in ("/media", "/media/c.webm", "/information"):
        answer = house.client().get(path)
        assert answer.status_code == 401, path
        assert answer.mimetype == "application/problem+json"


def test_a_screen_is_told_what_to_show(get: Get) -> None:
    told = get("/media").json
    assert [item["file"] for item in told["items"]] == ["a b.svg", "c.webm"]
    assert told["faults"] == ["secret.txt"]
    for item in told["items"]:
        answer = get(item["url"])
        assert answer.status_code == 200
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"].startswith("private, max-age=")


def test_a_drawing_comes_with_a_policy_under_which_nothing_runs(get: Get) -> None:
    answer = get("/media/a b.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_a_video_comes_in_parts(get: Get) -> None:
    answer = get("/media/c.webm", Range="bytes=4-13")
    assert answer.status_code == 206
    assert answer.data == WEBM[4:14]
    assert answer.mimetype == "video/webm"
    assert answer.headers["Content-Range"] == f"bytes 4-13/{len(WEBM)}"
    assert get("/media/c.webm", Range=f"bytes={len(WEBM)}-").status_code == 416


@pytest.mark.parametrize("name", ["secret.txt", "playlist.toml", "..%2fbranch.toml", "nothing.svg"])
def test_nothing_else_of_the_folder_is_given(get: Get, name: str) -> None:
    assert get(f"/media/{name}").status_code == 404


def test_what_took_the_place_of_a_file_since_it_was_looked_into_is_not_given(house: House, get: Get) -> None:
    media = house.server.folder / "media"
    (media / "later.svg").write_text(DRAWING, "utf-8")
    house.server.media.scan()
    assert get("/media/later.svg").status_code == 200
    (media / "later.svg").unlink()
    (media / "later.svg").symlink_to(house.server.folder / "branch.toml")
    assert get("/media/later.svg").status_code == 404
    (media / "later.svg").unlink()
    (media / "later.svg").write_text(DRAWING + "<!-- not looked into -->", "utf-8")
    assert get("/media/later.svg").status_code == 404
    (media / "later.svg").unlink()
    house.server.media.scan()


# -- the command


def test_lobby_media_check_says_what_is_wrong(house: House) -> None:
    said = lobby("media", "check", "--data", house.server.folder)
    assert said.returncode == 1
    assert said.stdout.splitlines() == [
        "secret.txt: is not of a kind that can be shown; known are .png, .jpg, .jpeg, .webp, .svg, .mp4, .webm",
        "2 pictures and videos",
    ]
    assert '"secret.txt"' in lobby("media", "check", "--data", house.server.folder, "--json").stdout
