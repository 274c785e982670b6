"""Whole reports: sums, order, findings of the report itself, and judging again after one answer changed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_tui.core.rejection import AnswerRejected
from report_tui.core.report import Report
from report_tui.validation import engine
from report_tui.validation.engine import Evaluation
from report_tui.validation.figure_facts import FigureFile, FigureFolder, FigureState
from report_tui.validation.finding import Severity, Status
from report_tui.validation.ruleset import CourseCheck, QuestionRule
from tests.validation.judging import course, evaluated, facts, report_text, told

RULES = (QuestionRule(1, "Crew"), QuestionRule(2, "Crane", (2, 4)), QuestionRule(3, "Extras", (0, 9)))
COURSE = course(RULES)
FREE_OF_LIMITS = QuestionRule(1, "Crew")
GOOD = ("Ann and Bo", "It lifts crates", "")


def test_a_good_report() -> None:
    evaluation = evaluated(report_text(GOOD), RULES)
    assert [result.status for result in evaluation.questions] == [Status.OK] * 3
    assert (evaluation.ready, evaluation.total, evaluation.ok) == (3, 3, True)
    assert (evaluation.problems, evaluation.warnings, evaluation.findings) == (0, 0, ())
    assert (evaluation.course_check.readable, evaluation.course_check.passed) == (True, 3)


def test_a_pristine_template_has_nothing_ready() -> None:
    evaluation = evaluated(report_text([None] * 3), RULES)
    assert [result.status for result in evaluation.questions] == [Status.PLACEHOLDER] * 3
    assert (evaluation.ready, evaluation.ok, evaluation.problems) == (0, False, 3)
    # The course lets two of them pass.
    assert evaluation.course_check.passed == 2


def test_a_warning_is_ready_and_not_a_problem() -> None:
    evaluation = evaluated(report_text(["We use:\n- ropes", "It lifts crates", "-"]), RULES)
    assert evaluation.question(1).status is Status.WARNING
    assert (evaluation.ready, evaluation.problems, evaluation.warnings, evaluation.ok) == (3, 0, 1, True)


def test_a_question_has_its_numbers_and_lines() -> None:
    result = evaluated(report_text(["One\ntwo", "a b c", ""]), RULES).question(2)
    assert (result.id, result.title, result.words, result.words_allowed) == (2, "Crane", 3, (2, 4))
    assert (result.images, result.images_allowed, result.lines) == (0, None, (20, 20))
    with pytest.raises(KeyError):
        evaluated(report_text(GOOD), RULES).question(9)


def test_the_worst_finding_comes_first_and_gives_the_status() -> None:
    rules = (QuestionRule(1, "Trial", (50, 90), (2, 3)), *RULES[1:])
    text = "We use:\n- TODO\n\n<<<<<<< ours\n\n![a](figures/a.png) see https://example.org"
    result = evaluated(report_text([text, *GOOD[1:]]), rules, facts(a=FigureState.OUTSIDE_FOLDER)).question(1)
    assert result.status is Status.CONFLICT
    assert [(f.code, f.severity) for f in result.findings] == [
        ("conflict", Severity.ERROR),
        ("figure-outside-folder", Severity.ERROR),
        ("too-few-figures", Severity.ERROR),
        ("too-short", Severity.ERROR),
        ("unfinished", Severity.WARNING),
        ("page-list", Severity.WARNING),
        ("page-link", Severity.NOTE),
    ]


def test_bytes_that_are_not_utf8_make_nothing_ready() -> None:
    data = report_text(GOOD).encode().replace(b"crates", b"cr\xe5tes")
    evaluation = engine.evaluate(Report.from_bytes(data), COURSE, {})
    assert told(evaluation.findings) == [
        ("not-utf8", "error", 19, "the file is not UTF-8: byte 0xE5 on line 19"),
    ]
    assert told(evaluation.question(2).findings) == [
        ("not-utf8", "error", 19, "this answer holds bytes that are not UTF-8"),
    ]
    assert [result.status for result in evaluation.questions] == [Status.OK, Status.BREAKS_TEMPLATE, Status.OK]
    assert (evaluation.ready, evaluation.ok, evaluation.course_check.readable) == (0, False, None)


@pytest.mark.parametrize("text", ["", "# Nothing here\n", "\x00\x01"])
def test_a_file_without_questions_is_never_ok(text: str) -> None:
    evaluation = evaluated(text, RULES)
    assert [finding.code for finding in evaluation.findings if finding.severity is Severity.ERROR] == [
        "no-questions",
        "course-unreadable",
    ]
    assert (evaluation.ready, evaluation.total, evaluation.ok) == (0, 3, False)


def test_a_file_without_questions_is_not_ok_without_rules_either() -> None:
    evaluation = evaluated("# Nothing\n", (), checker=None)
    assert [finding.code for finding in evaluation.findings] == ["no-questions"]
    assert (evaluation.total, evaluation.ok) == (0, False)


def test_questions_that_the_rules_have_and_the_report_lacks() -> None:
    text = report_text(GOOD)
    start, end = text.index("### Question 2"), text.index("### Question 3")
    evaluation = evaluated(text[:start] + text[end:], RULES)
    assert ("heading-missing", "error", 5, "question 2 (Crane) is not in the file") in told(evaluation.findings)
    assert (evaluation.ready, evaluation.total, evaluation.ok) == (2, 3, False)


def test_a_question_that_the_rules_do_not_know() -> None:
    evaluation = evaluated(report_text([*GOOD, "More"]), RULES, checker=None)
    assert told(evaluation.findings) == [
        ("question-unknown", "warning", 29, "question 4 is not in the course's template 1"),
    ]
    assert (evaluation.question(4).title, evaluation.question(4).words_allowed) == ("Question 4", None)
    assert evaluation.total == 4


def test_conflict_markers_in_the_templates_text() -> None:
    text = report_text(GOOD).replace("## The quay", "<<<<<<< ours\n## The quay\n=======\n## A quay\n>>>>>>> theirs")
    message = "git's conflict markers stand in the template's own text"
    assert told(evaluated(text, RULES).findings) == [("conflict", "error", 3, message)]


def test_hidden_characters_in_the_templates_text() -> None:
    text = report_text(GOOD).replace("part 2", "part\u202e 2").replace("\n", "\r\n")
    message = "a character that nobody sees stands in the template's own text"
    assert told(evaluated(text, RULES).findings) == [("hidden-characters", "warning", 15, message)]
    in_answer = evaluated(report_text(["Ann\u202e", *GOOD[1:]]), RULES)
    assert in_answer.findings == ()


def test_conflict_markers_in_an_answer_belong_to_it() -> None:
    evaluation = evaluated(report_text(["<<<<<<< ours\nAnn\n=======\nBo\n>>>>>>> theirs", *GOOD[1:]]), RULES)
    assert evaluation.findings == ()
    assert evaluation.question(1).status is Status.CONFLICT


DAMAGE = [
    (
        "> Answer:\n\nIt",
        "\nIt",
        "marker-missing",
        "error",
        Status.BREAKS_TEMPLATE,
    ),
    ("> Answer:\n\nIt", "Answer:\n\nIt", "marker-unquoted", "warning", Status.WARNING),
    ("> Answer:\n\nIt", "> Answer: It", "answer-on-marker", "warning", Status.WARNING),
    ("> Answer:\n\nIt", "> Answer:\n> It", "answer-in-quote", "warning", Status.WARNING),
    ("### Question 2", "## Question 2", "heading-changed", "error", Status.BREAKS_TEMPLATE),
    ("### Question 2", "#### Question 2", "heading-changed", "warning", Status.WARNING),
    ("### Question 2\n\n", "", "heading-missing", "error", Status.BREAKS_TEMPLATE),
]


@pytest.mark.parametrize(("old", "new", "code", "severity", "status"), DAMAGE)
def test_damage(old: str, new: str, code: str, severity: str, status: Status) -> None:
    text = report_text(GOOD)
    assert old in text
    evaluation = evaluated(text.replace(old, new, 1), RULES)
    result = evaluation.question(2)
    assert result.status is status
    assert [(f.code, f.severity.value) for f in result.findings if f.code == code] == [(code, severity)]
    # What the course cannot read is an error of the whole report, too.
    unreadable = "course-unreadable" in [finding.code for finding in evaluation.findings]
    assert unreadable == (severity == "error") == (not evaluation.ok)


def test_a_question_twice() -> None:
    text = report_text(GOOD)
    copy = text[text.index("### Question 2") : text.index("### Question 3")]
    evaluation = evaluated(text + "\n" + copy, RULES)
    assert "question-twice" in [finding.code for finding in evaluation.question(2).findings]
    assert evaluation.question(2).status is Status.BREAKS_TEMPLATE


def test_the_checker_of_the_course_drops_what_its_rules_say() -> None:
    text = "Answer:\n###\n" + report_text(GOOD)
    assert evaluated(text, RULES).course_check.readable is False
    skipping = evaluated(text, RULES, checker=CourseCheck("answer-split", len("Answer:\n")))
    assert skipping.course_check.readable is True


def test_without_a_checker_the_verdict_says_that_it_cannot_tell() -> None:
    verdict = evaluated(report_text(GOOD), RULES, checker=None).course_check
    assert (verdict.readable, verdict.passed, verdict.reason) == (None, None, "the rules name no checker of the course")


def test_figure_targets() -> None:
    report = Report.from_bytes(report_text(["![a](figures/a.png)", "<img src='b.png'>", "`![c](c.png)`"]).encode())
    assert engine.figure_targets(report) == {"figures/a.png", "b.png", "c.png"}


PIECES = """### Question 1
> Answer:
> **What?**
text

