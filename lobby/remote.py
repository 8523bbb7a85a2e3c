"""The door to a branch over HTTP: the same methods, the same refusals, as at the desk itself.

A request that got no answer is sent again with the same idempotency key, so that it is carried out once; when the
server stays away, `ServerUnreachable` says so and the caller may try later with the same key.
"""

from __future__ import annotations

import re
import ssl
from typing import Any, TypeVar

import httpx
import msgspec

from lobby import problems, shapes
from lobby.board import BoardView
from lobby.care import commands as cc
from lobby.care.casebook import spelled
from lobby.care.comments import CommentView
from lobby.care.knowledge.article import Phrase
from lobby.care.knowledge.library import Change, Hit
from lobby.care.my_day import MyDay
from lobby.care.views import ArticleReportView, ComplaintView, DueView, FollowUpView, OfferedCare, RecordView
from lobby.care_door import ArticleView, Headline
from lobby.door import Answer
from lobby.errors import NobodyWaiting, ServerUnreachable, UnknownArticle, UnknownTicket
from lobby.queue import commands as c
from lobby.queue.events import Recorded
from lobby.views import AppointmentView, BranchView, Briefing, QueueView, TicketView

T = TypeVar("T")


class Patience(msgspec.Struct, frozen=True):
    """How long to wait for a connection and for an answer, in seconds, and how often to ask."""

    connect_s: float = 2.0
    answer_s: float = 10.0
    tries: int = 2


ORDINARY = Patience()

_counter_verbs = {command: verb for verb, command in c.COUNTER_VERBS.items()}
_ticket_verbs = {command: verb for verb, command in c.TICKET_VERBS.items()}
_complaint_verbs = {command: verb for verb, command in cc.COMPLAINT_VERBS.items()}
_follow_up_verbs = {command: verb for verb, command in cc.FOLLOW_UP_VERBS.items()}
_branch_verbs = {command: verb for verb, command in c.BRANCH_VERBS.items()}


class Session(msgspec.Struct, frozen=True):
    """A member of staff who signed in."""

    token: str
    name: str
    role: str
    must_change: bool


class RemoteDesk:
    """One branch of a server, for whoever holds `token`; a `Door` and a `CareDoor`. Close it when done. With `prints`
    the server prints what is issued; a kiosk with a printer of its own says False."""

    def __init__(
        self,
        url: str,
        token: str,
        branch: str,
        *,
        language: str = "en",
        patience: Patience = ORDINARY,
        prints: bool = True,
    ) -> None:
        self.url = url.rstrip("/")
        self.name = branch
        self._patience = patience
        self._prints = prints
        self._client = _client(self.url, token, language, patience)

    def close(self) -> None:
        self._client.close()

    # -- the door

    def submit(self, command: c.Command, *, key: str, at: int | None = None) -> Answer:
        path, body = _route(command, self._prints)
        headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
        if at is not None:
            headers["Lobby-Time"] = str(at)
        response = self._send("POST", f"{self._base}/{path}", headers=headers, content=body)
        if response.status_code == httpx.codes.NO_CONTENT:
            raise NobodyWaiting()
        if isinstance(command, c.Issue):
            return Answer(_seq(response), _read(response.content, TicketView))
        return _read(response.content, Answer)

    def branch(self) -> BranchView:
        return self._get("", BranchView)

    def board(self) -> BoardView:
        return self._get("/board", BoardView)

    def queue(self) -> QueueView:
        return self._get("/queue", QueueView)

    def ticket(self, reference: str) -> TicketView:
        return self._get(f"/tickets/{_known(reference)}", TicketView)

    def events(self, after: int = 0, limit: int = 1000) -> list[Recorded]:
        return self._get(f"/events?after={after}&limit={limit}", list[Recorded])

    def briefing(self) -> Briefing:
        """What a kiosk must know to go on alone."""
        return self._get("/setup", Briefing)

    def appointments(self) -> list[AppointmentView]:
        """The appointments that are known."""
        return self._get("/appointments", list[AppointmentView])

    # -- care

    def care(self) -> OfferedCare:
        return self._get("/care", OfferedCare)

    def complaints(self) -> tuple[ComplaintView, ...]:
        return self._get("/complaints", tuple[ComplaintView, ...])

    def complaint(self, reference: str) -> ComplaintView:
        return self._get(f"/complaints/{_as_kept(reference)}", ComplaintView)

    def follow_up(self, reference: str) -> FollowUpView:
        return self._get(f"/follow-ups/{_as_kept(reference)}", FollowUpView)

    def due(self, everyone: bool = False) -> DueView:
        return self._get("/due", DueView, everyone=int(everyone))

    def my_day(self) -> MyDay:
        return self._get("/my-day", MyDay)

    def reviews(self) -> tuple[RecordView, ...]:
        return self._get("/reviews", tuple[RecordView, ...])

    def comments(self) -> tuple[CommentView, ...]:
        return self._get("/comments", tuple[CommentView, ...])

    def article_reports(self) -> tuple[ArticleReportView, ...]:
        return self._get("/article-reports", tuple[ArticleReportView, ...])

    def search(self, query: str, language: str, service: str = "") -> tuple[Hit, ...]:
        return self._get("/knowledge/search", tuple[Hit, ...], q=query, language=language, service=service)

    def opening(self, service: str, language: str) -> tuple[Headline, ...]:
        return self._get("/knowledge/opening", tuple[Headline, ...], service=service, language=language)

    def article(self, article: str, language: str) -> ArticleView:
        if not re.fullmatch(r"[a-z0-9-]{1,64}", article):
            raise UnknownArticle(article=article)
        return self._get(f"/knowledge/articles/{article}", ArticleView, language=language)

    def news(self, language: str, since: int = 0) -> tuple[Change, ...]:
        return self._get("/knowledge/news", tuple[Change, ...], language=language, since=since)

    def phrases(self, language: str) -> tuple[Phrase, ...]:
        return self._get("/knowledge/phrases", tuple[Phrase, ...], language=language)

    # -- besides

    def report(self, day: str = "", form: str = "json") -> bytes:
        """The day's report in a format of `GET reports/day`."""
        return self._send("GET", f"{self._base}/reports/day", params={"day": day, "format": form}).content

    @property
    def _base(self) -> str:
        return f"/api/v1/branches/{self.name}"

    def _get(self, path: str, type_: type[T], **asked: str | int) -> T:
        return _read(self._send("GET", f"{self._base}{path}", params=asked or None).content, type_)

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        return _send(self._client, method, path, self._patience.tries, **request)

    @staticmethod
    def branches(url: str, token: str) -> list[str]:
        """The ids of the branches that a server holds."""
        with _client(url, token, "en") as client:
            return [
                branch["id"] for branch in _read(_send(client, "GET", "/api/v1/branches").content, list[dict[str, Any]])
            ]

    @staticmethod
    def sign_in(url: str, username: str, password: str, *, language: str = "en") -> Session:
        """Sign a member of staff in for a working day."""
        with _client(url, "", language) as client:
            body = {"username": username, "password": password}
            return _read(_send(client, "POST", "/api/v1/sessions", json=body).content, Session)

    @staticmethod
    def sign_out(url: str, token: str) -> None:
        """End what `sign_in` began: the token is good for nothing afterwards."""
        with _client(url, token, "en") as client:
            _send(client, "DELETE", "/api/v1/sessions")

    @staticmethod
    def change_password(url: str, token: str, password: str, new_password: str) -> None:
        with _client(url, token, "en") as client:
            _send(client, "POST", "/api/v1/password", json={"password": password, "new_password": new_password})


