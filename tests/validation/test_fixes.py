"""What a fix makes of an answer, and that none costs a word, breaks anything, or leaves its finding behind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.core.images import find_images
from report_tui.core.placeholders import PLACEHOLDER
from report_tui.core.rejection import AnswerRejected
from report_tui.core.report import Report
from report_tui.loading import load
from report_tui.render.github_page import github_answer_html
from report_tui.storage import figures
from report_tui.validation import engine
from report_tui.validation.checks import HIDDEN
from report_tui.validation.figure_facts import FigureFact, FigureState
from report_tui.validation.finding import Finding, Severity
from report_tui.validation.fixes import Fix, Judged, find_fixes, fixable
from report_tui.validation.ruleset import QuestionRule
from tests.validation.judging import course, facts, report_text

PLAIN = QuestionRule(1, "Quay")
WORDY = QuestionRule(1, "Quay", words=(5, 100))
FIGURE = QuestionRule(1, "Quay", images=(1, 2))


def judged(text: str, rule: QuestionRule = PLAIN, known: Mapping[str, FigureFact] | None = None) -> Judged:
    """A report of two questions, the first with this answer; the last has none of it."""
    rules = course([rule, QuestionRule(2, "Boats")])
    report = Report.from_bytes(report_text([text, "Two boats."]).encode())
    return Judged(report, rules, known or {}, engine.evaluate(report, rules, known or {}))


def findings(state: Judged, code: str, number: int = 1) -> list[Finding]:
    return [finding for finding in state.evaluation.question(number).findings if finding.code == code]


def fixes(text: str, code: str, rule: QuestionRule = PLAIN, known: Mapping[str, FigureFact] | None = None) -> list[Fix]:
    """The fixes of the answer's first finding with that code."""
    state = judged(text, rule, known)
    found = findings(state, code)
    assert found, [finding.code for finding in state.evaluation.question(1).findings]
    return list(find_fixes(state, found[0]))


