"""What is not saved as a value, and taken up again in another session: nothing of it is ever lost."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from report_tui import Report, resuming
from report_tui.core.changes import Changes, Draft, box_of
from report_tui.core.rejection import BoxRejected
from report_tui.session import Session
from report_tui.storage import draft_records, drafts, files
from report_tui.validation.finding import Status
from tests import reports
from tests.reports import SHAPES, filled
from tests.scenes import ROOT

TEXTS = ["New words.", "Two.\n\nParagraphs.", "```\nopen", "### Question 3", "> quoted", "\ud800 half", ""]
CRASHED = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A scratch copy of the demo report."""
    shutil.copytree(ROOT / "rules" / "demo" / "report", tmp_path / "reports")
    return tmp_path / "reports" / "README.md"


def on_disk(path: Path, number: int, text: str) -> None:
    """What a teammate does in another editor."""
    path.write_bytes(Report.from_bytes(path.read_bytes()).with_answer(number, text).to_bytes())


def through_a_journal(draft: Draft) -> Draft:
    """The same, as it comes back from the disk."""
    journal = drafts.Journal(Path("README.md"))
    journal.keep(draft)
    read = draft_records.read(journal.path.read_bytes())[1]
    journal.path.unlink()
    return read


def test_a_draft_is_all_that_is_unsaved_also_what_cannot_be_written(path: Path) -> None:
    session = Session.open(path)
    assert not session.draft
    session.edit(4, "Mine.")
    session.edit(8, "```\nopen")
    session.tick(session.report.checklist[0].line)
    draft = session.draft
    assert (draft.base, draft.changes.answers) == (path.read_bytes(), {4: "Mine.", 8: "```\nopen"})
    session.save()
    assert session.draft == Draft(path.read_bytes(), Changes({8: "```\nopen"}))


def test_where_nothing_changed_on_disk_all_is_as_it_was(path: Path) -> None:
    before = Session.open(path)
    before.edit(4, "Mine.")
    before.edit(8, "```\nopen")
    before.tick(before.report.checklist[0].line)
    session = Session.open(path)
    other, result = resuming.resumed(session, before.draft)
    assert (result.taken, result.collided, result.boxes_gone) == ((), (), ())
    assert other.draft == before.draft
    assert not session.dirty
    resuming.take_up(session, other, other.unsaved, boxes=True)
    assert session.draft == before.draft
    assert {number: held.rejection.row for number, held in session.held.items()} == {8: 1}


def test_only_what_is_wanted_is_taken_up(path: Path) -> None:
    before = Session.open(path)
    before.edit(4, "Mine.")
    before.edit(9, "Mine too.")
    before.tick(before.report.checklist[0].line)
    session = Session.open(path)
    other, _ = resuming.resumed(session, before.draft)
    resuming.take_up(session, other, [9], boxes=False)
    assert (session.unsaved, session.unsaved_boxes, session.text(9)) == ((9,), 0, "Mine too.")


def test_an_answer_that_was_changed_on_disk_since_waits_for_a_decision(path: Path) -> None:
    before = Session.open(path)
    before.edit(4, "Mine.")
    before.edit(9, "Mine too.")
    on_disk(path, 4, "Theirs.")
    on_disk(path, 1, "Theirs as well.")
    session = Session.open(path)
    other, result = resuming.resumed(session, before.draft)
    assert (result.taken, result.collided) == ((1,), (4,))
    resuming.take_up(session, other, other.unsaved, boxes=True)
    session.save()
    answers = Report.from_bytes(path.read_bytes()).texts
    assert (answers[1], answers[4], answers[9]) == ("Theirs as well.", "Theirs.", "Mine too.")
    assert (session.text(4), session.undecided) == ("Mine.", {4})
    session.settle(4, session.text(4))
    session.save()
    assert Report.from_bytes(path.read_bytes()).question(4).answer.text == "Mine."


def test_what_was_undecided_stays_so(path: Path) -> None:
    before = Session.open(path)
    before.edit(4, "Mine.")
    on_disk(path, 4, "Theirs.")
    before.reload()
    session = Session.open(path)
    other, _ = resuming.resumed(session, before.draft)
    assert other.undecided == {4}
    resuming.take_up(session, other, [4], boxes=True)
    assert (session.undecided, session.text(4), session.theirs(4)) == ({4}, "Mine.", "Theirs.")
    assert session.bases == before.bases
    assert session.bases[4].startswith("One battery lasts")


def test_a_text_whose_question_is_gone_is_held_until_it_is_back(path: Path) -> None:
    before = Session.open(path)
    before.edit(12, "Mine.")
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"### Question 12")])
    session = Session.open(path)
    other, _ = resuming.resumed(session, before.draft)
    resuming.take_up(session, other, other.unsaved, boxes=True)
    assert (session.unsaved, session.text(12)) == ((12,), "Mine.")
    path.write_bytes(whole)
    session.reload()
    assert session.text(12) == "Mine."


def test_what_was_saved_after_the_last_record_is_nothing_unsaved(path: Path) -> None:
    before = Session.open(path)
    before.edit(4, "Mine.")
    draft = before.draft
    before.save()
    other, _ = resuming.resumed(Session.open(path), draft)
    assert not other.dirty