def _client(url: str, token: str, language: str, patience: Patience = ORDINARY) -> httpx.Client:
    headers = {"Accept-Language": language} | ({"Authorization": f"Bearer {token}"} if token else {})
    return httpx.Client(
        base_url=url,
        headers=headers,
        timeout=httpx.Timeout(patience.answer_s, connect=patience.connect_s),
        verify=ssl.create_default_context(),  # whom this machine trusts: a bank may have an authority of its own
        trust_env=False,
    )


def _route(command: c.Command, prints: bool) -> tuple[str, bytes]:
    """Path under the branch and JSON body of a command."""
    body: dict[str, Any] = msgspec.to_builtins(command)
    body.pop("command")
    if not prints and isinstance(command, c.Issue | c.CheckIn | c.Reprint | cc.TakeComplaint):
        body["print"] = False
    if isinstance(command, c.CounterCommand):
        path = f"counters/{body.pop('counter')}/{_counter_verbs[type(command)]}"
    elif isinstance(command, c.TicketCommand):
        path = f"tickets/{_known(body.pop('ticket'))}/{_ticket_verbs[type(command)]}"
    elif isinstance(command, cc.ComplaintCommand):
        path = f"complaints/{_as_kept(body.pop('complaint'))}/{_complaint_verbs[type(command)]}"
    elif isinstance(command, cc.FollowUpCommand):
        path = f"follow-ups/{_as_kept(body.pop('follow_up'))}/{_follow_up_verbs[type(command)]}"
    else:
        path = _branch_verbs[type(command)]
    return path, msgspec.json.encode(body)


def _known(reference: str) -> str:
    """The reference as it may stand in an address; no ticket has one with other signs."""
    if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", reference):
        raise UnknownTicket(ticket=reference)
    return reference


def _as_kept(reference: str) -> str:
    """A reference of a complaint or follow-up as it may stand in an address, however it was typed."""
    return spelled(reference[:64])


def _read(content: bytes, shape: type[T]) -> T:
    """The answer's body; `ServerUnreachable` when something else than a branch server has answered."""
    try:
        return shapes.decode(content, shape)
    except msgspec.DecodeError as error:
        raise ServerUnreachable() from error


def _seq(response: httpx.Response) -> int:
    """The number of the journal's entry that an issue came to."""
    try:
        return int(response.headers.get("Lobby-Seq", ""))
    except ValueError as error:
        raise ServerUnreachable() from error


def _send(client: httpx.Client, method: str, path: str, tries: int = ORDINARY.tries, **request: Any) -> httpx.Response:
    """One exchange, tried again when no answer came; POSTs carry their key, so that is safe."""
    for left in reversed(range(tries)):
        try:
            response = client.request(method, path, **request)
        except httpx.RequestError as error:
            if left:
                continue
            raise ServerUnreachable() from error
        except RuntimeError as error:
            if client.is_closed:  # by its owner, while this request was on its way
                raise ServerUnreachable() from error
            raise
        if response.is_success:
            return response
        raise problems.read(response.content, response.status_code)
    raise AssertionError("unreachable")
