"""Inputs to begin with, in our own words: small ones, since a fuzzer learns nothing from a long one.

Owns one function for each target; what an input has to look like is said in `targets`.
"""

from __future__ import annotations

import random
from pathlib import Path

from report_tui.core.changes import BoxKey, Changes, Draft, Origin
from report_tui.storage import draft_records
from report_tui.storage.rules import shipped_folder
from tests.faults.fuzz.targets import SEPARATOR
from tests.reports import DAMAGES, SHAPES, Shape, build, filled

FINDS = Path(__file__).with_name("finds")
"""A folder for each target, a file for each input that once broke it."""

_ENDINGS = ("\n", "\r\n", "\r")
_TEXTS = (
    b"A new answer.\n\n- with\n- a list",
    b"```\ncode\n```",
    b"### Question 2",
    b"> Answer:",
    b"![A crane](figures/crane.png)\n<!-- gone -->",
    b"",
)


def reports() -> list[bytes]:
    """Reports of three questions, whole and damaged, each with a text to write into them."""
    rng = random.Random(5)
    numbers = (1, 2, 3)
    files = [
        build(Shape(**{**shape.__dict__, "numbers": numbers}), {1: ["One line."]}).to_bytes(ending)
        for shape in SHAPES.values()
        for ending in _ENDINGS
    ]
    for damage in DAMAGES.values():
        made = filled(Shape(numbers=numbers, example=False), rng)
        damage(made, 2)
        files.append(made.to_bytes("\n"))
    return [file + SEPARATOR + _TEXTS[index % len(_TEXTS)] for index, file in enumerate(files)]


def rules() -> list[bytes]:
    """Rules files: the shipped ones' beginnings, and what YAML can do."""
    shipped = [path.read_bytes()[:2000] for path in sorted(shipped_folder().glob("*.yaml"))]
    whole = (
        b"schema_version: 1\ncourse: a-b\ntitle: A\n"
        b"figures: {folder: figures, extensions: [png, jpg], samples: {a.png: }}\n"
        b'course_check: answer-split\ntemplates:\n  - version: "1"\n'
        b"    course_check_skips: 43\n    sections: 2\n    boxes: 3\n    questions:\n"
        b"      1: {title: One, words: [1, 2], images: [0, 1], prompt: what, placeholder: x}\n"
    )
    odd = [
        b"a: &a [x]\nb: [*a, *a]\n",
        b"<<: *x\n<<: *x\n",
        b"--- !!python/object/apply:os.system [a]\n",
        b"? [a]\n: {b: c}\n",
        b"a: |\n  b\n  c\nd: >-\n  e\n",
        b"'a': \"\\u0041\\x41\\U00000041\"\n",
        b"---\na: b\n---\nc: d\n",
        b"%YAML 1.1\n%TAG ! tag:x,2000:\n---\n!x a\n",
        b"[[[[[[[[[[]]]]]]]]]]",
    ]
    return [whole, *shipped, *odd]


def journals() -> list[bytes]:
    """Journals as they are written, and their records alone."""
    base = build(Shape(numbers=(1, 2, 3), example=False), {1: ["One line."]}).to_bytes("\n")
    kept = Draft(
        base,
        Changes(
            {1: "Another line.", 2: "Text.\n\nMore."}, frozenset((3,)), {BoxKey("Group 1", "Tie the ropes", 0): True}
        ),
        {2: "Text."},
        origins={2: Origin("What did you do?", "Text.")},
    )
    change = draft_records.change(Draft(base), kept)
    whole = draft_records.whole("reports/README.md", kept)
    head = whole.splitlines(keepends=True)[0]
    alone = b"\n".join(line.split(b" ", 2)[2] for line in whole.splitlines())
    return [
        whole,
        whole[:-9],
        head + change,
        alone,
        b'{"answers":{"1":null}}',
        b'{"moved":[1]}',
        b'{"ticked":[["","",0,true]]}',
    ]


def merges() -> list[bytes]:
    """Three texts each."""
    return [
        SEPARATOR.join(texts)
        for texts in (
            (b"a\nb\nc", b"a\nB\nc", b"a\nb\nC"),
            (b"a\nb\nc", b"a\nx\nc", b"a\ny\nc"),
            (b"", b"a", b"b"),
            (b"a\n\nb\n\nc", b"b\n\na\n\nc", b"a\n\nc"),
            (b"a\na\na\na", b"a\na", b"a\nb\na\na\na"),
        )
    ]


SEEDS = {"parser": reports, "rules": rules, "drafts": journals, "merge": merges}


def finds(target: str) -> list[Path]:
    """What once broke a target."""
    folder = FINDS / target
    return sorted(path for path in folder.iterdir() if path.is_file()) if folder.is_dir() else []
