"""What is said when rules do not fit or are unknown, and when sections or boxes are missing."""

from __future__ import annotations

import pytest

from report_tui.core.report import Report
from report_tui.validation.course import CourseRules
from report_tui.validation.finding import Severity
from report_tui.validation.ruleset import FigureRules, QuestionRule, TemplateRules
from report_tui.validation.template_text import template_findings

WHOLE = """# Harbour

* [ ] one
* [x] two

## Quay

### Question 1

> **Who?**
>
> Answer:

Us.

## Ship

### Question 2

> **What?**
>
> Answer:

That.
"""
TEMPLATE = TemplateRules("1", (QuestionRule(1, "Who"), QuestionRule(2, "What")), None, sections=2, boxes=2)
KNOWN = CourseRules("c", "C", "1", TEMPLATE, FigureRules(), "rules/c.yaml", guessed=False)
GUESSED = KNOWN._replace(guessed=True, source="guessed from the prompts")


def codes(text: str, course: CourseRules) -> list[tuple[str, int]]:
    return [(found.code, found.line) for found in template_findings(Report.from_bytes(text.encode()), course)]


@pytest.mark.parametrize(
    ("gone", "found"),
    [
        ("", []),
        ("## Ship\n", [("section-missing", 8)]),
        ("# Harbour\n", [("title-missing", 1)]),
        ("* [x] two\n", [("checklist-changed", 3)]),
        ("### Question 2\n\n> **What?**\n>\n> Answer:\n", []),
    ],
)
def test_what_is_missing_is_a_warning(gone: str, found: list[tuple[str, int]]) -> None:
    assert codes(WHOLE.replace(gone, "") if gone else WHOLE, KNOWN) == found


def test_rules_that_name_no_counts_say_nothing() -> None:
    silent = KNOWN._replace(template=TEMPLATE._replace(sections=None, boxes=None))
    assert codes("### Question 1\n\n> A\n>\n> Answer:\n\n### Question 2\n\n> B\n>\n> Answer:\n", silent) == []


def test_guessing_is_said() -> None:
    assert codes(WHOLE, GUESSED) == [("rules-unknown", 1)]


def test_rules_that_were_chosen_and_do_not_fit_are_an_error() -> None:
    course = GUESSED._replace(unfit="other.yaml")
    (found,) = template_findings(Report.from_bytes(WHOLE.encode()), course)
    assert (found.code, found.severity) == ("rules-unfit", Severity.ERROR)
    assert found.message == "other.yaml does not fit this report: its questions are others"


def test_without_a_prompt_and_without_rules_nobody_can_tell() -> None:
    assert codes(WHOLE.replace("> **Who?**\n>\n", ""), GUESSED) == [("rules-unknown", 1), ("limits-unknown", 8)]
