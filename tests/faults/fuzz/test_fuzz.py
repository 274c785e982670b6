"""A short run of the fuzz targets, the same every time: seeds, what once broke them, and both of them damaged.

The long, coverage-guided run is `python -m tests.faults.fuzz`.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.fuzz.seeds import FINDS, SEEDS, finds
from tests.faults.fuzz.targets import TARGETS
from tests.faults.watchdog import within

DAMAGED = 60
"""Inputs made of the seeds for each target; the parser's are fewer, since each is a whole report several times over."""
KEPT = [(target, path) for target in TARGETS for path in finds(target)]


@pytest.mark.parametrize(("target", "path"), KEPT, ids=[f"{target}-{path.name}" for target, path in KEPT])
def test_what_was_once_found_is_found_no_more(target: str, path: Path) -> None:
    with within(60):
        TARGETS[target](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_whole_and_damaged(target: str) -> None:
    rng = random.Random(7)
    seeds = SEEDS[target]()
    with within(120):
        for seed in seeds:
            TARGETS[target](seed)
        for _ in range(DAMAGED):
            TARGETS[target](_damaged(rng, seeds))


def _damaged(rng: random.Random, seeds: list[bytes]) -> bytes:
    data = bytearray(rng.choice(seeds))
    for _ in range(rng.randint(1, 4)):
        at = rng.randint(0, len(data))
        match rng.randint(0, 3):
            case 0:
                data[at : at + rng.randint(1, 40)] = b""
            case 1:
                data[at:at] = rng.randbytes(rng.randint(1, 3))
            case 2:
                other = rng.choice(seeds)
                start = rng.randint(0, len(other))
                data[at:at] = other[start : start + rng.randint(1, 80)]
            case _:
                data[at : at + 1] = rng.choice((b"\r", b"\x00", b"`", b"<", b"[", b"\xff", b"\t", b">"))
    return bytes(data)


def test_every_kept_find_belongs_to_a_target() -> None:
    assert {path.name for path in FINDS.iterdir() if path.is_dir()} <= set(TARGETS)


@pytest.mark.parametrize("target", TARGETS)
def test_every_target_can_fail(target: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An invariant that nothing can break says nothing: here each part does what it must not."""
    broken = {
        "parser": ("report_tui.core.report.Report.with_answer", lambda report, _number, _text: report.from_bytes(b"")),
        "rules": ("report_tui.validation.loader.load", lambda _text, _name: (None, ())),
        "drafts": ("report_tui.storage.draft_records.read", lambda _data: ("", None, "")),
        "merge": ("report_tui.core.merge.merge", lambda base, _mine, _theirs: ()),
    }
    monkeypatch.setattr(*broken[target])
    with pytest.raises(AssertionError):
        TARGETS[target](SEEDS[target]()[0])
