"""What goes on between figure picker, figures folder, editor and session.

Owns the order of these steps. It writes no file and shows nothing itself: the screens that it opens do. A figure gets
into an answer by way of its editor, as if it had been typed. The disk may hang: it is looked at in threads, and waited
for no longer than keys may.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from textual.app import App
from textual.notifications import SeverityLevel

from report_tui.core.figure_links import CannotInsert, figure_link
from report_tui.core.figure_names import description_of
from report_tui.core.images import find_images
from report_tui.core.renumbering import renumbered
from report_tui.file_steps import find_figures
from report_tui.session import Session
from report_tui.storage import figures as stored
from report_tui.storage import thumbnails
from report_tui.storage.waiting import beside
from report_tui.tui.in_order import for_a_moment
from report_tui.tui.view_models.figures import FiguresView, figures_view
from report_tui.tui.view_models.report import title
from report_tui.validation.figure_facts import FigureState
from report_tui.validation.figure_uses import questions_by_figure

if TYPE_CHECKING:
    from report_tui.core.report import Question
    from report_tui.tui.flows.bringing_in import BringingIn
    from report_tui.tui.flows.fixing import Fixing
    from report_tui.tui.screens.figure_picker import FigurePicker
    from report_tui.tui.widgets.answer_editor import AnswerEditor
    from report_tui.tui.widgets.markdown_area import Pasted

PATIENCE = 0.2
"""Seconds that the list of figures waits for the disk."""
INSERTING = 0.9
"""Seconds that the keys do where a figure is inserted: where it is said that it is not, all has to be done again."""


class FiguresScreen(Protocol):
    """What a screen does for the flow of the figures."""

    @property
    def app(self) -> App[object]:
        """The app."""

    def take_in_editors(self) -> None:
        """Tell the session everything that was typed up to this moment."""

    def edit_question(self, number: int) -> None:
        """Open a question's editor."""

    def editor(self, number: int) -> AnswerEditor | None:
        """The editor of a question, where it was opened before."""

    @property
    def pictures(self) -> str:
        """How figures are drawn: one of `settings.PICTURES`."""

    def say(self, text: str, severity: SeverityLevel = "information") -> None:
        """Show a notice."""

    def show_session(self) -> None:
        """Draw what changed."""

    def fixes(self) -> Fixing:
        """The flow that changes figures' files and takes such changes back."""


