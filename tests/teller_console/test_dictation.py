"""Dictation with programs that stand in for recorder and engine, and fail on purpose."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lobby.care.interactions import LONGEST_NOTE
from teller_console.dictation import VARIABLE, NoSound, NotWritten, Utterance, WhisperCommand, transcriber

PATIENCE_S = 30
"""A machine that is busy starts programs late."""

GOES_ON = "sys.stdout.flush(); open(sys.argv[0] + '.began', 'w').close(); time.sleep(60)"
DEAF = f"import sys, time; {GOES_ON}"
SPEECH = f"import sys, time; sys.stdout.buffer.write(b'\\x00\\x40' * 16000); {GOES_ON}"
SILENCE = f"import sys, time; sys.stdout.buffer.write(b'\\x05\\x00' * 16000); {GOES_ON}"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SPEECH}"
UNPLUGGED = "import sys; sys.stdout.buffer.write(b'\\x00\\x40' * 800); sys.exit(1)"
TALKATIVE = "import sys\nwhile True: sys.stdout.buffer.write(b'\\x00\\x40' * 16000)"
LISTED = "**** List of CAPTURE Hardware Devices ****\\ncard 0: PCH [HDA Intel PCH], device 0: ALC257 Analog\\n"

WRITES = "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write({text!r}.encode())"


class Machine:
    """A machine's programs and model, as they are found by name."""

    def __init__(self, folder: Path) -> None:
        self.programs = folder / "bin"
        self.programs.mkdir()
        self.model = folder / "ggml-small.bin"
        self.model.write_bytes(b"a model")
        self.environment = {"PATH": str(self.programs), VARIABLE: str(self.model)}
        self.has("arecord", SPEECH)
        self.has("whisper-cli", WRITES.format(text=" Card ordered."))

    def has(self, name: str, code: str, devices: str = LISTED) -> None:
        """A program of this name that runs `code`; asked for devices, the recorder lists them. It begins by way of a
        shell, as a first line has no room for a long path or one with a space."""
        path = self.programs / name
        asked = f"import sys\nif '--list-devices' in sys.argv: print('{devices}', end=''); sys.exit(0)\n"
        here = f"""#!/bin/sh\n'''exec' "{sys.executable}" -SE "$0" "$@"\n' '''\n"""
        path.write_text(f"{here}{asked if name == 'arecord' else ''}{code}\n", encoding="utf-8")
        path.chmod(0o755)

    def transcriber(self, **limits: float) -> WhisperCommand:
        return WhisperCommand(self.model, str(self.programs / "whisper-cli"), str(self.programs / "arecord"), **limits)

    def began(self, name: str) -> bool:
        """Whether this program has done what it does before it goes on and on."""
        return (self.programs / f"{name}.began").exists()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def said(
    machine: Machine, then: Callable[[Utterance], None] = lambda utterance: utterance.stop(), **limits: float
) -> str:
    """What becomes of an utterance: listen on a thread, stop when the recorder has recorded."""
    utterance = machine.transcriber(**limits).listen("en")
    with ThreadPoolExecutor(1) as pool:
        text = pool.submit(utterance.text)
        try:
            until(lambda: machine.began("arecord") or text.done())
            then(utterance)
            return text.result(PATIENCE_S)
        finally:
            utterance.cancel()


