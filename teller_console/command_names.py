"""What commands are called: on the key bar, among what was not sent yet, after they were carried out."""

from __future__ import annotations

from lobby.care import commands as cc
from lobby.errors import N_
from lobby.queue import commands as c
from lobby.words import Words

STEPS = {
    "acknowledge": N_("acknowledge"),
    "assess": N_("assess"),
    "investigate": N_("investigate"),
    "answer": N_("answer"),
    "close": N_("close the complaint"),
    "reopen": N_("reopen"),
    "assign": N_("give to a colleague"),
    "extend": N_("use the law's longer time"),
    "note": N_("note, next step"),
    "solved": N_("solved or not"),
    "keep": N_("done as promised"),
    "move": N_("another day or colleague"),
    "drop": N_("not needed any more"),
}

_NAMES: dict[type[c.Command], str] = {
    c.CallNext: N_("next"),
    c.CallTicket: N_("call a ticket"),
    c.WaitForNext: N_("next when someone comes"),
    c.StopWaiting: N_("do not wait for the next"),
    c.OfferCounter: N_("hand over"),
    c.KeepCounter: N_("do not hand over"),
    c.Issue: N_("walk-in"),
    c.RecordInteraction: N_("record"),
    c.Recall: N_("recall"),
    c.Start: N_("start"),
    c.Finish: N_("finish"),
    c.Park: N_("park"),
    c.Resume: N_("take up parked"),
    c.Transfer: N_("transfer"),
    c.DeclareNoShow: N_("no-show"),
    c.AddService: N_("add service"),
    c.Cancel: N_("cancel a ticket"),
    c.Return: N_("came back"),
    c.TakeBreak: N_("break"),
    c.EndBreak: N_("back from the break"),
    c.UndoStep: N_("undo"),
    c.OpenCounter: N_("open the counter"),
    c.CloseCounter: N_("close the counter"),
    cc.TakeComplaint: N_("take a complaint"),
    cc.PromiseFollowUp: N_("promise a follow-up"),
    cc.Praise: N_("pass praise on"),
    cc.ReportArticle: N_("report an answer"),
    cc.SettleArticleReport: N_("settle what was reported"),
    cc.ReviewRecord: N_("review a record"),
    **{command: STEPS[verb] for verb, command in cc.COMPLAINT_VERBS.items()},
    **{command: STEPS[verb] for verb, command in cc.FOLLOW_UP_VERBS.items()},
}


def command_name(command: c.Command, words: Words) -> str:
    """What a command of the queue or of the care room is called; by its own name for one that no teller gives."""
    said = _NAMES.get(type(command))
    return words(said) if said else type(command).__name__
