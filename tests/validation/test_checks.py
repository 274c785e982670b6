"""Each check as a table: text in, exact findings out."""

from __future__ import annotations

import pytest

from report_tui.validation.checks import CHECKS
from report_tui.validation.figure_facts import FigureState
from report_tui.validation.finding import Status
from report_tui.validation.ruleset import QuestionRule
from report_tui.validation.subject import of_range
from tests.validation.judging import FIRST, FREE, codes, evaluated, facts, judged, report_text, told

MARKER = 9
"""Line of its marker."""

WORDS = QuestionRule(1, "Crane", (3, 5))
UP_TO = QuestionRule(1, "Extras", (0, 8))
FIGURE = QuestionRule(1, "Map", None, (1, 2))


LIMITS = [
    (FREE, "One", Status.OK, []),
    (FREE, "", Status.EMPTY, [("empty", "error", MARKER, "nothing is written here")]),
    (WORDS, "", Status.EMPTY, [("empty", "error", MARKER, "nothing is written here")]),
    (FIGURE, "", Status.EMPTY, [("empty", "error", MARKER, "nothing is written here")]),
    (UP_TO, "", Status.OK, [("blank", "note", MARKER, "nothing is written here; this question allows that")]),
    (WORDS, "One two", Status.TOO_SHORT, [("too-short", "error", FIRST, "2 words; 1 more to reach 3")]),
    (WORDS, "One", Status.TOO_SHORT, [("too-short", "error", FIRST, "1 word; 2 more to reach 3")]),
    (WORDS, "1 2 3", Status.OK, []),
    (WORDS, "1 2 3 4 5", Status.OK, []),
    (WORDS, "1 2 3 4 5 6 7", Status.TOO_LONG, [("too-long", "error", FIRST, "7 words; 2 over 5")]),
]


@pytest.mark.parametrize(("rule", "text", "status", "expected"), LIMITS)
def test_words(rule: QuestionRule, text: str, status: Status, expected: list[tuple[str, str, int, str]]) -> None:
    result = judged(text, rule)
    assert (result.status, told(result.findings)) == (status, expected)


def test_words_are_counted_as_the_course_does() -> None:
    result = judged("| a |\n![b c](figures/a.png)\u00a0x", UP_TO, facts(a=FigureState.FOUND))
    assert result.words == 6


def test_an_untouched_placeholder_is_an_error_where_the_course_lets_it_pass() -> None:
    result = judged(None, UP_TO)
    message = "the placeholder still stands here, and the course's checker takes it for 6 words"
    assert (result.status, result.words) == (Status.PLACEHOLDER, 0)
    assert told(result.findings) == [("placeholder", "error", FIRST, message)]


def test_an_untouched_placeholder() -> None:
    result = judged(None, QuestionRule(1, "Long", (100, 200), (1, 1)))
    assert told(result.findings) == [("placeholder", "error", FIRST, "the placeholder still stands here")]


def test_a_placeholder_beside_text() -> None:
    result = judged("One two\n\n--- question 1 fill here ---", UP_TO)
    assert result.status is Status.PLACEHOLDER
    assert told(result.findings) == [
        ("placeholder", "error", FIRST + 2, "the placeholder still stands beside the answer"),
    ]


@pytest.mark.parametrize("text", ["--- One two ---", "---\nOne two\n\n---", "---\n\nOne two", "One two\n\n---"])
def test_the_placeholders_dashes_around_text(text: str) -> None:
    result = judged(text, UP_TO)
    assert (result.status, codes(result)) == (Status.WARNING, ["placeholder-dashes"])


@pytest.mark.parametrize("text", ["One\n\n---\n\ntwo", "a -- b", "- one\n- two", "One - two -", "---a", "| --- |"])
def test_dashes_that_are_the_students_own(text: str) -> None:
    assert "placeholder-dashes" not in codes(judged(text, UP_TO))


