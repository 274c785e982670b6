"""The app: one session, one screen, its themes, and the filter that keeps a report's text from acting on a terminal."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import sys
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.segment import Segment
from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.filter import LineFilter
from textual.screen import Screen

from report_tui.render.clean import UNSAFE
from report_tui.session import Session
from report_tui.storage import files, rescue
from report_tui.tui.screens.main import MainScreen
from report_tui.tui.themes import DARK, DEFAULTS, LIGHT


class _Clean(LineFilter):
    """Takes control and direction characters out of everything that is drawn: no widget does it by itself."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments without them; every one of those characters has no width, so nothing moves."""
        if not any(segment.control is None and UNSAFE.search(segment.text) for segment in segments):
            return segments
        return [
            segment if segment.control is not None else Segment(UNSAFE.sub("", segment.text), segment.style)
            for segment in segments
        ]


# One instance: it is part of the key under which drawn lines are cached.
_CLEAN = _Clean()


class ReportApp(App[int]):
    """Fills in one report."""

    CSS_PATH = "report.tcss"
    TITLE = "report-tui"
    # Not class variables: Textual declares them as attributes.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (110, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall"), (30, "-roomy"), (42, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", "commands", id="commands", priority=True, tooltip="Every command by name")
    ]

    def __init__(self, session: Session, *, theme: str = DARK.name) -> None:
        super().__init__()
        self._session = session
        for name in self.available_themes:
            # Made for other apps: their quiet colours do not read on every ground of ours.
            self.unregister_theme(name)
        for ours in (DARK, LIGHT):
            self.register_theme(ours)
        # Quietly: whoever watches the theme would read the style sheet a second time, and style every widget again.
        self.set_reactive(App.theme, theme)
        self.stylesheet.set_variables(self.get_css_variables())
        self.failure: Exception | None = None
        """What ended the app, where that was a fault of ours."""
        self.signalled = False
        """Whether a signal ended the app: nobody was asked about what is not saved."""

    def get_default_screen(self) -> Screen[None]:
        """The report. Pushed on top of an empty screen instead, it would have that one laid out and painted first."""
        screen = MainScreen(self._session)
        # Textual adds these at the first resize: the first picture would be the wrong one, and styled once more.
        for breakpoints, length in zip(
            (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), self.size, strict=True
        ):
            screen.add_class(max(point for point in breakpoints if point[0] <= length)[1])
        return screen

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours, for themes that do not name them."""
        return DEFAULTS

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and the one that cleans."""
        return [*super().get_line_filters(), _CLEAN]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The command palette: every action that a key does here, and the theme."""
        seen = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            if not binding.tooltip or binding.action in seen or binding.id == "commands":
                continue
            seen.add(binding.action)
            run = partial(self.run_action, binding.action, active.node)
            yield SystemCommand(f"{binding.description.capitalize()} ({binding.key.upper()})", binding.tooltip, run)
        if isinstance(screen, MainScreen):
            yield SystemCommand("Fold the prompt", "Show one line of it, or all", screen.fold_prompt)
            yield SystemCommand("Findings of this question", "In full, with the way out", screen.show_findings)
            yield SystemCommand("Findings of the whole report", "In full", screen.show_report_findings)
        yield SystemCommand("Theme", "Choose light, dark or another one", self.search_themes)

    def on_mount(self) -> None:
        """Listen to what may end the app, and see to the garbage."""
        if not self.is_headless and sys.platform != "win32":
            for number in (signal.SIGTERM, signal.SIGHUP):
                asyncio.get_running_loop().add_signal_handler(number, self._end, number)
        # What is loaded by now stays; sparing it from every later collection halves the slowest keystrokes.
        # `main_entry` has switched the collector off: until here it would cost a twelfth of the start.
        self.set_timer(0.3, _freeze)

    def _end(self, number: int) -> None:
        """Leave in good order: by default a signal would leave the terminal as it is, and the text nowhere."""
        self.signalled = True
        self.exit(return_code=128 + number)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with the student's text in it. The way out is not public; Textual is pinned.
        if self.is_headless:
            super()._fatal_error()
            return
        self.failure = self._exception
        self._close_messages_no_wait()

    def unsaved(self) -> dict[int, str]:
        """What is typed and not saved, by question."""
        for screen in self.screen_stack:
            if isinstance(screen, MainScreen):
                with contextlib.suppress(Exception):  # whatever ended the app must not keep its texts
                    screen.take_in_editors()
        return {number: self._session.text(number) for number in self._session.unsaved}


def _freeze() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


def run(path: Path, explicit_rules: Path | None = None) -> int:
    """Open a report in the app and return the exit code.

    Raises:
        files.CannotRead: the file cannot be read, is not UTF-8, or holds no question.
        storage.rules.RulesError: a rules file is wrong.
        Exception: whatever fault of ours ended the app; what was not saved is in a file by then, and said.
    """
    session = Session.open(path, explicit_rules)
    problem = session.report.source.problem
    if problem is not None:
        raise files.CannotRead(path, problem, "save it as UTF-8 in your editor first")
    if not session.report.questions:
        raise files.CannotRead(path, "holds no question of a report template", "is this the report's file?")
    app = ReportApp(session)
    app.run()
    if app.failure is not None or app.signalled:
        kept = rescue.keep(path, app.unsaved())
        if kept is not None:
            with contextlib.suppress(OSError):  # the terminal may be gone
                sys.stderr.write(f"report-tui: what was not saved lies in {files.shown(kept)}\n")
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0
