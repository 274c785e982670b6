"""The three-way merge of one answer: what it promises for every three texts, and what it does with those that occur."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.core.merge import Part, Whose, collide, compare, kept_rows, merge, merged

# Few different lines, so that they repeat and move; a text is what an answer is: newlines are `\n`.
TEXTS = st.lists(st.sampled_from(["", "a", "b", "c", "d", "- one", "```"]), max_size=9).map("\n".join)


def lines(text: str) -> list[str]:
    return text.split("\n") if text else []


def kinds(parts: tuple[Part, ...]) -> list[str]:
    return [part.whose.value for part in parts]


@given(TEXTS, TEXTS)
def test_what_only_one_side_changed_is_as_that_side_has_it(base: str, changed: str) -> None:
    assert merged(merge(base, changed, base)) == changed
    assert merged(merge(base, base, changed)) == changed
    assert merged(merge(base, changed, changed)) == changed
    assert not collide(merge(base, changed, base))
    assert not collide(merge(base, changed, changed))


@given(TEXTS, TEXTS, TEXTS)
def test_the_sides_may_change_places(base: str, mine: str, theirs: str) -> None:
    mirror = {Whose.MINE: Whose.THEIRS, Whose.THEIRS: Whose.MINE}
    there = [
        Part(mirror.get(part.whose, part.whose), part.base, part.theirs, part.mine)
        for part in merge(base, theirs, mine)
    ]
    assert list(merge(base, mine, theirs)) == there


@given(TEXTS, TEXTS, TEXTS)
def test_the_parts_are_the_three_texts(base: str, mine: str, theirs: str) -> None:
    parts = merge(base, mine, theirs)
    assert [line for part in parts for line in part.mine] == lines(mine)
    assert [line for part in parts for line in part.theirs] == lines(theirs)
    base_lines = [line for part in parts for line in part.base]
    assert base_lines == lines(base)
    for part in parts:
        assert part.whose is not Whose.AGREED or part.mine == part.theirs
        assert part.whose is not Whose.MINE or part.theirs == part.base != part.mine
        assert part.whose is not Whose.THEIRS or part.mine == part.base != part.theirs
        assert part.whose is not Whose.COLLIDING or part.mine != part.theirs


@given(TEXTS, TEXTS, TEXTS)
def test_no_new_line_is_lost_and_none_is_made_up(base: str, mine: str, theirs: str) -> None:
    parts = merge(base, mine, theirs)
    both = lines(merged(parts))
    assert set(lines(mine)) | set(lines(theirs)) <= set(both) | set(lines(base))
    assert set(both) <= set(lines(mine)) | set(lines(theirs)) | {""}
    for part in parts:
        if part.whose is Whose.COLLIDING:
            assert part.both == part.theirs + part.mine


@given(st.data())
def test_changes_of_different_lines_never_collide(data: st.DataObject) -> None:
    base = [f"line {number}" for number in range(data.draw(st.integers(2, 12)))]
    cut = data.draw(st.integers(1, len(base) - 1))

    def changed(part: list[str], name: str) -> list[str]:
        made = []
        for line in part:
            made += data.draw(st.sampled_from([[line], [], [f"{name} {line}"], [f"{name} before {line}", line]]))
        return made

    mine, theirs = changed(base[:cut], "my"), changed(base[cut:], "their")
    parts = merge("\n".join(base), "\n".join(mine + base[cut:]), "\n".join(base[:cut] + theirs))
    assert not collide(parts)
    assert lines(merged(parts)) == mine + theirs


def test_two_changes_of_one_line_collide_and_the_others_are_merged() -> None:
    parts = merge("one\ntwo\nthree\nfour", "ONE\ntwo\nmy three\nfour", "one\ntwo\ntheir three\nfour\nfive")
    assert kinds(parts) == ["mine", "agreed", "colliding", "agreed", "theirs"]
    assert (parts[2].mine, parts[2].theirs) == (("my three",), ("their three",))
    assert merged(parts) == "ONE\ntwo\ntheir three\nmy three\nfour\nfive"


def test_two_who_filled_an_empty_answer_collide_where_they_differ() -> None:
    parts = merge("", "the same\nmine\nthe end", "the same\ntheirs\nthe end")
    assert kinds(parts) == ["agreed", "colliding", "agreed"]
    assert parts[1] == Part(Whose.COLLIDING, (), ("mine",), ("theirs",))


def test_a_line_that_one_deleted_and_the_other_changed_collides() -> None:
    parts = merge("a\nb\nc", "a\nc", "a\nB\nc")
    assert parts[1] == Part(Whose.COLLIDING, ("b",), (), ("B",))


def test_two_lines_added_at_one_place_collide() -> None:
    parts = merge("a\nb", "a\nmine\nb", "a\ntheirs\nb")
    assert merged(parts) == "a\ntheirs\nmine\nb"
    assert collide(parts)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "expected"),
    [
        # Paragraphs, whoever wrote them where.
        ("", "Mine.", "Theirs.", "Theirs.\n\nMine."),
        ("Was.", "Mine.", "Theirs.", "Theirs.\n\nMine."),
        ("A.\n\nWas.\n\nB.", "A.\n\nMine.\n\nB.", "A.\n\nTheirs.\n\nB.", "A.\n\nTheirs.\n\nMine.\n\nB."),
        ("A.", "A.\n\nMine.", "A.\n\nTheirs.", "A.\n\nTheirs.\n\nMine."),
        ("A.", "A.\nMine.", "A.\nTheirs.", "A.\nTheirs.\n\nMine."),
        ("A.", "Mine.\n\nA.", "Theirs.\n\nA.", "Theirs.\n\nMine.\n\nA."),
        # Lines within one paragraph stay in it.
        ("a\nb\nc", "a\nmine\nc", "a\ntheirs\nc", "a\ntheirs\nmine\nc"),
        # Lists, tables, quotes and code stay what they are.
        ("- a", "- a\n- mine", "- a\n- theirs", "- a\n- theirs\n- mine"),
        ("", "1. mine", "1. theirs\n   goes on", "1. theirs\n   goes on\n1. mine"),
        ("", "- mine", "- theirs\nlazily", "- theirs\nlazily\n- mine"),
        ("", "|mine|", "|a|\n|-|\n|theirs|", "|a|\n|-|\n|theirs|\n|mine|"),
        ("", "> mine", "> theirs", "> theirs\n> mine"),
        ("```\na\n```", "```\nmine\n```", "```\ntheirs\n```", "```\ntheirs\nmine\n```"),
        # Two kinds of blocks are kept apart.
        ("", "Mine.", "- theirs", "- theirs\n\nMine."),
        ("", "- mine", "Theirs.", "Theirs.\n\n- mine"),
        ("", "Mine.", "> Theirs.", "> Theirs.\n\nMine."),
        ("", "Mine.", "```\ntheirs\n```", "```\ntheirs\n```\n\nMine."),
        ("", "```\nmine\n```", "Theirs.", "Theirs.\n\n```\nmine\n```"),
        # What is blank already needs no more, and what one side took away is nothing to keep apart.
        ("a\nb", "a\nMine.\n\nb", "a\nTheirs.\n\nb", "a\nTheirs.\n\nMine.\n\nb"),
        ("a\n\nb\n\nc", "a\n\nc", "a\n\nB\n\nc", "a\n\nB\n\nc"),
    ],
)
def test_both_are_kept_as_blocks_of_their_own(base: str, mine: str, theirs: str, expected: str) -> None:
    assert merged(merge(base, mine, theirs)) == expected


def test_blank_lines_do_not_lead_astray() -> None:
    """Paragraphs are kept apart by the same blank line: it is no hold for what moved."""
    base = "first\n\nsecond\n\nthird"
    parts = merge(base, "new\n\nfirst\n\nsecond\n\nthird", "first\n\nsecond\n\nthird, longer")
    assert not collide(parts)
    assert merged(parts) == "new\n\nfirst\n\nsecond\n\nthird, longer"


class _Counted(str):
    """A line that counts how often it is compared."""

    __slots__ = ()
    compared = 0

    def __eq__(self, other: object) -> bool:
        _Counted.compared += 1
        return str.__eq__(self, other)

    __hash__ = str.__hash__


class _Text(str):
    """A text that falls into counted lines."""

    __slots__ = ()

    def split(self, sep: str | None = None, maxsplit: int = -1) -> list[str]:  # type: ignore[override]
        return [_Counted(line) for line in str.split(self, sep, maxsplit)]


@pytest.mark.parametrize("different", [1, 2, 40, 5000, 10**9])
def test_long_texts_cost_a_bounded_number_of_comparisons(different: int) -> None:
    """Five thousand lines, whatever repeats in them: the usual comparison takes minutes for the worst of these."""
    chance = random.Random(different)
    texts = ["\n".join(str(chance.randrange(different)) for _ in range(5000)) for _ in range(3)]
    _Counted.compared = 0
    parts = merge(*map(_Text, texts))
    assert _Counted.compared < 10_000_000
    assert [line for part in parts for line in part.mine] == lines(texts[1])


@given(TEXTS, TEXTS)
def test_without_a_base_all_lines_of_both_are_kept(mine: str, theirs: str) -> None:
    parts = compare(mine, theirs)
    assert [line for part in parts for line in part.mine] == lines(mine)
    assert [line for part in parts for line in part.theirs] == lines(theirs)
    both = Counter(line for part in parts for line in part.both)
    assert both >= Counter(lines(mine))
    assert both >= Counter(lines(theirs))


@given(TEXTS, TEXTS)
def test_rows_that_are_kept_hold_the_same_line_and_keep_their_order(old: str, new: str) -> None:
    found = kept_rows(old, new)
    assert all(lines(old)[row] == lines(new)[new_row] for row, new_row in found)
    assert found == sorted(found)
    assert len({row for row, _ in found}) == len({new_row for _, new_row in found}) == len(found)
    assert [new_row for _, new_row in found] == sorted(new_row for _, new_row in found)