def test_a_placeholder_that_the_rules_name() -> None:
    rule = QuestionRule(1, "Noise", (0, 50), None, None, "qwxyz")
    result = judged("One two three\n\nqwxyz vbnm", rule)
    assert [(finding.code, finding.line) for finding in result.findings] == [("placeholder", FIRST + 2)]


LEFT_OVER = [
    ("We did.\nTODO: say what", FIRST + 1, "TODO"),
    ("TODO", FIRST, "TODO"),
    ("We measured XXX newton.", FIRST, "XXX"),
    ("Made by XXXX.", FIRST, "XXXX"),
    ("The crane is TBD.", FIRST, "TBD"),
    ("One.\n\nTO BE FILLED", FIRST + 2, "TO BE FILLED"),
    ("One.\n\n(to be filled)", FIRST + 2, "(to be filled)"),
    ("One.\n\nanswer continues here", FIRST + 2, "answer continues here"),
    ("One.\n\n...", FIRST + 2, "..."),
    ("One.\n\n…", FIRST + 2, "…"),
    ("Todo: the rest", FIRST, "Todo: the rest"),
    ("Lorem ipsum dolor", FIRST, "Lorem ipsum"),
    ("FIXME soon", FIRST, "FIXME"),
]


@pytest.mark.parametrize(("text", "line", "what"), LEFT_OVER)
def test_unfinished(text: str, line: int, what: str) -> None:
    result = judged(text)
    assert told(result.findings) == [("unfinished", "warning", line, f"'{what}' still stands here")]


@pytest.mark.parametrize(
    "text",
    [
        "Our todo app has a TODO list.",
        "We removed all TODOs before the release.",
        "`# TODO` in code",
        "```\nTODO\n...\n```",
        "Member sXXXXXX, and s123XXX.",
        "The file XXX.png, the flag --XXX and MAX_XXX",
        "Forms to be filled by the crew.",
        "We waited ... and waited.",
        "It took XX days",
        "The forms that were to be done on Monday",
    ],
)
def test_not_unfinished(text: str) -> None:
    assert "unfinished" not in codes(judged(text))


@pytest.mark.parametrize("line", ["<<<<<<< HEAD", ">>>>>>> theirs", "||||||| base", "<<<<<<<"])
def test_conflict_markers(line: str) -> None:
    result = judged(f"One\n{line}\ntwo\nthree")
    assert result.status is Status.CONFLICT
    assert ("conflict", FIRST + 1) in [(finding.code, finding.line) for finding in result.findings]


@pytest.mark.parametrize("line", [" <<<<<<< HEAD", "  >>>>>>> theirs", "  ||||||| base"])
def test_conflict_markers_that_something_moved_in(line: str) -> None:
    assert "conflict" in codes(judged(f"One\n\n{line}\n\ntwo"))


def test_the_line_between_git_s_two_versions_is_no_finding_of_its_own() -> None:
    found = judged("<<<<<<< ours\nAnn\n=======\nBo\n>>>>>>> theirs").findings
    assert [finding.code for finding in found if finding.code in ("conflict", "unfinished")] == ["conflict"]


@pytest.mark.parametrize("line", ["=======", "<<<<<<<< eight", "    <<<<<<< code", "a <<<<<<< b", ">>> quoted"])
def test_no_conflict_markers(line: str) -> None:
    assert "conflict" not in codes(judged(f"One\n\n{line}\n\ntwo"))


@pytest.mark.parametrize(
    ("character", "shown"),
    [("\u202e", "U+202E"), ("\u200b", "U+200B"), ("\x1b", "U+001B"), ("\x9b", "U+009B"), ("\U000e0041", "U+E0041")],
)
def test_hidden_characters(character: str, shown: str) -> None:
    result = judged(f"One\ntwo{character}three")
    assert told(result.findings) == [
        ("hidden-characters", "warning", FIRST + 1, f"a character that nobody sees, {shown}")
    ]


@pytest.mark.parametrize(
    "text", ["a\tb", "Ann \U0001f469\u200d\U0001f680", "soft\u00adhyphen", "\u0645\u06cc\u200c\u062e", "naïve – “x”"]
)
def test_characters_that_may_be_there(text: str) -> None:
    assert codes(judged(text)) == []


