"""One complaint: what it is about, its clocks, the customer's words, its story, and the steps that may come next."""

from __future__ import annotations

from rich.text import Text

from lobby.care.views import ComplaintView
from teller_console import care_phrases as say_of
from teller_console import phrases
from teller_console.screens.due_case import CaseScreen


class ComplaintScreen(CaseScreen):
    def look_again(self) -> None:
        reference = self._reference
        self.ask(lambda door: door.complaint(reference), self._show)

    def _show(self, complaint: ComplaintView) -> None:
        words, branch = self.words, self.desk.seen.branch
        facts = [say_of.state(complaint.state, words)]
        if complaint.category:
            facts.append(say_of.category(complaint.category, self.desk.offered.categories, words))
        if complaint.service:
            facts.append(phrases.service(branch, complaint.service, words))
        if complaint.language:
            facts.append(phrases.language(complaint.language, words))
        if complaint.severity:
            facts.append(words("severity %(degree)s of 3", degree=complaint.severity))
            facts.append(words("priority %(degree)s of 3", degree=complaint.priority))
        pieces = [
            Text(" · ".join(facts), "bold"),
            *self.clock_lines(complaint.clocks),
            self.label(words("Whose it is"), complaint.owner or words("nobody yet")),
        ]
        if complaint.next_at is not None:
            moment = say_of.moment(complaint.next_at, self.desk.zone, words)
            pieces.append(self.label(words("Next step on"), moment))
        if complaint.cause:
            said = say_of.cause(complaint.cause, self.desk.offered.causes, words)
            pieces.append(self.label(words("Root cause"), said))
        pieces += self.told_lines(complaint.told)
        pieces += self.story_lines(complaint.story)
        self.show_case(pieces, [(step, complaint.reference) for step in complaint.steps])
