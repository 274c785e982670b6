"""The template's boxes: which lines are some, their state, wording and group."""

from __future__ import annotations

import pytest

from report_tui import Report
from tests.reports import build

QUESTION = "\n### Question 1\n\n> **What?**\n>\n> Answer:\n\n- [ ] not the template's\n"


def boxes(text: str) -> list[tuple[int, str, str, str]]:
    report = Report.from_bytes(text.encode())
    for item in report.checklist:
        assert report.source.text[slice(*item.state_span)] == item.state
        assert report.source.line_at(item.state_span[0]) == item.line
    return [(item.line, item.state, item.text, item.group) for item in report.checklist]


@pytest.mark.parametrize(
    ("line", "state", "text"),
    [
        ("* [ ] one", " ", "one"),
        ("- [x] one", "x", "one"),
        ("+ [X] one", "X", "one"),
        ("  - [/] nested", "/", "nested"),
        ("- [(X)] odd", "(X)", "odd"),
        ("- [] none", "", "none"),
        ("- [ x ] blanks", " x ", "blanks"),
        ("-  [ ]  wide  ", " ", "wide"),
        ("- [ ]", " ", ""),
        ("- [✓] tick", "✓", "tick"),
    ],
)
def test_a_box(line: str, state: str, text: str) -> None:
    assert boxes(f"## List\n\n{line}\n{QUESTION}") == [(3, state, text, "List")]


@pytest.mark.parametrize(
    "line", ["- [link](x)", "- [long] x", "[ ] x", "-[ ] x", "1. [ ] x", "- x [ ]", "> - [ ] x", "- [ ]x", "---"]
)
def test_no_box(line: str) -> None:
    assert boxes(f"## List\n\n{line}\n{QUESTION}") == []


def test_wrapped_wording_and_groups() -> None:
    text = "# T\n\n## List\n\n### A\n\n* [ ] one\n    two\n\tthree\n* [x] four\n"
    text += "  - [ ] five\n\n### B\n- [ ] six\n\n    apart\n"
    assert boxes(text + QUESTION) == [
        (7, " ", "one two three", "A"),
        (10, "x", "four", "A"),
        (11, " ", "five", "A"),
        (14, " ", "six", "B"),
    ]


def test_only_done_boxes_are_done() -> None:
    report = Report.from_bytes(b"- [x] a\n- [X] b\n- [ ] c\n- [/] d\n- [] e\n- [(X)] f\n")
    assert [item.done for item in report.checklist] == [True, True, False, False, False, False]


def test_boxes_in_answers_and_in_code_are_not_the_template_s() -> None:
    assert boxes(QUESTION) == []
    assert boxes("```\n- [ ] sample\n```\n" + QUESTION) == []
    report = Report.from_bytes(build(answers={12: ["- [ ] mine", "- [x] mine"]}).to_bytes("\r\n"))
    assert [(item.state, item.group) for item in report.checklist] == [
        (" ", "Group 1"), ("x", "Group 1"), (" ", "Group 2"), ("x", "Group 2")
    ]  # fmt: skip
    assert report.checklist[1].text == "Weigh the cargo and write what it weighs into the ledger"
