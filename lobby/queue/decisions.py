"""Commands decided into events. A decision changes nothing; it returns what happened, or raises the refusal.

Whoever decides brings what is not in the branch: the time, who asks, a random token for the customer's page, the
promise made to the customer, and a reference under which a note was put away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lobby.queue import (
    alerts,
    anchoring,
    announcing,
    appointments,
    care,
    feedback,
    holding,
    leases,
    notices,
    reassigning,
    returning,
    services_open,
    supervision,
)
from lobby.queue import commands as c
from lobby.queue import counter_decisions as counters
from lobby.queue import events as e
from lobby.queue import ticket_decisions as tickets
from lobby.queue.branch import Branch
from lobby.queue.given import Actor, Given
from lobby.queue.lost_counters import CloseLostCounters, close_lost_counters
from lobby.queue.rules_in_force import TakeUpRules, take_up_rules
from lobby.queue.walk_ins import issue_and_call

__all__ = ["Actor", "Given", "decide"]


def decide(branch: Branch, command: c.Command, given: Given) -> list[e.Event]:
    """The events that `command` makes of `branch`, perhaps none; or a `LobbyError`, and nothing happened."""
    return _DECIDE.get(type(command), care.decide)(branch, command, given)


_DECIDE: dict[type[c.Command], Callable[[Branch, Any, Given], list[e.Event]]] = {
    c.Issue: issue_and_call,
    c.CheckIn: tickets.check_in,
    c.HandIn: tickets.hand_in,
    c.LeaseNumbers: leases.lease_numbers,
    c.Book: appointments.book,
    c.CancelAppointment: appointments.cancel_appointment,
    c.TakeList: tickets.take_list,
    c.GiveFeedback: feedback.give_feedback,
    c.RaiseAlert: alerts.raise_alert,
    c.ResolveAlert: alerts.resolve_alert,
    c.OpenCounter: counters.open_counter,
    c.CloseCounter: counters.close_counter,
    c.TakeBreak: counters.take_break,
    c.EndBreak: counters.end_break,
    c.CallNext: counters.call_next,
    c.WaitForNext: counters.wait_for_next,
    c.CallWhoIsDue: counters.call_who_is_due,
    c.StopWaiting: counters.stop_waiting,
    c.OfferCounter: counters.offer_counter,
    c.KeepCounter: counters.keep_counter,
    c.CallTicket: counters.call_ticket,
    c.Recall: counters.recall,
    c.Start: counters.start,
    c.AddService: counters.add_service,
    c.Finish: counters.finish,
    c.Park: counters.park,
    c.Resume: counters.resume,
    c.Transfer: counters.transfer,
    c.DeclareNoShow: counters.declare_no_show,
    c.UndoStep: counters.undo_step,
    c.Cancel: tickets.cancel,
    c.Return: returning.come_back,
    c.Hold: holding.hold,
    c.Release: holding.release,
    c.RevisePromises: tickets.revise_promises,
    c.Reprint: tickets.reprint,
    c.RecordInteraction: tickets.record,
    supervision.CloseService: services_open.close_service,
    supervision.OpenService: services_open.open_service,
    supervision.SetCounterSkills: counters.set_skills,
    supervision.Reassign: reassigning.reassign,
    supervision.PostNotice: notices.post_notice,
    supervision.TakeNoticeDown: notices.take_notice_down,
    supervision.QuietVoice: announcing.quiet_voice,
    supervision.LoudVoice: announcing.loud_voice,
    announcing.NoteAnnouncement: announcing.note_announcement,
    supervision.TakeAlert: alerts.take_alert,
    supervision.AcknowledgeAlert: alerts.acknowledge_alert,
    c.CloseDay: tickets.close_day,
    c.ReopenDay: tickets.reopen_day,
    c.StartRehearsal: tickets.start_rehearsal,
    TakeUpRules: take_up_rules,
    CloseLostCounters: close_lost_counters,
    anchoring.NoteAnchor: anchoring.note_anchor,
}
