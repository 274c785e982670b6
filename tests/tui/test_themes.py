"""Every text colour reads on every ground that it stands on."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import Theme

from report_tui.tui.themes import DARK, LIGHT

LEAST = 4.5
"""The contrast that WCAG 2 asks for normal text."""
TEXTS = ("foreground", "muted", "accent", "success", "warning", "error", "code")
GROUNDS = ("background", "panel", "chosen")


def colour(theme: Theme, name: str) -> Color:
    return Color.parse(theme.variables.get(name) or getattr(theme, name))


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_text_stands_out(theme: Theme, text: str, ground: str) -> None:
    assert colour(theme, text).get_contrast_ratio(colour(theme, ground)) >= LEAST


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_focused_choice_stands_out(theme: Theme) -> None:
    assert colour(theme, "background").get_contrast_ratio(colour(theme, "accent")) >= LEAST
