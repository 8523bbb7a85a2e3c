"""The branch file: what is right is read, and every mistake is reported at once, with its place and what to do."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lobby import config as config_module
from lobby.branch_file import offer_values
from lobby.config import FILE, BadBranchFile, Config, load
from lobby.queue.services import KioskOptions, Span

GOOD = """
[branch]
id = "small"
name = "Small branch"

[[services]]
code = "cash"
name = "Cash"
prefix = "A"

[[counters]]
number = 1
"""


def read(folder: Path, text: str | bytes) -> Config:
    (folder / FILE).write_bytes(text if isinstance(text, bytes) else text.encode())
    return load(folder)


def mistakes(folder: Path, text: str | bytes) -> dict[str, str]:
    """Where -> what, of a file that cannot be used."""
    with pytest.raises(BadBranchFile) as bad:
        read(folder, text)
    found = bad.value.mistakes
    assert found
    assert len({mistake.where for mistake in found}) == len(found), "one place is told once"
    said = str(bad.value)
    for mistake in found:
        assert str(mistake) in said
        assert mistake.where
        assert mistake.what
    assert str(folder / FILE) in said
    return {mistake.where: mistake.what for mistake in found}


def test_the_example_that_init_writes_is_right_and_complete(tmp_path: Path) -> None:
    config = read(tmp_path, files("lobby.examples").joinpath(FILE).read_bytes())
    setup = config.setup
    assert setup.languages == ("en", "ar", "zh", "ru")
    assert list(setup.services) == ["cash", "accounts", "cards", "loans", "business"]
    assert set(setup.counters) == {1, 2, 3, 4, 5, 6}
    for service in setup.services.values():
        assert set(service.names) == set(service.documents) == set(setup.languages)
    assert all(set(kind.names) == set(setup.languages) for kind in setup.priorities.values())
    assert (setup.priorities["priority"].rank, setup.priorities["premium"].credit_s) == (1, 120)
    assert [printer.address for printer in config.printers] == ["virtual"]


def test_a_small_file_gets_the_defaults(tmp_path: Path) -> None:
    config = read(tmp_path, GOOD)
    setup = config.setup
    assert (setup.id, setup.names, setup.languages, setup.zone) == ("small", {"en": "Small branch"}, ("en",), "UTC")
    service = setup.services["cash"]
    assert (service.first, service.last, service.target_s, service.number(7)) == (1, 999, 600, "A007")
    assert setup.day_starts_min == 240
    assert setup.rules.undo_s == 30
    assert (config.printers, config.public_url, config.database) == ((), "", "")
    assert (setup.holidays, setup.paydays, setup.jurisdiction, service.daily_limit) == ((), (), "", 0)
    assert (setup.rules.appointment_early_s, setup.rules.appointment_late, setup.rules.lease_numbers) == (
        1800, "walk_in", 60,
    )  # fmt: skip
    assert setup.kiosk == KioskOptions(0, True, True, True, False, 180, 60)


def test_a_priority_by_law_has_the_laws_words_in_each_language_and_its_rank(tmp_path: Path) -> None:
    text = GOOD.replace('id = "small"', 'id = "small"\nlanguages = ["en", "ru", "ar"]')
    law = '[[priorities]]\ncode = "first"\nlaw = "br-10048"\n[[priorities]]\ncode = "donor"\nlaw = "br-10048-donor"\n'
    first, donor = read(tmp_path, text + law).setup.priorities.values()
    assert (first.rank, donor.rank, first.declared) == (1, 2, True)
    assert donor.names["en"] == "Blood donor"
    assert set(first.names) == set(donor.names) == {"en", "ru", "ar"}


def test_a_branch_may_put_the_law_into_its_own_words_and_rank(tmp_path: Path) -> None:
    own = '[[priorities]]\ncode = "first"\nlaw = "br-10048"\nname = "Prioridade"\nrank = 3\n'
    [first] = read(tmp_path, GOOD + own).setup.priorities.values()
    assert (first.names, first.rank) == ({"en": "Prioridade"}, 3)


def test_everything_that_can_be_said_is_read(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
        [branch]
        id = "b"
        name = { en = "B", ru = "Б" }
        languages = ["ru", "en"]
        zone = "Asia/Dubai"
        day_starts = "05:30"
        hours = { mon = "09:00-13:00, 14:00-24:00" }
        holidays = ["2026-12-25", "2027-01-01"]
        paydays = [5, 20]
        jurisdiction = "br-manaus"
        break_reasons = ["prayer"]
        outcomes = ["ok"]
        [rules]
        age_cap_min = 30
        age_cap_targets = 2.5
        recalls = 0
        no_show_grace_s = 0
        undo_s = 10
        return_min = 0
        hold_min = 1.5
        appointment_early_min = 45
        appointment_grace_min = 5
        appointment_late = "refuse"
        lease_numbers = 80
        service_level_min = 7.5
        [[groups]]
        code = "g"
        name = "G"
        [[services]]
        code = "s"
        name = "S"
        prefix = "ABC"
        first = 100
        last = 199
        group = "g"
        icon = "i"
        target_min = 1.5
        appointment_target_min = 2
        mean_service_min = 3
        hours = { tue = "10:00-11:00" }
        documents = { en = ["x"], ru = ["у"] }
        outcomes = ["a", "b"]
        daily_limit = 40
        [[counters]]
        number = 7
        name = "Seven"
        services = ["s"]
        [[priorities]]
        code = "p"
        name = "P"
        credit_min = 1.5
        target_min = 4
        declared = false
        [[priorities]]
        code = "law"
        law = "br-10048-donor"
        [[printers]]
        name = "one"
        address = "tcp://192.0.2.10:9100"
        profile = "58mm"
        mode = "hybrid"
        roll_m = 80
        [kiosk]
        screen_inches = 21.5
        documents_first = false
        check_in = false
        several = false
        feedback = true
        reprint_min = 1.5
        volume = 35
        [server]
        public_url = "https://x.example"
        database = "postgresql+psycopg://x/y"
        """,
    )
    setup = config.setup
    assert setup.hours is not None
    assert setup.hours.days == {"mon": (Span(540, 780), Span(840, 1440))}
    assert (setup.day_starts_min, setup.zone, setup.break_reasons, setup.outcomes) == (
        330, "Asia/Dubai", ("prayer",), ("ok",),
    )  # fmt: skip
    rules = setup.rules
    assert (rules.age_cap_s, rules.age_cap_targets, rules.recalls, rules.no_show_grace_s) == (1800, 2.5, 0, 0)
    assert (rules.undo_s, rules.return_s, rules.hold_s) == (10, 0, 90)
    assert (rules.appointment_grace_s, rules.service_level_s) == (300, 450)
    assert (rules.appointment_early_s, rules.appointment_late, rules.lease_numbers) == (2700, "refuse", 80)
    assert (setup.holidays, setup.paydays, setup.jurisdiction) == (("2026-12-25", "2027-01-01"), (5, 20), "br-manaus")
    assert setup.kiosk == KioskOptions(21.5, False, False, False, True, 90, 35)
    service = setup.services["s"]
    assert service.daily_limit == 40
    assert (service.prefix, service.first, service.last, service.group, service.icon) == ("ABC", 100, 199, "g", "i")
    assert (service.target_s, service.appointment_target_s, service.mean_service_s) == (90, 120, 180)
    assert (service.documents, service.outcomes) == ({"en": ("x",), "ru": ("у",)}, ("a", "b"))
    assert (setup.counters[7].name, setup.counters[7].services) == ("Seven", ("s",))
    kind = setup.priorities["p"]
    assert (kind.rank, kind.credit_s, kind.target_s, kind.declared) == (None, 90, 240, False)
    assert (setup.priorities["law"].rank, setup.priorities["law"].law) == (2, "br-10048-donor")
    printer = config.printers[0]
    assert (printer.profile, printer.mode, printer.roll_m) == ("58mm", "hybrid", 80)
    assert config.public_url == "https://x.example"
    assert config.database.startswith("postgresql")