CERTAIN: Sequence[tuple[str, str, str]] = (
    # Headings
    ("course-cut", "## Setup ##\nText.", "**Setup**\n\nText."),
    ("course-cut", "We built it.\n### The mast\nIt is high.", "We built it.\n\n**The mast**\n\nIt is high."),
    ("course-cut", "##Setup\n\nText.", "**Setup**\n\nText."),
    ("course-cut", "## **Setup** of it\n\nText.", "**Setup of it**\n\nText."),
    ("course-cut", "## Use `a**b`\n\nText.", "**Use `a**b`**\n\nText."),
    ("course-cut", "- one\n- ## two", "- one\n- **two**"),
    ("course-cut", "Text.\n\n> ## Quoted\n> words", "Text.\n\n> **Quoted**\n>\n> words"),
    ("course-cut", "Text.\n\n####\n\nMore.", "Text.\n\n\n\nMore."),
    ("course-cut", "Issue ##12 of C##.", "Issue #\\#12 of C#\\#."),
    ("page-heading", "The mast\n===\nIt is high.", "**The mast**\n\nIt is high."),
    ("page-heading", "The mast\n---\nIt is high.", "**The mast**\n\nIt is high."),
    ("page-heading", "- a mast\n---\nIt is high.", "- a mast\n\n---\nIt is high."),
    ("page-heading", "> a mast\n---\nIt is high.", "> a mast\n\n---\nIt is high."),
    ("page-heading", "*the* mast\n---\nIt is high.", "***the* mast**\n\nIt is high."),
    ("page-heading", "The *mast\n---\nIt* is high.", "The *mast\n\nIt* is high."),
    ("page-heading", "![a mast](figures/a.png)\n---", "![a mast](figures/a.png)"),
    # The template's remains
    ("placeholder-dashes", "--- We built it. ---", "We built it."),
    ("placeholder-dashes", "---We built it. ---", "We built it."),
    ("placeholder-dashes", "---\nWe built it.\n\nTwice.\n---", "We built it.\n\nTwice."),
    ("placeholder-dashes", "-- We built it. --", "We built it."),
    ("placeholder", "We built it.\n\n--- question 1 fill here ---", "We built it."),
    ("placeholder", "--- question 1 fill here --- We built it.", "We built it."),
    # Characters
    ("hidden-characters", "We\u200b built\u202e it.", "We built it."),
    ("hidden-characters", "We\u2028built it.", "We\nbuilt it."),
    # The page
    ("page-list", "We tried:\n- one\n- two", "We tried:\n\n- one\n- two"),
    ("page-list", "One:\n- a\n\nTwo:\n1. b\n2. c", "One:\n\n- a\n\nTwo:\n\n1. b\n2. c"),
    ("page-list", "> quoted\n- one", "> quoted\n\n- one"),
    ("page-numbering", "1) one\n2) two", "1. one\n2. two"),
    ("page-numbering", "We did:\n1) one\n2) two", "We did:\n\n1. one\n2. two"),
    (
        "page-numbering",
        "1) one\n2) two\n\nText (see section\n2) and (figure 3): `x\n2) y`.",
        "1. one\n2. two\n\nText (see section\n2) and (figure 3): `x\n2) y`.",
    ),
    ("page-nesting", "1. one\n   - a\n   - b\n2. two", "1. one\n    - a\n    - b\n2. two"),
    ("page-nesting", "- one\n  - a\n    b\n    - c\n- two", "- one\n    - a\n      b\n        - c\n- two"),
    ("page-nesting", "Text\n\n- one\n\n  - a\n\n  more\n", "Text\n\n- one\n\n    - a\n\n  more"),
    ("page-break", "The crane\\\nturns `a\\\nb`.", "The crane  \nturns `a\\\nb`."),
    ("page-tag", "Give <name> and <height-in-m>.", "Give `<name>` and `<height-in-m>`."),
    ("page-strikethrough", "~~So~~ https://a.b/~~c~~ `~~d~~`", "<del>So</del> https://a.b/~~c~~ `~~d~~`"),
    ("page-strikethrough", "~~A [b](c/~~d~~)~~", "<del>A [b](c/~~d~~)</del>"),
    ("page-strikethrough", "We ~~drove~~ walked.", "We <del>drove</del> walked."),
)


@pytest.mark.parametrize(("code", "before", "after"), CERTAIN)
def test_one_certain_fix(code: str, before: str, after: str) -> None:
    (fix,) = fixes(before, code)
    assert (fix.text, fix.certain, fix.cost) == (after, True, "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("See https://example.org/wiki/Quay_(port).", "See <https://example.org/wiki/Quay_(port)>."),
        ("It stands (see https://example.org/a).", "It stands (see <https://example.org/a>)."),
        ("**https://example.org/a**, https://b.example!", "**<https://example.org/a>**, <https://b.example>!"),
        ('<a href="https://a.b">https://a.b</a> https://a.b', '<a href="https://a.b">https://a.b</a> <https://a.b>'),
    ],
)
def test_an_address_becomes_a_link_by_choice(before: str, after: str) -> None:
    (fix,) = fixes(before, "page-link")
    assert (fix.text, fix.certain) == (after, False)


FIGURES: Sequence[tuple[str, str, str]] = (
    ("figure-not-counted", "[the quay](figures/quay.png)", "![the quay](figures/quay.png)"),
    ("figure-not-counted", 'See [the quay](figures/quay.png "A quay").', "See ![the quay](figures/quay.png)."),
    ("figure-not-counted", '<img src="figures/quay.png" alt="the quay" width=300>', "![the quay](figures/quay.png)"),
    ("figure-not-counted", '<img src="figures/the quay.png">', "![](figures/the%20quay.png)"),
    ("figure-not-counted", "![q][1]\n\n[1]: figures/quay.png", "![q](figures/quay.png)\n\n[1]: figures/quay.png"),
    ("figure-in-code", "See `![q](figures/quay.png)` there.", "See ![q](figures/quay.png) there."),
    ("figure-in-code", "```\n![q](figures/quay.png)\n```", "![q](figures/quay.png)"),
    ("figure-hidden", "\\![q](figures/quay.png)", "![q](figures/quay.png)"),
    ("figure-case", '![q](figures/Quay.PNG "A quay")', '![q](figures/quay%20%281%29.png "A quay")'),
)


