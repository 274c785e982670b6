"""The part of a page that belongs to one answer, in the context it stands in.

Owns how that part is cut out: the question's own text is converted with its answer and without it, and what both
begin with is left out. Text glued to the marker thus stays in the block quote that it fell into. It converts nothing
itself and knows no kind of page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple


class Bounds(NamedTuple):
    """How much is converted for one answer; of each sign the programs look for the end in all of the text."""

    characters: int
    work: int
    """Signs times characters."""


PREVIEW = Bounds(20_000, 1_500_000)
"""While somebody types: several times the longest answer that was ever handed in."""
WHOLE_PAGE = Bounds(100_000, 100_000_000)
"""Once, for a page: about a second."""
_SIGNS = ("[", "<", "://", "www.")
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
_ENTITY = re.compile(r"&[#\w]{0,32}\Z")


class CannotConvert(Exception):
    """A text that no page can be made of; says why, in words for its writer."""


def answer_html(convert: Callable[[str], str], before: str, answer: str, bounds: Bounds = PREVIEW) -> str:
    """The HTML of an answer as it comes out below its question.

    Args:
        convert: makes a page of Markdown.
        before: the question's text from its heading to its marker, or an empty string.
        answer: what follows there, with the newlines between.
        bounds: how much is converted.

    Raises:
        CannotConvert: the text is too long, or too full of brackets or addresses; or `convert` raised it.
    """
    bound(bounds, before, answer)
    whole = convert(before + answer)
    if not before:
        return whole
    cut = _cut(whole, _shared(convert(before), whole))
    return "".join(_open_tags(whole[:cut])) + whole[cut:]


def bound(bounds: Bounds, *texts: str) -> None:
    """Refuse what would take too long.

    Args:
        bounds: how much is converted.
        texts: what is converted as one.

    Raises:
        CannotConvert: with the reason.
    """
    length = sum(map(len, texts))
    signs = sum(text.count(sign) for text in texts for sign in _SIGNS)
    if length > bounds.characters:
        raise CannotConvert("the answer is too long")
    if length * signs > bounds.work:
        raise CannotConvert("it has too many brackets ([ or <) or addresses")


def _shared(one: str, other: str) -> int:
    """How many characters both begin with."""
    least, most = 0, min(len(one), len(other))
    while least < most:
        middle = (least + most + 1) // 2
        if one[:middle] == other[:middle]:
            least = middle
        else:
            most = middle - 1
    return least


def _cut(html: str, position: int) -> int:
    """The place at or before `position` that is inside of no tag and no entity."""
    start = html.rfind("<", 0, position)
    if start > html.rfind(">", 0, position):
        return start
    entity = _ENTITY.search(html, 0, position)
    return entity.start() if entity else position


def _open_tags(html: str) -> list[str]:
    """The tags that are still open at the end, as they are written."""
    opened: list[tuple[str, str]] = []
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if not match[1]:
            if name not in _VOID and not match[0].endswith("/>"):
                opened.append((name, match[0]))
        elif any(name == there for there, _ in opened):
            while opened.pop()[0] != name:
                pass
    return [tag for _, tag in opened]
