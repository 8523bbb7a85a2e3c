"""The Socket.IO namespaces as docs/sockets.md promises them, asked by another implementation's client."""

from __future__ import annotations

import itertools
import json
import ssl
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
import websocket

from lobby.door import Answer
from lobby.errors import LobbyError
from lobby.queue import commands as c
from lobby.remote import RemoteDesk
from tests.certificate import a_certificate
from tests.end_to_end.branch_process import BRANCH, HANGS_S, BranchProcess, lobby, until
from tests.end_to_end.listener import Listener, Refused

NAMESPACES = {"/display": "display", "/console": "teller", "/dashboard": "manager"}
WRONG_ROLE = {"/display": "customer", "/console": "kiosk", "/dashboard": "teller"}
BEAT_S = 0.5

LINE_S = 10.0
"""A client that has said goodbye waits so long for the server to close the line: a ping and its answer."""


class Branch:
    """The shared branch with a door for each role and a listener for each namespace."""

    def __init__(self, process: BranchProcess, closed: ExitStack) -> None:
        self.process = process
        self.url = process.url
        self.tokens = {
            role: process.token(role, f"sockets {role}") for role in (*NAMESPACES.values(), "kiosk", "customer")
        }
        self.desks = {role: process.desk(token) for role, token in self.tokens.items()}
        for desk in self.desks.values():
            closed.callback(desk.close)
        self._keys = itertools.count()

    def do(self, role: str, command: c.Command) -> Answer:
        return self.desks[role].submit(command, key=f"sockets {next(self._keys)}")

    def issue(self, **fields: Any) -> Answer:
        return self.do("kiosk", c.Issue("cash", **fields))

    def listen(self, namespace: str, **auth: Any) -> Listener:
        token = self.tokens.get(NAMESPACES.get(namespace, ""))
        return Listener(self.url, namespace, {"branch": BRANCH, "token": token} | auth)

    @property
    def seq(self) -> int:
        return self.desks["manager"].queue().seq

    def free_counter(self) -> None:
        """Counter 1 open for the teller, with nobody at it."""
        for command in (c.OpenCounter(1), c.Start(1), c.Finish(1)):
            with suppress(LobbyError):
                self.do("teller", command)


@pytest.fixture(scope="module")
def branch(shared_branch: BranchProcess) -> Iterator[Branch]:
    """With a screen and an open counter all the time: after a minute or two without, an alert would come between the
    events that are counted here."""
    with ExitStack() as closed:
        made = Branch(shared_branch, closed)
        made.free_counter()
        auth = {"branch": BRANCH, "token": made.tokens["display"]}
        closed.enter_context(Listener(made.url, "/display", auth, reconnects=True))
        yield made


# -- who may listen


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize(
    "auth",
    [
        None,
        {},
        {"branch": BRANCH},
        {"token": ""},
        {"token": "nonsense"},
        {"token": None},
        {"branch": BRANCH, "token": "x" * 5000},
    ],
)
def test_without_a_good_token_nobody_listens(branch: Branch, namespace: str, auth: dict[str, Any] | None) -> None:
    with pytest.raises(Refused, match=r"^NotSignedIn$"), Listener(branch.url, namespace, auth):
        pass


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("token", [7, True, ["a"], {"a": 1}, 1.5])
def test_a_token_that_is_no_text_is_refused(branch: Branch, namespace: str, token: Any) -> None:
    with pytest.raises(Refused, match=r"^(BadRequest|NotSignedIn)$"), Listener(branch.url, namespace, {"token": token}):
        pass


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_the_wrong_role_is_refused_by_name(branch: Branch, namespace: str) -> None:
    token = branch.tokens[WRONG_ROLE[namespace]]
    with pytest.raises(Refused, match=r"^NotAllowed$"), branch.listen(namespace, token=token):
        pass


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_another_branch_is_refused_by_name(branch: Branch, namespace: str) -> None:
    with pytest.raises(Refused, match=r"^UnknownBranch$"), branch.listen(namespace, branch="elsewhere"):
        pass