def test_processes_share_a_database_that_they_can_reach(tmp_path: Path) -> None:
    assert list(mistakes(tmp_path, GOOD + "[server]\nshared = true\n")) == ["server.shared"]


def test_every_mistake_is_reported_at_once(tmp_path: Path) -> None:
    found = mistakes(
        tmp_path,
        """
        colour = "blue"
        [branch]
        id = "no spaces please"
        languages = ["en", "ar"]
        zone = "Europe/Nowhere"
        day_starts = "25:00"
        hours = { mon = "9-17", someday = "09:00-10:00" }
        [rules]
        recalls = -1
        undo_s = "long"
        [[services]]
        code = "cash"
        name = { en = "Cash", xx = "?" }
        prefix = "a1"
        first = 10
        last = 5
        group = "nowhere"
        target_min = 0
        [[services]]
        code = "cash"
        name = ""
        [[counters]]
        number = 0
        services = ["tea"]
        [[priorities]]
        code = "p"
        name = "P"
        declared = "yes"
        [[printers]]
        name = "x"
        """,
    )
    assert set(found) >= {
        "colour",
        "branch.id",
        "branch.name",
        "branch.zone",
        "branch.day_starts",
        "branch.hours.someday",
        "branch.hours.mon",
        "rules.recalls",
        "rules.undo_s",
        "services[0].name.xx",
        "services[0].prefix",
        "services[0].last",
        "services[0].group",
        "services[0].target_min",
        "services[1].code",
        "services[1].name",
        "counters[0].number",
        "counters[0].services",
        "priorities[0].declared",
        "printers[0].address",
    }


