"""What the demo's customers say besides being served: ratings, complaints, kind words, promises made to them."""

from __future__ import annotations

from random import Random

from lobby.care import commands as care
from lobby.care.feedback import was_good
from lobby.care.interactions import Record
from lobby.queue import commands as c
from lobby.queue.services import Setup
from lobby.views import TicketView

COMPLAINTS = {
    "en": (("wait", "I was told twenty minutes and waited an hour."), ("fees", "Nobody told me about the fee.")),
    "ar": (("wait", "انتظرت ساعة كاملة بعد أن قيل لي عشرون دقيقة."), ("fees", "لم يخبرني أحد بالرسوم.")),
    "zh": (("wait", "说好二十分钟,结果等了一个小时。"), ("fees", "没有人告诉我要收手续费。")),
    "ru": (("wait", "Обещали двадцать минут, а я ждал час."), ("fees", "О комиссии мне никто не сказал.")),
}
PROMISES = {
    "en": "Call back about the statement",
    "ar": "معاودة الاتصال بخصوص كشف الحساب",
    "zh": "就对账单一事回电",
    "ru": "Перезвонить по поводу выписки",
}
PRAISE = {
    "en": "She explained everything patiently.",
    "ar": "شرحت لي كل شيء بصبر.",
    "zh": "她非常耐心地解释了一切。",
    "ru": "Всё терпеливо объяснила.",
}
RATINGS = (1, 2, 3, 4, 5)
RATED = (1, 1, 2, 6, 10)
"""How often each rating comes."""


def record_of(setup: Setup, ticket: TicketView, chance: Random) -> Record | None:
    """An outcome of the service's template, the first ones most often; None where the branch has no template."""
    outcomes = [one for one in setup.care.template(ticket.service).outcomes]
    if not outcomes:
        return None
    weights = [2.0**-place for place in range(len(outcomes))]
    chosen = chance.choices(outcomes, weights)[0]
    return Record(outcome=chosen.code, kind=chosen.kind)


def said_afterwards(setup: Setup, ticket: TicketView, chance: Random) -> tuple[c.Command, ...]:
    """What a customer who leaves says to the teller or on the page of their ticket; mostly nothing."""
    language = ticket.language if ticket.language in COMPLAINTS else "en"
    lot = chance.random()
    if lot < 0.03:
        category, text = chance.choice(COMPLAINTS[language])
        return (care.TakeComplaint(text, "Customer", "+44 20 7946 0000", ticket=ticket.id, category=category),)
    if lot < 0.06:
        within_h = chance.choice((4, 24, 72))
        return (care.PromiseFollowUp(PROMISES[language], within_h=within_h, name="Customer", ticket=ticket.id),)
    if lot < 0.07:
        return (care.Praise(PRAISE[language], ticket=ticket.id),)
    if lot < 0.27:
        return (_feedback(setup, ticket, language, chance),)
    return ()


def _feedback(setup: Setup, ticket: TicketView, language: str, chance: Random) -> c.GiveFeedback:
    """How it went; half say what of it, a few in their own words."""
    rating = chance.choices(RATINGS, RATED)[0]
    good = was_good(rating)
    offered = [one.code for one in setup.feedback.choices(ticket.service, good)]
    choices = tuple(chance.sample(offered, min(len(offered), chance.choice((0, 0, 1, 2)))))
    note = (PRAISE[language] if good else COMPLAINTS[language][0][1]) if chance.random() < 0.2 else ""
    return c.GiveFeedback(rating, language, choices=choices, ticket=ticket.id, note=note)
