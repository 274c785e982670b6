"""The owner of mutable state: edits, what is held, saving, and changes on disk."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest

from report_tui import AnswerRejected, Report
from report_tui.core.carrying import Reloaded
from report_tui.core.rejection import BoxRejected
from report_tui.core.report import ChecklistItem
from report_tui.session import Session
from report_tui.storage import drafts, files
from report_tui.validation.finding import Status
from tests import reports
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
    return Report.from_bytes(path.read_bytes()).texts


def test_a_fresh_session_is_clean_and_saving_it_writes_nothing(path: Path) -> None:
    stamp = path.stat().st_mtime_ns
    session = Session.open(path)
    session.save()
    assert (session.dirty, session.unsaved, path.stat().st_mtime_ns) == (False, (), stamp)


def test_while_a_text_is_held_a_save_writes_what_the_file_has(path: Path) -> None:
    """Never what was typed before it: half of an answer would look like a whole one."""
    before = Report.from_bytes(path.read_bytes())
    session = Session.open(path)
    session.edit(9, "Half of the answer.")
    session.edit(9, "Half of the answer.\n\n```\nand code that is open")
    session.edit(10, "Something else.")
    session.save()
    assert path.read_bytes() == before.with_answer(10, "Something else.").to_bytes()
    assert session.text(9).endswith("and code that is open")
    assert session.unsaved == (9,)


def test_a_text_that_can_no_longer_be_written_is_held_and_said(tmp_path: Path) -> None:
    """Where most answers end in a rule, it is read as the template's: what one answer gives back, another lacks."""
    path = tmp_path / "README.md"
    ruled = {number: ["Text.", "", "---"] for number in range(1, 6)}
    path.write_bytes(reports.build(reports.Shape(per_section=0, checklist="none"), ruled).to_bytes())
    session = Session.open(path)
    session.edit(1, "Text without a rule.")
    session.edit(6, "Mine.\n\n---")
    assert not session.held
    session.edit(1, "```\nopen")
    assert (set(session.held), session.text(6)) == ({1, 6}, "Mine.\n\n---")
    assert "cannot-be-written" in codes(session, 6)


