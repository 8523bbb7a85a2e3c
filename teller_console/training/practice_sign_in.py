"""The way into the practice branch, without a password; what is read there is noted."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from lobby.care.knowledge.article import Phrase
from lobby.care_door import ArticleView
from lobby.remote import RemoteDesk
from lobby.remote import Session as RemoteSession
from teller_console.protocols import Session, Workplace
from teller_console.remote_sign_in import RemoteSignIn
from teller_console.training.practice_branch import TRAINEE, PracticeBranch
from teller_console.training.visit import CALMING_WORDS, LookUp


class ReadingDesk(RemoteDesk):
    """Tells `note` what is read."""

    note: Callable[[LookUp], object]

    def article(self, article: str, language: str) -> ArticleView:
        found = super().article(article, language)
        self.note(LookUp(_now(), article, found.language))
        return found

    def phrases(self, language: str) -> tuple[Phrase, ...]:
        self.note(LookUp(_now(), CALMING_WORDS, language))
        return super().phrases(language)


class PracticeSignIn(RemoteSignIn):
    """Opens the practice branch; `look_ups` are the answers read there."""

    def __init__(self, branch: PracticeBranch, language: str) -> None:
        super().__init__(branch.url, branch.name, language=language)
        self._practice = branch
        self.look_ups: list[LookUp] = []

    def let_in(self) -> Session:
        """The trainee, without being asked for a password."""
        return self.sign_in(TRAINEE, self._practice.password)

    def enter(self, session: Session) -> Workplace:
        assert isinstance(session, RemoteSession)
        place = super().enter(session)
        care = ReadingDesk(self._practice.url, session.token, self._practice.name)
        care.note = self.look_ups.append

        def close() -> None:
            care.close()
            place.close()

        return replace(place, care=care, close=close)


def _now() -> int:
    return time.time_ns() // 1_000_000