#
```
~~~
|---|
| a |
- [ ] x
1) a
2) b
---
===
<<<<<<< a
    code
![a](b c.png)
<img src=x>
<!--
-->
~~a~~
<b c>
--- question 1 fill here ---
\x00\u202e
[a]: b
![a][a]
Answer: x ## y
> quoted
\t- a
* * *""".split("\n")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from(["\n", "\r\n", "\r"]), st.binary(max_size=3))
def test_whatever_the_file_holds_it_is_judged(pieces: list[str], ending: str, tail: bytes) -> None:
    report = Report.from_bytes(ending.join(pieces).encode() + tail)
    evaluation = engine.evaluate(report, COURSE, {})
    last = max(1, len(report.source.lines))
    for finding in evaluation.all_findings:
        assert 1 <= finding.line <= last
        assert "\n" not in finding.message + finding.way_out
    assert not evaluation.ok or evaluation.ready == evaluation.total == 3


LONG = [
    "<!--",
    "[",
    "![",
    "](",
    "<a ",
    "~~a",
    "`",
    "- ",
    "|",
    "-",
    "> ",
    "=",
    "... ",
    "TODO ",
    "https://",
    "a ",
    "#",
    "\n- ",
    "\n|",
]


@pytest.mark.parametrize("piece", LONG)
def test_a_hostile_answer_takes_no_time_to_speak_of(piece: str) -> None:
    # A pattern that goes back and forth over this would never end: no clock is needed to see that.
    text = piece * 20_000
    result = evaluated(report_text([text, *GOOD[1:]]), RULES)
    assert result.questions