@pytest.mark.parametrize(("code", "before", "after"), FIGURES)
def test_one_certain_fix_of_a_figure(code: str, before: str, after: str) -> None:
    known = facts(quay=FigureState.FOUND)
    known["figures/Quay.PNG"] = FigureFact("figures/Quay.PNG", FigureState.WRONG_CASE, actual="figures/quay (1).png")
    (fix,) = fixes(before, code, FIGURE, known)
    assert (fix.text, fix.certain) == (after, True)


def test_a_blank_in_a_path_is_a_choice_since_the_file_may_be_renamed_instead() -> None:
    text = "![q](figures/the quay.png)"
    (fix,) = fixes(text, "figure-blank", FIGURE, facts(quay=FigureState.FOUND))
    assert (fix.text, fix.certain) == ("![q](figures/the%20quay.png)", False)
    assert fixable(judged(text, FIGURE), "figure-blank") == ()


DESCRIPTIONS = (
    ("![](figures/wheel-slip.png)", "![Wheel slip](figures/wheel-slip.png)"),
    ("a ![alt text](figures/wheel%20slip.png) b", "a ![Wheel slip](figures/wheel%20slip.png) b"),
    ("![Quay](figures/quay.png) ![img](figures/mast.png)", "![Quay](figures/quay.png) ![Mast](figures/mast.png)"),
    # What says as little as before.
    ("![my_image](figures/image-3.png)", None),
    ("![my_image](figures/Screenshot%202026-01-21%20at%2010.18.47.png)", None),
    ("![my_image]()", None),
    ("![image][1]\n\n[1]: figures/quay.png", None),
)


@pytest.mark.parametrize(("before", "after"), DESCRIPTIONS)
def test_a_description_from_the_file_s_name_is_a_choice(before: str, after: str | None) -> None:
    offered = [(fix.text, fix.certain) for fix in fixes(before, "figure-description")]
    assert offered == ([(after, False)] if after is not None else [])


def test_a_description_says_what_it_would_be() -> None:
    (fix,) = fixes("![](figures/wheel-slip.png)", "figure-description")
    assert fix.title == "write 'Wheel slip'"


@pytest.mark.parametrize(
    ("code", "text", "rule"),
    (
        ("figure-not-counted", '<p align="center">\n<img src="figures/quay.png">\n</p>', FIGURE),
        ("figure-in-code", "```\n![q](figures/quay.png) is how it is written\n```", FIGURE),
        ("page-code", "- one\n\n```\nrun\n\nstop\n```", PLAIN),
        ("placeholder", "--- question 1 fill here ---", PLAIN),
        ("unfinished", "TODO", PLAIN),
        ("page-strikethrough", "A ` sign\n1. `a ~~b~~`", PLAIN),
        ("page-strikethrough", "<div>\n~~a~~\n</div>", PLAIN),
        ("page-link", r"https://example.org/a\_b", PLAIN),
        ("page-link", "https://example.org/a&amp;b", PLAIN),
        ("page-numbering", "It began in\n\n2019) or so.\n\n1) one\n2) two", PLAIN),
        ("page-list", "It was built in\n2019. was good,\n2020. was not.", PLAIN),
        ("page-table", "| a | b |\n|---|---|\n| 1 | 2 |", PLAIN),
    ),
)
def test_no_fix_where_only_the_student_can_tell(code: str, text: str, rule: QuestionRule) -> None:
    assert fixes(text, code, rule) == []


def test_a_fix_that_leaves_too_few_words_is_offered_with_what_it_costs() -> None:
    (fix,) = fixes("--- one two three ---", "placeholder-dashes", WORDY)
    assert (fix.text, fix.certain, fix.cost) == ("one two three", False, "3 words; 2 more to reach 5")


