"""Every text colour reads on every ground that it may stand on, and a chosen theme stays.

What is really painted is looked at in `test_contrast`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

from report_tui.storage import settings
from report_tui.tui.themes import CONTRAST, THEMES
from tests.scenes import keys_for
from tests.tui.driver import running
from tests.tui.test_contrast import LEAST, luminance

TEXTS = ("foreground", "muted", "accent", "success", "warning", "error", "code")
GROUNDS = ("background", "panel", "chosen")
ALL = pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)


def contrast(theme: Theme, one: str, other: str) -> float:
    colours = (Color.parse(theme.variables.get(name) or getattr(theme, name)) for name in (one, other))
    darker, lighter = sorted(luminance(colour.rgb) for colour in colours)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("text", TEXTS)
@ALL
def test_text_stands_out(theme: Theme, text: str, ground: str) -> None:
    assert contrast(theme, text, ground) >= (7 if theme is CONTRAST else LEAST)


@ALL
def test_the_focused_choice_stands_out(theme: Theme) -> None:
    assert contrast(theme, "background", "accent") >= (7 if theme is CONTRAST else LEAST)


def test_settings_know_the_themes_by_the_same_names() -> None:
    assert tuple(THEMES) == settings.THEMES


async def test_a_theme_is_chosen_in_the_palette_and_remembered(demo: Path) -> None:
    async with running(demo) as driver:
        await driver.press("ctrl+p", *keys_for("contrast"), "enter")
        assert driver.app.theme == CONTRAST.name
        assert settings.remembered_theme() == "high-contrast"
        assert driver.app.screen is driver.main