WITH_SERVICE = GOOD.replace('prefix = "A"', 'prefix = "A"\n%s')
WITH_BRANCH = GOOD.replace('id = "small"', 'id = "small"\n%s')
PLUS = GOOD + "\n%s"

ONE_MISTAKE: list[tuple[str, str, str, str]] = [
    (WITH_BRANCH, 'zone = "Mars/Olympus"', "branch.zone", "not a time zone"),
    (WITH_BRANCH, 'zone = ""', "branch.zone", "not a time zone"),
    (WITH_BRANCH, 'zone = "Europe"', "branch.zone", "not a time zone"),
    (WITH_BRANCH, f'zone = "{"x" * 300}"', "branch.zone", "not a time zone"),
    (WITH_BRANCH, 'zone = "../../etc/passwd"', "branch.zone", "not a time zone"),
    (WITH_BRANCH, "zone = 3", "branch.zone", "text in quotes"),
    (WITH_BRANCH, 'day_starts = "4 am"', "branch.day_starts", "not a time"),
    (WITH_BRANCH, 'day_starts = "04:00+02:00"', "branch.day_starts", "not a time"),
    (WITH_BRANCH, 'day_starts = "04:00:30"', "branch.day_starts", "not a time"),
    (WITH_BRANCH, "day_starts = 04:00:00", "branch.day_starts", "text in quotes"),
    (WITH_BRANCH, "languages = []", "branch.languages", "empty"),
    (WITH_BRANCH, 'languages = "en"', "branch.languages", "list of texts"),
    (WITH_BRANCH, 'languages = ["en", "en"]', "branch.languages", "used already"),
    (WITH_BRANCH, 'languages = ["not a language"]', "branch.languages", ""),
    (WITH_BRANCH, 'languages = ["fr", "sw"]', "branch.languages", "words for: en, ar"),
    (WITH_BRANCH, 'languages = ["EN"]', "branch.languages", "short code"),
    (WITH_BRANCH, 'hours = "always"', "branch.hours", "must be a table"),
    (WITH_BRANCH, 'hours = { mon = "17:00-09:00" }', "branch.hours.mon", "start before it ends"),
    (WITH_BRANCH, 'hours = { mon = "09:00-09:00" }', "branch.hours.mon", "start before it ends"),
    (WITH_BRANCH, 'hours = { mon = "09:00-25:00" }', "branch.hours.mon", "within one day"),
    (WITH_BRANCH, 'hours = { mon = "09:70-10:00" }', "branch.hours.mon", "within one day"),
    (WITH_BRANCH, 'hours = { mon = "09:00-12:00, 11:00-13:00" }', "branch.hours.mon", "after the span before"),
    (WITH_BRANCH, "hours = { mon = 9 }", "branch.hours.mon", "not a span"),
    (WITH_BRANCH, 'colour = "blue"', "branch.colour", "not a key here"),
    (WITH_BRANCH, 'holidays = "2026-12-25"', "branch.holidays", "list of texts"),
    (WITH_BRANCH, 'holidays = ["25.12.2026"]', "branch.holidays", 'not a date; write "2026-12-25"'),
    (WITH_BRANCH, 'holidays = ["2026-02-30"]', "branch.holidays", "not a date"),
    (WITH_BRANCH, 'holidays = ["20261225"]', "branch.holidays", "not a date"),
    (WITH_BRANCH, 'holidays = ["2026-W52-5"]', "branch.holidays", "not a date"),
    (WITH_BRANCH, 'holidays = [" 2026-12-25"]', "branch.holidays", "not a date"),
    (WITH_BRANCH, "holidays = [2026]", "branch.holidays", "list of texts"),
    (WITH_BRANCH, "paydays = 5", "branch.paydays", "days of the month"),
    (WITH_BRANCH, "paydays = [0]", "branch.paydays", "days of the month"),
    (WITH_BRANCH, "paydays = [32]", "branch.paydays", "days of the month"),
    (WITH_BRANCH, 'paydays = ["5"]', "branch.paydays", "days of the month"),
    (WITH_BRANCH, "paydays = [true]", "branch.paydays", "days of the month"),
    (WITH_BRANCH, 'jurisdiction = "br-atlantis"', "branch.jurisdiction", "known are br-uberaba"),
    (WITH_BRANCH, "jurisdiction = 1", "branch.jurisdiction", "text in quotes"),
    (WITH_SERVICE, "daily_limit = -1", "services[0].daily_limit", "whole number from 0"),
    (WITH_SERVICE, "daily_limit = 2.5", "services[0].daily_limit", "whole number"),
    (WITH_SERVICE, "daily_limit = true", "services[0].daily_limit", "whole number"),
    (WITH_SERVICE, f"documents = {{ en = ['{'x' * 81}'] }}", "services[0].documents.en", "80 letters"),
    (WITH_SERVICE, f"documents = {{ en = {['x'] * 13} }}", "services[0].documents.en", "at most 12 lines"),
    (WITH_SERVICE, 'prefix2 = "B"', "services[0].prefix2", "not a key here"),
    (WITH_SERVICE, "first = -1", "services[0].first", "whole number from 0"),
    (WITH_SERVICE, "last = 1e3", "services[0].last", "whole number"),
    (WITH_SERVICE, "last = true", "services[0].last", "whole number"),
    (WITH_SERVICE, "last = 1000000", "services[0].last", "to 999999"),
    (WITH_SERVICE, f"last = 1{'0' * 100}", "services[0].last", "to 999999"),
    (WITH_SERVICE, "first = 1000", "services[0].last", "less than first"),
    (WITH_SERVICE, "target_min = 0", "services[0].target_min", "more than 0"),
    (WITH_SERVICE, "target_min = -1", "services[0].target_min", "number from 0"),
    (WITH_SERVICE, "target_min = inf", "services[0].target_min", "number from 0"),
    (WITH_SERVICE, "target_min = nan", "services[0].target_min", "number from 0"),
    (WITH_SERVICE, "target_min = 1e-310", "services[0].target_min", ""),
    (WITH_SERVICE, "target_min = 1e10", "services[0].target_min", "to 1440"),
    (WITH_SERVICE, f"target_min = 1{'0' * 400}", "services[0].target_min", "to 1440"),
    (WITH_SERVICE, 'target_min = "10"', "services[0].target_min", "number from"),
    (WITH_SERVICE, "target_min = 2024-01-01", "services[0].target_min", "number from"),
    (WITH_SERVICE, 'group = "none"', "services[0].group", "no group"),
    (WITH_SERVICE, "documents = { xx = ['x'] }", "services[0].documents.xx", "is not a language"),
    (WITH_SERVICE, "documents = ['x']", "services[0].documents", "must be a table"),
    (WITH_SERVICE, "documents = { en = 'x' }", "services[0].documents.en", "list of texts"),
    (WITH_SERVICE, "outcomes = ['a', 1]", "services[0].outcomes", "list of texts"),
    (PLUS, '[[groups]]\ncode = "g"', "groups[0].name", "is missing"),
    (PLUS, '[[groups]]\ncode="g"\nname="1"\n[[groups]]\ncode="g"\nname="2"', "groups[1].code", "used already"),
    (PLUS, '[[services]]\ncode="cash"\nname="2"\nprefix="B"', "services[1].code", "used already"),
    (PLUS, '[[services]]\ncode="b"\nname="2"\nprefix="A"', "services[1].prefix", "same numbers"),
    (PLUS, '[[services]]\ncode="b"\nname="2"\nprefix="b"', "services[1].prefix", "capital letters"),
    (PLUS, '[[services]]\ncode="b"\nname="2"\nprefix="ABCD"', "services[1].prefix", "capital letters"),
    (PLUS, '[[services]]\ncode="b c"\nname="2"\nprefix="B"', "services[1].code", "letters, digits"),
    (PLUS, f'[[services]]\ncode="{"x" * 33}"\nname="2"\nprefix="B"', "services[1].code", "at most 32"),
    (PLUS, '[[services]]\nname="2"\nprefix="B"', "services[1].code", "is missing"),
    (PLUS, "[[counters]]\nnumber = 1", "counters[1].number", "used already"),
    (PLUS, "[[counters]]\nnumber = 10000", "counters[1].number", "from 1 to 9999"),
    (PLUS, '[[counters]]\nname = "x"', "counters[1].number", "whole number"),
    (PLUS, '[[counters]]\nnumber = 2\nservices = ["tea"]', "counters[1].services", 'no service "tea"'),
    (PLUS, '[[priorities]]\ncode="p"\nname="P"\nrank = 0', "priorities[0].rank", "from 1 to 99"),
    (PLUS, '[[priorities]]\ncode="p"\nname="P"\ntarget_min = 0', "priorities[0].target_min", "more than 0"),
    (PLUS, '[[priorities]]\ncode="p"\nname="P"\ndeclared = 1', "priorities[0].declared", "true or false"),
    (PLUS, '[[priorities]]\ncode="p"', "priorities[0].name", "is missing"),
    (PLUS, '[[priorities]]\ncode="p"\nname="P"\nlaw="br-1"', "priorities[0].law", "known are br-10048"),
    (PLUS, '[[printers]]\nname="p"', "printers[0].address", "is missing"),
    (PLUS, '[[printers]]\nname="p"\naddress="none"\nmode="text"', "printers[0].mode", "raster"),
    (PLUS, '[[printers]]\nname="p"\naddress="none"\nroll_m=-1', "printers[0].roll_m", "from 0 to 1000"),
    (PLUS, "[kiosk]\nscreen = 21", "kiosk.screen", "not a key here"),
    (PLUS, "[kiosk]\nscreen_inches = -1", "kiosk.screen_inches", "from 0 to 100"),
    (PLUS, "[kiosk]\nscreen_inches = nan", "kiosk.screen_inches", "from 0 to 100"),
    (PLUS, '[kiosk]\ndocuments_first = "yes"', "kiosk.documents_first", "true or false"),
    (PLUS, "[kiosk]\ncheck_in = 1", "kiosk.check_in", "true or false"),
    (PLUS, "[kiosk]\nseveral = 0", "kiosk.several", "true or false"),
    (PLUS, "[kiosk]\nfeedback = []", "kiosk.feedback", "true or false"),
    (PLUS, "[kiosk]\nreprint_min = -1", "kiosk.reprint_min", "number from 0"),
    (PLUS, "[kiosk]\nvolume = 101", "kiosk.volume", "from 0 to 100"),
    (PLUS, "[kiosk]\nvolume = 2.5", "kiosk.volume", "whole number"),
    (PLUS, "[[kiosk]]", "kiosk", "must be a table"),
    (PLUS, '[[printers]]\nname="p"\naddress="none"\n[[printers]]\nname="p"\naddress="none"', "printers[1].name",
     "used already"),
    (PLUS, "[server]\nport = 80", "server.port", "not a key here"),
    (PLUS, "[server]\npublic_url = 1", "server.public_url", "text in quotes"),
    (PLUS, "[rules]\nage_cap_targets = 0.5", "rules.age_cap_targets", "from 1"),
    (PLUS, "[rules]\nrecalls = 21", "rules.recalls", "to 20"),
    (PLUS, "[rules]\nservice_level_min = 0", "rules.service_level_min", "more than 0"),
    (PLUS, "[rules]\nage_cap = 5", "rules.age_cap", "not a key here"),
    (PLUS, "[rules]\nappointment_early_min = -1", "rules.appointment_early_min", "number from 0"),
    (PLUS, "[rules]\nhold_min = 61", "rules.hold_min", "number from 0 to 60"),
    (PLUS, '[rules]\nappointment_late = "never"', "rules.appointment_late", '"walk_in" or "refuse"'),
    (PLUS, "[rules]\nappointment_late = []", "rules.appointment_late", '"walk_in" or "refuse"'),
    (PLUS, "[rules]\nlease_numbers = 0", "rules.lease_numbers", "from 1 to 10000"),
    (GOOD.replace("[[counters]]\nnumber = 1", ""), "", "counters", "at least one"),
    (GOOD.replace("[[counters]]", "[counters]"), "", "counters", "list of tables"),
    (GOOD.replace('id = "small"', ""), "", "branch.id", "is missing"),
    (GOOD.replace('name = "Small branch"', "name = 3"), "", "branch.name", "is missing"),
    (GOOD.replace('name = "Small branch"', "name = { en = '' }"), "", "branch.name", "is missing"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "where", "what"), ONE_MISTAKE, ids=[f"{m[2]}-{m[3]}" for m in ONE_MISTAKE])
