"""What would mend findings by way of figures' files, as far as the disk has answered.

Owns that nobody who looks at the findings waits for a disk that hangs: until it answers nothing is offered, and then it
is said that there is more. It changes nothing and asks nobody.
"""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial

from report_tui import figure_repairs as repairs
from report_tui.figure_repairs import Known
from report_tui.session import Session
from report_tui.storage.waiting import A_KEY, in_time, start
from report_tui.tui.view_models.findings import Offers, mended_by_files
from report_tui.validation.finding import Finding
from report_tui.validation.fixes import Fix

PATIENCE = A_KEY

_Wanted = tuple[Known, tuple[Finding, ...]]
_Made = dict[Finding, tuple[Fix, ...]]


class FileOffers:
    """The offers of one session."""

    def __init__(self, session: Session, came_late: Callable[[], object]) -> None:
        """Args: `came_late` is called in the app's own thread once the disk has answered after all."""
        self._session = session
        self._came_late = came_late
        self._loop = asyncio.get_running_loop()
        self._context = contextvars.copy_context()
        self._found: Offers = {}
        self._found_for: _Wanted | None = None
        self._hangs = False

    def now(self) -> Offers:
        """What there is for all findings; nothing where that is not known yet."""
        wanted = repairs.known_of(self._session), mended_by_files(self._session)
        if wanted == self._found_for:
            return self._found
        if self._hangs or not wanted[1]:
            return {}
        making = start(partial(repairs.all_offers, *wanted))
        try:
            self._found, self._found_for = making.result(PATIENCE), wanted
        except TimeoutError:
            self._hangs = True
            making.add_done_callback(partial(self._tell, wanted))
            return {}
        return self._found

    def of(self, finding: Finding) -> Offers | None:
        """What there is for one finding at this moment; None where the disk does not answer."""
        if not repairs.may_have_offers(finding):
            return {}
        make = partial(repairs.all_offers, repairs.known_of(self._session), [finding])
        unknown: _Made | None = None
        found = in_time(make, unknown)
        # A disk that is only slow has answered by now, of just this state.
        return found if found is not None else self.now() if self._is_known else None

    @property
    def _is_known(self) -> bool:
        return self._found_for == (repairs.known_of(self._session), mended_by_files(self._session))

    # Late

    def _tell(self, wanted: _Wanted, made: Future[_Made]) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(partial(self._go_on, wanted, made), context=self._context)

    def _go_on(self, wanted: _Wanted, made: Future[_Made]) -> None:
        self._hangs = False
        self._found, self._found_for = made.result(), wanted
        self._came_late()
