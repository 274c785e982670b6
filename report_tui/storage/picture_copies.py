"""Makes another picture of a picture's bytes: of another kind, or small enough for a report.

Owns everything that decodes and encodes, and what is left out of a copy: where it was taken, comments, all frames but
the first. It works on bytes alone, and takes any for hostile: whatever they are, it makes a picture or says why not.
Two kinds are decoded in a process of their own. The library behind compressed TIFFs writes what it thinks of a file
right onto the terminal, which the app holds; and while a large WebP or GIF is decoded no other thread runs, so that no
key would be answered. Meant for a thread: a large picture takes a second.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
import warnings
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from PIL.Image import Image

LARGE = 1_000_000
"""Bytes; of more than that a smaller copy is made as well."""
LONGEST_SIDE = 2_000
"""Pixels of a smaller copy: more than any page shows, and enough to read a whole screen."""
MOST_PIXELS = 100_000_000
"""More are not decoded: four bytes each in memory."""

_FORMATS = {"png": "PNG", "jpeg": "JPEG", "gif": "GIF", "webp": "WEBP", "bmp": "BMP", "tiff": "TIFF"}
KINDS = frozenset(_FORMATS)
"""What can be read."""

_GPS, _LATITUDE, _ORIENTATION = 0x8825, 2, 0x0112
_JPEG_QUALITY = 85
_WORTH = 0.9
"""Of the size; a copy that is hardly smaller is no help."""
_IN_ONE_GO = frozenset({"webp", "gif"})
_SMALL_ENOUGH = 1_000_000
"""Pixels: a WebP of so many is decoded in a few hundredths of a second."""
_SECONDS = 120.0
"""So long may another process take: a hundred million pixels need half of it on a slow machine."""
_APART = "import sys; sys.path[:] = sys.argv[3:]; from report_tui.storage.picture_copies import answer; answer()"
"""What the other process runs: this very program, wherever it was started from, and nothing of the working folder."""
# Modes whose colours stay what they are when they are saved, made smaller, or both.
_GREY, _COLOURS = ("1", "L", "LA"), ("P", "RGB", "RGBA")


class CannotDecode(Exception):
    """The bytes are no picture that can be read; `reason` is to be read after its name."""

    def __init__(self, reason: str, way_out: str = "save or export it once more") -> None:
        super().__init__(reason, way_out)
        self.reason = reason
        self.way_out = way_out


class Copy(NamedTuple):
    """A picture as it will be written."""

    data: bytes
    pixels: tuple[int, int]
    """Width and height."""


class Copies(NamedTuple):
    """What can be made of a picture."""

    whole: Copy
    smaller: Copy | None
    """Of the same kind, upright and without its location; None where the whole one is small enough."""
    animated: bool
    """Whether there are more pictures in it; a copy that is not byte for byte keeps the first."""
    has_location: bool
    """Whether it says where it was taken."""


def make(data: bytes, kind: str, wanted: str, *, apart: bool = True) -> Copies:
    """Decode a picture, which proves that it is whole, and make what a report can take of it.

    Args:
        data: the picture.
        kind: what it is, one of `KINDS`.
        wanted: `png` or `jpeg`. A picture of that kind stays byte for byte as it is.
        apart: whether another process may be started for what would print something, or keep other threads waiting.

    Raises:
        CannotDecode: it is damaged, or too large to be decoded.
    """
    from PIL import Image  # here: 40 ms that only pictures need

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is odd in a file: either it can be shown, or it is refused
            return _make(data, kind, wanted, apart=apart)
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except MemoryError as error:
        raise CannotDecode("takes more memory than there is", "make it smaller first") from error
    except CannotDecode:
        raise
    except Exception as error:  # Pillow raises nearly anything at a file that was made to break it
        raise CannotDecode("cannot be read as a picture") from error


def _too_large() -> CannotDecode:
    return CannotDecode(f"has more than {MOST_PIXELS // 1_000_000} million pixels", "make it smaller first")


def _make(data: bytes, kind: str, wanted: str, *, apart: bool) -> Copies:
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=(_FORMATS[kind],)) as image:
        pixels = image.size
        if pixels[0] * pixels[1] > MOST_PIXELS:
            raise _too_large()
        holds_up = kind in _IN_ONE_GO and pixels[0] * pixels[1] > _SMALL_ENOUGH
        if apart and (holds_up or any(tile[0] == "libtiff" for tile in image.tile)):
            return _made_apart(data, kind, wanted)
        # A JPEG's other pictures are a phone's previews.
        animated = kind != "jpeg" and bool(getattr(image, "is_animated", False))
        if kind == wanted:
            image.draft(image.mode, (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is decoded at a part of its size
        image.load()  # before anything else that may load it, and pass over that it is broken
        has_location = _has_location(image)
        whole = Copy(data, pixels) if kind == wanted else _encoded(_upright(image), wanted)
        smaller = _smaller(image, wanted) if len(whole.data) > LARGE else None
    if smaller is not None and len(smaller.data) > _WORTH * len(whole.data):
        smaller = None
    return Copies(whole, smaller, animated, has_location)


def _made_apart(data: bytes, kind: str, wanted: str) -> Copies:
    """What `make` makes of it, in another process whose talk nobody hears.

    Raises:
        CannotDecode: as `make`; also where that process ends without an answer.
    """
    import subprocess  # here: few pictures need it, and it is not light

    try:
        done = subprocess.run(
            [sys.executable, "-I", "-c", _APART, kind, wanted, *filter(None, sys.path)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_SECONDS,
            check=True,
        )
        first, _, rest = done.stdout.partition(b"\n")
        said = json.loads(first)
        if "reason" in said:
            raise CannotDecode(said["reason"], said["way_out"])
        whole, small = said["whole"], said["smaller"]
        return Copies(
            Copy(rest[: whole["size"]], tuple(whole["pixels"])),
            Copy(rest[whole["size"] :], tuple(small["pixels"])) if small else None,
            said["animated"],
            said["has_location"],
        )
    except subprocess.TimeoutExpired as error:
        raise CannotDecode("takes too long to be read", "save it as PNG in another program") from error


def answer() -> None:
    """The other end: make the copies of what comes on standard input, and print a line of JSON, then their bytes."""
    said: dict[str, object]
    try:
        made = make(sys.stdin.buffer.read(), sys.argv[1], sys.argv[2], apart=False)
    except CannotDecode as error:
        said, data = {"reason": error.reason, "way_out": error.way_out}, b""
    else:
        whole, smaller, animated, has_location = made
        said = {
            "whole": {"pixels": whole.pixels, "size": len(whole.data)},
            "smaller": {"pixels": smaller.pixels} if smaller else None,
            "animated": animated,
            "has_location": has_location,
        }
        data = whole.data + (smaller.data if smaller else b"")
    sys.stdout.buffer.write(json.dumps(said).encode("ascii") + b"\n" + data)


def _has_location(image: Image) -> bool:
    with contextlib.suppress(Exception):  # what says it may be as broken as anything
        if _LATITUDE in image.getexif().get_ifd(_GPS):
            return True
    described = image.info.get("xmp", b"")
    return isinstance(described, bytes) and b"GPSLatitude" in described


def _upright(image: Image) -> Image:
    from PIL import ImageOps

    with contextlib.suppress(Exception):
        if image.getexif().get(_ORIENTATION, 1) != 1:
            return ImageOps.exif_transpose(image)
    return image


def _smaller(image: Image, kind: str) -> Copy:
    from PIL import Image as Images

    small = _mixable(_upright(image))
    small = small.copy() if small is image else small
    small.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Images.Resampling.LANCZOS)
    if image.mode == "P" and kind == "png":  # drawn with few colours: so it stays small
        small = small.quantize(256, method=Images.Quantize.FASTOCTREE)
    return _encoded(small, kind)


def _encoded(image: Image, kind: str) -> Copy:
    """The picture as a file, without anything that is not seen."""
    profile = image.info.get("icc_profile")
    before = image.mode
    if kind == "jpeg":
        image = _on_white(_mixable(image))
    elif image.mode not in (*_GREY, *_COLOURS, "I;16"):
        image = _mixable(image)
    # Colours that were converted are no longer those that the profile is about.
    alike = any(before in modes and image.mode in modes for modes in (_GREY, _COLOURS))
    options = {"icc_profile": profile} if profile and alike else {}
    file = io.BytesIO()
    said = image.info
    image.info = {name: value for name, value in said.items() if name == "transparency"}
    try:
        if kind == "jpeg":
            # Not optimised for the last twentieth of its size: no other thread would run meanwhile.
            image.save(file, "JPEG", quality=_JPEG_QUALITY, **options)
        else:
            image.save(file, "PNG", **options)
    finally:
        image.info = said
    return Copy(file.getvalue(), image.size)


def _mixable(image: Image) -> Image:
    """The picture in a mode whose pixels can be mixed: grey or colours of eight bits, perhaps with alpha."""
    if image.mode.startswith("I") or image.mode == "F":
        return _eight_bits(image)
    if image.mode in ("RGB", "L") and "transparency" not in image.info:
        return image
    if image.mode in ("RGBA", "LA"):
        return image
    if image.mode == "1":
        return image.convert("L")
    return image.convert("RGBA" if image.has_transparency_data else "RGB")


def _eight_bits(image: Image) -> Image:
    """Grey of more than eight bits as eight; some programs write eight of them into sixteen."""
    grey = image.convert("F")
    low, high = (float(bound) for bound in grey.getextrema() if not isinstance(bound, tuple))
    if 0 <= low and high <= 255 and image.mode != "F":
        return grey.convert("L")
    if 0 <= low and high <= 65535 and image.mode != "F":
        low, high = 0.0, 65535.0
    share = 255 / (high - low) if high > low else 0.0
    return grey.point(lambda value: value * share - low * share).convert("L")


def _on_white(image: Image) -> Image:
    from PIL import Image as Images

    if image.mode not in ("RGBA", "LA"):
        return image
    ground = Images.new("RGBA", image.size, "white")
    ground.alpha_composite(image.convert("RGBA"))
    return ground.convert("RGB")
