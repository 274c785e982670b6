"""Finds what is, or was meant as, a figure inside an answer: image links and the forms that the course does not count.

Owns the syntax only. Whether the file exists, lies in the right folder or is of a right kind is `validation`'s.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from report_tui.core.code import mask_code

_REFERENCE = re.compile(r"!\[([^\[\]\n]*)\](?:\[([^\[\]\n]*)\])?(?!\()")
_HTML = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\(([^()\n]*)\)")
_DESTINATION = re.compile(r"""\s*(?:<([^<>\n]*)>|(\S*))(?:\s+(?:"[^"]*"|'[^']*'|\([^)]*\)))?\s*""")
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]+)\]:[ \t]*(\S.*)$", re.MULTILINE)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|tiff?|heic)$", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:|//", re.IGNORECASE)


class ImageForm(StrEnum):
    """How a figure is written."""

    IMAGE = "image"
    """`![description](target)`: what the course counts."""
    LINK = "link"
    """`[description](picture.png)`: a plain link to a picture of the report."""
    HTML = "html"
    """`<img src=...>`"""
    REFERENCE = "reference"
    """`![description][name]`"""


@dataclass(frozen=True, slots=True)
class ImageRef:
    """One figure, or what was meant as one."""

    form: ImageForm
    description: str
    target: str
    """Path or address as written, without title and angle brackets."""
    row: int
    """1-based line of the answer's text."""
    span: tuple[int, int]
    """Offsets in the answer's text, end exclusive."""
    counted: bool
    """Whether the course's checker counts it as an image."""
    in_code: bool
    """Whether it stands in a fence or a code span, so that no page shows it."""
    renders: bool
    """Whether a Markdown renderer takes the target as a path (a blank in it, for one, makes the image plain text)."""


def is_remote(target: str) -> bool:
    """Whether a target is an address (`https:`, `data:`, `//host`) and no path of the report."""
    return bool(_SCHEME.match(target.strip())) and not re.match(r"[a-z]:[\\/]", target.strip(), re.IGNORECASE)


def count_images(text: str) -> int:
    """The number of images as the course counts them."""
    return sum(1 for _ in _counted(text))


def _counted(text: str) -> Iterator[tuple[int, int, int]]:
    """Of each match of the course's pattern `!\\[.*?\\]\\(.*?\\)`: its start, where its target begins, and its end.

    Done by hand, since the pattern itself takes quadratic time on a line of nothing but `![`.
    """
    position = 0
    while (start := text.find("![", position)) >= 0:
        line_end = text.find("\n", start)
        line_end = len(text) if line_end < 0 else line_end
        middle = text.find("](", start + 2, line_end)
        end = text.find(")", middle + 2, line_end) if middle >= 0 else -1
        if end < 0:
            # What this one lacks, all later ones of the line lack as well.
            position = line_end
            continue
        yield start, middle + 2, end + 1
        position = end + 1


def find_images(text: str) -> tuple[ImageRef, ...]:
    """All figures of an answer's text (newlines as `\\n`), in order."""
    if "](" not in text and "![" not in text and "<" not in text:
        return ()
    masked = mask_code(text)
    found: list[ImageRef] = []
    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def add(form: ImageForm, description: str, written: str, span: tuple[int, int]) -> None:
        target, renders = _destination(written)
        row = bisect_right(line_starts, span[0])
        in_code = masked[span[0]] != text[span[0]]
        found.append(ImageRef(form, description, target, row, span, form is ImageForm.IMAGE, in_code, renders))

    for start, middle, end in _counted(text):
        add(ImageForm.IMAGE, text[start + 2 : middle - 2], text[middle : end - 1], (start, end))
    # What is found is written over, so that no later pattern finds it, or a part of it, once more.
    rest = _without(masked, found)
    for match in _HTML.finditer(rest):
        attributes = {
            name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(text[slice(*match.span())])
        }
        add(ImageForm.HTML, attributes.get("alt", ""), f"<{attributes.get('src', '')}>", match.span())
    for match in _LINK.finditer(rest):
        target, _ = _destination(match[2])
        if _PICTURE.search(target) and not is_remote(target):
            add(ImageForm.LINK, match[1], match[2], match.span())
    rest = _without(masked, found)
    definitions: dict[str, str] = {}
    for match in _DEFINITION.finditer(rest):
        definitions.setdefault(match[1].casefold(), match[2])
    for match in _REFERENCE.finditer(rest):
        written = definitions.get((match[2] or match[1]).casefold())
        if written is not None:
            add(ImageForm.REFERENCE, match[1], written, match.span())
    return tuple(sorted(found, key=lambda image: image.span))


def _without(text: str, found: Sequence[ImageRef]) -> str:
    """The text with `]` for each character of what was found: no pattern matches across these."""
    pieces, position = [], 0
    for start, end in sorted(image.span for image in found):
        pieces += [text[position:start], "]" * (end - start)]
        position = max(position, end)
    return "".join([*pieces, text[position:]])


def _destination(written: str) -> tuple[str, bool]:
    match = _DESTINATION.fullmatch(written)
    if match is None:
        return written.strip(), False
    return match[1] if match[1] is not None else match[2], True
