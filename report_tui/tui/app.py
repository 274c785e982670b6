"""The app: one session, one screen, its themes and keys, and the filter that keeps a report's text off the terminal."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import ClassVar

from rich.segment import Segment
from textual import events, on
from textual.app import App, SystemCommand
from textual.await_remove import AwaitRemove
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.dom import DOMNode
from textual.driver import Driver
from textual.filter import LineFilter
from textual.notifications import Notify, SeverityLevel
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input, TextArea
from textual.widgets._toast import ToastRack  # not public; Textual is pinned
from textual.worker import WorkerFailed

from report_tui.core.changes import Draft
from report_tui.core.report import ChecklistItem
from report_tui.core.source import normalised
from report_tui.render.clean import UNSAFE, clean
from report_tui.session import Session
from report_tui.storage import files, waiting
from report_tui.storage import settings as stored
from report_tui.tui import commands, whole_pastes
from report_tui.tui.ending import AFTER_ALL, Ending
from report_tui.tui.flows.keeping import Keeping
from report_tui.tui.garbage import Garbage
from report_tui.tui.in_order import typed_into
from report_tui.tui.notices import SECONDS, fitted, rows
from report_tui.tui.screens.main import MainScreen
from report_tui.tui.themes import DARK, DEFAULTS, THEMES


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


Problems = tuple[stored.Problem, ...]

NOT_WAITED = 2
"""The exit code where somebody leaves without waiting for a disk that does not answer."""

# One instance: it is part of the key under which drawn lines are cached.
_CLEAN = _Clean()


class ReportApp(App[int], inherit_bindings=False):
    """Fills in one report."""

    # Textual's own ctrl+q is not inherited: it would leave without asking.

    CSS_PATH = "report.tcss"
    COMMANDS: ClassVar = {commands.Listed}
    TITLE = "report-tui"
    # Not class variables: Textual declares them as attributes.
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (110, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (20, "-tall"), (30, "-roomy"), (42, "-high")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f1", "help", "help", id="help", priority=True, tooltip="What the keys do here; again: back"),
        # Here, since they work in front of every screen but a question.
        Binding("f2,ctrl+s", "save", "save", id="save", priority=True, tooltip="Write all answers to the file"),
        Binding("f10,ctrl+q", "quit", "quit", id="quit", priority=True, tooltip="Leave; asks if anything is unsaved"),
        Binding(
            "f12,ctrl+o",
            "overview",
            "overview",
            id="overview",
            priority=True,
            tooltip="All questions at a glance; again: back",
        ),
        # Without priority: where text is written it is a question mark.
        Binding("question_mark", "help", "help", id="help-in-lists", show=False, tooltip="What the keys do here"),
        Binding("ctrl+p", "command_palette", "commands", id="commands", priority=True, tooltip="Every command by name"),
        Binding(
            "ctrl+c", "help_quit", "how to leave", id="how-to-leave", show=False, system=True, tooltip="How to leave"
        ),
    ]

    def __init__(
        self,
        session: Session,
        *,
        theme: str = DARK.name,
        settings: stored.Settings | None = None,
        problems: Problems = (),
        keeps: bool = True,
    ) -> None:
        super().__init__()
        self._session = session
        self.keeping = Keeping(session.path, self.draft, keeps=keeps)
        """The journal of what is not saved; it begins with the first screen."""
        self._main = MainScreen(session, self.keeping)
        for name in self.available_themes:
            # Made for other apps: their quiet colours do not read on every ground of ours.
            self.unregister_theme(name)
        for ours in THEMES.values():
            self.register_theme(ours)
        # Quietly: whoever watches the theme would read the style sheet a second time, and style every widget again.
        self.set_reactive(App.theme, theme)
        self.stylesheet.set_variables(self.get_css_variables())
        self.settings_problems = problems
        """What is wrong with the settings file; what it says there is at its default."""
        if settings is not None:
            self._main.pictures = settings.pictures
        if settings is not None and settings.pictures == "kitty":
            self._use_kitty(settings)
        if settings is not None and settings.keys:
            from report_tui.tui.keymap import keymap  # here, since it loads the whole app

            chosen, refused = keymap(settings)
            self.set_keymap(chosen)
            self.settings_problems += refused
        self.failure: BaseException | None = None
        """What ended the app, where that was a fault of ours."""
        self._garbage = Garbage(self)
        self.ending = Ending(session.path, self.unsaved, self.keeping)
        """What becomes of the texts when nobody was asked about them."""

    def _use_kitty(self, settings: stored.Settings) -> None:
        from report_tui.tui import kitty  # here, since few set it

        if not kitty.is_spoken(os.environ) or self.console.color_system != "truecolor":
            self._main.pictures = stored.PICTURES[0]
            message = 'pictures = "kitty": this terminal does not say that it can; figures are drawn in half blocks'
            self.settings_problems += (stored.Problem(settings.file, settings.pictures_line, message),)

    def get_default_screen(self) -> Screen[None]:
        """The report. Pushed on top of an empty screen instead, it would have that one laid out and painted first."""
        # Textual adds these at the first resize: the first picture would be the wrong one, and styled once more.
        for breakpoints, length in zip(
            (self.HORIZONTAL_BREAKPOINTS, self.VERTICAL_BREAKPOINTS), self.size, strict=True
        ):
            # Nothing is styled yet, so nothing needs to be styled again.
            name = max(point for point in breakpoints if point[0] <= length)[1]
            self._main.add_class(name, update=False)
        return self._main

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours, for themes that do not name them."""
        return DEFAULTS

    def get_css_variables(self) -> dict[str, str]:
        """The theme's colours, with scrollbars as quiet as our lines.

        As variables: a rule for all widgets would be worked into the style of each, a fiftieth of the start.
        """
        if DARK.name not in self.available_themes:
            return {}  # Textual asks once before our themes are there; to make a theme's colours is slow
        colours = super().get_css_variables()
        names = ("background", "background-hover", "background-active", "corner-color")
        return colours | {
            "scrollbar": colours["line"],
            "scrollbar-hover": colours["muted"],
            "scrollbar-active": colours["accent"],
            **{f"scrollbar-{name}": colours["background"] for name in names},
        }

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's filters, and the one that cleans."""
        return [*super().get_line_filters(), _CLEAN]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """What the command palette lists."""
        return commands.commands(screen, self.choose_theme)

    def on_mount(self) -> None:
        """Listen to what may end the app, and see to the garbage."""
        self._tell_settings_problems()
        if not self.is_headless:
            self.ending.listen(self._end)
            self._garbage.begin()

    def on_unmount(self) -> None:
        """The sitting is over."""
        self.keeping.end()

    def on_app_blur(self) -> None:
        """Whoever turns to another window may close this one."""
        self.keeping.ask_now()

    async def on_event(self, event: events.Event) -> None:
        """Whatever comes in; what somebody does puts off the look for garbage."""
        if isinstance(event, events.InputEvent):
            self._garbage.stirred()
        if isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            await self._make_way(event)
        if isinstance(event, events.Key) and not event.is_forwarded and self._overtakes(event.key):
            await typed_into(self.focused)
        # Behind what was waited for, since somebody may leave meanwhile. Not public; Textual is pinned.
        if isinstance(event, events.InputEvent) and (self._exit or self._main.is_leaving):
            return  # what a key would open would end the app as a fault does
        await super().on_event(event)

    async def _make_way(self, event: events.Key | events.Paste) -> None:
        """Take a question away that came between somebody and what they type; it is asked at the next save."""
        if len(self.screen_stack) < 2 or not self.screen.is_modal:
            return
        from report_tui.tui.dialogs.choice import ChoiceDialog  # here, since the first screen asks nothing

        asking = self.screen
        if isinstance(asking, ChoiceDialog) and asking.is_in_the_way(event):
            await typed_into(asking)  # it may only just be being made
            asking.dismiss(None)

    def _overtakes(self, key: str) -> bool:
        """Whether a key is done before the widget with the focus sees it, and so before what was typed into it."""
        # No public name for the bindings that are in force.
        chain = self.screen._binding_chain
        return any(binding.priority for _, bindings in chain for binding in bindings.key_to_bindings.get(key, ()))

    def _tell_settings_problems(self) -> None:
        if not self.settings_problems:
            return
        self._main.settings_problems = self.settings_problems
        first, *others = self.settings_problems
        more = f"{len(others) + 1} problems with the settings, listed with the findings; the first: " if others else ""
        self.notify(f"{more}{first}", severity="warning", timeout=15)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a notice: literally, for as long as its kind is there, and no longer than there is room for.

        After a signal nobody reads it any more, and a warning is said at the end.
        """
        if self.ending.begun and severity != "information":
            self.ending.said.append(clean(message))
        seconds = SECONDS[severity] if timeout is None else timeout
        text = fitted(message, *self.size, severity)
        super().notify(text, title=title, severity=severity, timeout=seconds, markup=markup)

    @on(Driver.SignalResume)
    def _gone_on(self) -> None:
        """The program was stopped, and the terminal shows nothing of it any more; Textual paints only what differs."""
        self.screen.refresh()

    def on_notify(self, event: Notify) -> None:
        """Before Textual shows a notice: the one before goes, also where several were asked for in one moment.

        It lies over the first rows, but never over the cursor.
        """
        self.clear_notifications()
        typing = self.screen.focused
        cursor = typing.cursor_screen_offset.y if isinstance(typing, TextArea | Input) else self.size.height
        is_low = cursor < rows(event.notification.message, self.size.width)
        for rack in self.screen.query(ToastRack):
            rack.set_class(is_low, "-low")

    def clear_notifications(self) -> None:
        """Take all notices away, with what Textual would leave of them: the next one would stand a row lower."""
        super().clear_notifications()
        for screen in self.screen_stack:
            screen.query("ToastHolder").remove()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What would have to wait for the answer to a question is not offered while it is asked."""
        if action in ("save", "quit") and len(self.screen_stack) > 1:
            from report_tui.tui.dialogs.choice import Question  # here, since the first screen asks nothing

            return not any(isinstance(screen, Question) for screen in self.screen_stack)
        if action == "overview":
            # Not the palette, which asks this for the screen below it.
            return not any(screen.is_modal for screen in self.screen_stack if not isinstance(screen, commands.Commands))
        return super().check_action(action, parameters)

    def action_help(self) -> None:
        """Show the keys of the screen in front; in the help itself, close it."""
        from report_tui.tui.screens.help import HelpScreen  # here, since few sittings need it
        from report_tui.tui.view_models import help as view_models

        if isinstance(self.screen, HelpScreen):
            self.screen.action_close()
        else:
            self.push_screen(HelpScreen(view_models.groups(self.screen), view_models.legend()))

    def action_save(self) -> None:
        """Write what can be written and say what could not."""
        self._main.action_save()

    async def action_quit(self) -> None:
        """Leave; asks when something is unsaved."""
        self._main.action_quit()

    def action_help_quit(self) -> None:
        """Say how to leave, without Textual's markup, which nothing reads here."""
        self.notify(f"{self._main.key('quit')} quits; it asks where anything is unsaved.")

    def action_overview(self) -> None:
        """Open the overview."""
        if not self.screen.is_modal:
            self._main.action_overview()

    def action_command_palette(self) -> None:
        """Open the command palette, in our colours."""
        if not isinstance(self.screen, commands.Commands):
            self.push_screen(commands.Commands())

    def choose_theme(self, name: str) -> None:
        """Change the colours now, and for the next time where no setting names others; `name` as a person knows it."""
        self.theme = THEMES[name].name
        waiting.start(partial(stored.remember_theme, name), waiting.WRITING)

    def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
        # Textual ends a screen's work only when all its parts are gone; what comes to an end in between finds none
        # to show it in, which would end the app. Where the app ends, so does all work. Not public; Textual is pinned.
        going = {part for node in nodes for part in node.walk_children(with_self=True)}
        for worker in list(self.workers):
            if worker.node in going or not self.is_running:
                worker.cancel()
        return super()._prune(*nodes, parent=parent)

    @on(MainScreen.GivenUp)
    def _disk_given_up(self) -> None:
        name = files.shown(self._session.path)
        self.ending.said.append(f"{name}: the disk did not answer before you left; look whether it is saved")
        if not self.is_headless:
            self.ending.see_to_it(NOT_WAITED)
        self.exit(return_code=NOT_WAITED)

    def _end(self, code: int) -> None:
        """Leave in good order, behind the keys that have come so far."""
        self.call_later(lambda: (self.focused or self).call_later(self._leave, code))

    def _leave(self, code: int) -> None:
        self._main.take_in_editors()
        self.exit(return_code=code)

    def _fatal_error(self) -> None:
        # Textual would print a traceback with the student's text in it. The way out is not public; Textual is pinned.
        if self.is_headless:
            super()._fatal_error()
            return
        # What failed in a worker is told by the fault itself, not by its wrapping.
        wrapped = self._exception
        self.failure = wrapped.error if isinstance(wrapped, WorkerFailed) else wrapped
        self.ending.keep()
        self.keeping.end()  # now: later there are no editors any more
        self._close_messages_no_wait()

    def unsaved(self) -> tuple[dict[int, str], tuple[ChecklistItem, ...]]:
        """The texts that are typed and not saved, by question, and the boxes; changes nothing."""
        texts = {number: self._session.text(number) for number in self._session.unsaved}
        return texts | self._typed(), self._session.changed_boxes

    def draft(self) -> Draft:
        """The same as a value that another session can take up."""
        draft = self._session.draft
        changes = draft.changes
        return draft._replace(changes=changes._replace(answers={**changes.answers, **self._typed()}))

    def _typed(self) -> dict[int, str]:
        """The texts in the editors of which the session has not heard yet."""
        with contextlib.suppress(Exception):  # an app that is half taken down has no editors, and has taken them in
            there = {question.id for question in self._session.report.questions}
            typed = {number: normalised(text) for number, text in self._main.typed().items() if number in there}
            return {number: text for number, text in typed.items() if text != self._session.text(number)}
        return {}


async def _sitting(app: ReportApp) -> None:
    try:
        await app.run_async()
    finally:
        # The terminal is as it was. Threads of others, which would be waited for now, may hang at a disk.
        if app.return_code is None:
            app.ending.see_to_it(2)  # a fault of ours, of which there is something to be said
        else:
            app.ending.see_to_it(app.return_code, AFTER_ALL)


def run(path: Path, explicit_rules: Path | None = None, *, keeps: bool = True) -> int:
    """Open a report in the app and return the exit code.

    Args:
        path: the report's file.
        explicit_rules: the rules file of `--rules`, or None.
        keeps: whether what is typed and not saved outlives a crash.

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
    settings, problems = stored.load()
    theme = THEMES[settings.theme or stored.remembered_theme() or "dark"]
    app = ReportApp(session, theme=theme.name, settings=settings, problems=problems, keeps=keeps)
    whole_pastes.install()
    try:
        asyncio.run(_sitting(app))
    finally:
        # None where the app was ended by a fault, ours or the terminal's.
        if app.return_code != 0:
            app.ending.keep()
            app.ending.tell()
        waiting.finish(AFTER_ALL)
    if app.failure is not None:
        raise app.failure
    return app.return_code or 0
