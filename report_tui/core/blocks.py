"""The Markdown parsers that are asked what lines and signs mean; what they say is used to locate, never to print.

Owns their set-up, and loads them only when something is asked: most reports are read without them.
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


@cache
def whole_parser() -> MarkdownIt:
    """A CommonMark parser that reads what stands inside a line as well."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")


def quote_around(lines: Sequence[str], index: int) -> range:
    """The lines (0-based) of the outermost block quote that line `index` stands in; empty where it stands in none."""
    for token in block_parser().parse("\n".join(lines)):
        if token.type == "blockquote_open" and token.level == 0 and token.map and token.map[0] <= index < token.map[1]:
            return range(*token.map)
    return range(0)
