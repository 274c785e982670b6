"""Rewrites a figure in an answer's text: into the one form that the course counts, onto the right path, out of code.

Owns the syntax of the result only, as `rewrites` does for the rest of a text. Rows are 1-based; None where the result
would not be certain.
"""

from __future__ import annotations

import re
from collections.abc import Container

from report_tui.core.code import find_fences
from report_tui.core.images import ImageForm, ImageRef, find_images
from report_tui.core.source import is_blank, normalised

_WRAPPER = re.compile(r" {0,3}</?(?!img\b)[A-Za-z]", re.IGNORECASE)
_PATH = re.compile(r"[ \t]*(<[^<>\n]*>|[^ \t\n]+)")
_ENCODED = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "?": "%3F", "#": "%23", "%": "%25"}


def counted_form(text: str, row: int) -> str | None:
    """The text with `![description](path)` for the `<img>`, plain link or reference that begins on this row."""
    images = find_images(text)
    here = next((image for image in images if image.row == row and _is_uncounted(image)), None)
    if here is None:
        return None
    same = [image for image in images if (image.form, image.target) == (here.form, here.target)]
    for image in reversed(same):
        if not _is_uncounted(image):
            continue
        description = " ".join(image.description.split())
        if not image.target or set("[]") & set(description) or _is_wrapped(text, image.row):
            return None
        # What an address says with its signs stays; a blank or a bracket would end the path.
        path = "".join(_ENCODED[sign] if sign in " ()<>" else sign for sign in image.target)
        text = _replaced(text, image, f"![{description}]({path})")
    return text


def _is_uncounted(image: ImageRef) -> bool:
    return image.form is not ImageForm.IMAGE and not image.in_code and not image.hidden


def _is_wrapped(text: str, row: int) -> bool:
    """Whether the figure stands in a block of HTML, where Markdown is not read."""
    lines = text.split("\n")
    first = row - 1
    while first > 0 and not is_blank(lines[first - 1]):
        first -= 1
    return any(_WRAPPER.match(line) for line in lines[first:row])


def _replaced(text: str, image: ImageRef, new: str) -> str:
    return text[: image.span[0]] + new + text[image.span[1] :]


def with_path(text: str, row: int, target: str, path: str) -> str | None:
    """The text with another path for every figure that has the target of one on this row.

    Args:
        text: the answer.
        row: a row on which such a figure begins.
        target: the target as it is read there.
        path: the file, from the report's folder with forward slashes and not encoded.
    """
    images = [image for image in find_images(text) if image.target == target and not image.in_code]
    if all(image.row != row for image in images):
        return None
    encoded = "".join(_ENCODED.get(sign, sign) for sign in path)
    for image in reversed(images):
        raw = text[slice(*image.span)]
        middle = raw.find("](") + 2
        written = _PATH.match(raw, middle, len(raw) - 1)
        if image.form not in (ImageForm.IMAGE, ImageForm.LINK) or middle < 2 or written is None or "(" in raw[middle:]:
            return None
        text = _replaced(text, image, raw[: written.start(1)] + encoded + raw[written.end(1) :])
    return text


