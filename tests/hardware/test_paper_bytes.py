"""The bytes of every layout, language and mode, read back by a reader that shares nothing with the encoder."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import count

import pytest
from PIL import Image, ImageChops

from hardware.document import Document, Element, Number, Qr, Space, Text
from hardware.drawing import compose, draw
from hardware.encoding import Placing, justified, margined, parts
from hardware.errors import DeviceError
from hardware.payload import MODES, Mode, payload
from hardware.profiles import EIGHTY_MM, FIFTY_EIGHT_MM, MM_PER_INCH, PROFILES, TM_T88, Profile
from hardware.resident import CAPITAL, CELL
from hardware.sample_slip import LINK, WORDINGS, sample_slip
from kiosk.slip import slip as ticket_slip
from lobby.queue.events import Promise
from lobby.queue.ticket import State
from lobby.views import TicketView, branch_view
from lobby.words import words
from tests.builders import a_room, moment
from tests.hardware.on_paper import on_virtual_paper
from tests.hardware.slip_reader import read_hybrid, read_slip
from tests.kiosk.builders import example_setup

RASTER_BYTES, HYBRID_BYTES = 21_000, 11_000
SLOWEST = 8.0
"""Times a plain sum, which takes 3 ms where a slip may take 30; benchmarks/slips.py has the milliseconds themselves."""

every_layout = pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES)
every_language = pytest.mark.parametrize("language", WORDINGS)


def slip(*elements: Element, language: str = "en") -> Document:
    return Document(elements, language)


def is_white(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    return ImageChops.invert(image.crop(box)).getbbox() is None


def tickets() -> Iterator[tuple[str, Document]]:
    """The sample, and the ticket of the example branch's first service, in each language."""
    for language in WORDINGS:
        yield f"sample {language}", sample_slip(language)
    branch = branch_view(a_room(example_setup()).branch, moment("2026-11-22 10:42"))
    for language in example_setup().languages:
        ticket = TicketView(
            "2026-11-22-A047", "A047", "cash", "Cash", language, State.WAITING, moment("2026-11-22 10:42"),
            ahead=6, promise=Promise(480, 840),
        )  # fmt: skip
        yield f"ticket {language}", ticket_slip(ticket, branch, words(language), url=LINK)


@every_layout
@every_language
def test_raster_bytes_print_exactly_what_was_drawn(language: str, profile: Profile) -> None:
    image = draw(sample_slip(language), profile)
    made = payload(sample_slip(language), profile, "raster")
    assert read_slip(made.data, profile.dots, profile.dpi).tobytes() == image.tobytes()
    assert on_virtual_paper(made.data, profile).tobytes() == image.tobytes()
    assert made.rows == image.height


@every_layout
@every_language
def test_hybrid_bytes_print_what_was_drawn_around_the_printers_own_number_and_code(
    language: str, profile: Profile
) -> None:
    sheet = compose(sample_slip(language), profile)
    made = payload(sample_slip(language), profile, "hybrid")
    read = read_hybrid(made.data, profile.dots, profile.dpi)
    assert read.picture.tobytes() == sheet.image.tobytes()
    assert made.rows == read.picture.height

    (number,), (code,) = read.texts, read.codes
    assert (number.text, number.bold) == ("A047", True)
    assert 2 * number.left + number.width == profile.dots
    capitals_mm = (CAPITAL[1] - CAPITAL[0]) * number.height / CELL[1] / profile.dpi * MM_PER_INCH
    assert capitals_mm == pytest.approx(18, abs=0.5)
    assert is_white(read.picture, (0, number.top, profile.dots, number.top + number.height))

    quiet = 4 * code.module
    assert (code.data, code.level) == (LINK, "M")
    assert code.module == round(6 * profile.dpi / 203)
    assert abs(2 * code.left + code.side - profile.dots) <= 1
    assert code.left >= quiet
    assert is_white(read.picture, (0, code.top - quiet, profile.dots, code.top + code.side + quiet))
    assert [top for top, _ in sheet.residents] == [number.top, code.top]


@every_layout
@every_language
def test_the_virtual_printer_shows_the_whole_hybrid_ticket(language: str, profile: Profile) -> None:
    sheet = compose(sample_slip(language), profile)
    paper = on_virtual_paper(payload(sample_slip(language), profile, "hybrid").data, profile)
    assert paper.size == sheet.image.size
    added = ImageChops.difference(paper.convert("L"), sheet.image.convert("L"))
    for top, resident in sheet.residents:
        place = (0, top, profile.dots, top + resident.height)
        left, first, right, last = added.crop(place).getbbox() or (0, 0, 0, 0)
        assert last - first > resident.height * 0.6
        assert left == pytest.approx(profile.dots - right, abs=12)
        added.paste(0, place)
    assert added.getbbox() is None