@pytest.mark.parametrize("auth", [None, {}, {"ticket": "nonsense"}, {"ticket": 5}, {"ticket": None}, {"ticket": ["x"]}])
def test_the_page_of_a_ticket_needs_the_tickets_own_token(branch: Branch, auth: dict[str, Any] | None) -> None:
    branch.issue()
    with pytest.raises(Refused, match=r"^UnknownTicket$"), Listener(branch.url, "/ticket", auth):
        pass


def test_a_staff_token_does_not_open_a_tickets_page_and_a_number_neither(branch: Branch) -> None:
    number = branch.issue().ticket.number  # type: ignore[union-attr]
    for said in ({"token": branch.tokens["manager"]}, {"ticket": number}, {"ticket": branch.tokens["manager"]}):
        with pytest.raises(Refused, match=r"^UnknownTicket$"), Listener(branch.url, "/ticket", said):
            pass


def test_a_page_of_another_site_cannot_listen_with_the_browsers_cookie(branch: Branch) -> None:
    cookie = f"lobby={branch.tokens['display']}"
    own = Listener(branch.url, "/display", {"branch": BRANCH})
    own.headers = {"Cookie": cookie}
    with own as listener:
        assert listener.first("snapshot")["board"]
    foreign = Listener(branch.url, "/display", {"branch": BRANCH})
    foreign.headers, foreign.origin = {"Cookie": cookie}, "https://elsewhere.example"
    with pytest.raises(Refused), foreign:
        pass


def test_a_namespace_that_does_not_exist_is_refused(branch: Branch) -> None:
    with pytest.raises(Refused), Listener(branch.url, "/everything", {"token": branch.tokens["manager"]}):
        pass


def test_who_lost_the_right_to_listen_hears_nothing_more_within_seconds(branch: Branch) -> None:
    names = {namespace: f"lost {namespace}" for namespace in NAMESPACES}
    tokens = {namespace: branch.process.token(NAMESPACES[namespace], name) for namespace, name in names.items()}
    with ExitStack() as open_lines:
        listeners = {
            namespace: open_lines.enter_context(branch.listen(namespace, token=token))
            for namespace, token in tokens.items()
        }
        for listener in listeners.values():
            listener.first("snapshot")
        for name in names.values():
            assert lobby("token", "revoke", "--data", branch.process.folder, "--name", name).returncode == 0
        for namespace, listener in listeners.items():
            assert listener.disconnected.wait(HANGS_S), f"{namespace} still listens"


def test_a_session_with_a_one_time_password_does_not_listen(branch: Branch) -> None:
    added = lobby("staff", "add", "--data", branch.process.folder, "--role", "manager", "--name", "New", "new-boss")
    session = RemoteDesk.sign_in(branch.url, "new-boss", added.stdout.strip())
    assert session.must_change
    for namespace in NAMESPACES:
        with pytest.raises(Refused, match=r"^PasswordMustChange$"), branch.listen(namespace, token=session.token):
            pass


# -- what is sent


def test_the_snapshot_comes_right_after_connecting_and_says_where_the_journal_stands(branch: Branch) -> None:
    branch.issue()
    now = time.time() * 1000
    shapes = {"/display": {"board", "release"}, "/console": {"queue", "branch"}, "/dashboard": {"figures", "devices"}}
    for namespace, more in shapes.items():
        with branch.listen(namespace) as listener:
            snapshot = listener.first("snapshot")
            assert listener.heard[0][0] == "snapshot"
            assert set(snapshot) == {"epoch", "seq", "at"} | more
            assert snapshot["seq"] == branch.seq
            assert abs(snapshot["at"] - now) < 60_000


def test_a_snapshot_is_what_the_api_answers(branch: Branch) -> None:
    branch.issue()
    with branch.listen("/display") as screen, branch.listen("/console") as console:
        board, queue = screen.first("snapshot")["board"], console.first("snapshot")["queue"]
    headers = {"Authorization": f"Bearer {branch.tokens['manager']}"}
    with httpx.Client(base_url=branch.url, headers=headers, trust_env=False, timeout=HANGS_S) as client:
        told_board, told_queue = (client.get(f"/api/v1/branches/{BRANCH}/{view}").json() for view in ("board", "queue"))

    of_the_moment = {"at", "longest_s", "wait", "call_from", "call_to", "at_risk", "revised"}

    def steady(view: Any) -> Any:
        """Without what a moment changes."""
        if isinstance(view, dict):
            return {key: steady(value) for key, value in view.items() if key not in of_the_moment}
        return [steady(item) for item in view] if isinstance(view, list) else view

    assert steady(board) == steady(told_board)
    assert steady(queue) == steady(told_queue)


