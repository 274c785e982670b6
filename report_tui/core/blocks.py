"""The Markdown parser that the core asks which lines make up a block; what it says is used to locate, never to print.

Owns its set-up, and loads it only when something is asked: most reports are read without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt


@cache
def block_parser() -> MarkdownIt:
    """A CommonMark parser that finds blocks only: what stands inside a line costs the most, and nobody asks for it."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark").disable("inline")


def quote_around(lines: Sequence[str], index: int) -> range:
    """The lines (0-based) of the outermost block quote that line `index` stands in; empty where it stands in none."""
    for token in block_parser().parse("\n".join(lines)):
        if token.type == "blockquote_open" and token.level == 0 and token.map and token.map[0] <= index < token.map[1]:
            return range(*token.map)
    return range(0)
