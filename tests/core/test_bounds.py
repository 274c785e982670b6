"""Reports that hold far more than any: nothing is read of them, and no edit makes one."""

from __future__ import annotations

import random

import pytest

from report_tui.core import bounds
from report_tui.core.rejection import AnswerRejected, BoxRejected
from report_tui.core.report import Report
from tests.faults import hostile


@pytest.mark.parametrize("name", hostile.TOO_MUCH)
def test_nothing_is_read_of_what_holds_too_much(name: str) -> None:
    data = hostile.TOO_MUCH[name]()
    report = Report.from_bytes(data)
    assert report.source.problem == f"too large to be read: {report.source.excess}"
    assert name.split()[0] in report.source.excess
    assert (report.questions, report.checklist, report.source.lines) == ((), (), ())
    assert report.to_bytes() is data
    with pytest.raises(BoxRejected):
        report.with_box(1, "x")


def test_what_holds_as_much_as_may_be_is_read() -> None:
    assert len(hostile.report("")) < 1_000
    spare = hostile.report("Two.").count(b"\n")
    most = hostile.report("Two.\n\n\nb" + "\na" * (bounds.REPORT_LINES - spare - 3))
    assert most.count(b"\n") == bounds.REPORT_LINES
    assert Report.from_bytes(most).questions
    assert Report.from_bytes(most + b"\n").source.excess == "150,001 lines, more than 150,000"
    assert Report.from_bytes(most.replace(b"\n", b"\r\n")).questions, "a line that ends in both is one"
    assert len(Report.from_bytes(hostile.questions(bounds.REPORT_QUESTIONS)).questions) == bounds.REPORT_QUESTIONS
    boxes = hostile.BOX.encode() * bounds.REPORT_BOXES
    assert len(Report.from_bytes(boxes).checklist) == bounds.REPORT_BOXES
    assert Report.from_bytes(b"a" * bounds.REPORT_BYTES).source.problem is None
    assert Report.from_bytes(b"a" * (bounds.REPORT_BYTES + 1)).source.excess == "20,000,001 bytes, more than 20,000,000"


def test_no_answer_makes_a_report_that_nobody_could_open() -> None:
    report = Report.from_bytes(hostile.report("Two."))
    with pytest.raises(AnswerRejected) as refused:
        report.with_answer(2, "a\n" * bounds.REPORT_LINES)
    assert refused.value.reason.startswith("the report would be too large to be read: 150,0")
    assert refused.value.way_out == "make it shorter"
    with pytest.raises(AnswerRejected, match="20,001 headings, more than 20,000"):
        report.with_answer(1, "#\n" * (bounds.REPORT_HEADINGS - 4))


# Many boxes at once


@pytest.mark.parametrize("seed", range(20))
def test_boxes_set_at_once_are_as_if_set_one_by_one(seed: int) -> None:
    rng = random.Random(seed)
    data = hostile.odd_boxes(40) + hostile.report("Two.")
    if seed % 3 == 0:
        data = b"\xef\xbb\xbf" + data.replace(b"\n", b"\r\n")
    report = Report.from_bytes(data)
    chosen = rng.sample(report.checklist, rng.randrange(1, 30))
    states = {item.line: rng.choice(["x", " ", "X", "", "/"]) for item in chosen}
    one_by_one = report
    for line, state in states.items():
        one_by_one = one_by_one.with_box(line, state)
    assert report.with_boxes(states).to_bytes() == one_by_one.to_bytes()
    assert report.with_boxes({item.line: item.state for item in chosen}) is report


def test_of_boxes_at_once_all_are_set_or_none() -> None:
    report = Report.from_bytes(hostile.odd_boxes(4))
    first = report.checklist[0].line
    with pytest.raises(BoxRejected, match="no box of the checklist stands here"):
        report.with_boxes({first: "x", first + 1: "x"})
    with pytest.raises(BoxRejected, match="a box holds no such character"):
        report.with_boxes({first: "x", report.checklist[1].line: "\n"})
    assert report.with_boxes({}) is report
