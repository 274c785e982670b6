"""What the keys of the editor do to words; texts are written as `shown_text` reads them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.tui import list_writing, writing
from report_tui.tui.writing import CODE, EMPHASIS, STRONG
from tests.tui.shown_text import read, show

MARK = st.sampled_from([STRONG, EMPHASIS, CODE])
PROSE = st.text(alphabet="ab é.\n", max_size=40)
MESSY = st.text(alphabet="ab *_`>-1.[]()\n\t~", max_size=40)


def toggle(shown: str, mark: str) -> str | None:
    text, start, end = read(shown)
    return show(text, writing.toggled(text, start, end, mark))


@pytest.mark.parametrize(
    ("before", "mark", "after"),
    [
        ("for [[two hours]] we", STRONG, "for **[[two hours]]** we"),
        ("for **[[two hours]]** we", STRONG, "for [[two hours]] we"),
        ("for [[**two hours**]] we", STRONG, "for [[two hours]] we"),
        ("for [[ two hours ]]we", STRONG, "for [[ **two hours** ]]we"),
        ("[[one]]", EMPHASIS, "*[[one]]*"),
        ("**[[one]]**", EMPHASIS, "***[[one]]***"),
        ("***[[one]]***", EMPHASIS, "**[[one]]**"),
        ("***[[one]]***", STRONG, "*[[one]]*"),
        ("__[[one]]__", STRONG, "[[one]]"),
        ("**one [[two]] three**", STRONG, "one [[two]] three"),
        ("[[a **b** c]]", STRONG, "**[[a b c]]**"),
        ("[[a **b]] c** d", STRONG, "**[[a b]] c** d"),
        ("use [[a`b]] now", CODE, "use ``[[a`b]]`` now"),
        ("snake_[[case]]_name", EMPHASIS, "snake_*[[case]]*_name"),
    ],
)
def test_a_selection_takes_a_mark_and_gives_it_back(before: str, mark: str, after: str) -> None:
    assert toggle(before, mark) == after


@pytest.mark.parametrize(
    ("before", "mark", "after"),
    [
        ("a wo|rd", STRONG, "a **wo|rd**"),
        ("a **wo|rd**", STRONG, "a wo|rd"),
        ("a word|", STRONG, "a **word**|"),
        ("a **word**|", STRONG, "a word|"),
        ("a |", STRONG, "a **|**"),
        ("a **|**", STRONG, "a |"),
        ("a **two hours|**", STRONG, "a **two hours**|"),
        ("a **two| hours**", STRONG, "a two| hours"),
        ("`|`", CODE, "|"),
        ("***|***", STRONG, "*|*"),
        ("wheel-sl|ip.png is", CODE, "`wheel-sl|ip.png` is"),
        ("2 * 3 * 4|", EMPHASIS, "2 * 3 * *4*|"),
    ],
)
def test_without_a_selection_it_is_the_word_at_the_cursor(before: str, mark: str, after: str) -> None:
    assert toggle(before, mark) == after


def test_each_line_of_a_selection_is_marked_for_itself_and_its_item_stays_an_item() -> None:
    assert toggle("[[- one\n\n2. two\nthree]]", STRONG) == "[[- **one**\n\n2. **two**\n**three]]**"
    assert toggle("[[- **one**\n\n2. **two**]]", STRONG) == "[[- one\n\n2. two]]"


def test_several_lines_of_code_come_between_fences_with_blank_lines_around() -> None:
    fenced = "We ran:\n\n```\n[[make\nmake test]]\n```\n\nand it worked"
    assert toggle("We ran:\n[[make\nmake test]]\nand it worked", CODE) == fenced
    assert toggle(fenced, CODE) == "We ran:\n\n[[make\nmake test]]\n\nand it worked"
    assert toggle("[[```\na]]", CODE) == "````\n[[```\na]]\n````"


@given(text=PROSE, ends=st.tuples(st.integers(0, 40), st.integers(0, 40)), mark=MARK)
def test_a_mark_put_twice_is_no_mark(text: str, ends: tuple[int, int], mark: str) -> None:
    start, end = sorted(min(place, len(text)) for place in ends)
    if mark == CODE and "\n" in text[start:end]:
        return
    once = writing.toggled(text, start, end, mark)
    marked = once.applied(text)
    assert marked.replace(mark, "") == text
    assert marked != text
    again = writing.toggled(marked, *once.selected, mark)
    assert again.applied(marked) == text


@given(text=MESSY, ends=st.tuples(st.integers(0, 40), st.integers(0, 40)), data=st.data())
def test_no_key_ever_loses_a_letter_or_leaves_the_text(text: str, ends: tuple[int, int], data: st.DataObject) -> None:
    start, end = sorted(min(place, len(text)) for place in ends)
    mark = data.draw(MARK)
    changes = [
        writing.toggled(text, start, end, mark),
        list_writing.listed(text, start, end),
        writing.linked(text, start, end),
        list_writing.indented(text, start, end, 1),
        list_writing.indented(text, start, end, -1),
        list_writing.continued(text, start, start),
    ]
    for change in changes:
        if change is None:
            continue
        after = change.applied(text)
        first, last = change.selected
        assert 0 <= first <= last <= len(after)
        assert re.sub("[^abé]", "", after) == re.sub("[^abé]", "", text)
        assert 0 <= change.start <= change.end <= len(text)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("see [[the log]] now", "see [the log](|) now"),
        ("see lo|g now", "see [log](|) now"),
        ("see | now", "see [|]() now"),
        ("see [[https://example.org/a]]", "see [|](https://example.org/a)"),
    ],
)
def test_a_link_asks_for_what_is_missing(before: str, after: str) -> None:
    text, start, end = read(before)
    assert show(text, writing.linked(text, start, end)) == after


def test_a_figure_takes_the_selection_as_its_description() -> None:
    assert show("a b c", writing.figure("a b c", 2, 3)) == "a ![b](figures/|) c"
    assert show("a \nb", writing.figure("a \nb", 2, 2)) == "a ![](figures/|)\nb"
