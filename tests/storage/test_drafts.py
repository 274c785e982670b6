"""The journals of what is not saved: what they hold after any end, and whose they are."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from report_tui.core.changes import BoxKey, Changes, Draft, Origin
from report_tui.storage import draft_records, drafts, writing
from report_tui.storage.drafts import Journal

BASE = b"# Report\n" * 40
HULL = BoxKey("To do", "Weigh the hull", 0)


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A file that stands for a report."""
    path = tmp_path / "reports" / "README.md"
    path.parent.mkdir()
    path.write_bytes(BASE)
    return path


@pytest.fixture
def journal(report: Path) -> Iterator[Journal]:
    """The journal of a sitting that runs."""
    journal = Journal(report)
    journal.begin()
    yield journal
    journal.end()


def draft(base: bytes = BASE, **answers: str) -> Draft:
    """What is unsaved in some answers, `a4="text"` for the fourth."""
    return Draft(base, Changes({int(name[1:]): text for name, text in answers.items()}))


def found(report: Path) -> list[Draft]:
    """What a new sitting finds, once the one before is over."""
    journal = Journal(report)
    left = journal.left_behind()
    for one in left:
        one.let_go()
    return [one.draft for one in left]


def test_what_was_kept_is_found_by_the_next_sitting(report: Path, journal: Journal) -> None:
    whole = Draft(
        BASE,
        Changes({4: "one\ntwo", 7: "\ud83d half"}, frozenset({4}), {HULL: True}),
        undecided={7: "before"},
        begun=Changes({4: "one"}, ticked={HULL: False}),
        origins={7: Origin("What did you do?", "before")},
    )
    journal.keep(whole)
    journal.end()
    assert found(report) == [whole]
    assert found(report) == [whole], "to look at it takes nothing away"


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_in_the_state_folder_leads_nobody_out_of_it(report: Path, tmp_path: Path, journal: Journal) -> None:
    elsewhere = tmp_path / "precious"
    elsewhere.write_bytes(b"precious")
    journal.keep(draft(a4="text", a9="more"))
    journal.end()
    new = journal.path.with_suffix(".draft-new")
    new.symlink_to(elsewhere)
    (left,) = Journal(report).left_behind()
    with pytest.raises(OSError, match="symbolic"):
        left.keep(draft(a4="text"))
    assert (elsewhere.read_bytes(), left.draft) == (b"precious", draft(a4="text", a9="more"))
    new.unlink()
    left.keep(draft(a4="text"))
    left.let_go()
    assert found(report) == [draft(a4="text")]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_journal_or_a_lock_that_is_a_link_is_not_followed(report: Path, tmp_path: Path, journal: Journal) -> None:
    journal.keep(draft(a4="text"))
    journal.end()
    elsewhere = tmp_path / "elsewhere"
    journal.path.with_suffix(".lock").symlink_to(elsewhere)
    (left,) = Journal(report).left_behind()
    assert not elsewhere.exists()
    left.let_go()
    journal.path.replace(elsewhere)
    journal.path.symlink_to(elsewhere)
    (left,) = Journal(report).left_behind()
    assert (left.draft, left.problem.partition(" (")[0]) == (Draft(b""), "cannot be read")


