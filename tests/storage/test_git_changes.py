"""What git does to the file under an open session, done by git itself: noticed, merged, nothing lost."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from report_tui import Report
from report_tui.core.carrying import Reloaded
from report_tui.session import Session
from report_tui.storage import files
from report_tui.storage.watch import changes
from tests.repositories import git
from tests.scenes import ROOT

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """The demo report in a clone; `theirs` is another clone beside it, and the branch `bare` has no reports folder."""
    origin = tmp_path / "origin"
    shutil.copytree(ROOT / "rules" / "demo" / "report", origin / "reports")
    (origin / "README.md").write_bytes(b"# Robots\n")
    git(origin, "init", "--quiet", "--initial-branch", "main")
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "-m", "one")
    git(origin, "checkout", "--quiet", "-b", "bare")
    git(origin, "rm", "--quiet", "-r", "reports")
    git(origin, "commit", "--quiet", "-m", "two")
    git(origin, "checkout", "--quiet", "--detach", "main")
    for name in ("ours", "theirs"):
        git(tmp_path, "clone", "--quiet", "--branch", "main", "origin", name)
    return tmp_path / "ours" / "reports" / "README.md"


def theirs(path: Path, edit: Callable[[Report], Report]) -> None:
    """A teammate changes the report and pushes."""
    clone = path.parent.parent.parent / "theirs"
    report = clone / "reports" / "README.md"
    report.write_bytes(edit(Report.from_bytes(report.read_bytes())).to_bytes())
    git(clone, "commit", "--quiet", "-a", "-m", "theirs")
    git(clone, "push", "--quiet", "origin", "HEAD:main")


def pull(path: Path) -> None:
    git(path.parent.parent, "pull", "--quiet", "--no-rebase", "origin", "main")


def test_a_pull_brings_what_they_changed_and_keeps_what_is_not_saved(path: Path) -> None:
    session = Session.open(path)
    session.edit(9, "mine")
    session.edit(12, "mine too")
    theirs(path, lambda report: report.with_answer(4, "theirs").with_answer(12, "theirs too"))
    pull(path)
    assert session.changed_on_disk()
    result = session.reload()
    assert (result.taken, result.collided) == ((4,), (12,))
    assert [session.text(number) for number in (4, 9, 12)] == ["theirs", "mine", "mine too"]


def test_a_pull_that_conflicts_leaves_two_versions_of_the_answer(path: Path) -> None:
    session = Session.open(path)
    session.edit(9, "mine")
    session.save()
    git(path.parent.parent, "commit", "--quiet", "-a", "-m", "ours")
    theirs(path, lambda report: report.with_answer(9, "theirs"))
    with pytest.raises(AssertionError, match="CONFLICT"):
        pull(path)
    assert session.reload().taken == (9,)
    assert session.text(9).startswith("<<<<<<< HEAD\nmine\n=======\ntheirs\n>>>>>>> ")
    assert not session.evaluation.ok


def test_a_checkout_takes_the_folder_away_and_brings_it_back(path: Path) -> None:
    session = Session.open(path)
    session.edit(9, "mine")
    root = path.parent.parent
    git(root, "checkout", "--quiet", "-b", "bare", "origin/bare")
    with pytest.raises(files.CannotRead):
        session.reload()
    with pytest.raises(files.StorageError):
        session.save()
    git(root, "checkout", "--quiet", "main")
    assert session.reload() == Reloaded((), (), (), ())
    session.save()
    assert Report.from_bytes(path.read_bytes()).question(9).answer.text == "mine"


def test_a_checkout_with_other_line_endings_changes_nothing_that_is_read(path: Path) -> None:
    session = Session.open(path)
    session.edit(9, "one\ntwo")
    root = path.parent.parent
    git(root, "config", "core.autocrlf", "true")
    path.unlink()
    git(root, "checkout", "--quiet", "--", "reports/README.md")
    assert b"\r\n" in path.read_bytes()
    assert session.reload() == Reloaded((), (), (), ())
    session.save()
    assert b"one\r\ntwo\r\n" in path.read_bytes()


async def test_a_watch_notices_what_git_does(path: Path) -> None:
    stop = asyncio.Event()
    events = changes(path, stop)
    async with asyncio.timeout(20):
        await anext(events)
        root = path.parent.parent
        theirs(path, lambda report: report.with_answer(4, "theirs"))
        for command in (
            ("pull", "--quiet", "--no-rebase", "origin", "main"),
            ("checkout", "--quiet", "-b", "bare", "origin/bare"),
            ("checkout", "--quiet", "main"),
            ("reset", "--quiet", "--hard", "HEAD~1"),
        ):
            git(root, *command)
            await anext(events)
        stop.set()
        with pytest.raises(StopAsyncIteration):
            while True:
                await anext(events)
