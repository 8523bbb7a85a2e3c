"""The panel of the record: an outcome by digit, a note if there is something to say, Enter finishes.

The note has the focus from the start. What a digit means changes step by step: it chooses the outcome, then ticks what
was delivered where the service has a list of it; any letter begins the note, and from then on digits are part of it. Up
goes a step back. Plus offers the kinds of interaction: some say what the visit was about, others are recorded at once
(`Also`). Tab opens the fields of the service; Enter opens them by itself when one is needed. Escape goes back to the
keys and keeps what was typed. Ctrl+D takes what is spoken, where there is a microphone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

import msgspec
from rich.text import Text
from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import Input

from lobby.care.interactions import LONGEST_NOTE, Kind, Record
from lobby.care.templates import Named, Outcome, Template
from lobby.words import Words, refusal
from teller_console.drafts import Draft
from teller_console.panels.flow import Flow
from teller_console.panels.record_case import OFFERED, ON_THEIR_OWN, Case, kind_name, label
from teller_console.panels.record_dictation import Microphone
from teller_console.panels.record_phrases import PhraseInput, phrases_of
from teller_console.panels.record_shown import Step, deliveries, hint, kinds, outcomes, so_far
from teller_console.panels.said import Said, entitle
from teller_console.screens.record_checklist import Checklist
from teller_console.screens.record_form import RecordForm

if TYPE_CHECKING:
    from teller_console.dictation import Transcriber

DIGITS = "123456789"


class Note(PhraseInput):
    """The note; what is typed first goes to the panel, which may take it for a choice."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+d", "dictate", show=False)]

    def action_dictate(self) -> None:
        panel = self.parent
        if not isinstance(panel, RecordPanel) or not panel.dictates():
            self.action_delete_right()

    def on_key(self, event: events.Key) -> None:
        panel, front = self.parent, self.app.screen
        if front is not self.screen:  # a slow line brought it together with the key that opened a form
            front.post_message(events.Key(event.key, event.character))
        elif not isinstance(panel, RecordPanel) or not panel.chooses(event):
            return
        event.stop()
        event.prevent_default()


