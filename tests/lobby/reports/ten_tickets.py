"""A day of ten tickets, small enough to reckon by hand, with everything in it that makes reckoning hard.

Counter 1 is Ann's, counter 3 Bob's. What came of each ticket, with its wait:

    A001  served after 2 min                        C001  served after 2 min, parked for 3 min in between
    A002  called, undone, called after 9 min;       L001  served after 10 min, then transferred to cash
          finished, undone, finished a minute later
    A003  the customer gave up after 5 min          A006  served after 1 min, then waits for cards, served again
    A004  removed by staff after 14 min             A007  served after 15 min
    A005  called after 17 min, a no-show            A008  left at close, after 40 min
"""

from __future__ import annotations

from lobby.queue import commands as c
from tests.builders import ANN, BOB, MIA, VISITOR, Room, a_room, moment

DAY = "2024-03-05"


def ten_tickets() -> Room:
    room = a_room(at=moment(f"{DAY} 09:00"))

    def at(time: str) -> None:
        room.clock.now = moment(f"{DAY} {time}")

    def call(number: str, counter: int) -> None:
        room.do(c.CallTicket(counter, number, "to the plan"), ANN if counter == 1 else BOB)

    def serve(number: str, counter: int) -> None:
        call(number, counter)
        room.do(c.Start(counter), ANN if counter == 1 else BOB)

    at("09:00")
    room.open(1, ANN)
    room.open(3, BOB)
    room.issue()
    at("09:01")
    room.issue()
    at("09:02")
    room.issue("cards")
    call("A001", 1)
    at("09:03")
    room.issue("loans")
    room.do(c.Start(1), ANN)
    at("09:04")
    serve("C001", 3)
    at("09:05")
    room.issue()
    at("09:06")
    room.issue()
    room.do(c.Park(3, "form"), BOB)
    at("09:07")
    room.issue()
    at("09:08")
    room.do(c.Finish(1), ANN)
    at("09:09")
    call("A002", 1)
    room.do(c.Resume(3, "C001"), BOB)
    at("09:09:10")
    room.do(c.UndoStep(1), ANN)
    at("09:10")
    serve("A002", 1)
    room.do(c.Cancel("A003"), VISITOR)
    at("09:12")
    room.do(c.Finish(3), BOB)
    at("09:13")
    serve("L001", 3)
    at("09:15")
    room.do(c.Finish(1), ANN)
    at("09:15:10")
    room.do(c.UndoStep(1), ANN)
    at("09:16")
    room.do(c.Finish(1), ANN)
    at("09:20")
    room.do(c.Cancel("A004", "duplicate"), MIA)
    room.do(c.Transfer(3, "cash"), BOB)
    at("09:21")
    serve("L001", 1)
    at("09:23")
    room.do(c.Finish(1), ANN)
    at("09:24")
    call("A005", 1)
    at("09:25")
    room.do(c.Recall(1), ANN)
    at("09:26")
    room.do(c.DeclareNoShow(1), ANN)
    at("09:30")
    room.issue(then=("cards",))
    at("09:31")
    serve("A006", 1)
    at("09:35")
    room.do(c.Finish(1), ANN)
    at("09:36")
    serve("A006", 3)
    at("09:40")
    room.do(c.Finish(3), BOB)
    room.issue()
    at("09:45")
    room.do(c.TakeBreak(3, "lunch"), BOB)
    at("09:50")
    room.issue()
    at("09:55")
    serve("A007", 1)
    at("10:00")
    room.do(c.Finish(1), ANN)
    room.do(c.EndBreak(3), BOB)
    at("10:15")
    room.do(c.CloseCounter(3), BOB)
    at("10:30")
    room.do(c.CloseDay(), MIA)
    return room
