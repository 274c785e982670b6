"""`kill -9` in the middle of a sitting: a few of them here, two hundred in `python -m bench.faults`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.sitting import killed

pytestmark = pytest.mark.pty


@pytest.mark.parametrize("seed", [4, 6, 11])
def test_what_had_come_to_the_disk_is_offered_and_the_file_is_whole(tmp_path: Path, seed: int) -> None:
    verdict = killed(tmp_path, seed, restarts=True, patient=True, longest=2.0)
    assert verdict.problems == ()
    assert (verdict.lost_sent, verdict.offered, verdict.restored) == (0.0, True, True)
    assert verdict.words > 0
