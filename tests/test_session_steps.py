"""A save or a reading that takes a while: what is done meanwhile stays, is not saved, and is no other version."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from report_tui import Report, resuming
from report_tui import figure_repairs as repairs
from report_tui.core.changes import Draft
from report_tui.file_steps import Looking
from report_tui.session import Session
from report_tui.storage import draft_records, files, waiting
from report_tui.validation.figure_facts import FigureFact, FigureState
from report_tui.validation.fixes import FileChange, FileHow
from tests.figure_reports import png, repair

REPORT = b"""\
# Report

* [ ] Weigh the hull
* [/] Tar the ropes

### Question 1

> **Ask 1**
>
> Answer:

old 1

### Question 2

> **Ask 2**
>
> Answer:
> old 2

### Question 3

> **Ask 3**
>
> Answer:

old 3
"""


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    (tmp_path / "README.md").write_bytes(REPORT)
    return tmp_path / "README.md"


@pytest.fixture
def session(path: Path) -> Session:
    return Session.open(path)


def on_disk(path: Path) -> dict[int, str]:
    return dict(Report.from_bytes(path.read_bytes()).texts)


def change_on_disk(path: Path, number: int, text: str) -> None:
    path.write_bytes(Report.from_bytes(path.read_bytes()).with_answer(number, text).to_bytes())


def test_what_is_typed_while_it_is_written_is_unsaved(path: Path, session: Session) -> None:
    session.edit(1, "one")
    saving = session.to_save()
    assert saving is not None
    state = saving.write()
    session.edit(1, "one more")
    session.edit(3, "three")
    session.saved(saving, state)
    assert on_disk(path)[1] == "one"
    assert (session.unsaved, session.undecided, session.changed_on_disk()) == ((1, 3), set(), False)
    assert session.evaluation == Session.open(path).beside(session.draft).evaluation
    session.save()
    assert (on_disk(path)[1], on_disk(path)[3]) == ("one more", "three")


def test_what_is_undone_while_it_is_written_is_unsaved(path: Path, session: Session) -> None:
    session.edit(1, "one")
    for box in session.report.checklist:
        session.tick(box.line)
    saving = session.to_save()
    assert saving is not None
    state = saving.write()
    session.edit(1, "old 1")
    for box in session.report.checklist:
        session.tick(box.line)
    assert not session.dirty
    session.saved(saving, state)
    assert (session.unsaved, session.unsaved_boxes) == ((1,), 2)
    assert [box.done for box in session.report.checklist] == [False, False]
    session.save()
    assert on_disk(path) == Report.from_bytes(REPORT).texts


def test_a_move_that_is_undone_while_it_is_written_changes_no_text_that_is_seen(path: Path, session: Session) -> None:
    before = session.text(2)
    session.move(2)
    saving = session.to_save()
    assert saving is not None
    state = saving.write()
    session.unmove(2)
    session.saved(saving, state)
    assert session.text(2) == before
    assert on_disk(path)[2] == "old 2"
    assert not session.undecided


def test_what_cannot_be_written_is_held_while_the_rest_is(path: Path, session: Session) -> None:
    session.edit(1, "one")
    session.edit(3, "```\nopen")
    saving = session.to_save()
    assert saving is not None
    state = saving.write()
    session.edit(1, "```\nopen too")
    session.edit(3, "```\nclosed\n```")
    session.saved(saving, state)
    assert (set(session.held), session.unsaved) == ({1}, (1, 3))
    assert (on_disk(path)[1], on_disk(path)[3]) == ("one", "old 3")
    session.save()
    assert (on_disk(path)[1], on_disk(path)[3]) == ("one", "```\nclosed\n```")


def test_an_answer_with_two_versions_has_them_after_a_save_of_another(path: Path, session: Session) -> None:
    session.edit(1, "mine")
    change_on_disk(path, 1, "theirs")
    session.reload()
    session.edit(3, "three")
    saving = session.to_save()
    assert saving is not None
    state = saving.write()
    session.edit(1, "mine, and more")
    session.edit(3, "three, and more")
    session.saved(saving, state)
    assert (session.undecided, session.bases, session.theirs(1)) == ({1}, {1: "old 1"}, "theirs")
    assert session.text(1) == "mine, and more"
    session.save()
    assert (on_disk(path)[1], on_disk(path)[3]) == ("theirs", "three, and more")


def test_what_is_typed_while_it_is_read_meets_what_was_read(path: Path, session: Session) -> None:
    session.edit(1, "one")
    change_on_disk(path, 1, "theirs")
    change_on_disk(path, 3, "theirs too")
    read = session.to_read().read()
    session.edit(1, "one more")
    result = session.take_over(read)
    assert (result.taken, result.collided) == ((3,), (1,))
    assert (session.text(1), session.text(3)) == ("one more", "theirs too")


def test_a_save_that_failed_and_came_to_the_file_all_the_same(path: Path, session: Session) -> None:
    session.edit(1, "one")
    saving = session.to_save()
    assert saving is not None
    saving.write()  # of which the disk says that it failed
    session.edit(1, "one more")
    change_on_disk(path, 3, "theirs")
    result = session.reload()
    assert (result.taken, result.collided, session.unsaved) == ((3,), (), (1,))
    session.edit(1, "old 1")
    session.edit(3, "mine")
    assert session.unsaved == (1, 3)


def test_a_save_that_failed_is_no_change_of_what_somebody_else_writes_later(path: Path, session: Session) -> None:
    session.edit(1, "one")
    path.unlink()
    saving = session.to_save()
    assert saving is not None
    with pytest.raises(files.StorageError):
        saving.write()
    session.edit(1, "old 1")
    path.write_bytes(REPORT)
    change_on_disk(path, 1, "theirs")
    assert session.reload().taken == (1,)
    assert (session.text(1), session.dirty) == ("theirs", False)


class TestJournal:
    """The journal of a sitting that is killed while a save of its is under way, and somebody typed on."""

    @staticmethod
    def kept(session: Session) -> Draft:
        _, draft, problem = draft_records.read(draft_records.whole("README.md", session.draft))
        assert (draft, problem) == (session.draft, "")
        return draft

    @pytest.fixture
    def left(self, session: Session) -> Draft:
        session.edit(1, "one")
        session.edit(3, "three")
        session.tick(session.report.checklist[0].line)
        assert session.to_save() is not None
        assert session.draft.begun == Draft(b"").begun, "it costs a record, and says nothing"
        session.edit(1, "one more")
        session.edit(3, "old 3")
        return self.kept(session)

    def test_the_save_came_to_the_file(self, path: Path, session: Session, left: Draft) -> None:
        change_on_disk(path, 1, "one")
        change_on_disk(path, 3, "three")
        other, result = resuming.resumed(Session.open(path), left)
        assert (other.undecided, result.collided, result.taken) == (set(), (), ())
        assert (other.unsaved, other.text(1), other.text(3)) == ((1, 3), "one more", "old 3")

    def test_it_did_not(self, path: Path, session: Session, left: Draft) -> None:
        other, _ = resuming.resumed(Session.open(path), left)
        assert (other.undecided, other.unsaved, other.unsaved_boxes) == (set(), (1,), 1)

    def test_somebody_else_changed_it(self, path: Path, session: Session, left: Draft) -> None:
        change_on_disk(path, 1, "theirs")
        change_on_disk(path, 3, "theirs too")
        other, result = resuming.resumed(Session.open(path), left)
        assert (other.undecided, result.collided, result.taken) == ({1}, (1,), (3,))


class TestFigures:
    """Figures' files that go and come back while somebody types on."""

    OLD, NEW = "figures/old.png", "figures/new.png"

    @pytest.fixture
    def renamed(self, path: Path) -> Session:
        """A session in which a figure was renamed, and that was saved, but for what becomes of the files."""
        (path.parent / "figures").mkdir()
        (path.parent / self.OLD).write_bytes(png(1))
        change_on_disk(path, 1, f"![it]({self.OLD})")
        session = Session.open(path)
        repair(session, FileChange(FileHow.RENAME, self.OLD, self.NEW))
        saving = session.to_save()
        assert saving is not None
        session.saved(saving, saving.write())
        return session

    def test_one_that_is_named_again_while_it_goes_comes_back(self, path: Path, renamed: Session) -> None:
        tidying = renamed.to_tidy(is_saved=True)
        renamed.edit(1, f"![it]({self.OLD})")
        found = tidying.write()
        assert not (path.parent / self.OLD).exists()
        renamed.take_figures(found)
        assert (path.parent / self.OLD).read_bytes() == (path.parent / self.NEW).read_bytes() == png(1)
        assert renamed.figure_facts[self.OLD].state is FigureState.FOUND

    def test_a_key_looks_only_where_other_figures_are_named(self, path: Path, renamed: Session) -> None:
        renamed.take_figures(renamed.to_tidy(is_saved=True).write())
        looks: list[Looking] = []

        def look(looking: Looking) -> Mapping[str, FigureFact]:
            looks.append(looking)
            return looking.look()

        renamed.look_up = look
        renamed.edit(1, f"![it]({self.NEW}) and")
        renamed.edit(1, f"![it]({self.NEW}) and more")
        assert len(looks) <= 1
        renamed.edit(1, f"![it]({self.OLD}) and more")
        renamed.edit(1, f"![it]({self.OLD}) and more words")
        assert len(looks) <= 2
        assert (path.parent / self.OLD).exists()

    def test_what_is_typed_while_a_file_is_renamed_names_it_as_it_is_called_then(self, path: Path) -> None:
        (path.parent / "figures").mkdir()
        (path.parent / self.OLD).write_bytes(png(1))
        change_on_disk(path, 1, f"![it]({self.OLD})")
        session = Session.open(path)
        repairing = repairs.to_repair(session, FileChange(FileHow.RENAME, self.OLD, self.NEW))
        session.edit(3, f"Seen ![too]({self.OLD})")
        done = repairs.repaired(session, repairing, repairing.write())
        assert (session.text(1), session.text(3)) == (f"![it]({self.NEW})", f"Seen ![too]({self.NEW})")
        assert [text.question for text in done.texts] == [1, 3]

    def test_two_threads_change_them_one_after_the_other(self, path: Path, renamed: Session) -> None:
        copies = renamed.figure_copies
        with copies._turn:
            first = waiting.start(renamed.to_tidy(is_saved=True).write)
            second = waiting.start(renamed.to_tidy(is_saved=False).write)
            # Whoever types waits for none of them.
            assert copies.given_up == {self.OLD}
            assert bool(copies)
            assert not copies.has_removed
            assert not (first.done() or second.done())
        assert first.result(30) == second.result(30)
        assert not (path.parent / self.OLD).exists()