def test_signs_in_code_are_a_choice() -> None:
    found = fixes("We ran it:\n\n```\n## note\nrun\n```\n## End\nDone.", "course-cut")
    assert [(fix.text, fix.certain) for fix in found] == [
        ("We ran it:\n\n```\n# note\nrun\n```\n\n**End**\n\nDone.", False),
        ("We ran it:\n\n```\n# # note\nrun\n```\n\n**End**\n\nDone.", False),
    ]


def test_signs_in_indented_code_are_a_choice() -> None:
    found = fixes("We ran it:\n\n    run\n    ## note\n\nDone.", "course-cut")
    assert [fix.text for fix in found] == [
        f"We ran it:\n\n    run\n    {note}\n\nDone." for note in ("# note", "# # note")
    ]


def test_a_marker_inside_of_the_answer_is_a_choice() -> None:
    found = fixes("To the question: Answer: yes.", "course-cut")
    assert [fix.text for fix in found] == ["To the question: The answer is yes.", "To the question: Answer - yes."]


def test_a_picture_above_dashes_is_a_choice() -> None:
    found = fixes("![a](figures/a.png)\n---\nMore of it.", "page-heading")
    assert [fix.text for fix in found] == [
        "![a](figures/a.png)\nMore of it.",
        "**![a](figures/a.png)**\n\nMore of it.",
        "![a](figures/a.png)\n\n---\nMore of it.",
    ]


@pytest.mark.parametrize(
    ("text", "offered"),
    (
        ("The mast\n=======\nIt is high.", ["The mast\nIt is high.", "**The mast**\n\nIt is high."]),
        ("- a mast\n===\nIt is high.", ["- a mast\nIt is high."]),
        ("> a mast\n===\nIt is high.", ["> a mast\nIt is high."]),
        (" # Mast\n===\nIt is high.", [" # Mast\nIt is high."]),
        ("- a\n-\n- b", ["- a\n- b"]),
        ("a | b\n---\nIt is high.", ["a | b\nIt is high.", "**a | b**\n\nIt is high.", "a | b\n\n---\nIt is high."]),
    ),
)
def test_what_was_meant_by_a_line_of_dashes_is_a_choice(text: str, offered: list[str]) -> None:
    found = fixes(text, "page-heading")
    assert ([fix.text for fix in found], [fix.certain for fix in found]) == (offered, [False] * len(offered))


@pytest.mark.parametrize(
    ("text", "title"),
    (
        ("*The* **mast**\n===\nIt is high.", "make the line above bold"),
        ("- a mast\n---\nIt is high.", "keep it as a rule, below a blank line"),
        ("The mast\n---", "delete the line below it"),
    ),
)
def test_a_fix_says_what_it_does(text: str, title: str) -> None:
    assert [fix.title for fix in fixes(text, "page-heading")] == [title]


def test_of_two_figures_on_a_line_the_one_that_is_told_is_mended() -> None:
    known = {
        "figures/Mast.png": FigureFact("figures/Mast.png", FigureState.WRONG_CASE, "figures/mast.png"),
        "figures/Quay.png": FigureFact("figures/Quay.png", FigureState.WRONG_CASE, "figures/quay.png"),
    }
    state = judged("![Mast](figures/Mast.png) ![Quay](figures/Quay.png)", FIGURE, known)
    texts = [fix.text for finding in findings(state, "figure-case") for fix in find_fixes(state, finding)]
    assert texts == [
        "![Mast](figures/mast.png) ![Quay](figures/Quay.png)",
        "![Mast](figures/Mast.png) ![Quay](figures/quay.png)",
    ]


def test_where_two_versions_met_nothing_else_is_offered() -> None:
    state = judged("We ~~did~~:\n- one\n<<<<<<< HEAD\nhigh\n=======\n1) low\n2) it\n>>>>>>> theirs\n## And\n<x>.")
    for finding in state.evaluation.question(1).findings:
        assert bool(find_fixes(state, finding)) == (finding.code == "conflict")
        assert finding.code == "conflict" or not fixable(state, finding.code)