def test_what_is_typed_back_to_what_the_file_has_is_unsaved_no_more(tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    ruled = {number: ["Text.", "", "---"] for number in range(1, 6)}
    path.write_bytes(reports.build(reports.Shape(per_section=0, checklist="none"), ruled).to_bytes())
    session = Session.open(path)
    before = session.text(1)
    session.edit(1, "Text without a rule.")
    session.edit(6, "Mine.\n\n---")
    session.edit(1, before)
    assert (session.unsaved, session.text(1), session.text(6)) == ((6,), before, "Mine.\n\n---")
    assert 1 not in session.held


def test_its_name_says_the_folder_wherever_the_program_was_started(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    assert Session.open(Path(path.name)).name == f"{path.parent.name}/{path.name}"


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


def test_several_answers_at_once_are_as_if_typed_one_after_another(path: Path) -> None:
    """Also where one of them cannot be written: it stays as it is, and so does what was held where it is not named."""
    texts = {4: "Four.", 7: "", 9: "Nine.\n\nAnd more.", 10: Report.from_bytes(path.read_bytes()).texts[10]}
    for refused in ({}, {5: "```\nopen"}):
        session, typed = Session.open(path), Session.open(path)
        for one in (session, typed):
            one.edit(8, "<!-- held")
            one.edit(9, "```\nheld, too")
            one.edit(10, "taken back")
        for number, text in texts.items():
            typed.edit(number, text)
        assert list(session.edit_all(texts | refused)) == list(refused)
        assert session.report.to_bytes() == typed.report.to_bytes()
        assert (session.unsaved, list(session.held), session.text(8)) == (typed.unsaved, [8], "<!-- held")
        assert session.evaluation == typed.evaluation
        assert session.draft == typed.draft


def test_what_the_file_has_comes_back_beside_a_text_that_is_refused(tmp_path: Path) -> None:
    """Though nobody could write it anew."""
    draft = reports.build(answers={5: ["<!-- left open"]})
    (tmp_path / "README.md").write_bytes(draft.to_bytes())
    session = Session.open(tmp_path / "README.md")
    session.edit(5, "mine")
    assert list(session.edit_all({5: "<!-- left open", 3: "```\nopen"})) == [3]
    assert session.text(5) == "<!-- left open"
    assert not session.dirty


def test_what_waits_for_a_choice_is_not_written_over_by_several(path: Path) -> None:
    session = Session.open(path)
    session.edit(9, "mine")
    path.write_bytes(session.on_disk.with_answer(9, "theirs").to_bytes())
    session.reload()
    before = session.report.to_bytes()
    with pytest.raises(AnswerRejected, match="changed by you and on disk"):
        session.edit_all({8: "Eight.", 9: "Nine."})
    with pytest.raises(KeyError):
        session.edit_all({8: "Eight.", 99: "Ninety-nine."})
    assert (session.report.to_bytes(), session.text(9)) == (before, "mine")


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
    session.settle(9, session.text(9) if mine else session.theirs(9))
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


def unused(session: Session) -> list[str]:
    return [finding.message for finding in session.evaluation.findings if finding.code == "figure-unused"]


def test_figures_that_nobody_uses_follow_what_is_typed(path: Path) -> None:
    session = Session.open(path)
    assert unused(session) == ["no answer uses figures/wheel-slip.png"]
    session.edit(8, "![Slip of the wheels](figures/wheel-slip.png)")
    assert unused(session) == []
    session.edit(4, "No figure any more.")
    assert unused(session) == ["no answer uses figures/power-draw.png"]
    session.edit(8, "![Slip of the wheels](figures/wheel-slip.png)\n\n```")  # held, since it cannot be written
    assert unused(session) == ["no answer uses figures/power-draw.png"]


def test_the_figures_folder_is_looked_at_when_somebody_asks(path: Path) -> None:
    session = Session.open(path)
    before = session.figure_folder
    assert [file.path for file in before.files][:2] == ["figures/Housing.JPG", "figures/harbour-map.png"]
    shutil.copy(path.parent / "figures" / "power-draw.png", path.parent / "figures" / "aa.png")
    session.edit(9, "Nothing, since we found it all.")
    session.tick(session.report.checklist[0].line)
    assert session.figure_folder is before
    session.refresh_figures()
    assert "figures/aa.png" in [file.path for file in session.figure_folder.files]
    assert unused(session) == ["no answer uses figures/aa.png", "no answer uses figures/wheel-slip.png"]
    (path.parent / "figures" / "aa.png").unlink()
    session.reload()
    assert unused(session) == ["no answer uses figures/wheel-slip.png"]


def test_the_template_s_own_picture_is_known_by_its_bytes(path: Path) -> None:
    digest = hashlib.sha256((path.parent / "figures" / "wheel-slip.png").read_bytes()).hexdigest()
    text = (ROOT / "rules" / "demo.yaml").read_text(encoding="utf-8")
    text = text.replace("{folder: figures,", f"{{folder: figures, samples: {{sample.png: {digest}}},")
    (path.parent / "report-rules.yaml").write_text(text, encoding="utf-8")
    session = Session.open(path)
    assert unused(session) == []
    session.edit(5, "![The housing](figures/wheel-slip.png)")
    assert [finding.code for finding in session.evaluation.question(5).findings] == ["figure-sample"]
    assert status(session, 5) is Status.BAD_FIGURE


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


# Moves and ticks


@pytest.fixture
def inline(path: Path) -> Path:
    """The same with the answer to question 6 on its marker's line and that to question 7 in the prompt's quote."""
    text = path.read_text(encoding="utf-8")
    for number, before in ((6, "> Answer:\n\n"), (7, "> Answer:\n\n")):
        start = text.index(before, text.index(f"### Question {number}\n"))
        after = "> Answer: " if number == 6 else "> Answer:\n> "
        text = text[:start] + after + text[start + len(before) :]
    path.write_text(text, encoding="utf-8", newline="")
    return path


def codes(session: Session, number: int) -> set[str]:
    """What is wrong with one answer."""
    return {finding.code for finding in session.evaluation.question(number).findings}


def check_evaluation(session: Session) -> None:
    """What is said of the report is what a fresh look at it says."""
    evaluation = session.evaluation
    session.refresh_figures()
    assert session.evaluation == evaluation


def box(session: Session, wording: str) -> ChecklistItem:
    """The box whose wording begins so."""
    return next(item for item in session.report.checklist if item.text.startswith(wording))


def test_a_move_is_a_change_until_it_is_saved(inline: Path) -> None:
    session = Session.open(inline)
    assert "answer-on-marker" in codes(session, 6)
    text = session.text(6)
    session.move(6)
    assert not codes(session, 6) & {"answer-on-marker", "answer-in-quote"}
    assert (session.dirty, set(session.moved), session.unsaved, session.text(6)) == (True, {6}, (6,), text)
    check_evaluation(session)
    expected = inline.read_bytes().replace(b"> Answer: ", b"> Answer:\n\n")
    session.save()
    assert inline.read_bytes() == expected
    assert (session.dirty, session.moved, session.unsaved) == (False, frozenset(), ())


def test_a_move_can_be_taken_back(inline: Path) -> None:
    before = inline.read_bytes()
    session = Session.open(inline)
    session.move(7)
    session.move(6)
    session.unmove(7)
    assert session.moved == {6}
    assert "answer-in-quote" in codes(session, 7)
    session.unmove(6)
    session.unmove(6)
    assert (session.dirty, session.report.to_bytes()) == (False, before)
    check_evaluation(session)


def test_an_answer_is_moved_with_its_unsaved_text_and_edited_afterwards(inline: Path) -> None:
    session = Session.open(inline)
    session.edit(7, "> We have\n> ten tests.")
    session.move(7)
    assert session.text(7) == "We have\nten tests."
    session.edit(7, "We have eleven.")
    check_evaluation(session)
    session.unmove(7)
    assert session.text(7) == "We have eleven."
    session.move(7)
    session.save()
    assert b"> Answer:\n\nWe have eleven.\n" in inline.read_bytes()


def test_typing_the_moved_text_again_leaves_only_the_move(inline: Path) -> None:
    session = Session.open(inline)
    session.move(7)
    moved = session.report.to_bytes()
    text = session.text(7)
    session.edit(7, "Other.")
    session.edit(7, text)
    assert (session.report.to_bytes(), set(session.moved), session.unsaved) == (moved, {7}, (7,))
    session.unmove(7)
    assert not session.dirty


def test_a_text_that_was_held_on_the_marker_line_is_written_below_it(inline: Path) -> None:
    session = Session.open(inline)
    fence = "```\ncode\n```"
    session.edit(6, fence)
    assert "cannot begin" in session.held[6].rejection.reason
    session.move(6)
    assert (session.held, session.text(6)) == ({}, fence)
    check_evaluation(session)
    session.unmove(6)
    assert session.held[6].text == fence
    assert session.text(6) == fence
    assert status(session, 6) is Status.BREAKS_TEMPLATE


def test_a_move_that_is_refused_changes_nothing(inline: Path) -> None:
    data = inline.read_bytes().replace(b"> We have 42 tests", b"> Answer: we have 42 tests")
    assert data != inline.read_bytes()
    inline.write_bytes(data.replace(b"> Answer:\n> Answer: we", b"> **Answer: we"))
    session = Session.open(inline)
    with pytest.raises(AnswerRejected, match="share their"):
        session.move(7)
    with pytest.raises(AnswerRejected, match="the question is gone"):
        session.move(99)
    assert not session.dirty


def test_ticks_are_unsaved_changes(path: Path) -> None:
    before = path.read_bytes()
    session = Session.open(path)
    done = session.evaluation.checklist_done
    session.tick(box(session, "Weigh").line)
    session.tick(box(session, "Draw").line)
    session.tick(box(session, "Draw").line)
    session.tick(box(session, "Drive").line)
    assert (session.dirty, session.unsaved, session.unsaved_boxes) == (True, (), 2)
    assert session.evaluation.checklist_done == done + 2
    check_evaluation(session)
    session.edit(4, "Mine.\n\nAnd longer.")
    session.edit(4, session.theirs(4))
    session.save()
    expected = before.replace(b"[ ] Weigh", b"[x] Weigh").replace(b"[ ] Drive", b"[x] Drive")
    assert path.read_bytes() == expected
    assert (session.dirty, session.unsaved_boxes) == (False, 0)


def test_a_tick_that_is_taken_back_writes_nothing(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"[ ] Weigh", b"[/] Weigh"))
    before = path.read_bytes()
    session = Session.open(path)
    session.tick(box(session, "Weigh").line)
    assert box(session, "Weigh").state == "x"
    session.tick(box(session, "Weigh").line)
    assert (session.dirty, session.report.to_bytes()) == (False, before)


def test_no_box_no_tick(path: Path) -> None:
    session = Session.open(path)
    with pytest.raises(BoxRejected, match="line 1: no box"):
        session.tick(1)
    assert not session.dirty


def test_held_texts_keep_their_findings_when_a_box_is_ticked(path: Path) -> None:
    session = Session.open(path)
    session.edit(8, "```\nopen")
    session.tick(box(session, "Weigh").line)
    assert status(session, 8) is Status.BREAKS_TEMPLATE
    session.save()
    assert (session.unsaved, session.unsaved_boxes) == ((8,), 0)


def test_a_reload_carries_ticks_and_moves_over(inline: Path) -> None:
    session = Session.open(inline)
    session.move(6)
    session.move(7)
    session.edit(7, "Mine.")
    session.tick(box(session, "Weigh").line)
    session.tick(box(session, "Draw").line)
    theirs = Report.from_bytes(inline.read_bytes()).with_answer(1, "Theirs,\n\nand longer.")
    theirs = theirs.with_box(next(item.line for item in theirs.checklist if item.text.startswith("Drive")), "x")
    theirs = theirs.with_box(next(item.line for item in theirs.checklist if item.text.startswith("Draw")), " ")
    inline.write_bytes(theirs.to_bytes())
    result = session.reload()
    assert (result.taken, result.collided, result.unmoved, result.boxes_gone) == ((1,), (), (), ())
    assert (set(session.moved), session.text(7), session.unsaved) == ({6, 7}, "Mine.", (6, 7))
    assert [box(session, word).done for word in ("Weigh", "Draw", "Drive")] == [True, False, True]
    assert session.unsaved_boxes == 1
    check_evaluation(session)
    session.save()
    assert not session.dirty
    assert answers(inline)[7] == "Mine."


def test_who_moved_an_answer_as_we_did_has_not_changed_it(inline: Path) -> None:
    session = Session.open(inline)
    session.move(6)
    session.move(7)
    session.edit(7, "Mine.")
    theirs = Report.from_bytes(inline.read_bytes()).with_answer_moved(6).with_answer_moved(7)
    inline.write_bytes(theirs.to_bytes())
    result = session.reload()
    assert (result.taken, result.collided, result.unmoved) == ((), (), ())
    assert (session.moved, session.unsaved, session.text(7)) == (frozenset(), (7,), "Mine.")


def test_an_answer_that_was_changed_on_both_sides_is_where_the_file_has_it(inline: Path) -> None:
    session = Session.open(inline)
    session.move(6)
    session.move(7)
    session.edit(7, "Mine.")
    report = Report.from_bytes(inline.read_bytes()).with_answer(6, "Theirs.").with_answer(7, "> Theirs.")
    inline.write_bytes(report.to_bytes())
    result = session.reload()
    assert (result.taken, result.collided, result.unmoved) == ((6,), (7,), (7,))
    assert (set(session.moved), session.text(6), session.text(7)) == ({6}, "Theirs.", "Mine.")
    with pytest.raises(AnswerRejected, match="changed by you and on disk"):
        session.move(7)
    session.settle(7, session.theirs(7))
    session.move(7)
    session.save()
    assert (answers(inline)[7], session.dirty) == ("Theirs.", False)


def test_a_box_that_is_gone_is_said(path: Path) -> None:
    session = Session.open(path)
    session.tick(box(session, "Weigh").line)
    session.tick(box(session, "Drive").line)
    path.write_bytes(path.read_bytes().replace(b"Weigh the finished", b"Measure the finished"))
    result = session.reload()
    assert result.boxes_gone == ("Weigh the finished robot",)
    assert session.unsaved_boxes == 1
    assert session.reload().boxes_gone == (), "what waits is said once"


def test_a_tick_that_waits_for_its_box_is_nothing_that_a_hand_in_lacks(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORT_TUI_STATE", str(tmp_path / "state"))
    session = Session.open(path)
    session.tick(box(session, "Weigh").line)
    session.tick(box(session, "Drive").line)
    journal = drafts.Journal(path)
    journal.keep(session.draft)
    assert drafts.kept(path, session.on_disk) == ({}, 2)
    path.write_bytes(path.read_bytes().replace(b"Weigh the finished", b"Measure the finished"))
    session.reload()
    journal.keep(session.draft)
    assert drafts.kept(path, session.on_disk) == ({}, 1)


def test_a_tick_waits_for_a_box_that_is_gone(path: Path) -> None:
    session = Session.open(path)
    whole = path.read_bytes()
    session.tick(box(session, "Weigh").line)
    path.write_bytes(whole.replace(b"Weigh the finished", b"Measure the finished"))
    session.reload()
    session.edit(4, "Mine.")
    session.edit(4, session.theirs(4))
    session.tick(box(session, "Drive").line)
    session.save()
    assert ([key.text for key in session.held_boxes], session.dirty) == (["Weigh the finished robot"], False)
    assert session.draft.changes.ticked == session.held_boxes
    path.write_bytes(path.read_bytes().replace(b"Measure the finished", b"Weigh the finished"))
    session.reload()
    assert (box(session, "Weigh").done, session.unsaved_boxes, dict(session.held_boxes)) == (True, 1, {})


def test_a_move_whose_marker_is_gone_is_said_and_its_text_kept(inline: Path) -> None:
    session = Session.open(inline)
    session.move(7)
    session.edit(7, "Mine.")
    lines = inline.read_bytes().split(b"\n")
    at = next(n for n, line in enumerate(lines) if line.startswith(b"> We have 42"))
    del lines[at - 1]
    lines[at - 1] = lines[at - 1].removeprefix(b"> ")
    inline.write_bytes(b"\n".join(lines))
    result = session.reload()
    assert result.unmoved == (7,)
    assert session.text(7) == "Mine."
    assert session.unsaved == (7,)


def test_boxes_are_merged_too(path: Path) -> None:
    """Changed on disk only: taken and named. By both to different states: ours, and that is said."""
    report = Report.from_bytes(path.read_bytes())
    open_boxes = [item for item in report.checklist if not item.done][:3]
    session = Session.open(path)
    for item in open_boxes[:2]:
        session.tick(item.line)
    for item, state in zip(open_boxes, ("/", "x", "x"), strict=True):
        report = report.with_box(item.line, state)
    path.write_bytes(report.to_bytes())
    result = session.reload()
    assert [item.text for item in result.boxes_taken] == [open_boxes[2].text]
    assert (result.boxes_kept, result.boxes_gone, result.lost) == ((open_boxes[0].text,), (), True)
    assert [session.report.box(item.line).state for item in open_boxes] == ["x", "x", "x"]
    assert session.unsaved_boxes == 1


def test_a_box_that_is_new_on_disk_was_changed_by_nobody(path: Path) -> None:
    session = Session.open(path)
    box = session.report.checklist[0]
    line = session.report.source.lines[box.line - 1]
    new = line.replace(box.text, "Weigh the cargo").encode()
    path.write_bytes(path.read_bytes().replace(line.encode() + b"\n", line.encode() + b"\n" + new + b"\n"))
    assert session.reload() == Reloaded((), (), (), ())
    assert session.report.checklist[1].text == "Weigh the cargo"


def test_a_box_ticked_in_another_way_is_no_change(path: Path) -> None:
    session = Session.open(path)
    done = next(item for item in session.report.checklist if item.done)
    path.write_bytes(session.report.with_box(done.line, "X").to_bytes())
    assert session.reload() == Reloaded((), (), (), ())


def test_the_template_s_own_text_is_as_on_disk(path: Path) -> None:
    session = Session.open(path)
    session.edit(9, "mine")
    changed = (
        path.read_bytes().replace(b"### Question 9\n", b"### Question 9 \n", 1).replace(b"> Answer", b">  Answer", 1)
    )
    changed = b"A line above.\n\n" + changed
    path.write_bytes(changed)
    result = session.reload()
    assert (result.taken, result.collided) == ((), ())
    session.save()
    assert path.read_bytes() == Report.from_bytes(changed).with_answer(9, "mine").to_bytes()
    assert path.read_bytes().startswith(b"A line above.\n\n")


def test_other_line_endings_are_no_conflict_and_stay(path: Path) -> None:
    before = Report.from_bytes(path.read_bytes()).with_answer(9, "one\ntwo").to_bytes()
    path.write_bytes(before)
    session = Session.open(path)
    session.edit(9, "one\ntwo\nthree")
    for ending in (b"\r\n", b"\n", b"\r\n"):
        path.write_bytes(before.replace(b"\n", ending))
        assert session.changed_on_disk()
        assert session.reload() == Reloaded((), (), (), ())
    session.save()
    expected = Report.from_bytes(before).with_answer(9, "one\ntwo\nthree").to_bytes()
    assert path.read_bytes() == expected.replace(b"\n", b"\r\n")


def test_other_rights_are_no_change(path: Path) -> None:
    session = Session.open(path)
    path.chmod(0o444)
    assert not session.changed_on_disk()
    path.chmod(0o644)


def test_a_folder_in_the_file_s_place_is_said_and_costs_nothing(path: Path) -> None:
    session = Session.open(path)
    session.edit(9, "mine")
    data = path.read_bytes()
    path.unlink()
    path.mkdir()
    for look in (session.changed_on_disk, session.reload):
        with pytest.raises(files.CannotRead, match=r"folder|regular"):
            look()
    with pytest.raises(files.StorageError):
        session.save()
    path.rmdir()
    path.write_bytes(data)
    assert session.reload() == Reloaded((), (), (), ())
    session.save()
    assert answers(path)[9] == "mine"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_a_fifo_in_the_file_s_place_is_said_and_never_waited_for(path: Path) -> None:
    session = Session.open(path)
    session.edit(9, "mine")
    path.unlink()
    os.mkfifo(path)
    for look in (session.changed_on_disk, session.reload):
        with pytest.raises(files.CannotRead):
            look()
    assert session.text(9) == "mine"


def test_the_base_of_an_undecided_answer_is_what_both_began_with(path: Path) -> None:
    path.write_bytes(Report.from_bytes(path.read_bytes()).with_answer(9, "base").to_bytes())
    session = Session.open(path)
    session.edit(9, "mine")
    for theirs in ("theirs", "theirs, again"):
        path.write_bytes(Report.from_bytes(path.read_bytes()).with_answer(9, theirs).to_bytes())
        session.reload()
        assert session.bases == {9: "base"}
    session.settle(9, "both")
    assert (session.undecided, session.bases, session.text(9)) == (set(), {}, "both")
    path.write_bytes(Report.from_bytes(path.read_bytes()).with_answer(9, "more").to_bytes())
    session.reload()
    assert session.bases == {9: "theirs, again"}
    session.edit(9, "more")
    assert (session.undecided, session.bases) == (set(), {})


def test_git_s_markers_go_with_what_was_chosen_and_nothing_unsaved_is_lost(path: Path) -> None:
    report = Report.from_bytes(path.read_bytes())
    mine, theirs = report.with_answer(9, "mine").to_bytes(), report.with_answer(9, "theirs").to_bytes()
    path.write_bytes(b"<<<<<<< a\n" + mine + b"=======\n" + theirs + b">>>>>>> b\n")
    session = Session.open(path)
    assert session.evaluation.ok is False
    session.edit(12, "not saved")
    session.untangle({9: "theirs"})
    assert path.read_bytes() == theirs
    assert (session.text(12), session.unsaved) == ("not saved", (12,))


def test_git_s_markers_stay_where_somebody_changed_the_file_meanwhile(path: Path) -> None:
    data = b"<<<<<<< a\n" + path.read_bytes() + b"=======\n" + path.read_bytes() + b">>>>>>> b\n"
    path.write_bytes(data)
    session = Session.open(path)
    path.write_bytes(data + b"\n")
    with pytest.raises(files.ChangedOnDisk):
        session.untangle({})
    assert path.read_bytes() == data + b"\n"


PLACES = {
    "in an answer": (b"We drove", b"We drove\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\nand drove"),
    "in a fence of an answer": (b"We drove", b"```\n<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n```\n\nWe drove"),
    "in diff3 style": (b"We drove", b"<<<<<<< a\nx\n||||||| o\nz\n=======\ny\n>>>>>>> b\n\nWe drove"),
    "without an end": (b"We drove", b"<<<<<<< a\nx\n=======\nWe drove"),
    "without a beginning": (b"We drove", b"We drove\n=======\nx\n>>>>>>> b\nand drove"),
    "around a heading": (b"## Looking back", b"<<<<<<< a\n## Looking back\n=======\n## Back\n>>>>>>> b"),
    "in a prompt": (b"> Answer length: 200", b"<<<<<<< a\n> Answer length: 200\n=======\n>>>>>>> b\n> 2"),
    "in the checklist": (b"* [ ] Weigh", b"<<<<<<< a\n* [x] Weigh\n=======\n* [ ] Weigh\n>>>>>>> b\n* [ ] Weigh"),
}


@pytest.mark.parametrize("crlf", [False, True], ids=["LF", "CRLF"])
@pytest.mark.parametrize("place", PLACES)
def test_git_s_markers_are_never_ok_wherever_they_stand(path: Path, place: str, crlf: bool) -> None:
    before, after = PLACES[place]
    data = path.read_bytes()
    assert before in data
    data = data.replace(before, after, 1)
    path.write_bytes(data.replace(b"\n", b"\r\n") if crlf else data)
    session = Session.open(path)
    found = [
        finding.line
        for finding in (
            *session.evaluation.findings,
            *(f for one in session.evaluation.questions for f in one.findings),
        )
        if finding.code == "conflict"
    ]
    markers = [row for row, line in enumerate(data.split(b"\n"), start=1) if line[:7] in (b"<<<<<<<", b">>>>>>>")]
    assert markers[0] in found
    assert not session.evaluation.ok


def test_a_state_folder_that_cannot_be_reached_keeps_nobody_from_the_report(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORT_TUI_STATE", "x" * 5_000)  # as one that belongs to somebody else
    session = Session.open(path)
    session.edit(4, "Mine.")
    session.save()
    assert answers(path)[4] == "Mine."
    assert "The history cannot be kept" in " ".join(session.keeper.untold())
