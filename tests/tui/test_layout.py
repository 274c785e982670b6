"""The three layouts, as a table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from report_tui.tui.layout import Pane, panes

NAMES = {"l": Pane.LIST, "a": Pane.ANSWER, "p": Pane.PREVIEW}


@pytest.mark.parametrize(
    ("size", "focus", "preview", "shown"),
    [
        ((160, 48), "l", False, "la"),
        ((160, 48), "a", True, "lap"),
        ((160, 48), "l", True, "lap"),
        ((120, 36), "l", False, "la"),
        ((120, 36), "a", False, "la"),
        ((120, 36), "a", True, "ap"),
        ((120, 36), "p", True, "ap"),
        ((120, 36), "l", True, "lp"),
        ((80, 24), "a", False, "la"),
        ((80, 24), "a", True, "la"),
        ((80, 24), "p", True, "p"),
        ((80, 24), "l", True, "lp"),
        ((79, 24), "l", False, "l"),
        ((60, 20), "a", False, "a"),
        ((60, 20), "p", True, "p"),
        ((200, 19), "a", True, "a"),
    ],
)
def test_what_is_shown(size: tuple[int, int], focus: str, preview: bool, shown: str) -> None:
    assert panes(*size, NAMES[focus], preview=preview) == {NAMES[letter] for letter in shown}


@given(st.integers(1, 300), st.integers(1, 100), st.sampled_from(Pane), st.booleans())
def test_what_has_the_focus_is_seen(width: int, height: int, focus: Pane, preview: bool) -> None:
    assert focus in panes(width, height, focus, preview=preview)
