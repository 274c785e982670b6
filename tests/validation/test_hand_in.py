"""What `check` does not call ready is never a row of yeses."""

from __future__ import annotations

import pytest

from report_tui.validation.figure_facts import FigureFact, FigureFile, FigureState
from report_tui.validation.hand_in import told
from report_tui.validation.hand_in_facts import Facts, State, Work
from report_tui.validation.ruleset import QuestionRule
from tests.validation.judging import course, evaluated, file_fact, report_text

RULES = (
    QuestionRule(1, "Crew"),
    QuestionRule(2, "Crane", words=(3, 9)),
    QuestionRule(3, "Map", images=(1, 1)),
)
WELL = ("Ann and Bo", "It lifts four crates", "![the quay](figures/quay.png)")
QUAY = file_fact(FigureFile("figures/quay.png", 100, "png", (3, 2), tracked=True))
FIGURES = {
    **QUAY,
    "figures/moon.png": FigureFact("figures/moon.png", FigureState.MISSING),
    "https://example.org/moon.png": FigureFact("https://example.org/moon.png", FigureState.REMOTE),
}
TEXTS = {
    "empty": report_text(("", *WELL[1:])),
    "placeholder": report_text((None, *WELL[1:])),
    "too short": report_text((WELL[0], "It lifts", WELL[2])),
    "no figure": report_text((*WELL[:2], "None")),
    "missing figure": report_text((*WELL[:2], "![the moon](figures/moon.png)")),
    "remote figure": report_text((*WELL[:2], "![the moon](https://example.org/moon.png)")),
    "conflict": report_text(("<<<<<<< a\nAnn\n=======\nBo\n>>>>>>> b", *WELL[1:])),
    "open fence": report_text(("Ann\n\n```\nBo", *WELL[1:])),
    "heading in an answer": report_text((WELL[0], "It lifts\n\n### four crates", WELL[2])),
    "marker lost": report_text(WELL).replace("> Answer:\n", "", 1),
    "heading lost": report_text(WELL).replace("### Question 2\n", ""),
    "question lost": report_text(WELL[:2]),
    "twice": report_text(WELL) + report_text(WELL),
    "nothing": "",
}


def facts_of(text: str) -> Facts:
    evaluation = evaluated(text, RULES, FIGURES)
    return Facts(
        0,
        path="reports/README.md",
        remote="origin",
        branch="main",
        oid="1" * 40,
        seen=0,
        is_placed=True,
        course=course(RULES),
        evaluation=evaluation,
        head_branch="main",
        uncommitted=Work(),
        unpushed=Work(),
    )


def test_a_good_report_has_nothing_but_yeses() -> None:
    facts = facts_of(report_text(WELL))
    assert facts.evaluation is not None
    assert facts.evaluation.ok
    assert [line.id for line in told(facts).lines if line.state is not State.YES] == []


@pytest.mark.parametrize("name", TEXTS)
def test_whatever_is_wrong_is_a_line(name: str) -> None:
    facts = facts_of(TEXTS[name])
    assert facts.evaluation is not None
    assert not facts.evaluation.ok
    assert any(line.state is State.NO for line in told(facts).lines)


@pytest.mark.parametrize(
    "state", [FigureState.UNREADABLE, FigureState.NOT_A_FILE, FigureState.OUTSIDE_REPORT, FigureState.OUTSIDE_FOLDER]
)
def test_a_figure_that_could_not_be_read_is_no_yes(state: FigureState) -> None:
    fact = QUAY["figures/quay.png"]._replace(state=state)
    facts = facts_of(report_text(WELL))._replace(
        evaluation=evaluated(report_text(WELL), RULES, {"figures/quay.png": fact})
    )
    found = {line.id: line.state for line in told(facts).lines}
    assert found["figures"] is (State.UNKNOWN if state is FigureState.UNREADABLE else State.NO)
