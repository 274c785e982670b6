"""Finds what is, or was meant as, a figure inside an answer: image links and the forms that the course does not count.

Owns the syntax only. Whether the file exists, lies in the right folder or is of a right kind is `validation`'s.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from report_tui.core.code import mask_code
from report_tui.core.figures_read import unread

_REFERENCE = re.compile(r"!\[([^\[\]\n]*)\](?:\[([^\[\]\n]*)\])?(?!\()")
_HTML = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""(?<![^\s"'<>/=])([^\s"'<>/=]+)\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""")
_LINK = re.compile(r"(?<!!)\[([^\[\]\n]*)\]\(([^()\n]*)\)")
# Only these are blanks to Markdown: the narrow one that a Mac writes into a screenshot's name is a sign like any other.
_DESTINATION = re.compile(
    r"""[ \t]*(?:<([^<>\n]*)>|([^ \t\n]*))(?:[ \t]+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\([^)]*\)))?[ \t]*"""
)
_DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]+)\]:[ \t]*(\S.*)$", re.MULTILINE)
_PICTURE = re.compile(r"\.(?:png|jpe?g|gif|webp|svg|bmp|tiff?|heic)$", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:|//", re.IGNORECASE)

_DEEPEST = 32
"""Parentheses inside of each other in a target: no more are read by Markdown programs either."""
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_INDENTED = re.compile(r" {4}| {0,3}\t")
_ITEM = re.compile(r" {0,3}(?:[*+-]|\d{1,9}[.)])[ \t]")
_RAW = re.compile(r"<(?:!--|(?:pre|script|style|textarea|template)\b)", re.IGNORECASE)
# No alternative crosses a `<`, so that the time stays linear.
_TAG = re.compile(r"""</?[A-Za-z](?:[^<>"']|"[^"<]*"|'[^'<]*')*+>""")


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


class ImageRef(NamedTuple):
    """One figure, or what was meant as one."""

    form: ImageForm
    description: str
    target: str
    """Path or address as a page reads it: without title, angle brackets, escapes and entities."""
    row: int
    """1-based line of the answer's text."""
    span: tuple[int, int]
    """Offsets in the answer's text, end exclusive."""
    counted: bool
    """Whether the course's checker counts it as an image."""
    in_code: bool
    """Whether it stands in a fence, a code span or an indented block, so that no page shows it."""
    hidden: bool
    """Whether it stands in a comment, a tag or an element without Markdown, or behind a backslash: no page shows it."""
    renders: bool
    """Whether a Markdown renderer takes the target as a path (a blank in it, for one, makes the image plain text)."""
    unread: bool = False
    """Whether one of the pages shows no image there, for HTML, code or stray signs around it, though it counts."""


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
    position, line_end = 0, -1
    while (start := text.find("![", position)) >= 0:
        if start > line_end:  # once for each line, however many stand on it
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


@lru_cache(maxsize=2)
def find_images(text: str) -> tuple[ImageRef, ...]:
    """All figures of an answer's text (newlines as `\\n`), in order."""
    masked, found = _written_figures(text)
    return tuple(sorted(_with_unread(text, masked, found), key=lambda image: image.span))


def image_targets(text: str) -> list[str]:
    """The targets of all figures of a text, in order; in much less time, since nobody asks how a page reads them."""
    return [image.target for image in sorted(_written_figures(text)[1], key=lambda image: image.span)]


def _written_figures(text: str) -> tuple[str, list[ImageRef]]:
    """The text with its code made blanks, and what is written in it as a figure, in any order."""
    if "](" not in text and "![" not in text and "<" not in text:
        return text, []
    masked = _mask_indented(text, mask_code(text))
    unshown = _unshown(masked)
    found: list[ImageRef] = []
    line_starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def add(form: ImageForm, description: str, written: str, span: tuple[int, int]) -> None:
        target, renders = _destination(written)
        if form is not ImageForm.HTML:
            target = _ESCAPED.sub(r"\1", target)
        row = bisect_right(line_starts, span[0])
        in_code = masked[span[0]] != text[span[0]]
        counted = form is ImageForm.IMAGE
        hidden = _is_inside(unshown, span[0]) or (counted and _is_escaped(text, span[0]))
        found.append(ImageRef(form, description, target, row, span, counted, in_code, hidden, renders))

    for start, middle, end in _counted(text):
        add(ImageForm.IMAGE, text[start + 2 : middle - 2], _written(text, middle, end - 1), (start, end))
    # What is found is written over, so that no later pattern finds it, or a part of it, once more.
    rest = _without(masked, found)
    for match in _HTML.finditer(rest):
        # Of two with the same name a browser takes the first.
        attributes = {
            name.lower(): value.strip("\"'") for name, value in reversed(_ATTRIBUTE.findall(text[slice(*match.span())]))
        }
        add(ImageForm.HTML, attributes.get("alt", ""), f"<{attributes.get('src', '')}>", match.span())
    for match in _LINK.finditer(rest):
        target, _ = _destination(match[2])
        if _PICTURE.search(target) and not is_remote(target):
            add(ImageForm.LINK, match[1], match[2], match.span())
    rest = _without(masked, found)
    definitions = _definitions(rest)
    for match in _REFERENCE.finditer(rest):
        written = definitions.get((match[2] or match[1]).casefold())
        if written is not None:
            add(ImageForm.REFERENCE, match[1], written, match.span())
    return masked, found


def _with_unread(text: str, masked: str, found: list[ImageRef]) -> list[ImageRef]:
    asked = [
        index
        for index, image in enumerate(found)
        if image.form is ImageForm.IMAGE and image.renders and not image.in_code and not image.hidden
    ]
    for place in unread(text, masked, [found[index].span for index in asked]):
        found[asked[place]] = found[asked[place]]._replace(unread=True)
    return found


def _without(text: str, found: Sequence[ImageRef]) -> str:
    """The text with `]` for each character of what was found: no pattern matches across these."""
    pieces, position = [], 0
    for start, end in sorted(image.span for image in found):
        pieces += [text[position:start], "]" * (end - start)]
        position = max(position, end)
    return "".join([*pieces, text[position:]])


def _definitions(text: str) -> dict[str, str]:
    """What the names of references stand for; the first of each."""
    definitions: dict[str, str] = {}
    for match in _DEFINITION.finditer(text):
        definitions.setdefault(match[1].casefold(), match[2])
    return definitions


def _written(text: str, start: int, end: int) -> str:
    """What stands between the parentheses; where pairs of them stand inside, more than the course's pattern takes."""
    if "(" not in text[start:end]:
        return text[start:end]
    depth = 0
    for index in range(start, len(text)):
        character = text[index]
        if character == "\n" or depth > _DEEPEST:
            break
        if character == "(":
            depth += 1
        elif character == ")":
            if depth == 0:
                return text[start:index]
            depth -= 1
    return text[start:end]


def _destination(written: str) -> tuple[str, bool]:
    match = _DESTINATION.fullmatch(written)
    if match is None:
        return written.strip(), False
    target = match[1] if match[1] is not None else match[2]
    if "&" in target:
        from html import unescape  # here, since its table costs more than most reports

        target = unescape(target)
    return target, True


def _mask_indented(text: str, masked: str) -> str:
    """The masked text with indented code made blanks: four or more below a blank line, and not inside of a list."""
    if "![" not in text or ("    " not in text and "\t" not in text):
        return masked
    lines = masked.split("\n")
    in_code = in_list = False
    after_blank = True
    for index, line in enumerate(text.split("\n")):
        if not line or line.isspace():
            after_blank = True
            continue
        if _INDENTED.match(line):
            in_code = in_code or (after_blank and not in_list)
            if in_code:
                lines[index] = " " * len(line)
        else:
            in_code = False
            in_list = _ITEM.match(line) is not None or (in_list and (line[0] in " \t" or not after_blank))
        after_blank = False
    return "\n".join(lines)


def _unshown(masked: str) -> list[tuple[int, int]]:
    """Where Markdown is not read, in order: comments, tags, elements whose text stays as it is."""
    spans: list[tuple[int, int]] = []
    position = 0
    missing: set[str] = set()
    while (start := masked.find("<", position)) >= 0:
        position = start + 1
        opening = _RAW.match(masked, start)
        if opening is not None:
            name = opening[0][1:].lower()
            closing = "-->" if name == "!--" else f"</{name}"
            # What is not there once is not there later either.
            close = -1 if closing in missing else _find(masked, closing, opening.end())
            if close < 0:
                missing.add(closing)
            position = close if close >= 0 else len(masked)
            spans.append((start, position))
        elif (tag := _TAG.match(masked, start)) is not None:
            # The tag itself is what is looked for where it is a figure.
            position = tag.end()
            spans.append((start + 1, position))
    return spans


def _find(text: str, part: str, start: int) -> int:
    match = re.compile(re.escape(part), re.IGNORECASE).search(text, start)
    return match.start() if match else -1


def _is_inside(spans: Sequence[tuple[int, int]], offset: int) -> bool:
    index = bisect_right(spans, (offset, len(spans) and spans[-1][1])) - 1
    return index >= 0 and spans[index][0] <= offset < spans[index][1]


def _is_escaped(text: str, offset: int) -> bool:
    before = text[max(0, offset - 100) : offset]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
