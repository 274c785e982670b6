"""Hostile files: the work grows with the file, never with its square; counted in lines of Python, not in seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import pytest

from report_tui import Report
from report_tui.core.images import find_images
from tests.reports import Shape, build

if TYPE_CHECKING:
    from _typeshed import TraceFunction


def questions(count: int, first: int = 1) -> str:
    return build(Shape(numbers=tuple(range(first, first + count)), per_section=0, checklist="none")).to_bytes().decode()


HEAD = questions(3)
HOSTILE: dict[str, Callable[[int], str]] = {
    "questions": questions,
    "questions in reverse": lambda n: "".join(questions(1, first) for first in range(n, 0, -1)),
    "one question again and again": lambda n: questions(1) * n,
    "copies of the document": lambda n: questions(10) * (n // 10),
    "headings": lambda n: HEAD + "## x\n" * n,
    "headings apart": lambda n: HEAD + "## x\n\ntext\n\n" * n,
    "question headings": lambda n: HEAD + "".join(f"### Question {i}\n" for i in range(n)),
    "question headings with quotes": lambda n: HEAD + "### Question 9\n> **q**\n" * n,
    "headings with prompts": lambda n: HEAD + "### x\n> **q**\n> Answer:\n" * n,
    "bare headings": lambda n: HEAD + "Question 9\n" * n,
    "bare headings with quotes": lambda n: HEAD + "Question 9\n> q\ntext\n>\n" * n,
    "bare headings with empty quotes": lambda n: HEAD + "Question 9\n>\ntext\n" * n,
    "quotes": lambda n: HEAD + "> **q**\n" * n,
    "markers": lambda n: HEAD + "> Answer:\n" * n,
    "markers with text": lambda n: HEAD + "> Answer: x\n" * n,
    "bold quotes with markers": lambda n: HEAD + "> **q**\n> Answer: x\n" * n,
    "unquoted markers": lambda n: HEAD + "text\nAnswer: x\n" * n,
    "lost headings": lambda n: HEAD + "> **q**\n>\n> Answer:\n\ntext\n\n" * n,
    "open fences": lambda n: HEAD + "```python\n# x\n" * n,
    "closed fences": lambda n: HEAD + "```\n### Question 2\n```\n" * n,
    "boxes": lambda n: HEAD + "- [ ] x\n" * n,
    "boxes under headings": lambda n: HEAD + "## x\n\ntext\n\n- [ ] x\n  y\n" * n,
    "boxes above": lambda n: "# T\n" + "- [ ] x\n" * n + HEAD,
    "rules": lambda n: HEAD + "---\n\n" * n,
    "placeholders": lambda n: HEAD + "--- question 1 fill here ---\n" * n,
    "images": lambda n: HEAD + "![a](b.png) <img src=c.png> [d](e.png) ![f][g]\n" * n + "\n[g]: h.png\n",
    "blank lines": lambda n: HEAD + "\n" * n,
}


def lines_run(action: Callable[[], object]) -> int:
    """How many lines of the package's own Python an action runs."""
    count = 0

    def trace(frame: FrameType, event: str, _: object) -> TraceFunction | None:
        nonlocal count
        if "report_tui" not in frame.f_code.co_filename:
            return None
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", HOSTILE)
def test_twice_the_file_is_about_twice_the_work(name: str) -> None:
    def work(count: int) -> int:
        data = HOSTILE[name](count).encode()

        def read() -> None:
            report = Report.from_bytes(data)
            for question in report.questions[-3:]:
                find_images(question.answer.text)

        return lines_run(read)

    work(10)
    once, twice = work(400), work(800)
    assert once > 400
    assert twice < 2.6 * once


LONG = 300_000
LONG_LINES = {
    "text": "x" * LONG,
    "dashes": "-" * LONG,
    "dashes apart": "-- " * LONG,
    "placeholder in pieces": "question " * LONG,
    "heading with blanks": "# a" + " " * LONG + "x",
    "heading with hashes": "# " + "# " * LONG + "x",
    "heading with stars": "# 1" + "**" * LONG + "x",
    "heading with letters": "# " + "a" * LONG + "1" * LONG,
    "quotes": ">" * LONG,
    "marker with blanks": "> Answer:" + " " * LONG + "x",
    "box": "- [ ] " + "x " * LONG,
    "rule": "*" * LONG + "x",
    "backticks": "` `` ``` " * (LONG // 9),
    "image openings": "![" * LONG,
    "image references": "![a][" * LONG,
    "image tags": "<img " * LONG,
    "table tags": "<table " * LONG,
}


@pytest.mark.parametrize("name", LONG_LINES)
def test_one_long_line(name: str) -> None:
    # A pattern that takes quadratic time on one of these would run for hours.
    report = Report.from_bytes(f"{HEAD}\n{LONG_LINES[name]}\n{questions(2, 4)}".encode())
    assert [question.id for question in report.questions] == [1, 2, 3, 4, 5]
    find_images(report.question(3).answer.text)
    assert report.with_answer(4, "Text.").question(4).answer.text == "Text."


def test_deeply_nested_quotes() -> None:
    nested = [">" * depth + " x" for depth in range(1, 500)]
    report = Report.from_bytes(build(answers={5: ["Text.", "", *nested]}).to_bytes())
    text = report.question(5).answer.text
    assert report.with_answer(5, text + "\n\n```\nx\n```").question(5).answer.text.endswith("```")
