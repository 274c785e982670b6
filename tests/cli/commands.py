"""Runs the commands in this process, on reports of our own, and compares what they print with the goldens.

`REPORT_TUI_GOLDENS=write` writes the goldens anew; look at the difference before you commit it.
"""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from dataclasses import dataclass
from pathlib import Path

import pytest

from report_tui import cli
from tests.validation.judging import report_text

GOLDENS = Path(__file__).parent / "goldens"

RULES = """\
schema_version: 1
course: harbour-101
title: Harbour Robots
course_check: answer-split
templates:
  - version: "2026"
    questions:
      1: {title: Crew}
      2: {title: Crane, words: [4, 9]}
      3: {title: Map, images: [1, 2]}
      4: {title: Tide table, words: [3, 40]}
      5: {title: Pilot, words: [2, 30]}
      6: {title: Extras, words: [0, 20]}
"""

GOOD = (
    "Ann, Bo and Cy",
    "It lifts four crates at once",
    "![the quay from above](figures/quay.png)",
    "High water is at noon today",
    "Nobody but us",
    "",
)
MIXED = (
    None,
    "It lifts crates",
    "![the quay](figures/Quay.png) and ![its plan](figures/plan.png)",
    "We read it from a table:\n- high water\n- low water\n\n#### Later\n\nTODO see <name> for the rest of this.",
    "Nobody\n\n--- question 5 fill here ---",
    "See https://example.org for more.",
)
FIGURES = (
    "Ann, Bo and Cy\n\n![my_image](figures/quay.png)",
    "It lifts four crates at once ![](figures/quay.png)",
    "![Cut off](figures/cut.png)\n\n![Nothing](figures/empty.png)",
    "![A letter](figures/letter.png)\n\n![The moon](figures/moon.jpg)",
    "![A crane](figures/crane.png)\n\n![The tide](figures/tide.png)",
    "![The whole coast](figures/wide.png)\n\n![Low tide](figures/low%20tide.png)",
)
CHECKLIST = "## To do\n\n* [x] Tie the ropes\n* [ ] Weigh the cargo\n"


def png(width: int = 3, height: int = 2) -> bytes:
    """A grey picture; one of many pixels is as small, since nobody decodes it here."""
    rows = zlib.compress(bytes((width + 1) * min(height, 9)))
    parts = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b""))
    chunks = [
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@dataclass(frozen=True)
class Result:
    """What a command did."""

    code: int
    out: bytes
    err: bytes


class Runner:
    """Runs commands in a working directory of their own."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[bytes]) -> None:
        self.folder = folder
        self.capture = capture

    def __call__(self, *arguments: str) -> Result:
        """Run `report-tui ARGUMENTS`."""
        self.capture.readouterr()
        code = cli.main(arguments)
        out, err = self.capture.readouterr()
        return Result(code, out, err)

    def write(self, name: str, content: str | bytes) -> Path:
        """A file below the working directory."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def report(self, answers: tuple[str | None, ...] = GOOD, folder: str = ".", *, rules: bool = True) -> Path:
        """A group's folder with a report, its rules and one figure."""
        self.write(f"{folder}/reports/figures/quay.png", png())
        if rules:
            self.write(f"{folder}/reports/report-rules.yaml", RULES)
        text = report_text(answers).replace("## The quay", f"{CHECKLIST}\n## The quay")
        return self.write(f"{folder}/reports/README.md", text)


def give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Let `data` be standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="cp1252"))


def golden(name: str, actual: bytes) -> None:
    """Compare with a golden file, byte for byte."""
    path = GOLDENS / name
    actual = actual.replace(os.linesep.encode(), b"\n")
    if os.environ.get("REPORT_TUI_GOLDENS") == "write":
        path.write_bytes(actual)
    assert actual.decode() == path.read_bytes().decode()