def test_every_namespace_hears_every_event_once_in_order_without_a_gap(branch: Branch) -> None:
    branch.free_counter()
    with (
        branch.listen("/display") as screen,
        branch.listen("/console") as console,
        branch.listen("/dashboard") as figures,
    ):
        began = {listener.first("snapshot")["seq"] for listener in (screen, console, figures)}
        for _ in range(20):
            branch.issue()
        for command in (c.CallNext(1), c.Recall(1), c.Start(1), c.Finish(1, "done")):
            branch.do("teller", command)
        (start,), last = began, branch.seq
        for listener in (screen, console, figures):
            told = listener.events_up_to(last)
            assert [event["seq"] for event in told] == list(range(start + 1, last + 1))
            assert all({"seq", "at", "kind"} <= set(event) for event in told)
            assert [e["at"] for e in told] == sorted(e["at"] for e in told)
            kinds = [event["kind"] for event in told]
            assert kinds[:20] == ["TicketIssued"] * 20
            record = "Other" if listener is screen else "InteractionRecorded"
            expected = ["TicketCalled", "TicketRecalled", "ServiceStarted", record, "ServiceFinished"]
            assert kinds[20:] == expected


def test_a_call_on_the_screens_names_number_counter_service_language_and_queues(branch: Branch) -> None:
    branch.free_counter()
    branch.issue(language="ar", then=("loans",))
    with branch.listen("/display") as screen:
        screen.first("snapshot")
        called = branch.do("teller", c.CallNext(1)).ticket
        again = branch.do("teller", c.Recall(1))
        told = screen.events_up_to(again.seq)
        waiting = {s.code: s.waiting for s in branch.desks["display"].board().services}
    assert called is not None
    call, recall = told[0], told[1]
    assert set(call) == {"seq", "at", "kind", "number", "counter", "service", "language", "calls", "waiting", "sign"}
    expected = {"kind": "TicketCalled", "number": called.number, "counter": 1, "service": called.service}
    assert call.items() >= (expected | {"language": called.language, "calls": 1}).items()
    assert call["waiting"] == {"cash": waiting["cash"]}
    assert (recall["kind"], recall["calls"], recall["number"]) == ("TicketRecalled", 2, called.number)


def test_the_consoles_get_ticket_and_counter_as_they_are_after_the_event(branch: Branch) -> None:
    branch.free_counter()
    branch.issue()
    with branch.listen("/console") as console:
        console.first("snapshot")
        answer = branch.do("teller", c.CallNext(1))
        (told,) = console.events_up_to(answer.seq)
        assert told["ticket"]["number"] == answer.ticket.number  # type: ignore[union-attr]
        assert told["ticket"]["state"] == "called"
        assert told["counter_state"]["number"] == 1
        assert told["counter_state"]["ticket"]["number"] == answer.ticket.number  # type: ignore[union-attr]
        assert told["ticket"]["token"] == ""


def in_time(beats: list[dict[str, Any]]) -> bool:
    """Whether five beats came one after the other as they should; a busy machine may keep some waiting."""
    took_ms = [last["at"] - first["at"] for first, last in zip(beats, beats[4:], strict=False)]
    return any(one == pytest.approx(4 * BEAT_S * 1000, abs=900) for one in took_ms)


