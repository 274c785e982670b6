"""The app's three themes. Owns the colours alone.

Every text colour reads on every ground that text stands on: at 4.5:1 or better, at 7:1 in the high contrast theme.
"""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="report-dark",
    primary="#6cb6ff",
    secondary="#8fa3b8",
    accent="#6cb6ff",
    foreground="#d9dee5",
    background="#12151a",
    surface="#12151a",
    panel="#1f252e",
    success="#7fce8f",
    warning="#e3b765",
    error="#ff8a80",
    dark=True,
    variables={
        "muted": "#929dab",
        "line": "#2c343f",
        "chosen": "#22303f",
        "code": "#9fd0b0",
        "input-selection-background": "#6cb6ff 30%",
        "block-cursor-foreground": "#12151a",
        "block-cursor-background": "#6cb6ff",
    },
)

LIGHT = Theme(
    name="report-light",
    primary="#0b5cad",
    secondary="#4c5a69",
    accent="#0b5cad",
    foreground="#1d2228",
    background="#fbfbf8",
    surface="#fbfbf8",
    panel="#ecece6",
    success="#1b6b37",
    warning="#855600",
    error="#b3261e",
    dark=False,
    variables={
        "muted": "#59636e",
        "line": "#d5d6cf",
        "chosen": "#dbe7f4",
        "code": "#1f6a4d",
        "input-selection-background": "#0b5cad 22%",
        "block-cursor-foreground": "#fbfbf8",
        "block-cursor-background": "#0b5cad",
    },
)

CONTRAST = Theme(
    name="report-contrast",
    primary="#8fd0ff",
    secondary="#d0d6dd",
    accent="#8fd0ff",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1c1c1c",
    success="#8ff0a4",
    warning="#ffd75f",
    error="#ffbab3",
    dark=True,
    variables={
        "muted": "#cfd4da",
        "line": "#8a9099",
        "chosen": "#0f3350",
        "code": "#b4f0c8",
        "input-selection-background": "#8fd0ff 30%",
        "block-cursor-foreground": "#000000",
        "block-cursor-background": "#8fd0ff",
    },
)

THEMES = {"dark": DARK, "light": LIGHT, "high-contrast": CONTRAST}
"""By the name that a person knows them by."""

# What our style sheet needs of a theme that is not ours.
DEFAULTS = {"muted": "#929dab", "line": "#2c343f", "chosen": "#22303f", "code": "#9fd0b0"}
