"""Moves an answer off its marker's line or out of the prompt's quote, and changes nothing else."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_tui import AnswerRejected, Report
from report_tui.core.moving import is_misplaced
from report_tui.core.report import Damage, Placeholder
from tests import reports
from tests.core.test_editing import some_report
from tests.reports import DAMAGES, SHAPES, build, filled

MISPLACED = (Damage.ANSWER_ON_MARKER, Damage.ANSWER_IN_QUOTE)
HEAD = "### Question 1\n\n> **Why?**\n>\n"


def words(text: str) -> list[str]:
    """What an answer says, whatever quote marks and placeholders stand around it."""
    kept = [line for line in text.split("\n") if "fill here" not in line]
    return " ".join(kept).replace(">", " ").split()


def check_move(report: Report, number: int) -> Report | None:
    """Move an answer and compare everything that it promises; None where it is refused."""
    before = report.question(number)
    try:
        moved = report.with_answer_moved(number)
    except AnswerRejected as error:
        assert (error.question, bool(error.reason), bool(error.way_out)) == (number, True, True)
        assert "\n" not in str(error)
        return None
    if not is_misplaced(report, before):
        assert moved is report
        return moved
    after = moved.question(number)
    assert not is_misplaced(moved, after)
    assert moved.with_answer_moved(number) is moved
    assert words(after.answer.text) == words(before.answer.text)
    assert [question.id for question in moved.questions] == [question.id for question in report.questions]
    for question in report.questions:
        other = moved.question(question.id)
        assert (other.heading, other.prompt, other.section) == (question.heading, question.prompt, question.section)
        assert question.id == number or other.answer.text == question.answer.text
    assert [(item.group, item.text, item.state) for item in moved.checklist] == [
        (item.group, item.text, item.state) for item in report.checklist
    ]
    left = [(n.damage, n.question) for n in report.damage if n.question != number or n.damage not in MISPLACED]
    assert [(note.damage, note.question) for note in moved.damage] == left
    check_bytes(report, moved, number)
    return moved


def check_bytes(report: Report, moved: Report, number: int) -> None:
    """The marker's line is what it was up to the answer, a blank line follows, and the rest of the file is the same."""
    before, after = report.question(number), moved.question(number)
    assert before.marker_line is not None
    assert after.answer.lines is not None
    assert after.marker_line == before.marker_line
    marker = before.marker_line - 1
    assert moved.source.lines[:marker] == report.source.lines[:marker]
    assert moved.source.endings[:marker] == report.source.endings[:marker]
    assert report.source.lines[marker].startswith(moved.source.lines[marker])
    assert moved.source.lines[marker + 1] == ""
    assert after.answer.lines[0] == marker + 3
    assert moved.source.text.endswith(report.source.text[before.answer.region[1] :])


@given(seed=st.integers(0, 10**6))
def test_any_answer_of_any_report(seed: int) -> None:
    report = some_report(seed)
    for question in report.questions:
        check_move(report, question.id)