def test_hidden_characters_are_told_once_with_their_number() -> None:
    found = judged("\u200bOne\u200b").findings
    assert [finding.message for finding in found] == ["a character that nobody sees, U+200B (2 in all)"]


LONG = "one two three four\n\n#### Part\n\nfive six"


def test_a_cut_that_leaves_too_little_is_an_error() -> None:
    result = judged(LONG, QuestionRule(1, "Cut", (5, 20)))
    message = "the course counts 4 words, not 8: '####' ends the answer for it"
    assert (result.status, result.words) == (Status.TOO_SHORT, 8)
    assert told(result.findings) == [("course-cut", "error", FIRST + 2, message)]


def test_a_cut_that_leaves_enough_is_a_warning() -> None:
    result = judged(LONG, QuestionRule(1, "Cut", (4, 20)))
    assert (result.status, codes(result)) == (Status.WARNING, ["course-cut"])


def test_a_cut_in_code() -> None:
    result = judged("one two\n\n    ## three\n", QuestionRule(1, "Cut", (3, 20)))
    assert [(finding.code, finding.line) for finding in result.findings] == [("course-cut", FIRST + 2)]


def test_a_cut_that_takes_a_figure() -> None:
    text = "one two ## three\n\n![a](figures/a.png)"
    result = judged(text, FIGURE, facts(a=FigureState.FOUND))
    message = "the course counts 2 words and 0 figures, not 5 and 1: '##' ends the answer for it"
    assert (result.status, told(result.findings)) == (
        Status.MISSING_FIGURE,
        [("course-cut", "error", FIRST, message)],
    )


def test_nothing_is_cut_where_the_course_has_no_checker() -> None:
    assert codes(judged(LONG, QuestionRule(1, "Cut", (5, 20)), checker=None)) == []


def test_the_marker_in_an_answer_hides_what_stands_before_it() -> None:
    text = "In short, it is this.\nThe Answer: forty two"
    message = "the course counts 2 words, not 9: 'Answer:' begins the answer for it"
    cut = judged(text, QuestionRule(1, "Cut", (3, 20)))
    assert (cut.status, told(cut.findings)) == (Status.TOO_SHORT, [("course-cut", "error", FIRST + 1, message)])
    enough = judged(text, QuestionRule(1, "Cut", (2, 20)))
    assert told(enough.findings) == [("course-cut", "warning", FIRST + 1, message)]


def test_the_marker_behind_a_heading_stops_the_courses_check() -> None:
    evaluation = evaluated(
        report_text(["One\n\n### Two\n\nThe Answer: 42", "The end."]), (FREE, QuestionRule(2, "Last"))
    )
    assert evaluation.question(1).status is Status.BREAKS_TEMPLATE
    assert [(f.code, f.line) for f in evaluation.question(1).findings] == [("course-stops", FIRST + 4)]
    assert [f.code for f in evaluation.findings] == ["course-unreadable"]
    assert not evaluation.ok


def test_what_we_say_of_a_cut_is_what_the_courses_checker_does() -> None:
    for text in ("a b ## c", "a\n#### b\nc d", "a Answer: b c", "a ## Answer: b", "Answer: Answer: a b"):
        evaluation = evaluated(report_text([text, "End."]), (QuestionRule(1, "Cut", (9, 9)), QuestionRule(2, "Last")))
        piece = evaluation.course_check.pieces[0]
        found = [f.message for f in evaluation.question(1).findings if f.code == "course-cut"]
        assert len(found) == 1
        assert found[0].startswith(f"the course counts {piece.words} word")


def test_three_hashes_in_the_last_answer_stop_the_courses_check() -> None:
    evaluation = evaluated(report_text(["One", "Two ### three"]), (FREE, QuestionRule(2, "Last")))
    assert [finding.code for finding in evaluation.question(2).findings] == ["course-stops"]
    assert [finding.message for finding in evaluation.findings] == [
        "the course's checker reads nothing: it finds 3 answers instead of 2 and judges nothing"
    ]


