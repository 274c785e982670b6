"""Changes on a real disk are noticed, however they are made."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
import shutil
import sys
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path

import pytest

from report_tui.storage import watch as watch_module
from report_tui.storage.watch import changes
from report_tui.validation.ruleset import FigureRules

LONG_ENOUGH = 20
"""Seconds; only a test that fails waits for so long."""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    (folder / "figures" / "sub").mkdir(parents=True)
    (folder / "figures" / "a.png").write_bytes(b"a")
    (folder / "README.md").write_bytes(b"old")
    return folder / "README.md"


class Watched:
    """A running watch; the first, unconditional yield is over."""

    def __init__(self, report: Path, rules: FigureRules) -> None:
        self.stop = asyncio.Event()
        self.events: AsyncGenerator[None] = changes(report, self.stop, rules)

    async def noticed(self) -> None:
        async with asyncio.timeout(LONG_ENOUGH):
            await anext(self.events)

    async def close(self) -> None:
        self.stop.set()
        async with asyncio.timeout(LONG_ENOUGH):
            with pytest.raises(StopAsyncIteration):
                await anext(self.events)


async def watched(report: Path, rules: FigureRules | None = None) -> Watched:
    watch = Watched(report, rules or FigureRules())
    await watch.noticed()
    return watch


def rename_save(path: Path, data: bytes) -> None:
    path.with_suffix(".tmp").write_bytes(data)
    path.with_suffix(".tmp").replace(path)


def swap_folder(report: Path) -> None:
    """As a checkout of another branch does: the folder is another one afterwards."""
    folder = report.parent
    shutil.copytree(folder, folder.with_name("new"))
    (folder.with_name("new") / "README.md").write_bytes(b"theirs")
    folder.rename(folder.with_name("old"))
    folder.with_name("new").rename(folder)


def same_size_and_second(report: Path) -> None:
    info = report.stat()
    report.write_bytes(b"new")
    second = info.st_mtime_ns // 10**9 * 10**9
    os.utime(report, ns=(second, second + (info.st_mtime_ns - second + 10**8) % 10**9))


def same_size(report: Path) -> None:
    """Another picture of the same length, in place and with the old one's time, as `cp -p` may leave it."""
    figure = report.parent / "figures" / "a.png"
    info = figure.stat()
    while figure.stat().st_ctime_ns == info.st_ctime_ns:  # the file system's clock may not have ticked since
        figure.write_bytes(b"b")
        os.utime(figure, ns=(info.st_atime_ns, info.st_mtime_ns))


