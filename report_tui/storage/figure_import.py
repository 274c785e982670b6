"""Brings a figure into the report's figures folder: what it would become, and the copy itself.

Owns three promises: no file that is there is ever written over, no path leaves the report's folder, and a copy is
there as a whole or not at all. What is inserted into an answer is `core.figure_links`', how pixels become a file
`picture_copies`'. Meant for a thread, since a large picture takes a second to look at.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from report_tui.core.figure_links import figure_link
from report_tui.core.figure_names import numbered, safe_name
from report_tui.storage import files, picture_copies, picture_headers
from report_tui.storage.files import StorageError
from report_tui.storage.picture_copies import Copy
from report_tui.storage.writing import place_new, temporary, why_not_written
from report_tui.validation.ruleset import FigureRules

SIZE_LIMIT = 64_000_000
"""Bytes of a file that is looked at; the largest phone picture has a third of it."""
PASTED = "the clipboard"
"""What bytes without a name are called in a message."""

_MOST_SAME_SIZE = 50
"""Files of exactly the same size that are compared; there is hardly ever one."""

_EXPORT = "export it as PNG, then bring that in"
_REFUSED = {
    "heic": ("is a HEIC picture, which browsers do not show", "save it as JPEG or PNG, then bring that in"),
    "avif": ("is an AVIF picture, which GitHub does not show", "save it as JPEG or PNG, then bring that in"),
    "svg": ("is an SVG drawing, which the course does not take", _EXPORT),
    "pdf": ("is a PDF document, not a picture", f"{_EXPORT}, or take a screenshot of the page"),
}
_WAYS_OUT = {
    "is empty": "save or export it once more",
    "is a pointer of Git LFS, not the picture": "fetch the picture with 'git lfs pull'",
    "has more pixels than programs open": "make it smaller first",
}


class CannotBringIn(StorageError):
    """A figure cannot be brought in; `str` is one line with the way out, and nothing was written."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a picture would become, with all its bytes: whatever happens to the file, this is what is copied."""

    name: str
    """A safe name for it; another one may be put in its place with `dataclasses.replace`."""
    kind: str
    """What the picture is: `png`, `jpeg`, `gif`, `webp`, `bmp`, `tiff`."""
    becomes: str
    """What it is written as: `png` or `jpeg`; the same kind is copied byte for byte."""
    whole: Copy = field(repr=False)
    """The copy, with its pixels and bytes."""
    smaller: Copy | None = field(repr=False)
    """A copy of at most 2,000 pixels, upright and without its location, where the whole one has more than 1 MB."""
    source_size: int
    """Bytes of the picture as it is now."""
    animated: bool
    """Whether it holds more pictures than the first, which is all that a converted or smaller copy keeps."""
    has_location: bool
    """Whether the picture says where it was taken; a copy that is byte for byte says so too."""

    @property
    def converted(self) -> bool:
        """Whether it becomes a file of another kind."""
        return self.kind != self.becomes


class Brought(NamedTuple):
    """A figure in the figures folder."""

    path: str
    """From the report's folder, with forward slashes."""
    reused: bool
    """Whether the very same picture was there already, perhaps under another name."""


def inspect(source: Path | bytes, rules: FigureRules) -> Offer:
    """Look at a picture and say what bringing it in would make of it; writes nothing.

    Args:
        source: its file (a `~` at the beginning is the home), or its bytes.
        rules: the kinds of figures that the course takes.

    Raises:
        CannotBringIn: it is none that can be brought in, or cannot be read.
    """
    path = Path(PASTED) if isinstance(source, bytes) else _at_home(source)
    data = source if isinstance(source, bytes) else _read(path)
    kind = _kind(path, data)
    becomes = _becomes(kind, rules)
    try:
        copies = picture_copies.make(data, kind, becomes)
    except picture_copies.CannotDecode as error:
        raise CannotBringIn(path, error.reason, error.way_out) from error
    safe = safe_name("" if isinstance(source, bytes) else path.name, _extension(becomes, rules))
    return Offer(safe, kind, becomes, copies.whole, copies.smaller, len(data), copies.animated, copies.has_location)


def bring_in(offer: Offer, report_folder: Path, rules: FigureRules, *, smaller: bool = False) -> Brought:
    """Put the picture into the figures folder, which is made where it is missing.

    The same content that is there already, also under another name, is used as it is. Where its name is taken, the
    new file gets a number. Interrupted at any point, the file is there as a whole or not at all; a temporary file
    (`.wheel-slip.png.*.tmp`) is left behind only by a process that was killed.

    Args:
        offer: what `inspect` said, perhaps under another name.
        report_folder: the folder of the report.
        rules: the figures folder and the kinds of figures.
        smaller: whether the smaller copy is wanted, where there is one.

    Raises:
        CannotBringIn: it could not be written; nothing is left of it.
    """
    copy = offer.smaller if smaller and offer.smaller is not None else offer.whole
    name = safe_name(offer.name, _extension(offer.becomes, rules))
    folder = report_folder / rules.folder
    try:
        _make_folder(report_folder, folder)
        same = _same(folder, copy.data, rules)
        if same is not None:
            return Brought(f"{rules.folder}/{same}", reused=True)
        return _put(report_folder, name, copy.data, rules)
    except OSError as error:
        reason, before = why_not_written(error)
        raise CannotBringIn(folder / name, reason, f"{before}, then try again") from error


# Looking


