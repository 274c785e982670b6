"""The course's page: what python-markdown makes of all but the first characters, and of one answer in its place."""

from __future__ import annotations

from pathlib import Path

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.render.course_page import FRONT_MATTER, course_answer_html, course_html
from report_tui.render.page_part import CannotConvert

BEFORE = "### Question 1\n\n> **Where did you test?**\n>\n> Answer:"
TITLE = "x" * FRONT_MATTER
MARKS = st.text(alphabet="ab \n\t>#*_-=+1.)([]<>!`~|&;:/\\\"'^", max_size=120)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("One\n- two", "<p>One\n- two</p>"),
        ("One\n\n- two", "<p>One</p>\n<ul>\n<li>two</li>\n</ul>"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "<p>| a | b |\n|---|---|\n| 1 | 2 |</p>"),
        ("```python\n# a\nb\n```", "<p>```python</p>\n<h1>a</h1>\n<p>b\n```</p>"),
        ("~~a~~ <name> https://a.example", "<p>~~a~~ <name> https://a.example</p>"),
        ("<script>a</script>", "<script>a</script>"),
    ],
)
def test_the_page_has_no_extensions(text: str, html: str) -> None:
    assert course_html(TITLE + text) == html


def test_line_endings_are_those_of_a_file_read_as_text() -> None:
    lines = ["# A report of the harbour group", "", "The tide was high.", "", "- buoy"]
    assert course_html("\r\n".join(lines)) == course_html("\n".join(lines)) == course_html("\r".join(lines))


@given(MARKS)
def test_the_page_is_what_the_library_makes_of_the_rest(text: str) -> None:
    assert course_html(TITLE + text) == markdown.markdown(text)


@pytest.mark.parametrize(
    ("answer", "html"),
    [
        ("\n\nText.\n\n- a\n", "\n<p>Text.</p>\n<ul>\n<li>a</li>\n</ul>"),
        ("\nglued", "<blockquote><p>\nglued</p>\n</blockquote>"),
        (" on its line\n\nmore", "<blockquote><p> on its line</p>\n</blockquote>\n<p>more</p>"),
        ("\n> quoted", "<blockquote><p>\nquoted</p>\n</blockquote>"),
        ("", ""),
    ],
)
def test_an_answer_comes_in_the_context_it_stands_in(answer: str, html: str) -> None:
    assert course_answer_html(BEFORE, answer) == html


def test_without_a_prompt_the_answer_is_the_page() -> None:
    assert course_answer_html("", "Text.") == "<p>Text.</p>"


@given(MARKS)
def test_an_answer_behind_a_blank_line_comes_out_as_by_itself(text: str) -> None:
    # Behind a letter nothing in the text can belong to the prompt; a definition would be taken out before.
    text = "a" + text.replace("[", "(")
    assert course_answer_html(BEFORE, f"\n\n{text}").lstrip("\n") == markdown.markdown(text)


@pytest.mark.parametrize("text", ["1. " * 900, "[" * 20_000, "<![CDATA[" * 3_000, "word " * 10_000])
def test_what_would_take_long_or_fails_is_refused(text: str) -> None:
    with pytest.raises(CannotConvert):
        course_answer_html(BEFORE, f"\n\n{text}")


def test_the_page_of_a_real_report_is_what_the_script_makes_of_its_file(shared: Path) -> None:
    reports = sorted([*(shared / "reports").glob("*.md"), *(shared / "templates").glob("*.md")])
    assert reports
    for path in reports:
        with path.open(encoding="utf-8") as file:  # as text, as the script reads it
            text = file.read()
        assert course_html(path.read_bytes().decode()) == markdown.markdown(text[43:]), path.name