def test_a_draft_whose_base_was_lost_decides_nothing(path: Path) -> None:
    session = Session.open(path)
    other, _ = resuming.resumed(session, Draft(b"", Changes({4: "Mine."}, frozenset({6}))))
    resuming.take_up(session, other, other.unsaved, boxes=True)
    assert (session.undecided, session.text(4)) == ({4}, "Mine.")


def test_a_draft_whose_base_was_lost_ticks_its_boxes(path: Path) -> None:
    session = Session.open(path)
    session.tick(session.report.checklist[0].line)
    ticked = session.draft.changes.ticked
    session = Session.open(path)
    other, _ = resuming.resumed(session, Draft(b"", Changes(ticked=ticked)))
    resuming.take_up(session, other, other.unsaved, boxes=True)
    assert session.draft.changes.ticked == ticked
    assert session.unsaved_boxes == 1


def test_a_report_is_known_by_half_of_what_was_answered(path: Path) -> None:
    before = path.read_bytes()
    texts = Report.from_bytes(before).texts
    answered = [number for number, text in texts.items() if text]
    assert resuming.may_be(Session.open(path), before)
    for number in answered[: len(answered) // 2]:
        on_disk(path, number, "Another one.")
    assert resuming.may_be(Session.open(path), before)
    for number in answered[len(answered) // 2 :][:2]:
        on_disk(path, number, "Another one.")
    assert not resuming.may_be(Session.open(path), before)
    assert not resuming.may_be(Session.open(path), b"")


def test_a_file_without_questions_takes_nothing_up(path: Path) -> None:
    before = Session.open(path)
    before.edit(4, "Mine.")
    session = Session.open(path)
    path.write_bytes(b"")
    with pytest.raises(files.CannotRead, match="no question"):
        resuming.resumed(session, before.draft)
    assert not session.dirty


def some_sitting(session: Session, rng: random.Random) -> None:
    """Texts, moves and ticks, of which some are refused."""
    numbers = [question.id for question in session.report.questions]
    for _ in range(rng.randint(1, 6)):
        number = rng.choice(numbers)
        kind = rng.choice(["edit", "edit", "edit", "move", "tick"])
        if kind == "edit":
            session.edit(number, rng.choice(TEXTS))
        elif kind == "move":
            session.move_all([number])
        elif session.report.checklist:
            try:
                session.tick(rng.choice(session.report.checklist).line)
            except BoxRejected:
                continue


def somebody_else(path: Path, rng: random.Random) -> None:
    """What happens to the file between the crash and the next start: answers, a box, a question that goes."""
    report = Report.from_bytes(path.read_bytes())
    for question in rng.sample(report.questions, min(3, len(report.questions))):
        report = report.with_answer(question.id, rng.choice(["Theirs.", "New words.", ""]))
    if report.checklist and rng.random() < 0.5:
        report = report.with_box(rng.choice(report.checklist).line, "x")
    data = report.to_bytes()
    last = data.rfind(b"### Question")
    if rng.random() < 0.3 and data.find(b"### Question") < last:
        data = data[:last]
    path.write_bytes(data)


@CRASHED
@given(seed=st.integers(0, 10**6))
def test_whatever_happens_the_text_is_there_or_held(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    made = filled(SHAPES[rng.choice(sorted(SHAPES))], rng)
    for number in made.numbers():
        rng.choice([reports.inline, reports.quoted, lambda *_: None, lambda *_: None])(made, number)
    path = tmp_path / "README.md"
    path.write_bytes(made.to_bytes())
    before = Session.open(path)
    some_sitting(before, rng)
    if rng.random() < 0.3:
        somebody_else(path, rng)
        before.reload()
        some_sitting(before, rng)
    if not before.draft:
        return
    draft = through_a_journal(before.draft)
    assert draft == before.draft
    if rng.random() < 0.7:
        somebody_else(path, rng)
    session = Session.open(path)
    if rng.random() < 0.3:
        some_sitting(session, rng)
    other, _ = resuming.resumed(session, draft)
    on_disk = other.report.texts
    resuming.take_up(session, other, other.unsaved, boxes=True)
    for number, text in draft.changes.answers.items():
        assert session.text(number) == text or text == on_disk[number], number
        if number in session.undecided:
            assert session.text(number) != session.theirs(number)
            continue
        base = Report.from_bytes(draft.base).texts.get(number, "")
        # What was there when it was typed, also where somebody else's text came and went since.
        seen = (base, draft.undecided.get(number, base), text)
        assert session.theirs(number) in seen or number in session.held, "nobody's text is written over unasked"
    for key, done in draft.changes.ticked.items():
        item, was = box_of(session.report, key), box_of(other.on_disk, key)
        if item is None or was is None:
            assert session.held_boxes[key] is done, "it waits for the box"
        else:
            assert item.done is done or was.done is done, "what the file holds already is nothing unsaved"


def test_texts_that_are_refused_have_their_reason(path: Path) -> None:
    session = Session.open(path)
    other, _ = resuming.resumed(session, Draft(path.read_bytes(), Changes({8: "```\nopen"})))
    resuming.take_up(session, other, [8], boxes=True)
    assert next(found.status for found in session.evaluation.questions if found.id == 8) is Status.BREAKS_TEMPLATE