def _at_home(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _read(path: Path) -> bytes:
    try:
        return files.contents(path, SIZE_LIMIT).data
    except IsADirectoryError as error:
        raise CannotBringIn(path, "is a folder", "name a picture in it") from error
    except files.IrregularError as error:
        raise CannotBringIn(path, "is not a regular file", "name a picture") from error
    except PermissionError as error:
        raise CannotBringIn(path, "may not be read by you", "ask its owner, or change its permissions") from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CannotBringIn(path, "does not exist", "check the name") from error
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            limit = f"is larger than {SIZE_LIMIT // 1_000_000} MB"
            raise CannotBringIn(path, limit, "make it smaller first") from error
        raise CannotBringIn(path, "cannot be read", "check the name and the disk") from error


def _kind(path: Path, data: bytes) -> str:
    """What the bytes are, where they can be brought in.

    Raises:
        CannotBringIn: they cannot; says why.
    """
    header = picture_headers.header(io.BytesIO(data), len(data), SIZE_LIMIT)
    kind = "avif" if data[4:12] in (b"ftypavif", b"ftypavis") else header.kind
    if kind in _REFUSED:
        raise CannotBringIn(path, *_REFUSED[kind])
    if header.damage:
        raise CannotBringIn(path, header.damage, _WAYS_OUT.get(header.damage, "save or download it once more"))
    if kind not in picture_copies.KINDS:
        raise CannotBringIn(path, "is no picture of a kind that can be brought in", "bring in a PNG or a JPEG")
    return kind


def _becomes(kind: str, rules: FigureRules) -> str:
    """PNG and JPEG stay what they are, anything else becomes PNG, as far as the course takes them."""
    taken = {"jpeg" if extension in ("jpg", "jpeg") else extension for extension in rules.extensions}
    if kind in taken & {"png", "jpeg"}:
        return kind
    return "jpeg" if "jpeg" in taken and "png" not in taken else "png"


def _extension(kind: str, rules: FigureRules) -> str:
    if kind == "png":
        return kind
    return next((extension for extension in rules.extensions if extension in ("jpg", "jpeg")), "jpg")


# Writing


def _make_folder(report_folder: Path, folder: Path) -> None:
    """Make the figures folder, and refuse one that lies elsewhere.

    Raises:
        CannotBringIn: a link leads out of the report's folder, or a file stands in its place.
        OSError: it could not be made.
    """
    # From the top, so that nothing is made behind a link that leads out.
    for part in [*reversed(folder.relative_to(report_folder).parents), folder.relative_to(report_folder)]:
        here = report_folder / part
        try:
            here.mkdir(exist_ok=True)
        except FileExistsError as error:
            raise CannotBringIn(
                here, "is not a folder", "rename it, so that the figures' folder can be made"
            ) from error
        _refuse_outside(report_folder, here)


def _refuse_outside(report_folder: Path, path: Path) -> None:
    root, real = os.path.realpath(report_folder), os.path.realpath(path)
    if real != root and not real.startswith(root.rstrip(os.sep) + os.sep):
        raise CannotBringIn(path, "leads out of the report's folder", "put a real folder in its place")


def _same(folder: Path, data: bytes, rules: FigureRules) -> str | None:
    """The name of a file that holds these very bytes, and that a link can name as it is."""
    candidates = []
    with os.scandir(folder) as entries:
        for entry in entries:
            is_figure = entry.name.lower().endswith(tuple(f".{extension}" for extension in rules.extensions))
            if is_figure and entry.name in figure_link("", entry.name) and _size(entry) == len(data):
                candidates.append(entry.name)
    for name in sorted(candidates)[:_MOST_SAME_SIZE]:
        with contextlib.suppress(CannotBringIn):
            if _read(folder / name) == data:
                return name
    return None


def _size(entry: os.DirEntry[str]) -> int | None:
    """Bytes of a regular file; None for anything else, links too."""
    with contextlib.suppress(OSError):
        if entry.is_file(follow_symlinks=False):
            return entry.stat(follow_symlinks=False).st_size
    return None


def _put(report_folder: Path, name: str, data: bytes, rules: FigureRules) -> Brought:
    """Write a new file into the figures folder, under the first name that is free."""
    folder = report_folder / rules.folder
    with temporary(folder / name, data) as written:
        # Somebody may have put a link in the folder's place since it was looked at.
        _refuse_outside(report_folder, written)
        if sys.platform != "win32":
            # As readable as the folder: the mask of the process cannot be asked for in a thread.
            written.chmod(folder.stat().st_mode & 0o666)
        for candidate in _free_names(folder, name):
            try:
                place_new(written, folder / candidate)
            except FileExistsError:
                # It came between the look and the move; perhaps another window brings the same picture in.
                same = _same(folder, data, rules)
                if same is not None:
                    return Brought(f"{rules.folder}/{same}", reused=True)
                continue
            return Brought(f"{rules.folder}/{candidate}", reused=False)
    raise CannotBringIn(folder / name, "is taken, and so is every number behind it", "give it another name")


def _free_names(folder: Path, name: str) -> Iterator[str]:
    """The name, then with numbers, without those that stand there in whatever case."""
    taken = {there.casefold() for there in os.listdir(folder)}  # noqa: PTH208 - names are wanted
    candidates = [name, *(numbered(name, number) for number in range(2, len(taken) + 100))]
    return (candidate for candidate in candidates if candidate not in taken)