def test_git_s_conflict_markers_are_a_choice() -> None:
    found = fixes("It is\n<<<<<<< HEAD\nhigh.\n=======\nlow.\n>>>>>>> theirs\nBoth?", "conflict")
    assert [fix.text for fix in found] == ["It is\nhigh.\n\nlow.\nBoth?", "It is\nhigh.\nBoth?", "It is\nlow.\nBoth?"]


def test_a_version_that_is_empty_is_not_offered() -> None:
    found = fixes("<<<<<<< HEAD\nhigh.\n=======\n>>>>>>> theirs", "conflict")
    assert [fix.text for fix in found] == ["high.", "high."]


def test_no_fix_stops_the_checker_of_the_course() -> None:
    rules = course([PLAIN, QuestionRule(2, "Boats")])
    report = Report.from_bytes(report_text(["A quay.", "Two boats, #\u200b## three."]).encode())
    state = Judged(report, rules, {}, engine.evaluate(report, rules, {}))
    assert state.evaluation.course_check.readable
    assert find_fixes(state, findings(state, "hidden-characters", 2)[0]) == ()


def test_conflict_markers_that_something_moved_in() -> None:
    found = fixes("- It is\n  <<<<<<< HEAD\n  high.\n  =======\n  low.\n  >>>>>>> theirs", "conflict")
    assert [fix.text for fix in found] == ["- It is\n  high.\n\n  low.", "- It is\n  high.", "- It is\n  low."]


def test_a_second_middle_may_be_a_heading_s_and_nobody_guesses() -> None:
    text = "<<<<<<< HEAD\nThe mast\n=======\nhigh.\n=======\nlow.\n>>>>>>> theirs"
    assert fixes(text, "conflict") == []


def test_fences_become_indented_code_only_by_choice() -> None:
    (fix,) = fixes("So:\n```bash\nrun\n\nstop\n```\nDone.", "page-code")
    assert (fix.text, fix.certain) == ("So:\n\n    run\n\n    stop\n\nDone.", False)


def test_a_fence_that_is_indented_already_is_not_indented_further() -> None:
    assert fixes("We ran:\n\n  ```\n  ls\n\n  ls\n  ```", "page-code") == []


def test_a_text_that_is_held_for_its_open_fence_can_be_closed() -> None:
    state = judged("Nothing yet.")
    text = "So:\n\n```\nrun\n\nDone."
    with pytest.raises(AnswerRejected) as refused:
        state.report.with_answer(1, text)
    evaluation = engine.rejudge(state.evaluation, state.report, state.course, {}, 1, text, refused.value)
    held = Judged(state.report, state.course, {}, evaluation, {1: text})
    (finding,) = findings(held, engine.REJECTED)
    assert [fix.text for fix in find_fixes(held, finding)] == [f"{text}\n```", "So:\n\n```\nrun\n```\n\nDone."]


def test_a_link_to_a_picture_that_is_only_noted_is_never_certain() -> None:
    (fix,) = fixes("See [the quay](figures/quay.png).", "figure-not-counted", PLAIN, facts(quay=FigureState.FOUND))
    assert not fix.certain


def test_an_answer_on_its_marker_s_line_is_moved() -> None:
    report = Report.from_bytes(
        b"# R\n\n## S\n\n### Question 1\n\n> **Say it**\n>\n> Answer: said\n\n### Question 2\n\n"
        b"> **And this**\n>\n> Answer:\n\nyes\n"
    )
    rules = course([PLAIN, QuestionRule(2, "Boats")])
    state = Judged(report, rules, {}, engine.evaluate(report, rules, {}))
    (finding,) = findings(state, "answer-on-marker")
    (fix,) = find_fixes(state, finding)
    assert fix.is_move
    (change,) = fixable(state, "answer-on-marker")
    assert (change.question, change.before, change.is_move) == (1, "said", True)


