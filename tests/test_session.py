"""The owner of mutable state: edits, what is held, saving, and changes on disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from report_tui import Report
from report_tui.session import Session
from report_tui.storage import files
from report_tui.validation.finding import Status
from tests.scenes import ROOT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A scratch copy of the demo report."""
    shutil.copytree(ROOT / "rules" / "demo" / "report", tmp_path / "reports")
    return tmp_path / "reports" / "README.md"


def status(session: Session, number: int) -> Status:
    """The status of one question."""
    return next(found.status for found in session.evaluation.questions if found.id == number)


def answers(path: Path) -> dict[int, str]:
    """All answers of the file on disk."""
    return {question.id: question.answer.text for question in Report.from_bytes(path.read_bytes()).questions}


def test_a_fresh_session_is_clean_and_saving_it_writes_nothing(path: Path) -> None:
    stamp = path.stat().st_mtime_ns
    session = Session.open(path)
    session.save()
    assert (session.dirty, session.unsaved, path.stat().st_mtime_ns) == (False, (), stamp)


def test_an_edit_changes_status_and_saves_only_itself(path: Path) -> None:
    before = answers(path)
    session = Session.open(path)
    session.edit(9, " ".join(["word"] * 30))
    assert status(session, 9) is Status.OK
    assert list(session.unsaved) == [9]
    session.save()
    assert answers(path) == before | {9: " ".join(["word"] * 30)}
    assert not session.dirty


@pytest.mark.parametrize("text", ["", "  \n\n"])
def test_text_that_was_deleted_again_gives_the_placeholder_back(path: Path, text: str) -> None:
    before = path.read_bytes()
    session = Session.open(path)
    session.edit(10, "something")
    session.edit(10, text)
    assert not session.dirty
    assert session.report.to_bytes() == before


def test_a_refused_text_is_held_and_the_others_are_saved(path: Path) -> None:
    before = answers(path)
    session = Session.open(path)
    session.edit(4, "Fine.")
    session.edit(8, "```\nopen")
    assert session.text(8) == "```\nopen"
    assert status(session, 8) is Status.BREAKS_TEMPLATE
    assert session.held[8].rejection.row == 1
    session.save()
    assert answers(path) == before | {4: "Fine."}
    assert session.unsaved == (8,)
    session.edit(8, "```\nopen\n```")
    session.save()
    assert answers(path)[8] == "```\nopen\n```"
    assert not session.dirty


def test_a_save_over_somebody_elses_change_is_refused(path: Path) -> None:
    session = Session.open(path)
    session.edit(4, "mine")
    theirs = Report.from_bytes(path.read_bytes()).with_answer(9, "theirs").to_bytes()
    path.write_bytes(theirs)
    assert session.changed_on_disk()
    with pytest.raises(files.ChangedOnDisk):
        session.save()
    assert path.read_bytes() == theirs
    assert session.text(4) == "mine"


def test_a_reload_merges_answer_by_answer(path: Path) -> None:
    session = Session.open(path)
    session.edit(4, "mine")
    session.edit(9, "mine too")
    session.edit(12, "the same")
    report = Report.from_bytes(path.read_bytes())
    for number, text in ((3, "theirs"), (9, "theirs"), (12, "the same")):
        report = report.with_answer(number, text)
    path.write_bytes(report.to_bytes())
    result = session.reload()
    assert (result.taken, result.collided) == ((3,), (9,))
    assert [session.text(number) for number in (3, 4, 9, 12)] == ["theirs", "mine", "mine too", "the same"]
    assert session.theirs(9) == "theirs"
    assert session.unsaved == (4, 9)
    session.save()
    assert [answers(path)[number] for number in (3, 4, 9, 12)] == ["theirs", "mine", "theirs", "the same"]
    assert list(session.unsaved) == [9]


@pytest.mark.parametrize(("mine", "kept"), [(True, "mine, and on"), (False, "theirs")])
def test_an_undecided_answer_is_held_until_somebody_decides(path: Path, mine: bool, kept: str) -> None:
    session = Session.open(path)
    session.edit(9, "mine")
    path.write_bytes(Report.from_bytes(path.read_bytes()).with_answer(9, "theirs").to_bytes())
    session.reload()
    session.edit(9, "mine, and on")
    session.save()
    assert (answers(path)[9], session.text(9), session.undecided) == ("theirs", "mine, and on", {9})
    path.write_bytes(Report.from_bytes(path.read_bytes()).with_answer(4, "another one").to_bytes())
    assert session.reload().collided == (9,)
    session.decide(9, mine=mine)
    session.save()
    assert (answers(path)[9], session.dirty) == (kept, False)


def test_typing_what_is_on_disk_settles_a_collision(path: Path) -> None:
    session = Session.open(path)
    session.edit(9, "mine")
    path.write_bytes(Report.from_bytes(path.read_bytes()).with_answer(9, "theirs").to_bytes())
    session.reload()
    session.edit(9, "theirs")
    assert (session.undecided, session.dirty) == (set(), False)


def test_a_version_without_questions_is_refused_and_changes_nothing(path: Path) -> None:
    session = Session.open(path)
    session.edit(9, "mine")
    path.write_bytes(b"")
    with pytest.raises(files.CannotRead, match="holds no question any more"):
        session.reload()
    assert session.text(9) == "mine"
    assert len(session.report.questions) == 12


def test_a_reload_that_fails_changes_nothing(path: Path) -> None:
    session = Session.open(path)
    session.edit(4, "mine")
    path.unlink()
    with pytest.raises(files.CannotRead):
        session.reload()
    assert session.text(4) == "mine"
    assert session.dirty


def test_a_figure_that_appears_is_seen(path: Path) -> None:
    session = Session.open(path)
    session.edit(5, "![The lid](figures/lid.png)")
    assert status(session, 5) is Status.MISSING_FIGURE
    shutil.copy(path.parent / "figures" / "power-draw.png", path.parent / "figures" / "lid.png")
    session.refresh_figures()
    assert status(session, 5) is Status.OK


def test_rules_beside_the_report_win_over_the_shipped_ones(path: Path) -> None:
    assert Session.open(path).course.source == "rules/demo.yaml"
    text = (ROOT / "rules" / "demo.yaml").read_text(encoding="utf-8")
    (path.parent / "report-rules.yaml").write_text(text.replace("Field Robotics 2026", "Our own"), encoding="utf-8")
    session = Session.open(path)
    assert (session.course.title, session.course.source) == ("Our own", "report-rules.yaml")


def test_an_unknown_template_is_read_with_guessed_limits(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text("# Essay\n\n### 1. Why\n\n> Say why.\n>\n> Answer length: 5-10 words.\n>\n> Answer:\n\nBecause.\n")
    session = Session.open(path)
    assert session.course.guessed
    assert session.evaluation.questions[0].words_allowed == (5, 10)
    assert status(session, 1) is Status.TOO_SHORT