def test_two_hashes_in_the_last_answer_cut_nothing() -> None:
    evaluation = evaluated(report_text(["One", "Two ## three"]), (FREE, QuestionRule(2, "Last", (4, 4))))
    assert evaluation.question(2).findings != ()  # 4 words are asked for, and there are 3
    assert [finding.code for finding in evaluation.question(2).findings] == ["too-short"]


def test_what_the_course_fails_is_never_ok() -> None:
    # Text between the marker and a heading that is no part of the answer: the course counts it.
    text = report_text(["one two three", "The end."]).replace("### Question 2", "# Part\n\nfour five\n\n### Question 2")
    evaluation = evaluated(text, (QuestionRule(1, "Crane", (1, 3)), QuestionRule(2, "Last")))
    assert evaluation.course_check.failed == (1,)
    assert not evaluation.question(1).ready


def test_page_damage_is_a_warning_on_its_line() -> None:
    found = judged("We use:\n- ropes\n- buoys").findings
    assert told(found) == [
        (
            "page-list",
            "warning",
            FIRST + 1,
            "a list is glued to the line above it: the course's page shows it as running text",
        )
    ]


def test_text_glued_to_the_marker() -> None:
    text = report_text(["One two", "End."]).replace("> Answer:\n\nOne", "> Answer:\nOne")
    result = evaluated(text, (FREE, QuestionRule(2, "Last"))).question(1)
    assert [(finding.code, finding.line) for finding in result.findings] == [("page-quote", FIRST - 1)]


@pytest.mark.parametrize(
    ("marker", "codes"), [("> Answer:\n\n> One", ["page-own-quote"]), ("> Answer:\n> One", ["answer-in-quote"])]
)
def test_an_answer_that_begins_with_a_quote(marker: str, codes: list[str]) -> None:
    text = report_text(["One two", "End."]).replace("> Answer:\n\nOne", marker)
    result = evaluated(text, (FREE, QuestionRule(2, "Last"))).question(1)
    assert [finding.code for finding in result.findings] == codes


def test_the_page_of_a_course_that_we_do_not_know_is_not_judged() -> None:
    assert codes(judged("We use:\n- ropes", checker=None)) == []


def test_every_finding_says_the_way_out_on_one_line() -> None:
    text = (
        "--- TODO \u200b\n<<<<<<< a\n## x\n~~y~~ <z> https://a.org\n- [ ] b\n1) c\n2) d\n| a |\n|---|\n```\n\n```\n"
        "![a](figures/a.png) ![b c](b c.png) <img src=x> Answer:"
    )
    found = judged(text, QuestionRule(1, "All", (100, 200), (5, 9)), facts(a=FigureState.MISSING)).findings
    assert len(found) > 12
    for finding in found:
        assert finding.way_out and "\n" not in finding.way_out + finding.message
        assert finding.question == 1
        assert FIRST <= finding.line <= FIRST + 12


def test_checks_have_names() -> None:
    assert list(CHECKS) == [
        "empty",
        "placeholder",
        "conflict",
        "words",
        "visible",
        "images",
        "figures",
        "course",
        "unfinished",
        "hidden",
        "page",
    ]


@pytest.mark.parametrize("text", ["\u00a0", ".", "- ", "?", "&nbsp;", "<br>", "\u3164", "\u2800", "<!-- nothing -->"])
def test_nothing_that_can_be_read_is_empty(text: str) -> None:
    result = judged(text)
    assert result.status is Status.EMPTY
    assert "empty" in codes(result)
    assert judged(text, UP_TO).ready


def test_a_figure_alone_is_an_answer() -> None:
    known = facts(a=FigureState.FOUND)
    assert judged("![The quay](figures/a.png)", FREE, known).status is Status.OK
    assert "empty" not in codes(judged("<img src='figures/a.png'>", FREE, known))
    assert judged("<!-- ![](figures/a.png) -->", FREE, known).status is Status.EMPTY


