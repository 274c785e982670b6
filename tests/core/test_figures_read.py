"""Figures that only the course's page loses, held against that page itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.core.images import find_images
from report_tui.render.course_page import course_answer_html

FIGURE = "![b](figures/b.png)"
PIECES = [
    *("`", "``", "```", "\\", "\n", "\n\n", " ", "a", "text ", "[a]: x", "[a]:", "[a]", "(x)", "'", '"', "*", "_"),
    *("> ", "- ", "1. ", "#", ":", "!", FIGURE, "![what it shows](figures/b.png)"),
]


def shown(text: str) -> int:
    """How many figures we take for shown; of a reference nobody asks, since the course counts none."""
    images = [image for image in find_images(text) if image.counted and image.renders]
    return sum(not (image.unread or image.in_code or image.hidden) for image in images)


def on_page(text: str) -> int:
    return course_answer_html("", text).count('<img alt="')


@pytest.mark.parametrize(
    "text",
    [
        f"``{FIGURE}`",
        f"a `` b {FIGURE} ` c",
        f"``` {FIGURE}\n`` x",
        f"# a ``{FIGURE}`",
        f"A `word {FIGURE} \\` here",
        f"\\``{FIGURE}` here",
        f"[a]: {FIGURE}",
        f"text\n[a]: {FIGURE}",
        f"text\n   [a]:\n{FIGURE}",
        f'text\n[a]: x "{FIGURE}"',
        f"text\n[a]: x\n({FIGURE})",
        f"> text\n> [a]: {FIGURE}",
        f"* text\n\n    [a]: {FIGURE}",
        f"`\n> `{FIGURE}`",
        f"*a**b*{FIGURE}",
        f"*one\ntwo**three*{FIGURE}",
    ],
)
def test_lost_on_the_page(text: str) -> None:
    assert on_page(text) == 0
    assert shown(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        FIGURE,
        f"[a]: x\n{FIGURE}",
        f"[a]: http://x 'y'\n{FIGURE}",
        f"a ` b\n{FIGURE}",
        f"a ` b\n\n{FIGURE} ` c",
        f"# a ` b\n{FIGURE} ` c",
        f"a ``b` {FIGURE}",
        f"a \\` b {FIGURE} `c",
        f"`a` {FIGURE} `b`",
        f"```\ncode\n```\n{FIGURE}",
        f"as in [a]: {FIGURE}",
        f"*a* **b**{FIGURE}",
        f"**a**b*{FIGURE}",
    ],
)
def test_shown_on_the_page(text: str) -> None:
    assert on_page(text) == 1
    assert shown(text) == 1


@given(st.lists(st.sampled_from(PIECES), max_size=7), st.lists(st.sampled_from(PIECES), max_size=4))
def test_what_is_taken_for_shown_is_on_the_page(before: list[str], behind: list[str]) -> None:
    text = "".join([*before, FIGURE, *behind]).strip("\n")
    assert shown(text) <= on_page(text), text


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"{'`' * length} " for length in range(1, 430)),
        "` `` " * 20_000,
        "[a]: " + '"' * 90_000,
        ("[a]: " + '"' * 900 + "\n") * 100,
        "[" * 90_000,
    ],
    ids=["runs", "pairs", "one definition", "definitions", "brackets"],
)
def test_hostile_lines_end(text: str) -> None:
    """In a time that nobody would notice; without the bounds it is minutes."""
    assert find_images(f"{text}\n\n{FIGURE}")[0].target == "figures/b.png"


def test_of_more_brackets_than_any_answer_has_no_figure_is_called_well() -> None:
    figure = "![a](figures/a.png)"
    assert shown(f"<b>\n\n{'[ ' * 1_900}\n\n{figure}") == 1
    assert shown(f"<b>\n\n{'[ ' * 2_100}\n\n{figure}") == 0
    assert shown(f"```\n{'[ ' * 9_000}\n```\n\n<b>\n\n{figure}") == 1, "code is no matter"
