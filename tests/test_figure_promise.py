"""Whatever is renamed, undone, saved and changed from outside, in any order: no reference loses its file through us."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from report_tui.core.images import find_images
from report_tui.figure_repairs import Done
from report_tui.session import Session
from report_tui.storage import files
from report_tui.storage.figure_changes import CannotChange
from report_tui.storage.figure_targets import path_of
from report_tui.validation.fixes import FileChange, FileHow
from tests.figure_reports import png, repair, take_back, write_report

NAMES = [f"figures/{name}" for name in ("Harbour (1).PNG", "plan.PNG", "plan.png", "spare.png", "a.png", "b.png")]
names = st.sampled_from(NAMES)


class Figures(RuleBasedStateMachine):
    """A session, somebody who deletes and adds files behind it, and a list of who took away what."""

    def __init__(self) -> None:
        super().__init__()
        self._scratch = tempfile.TemporaryDirectory()
        self.path = write_report(Path(self._scratch.name) / "reports")
        self.session = Session.open(self.path)
        self.versions = [self.path.read_bytes()]
        self.texts = [(number, self.session.text(number)) for number in range(1, 6)]
        self.done: list[Done] = []
        self.taken: set[str] = set()
        """Files that we took away, and that nobody put back."""
        self.count = 10

    def teardown(self) -> None:
        self._scratch.cleanup()

    def tree(self) -> dict[str, bytes]:
        folder = self.path.parent
        return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*.[pPjJ]*")}

    @contextmanager
    def ours(self, *, may_lose: str = "") -> Iterator[None]:
        """A step of the program's: it loses no picture."""
        before = self.tree()
        try:
            yield
        except CannotChange:
            assert self.tree() == before
        after = self.tree()
        lost = {data for name, data in before.items() if name != may_lose} - set(after.values())
        assert not lost
        self.taken = (self.taken | (before.keys() - after.keys())) - after.keys()
        self.texts += [(number, self.session.text(number)) for number in range(1, 6)]

    @rule(old=names, new=names)
    def rename(self, old: str, new: str) -> None:
        with self.ours():
            self.done.append(repair(self.session, FileChange(FileHow.RENAME, old, new)))

    @rule(new=names)
    def move_in(self, new: str) -> None:
        with self.ours():
            self.done.append(repair(self.session, FileChange(FileHow.RENAME, "shots/Berth.JPG", new)))

    @rule(path=names)
    def delete(self, path: str) -> None:
        with self.ours(may_lose=path):
            self.done.append(repair(self.session, FileChange(FileHow.DELETE, path), for_good=True))

    @precondition(lambda self: self.done)
    @rule()
    def take_back(self) -> None:
        with self.ours():
            done = self.done.pop()
            texts = [text for text in done.texts if self.session.text(text.question) == text.after]
            take_back(self.session, done, texts)

    @rule(data=st.data())
    def undo_in_an_editor(self, data: st.DataObject) -> None:
        number, text = data.draw(st.sampled_from(self.texts))
        with self.ours():
            self.session.edit(number, text)

    @rule()
    def save(self) -> None:
        with self.ours():
            try:
                self.session.save()
            except files.ChangedOnDisk:
                self.session.reload()
        self.versions.append(self.path.read_bytes())

    @rule(path=names)
    def somebody_deletes(self, path: str) -> None:
        (self.path.parent / path).unlink(missing_ok=True)
        self.taken.discard(path)

    @rule(path=names)
    def somebody_writes(self, path: str) -> None:
        self.count += 1
        (self.path.parent / path).write_bytes(png(self.count % 256))
        self.taken.discard(path)

    @rule(data=st.data())
    def somebody_changes_the_report(self, data: st.DataObject) -> None:
        self.path.write_bytes(data.draw(st.sampled_from(self.versions)))
        with self.ours():
            self.session.reload()

    @rule()
    def leave(self) -> None:
        """The end of the session, and a new one."""
        before = self.tree()
        self.session.to_leave()()
        named = {path_of(image.target) for image in find_images(self.path.read_text(encoding="utf-8"))}
        after = self.tree()
        assert not named & (before.keys() - after.keys())
        assert set(after.values()) == set(before.values())
        self.session, self.done, self.taken = Session.open(self.path), [], set()
        self.texts = [(number, self.session.text(number)) for number in range(1, 6)]

    @invariant()
    def every_reference_has_the_file_that_we_had_in_hand(self) -> None:
        named = {path_of(target) for target in self.session.figure_targets}
        assert not named & self.taken


Figures.TestCase.settings = settings(stateful_step_count=15, max_examples=60, deadline=None)
TestFigures = Figures.TestCase
