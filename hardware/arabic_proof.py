"""Whether Arabic comes out joined and from right to left: proved by drawing it, never assumed.

A shaping library can be present and wrong: Pillow without a working fribidi draws Arabic backwards and letter by
letter, and raises nothing. Beh is wide where it stands alone and narrow where it joins the next letter. Alef is a
tall stroke, and as the first letter of a word of low ones it must stand at the right.
"""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image, ImageChops

JOINED, ALONE = "ببب", "ب"
JOINED_WIDTH = 0.8  # of three letters that stand alone; 0.6 in Noto Sans Arabic
ALEF_FIRST = "اسس"
ALEF_SIDE = 0.25  # of the word's width
LOW = 0.25  # of the word's height: so much lower are the letters that follow

Draw = Callable[[str], Image.Image]  # a text in black on white, mode "L", with room around it


def is_proved(draw: Draw) -> bool:
    """Whether `draw` joins Arabic letters and begins at the right."""
    return _joins(draw) and _begins_at_the_right(draw)


def _joins(draw: Draw) -> bool:
    return _ink(draw(JOINED)).width < JOINED_WIDTH * 3 * _ink(draw(ALONE)).width


def _begins_at_the_right(draw: Draw) -> bool:
    word = _ink(draw(ALEF_FIRST))
    side = round(word.width * ALEF_SIDE)
    top_at_right = _first_inked_row(word.crop((word.width - side, 0, word.width, word.height)))
    top_at_left = _first_inked_row(word.crop((0, 0, word.width - side, word.height)))
    return top_at_right == 0 and top_at_left > LOW * word.height


def _ink(image: Image.Image) -> Image.Image:
    """The image cut to its ink; one white dot where it has none."""
    return image.crop(ImageChops.invert(image).getbbox() or (0, 0, 1, 1))


def _first_inked_row(image: Image.Image) -> int:
    return (ImageChops.invert(image).getbbox() or (0, 0, 0, 0))[1]
