"""An anchor on paper can be read by a machine and typed by a person, in each language."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from hardware.document import Qr, Text, decode, encode
from hardware.drawing import undrawable
from hardware.payload import payload
from hardware.profiles import PROFILES
from hardware.spool import Spool
from kiosk.anchor_slip import anchor_slip
from lobby.cli import lobby
from lobby.command_line.branch import write_example
from lobby.records.anchor import Anchor, read_anchor
from lobby.records.anchor_folder import kept_anchors
from lobby.words import LANGUAGES, words
from tests.builders import TUESDAY

ANCHOR = Anchor("main-street", TUESDAY, 48211, "K7Q2-9MXD-" * 3 + "K7Q2-9MXD", 1203, "1234-Q678-" * 3 + "1234-Q678")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_slip_says_the_whole_anchor_twice_to_a_machine_and_to_a_person(language: str) -> None:
    slip = anchor_slip(ANCHOR, "Main Street", "Europe/London", words(language))
    assert [element.data for element in slip.elements if isinstance(element, Qr)] == [str(ANCHOR)]
    typed = [element.text for element in slip.elements if isinstance(element, Text) and element.language == "en"]
    if language != "en":  # whose own lines are English too
        journal, trail, (branch, moment, check) = "-".join(typed[:3]), "-".join(typed[3:6]), typed[6:]
        assert read_anchor(f"anchor {branch} {moment} 48211 {journal} 1203 {trail} {check}") == ANCHOR
        assert max(map(len, typed)) <= 24, "no group is broken on narrow paper"
    assert decode(encode(slip)) == slip
    assert not undrawable(slip)


@pytest.mark.parametrize("profile", PROFILES)
def test_it_fits_on_every_paper(profile: str) -> None:
    assert payload(anchor_slip(ANCHOR, "Main Street", "Europe/London", words("en")), PROFILES[profile]).data


def test_the_command_makes_an_anchor_keeps_it_and_puts_it_into_the_spool(place: Path) -> None:
    write_example(place / "branch")
    done = CliRunner().invoke(lobby, ["audit", "anchor", "--print", "--data", str(place / "branch")])
    assert done.exit_code == 0, done.output
    anchor = read_anchor(done.output)
    assert kept_anchors(place / "branch") == ([anchor], [])
    with closing(Spool(place / "branch" / "spool.db")) as spool:
        assert [job.ticket for job in spool.jobs()] == [f"anchor {anchor.journal_seq} {anchor.trail_seq}"]
