"""A small report whose figures have troubles, written with real pictures into a folder."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from PIL import Image

from report_tui import figure_repairs as repairs
from report_tui.figure_repairs import Done
from report_tui.session import Session
from report_tui.validation.fixes import Change, FileChange

ANSWERS = {
    1: "We are the harbour group.",
    2: "![The harbour](figures/Harbour%20(1).PNG) and words.",
    3: "![The plan](figures/plan.PNG)",
    4: "Once ![so](figures/Harbour (1).PNG), and once\n\n![so](<figures/Harbour (1).PNG>)",
    5: "![The berth](shots/Berth.JPG)",
}


def png(seed: int) -> bytes:
    """A whole PNG of one pixel."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixel = zlib.compress(bytes((0, seed, seed, seed)))
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")


def jpeg(seed: int) -> bytes:
    """A whole JPEG of a few pixels."""
    file = BytesIO()
    Image.new("RGB", (8, 8), (seed, seed, seed)).save(file, "JPEG")
    return file.getvalue()


def write_report(folder: Path) -> Path:
    """Write the report and its figures; returns the report's file."""
    (folder / "figures").mkdir(parents=True)
    (folder / "shots").mkdir()
    for name, data in (("Harbour (1).PNG", png(1)), ("plan.PNG", png(2)), ("spare.png", png(3))):
        (folder / "figures" / name).write_bytes(data)
    (folder / "shots" / "Berth.JPG").write_bytes(jpeg(5))
    lines = ["# Report", ""]
    for number, answer in ANSWERS.items():
        lines += [f"### Question {number}", "", f"> Tell about part {number}.", ">", "> Answer:", "", answer, ""]
    path = folder / "README.md"
    path.write_bytes("\n".join(lines).encode())
    return path


def repair(session: Session, change: FileChange, *, for_good: bool = False) -> Done:
    """Make a repair of a figure's file, in one go; raises CannotChange."""
    repairing = repairs.to_repair(session, change, for_good=for_good)
    done = repairs.repaired(session, repairing, repairing.write())
    session.take_figures(session.to_tidy(is_saved=False).write())
    return done


def take_back(session: Session, done: Done, texts: Iterable[Change]) -> None:
    """Take one back, with these of its texts; raises CannotChange."""
    session.figure_copies.take_back(done.renamed)
    for text in texts:
        session.edit(text.question, text.before)
    session.take_figures(session.to_tidy(is_saved=False).write())
