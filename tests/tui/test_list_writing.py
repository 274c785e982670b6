"""What the keys of the editor do to lists; texts are written as `shown_text` reads them."""

from __future__ import annotations

import pytest

from report_tui.tui import list_writing
from tests.faults.watchdog import within
from tests.tui.shown_text import read, show


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
    assert show(text, list_writing.listed(text, start, end)) == after


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
        ("```\nls\n```\n\n- one|", "```\nls\n```\n\n- one\n- |"),
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
    assert show(text, list_writing.continued(text, start, end)) == after


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
        "```\n```python\n- not an item|\n```",
        "2026 was dry|",
        "1.5 metres|",
    ],
)
def test_enter_is_a_plain_newline_elsewhere(shown: str) -> None:
    assert list_writing.continued(*read(shown)) is None


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
    assert show(text, list_writing.indented(text, start, end, step)) == after


@pytest.mark.parametrize("shown", ["text|", "|", "```\n- a|\n```", "[[one\n\ntwo]]"])
def test_elsewhere_tab_is_not_for_the_text(shown: str) -> None:
    assert list_writing.indented(*read(shown), 1) is None


@pytest.mark.parametrize("rest", ["deep", "- item", "    - item", "1"])
def test_enter_in_a_quote_of_any_depth(rest: str) -> None:
    line = "> " * 500 + rest
    with within(20):
        change = list_writing.continued(line, len(line), len(line))
    assert change is not None and change.text.startswith("\n" + "> " * 500)
