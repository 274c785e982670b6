"""How a change of an answer is cut down to what can be read at a glance."""

from __future__ import annotations

import pytest

from report_tui.tui.view_models.findings import LONGEST_LINE, MOST_LINES, TextLine, change_lines, excerpt
from report_tui.validation.fixes import Change


def shown(before: str, after: str) -> list[str]:
    return [f"{line.sign}{line.text}" for line in excerpt(before, after)]


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    (
        ("same", "same", []),
        ("one\ntwo", "one\n\ntwo", [" one", "+"]),
        ("one\n## two\nthree", "one\n\n**two**\n\nthree", [" one", "-## two", "+", "+**two**", "+"]),
        ("a\n\nb", "a\n\nc", ["-b", "+c"]),
    ),
)
def test_only_lines_that_differ_are_shown(before: str, after: str, lines: list[str]) -> None:
    assert shown(before, after) == lines


def test_a_long_line_is_shown_from_its_difference_on() -> None:
    before = "word " * 200 + "<name>" + " word" * 200
    old, new = shown(before, before.replace("<name>", "`<name>`"))
    assert old.startswith("-…") and new.startswith("+…")
    assert "<name>" in old[:60] and "`<name>`" in new[:60]
    assert len(new) <= LONGEST_LINE + 3


@pytest.mark.parametrize("below", ["", "\n\nAnother paragraph."])
def test_what_was_added_at_the_end_of_a_long_line_is_shown(below: str) -> None:
    old, new, *_ = shown("word " * 100, "word " * 100 + "The end." + below)
    assert old == "-…" + ("word " * 100)[-24:]
    assert new == "+…" + ("word " * 100)[-24:] + "The end."


def test_a_change_of_everything_is_cut() -> None:
    lines = excerpt("\n".join("ab" * 60), "\n".join("cd" * 60))
    assert len(lines) == MOST_LINES + 1
    assert lines[-1] == TextLine(" ", "…")


def test_a_move_shows_where_the_answer_goes() -> None:
    lines = change_lines(Change(3, "> It moves.\n> Far.", "It moves.\nFar.", is_move=True))
    assert [f"{line.sign}{line.text}" for line in lines] == [" > Answer:", "-> It moves.", "+", "+It moves."]
