"""How single lines are recognised: headings, markers, quotes, rules, fences, placeholders."""

from __future__ import annotations

import re

import pytest

from report_tui.core.code import find_fences, mask_code, mask_fences
from report_tui.core.lines import (
    HeadingShape,
    Layout,
    bare_heading_shape,
    heading_shape,
    is_bold_prompt,
    is_rule,
    marker_rest,
)
from report_tui.core.placeholders import PLACEHOLDER, is_remnant


@pytest.mark.parametrize(
    ("line", "shape"),
    [
        ("### Question 4", (3, "question", 4, "Question 4")),
        ("   ### Question 4 ###", (3, "question", 4, "Question 4")),
        ("### QUESTION 4.", (3, "question", 4, "QUESTION 4.")),
        ("### **Question 4**", (3, "question", 4, "**Question 4**")),
        ("## Question 4: Title", (2, "question", 4, "Question 4: Title")),
        ("###Question 4", (3, "question", 4, "Question 4")),
        ("#Question 4", (1, "question", 4, "Question 4")),
        ("### Question4", (3, "question", 4, "Question4")),
        ("### 26.", (3, "", 26, "26.")),
        ("### 3) Title", (3, "", 3, "3) Title")),
        ("# Spørgsmål 7", (1, "spørgsmål", 7, "Spørgsmål 7")),
        ("### Question 4a", (3, "", None, "Question 4a")),
        ("### Question 4.1", (3, "", None, "Question 4.1")),
        ("### Question 12345", (3, "", None, "Question 12345")),
        ("## Section", (2, "", None, "Section")),
        ("##Section", (2, "", None, "Section")),
        ("# C#", (1, "", None, "C#")),
        ("##", (2, "", None, "")),
        ("## ##", (2, "", None, "")),
        ("#\tTab", (1, "", None, "Tab")),
    ],
)
def test_headings(line: str, shape: tuple[int, str, int | None, str]) -> None:
    assert heading_shape(line) == HeadingShape(*shape)


@pytest.mark.parametrize(
    "line", ["", "text", "#hashtag", "#1 reason", "####### seven", "    # indented code", "> # quoted", "\\# x"]
)
def test_no_headings(line: str) -> None:
    assert heading_shape(line) is None


def test_headings_without_their_hash_are_short_and_end_with_the_number() -> None:
    for line in ("Question 4", "**Question 4**", "question 4.", "Question 4: Title", "Task 12", "26.", "**26.**", "4"):
        assert bare_heading_shape(line) is not None, line
    for line in ("Question 4 was hard", "Question", "In question 4", "Question 4: " + "long " * 20):
        assert bare_heading_shape(line) is None, line


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("> Answer:", ""),
        (">Answer:", ""),
        ("> > Answer:", ""),
        ("Answer:", ""),
        ("  answer : x", " x"),
        ("> **Answer:** text", " text"),
        ("> **Answer**: text", " text"),
        ("> *Answer:*", ""),
        ("> __ANSWER:__", ""),
        ("> Answer:text", "text"),
    ],
)
def test_markers(line: str, rest: str) -> None:
    start = marker_rest(line)
    assert start is not None
    assert line[start:] == rest


@pytest.mark.parametrize("line", ["", "> Answers:", "> The answer:", "> Answer length: 5 words", "Answer", "- Answer:"])
def test_no_markers(line: str) -> None:
    assert marker_rest(line) is None


def test_quotes_and_rules() -> None:
    assert is_bold_prompt("> **a**")
    assert is_bold_prompt(">**a**")
    assert not is_bold_prompt("**a**")
    assert not is_bold_prompt("> *a*")
    assert all(is_rule(line) for line in ("---", " - - -", "*****", "___", "-----   "))
    assert not any(is_rule(line) for line in ("--", "--- x", "----x", "    ---", "", "==="))


@pytest.mark.parametrize(
    "line",
    [
        "--- question 1 fill here ---",
        "---question 12 fill here---",
        "--- fill here ---",
        "-- question 3 fill here --",
        "",
        " ",
        ">",
        "> ",
        "---",
        "---  ---",
        "------",
        "> --- question 1 fill here ---",
        "--- QUESTION 1 FILL HERE ---",
    ],
)
def test_what_is_no_text_of_the_students(line: str) -> None:
    assert is_remnant(line)


@pytest.mark.parametrize(
    "line", ["--- Group 9 ---", "x", "-", "--", "--- question 1 fill here --- x", "fill here", "| --- |"]
)
def test_what_is_text_of_the_students(line: str) -> None:
    assert not is_remnant(line)


@pytest.mark.parametrize(
    "line",
    ["text --- question 1 fill here ---", "--- question 1 fill here", "question 1 fill here", "x --- fill here ---"],
)
def test_a_placeholder_beside_text_is_found(line: str) -> None:
    assert PLACEHOLDER.search(line)


@pytest.mark.parametrize("line", ["please fill here", "--- text ---", "question 1", "fill in question 1 here"])
def test_ordinary_text_is_no_placeholder(line: str) -> None:
    assert not PLACEHOLDER.search(line)


@pytest.mark.parametrize(
    ("text", "fences"),
    [
        ("```\nx\n```", [(1, 3, True, "")]),
        ("a\n~~~ python\nx\n~~~~\nb", [(2, 4, True, "python")]),
        ("```\n~~~\n```", [(1, 3, True, "")]),
        ("````\n```\n````", [(1, 3, True, "")]),
        ("``` a`b\nx", []),
        ("- ```\n  x\n  ```", [(3, 3, False, "")]),
        ("  ```\n  x\n  ```", [(1, 3, True, "")]),
        ("```\nx", [(1, 2, False, "")]),
        ("```\nx\n``` y\n```", [(1, 4, True, "")]),
        ("", []),
    ],
)
def test_fences(text: str, fences: list[tuple[int, int, bool, str]]) -> None:
    assert [(f.first, f.last, f.closed, f.language) for f in find_fences(text)] == fences


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("a `b` c", "a ___ c"),
        ("a ``b`c`` d", "a _______ d"),
        ("a `b c", "a `b c"),
        ("a \\`b` c", "a \\`b` c"),
        ("a `b\nc` d", "a __\n__ d"),
        ("a `b\n\nc` d", "a `b\n\nc` d"),
        ("```\n# x\n```\ny", "___\n___\n___\ny"),
        ("no code", "no code"),
        ("`a` `b`", "___ ___"),
    ],
)
def test_code_is_masked_and_nothing_moves(text: str, masked: str) -> None:
    assert mask_code(text) == masked.replace("_", " ")
    assert len(mask_code(text)) == len(text)
    assert re.sub(r"[^\n]", "", mask_fences(text)) == re.sub(r"[^\n]", "", text)


def test_only_closed_fences_hide_headings() -> None:
    layout = Layout(tuple("# a|```|# b|```|# c|```|# d|```py|# e|```|# f|~~~|# g".split("|")))
    hidden = [line for index, line in enumerate(layout.lines) if index in layout.shapes and layout.in_fence(index)]
    assert hidden == ["# b", "# e"]
    assert list(layout.shapes) == [0, 2, 4, 6, 8, 10, 12]
