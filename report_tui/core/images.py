"""Finds what is, or was meant as, a figure inside an answer: image links and the forms that the course does not count.

Owns the syntax only. Whether the file exists, lies in the right folder or is of a right kind is `validation`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from report_tui.core.code import mask_code

COUNTED = re.compile(r"!\[(.*?)\]\((.*?)\)")
"""What the course counts as an image (field notes: the course's checker)."""
_REFERENCE = re.compile(r"!\[([^\]\n]*)\](?:\[([^\]\n]*)\])?(?!\()")
_HTML = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""\b(src|alt)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\(([^()\n]*)\)")
_DESTINATION = re.compile(r"""\s*(?:<([^<>\n]*)>|(\S*))(?:\s+(?:"[^"]*"|'[^']*'|\([^)]*\)))?\s*""")
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
    return sum(1 for _ in COUNTED.finditer(text)) if "![" in text else 0


def find_images(text: str) -> tuple[ImageRef, ...]:
    """All figures of an answer's text (newlines as `\\n`), in order."""
    if "](" not in text and "![" not in text and "<" not in text:
        return ()
    masked = mask_code(text)
    found: list[ImageRef] = []
    taken: list[tuple[int, int]] = []

    def add(form: ImageForm, description: str, written: str, span: tuple[int, int]) -> None:
        taken.append(span)
        target, renders = _destination(written)
        row = text.count("\n", 0, span[0]) + 1
        in_code = masked[span[0]] != text[span[0]]
        found.append(ImageRef(form, description, target, row, span, form is ImageForm.IMAGE, in_code, renders))

    for match in COUNTED.finditer(text):
        add(ImageForm.IMAGE, match[1], match[2], match.span())
    for match in _HTML.finditer(masked):
        attributes = {name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(text[slice(*match.span())])}
        add(ImageForm.HTML, attributes.get("alt", ""), f"<{attributes.get('src', '')}>", match.span())
    for match in _LINK.finditer(masked):
        target, _ = _destination(match[2])
        if _PICTURE.search(target) and not is_remote(target) and not _overlaps(match.span(), taken):
            add(ImageForm.LINK, match[1], match[2], match.span())
    for match in _REFERENCE.finditer(masked):
        name = match[2] or match[1]
        if not _overlaps(match.span(), taken) and (definition := _definition(masked, name)) is not None:
            add(ImageForm.REFERENCE, match[1], definition, match.span())
    return tuple(sorted(found, key=lambda image: image.span))


def _destination(written: str) -> tuple[str, bool]:
    match = _DESTINATION.fullmatch(written)
    if match is None:
        return written.strip(), False
    return match[1] if match[1] is not None else match[2], True


def _definition(text: str, name: str) -> str | None:
    match = re.search(rf"^ {{0,3}}\[{re.escape(name)}\]:[ \t]*(\S.*)$", text, re.MULTILINE | re.IGNORECASE)
    return match[1] if match else None


def _overlaps(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in taken)