_SRC = re.compile(r"""(\bsrc\s*=\s*)("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_DEFINED = re.compile(r"^( {0,3}\[[^\[\]\n]+\]:[ \t]*)(<[^<>\n]*>|\S+)", re.MULTILINE)


def with_file(text: str, targets: Container[str], path: str) -> str:
    """The text with another path for every figure that has one of these targets, in whatever form it is written.

    One of which it is not certain where its path ends stays as it is.

    Args:
        text: the answer.
        targets: as they are read there.
        path: the file, from the report's folder with forward slashes and not encoded.
    """
    encoded = "".join(_ENCODED.get(sign, sign) for sign in path)
    by_reference = set()
    for image in reversed(find_images(text)):
        if image.target not in targets or not image.target:
            continue
        if image.form is ImageForm.HTML:
            raw = text[slice(*image.span)]
            text = _replaced(text, image, _SRC.sub(lambda match: f'{match[1]}"{encoded}"', raw, count=1))
        elif image.form is ImageForm.REFERENCE:
            by_reference.add(image.target)
        elif (place := _path_span(text, image)) is not None:
            text = text[: place[0]] + encoded + text[place[1] :]

    def defined(match: re.Match[str]) -> str:
        return match[1] + (encoded if match[2].strip("<>") in by_reference else match[2])

    return _DEFINED.sub(defined, text) if by_reference else text


def _path_span(text: str, image: ImageRef) -> tuple[int, int] | None:
    """Where the path of an image or a link stands, with its angle brackets; None where that is not certain."""
    start, end = image.span
    middle = text.find("](", start, end) + 2
    if middle < 2:
        return None
    inner = text[middle : _closing(text, middle, end - 1)]
    if image.renders:
        written = _PATH.match(inner)
        return (middle + written.start(1), middle + written.end(1)) if written is not None else None
    # A blank in it: all that stands there is the path, unless it may be a title.
    if set("\"'<>") & set(inner):
        return None
    left = len(inner) - len(inner.lstrip())
    return middle + left, middle + len(inner.rstrip())


def _closing(text: str, start: int, end: int) -> int:
    """The offset of the parenthesis that closes a path; pairs of them may stand inside, before or behind `end`."""
    depth = 0
    for index in range(start, len(text)):
        if text[index] == "\n":
            break
        if text[index] == ")" and depth == 0:
            return index
        depth += {"(": 1, ")": -1}.get(text[index], 0)
    return end


def with_encoded_blanks(text: str, row: int) -> str | None:
    """The text with `%20` for the blanks in the path of the figure on this row."""
    here = next((image for image in find_images(text) if image.row == row and not image.renders), None)
    if here is None or here.form not in (ImageForm.IMAGE, ImageForm.LINK):
        return None
    raw = text[slice(*here.span)]
    middle = raw.find("](") + 2
    path = raw[middle:-1].strip()
    if set("\"'()<>") & set(path):
        return None
    return _replaced(text, here, f"{raw[:middle]}{path.replace(' ', '%20')})")


def out_of_code(text: str, row: int) -> str | None:
    """The text with the figure on this row shown: where a code span, or a fence, holds figures and nothing else."""
    here = next((image for image in find_images(text) if image.row == row and image.in_code), None)
    if here is None or here.form is not ImageForm.IMAGE:
        return None
    fence = next((fence for fence in find_fences(text) if fence.first < row <= fence.last), None)
    if fence is not None:
        lines = text.split("\n")
        body = [line.strip() for line in lines[fence.first : fence.last - 1]]
        if not fence.closed or any(line and not _is_figure(line) for line in body):
            return None
        return normalised("\n".join([*lines[: fence.first - 1], "", *body, "", *lines[fence.last :]]))
    start, end = here.span
    before, behind = text[:start].rstrip(" "), text[end:].lstrip(" ")
    ticks = len(before) - len(before.rstrip("`"))
    if ticks == 0 or ticks != len(behind) - len(behind.lstrip("`")):
        return None
    return before.rstrip("`") + text[start:end] + behind.lstrip("`")


def _is_figure(line: str) -> bool:
    return any(image.span == (0, len(line)) for image in find_images(line))


def without_backslash(text: str, row: int) -> str | None:
    """The text without the backslash that makes the figure on this row plain text."""
    for image in find_images(text):
        start = image.span[0]
        if image.row == row and image.hidden and text[start - 1 : start] == "\\":
            return text[: start - 1] + text[start:]
    return None


def with_description(text: str, image: ImageRef, description: str) -> str | None:
    """The text with other words for one of its figures; words without brackets and on one line."""
    if image.form is not ImageForm.IMAGE:
        return None
    start = image.span[0] + len("![")
    return text[:start] + description + text[start + len(image.description) :]