@pytest.mark.parametrize("text", ["٠٤٧", "A" * 49, "七"])
def test_a_number_that_the_printer_cannot_write_is_drawn(text: str) -> None:
    document = slip(Number(text), language="ar")
    read = read_hybrid(payload(document, EIGHTY_MM, "hybrid").data, EIGHTY_MM.dots, EIGHTY_MM.dpi)
    assert read.texts == []
    assert read.picture.tobytes() == draw(document, EIGHTY_MM).tobytes()


def test_a_long_number_of_the_printer_stays_on_the_paper_and_keeps_its_shape() -> None:
    for text in ("A0471", "ABC-00047", "A" * 32):
        document = slip(Number(text))
        (number,) = read_hybrid(payload(document, FIFTY_EIGHT_MM, "hybrid").data, 384, 203).texts
        assert number.text == text
        assert number.width <= FIFTY_EIGHT_MM.dots
        assert number.height <= 4 * number.width // len(text)


def test_a_code_of_the_printer_gets_smaller_modules_where_the_paper_is_narrow() -> None:
    document = slip(Qr(LINK + "?" + "x" * 60, module_dots=20))
    (code,) = read_hybrid(payload(document, FIFTY_EIGHT_MM, "hybrid").data, 384, 203).codes
    assert code.side + 8 * code.module <= FIFTY_EIGHT_MM.dots
    with pytest.raises(DeviceError, match="QR code"):
        payload(slip(Qr("x" * 1000)), FIFTY_EIGHT_MM, "hybrid")


def test_pictures_stay_at_their_place_between_and_after_what_the_printer_makes() -> None:
    parts = (Text("first"), Number("1"), Number("2"), Text("last", align="end"), Qr(LINK), Space(400), Text("end"))
    document = slip(*parts)
    read = read_hybrid(payload(document, TM_T88, "hybrid").data, TM_T88.dots, TM_T88.dpi)
    assert [text.text for text in read.texts] == ["1", "2"]
    assert read.picture.tobytes() == compose(document, TM_T88).image.tobytes()


@every_layout
def test_no_picture_is_longer_than_a_printer_can_hold(profile: Profile) -> None:
    for name, document in tickets():
        for mode in MODES:
            read = read_hybrid(payload(document, profile, mode).data, profile.dots, profile.dpi)
            assert max(read.bands) <= 240 * profile.dots // 8, name


@pytest.mark.parametrize("placing", [justified, margined])
def test_the_tails_of_letters_are_sent_apart_and_a_block_is_not(placing: Placing) -> None:
    wide, tail = (0, 560), (280, 296)
    assert parts([wide] * 20 + [tail] * 10, 576, placing) == [(0, 20), (20, 30)]
    assert parts([wide] * 20 + [tail], 576, placing) == [(0, 20), (20, 21)]
    assert parts([(0, 16)] * 9 + [(0, 24)] * 9, 576, placing) == [(0, 18)]


@pytest.mark.parametrize(("mode", "most"), [("raster", RASTER_BYTES), ("hybrid", HYBRID_BYTES)])
def test_the_standard_ticket_is_small_in_every_language(mode: Mode, most: int) -> None:
    sizes = {name: len(payload(document, EIGHTY_MM, mode).data) for name, document in tickets()}
    assert len(sizes) >= 9
    assert {name: size for name, size in sizes.items() if size > most} == {}


@pytest.mark.skipif(sys.gettrace() is not None, reason="measuring coverage doubles the time")
@pytest.mark.parametrize("mode", MODES)
def test_the_standard_ticket_is_drawn_and_encoded_fast(mode: Mode) -> None:
    """In computing time, of which other processes take none, beside work that is as slow on a slow machine."""
    numbers = count(1)
    for language in WORDINGS:
        slips, sums = [], []
        for number in (next(numbers) for _ in range(9)):
            sums.append(computing_s(lambda: sum(i * i for i in range(100_000))))
            ticket = sample_slip(language, f"A{number:03}", f"{LINK}{number}")
            slips.append(computing_s(partial(payload, ticket, EIGHTY_MM, mode)))
        assert min(slips) < SLOWEST * min(sums), language


def computing_s(work: Callable[[], object]) -> float:
    begun = time.thread_time()
    work()
    return time.thread_time() - begun