@pytest.mark.parametrize(
    "text", [". " * 12, "- " * 12, "&nbsp; " * 12, "\u3164 " * 12, "one <!-- " + "two " * 10 + "-->"]
)
def test_words_that_nobody_can_read_do_not_count(text: str) -> None:
    result = judged(text, QuestionRule(1, "Crane", (10, 20)))
    assert "words-not-shown" in codes(result)
    assert not result.ready


def test_half_of_the_words_may_be_signs() -> None:
    assert judged("- a\n" * 5, QuestionRule(1, "Crane", (10, 20))).status is Status.OK
    message = "of these 10 words only 4 can be read; 6 more to reach 10"
    result = judged("a b c d - - - - - -", QuestionRule(1, "Crane", (10, 20)))
    assert told(result.findings) == [("words-not-shown", "error", FIRST, message)]


SWALLOWING = [
    ("One\n<!-- a", FIRST + 1, "opens a comment (<!--) that is never closed"),
    ("One <!-- a", FIRST, "opens <!-- that is never closed: it would hide what follows"),
    ("One\n\n```\ntwo", FIRST + 2, "opens a code fence that is never closed"),
    ("<details>\n\nOne", FIRST, "opens <details> that is never closed: it would hide what follows"),
    ("One\n\n<![CDATA[ x", FIRST + 2, "opens an HTML block that is never closed"),
    ("One\n\n<?php x", FIRST + 2, "opens an HTML block that is never closed"),
    ("    ```\n```\none", FIRST + 1, "opens a code fence that is never closed"),
]


@pytest.mark.parametrize(("text", "line", "message"), SWALLOWING)
def test_what_swallows_the_next_question_is_an_error_in_the_file_too(text: str, line: int, message: str) -> None:
    result = judged(text)
    assert result.status is Status.BREAKS_TEMPLATE
    assert told(result.findings)[0] == ("not-closed", "error", line, f"this line {message}")


@pytest.mark.parametrize(
    "text", ["a\n\n```\n<!--\n```", "- a\n\n    ```\n    b\n    ```", "a <!-- b --> c", "`<!--`", "a < b", "<p>\n\na"]
)
def test_what_is_closed_swallows_nothing(text: str) -> None:
    assert "not-closed" not in codes(judged(text))


@pytest.mark.parametrize(
    "words", ["question\u00a01 fill here", "question one fill here", "question\u30001 fill\u00a0here"]
)
def test_a_placeholder_with_other_blanks_or_a_word_for_its_number(words: str) -> None:
    assert judged(f"--- {words} ---").status is Status.PLACEHOLDER
    assert codes(judged(f"One\n\n--- {words} ---"))[0] == "placeholder"


@pytest.mark.parametrize(
    "text", ["fill here", "One\n\n[names here]", "sXXXXXX, sXXXXXX", "One\n\n=======\n\ntwo", "XXXX; XXXX"]
)
def test_what_was_meant_to_be_written_over(text: str) -> None:
    result = judged(text)
    assert (result.status, codes(result)) == (Status.WARNING, ["unfinished"])


@pytest.mark.parametrize(
    "text", ["we fill here and there", "see [the names](a.html) here", "========\nOne", "[here]: a b"]
)
def test_what_only_looks_left_over(text: str) -> None:
    assert "unfinished" not in codes(judged(text))


@pytest.mark.parametrize("text", ["\u2014 One two \u2014", "--One two--", "-- One\n\ntwo --"])
def test_dashes_of_another_kind_around_the_text(text: str) -> None:
    assert codes(judged(text)) == ["placeholder-dashes"]


@pytest.mark.parametrize("text", ["\u2014 One two", "--one is an option", "- One -", "One \u2014 two \u2014"])
def test_dashes_at_one_end_are_the_students_own(text: str) -> None:
    assert "placeholder-dashes" not in codes(judged(text))


def test_a_limit_without_a_most_is_said_as_one() -> None:
    assert [of_range(limit) for limit in ((1, 1), (1, 3), (1, 999_999))] == ["1", "1 to 3", "1 or more"]
