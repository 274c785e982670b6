"""All groups on a terminal and in a spreadsheet: harmless, and made to the terminal's width."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.render import group_csv, group_table
from report_tui.render.console import Style
from report_tui.validation.finding import Status
from report_tui.validation.group_row import GroupRow, GroupState, QuestionCell

NAMES = st.text(alphabet=st.characters(), max_size=60)


@given(NAMES, NAMES)
def test_no_cell_is_a_formula_or_more_than_one_line(name: str, note: str) -> None:
    line = group_csv.csv_line(GroupRow(name, GroupState.MISSING, note), [1, 2])
    assert line.endswith("\r\n") and len(line[:-2].splitlines()) <= 1
    (cells,) = csv.reader(io.StringIO(line))
    assert len(cells) == len(next(csv.reader(io.StringIO(group_csv.csv_heading([1, 2])))))
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "\t")) for cell in cells)


@given(NAMES, NAMES)
def test_a_group_is_one_harmless_line(name: str, note: str) -> None:
    (line,) = group_table.Table([name], Style(unicode=False), None).lines(GroupRow(name, GroupState.MISSING, note))
    assert "\x1b" not in line and len(line.splitlines()) == 1 and not line.startswith("::")


@pytest.mark.parametrize(("seconds", "shown"), [(0, "1970-01-01 00:00 UTC"), (10**18, ""), (-(10**18), ""), (None, "")])
def test_a_time_that_no_calendar_has(seconds: int | None, shown: str) -> None:
    assert group_table.when(seconds) == shown


CELL = QuestionCell(1, "Crew", Status.OK, 3, 0)
ROWS = (
    GroupRow(
        "group 1", GroupState.PASSES, ready=31, total=31, done=50, boxes=53, passed=31, asked=31, questions=(CELL,)
    ),
    GroupRow("a-course-of-the-last-january-group-12", GroupState.UNREADABLE, "reports/README.md is a link, not a file"),
    GroupRow("多语言的小组", GroupState.PROBLEMS, "30 found", problems=3, questions=(CELL,)),
)


def table(room: int | None) -> list[str]:
    made = group_table.Table([row.name for row in ROWS], Style(width=min(room or 80, 100)), room)
    return [made.heading(), *(line for row in ROWS for line in made.lines(row))]


def test_each_group_is_one_line_where_nobody_looks() -> None:
    assert table(None) == [
        "  group                             state              ready  errors  warnings  checklist   course",
        "✓ group 1                           passes             31/31       0         0      50/53    31/31",
        "? a-course-of-the-last-january-group-12  unreadable       reports/README.md is a link, not a file",
        "✗ 多语言的小组                      problems             0/0       3         0                   ?  30 found",
    ]


def test_a_terminal_of_80_columns_is_not_overrun() -> None:
    assert table(80) == [
        "  group                     state              ready  errors  checklist   course",
        "✓ group 1                   passes             31/31       0      50/53    31/31",
        "? a-course-of…ary-group-12  unreadable",
        "    reports/README.md is a link, not a file",
        "✗ 多语言的小组              problems             0/0       3                   ?",
        "    30 found",
    ]


@pytest.mark.parametrize("room", range(40, 140, 3))
def test_no_line_is_wider_than_the_terminal(room: int) -> None:
    assert max(map(group_table.columns_of, table(room))) <= room


def test_groups_that_were_judged_by_other_rules_are_named() -> None:
    usual = {"harbour 2026": ["a", "b", "c"]}
    assert list(group_table.totals({}, usual)) == ["0 groups"]
    _, told = group_table.totals(
        {}, {"": [f"group {number}\x1b" for number in range(7)], "harbour 2020": ["old"], **usual}
    )
    assert told == "not all groups were judged by the same rules: none (7), harbour 2026 (a, b, c), harbour 2020 (old)"
    _, told = group_table.totals({}, {**usual, "": ["x"], "harbour 2020": ["n" * 90]})
    assert told.endswith(f": harbour 2026 (3), none (x), harbour 2020 ({'n' * 32})")
    _, told = group_table.totals({}, {"a": list("abcdefg"), "b": list("hijklm")})
    assert told.endswith(": a (7), b (h, i, j, k, l and 1 more)")


def test_the_end_of_a_long_name_is_seen() -> None:
    for width in (40, 60, 80, 120):
        assert "group-12" in table(width)[2]