# Judging again

ANSWERS = st.sampled_from(
    [
        "",
        "One",
        "a b c",
        "many\nlines\n\nof text in\nthis answer",
        "![a](figures/a.png)",
        "We use:\n- ropes",
        "x ## y",
        "a\n\n### b\n\nAnswer : c",
        "TODO",
        "One ### Answer: two",
        "> quoted",
    ]
)
KNOWN = facts(a=FigureState.MISSING)


@settings(max_examples=200, deadline=None)
@given(st.lists(ANSWERS, min_size=3, max_size=3), st.lists(st.tuples(st.integers(1, 3), ANSWERS), max_size=5))
def test_judging_again_is_judging_anew(first: list[str], edits: list[tuple[int, str]]) -> None:
    report = Report.from_bytes(report_text(first).encode())
    evaluation = engine.evaluate(report, COURSE, KNOWN)
    for number, text in edits:
        try:
            report = report.with_answer(number, text)
        except AnswerRejected:
            continue
        except KeyError:
            return
        evaluation = engine.rejudge(evaluation, report, COURSE, KNOWN, number, text)
        assert evaluation == engine.evaluate(report, COURSE, KNOWN)


def test_the_place_of_a_second_copy_moves_with_the_answers_above_it() -> None:
    text = report_text(GOOD)
    copy = text[text.index("### Question 1") : text.index("### Question 2")]
    report = Report.from_bytes((text + "\n" + copy).encode())
    before = engine.evaluate(report, COURSE, {})
    longer = report.with_answer(2, "One\n\nmore line")
    after = engine.rejudge(before, longer, COURSE, {}, 2)
    assert after == engine.evaluate(longer, COURSE, {})
    assert after.question(1).findings[0].line != before.question(1).findings[0].line


