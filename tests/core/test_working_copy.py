"""Unsaved changes: made in any order, taken back without a trace, and made again in a newer version of the report."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui import AnswerRejected, Report
from report_tui.core.changes import BoxKey, Changes, box_of, boxes_of, key_of, keys_of
from report_tui.core.rejection import BoxRejected
from report_tui.core.working_copy import Made, WorkingCopy, make
from tests import reports
from tests.faults import hostile
from tests.reports import SHAPES, build, filled

TEXTS = ["New words.", "Two.\n\nParagraphs.", "- a\n- list", "> quoted", ""]


def displaced(*numbers: int) -> Report:
    """A report in which these answers begin on their marker's line."""
    draft = build(answers={number: [f"Text {number}.", "", "More."] for number in range(1, 13)})
    for number in numbers:
        reports.inline(draft, number)
    return Report.from_bytes(draft.to_bytes())


def some_change(copy: WorkingCopy, rng: random.Random) -> WorkingCopy:
    """One change of any kind; none where it is refused."""
    number = rng.choice([question.id for question in copy.report.questions])
    kind = rng.choice(["answer", "undo", "move", "back", "toggle"])
    try:
        if kind == "answer":
            text = rng.choice(TEXTS)
            same = text == copy.placed.question(number).answer.text
            return copy if same else copy.with_answer(number, text)
        if kind == "toggle" and copy.report.checklist:
            return copy.with_box_toggled(rng.choice(copy.report.checklist).line)
        change = {"undo": copy.without_answer, "move": copy.with_answer_moved}.get(kind)
        made = change(number) if change else copy.with_answers_back([number])
    except AnswerRejected:
        return copy
    return made.copy if not made.refused else copy


def test_the_names_of_all_boxes_are_those_of_each() -> None:
    boxes = "## To do\n\n* [ ] Tie\n* [x] Tie\n* [ ] Weigh\n\n## Later\n\n* [ ] Tie\n* [ ]\n\n## To do\n\n* [ ] Tie"
    report = Report.from_bytes(boxes.encode())
    assert keys_of(report) == [key_of(report, item) for item in report.checklist]
    assert [key.occurrence for key in keys_of(report)] == [0, 1, 0, 0, 0, 2]


@given(seed=st.integers(0, 10**6), count=st.integers(1, 12))
def test_changes_are_what_differs_and_can_all_be_taken_back(seed: int, count: int) -> None:
    rng = random.Random(seed)
    draft = filled(SHAPES[rng.choice(sorted(SHAPES))], rng)
    for number in draft.numbers():
        rng.choice([reports.inline, reports.quoted, reports.glued_to_marker, lambda *_: None])(draft, number)
    report = Report.from_bytes(draft.to_bytes())
    copy = WorkingCopy.of(report)
    for _ in range(count):
        copy = some_change(copy, rng)
    assert bool(copy.changes) == (copy.report != copy.saved)
    for question in copy.report.questions:
        placed = copy.placed.question(question.id).answer.text
        assert question.answer.text == copy.changes.answers.get(question.id, placed)
    for item in copy.report.checklist:
        before = box_of(report, key_of(copy.report, item))
        assert before is not None
        assert (key_of(copy.report, item) in copy.changes.ticked) == (before.done != item.done)
    taken_back = make(report, Changes())
    for number in copy.changes.answers:
        copy = copy.without_answer(number).copy
    copy = copy.with_answers_back(copy.changes.moved).copy
    for key in copy.changes.ticked:
        box = box_of(copy.report, key)
        assert box is not None
        copy = copy.with_box_toggled(box.line)
    assert copy == taken_back.copy
    assert copy.report.to_bytes() == report.to_bytes()


def test_changes_of_every_kind_are_made_in_a_newer_version() -> None:
    saved = displaced(5, 6)
    copy = WorkingCopy.of(saved).with_box_toggled(saved.checklist[2].line)
    copy = copy.with_answer_moved(5).copy.with_answer(6, "Mine.")
    newer = saved.with_answer(1, "Theirs,\n\nand longer.").with_box(saved.checklist[0].line, "x")
    made = make(newer, copy.changes)
    assert (made.refused, made.unmoved, made.copy.held_boxes) == ({}, (), {})
    assert made.copy.changes == copy.changes
    assert [item.state for item in made.copy.report.checklist] == ["x", "x", "x", "x"]
    assert made.copy.report.question(1).answer.text == "Theirs,\n\nand longer."
    assert made.copy.report.question(6).answer.text == "Mine."
    assert [note.question for note in made.copy.report.damage] == [6]


def test_what_the_newer_version_holds_already_is_no_change() -> None:
    copy = WorkingCopy.of(displaced(5)).with_answer_moved(5).copy.with_answer(6, "Mine.")
    copy = copy.with_box_toggled(copy.report.checklist[0].line)
    made = make(copy.report, copy.changes)
    assert not made.copy.changes
    assert made.copy.report is copy.report


def test_what_cannot_be_made_comes_back() -> None:
    saved = displaced(5)
    copy = WorkingCopy.of(saved).with_answer_moved(5).copy.with_answer(6, "Text.\n\n- a")
    copy = copy.with_box_toggled(saved.checklist[2].line)
    broken = saved.to_bytes().replace(b"## Group 2", b"## Other").replace(b"> Answer: Text 5.", b"> Text 5.")
    made = make(Report.from_bytes(broken + b"\xff"), copy.changes)
    assert list(made.refused) == [6]
    assert made.unmoved == (5,)
    assert {key.text: done for key, done in made.copy.held_boxes.items()} == {"Tie the ropes": True}
    assert not made.copy.changes
    assert made.copy.wanted.ticked == made.copy.held_boxes


