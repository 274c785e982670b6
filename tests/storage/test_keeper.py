"""When a version is kept, seen from the session that saves and reloads."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from report_tui import Report
from report_tui.session import Session
from report_tui.storage import versions
from report_tui.storage.keeper import EVERY, Keeper
from tests.scenes import ROOT

START = 1_800_000_000


class Clock:
    """Tells the time that the test sets, in seconds."""

    seconds = START

    def __call__(self) -> int:
        return self.seconds * 1_000_000_000


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(tmp_path: Path, clock: Clock) -> Session:
    shutil.copytree(ROOT / "rules" / "demo" / "report", tmp_path / "reports")
    session = Session.open(tmp_path / "reports" / "README.md")
    session.keeper = Keeper(session.path, clock)
    return session


def kept(session: Session) -> list[tuple[str, bytes]]:
    """What is kept, the oldest first."""
    return [(version.kind, versions.read(version)) for version in reversed(versions.versions(session.path))]


def save(session: Session, number: int, text: str) -> bytes:
    """Save a text; returns the file's bytes before it."""
    before = session.path.read_bytes()
    session.edit(number, text)
    session.save()
    return before


def elsewhere(session: Session, **texts: str) -> None:
    """Somebody else writes answers."""
    report = Report.from_bytes(session.path.read_bytes())
    for number, text in texts.items():
        report = report.with_answer(int(number[1:]), text)
    session.path.write_bytes(report.to_bytes())
    session.reload()


def test_the_file_before_the_first_save_is_kept_then_one_in_ten_minutes(session: Session, clock: Clock) -> None:
    first = save(session, 9, "one")
    clock.seconds += EVERY - 1
    save(session, 9, "two")
    clock.seconds += 1
    third = save(session, 9, "three")
    assert kept(session) == [("before-save", first), ("before-save", third)]
    assert [version.time_ns for version in versions.versions(session.path)][-1] == START * 1_000_000_000


def test_a_clock_that_is_set_back_does_not_stop_it(session: Session, clock: Clock) -> None:
    first = save(session, 9, "one")
    clock.seconds -= 5_000
    second = save(session, 9, "two")
    assert sorted(kept(session)) == sorted([("before-save", first), ("before-save", second)])


def test_a_save_without_a_change_keeps_nothing(session: Session, state: Path) -> None:
    session.save()
    assert not state.exists()


def test_what_we_wrote_is_kept_when_somebody_writes_over_it(session: Session) -> None:
    first = save(session, 9, "one")
    ours = session.path.read_bytes()
    elsewhere(session, q9="a stale copy, long enough")
    assert kept(session) == [("before-save", first), ("before-change", ours)]


def test_a_stale_copy_over_a_teammates_answers_is_kept(session: Session, clock: Clock) -> None:
    elsewhere(session, q9="Coins", q10="Cobblestones")
    theirs = session.path.read_bytes()
    clock.seconds += 20
    elsewhere(session, q9="", q10="")
    assert kept(session)[-1] == ("before-change", theirs)


def test_an_answer_that_is_emptied_on_disk_is_kept(session: Session, clock: Clock) -> None:
    elsewhere(session, q9="Coins", q10="Cobblestones")
    clock.seconds += 20
    before = session.path.read_bytes()
    elsewhere(session, q9="")
    assert kept(session)[-1] == ("before-change", before)


def test_who_types_elsewhere_does_not_fill_the_history(session: Session, clock: Clock) -> None:
    for length in range(1, 30):
        clock.seconds += 5
        elsewhere(session, q9="word " * length)
    assert len(kept(session)) == 1
    clock.seconds += EVERY
    elsewhere(session, q9="word " * 31)
    assert len(kept(session)) == 2


def test_a_failure_is_told_once_and_stands_in_nobodys_way(session: Session, state: Path, clock: Clock) -> None:
    state.write_text("in the way")
    save(session, 9, "one")
    (told,) = session.keeper.untold()
    assert told.startswith("The history cannot be kept: ")
    clock.seconds += EVERY
    save(session, 9, "two")
    assert session.keeper.untold() == []
    assert Report.from_bytes(session.path.read_bytes()).question(9).answer.text == "two"


def test_a_failure_is_no_version_that_was_kept(session: Session, state: Path) -> None:
    state.write_text("in the way")
    save(session, 9, "one")
    state.unlink()
    before = save(session, 9, "two")
    assert kept(session) == [("before-save", before)]
