"""What the pages about all groups are called, and what a spreadsheet gets."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.render import group_site, group_table
from report_tui.render.console import Style
from report_tui.validation.group_row import GroupRow, GroupState

NAMES = st.text(alphabet=st.characters(), max_size=60)


@given(NAMES)
def test_a_page_is_called_what_every_system_takes(name: str) -> None:
    made = group_site.page_name(name)
    stem = made.removesuffix(".html")
    assert stem.isascii() and len(made) <= 60 and stem == stem.lower()
    assert stem.replace("-", "").isalnum() and "." not in stem
    assert made == group_site.page_name(name)


@pytest.mark.parametrize(("one", "other"), [("a b", "a-b"), ("A", "a"), ("", "-"), ("x" * 50 + "1", "x" * 50 + "2")])
def test_no_two_groups_share_a_page(one: str, other: str) -> None:
    assert group_site.page_name(one).lower() != group_site.page_name(other).lower()


@given(NAMES, NAMES)
def test_no_cell_is_a_formula_or_more_than_one_line(name: str, note: str) -> None:
    line = group_table.csv_line(GroupRow(name, GroupState.MISSING, note), [1, 2])
    assert line.endswith("\r\n") and len(line[:-2].splitlines()) <= 1
    (cells,) = csv.reader(io.StringIO(line))
    assert len(cells) == len(next(csv.reader(io.StringIO(group_table.csv_heading([1, 2])))))
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "\t")) for cell in cells)


@given(NAMES, NAMES)
def test_a_group_is_one_harmless_line(name: str, note: str) -> None:
    line = group_table.line(GroupRow(name, GroupState.MISSING, note), 20, Style(unicode=False))
    assert "\x1b" not in line and len(line.splitlines()) == 1 and not line.startswith("::")


@pytest.mark.parametrize(("seconds", "shown"), [(0, "1970-01-01 00:00 UTC"), (10**18, ""), (-(10**18), ""), (None, "")])
def test_a_time_that_no_calendar_has(seconds: int | None, shown: str) -> None:
    assert group_table.when(seconds) == shown


def test_names_and_figures_among_those_of_other_groups() -> None:
    html = (
        '<h4 id="q4-a"><a href="#q4-a">x</a></h4><a href="#question-3" title="a > b">y</a><img src="../figures/1.png">'
        '<code>id="q4-a" href="#question-3"</code>&lt;a id="q4-a"&gt;'
    )
    assert group_site._moved(html, "g-1") == (
        '<h4 id="g-1-q4-a"><a href="#g-1-q4-a">x</a></h4><a href="../groups/g-1.html#question-3" title="a > b">y</a>'
        '<img loading="lazy" decoding="async" src="../figures/1.png">'
        '<code>id="q4-a" href="#question-3"</code>&lt;a id="q4-a"&gt;'
    )