def test_all_of_a_kind_names_each_answer_once_and_leaves_choices_out() -> None:
    texts = ["## One\n\nText.", "```\n## code\n```", "Fine.", "## Two\n\n## Three"]
    rules = course([QuestionRule(number, "Quay") for number in range(1, 5)])
    report = Report.from_bytes(report_text([*texts]).encode())
    state = Judged(report, rules, {}, engine.evaluate(report, rules, {}))
    assert [(change.question, change.after) for change in fixable(state, "course-cut")] == [(1, "**One**\n\nText.")]
    state = judged("[a](figures/a.png) and [b](figures/b.png)", QuestionRule(1, "Quay", images=(2, 2)))
    (change,) = fixable(state, "figure-not-counted")
    assert change.after == "![a](figures/a.png) and ![b](figures/b.png)"


# What holds for every fix

_WORD = re.compile(r"[^\W_]+")
_BOX = re.compile(r"\[[ xX]\] ")


def words(text: str) -> list[str]:
    """The student's words, in order; those of a figure are its description and its path."""
    text = HIDDEN.sub(lambda match: "\n" if match[0].isspace() else "", PLACEHOLDER.sub("", text))
    text = _BOX.sub("", text)
    for image in reversed(find_images(text)):
        start, end = image.span
        text = f"{text[:start]} {image.description} {image.target.replace('%20', ' ')} {text[end:]}"
    return [word.casefold() for word in _WORD.findall(text)]


