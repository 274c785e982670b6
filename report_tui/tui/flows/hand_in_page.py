"""The hand-in page from within the app: on this machine's own address, as a save would write it, anew at every save.

Owns when the page is made, never what stands on it. A page takes a good part of a second, so that nothing here is for
the app's own thread, and no keystroke makes one.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

from report_tui.session import Session
from report_tui.storage.browser_window import open_window

if TYPE_CHECKING:
    from pathlib import Path

    from report_tui.core.report import Report
    from report_tui.page_server import PageServer
    from report_tui.validation.course import CourseRules
    from report_tui.validation.engine import Evaluation


class PageSource(NamedTuple):
    """What a page is made of: values that stay as they are while somebody types on."""

    path: Path
    report: Report
    course: CourseRules
    evaluation: Evaluation
    unsaved: bool


def page_source(session: Session) -> PageSource:
    """What the page would show now."""
    return PageSource(session.path, session.report, session.course, session.evaluation, session.dirty)


class HandIn:
    """The page's address, from the first time it is opened until the program ends."""

    def __init__(self) -> None:
        self._server: PageServer | None = None
        # A key that is pressed twice makes two threads.
        self._one_at_a_time = threading.Lock()

    def open(self, source: PageSource) -> tuple[str, bool]:
        """Make the page and open it in the browser; for a thread.

        Returns:
            What is to be said, and whether all went well.

        Raises:
            OSError: this machine gives us no port.
        """
        from report_tui.page_server import PageServer

        with self._one_at_a_time:
            if self._server is None:
                server = PageServer()
                server.start()
                self._server = server
            left_out = self._show(self._server, source)
            if not open_window(self._server.address):
                return f"No browser was found. While the app runs, the page is at {self._server.address}", False
        said = "The hand-in page is in your browser"
        said += ", with what is not saved yet." if source.unsaved else "."
        if left_out:
            said += f" Not on it: {left_out[0]}" + (f", and {len(left_out) - 1} more" if len(left_out) > 1 else "")
        return said, not left_out

    def renew(self, source: PageSource) -> None:
        """Make the page anew for the windows that show it; for a thread."""
        with self._one_at_a_time:
            if self._server is not None:
                self._show(self._server, source)

    def _show(self, server: PageServer, source: PageSource) -> tuple[str, ...]:
        from report_tui.page_making import make_page
        from report_tui.render.hand_in_page import page_html

        made = make_page(source.path, source.report, source.course, source.evaluation)
        server.show(lambda version: page_html(made.page, version=version).encode())
        return made.left_out
