"""The files of one group among the pages of all: its figures out of a commit, and its page.

Owns which of a group's figures are written beside the pages, under the sum of their bytes, and that a file there is
whole or not there. What may be shown at all is `storage.figure_bytes`'.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from report_tui import committed_report, page_making
from report_tui.render.answer_html import Figures, PageFigure, figure_key
from report_tui.storage import committed, figure_bytes, figures
from report_tui.storage.files import CannotSave
from report_tui.validation.figure_facts import FigureFact


class Pictures:
    """A page's figures out of a commit: each is written beside the pages, under the sum of its bytes."""

    def __init__(
        self,
        objects: committed.Objects,
        commit: committed.Commit,
        path: str,
        found: committed_report.Judged,
        site: Path,
    ) -> None:
        """Begin.

        Args:
            objects: of the repository.
            commit: where the figures are looked for.
            path: the report's in it.
            found: the report, and what is known of its figures.
            site: the folder that gets the pages and figures.

        Raises:
            GitError: git could not tell.
        """
        self.left_out: list[str] = []
        self._objects = objects
        self._commit = commit
        self._folder = path.rpartition("/")[0]
        self._site = site
        self._room = page_making.LARGEST
        self._made: dict[str, PageFigure] = {}
        self._facts = dict(found.figures.facts)
        others = set(page_making.shown_figures(found.report)) - self._facts.keys()
        if others:
            where = committed.CommittedFiles(objects, commit, hashed=False)
            self._facts |= figures.look_up(Path(path).parent, others, found.course.figures, where=where)

    def of(self, number: int, shown: Sequence[str]) -> Figures:
        """The figures of one question.

        Raises:
            CannotSave: one could not be written.
            GitError: git could not tell.
        """
        return {figure_key(target): self._figure(number, self._facts[target]) for target in dict.fromkeys(shown)}

    def _figure(self, number: int, fact: FigureFact) -> PageFigure:
        if fact.file is None or fact.state in page_making.REASONS:
            return PageFigure(reason=page_making.REASONS.get(fact.state, "cannot be shown"))
        path = fact.file.path
        if path not in self._made:
            self._made[path] = PageFigure(reason=fact.file.damage) if fact.file.damage else self._written(path)
        found = self._made[path]
        if found.reason:
            self.left_out.append(page_making.not_shown(number, path, found.reason))
        return found

    def _written(self, path: str) -> PageFigure:
        entry = self._objects.entry(self._commit, f"{self._folder}/{path}" if self._folder else path)
        if entry is None or not entry.is_file:
            return PageFigure(reason="is no file")
        try:
            data = self._objects.blob(entry.oid, figure_bytes.LARGEST)
        except committed.TooLarge as error:
            return PageFigure(reason=str(error))
        found = figure_bytes.of_data(data)
        if found.reason:
            return PageFigure(reason=found.reason)
        self._room -= len(data)
        if self._room < 0:
            return PageFigure(
                reason=f"is left out: all figures of a group have {page_making.LARGEST // 1_000_000} MB at most"
            )
        from report_tui.render.group_site import FIGURES

        name = f"{sha256(data).hexdigest()}.{found.media_type.rpartition('/')[2]}"
        put(self._site, self._site / FIGURES / name, data)
        return PageFigure(found.media_type, b"", found.pixels, link=f"../{FIGURES}/{name}")


def put(site: Path, path: Path, data: bytes) -> None:
    """Write a file that another process may be writing just now: then both write the same bytes.

    Args:
        site: the folder of all pages.
        path: the file's, in a folder in it.
        data: its bytes.

    Raises:
        CannotSave: it could not be written.
    """
    # At the top, where nothing stays that is not put into its place: this process may be ended at any moment.
    part = site / f"{os.getpid()}.part"
    try:
        if not path.exists():
            part.write_bytes(data)
            part.replace(path)
    except OSError as error:
        if path.exists():  # on Windows, where the other one has it open
            part.unlink(missing_ok=True)
            return
        reason = f"cannot be written ({error.strerror or type(error).__name__})"
        raise CannotSave(site.parent, reason, "make room, or name another folder with --out") from error
