"""A bar that shows a share, as text: heavy for what is there, light for what is to go."""

from __future__ import annotations

from textual.content import Content


def bar(share: float, width: int, colour: str) -> Content:
    """A bar `width` cells wide, filled for a share between 0 and 1 in a theme colour such as `$success`.

    Anything short of the whole leaves a light cell, so that a full bar can be trusted.
    """
    filled = width if share >= 1 else min(width - 1, round(share * width))
    return Content.assemble(("━" * filled, colour), ("─" * (width - filled), "$muted"))
