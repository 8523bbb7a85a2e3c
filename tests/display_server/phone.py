"""A customer's phone, as far as the branch server sees it: pages asked for, forms sent."""

from __future__ import annotations

import html
import re
from typing import Any

from werkzeug.test import TestResponse

from lobby.queue import commands as q
from tests.builders import ANN
from tests.end_to_end.house import House

HERE = "http://localhost"


WAITS_SAID = {
    (8, 14, False): "8–14 min",
    (8, 14, True): "about 8–14 min",
    (0, 14, True): "up to 14 min",
    (52, 60, False): "52–60 min",
    (52, 61, False): "50–65 min",
    (4, 61, False): "up to 65 min",
    (52, 90, True): "about 50–90 min",
    (52, 91, False): "50 min – 1 h 35 min",
    (52, 147, False): "50 min – 2 h 30 min",
    (89, 119, True): "about 85 min – 2 h",
    (90, 124, False): "1 h 30 min – 2 h 05 min",
    (3, 147, True): "up to 2 h 30 min",
}
"""How the page says a wait from so many minutes to so many, and whether that is a first guess."""


class Phone:
    """The phone of a customer with a ticket."""

    def __init__(self, house: House, **fields: Any) -> None:
        self.house = house
        self.client = house.client()
        self.ticket = house.issue(**fields, print=False)
        self.page = f"/t/{self.ticket['token']}"

    def is_served(self, finished: bool = True) -> None:
        """At counter 6, by Ann."""
        for command in (q.OpenCounter(6), q.CallNext(6), q.Start(6), q.Finish(6)):
            if finished or not isinstance(command, q.Finish):
                self.house.server.desk.submit(command, key=f"{type(command).__name__}", actor=ANN)

    def send(self, path: str, origin: str = HERE, **fields: str) -> TestResponse:
        return self.client.post(path, data=fields, headers={"Origin": origin})

    def complains(self, text: str = "The fee was taken twice.", **fields: str) -> str:
        """The reference that it gets."""
        answer = self.send(f"{self.page}/wrong", text=text, **fields)
        assert answer.status_code == 303, answer.text
        found = re.match(r"/c/(C-\w{7})\?", answer.location)
        assert found
        return found[1]

    def reads(self, path: str) -> str:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return seen(answer)


def seen(answer: TestResponse) -> str:
    """The page's words."""
    body = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def happened(house: House, kind: type[Any]) -> list[Any]:
    return [one.event for one in house.server.desk.events() if isinstance(one.event, kind)]
