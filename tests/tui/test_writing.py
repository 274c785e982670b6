"""What the keys of the editor do to a text. `|` is the cursor, `[[` and `]]` are the ends of a selection."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.tui import writing
from report_tui.tui.writing import CODE, EMPHASIS, STRONG, Change
from tests.faults.watchdog import within

MARK = st.sampled_from([STRONG, EMPHASIS, CODE])
PROSE = st.text(alphabet="ab é.\n", max_size=40)
MESSY = st.text(alphabet="ab *_`>-1.[]()\n\t~", max_size=40)


def read(shown: str) -> tuple[str, int, int]:
    """A text as it is shown in these tests, as text and selection."""
    if "|" in shown:
        at = shown.index("|")
        return shown.replace("|", ""), at, at
    start, end = shown.index("[["), shown.index("]]") - 2
    return shown.replace("[[", "").replace("]]", ""), start, end


def show(text: str, change: Change | None) -> str | None:
    """The text after a change, as it is shown in these tests."""
    if change is None:
        return None
    after = change.applied(text)
    start, end = change.selected
    return f"{after[:start]}|{after[start:]}" if start == end else f"{after[:start]}[[{after[start:end]}]]{after[end:]}"


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
        writing.listed(text, start, end),
        writing.linked(text, start, end),
        writing.indented(text, start, end, 1),
        writing.indented(text, start, end, -1),
        writing.continued(text, start, start),
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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("one|", "- one|"),
        ("- one|", "one|"),
        ("[[one\n\ntwo]]", "- [[one\n\n- two]]"),
        ("text\n[[one\ntwo]]\nmore", "text\n\n- [[one\n- two]]\n\nmore"),
        ("- one\nt|wo", "- one\n- t|wo"),
        ("[[1. one\n2. two]]", "[[one\ntwo]]"),
        ("> a|", "> - a|"),
        ("|", "- |"),
    ],
)
def test_lines_become_a_list_with_a_blank_line_above(before: str, after: str) -> None:
    text, start, end = read(before)
    assert show(text, writing.listed(text, start, end)) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("- one|", "- one\n- |"),
        ("  * one|", "  * one\n  * |"),
        ("9. nine|", "9. nine\n10. |"),
        ("3) three|", "3) three\n4) |"),
        ("- [x] done|", "- [x] done\n- [ ] |"),
        ("> said|", "> said\n> |"),
        ("> - said|", "> - said\n> - |"),
        ("- one| two", "- one\n- |two"),
        ("- one [[two]] three", "- one \n- |three"),
        ("- one\n- |", "- one\n\n|"),
        ("1. one\n2. two\n3. |", "1. one\n2. two\n\n|"),
        ("- one\n    - two\n    - |\n- three", "- one\n    - two\n\n|\n- three"),
        ("- one\n\n- |", "- one\n\n|"),
        ("> - one\n> - |", "> - one\n>\n> |"),
        ("> one\n> |", "> one\n\n|"),
        ("> > one\n> > |", "> > one\n>\n> |"),
        ("> one\n>\n> |", "> one\n>\n\n|"),
        ("1. |", "|"),
        ("- [ ] |", "|"),
        ("> |", "|"),
        ("> > |", "> |"),
        ("> - |", "> |"),
    ],
)
def test_enter_goes_on_with_a_list_and_ends_it_on_an_empty_item(before: str, after: str) -> None:
    text, start, end = read(before)
    assert show(text, writing.continued(text, start, end)) == after


@pytest.mark.parametrize(
    "shown",
    [
        "text|",
        "|- one",
        "-| one",
        "- - -|",
        "*word*|",
        "999999999. last|",
        "```\n- not an item|\n```",
        "2026 was dry|",
        "1.5 metres|",
    ],
)
def test_enter_is_a_plain_newline_elsewhere(shown: str) -> None:
    assert writing.continued(*read(shown)) is None


@pytest.mark.parametrize(
    ("before", "step", "after"),
    [
        ("- one\n- two|", 1, "- one\n    - two|"),
        ("- one\n    - two|", -1, "- one\n- two|"),
        ("- one\n  - two|", -1, "- one\n- two|"),
        ("- one\n[[- two\n- three]]", 1, "- one\n    [[- two\n    - three]]"),
        ("> - one\n> - two|", 1, "> - one\n>     - two|"),
        ("- one|", 1, "- one|"),
        ("- one|", -1, "- one|"),
        ("- one\n    - two|", 1, "- one\n    - two|"),
        ("text\n- one|", 1, "text\n- one|"),
        ("- one\n    - |two", -1, "- one\n- |two"),
        ("- one\n |   - two", -1, "- one\n|- two"),
    ],
)
def test_items_move_a_level_where_there_is_one(before: str, step: int, after: str) -> None:
    text, start, end = read(before)
    assert show(text, writing.indented(text, start, end, step)) == after


@pytest.mark.parametrize("shown", ["text|", "|", "```\n- a|\n```", "[[one\n\ntwo]]"])
def test_elsewhere_tab_is_not_for_the_text(shown: str) -> None:
    assert writing.indented(*read(shown), 1) is None


def test_capitals_matter_where_the_query_has_some() -> None:
    assert writing.occurrences("The the tHe", "the") == [(0, 3), (4, 7), (8, 11)]
    assert writing.occurrences("The the tHe", "The") == [(0, 3)]
    assert writing.occurrences("a.b axb", "a.b") == [(0, 3)]
    assert writing.occurrences("text", "") == []


@given(text=PROSE, query=st.text(alphabet="ab", min_size=1, max_size=3), by=st.text(alphabet="b*\\1", max_size=3))
def test_replacing_all_is_one_change_that_python_agrees_with(text: str, query: str, by: str) -> None:
    change = writing.replaced(text, writing.occurrences(text, query), by)
    assert (text if change is None else change.applied(text)) == text.replace(query, by)


@pytest.mark.parametrize("rest", ["deep", "- item", "    - item", "1"])
def test_enter_in_a_quote_of_any_depth(rest: str) -> None:
    line = "> " * 500 + rest
    with within(20):
        change = writing.continued(line, len(line), len(line))
    assert change is not None and change.text.startswith("\n" + "> " * 500)