def test_a_beat_comes_twice_a_second_and_what_is_shown_beside_when_it_is_due(branch: Branch) -> None:
    shapes: dict[str, set[str]] = {
        "/display": {"services", "notices", "counters"},
        "/console": set(),
        "/dashboard": {"figures", "devices"},
    }
    with ExitStack() as open_lines:
        listeners = {namespace: open_lines.enter_context(branch.listen(namespace)) for namespace in shapes}
        until(lambda: all(in_time(listener.all("beat")) for listener in listeners.values()), "five beats as due")
    for namespace, listener in listeners.items():
        beats, snapshot, more = listener.all("beat"), listener.first("snapshot"), shapes[namespace]
        for beat in beats:
            assert set(beat) in ({"epoch", "seq", "at"}, {"epoch", "seq", "at"} | more)
            assert beat["epoch"] == snapshot["epoch"]
            assert beat["seq"] >= snapshot["seq"]
        assert any(more <= set(beat) for beat in beats), "within two seconds"


# -- resync


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("missed", [0, 1, 7])
def test_resync_gives_exactly_the_events_after_a_number(branch: Branch, namespace: str, missed: int) -> None:
    with branch.listen(namespace) as listener:
        listener.first("snapshot")
        for _ in range(7):
            last = branch.issue().seq
        told = listener.events_up_to(last)
        seen = len(listener.heard)
        listener.send("resync", {"after": last - missed})
        listener.send("resync", {"after": last - 1})
        until(
            lambda: [p["seq"] for n, p in listener.heard[seen:] if n == "event"].count(last) > bool(missed), "answers"
        )
        again = [payload for name, payload in listener.heard[seen:] if name == "event"]
        assert [event["seq"] for event in again] == [*range(last - missed + 1, last + 1), last]
        assert not [name for name, _ in listener.heard[seen:] if name == "snapshot"]
        if namespace == "/dashboard":
            assert again[:-1] == told[len(told) - missed :]


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("ahead", [1, 10**6, 2**60])
def test_who_is_ahead_of_the_journal_gets_a_snapshot(branch: Branch, namespace: str, ahead: int) -> None:
    branch.issue()
    with branch.listen(namespace) as listener:
        seq = listener.first("snapshot")["seq"]
        seen = len(listener.heard)
        listener.send("resync", {"after": seq + ahead})
        assert listener.after(seen, "snapshot")["seq"] == seq


def test_who_is_far_behind_gets_a_snapshot(branch: Branch) -> None:
    for _ in range(max(0, 520 - branch.seq)):
        branch.issue()
    with branch.listen("/display") as listener:
        seq = listener.first("snapshot")["seq"]
        seen = len(listener.heard)
        listener.send("resync", {"after": 1})
        assert listener.after(seen, "snapshot")["seq"] == seq
        assert not listener.all("event")


GARBAGE: list[tuple[Any, ...]] = [
    (),
    (None,),
    ("x",),
    (7,),
    ([],),
    ({},),
    ({"after": None},),
    ({"after": "1"},),
    ({"after": -1},),
    ({"after": True},),
    ({"after": 1.5},),
    ({"after": 10**40},),
    ({"after": {"after": 1}},),
    ({"after": 1}, {"after": 2}),
    ([[[[[[[]]]]]]],),
]


@pytest.mark.parametrize("namespace", NAMESPACES)
@pytest.mark.parametrize("word", ["connect", "disconnect"])
def test_a_client_that_only_says_that_it_comes_or_goes_changes_nothing_for_others(
    branch: Branch, namespace: str, word: str
) -> None:
    with branch.listen(namespace) as listener, branch.listen(namespace) as bystander:
        bystander.first("snapshot")
        written = len(branch.process.stderr)
        for payload in ({"token": branch.tokens[NAMESPACES[namespace]]}, {}, "x", 1) * 2:
            listener.send(word, payload)
        listener.send("resync", {"after": 0})
        bystander.events_up_to(branch.issue().seq)
        assert "Traceback" not in branch.process.stderr[written:]


def test_a_client_that_says_goodbye_is_let_go_at_once_and_nothing_is_logged(branch: Branch) -> None:
    branch.issue()
    written, took_s = len(branch.process.stderr), []
    for _ in range(3):
        with branch.listen("/display") as listener:
            listener.first("snapshot")
            began = time.monotonic()
            listener.client.disconnect()
            took_s.append(time.monotonic() - began)
    assert min(took_s) < LINE_S / 2, "the server does not close the line"
    with suppress(Refused), branch.listen("/display", token="x"):
        pass
    with branch.listen("/display") as listener:
        listener.first("beat")
    said = branch.process.stderr[written:].splitlines()
    assert [line for line in said if " answered " not in line] == [], "but what took long, on a busy machine"