@contextlib.contextmanager
def few_calls() -> Iterator[None]:
    """Let calls nest only a little deeper than here."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 100)
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


CHANGES: dict[str, Callable[[Path], object]] = {
    "in place": lambda report: report.write_bytes(b"longer than before"),
    "same size, same second": same_size_and_second,
    "by a rename": lambda report: rename_save(report, b"new"),
    "deleted": lambda report: report.unlink(),
    "folder swapped": swap_folder,
    "folder gone": lambda report: shutil.rmtree(report.parent),
    "figure added": lambda report: (report.parent / "figures" / "b.png").write_bytes(b"b"),
    "figure changed": lambda report: rename_save(report.parent / "figures" / "a.png", b"b"),
    "figure renamed": lambda report: (report.parent / "figures" / "a.png").rename(report.parent / "figures" / "b.png"),
    "figure removed": lambda report: (report.parent / "figures" / "a.png").unlink(),
    "figure added deep": lambda report: (report.parent / "figures" / "sub" / "b.png").write_bytes(b"b"),
    "figures folder gone": lambda report: shutil.rmtree(report.parent / "figures"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_noticed(report: Path, change: Callable[[Path], object]) -> None:
    watch = await watched(report)
    change(report)
    await watch.noticed()
    await watch.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not say when a file's times were set")
async def test_a_figure_replaced_by_another_of_the_same_size_and_time(report: Path) -> None:
    watch = await watched(report)
    same_size(report)
    await watch.noticed()
    await watch.close()


def repository(folder: Path) -> Path:
    """As much of a repository as the watch looks at; returns its index."""
    (folder / ".git").mkdir()
    (folder / ".git" / "index").write_bytes(b"nothing is known")
    return folder / ".git" / "index"


async def test_a_figure_becomes_known_to_git(report: Path) -> None:
    index = repository(report.parent.parent)
    watch = await watched(report)
    rename_save(index, b"a figure is known")
    await watch.noticed()
    await watch.close()


async def test_a_repository_is_made(report: Path) -> None:
    watch = await watched(report)
    repository(report.parent.parent)
    await watch.noticed()
    await watch.close()


def test_the_index_of_a_worktree(report: Path, tmp_path: Path) -> None:
    figures = report.parent / "figures"
    (tmp_path / "main" / "worktrees" / "w").mkdir(parents=True)
    index = tmp_path / "main" / "worktrees" / "w" / "index"
    (report.parent / ".git").write_text("gitdir: ../main/worktrees/w\n")
    before = watch_module.signature(report, figures)
    index.write_bytes(b"x")
    assert watch_module.signature(report, figures) != before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such paths")
def test_folders_nested_deeper_than_python_calls(report: Path) -> None:
    figures = report.parent / "figures"
    (figures / "/".join("d" * 150)).mkdir(parents=True)
    with few_calls():
        marks = watch_module.signature(report, figures)
    assert sum(mark[0].endswith(f"{os.sep}d") for mark in marks) == 150


def test_a_name_that_comes_or_goes_among_more_figures_than_are_watched(
    report: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch_module, "_FIGURES_WATCHED", 3)
    figures = report.parent / "figures"
    for name in "bcde":
        (figures / f"{name}.png").write_bytes(b"x")
    os.utime(figures, (0, 0))
    before = watch_module.signature(report, figures)
    (figures / "e.png").rename(figures / "f.png")
    assert watch_module.signature(report, figures) != before


async def test_one_after_the_other_within_a_second(report: Path) -> None:
    watch = await watched(report)
    for number in range(3):
        rename_save(report, b"%d" % number)
        await watch.noticed()
    await watch.close()


async def test_gone_and_back_with_its_folder(report: Path) -> None:
    watch = await watched(report)
    shutil.rmtree(report.parent)
    await watch.noticed()
    report.parent.mkdir()
    report.write_bytes(b"back")
    await watch.noticed()
    rename_save(report, b"and changed")
    await watch.noticed()
    (report.parent / "figures").mkdir()
    (report.parent / "figures" / "new.png").write_bytes(b"x")
    await watch.noticed()
    await watch.close()


async def test_nothing_there_at_first(tmp_path: Path) -> None:
    report = tmp_path / "reports" / "README.md"
    watch = await watched(report)
    report.parent.mkdir()
    report.write_bytes(b"here")
    await watch.noticed()
    await watch.close()


async def test_another_figures_folder(report: Path) -> None:
    (report.parent / "img").mkdir()
    watch = await watched(report, FigureRules(folder="img"))
    (report.parent / "img" / "b.png").write_bytes(b"b")
    await watch.noticed()
    await watch.close()


def test_what_is_none_of_ours_makes_no_difference(report: Path) -> None:
    figures = report.parent / "figures"
    before = watch_module.signature(report, figures)
    (report.parent / "other.md").write_bytes(b"x")
    assert watch_module.signature(report, figures) == before
    report.write_bytes(b"changed")
    assert watch_module.signature(report, figures) != before


async def test_cancelled_without_a_trace(report: Path) -> None:
    watch = await watched(report)
    waiting = asyncio.ensure_future(anext(watch.events))
    await asyncio.wait([waiting], timeout=0.1)
    waiting.cancel()
    async with asyncio.timeout(LONG_ENOUGH):
        with pytest.raises(asyncio.CancelledError):
            await waiting
    await watch.events.aclose()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
async def test_links_in_a_circle(report: Path) -> None:
    (report.parent / "figures" / "loop").symlink_to(".")
    watch = await watched(report)
    for number in range(2):
        rename_save(report, b"%d" % number)
        await watch.noticed()
    await watch.close()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_links_to_folders_are_not_followed(report: Path, tmp_path: Path) -> None:
    figures = report.parent / "figures"
    (tmp_path / "elsewhere").mkdir()
    (figures / "link").symlink_to(tmp_path / "elsewhere")
    before = watch_module.signature(report, figures)
    (tmp_path / "elsewhere" / "b.png").write_bytes(b"b")
    assert watch_module.signature(report, figures) == before


async def test_a_disk_that_does_not_answer_holds_up_nobody(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    answers, asked = threading.Event(), threading.Event()
    threads: set[threading.Thread] = set()
    looks = watch_module.signature

    def hang(*paths: Path) -> object:
        threads.add(threading.current_thread())
        asked.set()
        answers.wait()
        return looks(*paths)

    watch = await watched(report)
    monkeypatch.setattr(watch_module, "signature", hang)
    assert not await gives_up(watch_module.changes(report, asyncio.Event()), asked)
    # Nobody waits for it at the program's end: it ends with it.
    assert all(thread.daemon for thread in threads)
    assert threading.main_thread() not in threads
    answers.set()
    rename_save(report, b"new")
    await watch.noticed()
    await watch.close()


async def gives_up(events: AsyncGenerator[None], asked: threading.Event) -> bool:
    """Stop waiting for a watch once it has asked the disk; whether anything was noticed."""
    waiting = asyncio.ensure_future(anext(events))
    async with asyncio.timeout(LONG_ENOUGH):
        while not asked.is_set():
            await asyncio.sleep(0)
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
    return not waiting.cancelled()