def test_a_journal_that_had_no_name_yet_is_never_the_only_one_while_it_is_written(
    report: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.keep(draft(a4="text", a9="more"))
    journal.end()
    journal.path.replace(journal.path.with_suffix(".draft-new"))  # killed right before it got its name
    (left,) = Journal(report).left_behind()

    def killed(descriptor: int, data: bytes) -> int:
        os.write(descriptor, data[:10])
        os.close(descriptor)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(writing, "fill", killed)
        left.keep(draft(a9="more"))
    left.let_go()
    assert found(report) == [draft(a4="text", a9="more")]


def test_a_journal_whose_folder_could_not_be_flushed_goes_all_the_same(
    report: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: Path) -> None:
        raise OSError(errno.EIO, "")

    with monkeypatch.context() as patch, pytest.raises(OSError, match="Errno"):
        patch.setattr(writing, "flush_folder", failing)
        journal.keep(draft(a4="text"))
    journal.keep(Draft(BASE))  # saved
    journal.end()
    assert found(report) == []


def test_nothing_is_written_as_long_as_nothing_is_unsaved(report: Path, state: Path) -> None:
    Journal(report).keep(Draft(BASE))
    assert not state.exists()


def test_each_step_is_found_again(report: Path, journal: Journal) -> None:
    for step in (
        draft(a4="a"),
        draft(a4="ab"),
        draft(a4="ab", a9="new"),
        draft(a9="new"),
        Draft(BASE, Changes({9: "new"}, frozenset({2}), {HULL: True})),
        Draft(BASE, Changes({9: "new"}, ticked={HULL: False}), {9: ""}),
        draft(b"another base", a9="new"),
    ):
        journal.keep(step)
        assert draft_records.read(journal.path.read_bytes()) == (str(report), step, "")


def test_only_what_differs_is_appended(journal: Journal) -> None:
    journal.keep(draft(a4="long " * 500, a9="a"))
    before = journal.path.read_bytes()
    journal.keep(draft(a4="long " * 500, a9="ab"))
    after = journal.path.read_bytes()
    assert after.startswith(before)
    assert len(after) - len(before) < 100
    journal.keep(draft(a4="long " * 500, a9="ab"))
    assert journal.path.read_bytes() == after


def test_it_is_written_anew_before_it_grows_large(journal: Journal) -> None:
    largest = 0
    for number in range(400):
        journal.keep(draft(a4="word " * 200 + str(number)))
        largest = max(largest, journal.path.stat().st_size)
    assert 60_000 < largest < 80_000
    assert draft_records.read(journal.path.read_bytes())[1] == draft(a4="word " * 200 + "399")
    assert len(list(drafts.folder().iterdir())) == 2, "the journal and its lock"


def test_it_goes_when_nothing_is_unsaved_any_more(report: Path, journal: Journal) -> None:
    journal.keep(draft(a4="a"))
    journal.keep(Draft(b"as saved"))
    assert not journal.path.exists()
    journal.keep(draft(b"as saved", a4="b"))
    journal.end()
    assert found(report) == [draft(b"as saved", a4="b")]


def test_a_journal_that_somebody_deleted_is_written_again(journal: Journal) -> None:
    journal.keep(draft(a4="a"))
    journal.path.unlink()
    journal.keep(draft(a4="ab"))
    assert draft_records.read(journal.path.read_bytes())[1] == draft(a4="ab")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a profile's files private by itself")
def test_only_its_owner_may_read_it(journal: Journal) -> None:
    old = os.umask(0)
    try:
        journal.keep(draft(a4="a"))
    finally:
        os.umask(old)
    assert stat.S_IMODE(journal.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(journal.path.parent.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_an_error_and_a_later_attempt_holds_all(report: Path, state: Path) -> None:
    state.write_text("in the way")
    journal = Journal(report)
    with pytest.raises(OSError):
        journal.begin()
    with pytest.raises(OSError):
        journal.keep(draft(a4="a"))
    state.unlink()
    journal.keep(draft(a4="ab"))
    assert draft_records.read(journal.path.read_bytes())[1] == draft(a4="ab")


# Damage


def test_what_could_not_be_read_stays_beside_what_is_left(report: Path, journal: Journal) -> None:
    journal.keep(draft(a4="a"))
    journal.keep(draft(a4="ab"))
    lines = journal.path.read_bytes().split(b"\n")
    lines[3] = b"?" * len(lines[3])
    journal.path.write_bytes(b"\n".join(lines))
    journal.end()
    (left,) = Journal(report).left_behind()
    assert left.problem == draft_records.DAMAGED
    left.keep(Draft(b""))
    left.let_go()
    (kept,) = drafts.folder().iterdir()
    assert kept.suffix == ".damaged"
    assert kept.read_bytes() == b"\n".join(lines)
    assert Journal(report).left_behind() == []


def test_a_journal_that_cannot_be_read_at_all_is_said_and_kept(report: Path, journal: Journal) -> None:
    journal.keep(draft(a4="a"))
    journal.path.write_bytes(bytes(5000))
    journal.end()
    (left,) = Journal(report).left_behind()
    assert (left.draft, left.problem) == (Draft(b""), draft_records.DAMAGED)
    left.let_go()
    assert journal.path.read_bytes() == bytes(5000)


def test_a_first_record_that_was_never_finished_is_forgotten(report: Path, journal: Journal) -> None:
    journal.keep(draft(a4="a"))
    data = journal.path.read_bytes()
    journal.path.rename(journal.path.with_suffix(".draft-new")).write_bytes(data[:20])
    journal.end()
    assert Journal(report).left_behind() == []
    assert list(drafts.folder().iterdir()) == []


def test_a_first_record_that_was_finished_and_not_yet_in_place_is_found(report: Path, journal: Journal) -> None:
    journal.keep(draft(a4="a"))
    journal.path.rename(journal.path.with_suffix(".draft-new"))
    journal.end()
    assert found(report) == [draft(a4="a")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs here")
def test_what_is_no_file_is_not_waited_for(report: Path, journal: Journal) -> None:
    journal.keep(draft(a4="a"))
    journal.path.unlink()
    os.mkfifo(journal.path)
    journal.end()
    (left,) = Journal(report).left_behind()
    assert left.problem == "cannot be read (it is no regular file)"
    left.let_go()


# Whose it is


def test_a_sitting_that_runs_keeps_its_journal_to_itself(report: Path, journal: Journal) -> None:
    journal.keep(draft(a4="a"))
    other = Journal(report)
    assert other.left_behind() == []
    journal.end()
    (left,) = other.left_behind()
    assert other.left_behind() == [], "it was handed out"
    assert Journal(report).left_behind() == [], "to the other one"
    left.let_go()
    assert found(report) == [draft(a4="a")]


def test_the_newest_comes_first_and_other_reports_do_not_come(report: Path, tmp_path: Path) -> None:
    for place, name in enumerate("ab"):
        journal = Journal(report)
        journal.keep(draft(a4=name))
        os.utime(journal.path, (1_000 + place, 1_000 + place))
    Journal(tmp_path / "other.md").keep(draft(a4="not this"))
    assert found(report) == [draft(a4="b"), draft(a4="a")]


def test_another_path_to_the_same_file_is_the_same_report(report: Path, journal: Journal, tmp_path: Path) -> None:
    other = tmp_path / "linked.md"
    os.link(report, other)
    journal.keep(draft(a4="a"))
    journal.end()
    assert found(other) == [draft(a4="a")]
    other.unlink()
    assert found(other) == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there that few have")
def test_a_link_to_the_report_is_the_report(report: Path, journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(report.parent)
    journal.keep(draft(a4="a"))
    assert Journal(tmp_path / "link" / "README.md").others() == 1
    journal.end()
    assert found(tmp_path / "link" / "README.md") == [draft(a4="a")]


def test_a_report_that_is_gone_keeps_its_journal(report: Path, journal: Journal, tmp_path: Path) -> None:
    journal.keep(draft(a4="a"))
    journal.end()
    report.unlink()
    assert found(tmp_path / "other.md") == []
    report.write_bytes(b"it is back")
    assert found(report) == [draft(a4="a")]


def test_a_report_that_was_moved_is_known_by_what_it_held(report: Path, journal: Journal, tmp_path: Path) -> None:
    journal.keep(draft(a4="a"))
    journal.end()
    moved = tmp_path / "elsewhere.md"
    moved.write_bytes(BASE)

    def offered(is_alike: bool) -> list[tuple[Draft, str]]:
        left = Journal(moved).left_behind(lambda base: base == BASE and is_alike)
        for one in left:
            one.let_go()
        return [(one.draft, one.report) for one in left if one.strayed]

    assert offered(True) == [], "it is still in its place"
    report.unlink()
    assert offered(False) == []
    assert offered(True) == [(draft(a4="a"), str(report))]
    running = Journal(report)
    running.begin()
    running.keep(draft(a9="b"))
    assert len(offered(True)) == 1, "a sitting that runs keeps its journal to itself"
    running.end()


def test_of_reports_that_are_gone_the_newest_are_looked_into(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_GONE", 2)
    for place in range(3):
        gone = Journal(tmp_path / f"gone{place}.md")
        gone.keep(draft(a4=str(place)))
        os.utime(gone.path, (1_000 + place, 1_000 + place))
    left = Journal(report).left_behind(lambda _: True)
    assert [one.draft for one in left] == [draft(a4="2"), draft(a4="1")]


def test_of_reports_that_are_gone_no_more_is_read_than_takes_a_moment(
    report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_READ", 1_500)
    for place in range(3):
        gone = Journal(tmp_path / f"gone{place}.md")
        gone.keep(Draft(b"x" * 1_000, Changes({4: str(place)})))
        os.utime(gone.path, (1_000 + place, 1_000 + place))
    left = Journal(report).left_behind(lambda _: True)
    assert [one.draft.changes.answers[4] for one in left] == ["2", "1"]


def test_of_thousands_of_other_reports_the_newest_are_opened(
    report: Path, tmp_path: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_OTHERS", 2)
    journal.keep(draft(a4="ours"))
    journal.end()
    os.utime(journal.path, (10, 10))
    for place in range(4):
        gone = Journal(tmp_path / f"gone{place}.md")
        gone.keep(draft(a4=str(place)))
        os.utime(gone.path, (1_000 + place, 1_000 + place))
    assert len(drafts.waiting()) == 2
    texts = [one.draft.changes.answers[4] for one in Journal(report).left_behind(lambda _: True)]
    assert texts == ["3", "2", "ours"], "of this report all are, however old"


def test_what_is_left_of_it_is_less_after_a_part_was_taken(report: Path, journal: Journal) -> None:
    journal.keep(draft(a4="a", a9="b"))
    journal.end()
    (left,) = Journal(report).left_behind()
    left.keep(draft(a9="b"))
    left.let_go()
    assert found(report) == [draft(a9="b")]
    (left,) = Journal(report).left_behind()
    left.keep(Draft(BASE))
    left.let_go()
    assert list(drafts.folder().iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="the lock that fails here is that of POSIX")
def test_where_nothing_can_be_locked_all_is_kept_and_offered(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def fails(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", fails)
    journal = Journal(report)
    with pytest.raises(OSError):
        journal.begin()
    journal.keep(draft(a4="a"))
    assert journal.others() == 0
    journal.end()
    assert found(report) == [draft(a4="a")]


def test_sittings_on_one_report_see_each_other(report: Path, journal: Journal, tmp_path: Path) -> None:
    other, elsewhere = Journal(report), Journal(tmp_path / "other.md")
    assert (journal.others(), other.others()) == (0, 1)
    other.begin()
    elsewhere.begin()
    assert (journal.others(), other.others(), elsewhere.others()) == (1, 1, 0)
    other.end()
    assert journal.others() == 0
    elsewhere.end()


def test_what_a_sitting_looks_through_is_no_other_sitting(report: Path, journal: Journal) -> None:
    journal.keep(draft(a4="a"))
    journal.end()
    now = Journal(report)
    (left,) = now.left_behind()
    assert now.others() == 0
    left.let_go()


def test_the_lock_of_a_sitting_that_was_killed_goes(report: Path, journal: Journal) -> None:
    (drafts.folder() / f"{journal.path.stem[:20]}-dead.lock").touch()
    assert Journal(report).others() == 1
    assert [path.name for path in drafts.folder().iterdir()] == [journal.path.with_suffix(".lock").name]
