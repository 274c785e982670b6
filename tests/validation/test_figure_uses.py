"""What is told of the figures of a whole report: used twice, used by nobody, and that judging again agrees."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from report_tui.core.rejection import AnswerRejected
from report_tui.core.report import Report
from report_tui.validation import engine
from report_tui.validation.engine import Evaluation
from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureFolder, FigureState
from report_tui.validation.figure_uses import FigureUse, questions_by_figure, unused
from report_tui.validation.finding import Finding
from report_tui.validation.ruleset import FigureRules, QuestionRule
from tests.validation.judging import FIRST, course, evaluated, report_text, told

RULES = [QuestionRule(number, f"Part {number}") for number in (1, 2, 3)]


def file(name: str, sha256: str = "") -> FigureFile:
    return FigureFile(f"figures/{name}", 40_000, "png", (800, 600), tracked=True, sha256=sha256)


def folder(*names: str) -> FigureFolder:
    return FigureFolder(tuple(file(name) for name in sorted(names)))


def found(*names: str) -> dict[str, FigureFact]:
    return {f"figures/{n}": FigureFact(f"figures/{n}", FigureState.FOUND, file=file(n)) for n in names}


KNOWN = {
    **found("a.png", "b.png"),
    "figures/A.png": FigureFact("figures/A.png", FigureState.WRONG_CASE, "figures/a.png", file=file("a.png")),
    "figures/bb.png": FigureFact("figures/bb.png", FigureState.MISSING, nearest="figures/b.png"),
    "figures/none.png": FigureFact("figures/none.png", FigureState.MISSING),
}


def judged(answers: Sequence[str | None], *names: str, rules: FigureRules | None = None) -> Evaluation:
    return evaluated(report_text(answers), RULES, KNOWN, figures=rules, folder=folder(*names))


def notes(evaluation: Evaluation, code: str) -> list[Finding]:
    return [finding for finding in evaluation.findings if finding.code == code]


def messages(evaluation: Evaluation, code: str) -> list[str]:
    return [finding.message for finding in notes(evaluation, code)]


# Twice


def test_a_figure_in_two_answers_names_both() -> None:
    evaluation = judged(["![Our quay](figures/a.png)", "Words.", "As above:\n\n![Our quay](figures/A.png)"])
    line = evaluation.question(3).findings[0].line
    message = "figures/a.png is shown in questions 1 and 3"
    assert told(notes(evaluation, "figure-twice")) == [("figure-twice", "note", line, message)]


def test_a_figure_twice_in_one_answer() -> None:
    evaluation = judged(["![Our quay](figures/a.png)\n\n![The quay](figures/a.png)", "One.", "Two."])
    message = "figures/a.png is shown 2 times in question 1"
    assert told(notes(evaluation, "figure-twice")) == [("figure-twice", "note", FIRST + 2, message)]
    assert evaluation.ok


def test_three_answers_are_told_as_one() -> None:
    evaluation = judged(["![Quay](figures/a.png)"] * 3)
    assert messages(evaluation, "figure-twice") == ["figures/a.png is shown in questions 1, 2 and 3"]


@pytest.mark.parametrize(
    "second",
    [
        "See [the figure](figures/a.png).",
        "`![Quay](figures/a.png)`",
        "<!-- ![Quay](figures/a.png) -->",
        "![Q](figures/b.png)",
    ],
)
def test_what_is_not_shown_again_is_not_twice(second: str) -> None:
    assert messages(judged(["![Our quay](figures/a.png)", second, "Words."]), "figure-twice") == []


def test_a_file_that_is_not_there_is_not_shown_twice() -> None:
    assert messages(judged(["![Our quay](figures/none.png)"] * 3), "figure-twice") == []


# Used by nobody


def test_figures_that_nobody_uses() -> None:
    evaluation = judged(["![Our quay](figures/a.png)", None, None], "a.png", "b.png", "c.png")
    assert told(notes(evaluation, "figure-unused")) == [
        ("figure-unused", "note", 1, "no answer uses figures/b.png"),
        ("figure-unused", "note", 1, "no answer uses figures/c.png"),
    ]


def test_each_note_says_which_file_it_is_about() -> None:
    evaluation = judged(["![Quay](figures/a.png)"] * 2 + [None], "a.png", *(f"{sign}.png" for sign in "bcdef"))
    assert [finding.figure for finding in notes(evaluation, "figure-twice")] == ["figures/a.png"]
    unused_ones = [finding.figure for finding in notes(evaluation, "figure-unused")]
    assert unused_ones == ["figures/b.png", "figures/c.png", "figures/d.png", ""]


def test_many_are_told_in_a_sum() -> None:
    evaluation = judged(["One.", "Two.", "Three."], *(f"{sign}.png" for sign in "abcdefghij"))
    assert messages(evaluation, "figure-unused") == [
        "no answer uses figures/a.png",
        "no answer uses figures/b.png",
        "no answer uses figures/c.png",
        "no answer uses 7 more figures in figures/: d.png, e.png, f.png and 4 more",
    ]
    five = judged(["One.", "Two.", "Three."], *(f"{sign}.png" for sign in "abcd"))
    assert messages(five, "figure-unused")[-1] == "no answer uses 1 more figure in figures/: d.png"


@pytest.mark.parametrize(
    "answer",
    [
        "See [the figure](figures/a.png).",
        "`![Quay](figures/a.png)`",
        "<img src='figures/a.png'>",
        "![Quay](figures/A.png)",
    ],
)
def test_any_mention_is_a_use(answer: str) -> None:
    assert messages(judged([answer, "Two.", "Three."], "a.png"), "figure-unused") == []


def test_a_misspelt_figure_is_told_once() -> None:
    evaluation = judged(["![Quay](figures/bb.png)", "Two.", "Three."], "b.png")
    assert [finding.code for finding in evaluation.question(1).findings] == ["figure-missing"]
    assert messages(evaluation, "figure-unused") == []


def test_what_is_no_figure_of_the_group_is_not_told() -> None:
    rules = FigureRules(samples=(("crane.png", ""), ("old/quay.png", "ab" * 32)))
    names = ("crane.png", "README.md", "notes.pdf", "drawing.svg", "no-extension", "._a.png", ".hidden.png")
    assert messages(judged(["One.", "Two.", "Three."], *names, rules=rules), "figure-unused") == []
    copied = FigureFolder((file("copy.png", "ab" * 32),))
    assert unused(copied, rules, ()) == ()


def test_a_folder_that_cannot_be_looked_through() -> None:
    text = report_text(["One.", "Two.", "Three."])
    evaluation = evaluated(text, RULES, folder=FigureFolder((), "may not be read by you"))
    message = "figures may not be read by you: figures that nobody uses may not be told"
    assert told(evaluation.findings) == [("figure-folder", "note", 1, message)]


def test_a_file_without_questions_says_nothing_of_its_figures() -> None:
    evaluation = evaluated("# Nothing\n", RULES, folder=folder("a.png"))
    assert messages(evaluation, "figure-unused") == []


def test_the_notes_come_last_and_are_no_problems() -> None:
    evaluation = evaluated("Nothing.\n\n" + report_text(["One.", "Two."]), RULES, folder=folder("a.png"))
    assert [finding.code for finding in evaluation.findings][-1] == "figure-unused"
    assert "heading-missing" in [finding.code for finding in evaluation.findings]
    good = judged(["One.", "Two.", "Three."], "a.png")
    assert good.ok and (good.problems, good.warnings) == (0, 0)


# Where figures are used


def test_where_figures_are_used() -> None:
    evaluation = judged(["![Q](figures/a.png)\n[a](figures/b.png)", "![Q](figures/A.png)", None])
    assert evaluation.question(1).figures == (
        FigureUse("figures/a.png", FIRST, True),
        FigureUse("figures/b.png", FIRST + 1, False),
    )
    uses = [(result.id, result.figures) for result in evaluation.questions]
    assert questions_by_figure(uses) == {"figures/a.png": (1, 2), "figures/b.png": (1,)}


ANSWERS = st.sampled_from(
    [
        "",
        "One",
        "many\nlines\n\nof text",
        "![Quay](figures/a.png)",
        "![Quay](figures/A.png)\n\n![Boat](figures/b.png)",
        "text\n\n![Quay](figures/a.png) ![Quay](figures/a.png)",
        "[the boat](figures/b.png)",
        "`![Boat](figures/b.png)`",
        "![Boat](figures/bb.png)",
        "![](figures/none.png)",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(ANSWERS, min_size=3, max_size=3), st.lists(st.tuples(st.integers(1, 3), ANSWERS), max_size=5))
def test_judging_again_is_judging_anew(first: list[str], edits: list[tuple[int, str]]) -> None:
    rules, files = course(RULES), folder("a.png", "b.png", "c.png")
    report = Report.from_bytes(report_text(first).encode())
    evaluation = engine.evaluate(report, rules, KNOWN, files)
    for number, text in edits:
        report = report.with_answer(number, text)
        evaluation = engine.rejudge(evaluation, report, rules, KNOWN, number, text, folder=files)
        assert evaluation == engine.evaluate(report, rules, KNOWN, files)


def test_a_text_that_cannot_be_written_uses_its_figures_all_the_same() -> None:
    rules, files = course(RULES), folder("a.png")
    report = Report.from_bytes(report_text(["One.", "Two.", "Three."]).encode())
    before = engine.evaluate(report, rules, KNOWN, files)
    text = "![Quay](figures/a.png)\n\n```"
    with pytest.raises(AnswerRejected) as rejected:
        report.with_answer(1, text)
    after = engine.rejudge(before, report, rules, KNOWN, 1, text, rejected.value, folder=files)
    assert messages(before, "figure-unused") == ["no answer uses figures/a.png"]
    assert messages(after, "figure-unused") == []