@pytest.mark.parametrize("namespace", [*NAMESPACES, "/ticket"])
def test_garbage_is_harmless(branch: Branch, namespace: str) -> None:
    ticket = branch.issue().ticket
    assert ticket is not None
    written = len(branch.process.stderr)
    with branch.listen(namespace, ticket=ticket.token) as listener, branch.listen("/display") as bystander:
        seq = listener.first("snapshot")["seq"]
        for garbage in GARBAGE:
            listener.send("resync", *garbage)
        for message in ("event", "snapshot", "beat", "nonsense", "message", "on_resync", "emit", "trigger_event"):
            listener.send(message, {"seq": 1})
        seen = len(listener.heard)
        listener.send("resync", {"after": seq + 1})
        listener.after(seen, "snapshot")
        last = branch.issue().seq
        bystander.events_up_to(last)
    assert "Traceback" not in branch.process.stderr[written:]


def test_a_message_that_is_too_large_ends_only_its_own_connection(branch: Branch) -> None:
    with branch.listen("/display") as listener, branch.listen("/display") as bystander:
        listener.first("snapshot")
        listener.send("resync", {"after": "x" * 200_000})
        assert listener.disconnected.wait(HANGS_S)
        bystander.events_up_to(branch.issue().seq)


# -- a customer's own page


def test_a_ticket_hears_of_itself_alone(branch: Branch) -> None:
    branch.free_counter()
    mine, other = branch.issue().ticket, branch.issue().ticket
    assert mine is not None
    assert other is not None
    with Listener(branch.url, "/ticket", {"ticket": mine.token}) as page:
        first = page.first("snapshot")
        assert set(first) == {"epoch", "seq", "at", "ticket"}
        assert (first["ticket"]["number"], first["ticket"]["state"]) == (mine.number, "waiting")
        branch.do("teller", c.CallTicket(1, other.number, "asked for"))
        branch.do("teller", c.Start(1))
        branch.do("teller", c.Finish(1))
        branch.do("teller", c.CallTicket(1, mine.number, "asked for"))
        until(lambda: page.all("snapshot")[-1]["ticket"]["state"] == "called", "the call on the customer's page")
        assert page.all("snapshot")[-1]["ticket"]["counter"] == 1
        assert page.first("beat").keys() == {"epoch", "at"}
        assert {told["ticket"]["number"] for told in page.all("snapshot")} == {mine.number}
        told = json.dumps(page.heard)
        assert other.token not in told
        assert other.number not in told
        assert "sockets teller" not in told


def test_no_token_no_name_and_no_note_is_told_to_the_screens(branch: Branch) -> None:
    branch.free_counter()
    with (
        branch.listen("/display") as screen,
        branch.listen("/console") as console,
        branch.listen("/dashboard") as board,
    ):
        screen.first("snapshot")
        ticket = branch.issue(priority="priority").ticket
        assert ticket is not None
        branch.do("teller", c.CallTicket(1, ticket.number, "Mrs Example asked"))
        branch.do("teller", c.Start(1))
        branch.do("teller", c.Park(1, "waits for Mrs Example"))
        branch.do("teller", c.Resume(1, ticket.number))
        last = branch.do("teller", c.Finish(1, "done", "Mrs Example, 555 0101")).seq
        for listener in (screen, console, board):
            listener.events_up_to(last)
            listener.first("beat")
        public, internal = json.dumps([screen.heard, board.heard]), json.dumps(console.heard)
    assert ticket.token not in public + internal
    assert "555 0101" not in public + internal
    for secret in ("Mrs Example", "sockets teller", "sockets kiosk"):
        assert secret not in json.dumps(screen.heard)
    assert '"priority": "priority"' not in json.dumps(screen.heard), "who has priority is nobody's business"


