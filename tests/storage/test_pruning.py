"""What is put aside does not grow for ever, and nothing goes that somebody may still look for."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from pathlib import Path

import pytest

from report_tui.core.changes import Changes, Draft
from report_tui.storage import drafts, external_editor, files, in_place, locks, pruning, rescue, saving
from report_tui.storage.drafts import Journal
from report_tui.storage.pruning import prune

DAY = 24 * 3600


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


def aged(path: Path, days: float, content: bytes = b"text") -> Path:
    """A file that was written so many days ago."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return dated(path, days)


def dated(path: Path, days: float) -> Path:
    moment = time.time() - days * DAY
    os.utime(path, (moment, moment))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_oldest_of_too_many_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "KEPT", 2)
    for days in (40, 50, 60, 70):
        aged(tmp_path / f"{days}", days)
    prune(tmp_path)
    assert names(tmp_path) == ["40", "50"]


def test_the_oldest_of_too_much_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "BYTES_KEPT", 25)
    for days in (40, 50, 60):
        aged(tmp_path / f"{days}", days, bytes(10))
    prune(tmp_path)
    assert names(tmp_path) == ["40", "50"]


def test_what_nobody_comes_back_for_goes(tmp_path: Path) -> None:
    aged(tmp_path / "kept", 300)
    aged(tmp_path / "gone", 400)
    prune(tmp_path)
    assert names(tmp_path) == ["kept"]


def test_what_was_written_in_the_last_weeks_stays_whatever_its_number_and_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "KEPT", 0)
    monkeypatch.setattr(pruning, "BYTES_KEPT", 0)
    aged(tmp_path / "now", 0)
    aged(tmp_path / "weeks", 27)
    aged(tmp_path / "clock was set back", -900)
    aged(tmp_path / "old", 29)
    prune(tmp_path)
    assert names(tmp_path) == ["clock was set back", "now", "weeks"]


def test_what_ends_otherwise_is_not_meant(tmp_path: Path) -> None:
    aged(tmp_path / "a.damaged", 400)
    aged(tmp_path / "a.draft", 400)
    prune(tmp_path, ".damaged")
    assert names(tmp_path) == ["a.draft"]


def test_a_folder_is_as_young_as_the_youngest_in_it(tmp_path: Path) -> None:
    for name, days in (("young", 1), ("old", 400)):
        aged(tmp_path / name / "question-4.md", days)
        dated(tmp_path / name, 400)
    prune(tmp_path)
    assert names(tmp_path) == ["young"]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_leads_nobody_out_of_the_folder(tmp_path: Path) -> None:
    precious = aged(tmp_path / "elsewhere" / "precious", 400)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(precious.parent)
    prune(folder)
    aged(folder / "old" / "text", 400)
    (folder / "old" / "link").symlink_to(precious.parent)
    dated(folder / "old", 400)
    dated(folder / "old" / "text", 400)
    prune(folder)
    assert precious.read_bytes() == b"text"
    prune(tmp_path / "missing")


# Where it is done


def test_texts_whose_end_never_came_are_bounded(tmp_path: Path, state: Path) -> None:
    old = aged(state / "rescued" / "reports-README-1.md", 400)
    kept = rescue.keep(tmp_path / "README.md", {4: "text"})
    assert kept is not None and kept.exists()
    assert not old.exists()


def test_journals_that_cannot_be_read_are_bounded_once_they_were_shown(tmp_path: Path) -> None:
    old = aged(drafts.folder() / "0-0.damaged", 400)
    journal = Journal(tmp_path / "README.md")
    journal.keep(Draft(b"", Changes({4: "text"})))
    aged(journal.path, 400, b"nonsense\n")
    (left,) = Journal(tmp_path / "README.md").left_behind()
    assert journal.path.exists(), "it was not shown yet"
    left.keep(Draft(b""))
    left.let_go()
    assert not old.exists()
    assert names(drafts.folder()) == [journal.path.with_suffix(".damaged").name], "shown just now"
    left_over = drafts.folder() / names(drafts.folder())[0]
    assert time.time() - left_over.stat().st_mtime < DAY


def _nameless(old: bytes, new: bytes) -> bytes:
    """A record that does not say of which file it is."""
    content = len(old).to_bytes(8, "big") + old + new
    return b"report-tui: a write that was begun\n" + hashlib.sha256(content).digest() + content


def torn(tmp_path: Path, name: str, found: bytes | None) -> Path:
    """The record of a write that was cut off a year ago, of a file that holds `found` now; None: it is gone."""
    target = tmp_path / name
    target.write_bytes(b"old old old")
    record = in_place.record(target, b"old old old", b"new new new")
    if found is None:
        target.unlink()
    else:
        target.write_bytes(found)
    return dated(record, 400)


def test_records_of_writes_that_were_cut_off_are_bounded_but_for_what_is_torn_still(tmp_path: Path) -> None:
    needed = torn(tmp_path, "torn.md", b"new old old")
    spent = [
        torn(tmp_path, "done.md", b"new new new"),
        torn(tmp_path, "back.md", b"old old old"),
        torn(tmp_path, "written.md", b"somebody's"),
        torn(tmp_path, "gone.md", None),
    ]
    unreadable = aged(needed.with_name("unreadable"), 400)
    nameless = aged(needed.with_name("nameless"), 400, _nameless(b"old old old", b"new new new"))
    younger = torn(tmp_path, "younger.md", None)
    dated(younger, 300)
    target = tmp_path / "README.md"
    target.write_bytes(b"old")
    os.link(target, tmp_path / "other name.md")
    saving.save(target, b"new", files.digest_of(b"old"))
    assert [path.exists() for path in (*spent, unreadable)] == [False] * 5
    assert [path.exists() for path in (needed, younger, nameless)] == [True] * 3
    saving.finish(tmp_path / "torn.md")
    assert (tmp_path / "torn.md").read_bytes() == b"new new new"
    assert not needed.exists()


def test_texts_in_the_editor_are_bounded(state: Path) -> None:
    old = aged(state / "editing" / "report-tui-old" / "question-4.md", 400)
    dated(old.parent, 400)
    made = external_editor._private_file("question-9.md", "text")
    assert made.exists()
    assert not old.parent.exists()


def test_locks_of_sittings_that_ended_go_and_those_of_others_stay(tmp_path: Path) -> None:
    dead = aged(drafts.folder() / "other-report-dead.lock", 30, b"")
    young = aged(drafts.folder() / "other-report-young.lock", 1, b"")
    held = locks.try_lock(drafts.folder() / "other-report-runs.lock")
    assert held is not None
    dated(drafts.folder() / "other-report-runs.lock", 30)
    of_a_folder = aged(locks.stand_ins() / "0123", 30, b"")
    journal = Journal(tmp_path / "README.md")
    journal.begin()
    journal.end()
    assert (dead.exists(), young.exists(), of_a_folder.exists()) == (False, True, False)
    assert names(drafts.folder()) == ["other-report-runs.lock", "other-report-young.lock"]
    held.release()
