"""Care with a real server process: what is told to other programs, clocks that warn, promises over a crash."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import pytest

from lobby.care import commands as care
from lobby.care.interactions import Record
from lobby.queue import commands as c
from lobby.remote import RemoteDesk
from tests.end_to_end.branch_process import BranchProcess, lobby, until
from tests.lobby.outbound.receiver import a_receiver

pytestmark = pytest.mark.slow

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLcSw"


def served(kiosk: RemoteDesk, teller: RemoteDesk) -> None:
    """One customer at counter 1, recorded with a private word."""
    kiosk.submit(c.Issue("cash"), key="touch")
    teller.submit(c.OpenCounter(1), key="open")
    teller.submit(c.CallNext(1), key="next")
    teller.submit(c.Start(1), key="start")
    teller.submit(c.Finish(1, record=Record(outcome="answered", note="Mr Lee, again")), key="finish")


def test_a_crm_is_told_of_records_and_complaints_signed_and_once_more_only_after_a_crash(
    a_branch: Callable[..., BranchProcess],
) -> None:
    branch = a_branch("crm")
    with a_receiver() as crm:
        (branch.folder / "crm.secret").write_text(SECRET)
        (branch.folder / "crm.secret").chmod(0o600)
        branch.edit(
            "[[priorities]]",
            f'[[webhooks]]\nname = "crm"\nurl = "{crm.url}"\nevents = ["interaction.*", "complaint.*"]\n'
            'secret_file = "crm.secret"\n\n[[priorities]]',
        )
        branch.start()
        (kiosk,), (teller,) = branch.desks("kiosk", ["kiosk"]), branch.desks("teller", ["ann"])
        with closing(kiosk), closing(teller):
            served(kiosk, teller)
            teller.submit(care.TakeComplaint("It took an hour", "Lee", "123", ticket="A001"), key="complaint")
            first = until(lambda: crm.got[:2] if len(crm.got) > 1 else [], "both are told")
            branch.kill()
            branch.start()
            teller.submit(care.PromiseFollowUp("Call", within_h=1), key="promise")  # nobody subscribed to it
            reference = teller.complaints()[0].reference
            teller.submit(care.AcknowledgeComplaint(reference, "in_person"), key="acknowledge")
            until(lambda: crm.got[-1].message["type"] == "complaint.acknowledged", "the rest is sent")
            got = list(crm.got)
        assert [one.message["type"] for one in first] == ["interaction.recorded", "complaint.received"]
        assert len({one.id for one in got}) == 3, "what was sent again after the crash has its old id"
        assert not [word for one in got for word in (b"Lee", b"an hour", b"123") if word in one.body]


def test_a_promise_outlives_a_crash_and_tables_are_taken_away_without_words(branch: BranchProcess) -> None:
    (kiosk,), (teller,) = (branch.desks(role, [name]) for role, name in (("kiosk", "k"), ("teller", "ann")))
    with closing(kiosk), closing(teller):
        served(kiosk, teller)
        promised = teller.submit(care.PromiseFollowUp("Call Mr Lee", within_h=4, name="Lee"), key="p").follow_up
        assert promised
        branch.kill()
        branch.start()
        again = teller.submit(care.PromiseFollowUp("Call Mr Lee", within_h=4, name="Lee"), key="p").follow_up
        assert again == promised, "the same key, the same promise"
        (due,) = teller.due().follow_ups
        assert (due.reference, due.told.name) == (promised.reference, "Lee")
        assert teller.care().usual == {"cash": {"answered": 1.0}}
    exported = lobby("export", "interactions", "--data", branch.folder)
    assert exported.returncode == 0, exported.stderr
    assert "answered" in exported.stdout
    assert "Lee" not in exported.stdout
    branch.verify()


def test_an_answer_that_is_edited_is_read_within_seconds_and_a_broken_one_leaves_the_last_good(
    a_branch: Callable[..., BranchProcess],
) -> None:
    branch = a_branch(articles=True)
    branch.start()
    (teller,) = branch.desks("teller", ["ann"])
    article = next((branch.folder / "knowledge").glob("*/fees.en.md"))
    with closing(teller):
        before = teller.article("fees", "en")
        text = article.read_text(encoding="utf-8")
        article.write_text(text.replace(f'title = "{before.title}"', 'title = "What it costs now"'), encoding="utf-8")
        until(lambda: teller.article("fees", "en").title == "What it costs now", "the new title")
        article.write_text("+++\ntitle = \n+++\n", encoding="utf-8")
        (branch.folder / "knowledge" / "cash" / "brand-new.en.md").write_text(
            '+++\ntitle = "Brand new"\nowner = "x"\n+++\nText.\n', encoding="utf-8"
        )
        until(lambda: teller.search("brand new", "en")[:1], "the new article")
        assert teller.article("fees", "en").title == "What it costs now"
    until(lambda: "fees.en.md" in branch.stderr, "the mistake is said")