def is_kept(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether every word is still there, in the same order; others may have come in between."""
    rest = iter(after)
    return all(word in rest for word in before)


DROPS = {"conflict", "page-code", "figure-description"}
"""Kinds whose choices take something away: one version of two, a fence's language, words that say nothing."""


def assert_promise(state: Judged, number: int) -> None:
    """Every fix of an answer mends its finding, and nothing gets worse for it."""
    result = state.evaluation.question(number)
    known = {finding.code for finding in result.findings if finding.severity is Severity.ERROR}
    for finding in result.findings:
        for fix in find_fixes(state, finding):
            if fix.text is None:
                continue
            report = state.report.with_answer(number, fix.text)
            evaluation = engine.evaluate(report, state.course, state.facts)
            after = Judged(report, state.course, state.facts, evaluation)
            again = [found for found in evaluation.question(number).findings if found.code == finding.code]
            assert len(again) < len(findings(state, finding.code, number)), fix
            new = {found.code for found in evaluation.question(number).findings if found.severity is Severity.ERROR}
            assert not new - known or fix.cost, (fix, new - known)
            if finding.code not in DROPS:
                assert is_kept(words(state.text(number)), words(fix.text)), fix
            if fix.certain and not finding.code.startswith("figure-"):
                # Once is enough; of figures each finding is mended by itself.
                assert not [found for one in again for found in find_fixes(after, one) if found.certain], fix
            others = [(q.id, q.answer.text) for q in report.questions if q.id != number]
            assert others == [(q.id, q.answer.text) for q in state.report.questions if q.id != number]


SHOWN_AS_BEFORE = frozenset(
    ("page-list", "page-numbering", "page-nesting", "page-break", "page-link", "page-strikethrough")
)
"""Kinds that only the course's page shows in another way than it was meant: on GitHub's nothing may change."""
_STRUCK = re.compile(r"<(/?)del>")


def assert_shown_as_before(state: Judged, number: int) -> None:
    """Every such fix leaves GitHub's page of the answer as it was."""
    text = state.text(number)
    for finding in state.evaluation.question(number).findings:
        for fix in find_fixes(state, finding) if finding.code in SHOWN_AS_BEFORE else ():
            if fix.text is not None:
                assert _STRUCK.sub(r"<\1s>", github_answer_html("", fix.text)) == _STRUCK.sub(
                    r"<\1s>", github_answer_html("", text)
                ), fix


PARTS = st.sampled_from(
    [
        *"## heading|### deep ##|##glued|word|two words|- item|1. item|1) one|2) two|```|```bash|    indented".split(
            "|"
        ),
        *"`code ##`|---|--- dashes|dashes ---|===|> quote|> ## q|<name>|<img src=figures/a.png alt=x>|~~no~~".split(
            "|"
        ),
        *"![a](figures/a.png)|[a](figures/a.png)|`![a](figures/a.png)`|\\![a](figures/b c.png)|# single|C##".split("|"),
        *"![my_image](figures/the-quay.png)|![](figures/quay.png) ![](figures/mast.png)|![](u_(v).png)".split("|"),
        *"https://x.example/a.|--- question 1 fill here ---|so Answer: yes|- [x] done|* * *|<p>".split("|"),
        "a\u200bb",
        "a\u2028b",
        "![q](figures/b c.png)",
        "",
        "<<<<<<< a",
        "=======",
        ">>>>>>> b",
        "| a | b |",
        "|---|---|",
    ]
)


PAGE_PARTS = st.sampled_from(
    [
        *"- item|1. item|1) one|2) two|  - in|   - in|    - in|      - in|    code|+ plus|10. ten|2019) x|7. x".split(
            "|"
        ),
        *"word|  text|`a ~~b~~`|~~no~~|- ~~x~~|~~a https://b.example/~~d~~|[a](b/~~c~~)|<div>|</div>|<name>|---".split(
            "|"
        ),
        *"https://x.example/a_(b).|(https://x.example)|<a href='u'>https://x.example</a>|[r]: https://x.example".split(
            "|"
        ),
        *"end\\|*end*\\|- end\\|run \\|C:\\|> quote|> - item|> 1) one|* * *|```|`|*a|b*|\tcode|## head".split("|"),
        "| a | b |",
        "",
        "",
    ]
)


def written(text: str, rule: QuestionRule = PLAIN) -> Judged | None:
    """A report with this answer, where it can be written."""
    try:
        report = judged("Nothing.", rule).report.with_answer(1, text)
    except AnswerRejected:
        return None
    rules = course([rule, QuestionRule(2, "Boats")])
    return Judged(report, rules, {}, engine.evaluate(report, rules, {}))


@given(st.lists(PARTS, min_size=1, max_size=8), st.sampled_from([PLAIN, WORDY, FIGURE]))
def test_every_fix_keeps_its_promise(parts: list[str], rule: QuestionRule) -> None:
    state = written("\n".join(parts), rule)
    if state is not None:
        assert_promise(state, 1)


@given(st.lists(PAGE_PARTS | PARTS, min_size=1, max_size=8))
def test_what_github_shows_stays_as_it_was(parts: list[str]) -> None:
    state = written("\n".join(parts))
    if state is not None:
        assert_shown_as_before(state, 1)


def test_every_fix_keeps_its_promise_in_real_reports(shared: Path) -> None:
    for path in sorted((shared / "reports").glob("*.md")):
        loaded = load(path)
        known = figures.look_up(path.parent, engine.figure_targets(loaded.report), loaded.course.figures)
        state = Judged(loaded.report, loaded.course, known, loaded.evaluation)
        for question in loaded.report.questions:
            assert_promise(state, question.id)
            assert_shown_as_before(state, question.id)


def test_no_fix_is_looked_for_where_there_are_findings_as_in_no_answer() -> None:
    links = [f"![The quay](figures/quay {number}.png)" for number in range(200)]
    few, many = judged("\n".join(links[:20])), judged("\n".join(links))
    for state, offered in ((few, True), (many, False)):
        assert any(find_fixes(state, finding) for finding in state.evaluation.question(1).findings) is offered


def test_no_fix_is_looked_for_in_a_text_as_long_as_no_answer() -> None:
    for words, offered in ((10, True), (5_000, False)):
        state = judged("A list:\n- a\n- b\n\n" + "word " * words)
        finding = next(found for found in state.evaluation.question(1).findings if found.code == "page-list")
        assert bool(find_fixes(state, finding)) is offered