DISPLACING = [
    "answer on the marker",
    "answer on the marker without >",
    "answer on the marker, placeholder below",
    "answer in the quote",
    "answer in the quote at once",
    "answer glued to the marker",
    "marker without > and blank",
]
PLAIN = ("prose", "list", "numbered", "table", "image", "rule", "comment", "heading-4", "code")


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("damage", DISPLACING)
@settings(max_examples=15)  # of each pair of the more than a hundred
@given(seed=st.integers(0, 10**6), ending=st.sampled_from(["\n", "\r\n", "\r"]))
def test_ordinary_answers_are_moved_whatever_the_template(name: str, damage: str, seed: int, ending: str) -> None:
    rng = random.Random(seed)
    draft = filled(SHAPES[name], rng, PLAIN, share=1.0)
    pristine = Report.from_bytes(draft.to_bytes(ending))
    number = rng.choice(SHAPES[name].numbers)
    DAMAGES[damage](draft, number)
    report = Report.from_bytes(draft.to_bytes(ending))
    moved = check_move(report, number)
    assert moved is not None
    assert moved is not report
    assert moved.question(number).answer.text == pristine.question(number).answer.text
    assert moved.question(number).answer.placeholder is Placeholder.NONE
    assert set(moved.source.endings) <= {ending, ""}
    if "without >" not in damage:
        assert moved.to_bytes() == pristine.to_bytes()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("> Answer: One.\n", "> Answer:\n\nOne.\n"),
        ("> Answer:One.", "> Answer:\n\nOne."),
        ("> Answer:   One.\nTwo.\n", "> Answer:\n\nOne.\nTwo.\n"),
        ("> **Answer:** One.\n", "> **Answer:**\n\nOne.\n"),
        ("Answer: One.\n", "Answer:\n\nOne.\n"),
        ("> Answer: One.\n> Two.\n\n> Theirs.\n", "> Answer:\n\nOne.\nTwo.\n\n> Theirs.\n"),
        ("> Answer: One.\n\n--- question 1 fill here ---\n", "> Answer:\n\nOne.\n"),
        ("> Answer: One.\n--- question 1 fill here ---\n\n", "> Answer:\n\nOne.\n\n"),
        ("> Answer: One.\n\n---\n", "> Answer:\n\nOne.\n\n---\n"),
        ("> Answer:\n>\n> One.\n>\n>     code\n", "> Answer:\n\nOne.\n\n    code\n"),
        ("> Answer:\n> One.\nlazy\n> Two.\n> \n", "> Answer:\n\nOne.\nlazy\nTwo.\n"),
        ("> Answer:\n> One.\n\n> Two.\n", "> Answer:\n\nOne.\n\nTwo.\n"),
        ("> Answer:\n> One.\n\n> Theirs.\n\nTwo.\n", "> Answer:\n\nOne.\n\n> Theirs.\n\nTwo.\n"),
        ("> Answer:\n> > Nested.\n> One.\n", "> Answer:\n\n> Nested.\nOne.\n"),
        ("> Answer:\n>\n> One.\n\n--- question 1 fill here ---\n", "> Answer:\n\nOne.\n"),
        ("> Answer:  \nOne.\n", "> Answer:  \n\nOne.\n"),
        ("> Answer:\n```\n> code\n```\n", "> Answer:\n\n```\n> code\n```\n"),
        ("> Answer: ```\n> code\n```\n", "> Answer:\n\n```\ncode\n```\n"),
        ("Answer:\n> Theirs.\n", "Answer:\n\n> Theirs.\n"),
        (
            "> Answer: One.\n\nTwo. --- question 1 fill here ---\n",
            "> Answer:\n\nOne.\n\nTwo. --- question 1 fill here ---\n",
        ),
        ("> Answer: > Theirs.\n", "> Answer:\n\n> Theirs.\n"),
        ("> Answer: One.\r\n> Two.\n> Three.\n", "> Answer:\n\nOne.\r\nTwo.\nThree.\n"),
        ("> Answer:\r\n> One.\n> Two.\n", "> Answer:\r\n\nOne.\nTwo.\n"),
    ],
)
def test_bytes_of_a_move(before: str, after: str) -> None:
    report = Report.from_bytes((HEAD + before).encode())
    assert report.with_answer_moved(1).to_bytes().decode() == HEAD + after
    check_move(report, 1)


def test_a_placeholder_that_the_rules_name_goes_as_well() -> None:
    report = Report.from_bytes(f"{HEAD}> Answer: One.\n\nxqzv lorem\nipsum\n".encode(), ("xqzv",))
    assert report.with_answer_moved(1).to_bytes().decode() == HEAD + "> Answer:\n\nOne.\n"


@pytest.mark.parametrize(
    "answer",
    ["> Answer:\n\nOne.\n", "> Answer:\n", "> Answer:\n> \n", "> Answer: --- question 1 fill here ---\n", "> Answer:"],
)
def test_nothing_to_move_is_no_edit(answer: str) -> None:
    report = Report.from_bytes((HEAD + answer).encode())
    assert report.with_answer_moved(1) is report


@pytest.mark.parametrize(
    ("answer", "reason", "way_out"),
    [
        ("One.\n", "its marker is gone", "write a line '> Answer:' above the answer first"),
        ("\nOne.\n\n> Answer:\n", "it stands above its marker", "move the line '> Answer:' above it by hand"),
        ("> **Answer: One.**\n", "its marker and its first words share their * or _", "write the line '> Answer:'"),
        ("> Answer:*One.*\n", "its marker and its first words share their * or _", "write the line '> Answer:'"),
        ("> Answer:\n> ```\n> code\n", "line 1 of the answer opens a code fence that is never closed", "close it with"),
        (
            "> Answer:\n> One.\n> Answer: two\n> Three.\n",
            "line 2 of the answer reads as the marker",
            "put another word",
        ),
    ],
)
def test_refused_with_reason_and_way_out(answer: str, reason: str, way_out: str) -> None:
    below = "\n### Question 2\n\n> **And?**\n>\n> Answer:\n\nTwo.\n"
    report = Report.from_bytes((HEAD + answer + below).encode())
    with pytest.raises(AnswerRejected) as caught:
        report.with_answer_moved(1)
    assert caught.value.reason.startswith(reason)
    assert caught.value.way_out.startswith(way_out)


def test_a_file_that_is_not_utf8_is_refused() -> None:
    draft = build(answers={5: ["Old text."]})
    reports.inline(draft, 5)
    report = Report.from_bytes(draft.to_bytes().replace(b"question 7 fill", b"question \xe6 fill"))
    with pytest.raises(AnswerRejected, match="save it as UTF-8 first"):
        report.with_answer_moved(5)


def test_an_unknown_question() -> None:
    with pytest.raises(KeyError):
        Report.from_bytes(build().to_bytes()).with_answer_moved(99)