def processes_of(machine: Machine) -> list[str]:
    """Programs of this machine that still run."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if str(machine.programs) in line:
                found.append(line)
    return found


# -- whether there is a microphone to show


def test_with_model_engine_recorder_and_microphone_there_is_a_transcriber(machine: Machine) -> None:
    assert transcriber(environment=machine.environment) is not None
    assert transcriber(str(machine.model), {"PATH": str(machine.programs)}) is not None


def test_without_a_model_there_is_none(machine: Machine) -> None:
    assert transcriber(environment={"PATH": str(machine.programs)}) is None
    assert transcriber(str(machine.model) + ".missing", machine.environment) is None
    assert transcriber(str(machine.programs), machine.environment) is None, "a folder is no model"


@pytest.mark.parametrize("missing", ["arecord", "whisper-cli"])
def test_without_a_program_there_is_none(machine: Machine, missing: str) -> None:
    (machine.programs / missing).unlink()
    assert transcriber(environment=machine.environment) is None


@pytest.mark.parametrize(
    ("code", "devices"),
    [("", "**** List of CAPTURE Hardware Devices ****\\n"), ("", ""), ("", "no card here\\n")],
)
def test_without_a_microphone_there_is_none(machine: Machine, code: str, devices: str) -> None:
    machine.has("arecord", code, devices)
    assert transcriber(environment=machine.environment) is None


def test_a_recorder_that_does_not_even_start_is_no_microphone(machine: Machine) -> None:
    (machine.programs / "arecord").write_text("#!/nowhere/at/all\n")
    assert transcriber(environment=machine.environment) is None


# -- what is said


def test_an_engine_that_begins_to_read_late_gets_all_that_was_said(machine: Machine) -> None:
    """More than a pipe holds; the engine loads its model first."""
    machine.has("arecord", TALKATIVE)
    machine.has("whisper-cli", "import sys, time; time.sleep(0.2); print(len(sys.stdin.buffer.read()) // 1000, 'kB')")
    assert said(machine, then=lambda utterance: None, longest_s=8) == "256 kB"


def test_what_is_said_becomes_text(machine: Machine) -> None:
    assert said(machine) == "Card ordered."


def test_the_engine_hears_all_of_it_as_a_wav_file_in_the_tellers_language(machine: Machine, tmp_path: Path) -> None:
    machine.has(
        "whisper-cli",
        "import sys, io, wave\n"
        "heard = wave.open(io.BytesIO(sys.stdin.buffer.read()))\n"
        "print(heard.getnchannels(), heard.getframerate(), heard.getsampwidth(), heard.getnframes(), *sys.argv[1:])",
    )
    assert said(machine) == f"1 16000 2 16000 -m {machine.model} -l en -nt -np -sns -f -"


@pytest.mark.parametrize(
    ("written", "note"),
    [
        (" Hello there.\n It is done.\n", "Hello there. It is done."),
        ("您好，\n卡已办好。\n", "您好，卡已办好。"),
        (" [BLANK_AUDIO]\n", ""),
        (" (door closes) Yes. *cough* [Music]", "Yes."),
        ("a\x1bb\u202ec\x00d", "abcd"),
        ("", ""),
    ],
)
def test_what_the_engine_writes_becomes_one_clean_line(machine: Machine, written: str, note: str) -> None:
    machine.has("whisper-cli", WRITES.format(text=written))
    assert said(machine) == note


def test_bytes_that_are_no_text_and_text_without_end_do_no_harm(machine: Machine) -> None:
    machine.has("whisper-cli", "import sys; sys.stdin.buffer.read(); sys.stdout.buffer.write(b'\\xff\\xfe ok ' * 9999)")
    note = said(machine)
    assert note.startswith("ok ok ok")
    assert len(note) == LONGEST_NOTE


def test_into_silence_no_word_is_written(machine: Machine) -> None:
    machine.has("arecord", SILENCE)
    machine.has("whisper-cli", WRITES.format(text="Thank you for watching."))
    assert said(machine) == ""


def test_who_speaks_without_end_is_written_up_to_the_limit(machine: Machine) -> None:
    machine.has("arecord", TALKATIVE)
    machine.has("whisper-cli", "import sys; print(len(sys.stdin.buffer.read()))")
    assert machine.transcriber(longest_s=2).listen("en").text() == str(2 * 16_000 * 2 + 44)


def test_an_utterance_that_was_stopped_before_it_began_ends_at_once(machine: Machine) -> None:
    utterance = machine.transcriber().listen("en")
    utterance.cancel()
    assert utterance.text() == ""
    assert processes_of(machine) == []


def test_nothing_of_the_sound_is_kept_on_a_disk(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "tmp"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.chdir(place)
    said(machine)
    assert list(place.iterdir()) == []


# -- what fails


def test_a_recorder_that_loses_its_microphone_says_so(machine: Machine) -> None:
    machine.has("arecord", UNPLUGGED)
    with pytest.raises(NoSound):
        machine.transcriber().listen("en").text()


def test_a_microphone_that_gives_nothing_says_so(machine: Machine) -> None:
    machine.has("arecord", DEAF)
    with pytest.raises(NoSound):
        said(machine)


def test_a_recorder_that_does_not_want_to_end_is_ended(machine: Machine) -> None:
    machine.has("arecord", STUBBORN)
    assert said(machine) == "Card ordered."
    assert processes_of(machine) == []


@pytest.mark.parametrize(
    "code",
    ["import sys; sys.exit(3)", "import os; os.kill(os.getpid(), 11)", "import sys; sys.stdin.close(); sys.exit(1)"],
    ids=["refuses", "crashes", "does not read"],
)
def test_an_engine_that_fails_says_so(machine: Machine, code: str) -> None:
    machine.has("whisper-cli", code)
    with pytest.raises(NotWritten):
        said(machine)


def test_an_engine_that_never_ends_is_ended(machine: Machine) -> None:
    machine.has("whisper-cli", DEAF)
    with pytest.raises(NotWritten):
        said(machine, engine_s=0.3)
    assert processes_of(machine) == []


def test_a_program_that_was_removed_meanwhile_says_so(machine: Machine) -> None:
    made = machine.transcriber()
    (machine.programs / "arecord").unlink()
    with pytest.raises(NotWritten):
        made.listen("en").text()


@pytest.mark.parametrize("engine", [DEAF, "import sys; sys.exit(1)"], ids=["hangs", "fails"])
def test_a_cancelled_utterance_is_forgotten_at_once(machine: Machine, engine: str) -> None:
    machine.has("whisper-cli", engine)
    assert said(machine, lambda utterance: utterance.cancel()) == ""
    assert processes_of(machine) == []


def test_it_can_be_cancelled_while_the_engine_writes(machine: Machine) -> None:
    machine.has("whisper-cli", DEAF)

    def stop_then_cancel(utterance: Utterance) -> None:
        utterance.stop()
        until(lambda: machine.began("whisper-cli"))
        utterance.cancel()

    assert said(machine, stop_then_cancel) == ""
    assert processes_of(machine) == []