def test_where_a_marker_is_lost_the_course_takes_one_answer_for_a_part_of_another() -> None:
    rules = course((FREE_OF_LIMITS, QuestionRule(2, "Crane"), QuestionRule(3, "Extras", (50, 60))))
    text = report_text(["One", "Two", "Three ## four"])
    before_last, _, last = text.rpartition("> Answer:\n")
    report = Report.from_bytes((before_last + last).encode())
    before = engine.evaluate(report, rules, {})
    longer = report.with_answer(2, "Two " * 40)
    after = engine.rejudge(before, longer, rules, {}, 2)
    assert after == engine.evaluate(longer, rules, {})
    assert after.question(3).findings != before.question(3).findings


def _start() -> tuple[Report, Evaluation]:
    report = Report.from_bytes(report_text(GOOD).encode())
    return report, engine.evaluate(report, COURSE, {})


def test_a_text_that_cannot_be_written() -> None:
    report, evaluation = _start()
    text = "One two\n```\nthree"
    with pytest.raises(AnswerRejected) as rejected:
        report.with_answer(2, text)
    after = engine.rejudge(evaluation, report, COURSE, {}, 2, text, rejected.value)
    result = after.question(2)
    assert (result.status, result.words) == (Status.BREAKS_TEMPLATE, 4)
    assert told(result.findings)[0] == (
        "cannot-be-written",
        "error",
        20,
        "not saved: line 2 of the answer opens a code fence that is never closed",
    )
    assert result.findings[0].way_out == "close it with a line of the same ``` or ~~~"
    assert (after.ready, after.ok) == (2, False)


def test_a_held_text_stays_held_while_another_answer_changes() -> None:
    report, evaluation = _start()
    rejection = AnswerRejected(2, "a reason", "a way out", 1)
    held = engine.rejudge(evaluation, report, COURSE, {}, 2, "```", rejection)
    longer = report.with_answer(1, "One\n\ntwo\n\nthree")
    after = engine.rejudge(held, longer, COURSE, {}, 1, "One\n\ntwo\n\nthree")
    assert after.question(2).status is Status.BREAKS_TEMPLATE
    assert after.question(2).findings[0].line == held.question(2).findings[0].line + 4
    # Also where the course's checker stops, so that all answers are judged anew.
    stopping = report.with_answer(1, "One ### Answer: two")
    assert engine.rejudge(held, stopping, COURSE, {}, 1).question(2).findings[0].code == "cannot-be-written"


FOUR = tuple(QuestionRule(number, f"Part {number}") for number in range(1, 5))


def test_questions_in_another_order() -> None:
    text = report_text(["Ann", "Bo", "Cy", "Di"])
    swapped = text.replace("### Question 3", "### Question X").replace("### Question 4", "### Question 3")
    evaluation = evaluated(swapped.replace("### Question X", "### Question 4"), FOUR)
    assert [result.id for result in evaluation.questions] == [1, 2, 4, 3]
    message = (
        "question 3 stands below question 4: the course's checker goes by the order, and takes one answer for another"
    )
    assert told(evaluation.findings) == [("question-order", "error", 29, message)]
    assert not evaluation.ok
    assert evaluated(text, FOUR).findings == ()