# -- under load


def test_a_listener_that_comes_and_goes_during_a_rush_never_has_a_gap(branch: Branch) -> None:
    pending = []
    for _ in range(5):
        with branch.listen("/display") as listener:
            pending = [branch.issue().seq for _ in range(10)]
            start = listener.first("snapshot")["seq"]
            told = [event["seq"] for event in listener.events_up_to(pending[-1])]
            fresh = [seq for seq in told if seq > start]
            assert fresh == list(range(start + 1, pending[-1] + 1))


def _by_hand(url: str, token: str, **options: Any) -> websocket.WebSocket:
    """A lobby screen's connection, spoken by hand."""
    address = url.replace("http", "ws", 1) + "/socket.io/?EIO=4&transport=websocket"
    line = websocket.create_connection(address, timeout=HANGS_S, **options)
    line.send("40/display," + json.dumps({"branch": BRANCH, "token": token}))
    return line


@pytest.mark.parametrize("origin", ["https://elsewhere.example", "null"])
def test_a_page_of_another_site_cannot_listen_whatever_it_brings(branch: Branch, origin: str) -> None:
    token = branch.tokens["display"]
    for brings in ({}, {"cookie": f"lobby-display={token}"}):
        with pytest.raises(websocket.WebSocketBadStatusException, match="400"):
            _by_hand(branch.url, token, origin=origin, **brings)
    with closing(_by_hand(branch.url, token, origin=branch.url)) as line:
        assert line.recv().startswith("0")


def test_a_client_that_asks_and_never_reads_is_cut_off_and_holds_nobody(branch: Branch) -> None:
    with (
        closing(_by_hand(branch.url, branch.tokens["display"])) as glutton,
        branch.listen("/display") as bystander,
    ):
        until(lambda: bystander.all("snapshot"), "the bystander's snapshot")
        with suppress(OSError, websocket.WebSocketException):
            for _ in range(600):
                glutton.send('42/display,["resync",{"after":-1}]')
        for _ in range(2):
            bystander.events_up_to(branch.issue().seq)
        received = iter(glutton.recv, None)  # it answers no ping either
        with pytest.raises((OSError, websocket.WebSocketException)):
            deque(received, maxlen=0)
    assert "Traceback" not in branch.process.stderr


def test_nothing_is_compressed_even_for_a_client_that_offers_it(branch: Branch) -> None:
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"}
    with closing(_by_hand(branch.url, branch.tokens["display"], header=offer)) as line:
        assert "sec-websocket-extensions" not in {name.lower() for name in line.headers or {}}
        while not line.recv().startswith("42/display"):
            pass


def test_under_tls_events_arrive_just_the_same(a_branch: Callable[..., BranchProcess], tmp_path: Path) -> None:
    process, certificate = a_branch("secret"), a_certificate(tmp_path)
    process.options = ["--certificate", str(certificate), "--certificate-key", str(certificate)]
    token = process.token("display", "screen")
    process.start()
    unchecked = {"cert_reqs": ssl.CERT_NONE}
    with closing(_by_hand(process.url, token, sslopt=unchecked)) as screen:
        heard: list[str] = []
        until(lambda: heard.append(screen.recv()) or '"snapshot"' in heard[-1], "the snapshot")
        kiosk = process.token("kiosk", "kiosk")
        headers = {"Authorization": f"Bearer {kiosk}"}
        options: dict[str, Any] = {"verify": False, "trust_env": False, "timeout": HANGS_S}
        with httpx.Client(base_url=process.url, headers=headers, **options) as http:
            for tap in range(20):
                path = f"/api/v1/branches/{BRANCH}/tickets"
                http.post(path, json={"service": "cash"}, headers={"Idempotency-Key": str(tap)}).raise_for_status()
        until(lambda: heard.append(screen.recv()) or '"number":"A020"' in heard[-1], "the last ticket")
    events = [json.loads(text.split(",", 1)[1])[1] for text in heard if '["event"' in text]
    assert [event["seq"] for event in events] == list(range(events[0]["seq"], events[-1]["seq"] + 1))
    assert len(events) >= 20
