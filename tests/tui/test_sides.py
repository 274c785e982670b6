"""Two texts of one answer side by side: nothing that differs is left out, and it is marked with its side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from report_tui.tui.view_models.sides import Piece, Side, SideLine, compared

lines = st.lists(st.sampled_from(["", "one", "two", "a b c d", "a b x d", "**bold**", " two "]), max_size=12)


def of(side: Side, found: tuple[SideLine, ...]) -> list[str]:
    return [line.text for line in found if line.side is side]


def test_one_changed_word_is_marked_on_both_sides() -> None:
    mine, theirs = compared("We drove two hours.", "We drove three hours.")
    assert mine == SideLine(Side.MINE, (Piece("We drove "), Piece("two", differs=True), Piece(" hours.")))
    assert theirs.pieces[1] == Piece("three", differs=True)


def test_lines_that_have_nothing_in_common_are_not_compared_word_by_word() -> None:
    mine, theirs = compared("We drove two hours.", "Nothing else happened today")
    assert (mine.pieces, theirs.pieces) == ((Piece("We drove two hours."),), (Piece("Nothing else happened today"),))


def test_of_many_lines_that_are_alike_the_first_and_the_last_are_shown() -> None:
    same = "\n".join("abcdef")
    found = compared(f"{same}\nmine", f"{same}\ntheirs")
    assert [line.text for line in found] == ["a", "4 lines that are the same", "f", "mine", "theirs"]
    assert found[1].side is Side.LEFT_OUT


def test_one_side_may_be_empty() -> None:
    assert [(line.side, line.text) for line in compared("", "theirs")] == [(Side.MINE, ""), (Side.THEIRS, "theirs")]


@given(lines, lines)
def test_every_line_that_only_one_side_has_is_there(ours: list[str], other: list[str]) -> None:
    mine, theirs = "\n".join(ours), "\n".join(other)
    found = compared(mine, theirs)
    both = sum(int(line.text.split()[0]) if line.side is Side.LEFT_OUT else 1 for line in found if line.side in _SAME)
    assert both + len(of(Side.MINE, found)) == len(mine.split("\n"))
    assert both + len(of(Side.THEIRS, found)) == len(theirs.split("\n"))
    assert set(of(Side.MINE, found)) <= set(mine.split("\n"))
    assert set(of(Side.THEIRS, found)) <= set(theirs.split("\n"))


@given(lines)
def test_a_text_does_not_differ_from_itself(ours: list[str]) -> None:
    text = "\n".join(ours)
    assert all(line.side in _SAME for line in compared(text, text))


_SAME = (Side.BOTH, Side.LEFT_OUT)