def test_a_box_that_cannot_be_ticked_waits_through_whatever_is_done_meanwhile() -> None:
    saved = displaced(5)
    gone = BoxKey("To do", "Gone", 0)
    copy = make(saved, Changes({6: "Mine."}, ticked={gone: True})).copy
    copy = copy.with_answer(7, "Mine too.").with_box_toggled(saved.checklist[2].line)
    copy = copy.without_answer(6).copy.with_answer_moved(5).copy.with_answers_back([5]).copy
    assert (copy.held_boxes, len(copy.changes.ticked)) == ({gone: True}, 1)


def test_an_answer_is_moved_with_what_is_unsaved_in_it() -> None:
    draft = build(answers={5: ["One.", "", "Two."]})
    reports.quoted(draft, 5)
    copy = WorkingCopy.of(Report.from_bytes(draft.to_bytes()))
    copy = copy.with_answer(5, "> One.\n>\n> Two.\n> Three.").with_answer_moved(5).copy
    assert copy.report.question(5).answer.text == "One.\n\nTwo.\nThree."
    assert copy.report.damage == ()
    assert copy.placed.question(5).answer.text == "One.\n\nTwo."


def test_a_move_that_the_file_alone_does_not_allow_waits_for_a_save() -> None:
    draft = build(answers={5: ["```", "code"]})
    reports.quoted(draft, 5, bare_above=False)
    copy = WorkingCopy.of(Report.from_bytes(draft.to_bytes()))
    copy = copy.with_answer(5, "> ```\n> code\n> ```")
    with pytest.raises(AnswerRejected, match="cannot be moved before it is saved"):
        copy.with_answer_moved(5)
    assert WorkingCopy.of(copy.report).with_answer_moved(5).copy.report.question(5).answer.text == "```\ncode\n```"


def test_nothing_to_move_makes_nothing() -> None:
    copy = WorkingCopy.of(displaced())
    assert copy.with_answer_moved(5) == Made(copy)


@pytest.mark.parametrize("state", [" ", "x", "X", "/", "(X)", ""])
def test_a_box_toggled_twice_is_as_it_was(state: str) -> None:
    saved = Report.from_bytes(f"* [{state}] one\n* [ ] one\n".encode())
    once = WorkingCopy.of(saved).with_box_toggled(1)
    assert once.report.checklist[0].state == (" " if state in ("x", "X") else "x")
    assert list(once.changes.ticked) == [key_of(saved, saved.checklist[0])]
    twice = once.with_box_toggled(1)
    assert twice.report.to_bytes() == saved.to_bytes()
    assert not twice.changes


def test_boxes_of_the_same_wording_are_told_apart() -> None:
    saved = Report.from_bytes(b"## A\n\n* [ ] one\n* [ ] one\n\n## B\n\n* [ ] one\n")
    copy = WorkingCopy.of(saved).with_box_toggled(4)
    newer = Report.from_bytes(b"## B\n\n* [ ] one\n\n## A\n\n* [ ] zero\n* [ ] one\n* [ ] one\n")
    made = make(newer, copy.changes)
    assert [item.done for item in made.copy.report.checklist] == [False, False, False, True]


@pytest.mark.parametrize("seed", range(20))
def test_boxes_changed_at_once_are_as_if_toggled_one_by_one(seed: int) -> None:
    rng = random.Random(seed)
    saved = Report.from_bytes(hostile.odd_boxes(30))
    copy = WorkingCopy.of(saved)
    for _ in range(5):
        copy = copy.with_box_toggled(rng.choice(copy.report.checklist).line)
    wanted = {key: rng.random() < 0.5 for key in rng.sample(keys_of(saved), 20)}
    gone = BoxKey("Nowhere", "Tie", 0)
    expected = copy
    for key, done in wanted.items():
        item = box_of(expected.report, key)
        assert item is not None
        if item.done is not done:
            expected = expected.with_box_toggled(item.line)
    made, missed = copy.with_boxes({**wanted, gone: True})
    assert missed == (gone,)
    assert made.report.to_bytes() == expected.report.to_bytes()
    assert made.changes == expected.changes
    assert make(saved, made.changes).copy.report.to_bytes().replace(b"X", b"x") == made.report.to_bytes().replace(
        b"X", b"x"
    )


def test_in_a_file_that_cannot_be_written_no_box_is_changed() -> None:
    saved = Report.from_bytes(hostile.odd_boxes(3) + b"\xff")
    wanted = dict.fromkeys(keys_of(saved), True)
    made, missed = WorkingCopy.of(saved).with_boxes(wanted)
    assert (made.report, list(missed)) == (saved, [key for key in wanted if not boxes_of(saved)[key].done])
    assert make(saved, Changes(ticked=wanted)).copy.held_boxes.keys() == set(missed)


def test_where_no_box_stands_none_is_toggled() -> None:
    with pytest.raises(BoxRejected):
        WorkingCopy.of(displaced()).with_box_toggled(1)
