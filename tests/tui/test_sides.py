"""Two texts of one answer side by side: nothing that differs is left out, and it is marked with its side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from report_tui.core.merge import Whose, compare, merge
from report_tui.tui.view_models.sides import Piece, Row, Side, SideLine, in_sequence, rows

lines = st.lists(st.sampled_from(["", "one", "two", "a b c d", "a b x d", "**bold**", " two "]), max_size=12)


def lines_of(text: str) -> list[str]:
    return text.split("\n") if text else []


def compared(mine: str, theirs: str) -> tuple[SideLine, ...]:
    """As the history and what was left behind show two versions."""
    return in_sequence(rows(compare(mine, theirs)))


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
    assert [(line.side, line.text) for line in compared("", "theirs")] == [(Side.THEIRS, "theirs")]
    assert [(line.side, line.text) for line in compared("mine", "")] == [(Side.MINE, "mine")]


@given(lines, lines)
def test_every_line_that_only_one_side_has_is_there(ours: list[str], other: list[str]) -> None:
    mine, theirs = "\n".join(ours), "\n".join(other)
    found = compared(mine, theirs)
    both = sum(int(line.text.split()[0]) if line.side is Side.LEFT_OUT else 1 for line in found if line.side in _SAME)
    assert both + len(of(Side.MINE, found)) == len(lines_of(mine))
    assert both + len(of(Side.THEIRS, found)) == len(lines_of(theirs))
    assert set(of(Side.MINE, found)) <= set(mine.split("\n"))
    assert set(of(Side.THEIRS, found)) <= set(theirs.split("\n"))


@given(lines)
def test_a_text_does_not_differ_from_itself(ours: list[str]) -> None:
    text = "\n".join(ours)
    assert all(line.side in _SAME for line in compared(text, text))


_SAME = (Side.BOTH, Side.LEFT_OUT)


def test_what_only_one_side_changed_says_which() -> None:
    beside = rows(merge("a\nb\nc", "A\nb\nc", "a\nb\nC\nd"))
    assert [row.whose for row in beside] == [Whose.MINE, Whose.AGREED, Whose.THEIRS, Whose.THEIRS]
    assert beside[3] == Row(Whose.THEIRS, None, SideLine(Side.THEIRS, (Piece("d"),)))


def test_a_line_of_many_words_is_shown_whole_and_at_once() -> None:
    mine, theirs = " ".join(["word"] * 100_000), " ".join(["word"] * 100_001)
    (row,) = rows(merge("", mine, theirs))
    assert (row.mine, row.theirs) == (SideLine(Side.MINE, (Piece(mine),)), SideLine(Side.THEIRS, (Piece(theirs),)))


def test_a_changed_line_is_marked_also_where_another_came_with_it() -> None:
    found = compared("The costs were 400 euros.", "The costs were 410 euros.\n\nAnd a day.")
    assert [(line.side.value, line.text) for line in found] == [
        ("m", "The costs were 400 euros."),
        ("t", "The costs were 410 euros."),
        ("t", ""),
        ("t", "And a day."),
    ]
    assert [piece.text for piece in found[0].pieces if piece.differs] == ["400"]
    above = compared("The costs were 400 euros.", "By now:\n\nThe costs were 410 euros.")
    assert [piece.text for piece in above[-1].pieces if piece.differs] == ["410"]


def test_of_very_many_lines_no_word_is_marked() -> None:
    found = compared("\n".join(f"mine {n} a b" for n in range(200)), "\n".join(f"theirs {n} a b" for n in range(200)))
    assert (len(found), found[0].text, found[200].text) == (400, "mine 0 a b", "theirs 0 a b")
    assert not any(piece.differs for line in found for piece in line.pieces)
