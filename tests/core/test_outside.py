"""What stands outside of the questions: each line of a report is on its page, in one place or another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.core.outside import outside
from report_tui.core.report import Report

TEXT = """\
---
layout: default
---

# Harbour report

We are the crew.

```bash
# no heading
```

## What we did

Tick them.

### Week 1

* [x] Tie
      the ropes
  - a note of ours
* [ ] Weigh

## The quay

> About the quay.

### Question 1

> Who?
>
> Answer:

Ann

### Question 2

> What?
>
> Answer:

A crane

## The ship

> About the ship.

### Question 3

> Where?
>
> Answer:

Here
"""


def test_each_text_is_where_it_belongs() -> None:
    found = outside(Report.from_bytes(TEXT.encode()))
    assert found.intro == "We are the crew.\n\n```bash\n# no heading\n```"
    assert found.sections == {1: "> About the quay.", 3: "> About the ship."}
    assert found.checklist == "Tick them.\n\n\n  - a note of ours"
    assert found.ending == ""
    assert found.questions == {}


def test_what_stands_above_a_prompt_or_a_marker_is_no_part_of_either() -> None:
    text = TEXT.replace("> Who?", "![the quay](figures/quay.png)\n\n> Who?").replace(
        "What?\n>\n", "What?\n\nA crane\n\n"
    )
    assert outside(Report.from_bytes(text.encode())).questions == {1: "![the quay](figures/quay.png)", 2: "A crane"}


def test_a_rule_alone_says_nothing() -> None:
    text = TEXT.replace("## The ship\n\n> About the ship.", "---\n\n***\n\n## The ship")
    assert outside(Report.from_bytes(text.encode())).sections == {1: "> About the quay."}


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings_change_nothing(ending: str) -> None:
    assert outside(Report.from_bytes(TEXT.replace("\n", ending).encode())) == outside(Report.from_bytes(TEXT.encode()))


def test_a_report_without_questions_is_an_introduction() -> None:
    assert outside(Report.from_bytes(b"# A\n\nb\n\n- [ ] c\n")).intro == "b"
    assert outside(Report.from_bytes(b"")).around == ["", "", ""]


PIECES = st.sampled_from(
    [
        "# A",
        "## B",
        "### Question 1",
        "### Question 2",
        "> Who?\n>\n> Answer:",
        "- [x] box",
        "  more",
        "text",
        "",
        "---",
    ]
)


@given(st.lists(PIECES, max_size=24))
def test_no_line_is_in_no_place(pieces: list[str]) -> None:
    lines = [f"{piece} {index}" if piece in ("text", "- [x] box") else piece for index, piece in enumerate(pieces)]
    report = Report.from_bytes("\n".join(lines).encode())
    text = "\n".join(
        [*outside(report).around, *outside(report).questions.values(), *(box.text for box in report.checklist)]
        + [report.source.text[slice(*question.answer.region)] for question in report.questions]
        + [question.prompt for question in report.questions]
    )
    front_matter = lines[0] == "---" if lines else False
    for line in lines:
        assert front_matter or not line.startswith("text") or line in text, (line, lines)


def test_of_real_reports_each_section_has_one_introduction_at_most(shared: Path) -> None:
    for path in sorted((shared / "templates").glob("*.md")):
        found = outside(Report.from_bytes(path.read_bytes()))
        assert found.intro and not found.ending, path.name
        assert all(text.startswith(">") and "#" not in text for text in found.sections.values()), path.name
        assert "[ ]" not in found.checklist and "#" not in found.checklist, path.name
