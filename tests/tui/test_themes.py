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


def luminance(theme: Theme, name: str) -> float:
    """Relative luminance after WCAG 2, 0 (black) to 1 (white)."""
    channels = Color.parse(theme.variables.get(name) or getattr(theme, name)).normalized
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(theme: Theme, one: str, other: str) -> float:
    darker, lighter = sorted((luminance(theme, one), luminance(theme, other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_text_stands_out(theme: Theme, text: str, ground: str) -> None:
    assert contrast(theme, text, ground) >= LEAST


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_the_focused_choice_stands_out(theme: Theme) -> None:
    assert contrast(theme, "background", "accent") >= LEAST
