"""The journal's thread: one record at a time, nothing lost on the way, whatever the disk does."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from textual.message_pump import MessagePump

from report_tui.core.changes import Changes, Draft
from report_tui.storage import draft_records, drafts
from report_tui.storage.drafts import Journal
from report_tui.tui.flows import keeping
from report_tui.tui.flows.keeping import Keeping


class Typing:
    """What is unsaved, as the test says."""

    def __init__(self) -> None:
        self.text = ""

    def draft(self) -> Draft:
        return Draft(b"", Changes({4: self.text})) if self.text else Draft(b"")


def kept() -> list[str]:
    """The texts in all journals."""
    return [draft_records.read(path.read_bytes())[1].changes.answers[4] for path in drafts.folder().glob("*.draft")]


def begun(typing: Typing, path: Path) -> Keeping:
    """The keeping of a sitting that has begun, without any app."""
    made = Keeping(path, typing.draft, keeps=True)
    pump = MessagePump()
    pump._closed = True  # nobody is there to be told
    assert made.begin(pump, lambda _: False) == []
    return made


def test_who_asks_for_it_goes_on_only_when_it_is_on_the_disk(tmp_path: Path) -> None:
    typing = Typing()
    sitting = begun(typing, tmp_path / "README.md")
    for text in ("a", "ab", "abc"):
        typing.text = text
        sitting.keep_now()
        assert kept() == [text]
        assert sitting.path is not None
    typing.text = ""
    sitting.keep_now()
    assert (kept(), sitting.path) == ([], None)
    sitting.end()


def test_the_end_writes_once_more_and_is_the_last(tmp_path: Path) -> None:
    typing = Typing()
    sitting = begun(typing, tmp_path / "README.md")
    typing.text = "a"
    sitting.end()
    assert kept() == ["a"]
    typing.text = ""
    sitting.keep_now()
    sitting.end()
    assert kept() == ["a"], "an app that is taken down has no texts any more"
    assert sitting.path is not None


def test_what_is_dropped_is_not_left(tmp_path: Path) -> None:
    typing = Typing()
    sitting = begun(typing, tmp_path / "README.md")
    typing.text = "a"
    sitting.keep_now()
    sitting.drop(Draft(b""))
    sitting.end()
    assert kept() == []


def test_a_disk_that_hangs_keeps_nobody_for_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "PATIENCE", 0.01)
    hangs, typing = threading.Event(), Typing()
    keep = Journal.keep
    monkeypatch.setattr(Journal, "keep", lambda journal, draft: (hangs.wait(), keep(journal, draft)))
    sitting = begun(typing, tmp_path / "README.md")
    typing.text = "a"
    sitting.keep_now()
    assert (kept(), sitting.path) == ([], None), "it is not said to be kept"
    typing.text = "ab"
    sitting.keep_now()
    hangs.set()
    monkeypatch.setattr(keeping, "PATIENCE", 30)
    sitting.end()
    assert kept() == ["ab"]


def test_a_fault_of_the_journal_is_said_and_ends_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typing = Typing()
    sitting = begun(typing, tmp_path / "README.md")
    keep = Journal.keep
    monkeypatch.setattr(Journal, "keep", lambda *_: 1 // 0)
    typing.text = "a"
    sitting.keep_now()
    assert sitting.failure == "a fault of this program (ZeroDivisionError)"
    monkeypatch.setattr(Journal, "keep", keep)
    typing.text = "ab"
    sitting.keep_now()
    assert (kept(), sitting.failure) == (["ab"], "")
    sitting.end()


def test_whoever_cannot_tell_what_is_unsaved_leaves_what_is_kept(tmp_path: Path) -> None:
    typing = Typing()
    sitting = begun(typing, tmp_path / "README.md")
    typing.text = "a"
    sitting.keep_now()
    sitting._draft = lambda: 1 // 0  # type: ignore[assignment, return-value]
    sitting.keep_now()
    assert kept() == ["a"]
    sitting.end()
    assert kept() == ["a"]