class RecordPanel(Vertical):
    DEFAULT_CSS = """
    RecordPanel { height: auto; }
    RecordPanel Flow, RecordPanel #microphone, RecordPanel #hint { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "back", show=False),
        Binding("tab", "fields", show=False),
    ]

    @dataclass
    class Done(Message):
        """The teller finishes: `record` says what was done, `note` goes beside it."""

        record: Record
        note: str

    @dataclass
    class Also(Message):
        """Something to be recorded at once, beside the visit: its fields, and those that speak of a person."""

        kind: Kind
        fields: dict[str, str]
        private: dict[str, str]

    @dataclass
    class Left(Message):
        """Back to the keys; the draft is kept."""

    @dataclass
    class Typed(Message):
        """The draft is different from before."""

    def __init__(self) -> None:
        super().__init__(id="record")
        self._draft: Draft | None = None
        self._words: Words | None = None
        self._case = Case(Template(), datetime.now(UTC))
        self._outcomes: tuple[Outcome, ...] = ()
        self._delivered: tuple[Named, ...] = ()
        self._step = Step.OUTCOME
        self.open = False

    def compose(self) -> ComposeResult:
        yield Flow(gap=2, id="outcomes")
        yield Flow(gap=2, id="delivered")
        yield Flow(gap=2, id="so-far")
        yield Note(LONGEST_NOTE, id="note")
        yield Microphone()
        yield Said(id="hint")

    @property
    def note(self) -> Note:
        return self.query_one(Note)

    @property
    def outcome(self) -> str:
        """The chosen outcome's code, the likeliest before anything was chosen."""
        codes = [outcome.code for outcome in self._outcomes]
        if self._draft and self._draft.outcome in codes:
            return self._draft.outcome
        return codes[0] if codes else ""

    def tell(self, draft: Draft | None, codes: tuple[str, ...], words: Words, case: Case | None = None) -> None:
        """Show the draft of the present customer; none without one. `codes` are the outcomes where the template has
        none. The order of the choices stays as it is while one customer is here."""
        case = case or Case(Template(), datetime.now(UTC))
        if not case.template.outcomes:
            plain = tuple(Outcome(code) for code in codes)
            case = replace(case, template=msgspec.structs.replace(case.template, outcomes=plain))
        fresh = draft is not self._draft or case.template != self._case.template
        other = draft is not self._draft
        self._draft, self._words, self._case = draft, words, case
        if fresh:
            self._outcomes, self._delivered = case.outcomes(), case.delivered()
        if other:
            self._step = Step.OUTCOME
            with self.note.prevent(Input.Changed):
                self.note.value = draft.note if draft else ""
        self.note.phrases = phrases_of(case.template, words)
        if draft is None and self.open:
            self.close()
        self._show()

    def begin(self) -> None:
        """Take the focus: the teller wants to finish."""
        self.open, self._step = True, Step.OUTCOME
        self.set_class(True, "open")
        self.note.display = True
        self.screen.set_focus(self.note)

    def close(self) -> None:
        self.open, self._step = False, Step.OUTCOME
        self.set_class(False, "open")
        self.screen.set_focus(None)

    # -- keys

    def take(self, event: events.Key) -> None:
        """A key that was pressed for this panel before it had the focus."""
        if event.key == "enter":
            self.finish()
        elif not self.chooses(event) and event.is_printable and event.character:
            self.note.insert_text_at_cursor(event.character)

    def chooses(self, event: events.Key) -> bool:
        """Whether the key was a choice, and so no part of the note."""
        draft = self._draft
        if draft is None or not event.is_printable:
            return False
        if event.character == "+" and (self._step is not Step.NOTE or not self.note.value):
            self._go(Step.KIND)
            return True
        place = DIGITS.find(event.character or "?")
        if place < 0 or place >= len(self._choices()):
            self._go(Step.NOTE)
            return False
        if self._step is Step.OUTCOME:
            draft.outcome = self._outcomes[place].code
            self._go(Step.DELIVERED if self._delivered else Step.NOTE)
        elif self._step is Step.DELIVERED:
            code = self._delivered[place].code
            (draft.delivered.remove if code in draft.delivered else draft.delivered.append)(code)
        else:
            self._go(Step.OUTCOME)
            self._begin_kind(OFFERED[place], draft)
        self._changed()
        return True

    def action_leave(self) -> None:
        microphone = self.query_one(Microphone)
        if microphone.busy:
            microphone.forget()
            self._show()
        elif self._step is Step.KIND:
            self._go(Step.OUTCOME)
        else:
            self.close()
            self.post_message(self.Left())

    def action_back(self) -> None:
        delivered = self._step is Step.NOTE and self._delivered and self._draft and self._draft.outcome
        self._go(Step.DELIVERED if delivered else Step.OUTCOME)

    def action_fields(self) -> None:
        """The service's own fields."""
        draft = self._draft
        if draft is not None and self._case.fields(self._case.kind(draft), self.outcome):
            self._ask_fields(draft, finish=False)

    @on(Input.Changed, "#note")
    def keep(self, event: Input.Changed) -> None:
        event.stop()
        if self._draft is not None:
            self._draft.note = event.value
            self.post_message(self.Typed())

    @on(Input.Submitted, "#note")
    def submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.finish()

    @on(PhraseInput.Full)
    def full(self, event: PhraseInput.Full) -> None:
        event.stop()
        if self._words:
            self.notify(self._words("The note is full: at most %(most)s letters.", most=LONGEST_NOTE))

    # -- what is spoken

    def hear_with(self, transcriber: Transcriber | None) -> None:
        """Notes may be spoken, where there is one."""
        self.query_one(Microphone).transcriber = transcriber

    def dictates(self) -> bool:
        """Begin to listen, or have what was said written down; False where there is no microphone."""
        microphone = self.query_one(Microphone)
        if microphone.transcriber is None or self._draft is None:
            return False
        self._go(Step.NOTE)
        microphone.press(self._draft, self._said.language)
        self._show()
        return True

    @on(Microphone.Heard)
    def take_spoken(self, event: Microphone.Heard) -> None:
        """What was said goes to whom it was said of, who may be parked by now."""
        event.stop()
        if event.draft is self._draft:
            note = self.note
            gap = " " if note.value[: note.cursor_position].rstrip() and event.text else ""
            room = LONGEST_NOTE - len(note.value) - len(gap)
            note.insert_text_at_cursor(f"{gap}{event.text[:room]}" if room > 0 else "")
        elif isinstance(event.draft, Draft):
            event.draft.note = f"{event.draft.note} {event.text}".strip()[:LONGEST_NOTE]
            self._typed()
        self._show()

    @on(Microphone.Deaf)
    def say_deaf(self, event: Microphone.Deaf) -> None:
        event.stop()
        self.notify(refusal(event.error, self._said), severity="warning", markup=False)
        self._show()

    # -- what comes of them

    def finish(self) -> None:
        """Done; or first the fields that are needed, or what is being said."""
        draft, words = self._draft, self._words
        if draft is None or words is None:
            return
        if self.query_one(Microphone).busy:
            self.dictates()
            return
        self.note.grow()
        draft.outcome = self.outcome
        begun = next((kind for kind in ON_THEIR_OWN if self._case.begun(kind, draft)), None)
        if begun is not None:
            self.notify(words("This is not sent yet. Send it, or empty it, then finish."), severity="warning")
            self._begin_kind(begun, draft)
        elif self._case.missing(self._case.kind(draft), draft.outcome, draft.forms.get(Kind.PLAIN, {}), words):
            self._ask_fields(draft, finish=True)
        else:
            self.post_message(self.Done(self._case.visit_record(draft, words), self.note.value.strip()))

    def _ask_fields(self, draft: Draft, *, finish: bool) -> None:
        title = next((label(o, self._said) for o in self._outcomes if o.code == self.outcome), self._said("Record"))

        def entered(right: bool) -> None:
            self._changed()
            if right and finish:
                self.finish()

        self._push_form(title, draft, Kind.PLAIN, self.outcome, entered)

    def _begin_kind(self, kind: Kind, draft: Draft) -> None:
        words = self._said
        if kind is Kind.GUIDANCE and not self._case.template.checklist:
            self.notify(words("There is no checklist for this service."))
        elif kind is Kind.GUIDANCE:
            draft.kind = kind
            steps = self._case.template.checklist
            self.app.push_screen(
                Checklist(kind_name(kind, words), steps, draft.steps, words), lambda _: self._changed()
            )
        elif kind not in ON_THEIR_OWN:
            draft.kind = Kind.PLAIN if draft.kind is kind else kind
        else:

            def entered(right: bool) -> None:
                if right:
                    fields, private = self._case.entered(kind, "", draft.forms.pop(kind, {}), words)
                    draft.also.append(kind)
                    self.post_message(self.Also(kind, fields, private))
                self._changed()

            self._push_form(kind_name(kind, words), draft, kind, "", entered)

    def _push_form(self, title: str, draft: Draft, place: Kind, outcome: str, entered: Callable[[bool], None]) -> None:
        """Ask for the fields of a kind; `place` is where the draft holds what was typed."""
        case, words = self._case, self._said
        typed = draft.forms.setdefault(place, {})
        kind = place or case.kind(draft)
        form = RecordForm(title, case.fields(kind, outcome), typed, case.now, words, self.note.phrases, self._typed)

        def back(right: bool | None) -> None:
            entered(bool(right))
            for empty in [form for form, values in draft.forms.items() if not values]:
                del draft.forms[empty]
            for event in form.late:
                self.take(event)

        self.app.push_screen(form, back)

    def _typed(self) -> None:
        self.post_message(self.Typed())

    def _changed(self) -> None:
        self._typed()
        self._show()

    # -- what is shown

    @property
    def _said(self) -> Words:
        assert self._words is not None, "shown before anything was told"
        return self._words

    def _choices(self) -> Sequence[object]:
        """What the digits choose now."""
        choices = {Step.OUTCOME: self._outcomes, Step.DELIVERED: self._delivered, Step.KIND: OFFERED}
        return choices.get(self._step, ())

    def _go(self, step: Step) -> None:
        self._step = step
        self._show()

    def _show(self) -> None:
        draft, words, step = self._draft, self._said, self._step
        entitle(self, words("Record"))
        self.note.placeholder = words("Note (not needed)")
        for name, pieces in (
            ("outcomes", self._first_pieces(words) if draft else []),
            ("delivered", deliveries(self._delivered, draft.delivered, step is Step.DELIVERED, words) if draft else []),
            ("so-far", so_far(draft, self._case, self.outcome, words) if draft else []),
        ):
            flow = self.query_one(f"#{name}", Flow)
            flow.display = bool(pieces)
            flow.show(pieces)
        self.note.display = bool(draft and (self.open or draft.note))
        self.query_one(Microphone).tell(words, open=self.open and draft is not None)
        said = hint(step, draft, self._case, self.outcome, words) if self.open and draft else ""
        if draft is None:
            said = words("Here you note what came of it, when you finish.")
        self.query_one("#hint", Said).show(Text(said, "dim"))

    def _first_pieces(self, words: Words) -> list[Text]:
        if self._step is Step.KIND:
            return kinds(words)
        return outcomes(self._outcomes, self.outcome, self._step is Step.OUTCOME, words)
