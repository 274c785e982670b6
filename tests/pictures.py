"""Real pictures for tests, made in memory: every kind, mode and oddity that a student's machine may hand out."""

from __future__ import annotations

import io
import random

from PIL import Image, TiffImagePlugin

ORIENTATION, GPS = 0x0112, 0x8825


def drawn(width: int = 40, height: int = 30, mode: str = "RGB") -> Image.Image:
    """A picture whose left half is dark and whose right half is light, so that a turn can be seen."""
    image = Image.new("L", (width, height), 40)
    image.paste(220, (width // 2, 0, width, height))
    if mode == "P":
        return image.quantize(8)
    return image.convert(mode) if mode in ("1", "L", "LA", "I", "I;16", "F") else image.convert("RGB").convert(mode)


def noisy(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture that no program makes small."""
    channels = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, (width, height), random.Random(7).randbytes(width * height * channels))


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of a file of this kind."""
    file = io.BytesIO()
    image.save(file, kind.upper(), **options)
    return file.getvalue()


def exif(orientation: int = 1, *, location: bool = False) -> Image.Exif:
    """What a phone writes: which way it was held, and where."""
    made = Image.Exif()
    made[ORIENTATION] = orientation
    made[0x010F] = "A phone"
    if location:
        degrees = tuple(TiffImagePlugin.IFDRational(number) for number in (55, 47, 9))
        made.get_ifd(GPS).update({1: "N", 2: degrees, 3: "E", 4: degrees})
    return made


def opened(data: bytes) -> Image.Image:
    """The picture, decoded."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