def test_one_mistake_is_one_line_with_its_place_and_what_to_do(
    tmp_path: Path, text: str, line: str, where: str, what: str
) -> None:
    found = mistakes(tmp_path, text % line if "%s" in text else text)
    assert list(found) == [where]
    assert what in found[where]


def test_an_empty_file_says_all_that_a_branch_needs(tmp_path: Path) -> None:
    assert {"branch", "services", "counters"} <= set(mistakes(tmp_path, ""))


def test_a_wrong_table_is_not_called_empty_as_well(tmp_path: Path) -> None:
    text = GOOD.replace("[[services]]", "[services]")
    with pytest.raises(BadBranchFile) as bad:
        read(tmp_path, text)
    assert [mistake.where for mistake in bad.value.mistakes] == ["services"]


def test_codes_that_are_missing_are_not_called_repeated_as_well(tmp_path: Path) -> None:
    text = GOOD + '[[services]]\nname="2"\nprefix="B"\n[[services]]\nname="3"\nprefix="C"\n'
    with pytest.raises(BadBranchFile) as bad:
        read(tmp_path, text)
    assert [mistake.where for mistake in bad.value.mistakes] == ["services[1].code", "services[2].code"]


# -- the file itself


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(BadBranchFile, match="lobby init"):
        load(tmp_path)


