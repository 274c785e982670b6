"""What is unsaved at every single moment of a change: a signal may write it down then, or end the change there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest

from report_tui import Report, session
from report_tui.core import working_copy
from report_tui.core.changes import Draft
from report_tui.session import Session

if TYPE_CHECKING:
    from _typeshed import TraceFunction

OURS = {1: "Ours.", 2: "Ours too.", 3: "```\nopen"}
WATCHED = {session.__file__, working_copy.__file__}


def report(path: Path) -> bytes:
    """A report with four questions and a checklist."""
    questions = "".join(f"### Question {n}\n\n> **Ask {n}**\n>\n> Answer:\n\nold {n}\n\n" for n in range(1, 5))
    data = f"# Report\n\n* [ ] Weigh the hull\n\n{questions}".encode()
    path.write_bytes(data)
    return data


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    report(tmp_path / "README.md")
    return tmp_path / "README.md"


@pytest.fixture
def ours(path: Path) -> Session:
    """A session with texts that can be written, one that cannot, and a tick."""
    opened = Session.open(path)
    for number, text in OURS.items():
        opened.edit(number, text)
    opened.tick(opened.report.checklist[0].line)
    return opened


def on_disk(path: Path, texts: Mapping[int, str]) -> None:
    """What a teammate does in another editor."""
    data = Report.from_bytes(path.read_bytes())
    for number, text in texts.items():
        data = data.with_answer(number, text)
    path.write_bytes(data.to_bytes())


def moments(asked: Session, change: Callable[[], object]) -> list[Draft]:
    """What a signal would find unsaved at each line of a change."""
    found = []

    def trace(frame: FrameType, _event: str, _argument: object) -> TraceFunction | None:
        if frame.f_code.co_filename not in WATCHED:
            return None
        sys.settrace(None)
        found.append(asked.draft)
        sys.settrace(trace)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        change()
    finally:
        sys.settrace(before)
    assert len(found) > 20, "nobody looked"
    return found


def test_a_file_that_is_read_again_takes_nothing_away_for_a_moment(path: Path, ours: Session) -> None:
    on_disk(path, {1: "Theirs.", 4: "Theirs too."})
    for draft in moments(ours, ours.reload):
        assert (dict(draft.changes.answers), len(draft.changes.ticked)) == (OURS, 1)
    assert (ours.undecided, ours.theirs(1), ours.text(4)) == ({1}, "Theirs.", "Theirs too.")


def test_a_file_that_is_read_again_in_vain_changes_nothing(path: Path, ours: Session) -> None:
    before = ours.draft
    on_disk(path, {1: "Theirs."})

    def stopped(frame: FrameType, _event: str, _argument: object) -> None:
        if frame.f_code.co_name == "edit" and frame.f_locals.get("number") == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        try:
            sys.settrace(stopped)
            ours.reload()
        finally:
            sys.settrace(None)
    assert ours.draft == before
    assert (ours.undecided, ours.reload().collided) == (set(), (1,))


def test_a_text_that_is_typed_on_is_never_in_neither_place(ours: Session) -> None:
    for draft in moments(ours, lambda: ours.edit(3, "```\nclosed\n```")):
        assert draft.changes.answers[3] in (OURS[3], "```\nclosed\n```")
    for draft in moments(ours, lambda: ours.edit(1, "```\nopen again")):
        assert draft.changes.answers[1] in (OURS[1], "```\nopen again")


def test_a_save_takes_nothing_from_what_is_held(ours: Session) -> None:
    for draft in moments(ours, ours.save):
        assert draft.changes.answers[3] == OURS[3]
    assert dict(ours.draft.changes.answers) == {3: OURS[3]}
