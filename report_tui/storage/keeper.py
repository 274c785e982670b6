"""When a version of the report that is open goes into its history.

Owns the rhythm of one sitting: before its first save, then at most every ten minutes, and whenever somebody else's
change takes away what may stand nowhere else. What fails is told once, and never stands in the way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from report_tui.storage import versions

EVERY = 600
"""Seconds between two versions that are kept before saves."""
_SHRUNK = 2
"""So many times shorter, and an answer counts as lost and not as edited."""


class Keeper:
    """Keeps the versions of one report, in one sitting."""

    def __init__(self, report: Path, clock: Callable[[], int] = time.time_ns) -> None:
        """Args: the report's file, and what tells the time in nanoseconds since 1970."""
        self._report = report
        self._clock = clock
        self._last: int | None = None
        """When a version was kept last."""
        self._is_ours = False
        """Whether the file holds what we wrote since then."""
        self._problem: str | None = None
        self._told = False

    def before_save(self, data: bytes) -> None:
        """We are about to write over these bytes."""
        if self._is_due():
            self._keep(data, versions.BEFORE_SAVE)
        self._is_ours = True

    def before_change(self, data: bytes, before: Mapping[int, str], after: Mapping[int, str]) -> None:
        """Somebody else wrote over these bytes, which we had read or written.

        Args:
            data: what the file held.
            before: its answers by the questions' numbers.
            after: those of the file as it is now.
        """
        # Not each time: who types in an editor that saves by itself would push everything else out of the history.
        if self._is_ours or _is_lossy(before, after) or self._is_due():
            self._keep(data, versions.BEFORE_CHANGE)
        self._is_ours = False

    def before_bringing_back(self, data: bytes) -> str | None:
        """An older version is about to take the place of these bytes; the next save keeps the file in any case.

        Returns:
            Why they could not be kept; None where they were.
        """
        problem = self._keep(data, versions.BEFORE_RESTORE)
        self._last = None
        return problem

    def before_untangling(self, data: bytes) -> None:
        """Markers are about to be taken out of these bytes: keep them in any case, since they are two versions."""
        self._keep(data, versions.BEFORE_SAVE)
        self._is_ours = True

    def untold(self) -> list[str]:
        """What is to be said: the first failure, once; nothing from then on."""
        if self._problem is None or self._told:
            return []
        self._told = True
        # The reason first: a small terminal shows no more than that.
        return [f"{self._problem[0].upper()}{self._problem[1:]}. Saving works all the same."]

    def _is_due(self) -> bool:
        if self._last is None:
            return True
        passed = self._clock() - self._last
        return passed < 0 or passed >= EVERY * 1_000_000_000  # the clock may have been set back

    def _keep(self, data: bytes, why: str) -> str | None:
        now = self._clock()
        problem = versions.keep(self._report, data, why, now_ns=now)
        if problem is None:
            self._last = now
        else:
            self._problem = self._problem or problem
        return problem


def _is_lossy(before: Mapping[int, str], after: Mapping[int, str]) -> bool:
    """Whether a change on disk looks like more than somebody typing.

    So it does when a question went, several answers changed at once, or one lost half of its text: a stale copy that
    was saved, a checkout, a merge.
    """
    changed = [number for number, text in before.items() if after.get(number) != text]
    return len(changed) > 1 or any(
        number not in after or len(after[number]) * _SHRUNK <= len(before[number]) for number in changed
    )