def test_a_folder_in_the_place_of_the_file_is_said(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(BadBranchFile, match="cannot be read"):
        load(tmp_path)


def test_a_file_that_is_not_utf8_is_said_with_the_place(tmp_path: Path) -> None:
    assert mistakes(tmp_path, 'x = "é"'.encode("latin-1")) == {"byte 5": "is not UTF-8; save the file as UTF-8"}
    assert mistakes(tmp_path, GOOD.encode("utf-16"))


def test_a_byte_order_mark_as_some_editors_write_it_is_read_over(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbf" + GOOD.encode()).setup.id == "small"


def test_windows_line_ends_are_read(tmp_path: Path) -> None:
    assert read(tmp_path, GOOD.replace("\n", "\r\n")).setup.id == "small"


@pytest.mark.parametrize(
    "text",
    [
        "[branch",
        "id = ",
        "id = 'a'\nid = 'b'",
        "\x00",
        "x = " + "[" * 5000,
        "x = " + "1" * 5000,
        "x = " + "{a=" * 3000,
        "x = 2024-13-45",
        "[" + "a." * 3000 + "a]",
    ],
    ids=["open", "no value", "twice", "NUL", "deep", "endless number", "deep tables", "no date", "deep key"],
)
def test_a_file_that_is_not_toml_is_a_mistake_and_not_a_crash(tmp_path: Path, text: str) -> None:
    assert mistakes(tmp_path, text)


def test_a_syntax_error_says_the_line(tmp_path: Path) -> None:
    assert "line 3" in mistakes(tmp_path, "\n\n!\n")["TOML"]


# -- anything at all

READERS = [Path(str(module.__file__)).read_text(encoding="utf-8") for module in (config_module, offer_values)]
KEYS = sorted({key for text in READERS for key in re.findall(r'"([a-z_]+)"', text)})
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["cash", "A", "en", "09:00-17:00", "04:00", "UTC", "Europe", "tcp://x"]),
    st.dates(),
    st.times(),
    st.datetimes(),
).filter(lambda value: value is not None)
ANY_TABLE = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(st.sampled_from(KEYS), st.text(max_size=4)), inner)
    ),
    max_leaves=15,
)
PARTS = st.dictionaries(st.sampled_from(KEYS), ANY_TABLE, max_size=8)
FILES = st.fixed_dictionaries(
    {},
    optional={
        "branch": st.one_of(PARTS, ANY_TABLE),
        "rules": st.one_of(PARTS, ANY_TABLE),
        "kiosk": st.one_of(PARTS, ANY_TABLE),
        "server": st.one_of(PARTS, ANY_TABLE),
        **{
            name: st.one_of(st.lists(PARTS, max_size=3), ANY_TABLE)
            for name in ("services", "counters", "groups", "priorities", "printers")
        },
    },
)


@settings(max_examples=300, deadline=None)
@given(data=FILES)
def test_whatever_the_file_holds_it_is_read_or_its_mistakes_are_said(data: dict[str, Any]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / FILE).write_text(GOOD, encoding="utf-8")
        original = config_module.tomllib.loads
        config_module.tomllib.loads = lambda text: data  # type: ignore[assignment]
        config, said = None, []
        try:
            config = load(folder)
        except BadBranchFile as bad:
            said = bad.mistakes
        finally:
            config_module.tomllib.loads = original
        if config is None:
            assert said
            assert all(mistake.where and mistake.what for mistake in said)
        else:
            assert config.setup.services
            assert config.setup.counters


@settings(max_examples=200, deadline=None)
@given(raw=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))))
def test_whatever_bytes_the_file_holds_it_is_read_or_its_mistakes_are_said(raw: bytes) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name)
        (folder / FILE).write_bytes(raw)
        with pytest.raises(BadBranchFile):
            load(folder)