@pytest.mark.parametrize("marker", ["> answer:", "> Answer :", "> ANSWER:"])
def test_a_marker_that_the_course_does_not_find(marker: str) -> None:
    evaluation = evaluated(report_text(GOOD).replace("> Answer:", marker, 2).replace(marker, "> Answer:", 1), RULES)
    result = evaluation.question(2)
    message = "the marker is not written as '> Answer:': the course's checker misses this answer"
    assert result.status is Status.BREAKS_TEMPLATE
    assert told(result.findings) == [("marker-changed", "error", 17, message)]
    assert [(f.code, f.line, f.way_out) for f in evaluation.findings] == [
        ("course-unreadable", 17, f"repair line 17: {message}")
    ]
    assert evaluated(report_text(GOOD, marker=marker), RULES, checker=None).question(1).status is Status.OK


def test_a_heading_in_the_last_answer_is_named_as_the_cause() -> None:
    evaluation = evaluated(report_text(["Ann", "It lifts crates", "One\n\n### More\n\ntwo"]), RULES)
    (finding,) = evaluation.findings
    assert (finding.code, finding.line) == ("course-unreadable", 29)
    assert "'###'" in finding.way_out


def test_a_marker_in_the_text_between_is_named_as_the_cause() -> None:
    text = report_text(GOOD).replace("## The quay", "## The quay\n\n> Answer: in one line\n\n### Notes", 1)
    (finding,) = evaluated(text, RULES).findings
    assert (finding.code, finding.line) == ("course-unreadable", 5)


def test_text_that_the_course_takes_for_another_answer_is_told() -> None:
    shifted = report_text(["Ann", "Bo", "Cy", "Di"]).replace(
        "### Question 2", "## More\n\n> Answer: here\n\n### Question 2"
    )
    evaluation = evaluated(shifted.replace("> Answer:\n\nDi", "> Say it\n\nDi"), FOUR)
    assert evaluation.course_check.readable
    # The first answer's piece has no heading in it and is skipped: every piece behind it would be one off.
    message = "the course takes other text for this answer: 'here'"
    assert told(evaluation.question(1).findings) == [("course-other", "warning", 11, message)]
    assert not evaluation.question(2).findings
    assert "course-other" in [finding.code for finding in evaluation.question(4).findings]


@pytest.mark.parametrize("changed", [("> Answer:", "> My Answer:"), ("### Question 2", "    ### Question 2")])
def test_what_the_course_reads_all_the_same_is_no_error(changed: tuple[str, str]) -> None:
    evaluation = evaluated(report_text(["Ann", "Bo", "Cy", "Di"]).replace(*changed), FOUR)
    assert evaluation.course_check.readable
    found = [finding for result in evaluation.questions for finding in result.findings]
    assert found
    assert {finding.severity for finding in found} == {Severity.WARNING}
    assert not any("course's checker" in finding.message for finding in found)


# Answers that are longer than anybody's


def test_an_answer_too_long_to_be_judged_is_never_ok() -> None:
    long = "word " * 20_001
    rules = (QuestionRule(1, "Crew"), QuestionRule(2, "Crane"), QuestionRule(3, "Extras"))
    files = FigureFolder((FigureFile("figures/a.png", 1),))
    result = evaluated(report_text(["One", long + "![a](figures/a.png)", "Three"]), rules, folder=files)
    crane = result.question(2)
    assert [finding.code for finding in crane.findings] == ["not-judged"]
    assert (crane.status, crane.words, crane.images) == (Status.TOO_LONG, 20_002, 1)
    assert not result.ok and result.ready == 2
    assert not result.findings, "whether a figure is used cannot be told"


def test_one_answer_less_and_the_next_one_is_judged() -> None:
    long = "word " * 19_000
    rules = course([QuestionRule(number, "Crew") for number in range(1, 6)])
    report = Report.from_bytes(report_text([long] * 5).encode())
    before = engine.evaluate(report, rules, {})
    assert [result.id for result in before.questions if not result.is_judged] == [4, 5]
    assert [(found.code, found.status) for found in before.question(5).findings] == [("not-judged", Status.TOO_LONG)]
    message = "with it the answers have more than 300,000 characters: it was not checked"
    assert before.question(5).findings[0].message == message
    shorter = report.with_answer(1, "Short")
    after = engine.rejudge(before, shorter, rules, {}, 1)
    assert after == engine.evaluate(shorter, rules, {})
    assert [result.id for result in after.questions if not result.is_judged] == [5]