class Figures:
    """Opens the picker, one at a time, and does what is asked there."""

    def __init__(self, session: Session, screen: FiguresScreen) -> None:
        self._session = session
        self._screen = screen
        self._picker: FigurePicker | None = None
        self._question: Question | None = None
        """The one that gets the figure, as the file had it when that was read last."""
        self._counted = session.on_disk
        """What was read then."""
        self._is_gone = False
        """Whether the file has no such question any more."""
        self._is_at_end = False
        """Whether the figure goes to the answer's end, since nobody has put the cursor anywhere in it."""
        self._bringing_in: BringingIn | None = None
        """Made when it is first needed; it remembers the folder in which the last figure was found."""

    async def open(self, number: int) -> None:
        """Show the figures, to insert one at the cursor of question `number`'s editor; returns when it takes keys.

        From the overview, with the cursor where it is at first, the figure goes to the answer's end.
        """
        from report_tui.tui.screens.figure_picker import FigurePicker  # here, since few sittings insert a figure

        if self._picker is not None:
            return
        self._screen.take_in_editors()
        if number not in self._session.on_disk.texts:
            self._screen.say("The question is gone from the file on disk: no figure can be inserted.", "warning")
            return
        self._begin(number)
        editor = self._screen.editor(number)
        is_entered = editor is not None and (self._screen.app.focused is editor or editor.cursor_location != (0, 0))
        self._is_at_end = not is_entered
        self._picker = FigurePicker(self, self._screen.pictures)
        await self._screen.app.push_screen(self._picker, self._left)

    def _begin(self, number: int) -> None:
        """Remember which question gets the figure."""
        self._counted, self._is_gone = self._session.on_disk, False
        self._question = self._counted.question(number)

    def _asking(self) -> Question:
        """The question that gets the figure, under the number that it has now."""
        assert self._question is not None, "something was opened for a question"
        before, self._counted = self._counted, self._session.on_disk
        if before is not self._counted and not self._is_gone:
            number = renumbered(before, self._counted).get(self._question.id)
            self._is_gone = number is None
            self._question = self._question if number is None else self._counted.question(number)
        return self._question

    def _left(self, _: None) -> None:
        self._picker = None

    def show(self) -> None:
        """Draw what changed in the picker, where it is open."""
        if self._picker is not None:
            self._picker.show()

    # What the picker asks

    def view(self) -> FiguresView:
        """The figures as they are now."""
        session, question = self._session, self._asking()
        name = "a question that is gone" if self._is_gone else title(session, question.id)
        used = questions_by_figure((found.id, found.figures) for found in session.evaluation.questions)
        return figures_view(
            question,
            name,
            session.figure_folder,
            session.course.figures,
            used,
            session.figure_copies.given_up,
            time.time(),
        )

    def picture(
        self, path: str, width: int, height: int, wanted: Callable[[], bool]
    ) -> thumbnails.Pixels | thumbnails.NoPicture:
        """A figure's pixels; for a thread."""
        return thumbnails.load(self._session.path.parent / path, width, height, wanted)

    async def insert(self, path: str, description: str) -> str:
        """Put a figure into the answer, and the focus behind it; returns why not, to be said, or an empty string.

        Args:
            path: the figure, from the report's folder.
            description: what it shows.
        """
        link = figure_link(description, path)
        target = find_images(link)[0].target
        session = self._session
        look = partial(stored.look_up, session.path.parent, [target], session.course.figures)
        looking = asyncio.ensure_future(beside(look))
        await asyncio.wait({looking}, timeout=INSERTING)
        if not looking.done():
            return "The disk does not answer: nothing was inserted."
        if looking.result()[target].state is not FigureState.FOUND:
            await self._look_again()
            return f"{path.rpartition('/')[2]} is not there any more: nothing was inserted."
        return self._put(link)

    def _put(self, link: str, pasted: Pasted | None = None) -> str:
        """Put a link into the answer, in the place of `pasted` where that still stands; returns what `insert` does."""
        number = self._asking().id
        editor = self._screen.editor(number)
        if editor is None or self._is_gone:
            return "The question is gone from the file on disk: nothing was inserted."
        if self._is_at_end and pasted is None:
            editor.move_cursor(editor.document.end)
        try:
            behind = editor.put_figure(link, pasted)
        except CannotInsert as refused:
            return f"Nothing was inserted: {refused}."
        self._screen.edit_question(number)
        if behind:
            self._screen.say("Inserted behind the code that the cursor was in: in it no page would show the figure.")
        return ""

    async def rename(self, path: str) -> None:
        """Ask for a figure's new name, and rename it in every answer; the cursor follows it."""
        await self._screen.fixes().rename(path, self._renamed)

    def _renamed(self, new: str) -> None:
        if self._picker is not None:
            self._picker.show(path=new)

    async def delete(self, path: str) -> None:
        """Ask, and delete a figure that no answer names."""
        await self._screen.fixes().delete(path)

    def bring_in(self, path: str = "") -> None:
        """Let another figure be brought in, the one at this path from the start; then the picker's cursor is on it."""
        self._screen.app.push_screen(self._bringer.screen(path), self._brought)

    async def _brought(self, path: str | None) -> None:
        if path is None:
            return
        await self._look_again()
        if self._picker is not None and any(row.path == path for row in self.view().rows):
            self._picker.show(path=path)

    async def _look_again(self) -> None:
        """Look at the figures folder; what is found after a moment is shown then."""
        await for_a_moment(self._screen.app, self._look(), PATIENCE)

    async def _look(self) -> None:
        session = self._session
        self._screen.take_in_editors()
        find = partial(find_figures, session.path, session.to_read().targets, session.course)
        session.take_figures(await beside(find))
        self._screen.show_session()

    @property
    def _bringer(self) -> BringingIn:
        from report_tui.tui.flows.bringing_in import BringingIn  # here, since few sittings bring one in

        if self._bringing_in is None:
            self._bringing_in = BringingIn(self._session, self._screen.say)
        return self._bringing_in

    # A path that was pasted into an answer

    async def offer(self, editor: AnswerEditor, pasted: Pasted) -> None:
        """Offer to bring in the picture whose path was pasted; until somebody does, the path is text like any other."""
        if not await self._bringer.is_picture(pasted.text):
            return
        # Who types on meanwhile has meant a text.
        is_there = editor.question in self._session.on_disk.texts
        if is_there and self._screen.app.focused is editor and editor.ends_with(pasted):
            self._begin(editor.question)
            screen = self._bringer.screen(pasted.text)
            self._screen.app.push_screen(screen, partial(self._brought_for, pasted))

    async def _brought_for(self, pasted: Pasted, path: str | None) -> None:
        if path is None:
            return
        # At once: it was copied just now, and the keys that were typed behind are for what follows it.
        refused = self._put(figure_link(description_of(path), path), pasted)
        if refused:
            self._screen.say(refused, "warning")
        await self._brought(path)
